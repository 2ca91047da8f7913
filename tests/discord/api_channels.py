"""Channels, threads and conversations of two (docs.discord.com/developers/resources/channel)."""

from collections.abc import Iterator

from tests.discord.calls import Call, Refused, passes
from tests.discord.checks import thread_refusals
from tests.discord.checks_texts import text
from tests.discord.payloads import channel_json
from tests.discord.world import DM, TEXT, Json, Thread


async def fetch(call: Call) -> Json:
    """GET /channels/{channel}"""
    return channel_json(call.channel(), call.chat)


async def change(call: Call) -> Json:
    """PATCH /channels/{channel}: a thread's archived, locked, name; a channel's name"""
    channel, body = call.channel(), call.form()
    if isinstance(channel, Thread):
        _alters(call, channel, body)
    elif channel.kind == DM:
        raise Refused(50024)
    else:
        call.may(channel, "Manage Channels")
        passes(text(body.get("name"), "/name", "channel-name", most=100, least=0))
        call.chat.places.renames(channel, body.get("name") or channel.name)
    return channel_json(channel, call.chat)


async def delete(call: Call) -> Json:
    """DELETE /channels/{channel}"""
    channel = call.channel()
    is_thread = isinstance(channel, Thread)
    call.may(channel, "Manage Threads" if is_thread else "Manage Channels")
    call.chat.places.deletes(channel)
    return channel_json(channel, call.chat)


async def open_thread(call: Call) -> Json:
    """POST /channels/{channel}/messages/{message}/threads"""
    channel, body = call.channel(), call.form()
    if channel.kind != TEXT:
        raise Refused(50024)
    message = call.message(channel)
    call.may(channel, "Create Public Threads")
    passes(thread_refusals(body, new=True))
    if message.thread and not call.chat.channels[message.thread].deleted:
        raise Refused(160004)
    lasts = body.get("auto_archive_duration") or 4320
    thread = call.chat.places.opens_thread(message, body["name"], call.chat.bot, lasts)
    return channel_json(thread, call.chat)


async def active_threads(call: Call) -> Json:
    """GET /guilds/{guild}/threads/active"""
    guild = call.guild()
    return _threads(call, (t for t in _all(call) if t.guild == guild.id and not t.archived))


async def archived_threads(call: Call) -> Json:
    """GET /channels/{channel}/threads/archived/public"""
    channel = call.channel("Read Message History")
    found = (each for each in call.chat.threads(channel) if each.archived)
    return _threads(call, found) | {"has_more": False}


async def join(call: Call) -> None:
    """PUT /channels/{channel}/thread-members/@me"""
    channel = call.channel()
    if not isinstance(channel, Thread):
        raise Refused(50024)
    if channel.archived:
        raise Refused(50083)
    channel.members.add(call.chat.bot.id)


async def typing(call: Call) -> None:
    """POST /channels/{channel}/typing"""
    call.channel("Send Messages")


async def open_direct(call: Call) -> Json:
    """POST /users/@me/channels"""
    user = call.chat.users.get(str(call.form().get("recipient_id")))
    if user is None:
        raise Refused(10013)
    if user.is_bot:
        raise Refused(50007)
    return channel_json(call.chat.direct(user), call.chat)


def _alters(call: Call, thread: Thread, body: Json) -> None:
    """Whoever may write opens a thread that is not locked; its owner or who manages threads does
    the rest.
    """
    passes(thread_refusals(body, new=False))
    opens = body.get("archived") is False and not thread.locked and body.keys() == {"archived"}
    owns = thread.owner == call.chat.bot.id and "locked" not in body and not thread.locked
    if opens:
        call.may(thread, "Send Messages in Threads")
    elif not owns:
        call.may(thread, "Manage Threads")
    if thread.archived and body.get("archived") is not False:
        raise Refused(50083)
    call.chat.places.alters(
        thread,
        archived=body.get("archived"),
        locked=body.get("locked"),
        name=body.get("name") or "",
        auto_archive=body.get("auto_archive_duration") or 0,
    )


def _all(call: Call) -> Iterator[Thread]:
    for each in call.chat.channels.values():
        if isinstance(each, Thread) and not each.deleted and call.chat.may(each, "View Channels"):
            yield each


def _threads(call: Call, found: Iterator[Thread]) -> Json:
    told = [channel_json(each, call.chat) for each in found]
    return {"threads": told, "members": [each["member"] for each in told if "member" in each]}
