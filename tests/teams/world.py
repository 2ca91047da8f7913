"""What is in our Teams: tenants with their app registrations, people, teams, places (channels and
chats), messages with all that they ever said, dialogs that are open.

Plain state; who may do what, and who is told, is not decided here (see `chat`).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from tests.slack.clock import Clock

Json = dict[str, Any]
PERSONAL, GROUP, CHANNEL = "personal", "groupChat", "channel"
ADAPTIVE = "application/vnd.microsoft.card.adaptive"


class Ids:
    """Ids of messages: milliseconds since the epoch, later ones are larger."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = 0

    def next(self) -> str:
        """One that nobody has."""
        self._last = max(int(self._clock.now() * 1000), self._last + 1)
        return str(self._last)


def guid(*names: str) -> str:
    """A GUID that is the same in every Teams of ours."""
    return str(uuid5(NAMESPACE_URL, "/".join(("teams", *names))))


def opaque(*names: str) -> str:
    """An opaque id, likewise."""
    return sha256("/".join(names).encode()).hexdigest()[:40]


@dataclass
class Registration:
    """An app registration in Entra: single-tenant, so one for each tenant."""

    client_id: str
    secret: str
    tenant: str
    name: str

    @property
    def bot(self) -> str:
        """The bot's id as an account."""
        return f"28:{self.client_id}"


@dataclass
class User:
    """Somebody in a tenant. `id` is their id for its bot (29:…), `object_id` Entra's."""

    id: str
    object_id: str
    name: str
    shown: str
    tenant: str
    domain: str
    guest: bool = False

    @property
    def given(self) -> str:
        """Their first name."""
        return self.shown.partition(" ")[0]

    @property
    def surname(self) -> str:
        """Their last name."""
        return self.shown.partition(" ")[2]

    @property
    def mail(self) -> str:
        """Their address; a guest's is from elsewhere."""
        return f"{self.name}@{'elsewhere.example' if self.guest else self.domain}"

    @property
    def principal(self) -> str:
        """The name that they log on with."""
        if self.guest:
            return f"{self.mail.replace('@', '_')}#EXT#@{self.domain}"
        return self.mail


@dataclass
class Installed:
    """That the app is somewhere. `all_messages`: with the permission to hear every message there
    (ChannelMessage.Read.Group, ChatMessage.Read.Chat), not only those that mention it.
    """

    all_messages: bool = True


@dataclass
class Team:
    """A team. Its id is that of its General channel."""

    id: str
    name: str
    tenant: str
    group: str
    owners: set[str] = field(default_factory=set)
    members: set[str] = field(default_factory=set)
    installed: Installed | None = None
    archived: bool = False
    deleted: bool = False


@dataclass(frozen=True)
class Version:
    """What a message showed for a while. Numbers grow over everything there is. `only_for`: a card
    that answered the click of one person, who sees it until the message changes for everybody.
    """

    number: int
    text: str = ""
    cards: tuple[Json, ...] = ()
    only_for: str = ""
    html: str = ""
    format: str = "markdown"

    @property
    def card(self) -> Json:
        """The first card that it shows; {} for none."""
        return self.cards[0] if self.cards else {}


@dataclass
class File:
    """A file; `secret` is part of its address. `inline`: a picture in the text."""

    id: str
    name: str
    kind: str
    content: bytes
    secret: str
    inline: bool = False
    made: float = 0.0


@dataclass
class Message:
    """One message. `root` is the id of the post that it answers, in a channel. `by_app`: the bot
    wrote it; `via_app`: somebody sent a card of the app's. `reactions` are ids of users by type.
    `others` are attachments that are no cards.
    """

    id: str
    place: str
    author: str
    versions: list[Version]
    root: str = ""
    by_app: bool = False
    via_app: bool = False
    quotes: str = ""
    mentions: tuple[str, ...] = ()
    summary: str = ""
    edited: str = ""
    deleted: bool = False
    reactions: dict[str, list[str]] = field(default_factory=dict)
    files: list[File] = field(default_factory=list)
    others: list[Json] = field(default_factory=list)

    @property
    def thread(self) -> str:
        """The post that its thread hangs on: itself, if it answers none."""
        return self.root or self.id

    def shown(self, viewer: str = "") -> Version:
        """What somebody sees now; without `viewer`, who has pressed nothing there."""
        return next(reversed([*self.seen_by(viewer)]))

    def seen_by(self, viewer: str) -> Iterator[Version]:
        """All that somebody saw there, oldest first."""
        return (each for each in self.versions if each.only_for in ("", viewer))

    @property
    def text(self) -> str:
        """What it says now."""
        return self.shown().text

    @property
    def card(self) -> Json:
        """The card that it shows now, to who has pressed nothing; {} for none."""
        return self.shown().card


@dataclass
class Place:
    """A channel, or a chat: of a group, or of one person and the bot. `installed` is for chats (a
    channel has its team's), `blocked`: the person of a personal chat wants nothing of the bot.
    """

    id: str
    kind: str
    name: str
    tenant: str
    team: str = ""
    people: list[str] = field(default_factory=list)
    installed: Installed | None = None
    blocked: bool = False
    deleted: bool = False
    messages: dict[str, Message] = field(default_factory=dict)

    def standing(self) -> Iterator[Message]:
        """What stands there, oldest first."""
        for each in sorted(self.messages.values(), key=lambda message: int(message.id)):
            if not each.deleted:
                yield each


@dataclass
class Tenant:
    """An organisation, with the app as it is registered there."""

    id: str
    name: str
    app: Registration
    users: dict[str, User] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)


@dataclass
class Asked:
    """Something that somebody waits for: an invoke, and what came of it. `status` is 0 where no
    answer came, `took` in seconds, `failed` what the client says then.
    """

    id: str
    name: str
    user: str
    place: str
    value: Json
    message: str = ""
    status: int = 0
    body: Json = field(default_factory=dict)
    took: float = 0.0
    failed: str = ""


@dataclass
class Dialog:
    """A dialog that is open. `typed` is what is in its inputs, by id; `errors` is what the client
    says is wrong there. `extension` is the message extension's command that opened it.
    """

    title: str
    card: Json
    of: Asked
    extension: str = ""
    typed: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    shown: dict[str, bool] = field(default_factory=dict)
