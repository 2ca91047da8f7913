"""The library's client: what it tells is handed on, in its order for each channel."""

from collections.abc import Callable, Collection, Coroutine
from typing import Any

import discord
import structlog
from discord.utils import MISSING

from bot.logs import new_reference
from bot.platforms.discord.catching import CatchingUp
from bot.platforms.discord.events import Events
from bot.platforms.discord.incoming import Came
from bot.platforms.discord.joined import Joined
from bot.platforms.discord.missed import Missed
from bot.platforms.discord.receive import MISUNDERSTOOD, Receiver
from bot.platforms.discord.review import Review
from bot.platforms.discord.send import DiscordSender
from bot.port import Gone, Loss, Unauthorized
from core.frozen import frozen

_GUILDS = 0.5  # seconds without another guild after which all of them are known
_VITAL = ("READY", "RESUMED")  # without these there is no connection
_log = structlog.get_logger(__name__)


@frozen
class Heard:
    """Who takes what is told, and what reading it needs."""

    receiver: Receiver
    events: Events
    sender: DiscordSender
    missed: Missed
    review: Review
    joined: Joined


class Client(discord.Client):
    """Connected once; what must outlive it is elsewhere."""

    def __init__(self, heard: Heard, intents: int) -> None:
        """`intents` as Discord's number."""
        wanted = discord.Intents.none()
        wanted.value = intents
        super().__init__(
            intents=wanted,
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            allowed_mentions=discord.AllowedMentions.none(),
            guild_ready_timeout=_GUILDS,
        )
        _guard(self._connection.parsers)
        self._heard = heard
        reading = self._written, heard.review
        self._catching = CatchingUp(heard.missed, heard.receiver.happens, *reading)
        self._at_first: Collection[int] = ()
        self._is_known = False  # which guilds there are

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        """The library says that it is ready some seconds later, and so after its end too. When it
        has just signed in, its guilds are those that Discord listed.
        """
        if event == "connect":
            self._at_first, self._is_known = {guild.id for guild in self.guilds}, False
        if self.loop is not MISSING:
            super().dispatch(event, *args, **kwargs)

    async def on_interaction(self, told: discord.Interaction) -> None:
        """A command, a click, a form, or what is typed so far."""
        await self._heard.receiver.interaction(told)

    async def on_message(self, message: discord.Message) -> None:
        """Somebody wrote something."""
        self._catching.take(message.channel.id, self._written(message))
        if message.guild is None:
            self._heard.receiver.does(self._heard.joined.meet(message))

    async def on_raw_message_edit(self, told: discord.RawMessageUpdateEvent) -> None:
        """Somebody changed it."""
        self._take(told.channel_id, self._heard.events.changed(told.message, self._me))

    async def on_raw_message_delete(self, told: discord.RawMessageDeleteEvent) -> None:
        """Somebody took it back."""
        where = told.channel_id, told.guild_id
        self._take(told.channel_id, self._heard.events.deleted(*where, str(told.message_id)))

    async def on_raw_reaction_add(self, told: discord.RawReactionActionEvent) -> None:
        """Somebody reacted."""
        self._take(told.channel_id, self._heard.events.reacted(told, self._me))

    async def on_raw_reaction_remove(self, told: discord.RawReactionActionEvent) -> None:
        """Somebody took a reaction off."""
        self._take(told.channel_id, self._heard.events.reacted(told, self._me))

    async def on_raw_thread_delete(self, told: discord.RawThreadDeleteEvent) -> None:
        """A thread is gone."""
        self._lost(told.guild_id, told.parent_id, Loss.DELETED, told.thread_id)

    async def on_raw_thread_update(self, told: discord.RawThreadUpdateEvent) -> None:
        """A thread was locked or unlocked, or changed otherwise: Discord does not say which, and
        it is no harm to be told again.
        """
        guild, parent, now = told.guild_id, told.parent_id, told.data["thread_metadata"]
        if now.get("locked"):
            self._lost(guild, parent, Loss.LOCKED, told.thread_id)
        elif not now["archived"]:
            self._take(parent, self._heard.events.allowed(guild, parent, told.thread_id))

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """A channel is gone."""
        self._lost(channel.guild.id, channel.id, Loss.DELETED)

    async def on_guild_channel_update(
        self, before: discord.abc.GuildChannel, after: discord.abc.GuildChannel
    ) -> None:
        """What the bot may do in a channel may have changed."""
        guild = after.guild.id
        self._heard.sender.rights.forget(str(guild))
        if _lives(before) and not _lives(after):
            self._lost(guild, after.id, Loss.REMOVED)
        elif _begins(after) and not _begins(before):
            self._take(after.id, self._heard.events.let_in(after))
        elif _can(after) & ~_can(before):
            self._take(after.id, self._heard.events.allowed(guild, after.id))

    async def on_guild_role_update(self, before: discord.Role, after: discord.Role) -> None:
        """What a role lets its members do may have changed."""
        me = after.guild.me
        if before.permissions != after.permissions and (after.is_default() or after in me.roles):
            self._may_otherwise(after.guild)

    async def on_guild_role_delete(self, role: discord.Role) -> None:
        """A role may have kept the bot from something."""
        self._may_otherwise(role.guild)

    async def on_member_update(self, _: discord.Member, after: discord.Member) -> None:
        """The bot may have other roles: of nobody else this is told."""
        if after.id == self._me:
            self._may_otherwise(after.guild)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """The bot was added to a guild, or it seems so; before all are known, see `on_ready`."""
        if self._is_known:
            self._heard.receiver.does(self._heard.joined.here(guild))

    async def on_guild_available(self, guild: discord.Guild) -> None:
        """A guild is known at last, or again after an outage of Discord's."""
        await self.on_guild_join(guild)
        self._catching.available(self)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """The bot was taken out of a guild, and so of all its channels."""
        self._heard.receiver.does(self._heard.joined.gone(guild.id))

    async def on_connect(self) -> None:
        """Signed in anew; which guilds there are is told just after it."""
        self._catching.connected()

    async def on_ready(self) -> None:
        """All guilds are known: what was written meanwhile is read."""
        _log.info("discord-connected", guilds=len(self.guilds))
        self._is_known = True
        guilds = [*self.guilds]
        self._heard.receiver.does(self._heard.joined.signed_in(guilds, self._at_first))
        self._catching.ready(self)

    async def on_disconnect(self) -> None:
        """The connection is lost; the library makes another."""
        self._catching.lost()

    async def on_resumed(self) -> None:
        """Nothing was missed: Discord has told it by now."""
        _log.info("discord-resumed")
        self._catching.resumed(self)

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        """Something that we do not foresee; the next event is none the worse for it."""
        _log.error("discord-not-taken", what=event_method, ref=new_reference(), exc_info=True)

    async def close(self) -> None:
        """Disconnect; what is being caught up with is left to who connects next."""
        self._catching.close()
        await super().close()

    @property
    def _me(self) -> int:
        return self.user.id if self.user else 0

    def _written(self, message: discord.Message) -> Coroutine[Any, Any, Came | None]:
        """A message to be read: from now on it is on its way, however long it waits for others."""
        self._heard.missed.coming(message.id)
        return self._read(message)

    async def _read(self, message: discord.Message) -> Came | None:
        """What fails but not for good stays on its way: it is read again at the next start."""
        missed = self._heard.missed
        try:
            came = await self._heard.events.written(message, self._me, self.guilds)
        except (*MISUNDERSTOOD, Gone, Unauthorized):
            missed.done(message.id)
            raise
        if came is None:
            missed.done(message.id)
        else:
            await missed.heard(message)
        return came

    def _lost(self, guild: int, channel: int, loss: Loss, thread: int | None = None) -> None:
        self._take(channel, self._heard.events.closed(guild, channel, loss, thread))

    def _may_otherwise(self, guild: discord.Guild) -> None:
        """What the bot may do in a guild is another now, perhaps more: what waits for that is
        tried.
        """
        self._heard.sender.rights.forget(str(guild.id))
        self._take(guild.id, self._heard.events.allowed(guild.id))

    def _take(self, channel: int, reading: Coroutine[Any, Any, Came | None]) -> None:
        """What need not wait for what was missed: a change may be known before its message."""
        self._heard.receiver.happens(channel, reading)


def _can(channel: discord.abc.GuildChannel) -> int:
    """All that the bot may do there, as Discord's number."""
    return channel.permissions_for(channel.guild.me).value


def _lives(channel: discord.abc.GuildChannel) -> bool:
    """Whether a session can go on in a thread there."""
    can = channel.permissions_for(channel.guild.me)
    return can.view_channel and can.send_messages_in_threads


def _begins(channel: discord.abc.GuildChannel) -> bool:
    """Whether one can begin there."""
    can = channel.permissions_for(channel.guild.me)
    return _lives(channel) and can.send_messages


def _guard(parsers: dict[str, Callable[[Any], Any]]) -> None:
    """An event that the library cannot read would end the connection: it is let be instead."""

    def guarded(event: str, parse: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def read(data: Any) -> None:
            try:
                parse(data)
            except Exception as error:
                _log.warning("discord-misunderstood", what=event, exc_info=error)

        return read

    for event in parsers.keys() - {*_VITAL}:
        parsers[event] = guarded(event, parsers[event])
