"""Everything that is said and done in our Teams: who is where, messages are written, changed,
deleted. Whoever does it is asked no questions here; the bot is told what it may hear.
"""

import asyncio
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from tests.teams import parts
from tests.teams.payloads import at
from tests.teams.seats import Seats
from tests.teams.telling import Telling
from tests.teams.world import (
    CHANNEL,
    PERSONAL,
    File,
    Ids,
    Installed,
    Json,
    Message,
    Place,
    Registration,
    Team,
    Tenant,
    User,
    Version,
    guid,
    opaque,
)

if TYPE_CHECKING:
    from tests.slack.clock import Clock
    from tests.teams.delivery import Delivery

_T = TypeVar("_T")
BOT = "ResolutionFlow"
# Each channel in a team of its own, so that the app can be taken out of one alone; the last is a
# General channel, of a team in which the app is not.
CHANNELS = {"support": "Helpdesk", "network": "Infrastructure", "general": "general"}
CREW = "crew"  # a group chat


@dataclass(frozen=True)
class Said:
    """What a message is to show, and how."""

    text: str = ""
    cards: Sequence[Json] = ()
    html: str = ""
    format: str = "markdown"
    files: Sequence[File] = ()
    others: Sequence[Json] = ()
    root: str = ""
    quotes: str = ""
    mentions: Sequence[str] = ()
    summary: str = ""
    by_app: bool = False
    via_app: bool = False


class Chat:
    """All tenants, teams, chats and people."""

    def __init__(self, clock: "Clock", delivery: "Delivery", *, all_messages: bool) -> None:
        self.clock = clock
        self.url = ""
        self.ids = Ids(clock)
        self.tenants: dict[str, Tenant] = {}
        self.users: dict[str, User] = {}
        self.places: dict[str, Place] = {}
        self.files: dict[str, File] = {}
        self.versions = 0
        self.all_messages = all_messages
        self._watched: set[asyncio.Event] = set()
        self.telling = Telling(self, delivery)
        self.seats = Seats(self)
        self.tenant = self.founds("acme.example")

    @property
    def service_url(self) -> str:
        """Where the connector is, as activities tell it."""
        return f"{self.url}/amer/"

    # Who and where

    def founds(self, name: str) -> Tenant:
        """A new tenant with everybody in it: Ada owns the teams, Gus is a guest."""
        id = guid("tenant", name)
        app = Registration(guid("app", name), secrets.token_urlsafe(32), id, BOT)
        tenant = self.tenants[id] = Tenant(id, name, app)
        for each in ("sam", "kim", "vic", "ada", "gus"):
            self.meets(tenant, each, each.title(), guest=each == "gus")
        for channel, team in CHANNELS.items():
            made = self.seats.founds_team(tenant, team)
            if team != channel:
                self.seats.opens(made, channel)
                made.installed = Installed(self.all_messages)
        everybody = [each.id for each in tenant.users.values()]
        crew = Place(f"19:{opaque(name, CREW)}@thread.v2", "groupChat", CREW, id, people=everybody)
        crew.installed = Installed(self.all_messages)
        self.places[crew.id] = crew
        for user in tenant.users.values():
            self.direct(user).installed = Installed()
        return tenant

    def meets(self, tenant: Tenant, name: str, shown: str, *, guest: bool = False) -> User:
        """Somebody new."""
        id = f"29:1{opaque(tenant.name, name)}"
        user = User(id, guid("user", tenant.name, name), name, shown, tenant.id, tenant.name, guest)
        self.users[user.id] = tenant.users[name] = user
        return user

    def direct(self, user: User) -> Place:
        """Somebody's chat with the bot."""
        id = f"a:1{opaque('direct', user.id)}"
        if id not in self.places:
            self.places[id] = Place(id, PERSONAL, "", user.tenant, people=[user.id])
        return self.places[id]

    def user(self, name: str, tenant: Tenant | None = None) -> User:
        """By name, in a tenant (else the first)."""
        return (tenant or self.tenant).users[name]

    def channel(self, name: str, tenant: Tenant | None = None) -> Place:
        """A channel or group chat by name in a tenant (else the first), or any place by id. Raises
        KeyError.
        """
        if name in self.places:
            return self.places[name]
        there = (tenant or self.tenant).id
        for each in self.places.values():
            if each.kind != PERSONAL and each.tenant == there and each.name == name:
                return each
        raise KeyError(name)

    def team(self, place: Place) -> Team:
        """The team of a channel."""
        return self.tenants[place.tenant].teams[place.team]

    def installed(self, place: Place) -> Installed | None:
        """Whether the app is there, and what it may hear."""
        return self.team(place).installed if place.kind == CHANNEL else place.installed

    def reaches(self, place: Place) -> bool:
        """Whether the bot may write to the person of a personal chat: they have it for themselves,
        or are somewhere where it is.
        """
        [user] = place.people
        return place.installed is not None or any(
            self.installed(each) is not None and user in self.people(each)
            for each in self.places.values()
            if each.kind != PERSONAL and each.tenant == place.tenant and not each.deleted
        )

    def people(self, place: Place) -> Sequence[str]:
        """The ids of who is in a place."""
        return [*self.team(place).members] if place.kind == CHANNEL else place.people

    def message(self, id: str) -> Message | None:
        """The message with this id, wherever it is, deleted or not."""
        found = (place.messages.get(id) for place in self.places.values())
        return next(filter(None, found), None)

    def bot_name(self, message: Message) -> str:
        """What the bot of a message is called."""
        return self.tenants[self.places[message.place].tenant].app.name

    def preview(self, message: Message) -> str:
        """The beginning of a message, as a quotation shows it."""
        said = message.text or message.summary or " ".join(parts.texts(message.card))
        return said[:100]

    # Waiting

    def watch(self) -> asyncio.Event:
        """An event that is set whenever something may look different."""
        event = asyncio.Event()
        self._watched.add(event)
        return event

    async def until(self, find: Callable[[], _T | None], seconds: float) -> _T:
        """What is found, now or within so long. Raises TimeoutError."""
        changed = self.watch()
        try:
            async with asyncio.timeout(seconds):
                while not (found := find()):
                    await changed.wait()
                    changed.clear()
        finally:
            self._watched.discard(changed)
        return found

    def rings(self) -> int:
        """Something looks different now: a number that is larger than all before."""
        self.versions += 1
        for event in self._watched:
            event.set()
        return self.versions

    # Messages

    def writes(self, place: Place, author: str, said: Said) -> Message:
        """A new message."""
        message = Message(
            self.ids.next(),
            place.id,
            author,
            [],
            root=said.root if place.kind == CHANNEL else "",
            by_app=said.by_app,
            via_app=said.via_app,
            quotes=said.quotes,
            files=[*said.files],
        )
        self.says(message, said)
        place.messages[message.id] = message
        self.rings()
        self.telling.wrote(message)
        return message

    def says(self, message: Message, said: Said, only_for: str = "") -> None:
        """What a message shows from now on, to all or (`only_for`) to who pressed something."""
        shown = Version(
            self.rings(), said.text, tuple(said.cards), only_for, said.html, said.format
        )
        message.versions.append(shown)
        if not only_for:
            message.mentions, message.summary = tuple(said.mentions), said.summary
            message.others = [*said.others]

    def changes(self, message: Message, said: Said) -> None:
        """A message is another now."""
        heard = self.telling.hears(message)
        message.edited = at(self.clock.now())
        self.says(message, said)
        self.telling.changed(message, heard=heard)

    def deletes(self, message: Message) -> None:
        """A message is no more; what answers it stays."""
        message.deleted = True
        self.rings()
        self.telling.deleted(message)

    def undeletes(self, message: Message) -> None:
        """It is there again."""
        message.deleted = False
        self.rings()
        if self.telling.hears(message):
            self.telling.changed(message, "undeleteMessage")

    def reacts(self, message: Message, user: str, kind: str, *, on: bool) -> bool:
        """A reaction comes or goes; False where it was so already."""
        users = message.reactions.get(kind, [])
        if (user in users) == on:
            return False
        users = [*users, user] if on else [each for each in users if each != user]
        if users:
            message.reactions[kind] = users
        else:
            del message.reactions[kind]
        self.rings()
        if user in self.users:
            self.telling.reacted(message, self.users[user], kind, on=on)
        return True

    def keeps(self, name: str, kind: str, content: bytes, *, inline: bool = False) -> File:
        """A file that can be fetched, for a while."""
        id = f"0-{secrets.token_hex(12)}-d2" if inline else secrets.token_hex(16)
        made = self.clock.now()
        file = File(id, name, kind, content, secrets.token_urlsafe(16), inline, made)
        self.files[id] = file
        return file

    def standing(self, place: Place, root: str = "") -> Iterator[Message]:
        """What stands in a chat, at the top of a channel, or (`root`) in a thread of it."""
        for each in place.standing():
            if place.kind != CHANNEL or (each.thread == root if root else not each.root):
                yield each
