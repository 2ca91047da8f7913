"""Messages of channels: written, changed, deleted, read, reacted to
(docs.discord.com/developers/resources/message).
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tests.discord.calls import Call, Refused, open_thread, passes
from tests.discord.chat import Said
from tests.discord.checks import attachment_refusals, edit_refusals, message_refusals
from tests.discord.emoji import is_emoji
from tests.discord.payloads import message_json, user_json
from tests.discord.rules import refusal
from tests.discord.world import (
    COMPONENTS_V2,
    DM,
    EPHEMERAL,
    LOADING,
    REPLY,
    SAID,
    Attachment,
    Channel,
    Json,
    Message,
    Thread,
)

FEW_MINUTES = 300.0  # for which a nonce is known


async def create(call: Call) -> Json:
    """POST /channels/{channel}/messages"""
    channel = call.channel()
    body, files = call.form(), [*call.files.values()]
    if channel.kind == DM and call.chat.shut & {*channel.recipients}:
        raise Refused(50007)
    in_thread = isinstance(channel, Thread)
    call.may(channel, "Send Messages in Threads" if in_thread else "Send Messages")
    if isinstance(channel, Thread) and channel.locked and not _manages(call, channel):
        raise Refused(160005)
    if files:
        call.may(channel, "Attach Files")
    passes(message_refusals(body, files=len(files)))
    if body.get("enforce_nonce") and (before := _same(call, str(body.get("nonce", "")))):
        return shown(call, before)
    reply_to = _reply(call, channel, body)
    kind = REPLY if reply_to else SAID
    made = replace(said_of(body, files), kind=kind, reply_to=reply_to)
    message = call.chat.writes(channel, call.chat.bot, made)
    told = shown(call, message)
    return told | {"nonce": body["nonce"]} if body.get("nonce") is not None else told


async def edit(call: Call) -> Json:
    """PATCH /channels/{channel}/messages/{message}"""
    channel = call.channel()
    message = call.message(channel)
    if message.author != call.chat.bot.id:
        raise Refused(50005)
    open_thread(channel, manages=_manages(call, channel))
    changes(call, message, call.form())
    return shown(call, message)


async def delete(call: Call) -> None:
    """DELETE /channels/{channel}/messages/{message}"""
    channel = call.channel()
    message = call.message(channel)
    if message.author != call.chat.bot.id:
        if channel.kind == DM:
            raise Refused(50003)
        call.may(channel, "Manage Messages")
    open_thread(channel, manages=_manages(call, channel))
    call.chat.deletes(message)


async def fetch(call: Call) -> Json:
    """GET /channels/{channel}/messages/{message}"""
    channel = call.channel("Read Message History")
    return shown(call, call.message(channel))


async def listed(call: Call) -> list[Json]:
    """GET /channels/{channel}/messages, newest first"""
    channel = call.channel()
    limit = call.number("limit", 1, 100, 50)
    if not call.chat.may(channel, "Read Message History"):
        return []
    every = channel.messages.values()
    found = sorted((m for m in every if not m.deleted and not m.only_for), key=lambda m: int(m.id))
    before, after = call.query.get("before"), call.query.get("after")
    around = call.query.get("around")
    if after:
        found = [each for each in found if int(each.id) > int(after)][:limit]
    elif before:
        found = [each for each in found if int(each.id) < int(before)][-limit:]
    elif around:
        near = sorted(found, key=lambda each: abs(int(each.id) - int(around)))[:limit]
        found = [each for each in found if each in near]
    return [shown(call, each) for each in reversed(found[-limit:])]


async def react(call: Call) -> None:
    """PUT /channels/{channel}/messages/{message}/reactions/{emoji}/@me"""
    channel = call.channel("Read Message History")
    message, emoji = call.message(channel), call.names["emoji"]
    if not is_emoji(emoji):
        raise Refused(10014)
    open_thread(channel, manages=_manages(call, channel))
    if emoji not in message.reactions:
        call.may(channel, "Add Reactions")
    call.chat.reacts(message, call.chat.bot, emoji, on=True)


async def unreact(call: Call) -> None:
    """DELETE /channels/{channel}/messages/{message}/reactions/{emoji}/@me"""
    channel = call.channel()
    message, emoji = call.message(channel), call.names["emoji"]
    if not is_emoji(emoji):
        raise Refused(10014)
    open_thread(channel, manages=_manages(call, channel))
    call.chat.reacts(message, call.chat.bot, emoji, on=False)


async def reactors(call: Call) -> list[Json]:
    """GET /channels/{channel}/messages/{message}/reactions/{emoji}"""
    message = call.message(call.channel())
    users = message.reactions.get(call.names["emoji"], [])
    return [user_json(call.chat.users[id]) for id in users]


def shown(call: Call, message: Message) -> Json:
    """A message in an answer: without what the app may not read."""
    told = message_json(message, call.chat)
    return told if call.discord.message_content else call.chat.bare(message, told)


def said_of(body: Json, files: Sequence[Attachment], where: str = "") -> Said:
    """What a new message is to show. Raises Refused."""
    passes(attachment_refusals(body, [each.name for each in files], where))
    return Said(
        body.get("content") or "",
        body.get("components") or (),
        body.get("embeds") or (),
        files,
        (body.get("flags") or 0) & ~EPHEMERAL,
        nonce="" if body.get("nonce") is None else str(body["nonce"]),
    )


def changes(call: Call, message: Message, body: Json, where: str = "") -> None:
    """Change a message as a body says; what it does not name stays. Raises Refused."""
    before = message.flags
    passes(edit_refusals(body, before=before, files=len(call.files), where=where))
    kept = [*message.files]
    if body.get("attachments") is not None:
        ids = {str(each["id"]) for each in body["attachments"]}
        kept = [each for each in kept if each.id in ids]
    now = message.versions[-1]
    flags = before & ~LOADING | (body.get("flags") or 0) & COMPONENTS_V2
    made = Said(
        (body.get("content", now.content)) or "",
        (body.get("components", now.components)) or (),
        (body.get("embeds", now.embeds)) or (),
        [*kept, *call.files.values()],
        flags,
    )
    names = [each.name for each in made.files]
    passes(attachment_refusals({"components": made.components}, names, where))
    if flags & COMPONENTS_V2 and (made.content or made.embeds):
        name = "v2-content" if made.content else "v2-embeds"
        passes([refusal(name, f"{where}/content")])
    if not (made.content or made.components or made.embeds or made.files):
        raise Refused(50006)
    call.chat.changes(message, made)


def _same(call: Call, nonce: str) -> Message | None:
    """What the bot wrote with that nonce in the last few minutes, anywhere."""
    since = call.chat.clock.now() - FEW_MINUTES
    for channel in call.chat.channels.values():
        for each in channel.messages.values():
            fresh = ((int(each.id) >> 22) + 1_420_070_400_000) / 1000 >= since
            if nonce and each.by_app and each.nonce == nonce and fresh and not each.deleted:
                return each
    return None


def _reply(call: Call, channel: Channel, body: Json) -> str:
    reference: Any = body.get("message_reference")
    if reference is None:
        return ""
    if not isinstance(reference, dict):
        raise Refused(50035, [refusal("object", "/message_reference")])
    if not call.chat.may(channel, "Read Message History"):
        raise Refused(160002)
    found = channel.messages.get(str(reference.get("message_id")))
    if found is None or found.deleted or found.only_for:
        if reference.get("fail_if_not_exists", True):
            raise Refused(50035, [refusal("message-reference", "/message_reference")])
        return ""
    return found.id


def _manages(call: Call, channel: Channel) -> bool:
    return call.chat.may(channel, "Manage Threads")
