"""Everything that is said and done in our Discord: who is where, messages are written, changed,
deleted. Whoever does it is asked no questions here; the app is told what it may hear.
"""

import asyncio
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from tests.discord.files import Files
from tests.discord.parts import numbered
from tests.discord.payloads import at, without_content
from tests.discord.permissions import ALL, BITS, BOTS, EVERYONE, bits, overwrite, permissions_in
from tests.discord.places import Places
from tests.discord.telling import Telling
from tests.discord.world import (
    DM,
    EPHEMERAL,
    LOADING,
    REPLY,
    SAID,
    TEXT,
    Attachment,
    Channel,
    Guild,
    Ids,
    Json,
    Member,
    Message,
    Role,
    Thread,
    User,
    Version,
)

if TYPE_CHECKING:
    from tests.discord.gateway import Gateway
    from tests.discord.interactions import Interactions
    from tests.slack.clock import Clock

_T = TypeVar("_T")
_MENTION = re.compile(r"<@!?(\d+)>")
BOT = "ResolutionFlow"


@dataclass(frozen=True)
class Said:
    """What a message is to show, and how."""

    content: str = ""
    components: Sequence[Json] = ()
    embeds: Sequence[Json] = ()
    files: Sequence[Attachment] = ()
    flags: int = 0
    kind: int = SAID
    reply_to: str = ""
    nonce: str = ""
    only_for: str = ""
    interaction: str = ""


class Chat:
    """All guilds, channels and people."""

    def __init__(self, clock: "Clock", gateway: "Gateway", interactions: "Interactions") -> None:
        self.clock = clock
        self.ids = Ids(clock)
        self.files = Files(clock)
        self.interactions = interactions
        self.guilds: dict[str, Guild] = {}
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.versions = 0
        self.shut: set[str] = set()  # who takes no direct messages
        self._watched: set[asyncio.Event] = set()
        self.bot = self.meets("resolutionflow", BOT, is_bot=True)
        self.telling = Telling(self, gateway)
        self.places = Places(self)
        names = ("sam", "kim", "vic", "ada", "gus")
        self.everybody = [self.meets(name, name.title()) for name in names]
        self.guild = self.founds("Acme")

    # Who and where

    def meets(self, name: str, shown: str, *, is_bot: bool = False) -> User:
        """Somebody new."""
        user = User(self.ids.next(), name, shown, is_bot)
        self.users[user.id] = user
        return user

    def founds(self, name: str) -> Guild:
        """A new guild with everybody in it: Ada is an admin and owns it, Gus is new."""
        ada = self.user("ada")
        guild = Guild(self.ids.next(), name, ada.id)
        guild.roles[guild.id] = Role(guild.id, "@everyone", bits(EVERYONE))
        self.guilds[guild.id] = guild
        for role, permissions in (("Admins", ALL), ("Technicians", 0), ("Newcomers", 0)):
            self._role(guild, role, permissions)
        held = {"ada": "Admins", "gus": "Newcomers"}
        for user in self.everybody:
            self._joins(guild, user, held.get(user.name, "Technicians"))
        self.invites_bot(guild)
        for each in ("support", "network", "general"):
            self.opens(guild, each)
        [role] = guild.members[self.bot.id].roles
        overwrite(self.channel("general", guild), role, 0, ["View Channels"], on=False)
        return guild

    def invites_bot(self, guild: Guild) -> None:
        """The bot is in the guild, with the role that the invitation gives it."""
        self._role(guild, BOT, bits(BOTS), managed=True)
        self._joins(guild, self.bot, BOT)

    def opens(self, guild: Guild, name: str) -> Channel:
        """A new channel."""
        channel = Channel(self.ids.next(), name, TEXT, guild.id)
        self.channels[channel.id] = channel
        return channel

    def direct(self, user: User) -> Channel:
        """Somebody's conversation with the bot."""
        both = (user.id, self.bot.id)
        for channel in self.channels.values():
            if channel.kind == DM and channel.recipients == both:
                return channel
        channel = Channel(self.ids.next(), "", DM, recipients=both)
        self.channels[channel.id] = channel
        return channel

    def user(self, name: str) -> User:
        """By name."""
        [found] = [each for each in self.users.values() if each.name == name]
        return found

    def channel(self, name: str, guild: Guild | None = None) -> Channel:
        """By name in a guild (else the first), or by id; threads by id only."""
        if name in self.channels:
            return self.channels[name]
        there = (guild or self.guild).id
        every = self.channels.values()
        named = [each for each in every if each.kind == TEXT and each.name == name]
        [found] = [each for each in named if each.guild == there and not each.deleted]
        return found

    def thread(self, id: str) -> Thread:
        """By id. Raises KeyError."""
        found = self.channels.get(id)
        if not isinstance(found, Thread):
            raise KeyError(id)
        return found

    def threads(self, channel: Channel) -> Iterator[Thread]:
        """All threads of a channel that there are."""
        for each in self.channels.values():
            if isinstance(each, Thread) and each.parent == channel.id and not each.deleted:
                yield each

    def message(self, id: str) -> Message | None:
        """The message with this id, wherever it is, deleted or not."""
        for channel in self.channels.values():
            if found := channel.messages.get(id):
                return found
        return None

    def parent(self, channel: Channel) -> Channel:
        """Whose permissions count there: a thread's channel, else itself."""
        return self.channels[channel.parent] if isinstance(channel, Thread) else channel

    def permissions(self, channel: Channel, user: User | None = None) -> int:
        """What somebody, else the bot, may do there, as bits."""
        guild = self.guilds.get(channel.guild)
        return permissions_in(guild, channel, self.parent(channel), (user or self.bot).id)

    def may(self, channel: Channel, permission: str, user: User | None = None) -> bool:
        """Whether somebody, else the bot, may do that there."""
        return bool(self.permissions(channel, user) & BITS[permission])

    def readable(self, message: Message) -> bool:
        """Whether the app may read what it says, even without the message content intent."""
        own, direct = message.by_app, self.channels[message.channel].kind == DM
        return own or direct or self.bot in self.mentioned(message)

    def bare(self, message: Message, told: Json) -> Json:
        """A message as an app gets it that may not read what people write."""
        return told if self.readable(message) else without_content(told)

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

    def mentioned(self, message: Message) -> list[User]:
        """Who is mentioned: by name, or because it replies to them."""
        ids = dict.fromkeys(_MENTION.findall(message.content))
        if message.kind == REPLY and (found := self.message(message.reply_to)):
            ids[found.author] = None
        return [self.users[id] for id in ids if id in self.users]

    # Messages

    def writes(self, channel: Channel, author: User, said: Said) -> Message:
        """A new message. A thread that is archived is opened by it."""
        if isinstance(channel, Thread):
            if channel.archived and not said.only_for:
                self.places.alters(channel, archived=False)
            if not author.is_bot:
                channel.members.add(author.id)
        message = Message(
            self.ids.next(),
            channel.id,
            author.id,
            [],
            kind=said.kind,
            flags=said.flags | (EPHEMERAL if said.only_for else 0),
            only_for=said.only_for,
            by_app=author.id == self.bot.id,
            reply_to=said.reply_to,
            nonce=said.nonce,
            interaction=said.interaction,
            files=[*said.files],
        )
        channel.messages[message.id] = message
        self.says(message, said)
        self.telling.wrote(channel, message)
        return message

    def says(self, message: Message, said: Said) -> None:
        """What a message shows from now on."""
        loading = bool(message.flags & LOADING)
        shown = tuple(numbered(said.components)), tuple(said.embeds)
        message.versions.append(Version(self.rings(), said.content, *shown, loading))

    def changes(self, message: Message, said: Said) -> None:
        """A message is another now; its files are those of `said`."""
        message.flags = said.flags
        message.files = [*said.files]
        if not message.loading:
            message.edited = at(self.clock.now())
        self.says(message, said)
        self.telling.changed(self.channels[message.channel], message)

    def deletes(self, message: Message) -> None:
        """A message is no more; a thread made from it stays."""
        message.deleted = True
        self.rings()
        self.telling.deleted(self.channels[message.channel], message)

    def reacts(self, message: Message, user: User, emoji: str, *, on: bool) -> bool:
        """A reaction comes or goes; False where it was so already."""
        users = message.reactions.get(emoji, [])
        if (user.id in users) == on:
            return False
        users = [*users, user.id] if on else [each for each in users if each != user.id]
        if users:
            message.reactions[emoji] = users
        else:
            del message.reactions[emoji]
        self.rings()
        self.telling.reacted(self.channels[message.channel], message, user, emoji, on=on)
        return True

    # Inside

    def _role(self, guild: Guild, name: str, permissions: int, *, managed: bool = False) -> None:
        role = Role(self.ids.next(), name, permissions, managed)
        guild.roles[role.id] = role

    def _joins(self, guild: Guild, user: User, role: str) -> None:
        found = [each.id for each in guild.roles.values() if each.name == role]
        guild.members[user.id] = Member(user, at(self.clock.now()), found)
