"""What becomes of places: threads are opened, archived, locked, channels and threads go, the bot
comes and goes. Nobody is asked here whether they may.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.discord.payloads import at
from tests.discord.permissions import BITS, overwrite
from tests.discord.world import (
    HAS_THREAD,
    STARTER,
    TEXT,
    THREAD,
    Channel,
    Guild,
    Message,
    Role,
    Thread,
    User,
    Version,
)

if TYPE_CHECKING:
    from tests.discord.chat import Chat


class Places:
    """The places of one Discord."""

    def __init__(self, chat: "Chat") -> None:
        self._chat = chat

    def opens_thread(
        self, message: Message, name: str, owner: User, auto_archive: int = 1440
    ) -> Thread:
        """A thread from a message: it has the message's id."""
        chat, parent = self._chat, self._chat.channels[message.channel]
        thread = Thread(
            message.id,
            name,
            THREAD,
            parent.guild,
            parent=parent.id,
            owner=owner.id,
            auto_archive=auto_archive,
            archived_at=at(chat.clock.now()),
            members={owner.id},
        )
        chat.channels[thread.id] = thread
        message.thread, message.flags = thread.id, message.flags | HAS_THREAD
        first = Version(chat.rings(), "")
        starter = Message(
            chat.ids.next(), thread.id, message.author, [first], STARTER, reply_to=message.id
        )
        starter.by_app = message.by_app
        thread.messages[starter.id] = starter
        chat.telling.of_thread("THREAD_CREATE", thread, newly_created=True)
        chat.telling.changed(parent, message)
        chat.telling.wrote(thread, starter)
        return thread

    def alters(
        self,
        thread: Thread,
        *,
        archived: bool | None = None,
        locked: bool | None = None,
        name: str = "",
        auto_archive: int = 0,
    ) -> None:
        """A thread is archived, locked, or called otherwise; or is not any more."""
        if archived is not None and archived != thread.archived:
            thread.archived, thread.archived_at = archived, at(self._chat.clock.now())
        if locked is not None:
            thread.locked = locked
        thread.name = name or thread.name
        thread.auto_archive = auto_archive or thread.auto_archive
        self._chat.rings()
        self._chat.telling.of_thread("THREAD_UPDATE", thread)

    def renames(self, channel: Channel, name: str) -> None:
        """A channel has another name."""
        channel.name = name
        self._chat.rings()
        self._chat.telling.of_channel("CHANNEL_UPDATE", channel)

    def deletes(self, channel: Channel) -> None:
        """A channel with its threads, or a thread, is no more."""
        chat = self._chat
        if isinstance(channel, Thread):
            channel.deleted = True
            chat.rings()
            chat.telling.thread_deleted(channel)
            return
        for thread in [*chat.threads(channel)]:
            thread.deleted = True
        channel.deleted = True
        chat.rings()
        chat.telling.of_channel("CHANNEL_DELETE", channel)

    def permits(self, channel: Channel, permission: str, *, on: bool) -> None:
        """The bot may do something there, or may not any more."""
        chat = self._chat
        with self._seeing(self._chat.guilds[channel.guild]):
            overwrite(channel, chat.bot.id, 1, [permission], on=on)
            chat.rings()
            chat.telling.of_channel("CHANNEL_UPDATE", channel)

    def grants(self, guild: Guild, role: Role, permission: str, *, on: bool) -> None:
        """A role's members may do something in the guild, or may not any more."""
        with self._seeing(guild):
            wanted = BITS[permission]
            role.permissions = role.permissions | wanted if on else role.permissions & ~wanted
            self._chat.rings()
            self._chat.telling.role_changed(guild, role)

    def gives(self, guild: Guild, role: Role, *, on: bool) -> None:
        """The bot has a role, or has it no more."""
        member = guild.members[self._chat.bot.id]
        with self._seeing(guild):
            member.roles = [id for id in member.roles if id != role.id] + [role.id] * on
            self._chat.rings()
            self._chat.telling.bot_changed(guild)

    @contextmanager
    def _seeing(self, guild: Guild) -> Iterator[None]:
        """The threads of channels that the bot sees afterwards, and did not before, are told."""
        chat = self._chat
        every = [e for e in chat.channels.values() if e.guild == guild.id and e.kind == TEXT]
        before = [each for each in every if chat.may(each, "View Channels")]
        yield
        for channel in every:
            if channel not in before and chat.may(channel, "View Channels"):
                chat.telling.threads_synced(channel)

    def kicks_bot(self, guild: Guild) -> None:
        """The bot is not in the guild any more."""
        chat = self._chat
        member = guild.members.pop(chat.bot.id)
        own = [id for id in member.roles if guild.roles[id].managed]
        for role in own:
            del guild.roles[role]
        for channel in chat.channels.values():
            for id in (chat.bot.id, *own):
                channel.overwrites.pop(id, None)
        chat.rings()
        chat.telling.left(guild)

    def adds_bot(self, guild: Guild) -> None:
        """The bot is in the guild again, as it was at first."""
        self._chat.invites_bot(guild)
        self._chat.rings()
        self._chat.telling.joined(guild)
