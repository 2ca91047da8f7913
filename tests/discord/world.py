"""What is in our Discord: guilds, people, channels, threads, messages with all that they ever said,
interactions and the modals that are open.

Plain state; who may do what, and who is told, is not decided here (see `chat`).
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.slack.clock import Clock

Json = dict[str, Any]
_EPOCH = 1_420_070_400_000  # milliseconds; docs.discord.com/developers/reference#snowflakes
# Types of channels and messages, and flags of messages, as Discord numbers them.
TEXT, DM, THREAD = 0, 1, 11
SAID, STARTER, REPLY, COMMAND, POINTED = 0, 21, 19, 20, 23
HAS_THREAD, EPHEMERAL, LOADING, COMPONENTS_V2 = 1 << 5, 1 << 6, 1 << 7, 1 << 15


class Ids:
    """Snowflakes: later ones are larger."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = 0

    def next(self) -> str:
        """One that nobody has."""
        now = (int(self._clock.now() * 1000) - _EPOCH) << 22
        self._last = max(now, self._last + 1)
        return str(self._last)


@dataclass
class User:
    """Somebody, wherever they are; the bot is one too. `shown` is the name that is shown."""

    id: str
    name: str
    shown: str
    is_bot: bool = False


@dataclass
class Member:
    """A user in a guild, with the ids of their roles."""

    user: User
    joined: str
    roles: list[str] = field(default_factory=list)
    nick: str = ""


@dataclass
class Role:
    """What some members of a guild may do; `permissions` as Discord's bits."""

    id: str
    name: str
    permissions: int
    managed: bool = False


@dataclass
class Overwrite:
    """What a role (`kind` 0) or a member (1) may do otherwise in one channel."""

    id: str
    kind: int
    allow: int = 0
    deny: int = 0


@dataclass
class Guild:
    """A guild ("server"). The role with the guild's own id is @everyone."""

    id: str
    name: str
    owner: str
    roles: dict[str, Role] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)


@dataclass(frozen=True)
class Version:
    """What a message showed for a while. Numbers grow over everything there is. `loading`: it is
    the app's "thinking…", and shows nothing yet.
    """

    number: int
    content: str
    components: tuple[Json, ...] = ()
    embeds: tuple[Json, ...] = ()
    loading: bool = False


@dataclass
class Attachment:
    """A file of a message; `secret` is part of its address. `title` is the name that its sender
    gave it, without its end, where Discord changed that.
    """

    id: str
    name: str
    kind: str
    content: bytes
    secret: str
    title: str = ""


@dataclass
class Message:
    """One message. `only_for` sees it alone (it is ephemeral), where it is not "". `by_app`: ours
    wrote it. `thread` is the id of the thread made from it. `interaction` is the id of what it
    answers. `reactions` are ids of users by emoji.
    """

    id: str
    channel: str
    author: str
    versions: list[Version]
    kind: int = SAID
    flags: int = 0
    only_for: str = ""
    by_app: bool = False
    reply_to: str = ""
    nonce: str = ""
    thread: str = ""
    interaction: str = ""
    edited: str = ""
    deleted: bool = False
    reactions: dict[str, list[str]] = field(default_factory=dict)
    files: list[Attachment] = field(default_factory=list)

    @property
    def content(self) -> str:
        """What it says now."""
        return self.versions[-1].content

    @property
    def components(self) -> tuple[Json, ...]:
        """What it shows now."""
        return self.versions[-1].components

    @property
    def loading(self) -> bool:
        """Whether the app is "thinking…" still."""
        return self.versions[-1].loading


@dataclass
class Channel:
    """A text channel (TEXT), or a conversation of two (DM; `guild` is "")."""

    id: str
    name: str
    kind: int
    guild: str = ""
    topic: str = ""
    recipients: tuple[str, ...] = ()
    overwrites: dict[str, Overwrite] = field(default_factory=dict)
    deleted: bool = False
    messages: dict[str, Message] = field(default_factory=dict)

    def standing(self, viewer: str) -> Iterator[Message]:
        """What somebody sees there, oldest first."""
        for each in sorted(self.messages.values(), key=lambda message: int(message.id)):
            if not each.deleted and each.only_for in ("", viewer) and each.kind != STARTER:
                yield each


@dataclass
class Thread(Channel):
    """A thread: a channel below `parent`. One made from a message has the id of that message."""

    parent: str = ""
    owner: str = ""
    archived: bool = False
    locked: bool = False
    auto_archive: int = 1440  # minutes
    archived_at: str = ""
    members: set[str] = field(default_factory=set)


@dataclass
class Modal:
    """A form that is open. `typed` is what is in its inputs, by custom_id; `errors` is what the
    client says is wrong there.
    """

    custom_id: str
    title: str
    components: tuple[Json, ...]
    of: "Interaction"
    typed: dict[str, str | list[str]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


@dataclass
class Interaction:
    """Something that somebody waits for. `kind` is Discord's type (2 command, 3 component, 4
    autocomplete, 5 modal), `answer` the type of the first response (0: none came), `failed` what
    the client said where none came in time or it was refused, `original` the id of the message
    that @original is. `choices` answer an autocomplete, `modal` is one that was sent to be opened.
    """

    id: str
    token: str
    kind: int
    user: str
    guild: str
    channel: str
    at: float
    data: Json
    message: str = ""
    answer: int = 0
    failed: str = ""
    original: str = ""
    choices: tuple[Json, ...] = ()
    modal: Json = field(default_factory=dict)
    heard: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def answered(self) -> bool:
        """Whether the app has given its first response, in time."""
        return bool(self.answer)
