"""chat.* and reactions.*: messages of the app (docs.slack.dev/reference/methods)."""

import re
from typing import Any

from tests.slack.calls import Call, Refused, missing, passes
from tests.slack.checks import message_refusals
from tests.slack.payloads import message_json
from tests.slack.world import Channel, Json, Message

_NAME = re.compile(r"[a-z0-9_'+-]+(::skin-tone-[2-6])?")
_PAYLOAD = ("text", "blocks", "attachments", "metadata")


def _content(call: Call, *, update: bool = False) -> Json:
    """What the call wants to show, taken by the checks."""
    payload = {name: call.args[name] for name in _PAYLOAD if call.args.get(name) is not None}
    passes(message_refusals(payload, update=update))
    return payload


async def post_message(call: Call) -> Json:
    """chat.postMessage"""
    channel = call.open()
    payload = _content(call)
    message = call.team.writes(
        channel,
        call.team.bot.id,
        payload.get("text") or "",
        payload.get("blocks") or (),
        thread_ts=call.text("thread_ts", ""),
        metadata=payload.get("metadata"),
        broadcast=call.flag("reply_broadcast"),
        by_app=True,
    )
    return {"channel": channel.id, "ts": message.ts, "message": _json(call, message, channel)}


async def update(call: Call) -> Json:
    """chat.update: what is not given stays, but blocks go where only text is given."""
    channel = call.channel()
    call.text("ts")
    payload = _content(call, update=True)
    message = call.message(channel)
    if channel.archived:
        raise Refused("is_archived")
    if not message.by_app:
        raise Refused("cant_update_message")
    text = payload.get("text")
    blocks: Any = payload.get("blocks")
    if blocks is None:
        blocks = () if text else message.blocks
    if payload.get("metadata") is not None:
        message.metadata = payload["metadata"] or None
    # The "edited" mark shows only where the text is what is shown.
    call.team.changes(message, message.text if text is None else text, blocks, edited=not blocks)
    said = _json(call, message, channel)
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": said}


async def delete(call: Call) -> Json:
    """chat.delete: a bot's token deletes its own messages only."""
    channel = call.channel()
    message = call.message(channel)
    if not message.by_app:
        raise Refused("cant_delete_message")
    call.team.deletes(message)
    return {"channel": channel.id, "ts": message.ts}


async def post_ephemeral(call: Call) -> Json:
    """chat.postEphemeral"""
    channel, user = call.open(), call.text("user")
    if user not in channel.members:
        raise Refused("user_not_in_channel")
    payload = _content(call)
    text, blocks = payload.get("text") or "", payload.get("blocks") or ()
    thread = call.text("thread_ts", "")
    message = call.team.whispers(channel, user, text, blocks, thread)
    return {"message_ts": message.ts}


async def permalink(call: Call) -> Json:
    """chat.getPermalink"""
    channel = call.channel()
    message = call.message(channel, "message_ts")
    return {"channel": channel.id, "permalink": permalink_of(call, channel, message)}


def permalink_of(call: Call, channel: Channel, message: Message) -> str:
    """Where a message opens."""
    place = f"https://{call.team.domain}.slack.com/archives/{channel.id}"
    link = f"{place}/p{message.ts.replace('.', '')}"
    return f"{link}?thread_ts={message.thread_ts}&cid={channel.id}" if message.in_thread else link


async def unfurl(call: Call) -> Json:
    """chat.unfurl"""
    channel = call.joined()
    message = channel.messages.get(call.text("ts"))
    if message is None or message.deleted:
        raise Refused("cannot_find_message")
    unfurls = call.args.get("unfurls")
    if not isinstance(unfurls, dict):
        raise missing("unfurls")
    for url, shown in unfurls.items():
        if url not in message.text:
            raise Refused("cannot_unfurl_url")
        passes(message_refusals({"text": "x", "blocks": shown.get("blocks") or []}))
    message.unfurls |= unfurls
    call.team.rings()
    return {}


async def add_reaction(call: Call) -> Json:
    """reactions.add"""
    message, name = _reacted(call)
    if not call.team.reacts(message, call.team.bot.id, name, on=True):
        raise Refused("already_reacted")
    return {}


async def remove_reaction(call: Call) -> Json:
    """reactions.remove"""
    message, name = _reacted(call)
    if not call.team.reacts(message, call.team.bot.id, name, on=False):
        raise Refused("no_reaction")
    return {}


def _reacted(call: Call) -> tuple[Message, str]:
    name = call.text("name").strip(":")
    if not _NAME.fullmatch(name):
        raise Refused("invalid_name")
    channel = call.open()
    return call.message(channel, "timestamp"), name


def _json(call: Call, message: Message, channel: Channel) -> Json:
    return message_json(message, channel, call.team.app, call.team.id, metadata=True)
