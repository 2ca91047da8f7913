"""How interactions are answered: first response, @original, follow-ups
(docs.discord.com/developers/interactions/receiving-and-responding).
"""

from dataclasses import replace
from typing import Any

from tests.discord.api_messages import changes, said_of, shown
from tests.discord.calls import Call, Refused, open_thread, passes
from tests.discord.chat import Said
from tests.discord.checks import message_refusals, modal_refusals, suggestion_refusals
from tests.discord.interactions import (
    AUTOCOMPLETE,
    COMMAND,
    COMPONENT,
    DEFERS,
    DEFERS_UPDATE,
    MODAL,
    OPENS_MODAL,
    SAYS,
    SUGGESTS,
    UPDATES,
)
from tests.discord.rules import refusal
from tests.discord.world import COMMAND as OF_COMMAND
from tests.discord.world import EPHEMERAL, LOADING, POINTED, SAID, Interaction, Json, Message

_DATA = "/data"


async def respond(call: Call) -> Json | None:
    """POST /interactions/{interaction}/{token}/callback"""
    interactions = call.discord.interactions
    made = interactions.waiting(call.names["interaction"], call.names["token"])
    body = call.form()
    kind, data = body.get("type"), body.get("data") or {}
    if kind not in _allowed(made):
        raise Refused(50035, [refusal("answer-type", "/type", str(kind))])
    message = _does(call, made, kind, data)
    made.answer = kind
    made.original = message.id if message else ""
    made.heard.set()
    call.chat.rings()
    if call.query.get("with_response", "").lower() not in ("true", "1"):
        return None
    return _told(call, made, message)


async def follow(call: Call) -> Json:
    """POST /webhooks/{application}/{token}: the loading message first, if there is one"""
    made, body = _alive(call), call.form()
    passes(message_refusals(body, files=len(call.files), ephemeral=True))
    original = call.chat.message(made.original)
    if original is not None and original.loading and not original.deleted:
        flags = (body.get("flags") or 0) & ~EPHEMERAL
        changes(call, original, body | {"flags": flags})
        return shown(call, original)
    return shown(call, _writes(call, made, body, SAID))


async def fetch(call: Call) -> Json:
    """GET /webhooks/{application}/{token}/messages/{message}"""
    return shown(call, _message(call, _alive(call)))


async def edit(call: Call) -> Json:
    """PATCH /webhooks/{application}/{token}/messages/{message}"""
    message = _message(call, _alive(call))
    open_thread(call.chat.channels[message.channel], manages=True)
    changes(call, message, call.form())
    return shown(call, message)


async def delete(call: Call) -> None:
    """DELETE /webhooks/{application}/{token}/messages/{message}"""
    call.chat.deletes(_message(call, _alive(call)))


def _allowed(made: Interaction) -> tuple[int, ...]:
    on_message = (DEFERS_UPDATE, UPDATES) if made.message else ()
    allowed = {
        AUTOCOMPLETE: (SUGGESTS,),
        COMMAND: (SAYS, DEFERS, OPENS_MODAL),
        COMPONENT: (SAYS, DEFERS, OPENS_MODAL, *on_message),
        MODAL: (SAYS, DEFERS, *on_message),  # a modal cannot open another
    }
    return allowed[made.kind]


def _does(call: Call, made: Interaction, kind: int, data: Any) -> Message | None:
    """What the first response does. Raises Refused."""
    if not isinstance(data, dict):
        raise Refused(50035, [refusal("object", _DATA)])
    if kind == SAYS:
        files = len(call.files)
        passes(message_refusals(data, files=files, where=_DATA, ephemeral=True))
        return _writes(call, made, data, _kind(made))
    if kind == DEFERS:
        flags = LOADING | (data.get("flags") or 0) & EPHEMERAL
        return _writes(call, made, {"flags": flags}, _kind(made))
    if kind == SUGGESTS:
        passes(suggestion_refusals(data, _DATA))
        made.choices = tuple(data.get("choices") or ())
        return None
    if kind == OPENS_MODAL:
        passes(modal_refusals(data, _DATA))
        made.modal = data
        return None
    message = call.chat.message(made.message)
    if message is None or message.deleted:
        raise Refused(10008)
    if kind == UPDATES:
        open_thread(call.chat.channels[message.channel], manages=True)
        changes(call, message, data, _DATA)
    return message


def _writes(call: Call, made: Interaction, body: Json, kind: int) -> Message:
    """A message of the app's where the interaction was: no permission is needed there."""
    channel = call.chat.channels[made.channel]
    if channel.deleted:
        raise Refused(10003)
    private = bool((body.get("flags") or 0) & EPHEMERAL)
    said: Said = replace(
        said_of(body, [*call.files.values()]),
        kind=kind,
        interaction=made.id,
        only_for=made.user if private else "",
    )
    return call.chat.writes(channel, call.chat.bot, said)


def _kind(made: Interaction) -> int:
    if made.kind != COMMAND:
        return SAID
    return OF_COMMAND if made.data.get("type") == 1 else POINTED


def _alive(call: Call) -> Interaction:
    if call.names["application"] != call.chat.bot.id:
        raise Refused(10015)
    return call.discord.interactions.alive(call.names["token"])


def _message(call: Call, made: Interaction) -> Message:
    """@original, or a follow-up of the same interaction."""
    name = call.names["message"]
    found = call.chat.message(made.original if name == "@original" else name)
    if found is None or found.deleted:
        raise Refused(10008)
    if found.id != made.original and found.interaction != made.id:
        raise Refused(10008)
    return found


def _told(call: Call, made: Interaction, message: Message | None) -> Json:
    """What is answered to who asks for the response."""
    told: Json = {"id": made.id, "type": made.kind}
    resource: Json = {"type": made.answer}
    if message is not None:
        told |= {
            "response_message_id": message.id,
            "response_message_loading": message.loading,
            "response_message_ephemeral": bool(message.only_for),
        }
        resource["message"] = shown(call, message)
    return {"interaction": told, "resource": resource}
