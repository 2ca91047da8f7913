"""What a bot says: activities are sent, changed, deleted, reacted to (learn.microsoft.com/azure/
bot-service/rest-api/bot-framework-rest-connector-api-reference).
"""

from dataclasses import replace
from typing import Any

from tests.teams.calls import Call, Refused, passes
from tests.teams.chat import Said
from tests.teams.checks import activity_refusals, reaction_refusals
from tests.teams.world import ADAPTIVE, CHANNEL, PERSONAL, Json, Message, Place


async def send(call: Call) -> Json:
    """POST /v3/conversations/{conversation}/activities"""
    place, root = call.place()
    return _sent(call, place, root)


async def reply(call: Call) -> Json:
    """POST /v3/conversations/{conversation}/activities/{activity}: in the thread of that one"""
    place, _ = call.place()
    return _sent(call, place, call.message(place).thread)


async def edit(call: Call) -> Json:
    """PUT /v3/conversations/{conversation}/activities/{activity}"""
    place, _ = call.place()
    message = _own(call, place)
    call.writable(place)
    passes(call, activity_refusals(call.form(), personal=place.kind == PERSONAL))
    if call.body["type"] != "message":
        raise Refused("BadSyntax")
    call.chat.changes(message, said_of(call.body))
    return {"id": message.id}


async def delete(call: Call) -> None:
    """DELETE /v3/conversations/{conversation}/activities/{activity}"""
    place, _ = call.place()
    message = _own(call, place)
    call.writable(place)
    call.chat.deletes(message)


async def react(call: Call) -> None:
    """PUT …/activities/{activity}/reactions/{reaction}: once more is no error"""
    _reacts(call, on=True)


async def unreact(call: Call) -> None:
    """DELETE …/activities/{activity}/reactions/{reaction}"""
    _reacts(call, on=False)


def said_of(body: Json) -> Said:
    """What a message of the bot's is to show."""
    attachments: list[Any] = body.get("attachments") or []
    cards = [each["content"] for each in attachments if each["contentType"] == ADAPTIVE]
    others = [each for each in attachments if each["contentType"] != ADAPTIVE]
    return Said(
        body.get("text") or "",
        cards,
        format=body.get("textFormat") or "markdown",
        others=others,
        summary=body.get("summary") or "",
        by_app=True,
    )


def written(call: Call, place: Place, said: Said) -> Message:
    """The message, as it stands from now on."""
    return call.chat.writes(place, call.app.bot, said)


def _sent(call: Call, place: Place, root: str) -> Json:
    call.writable(place)
    body = call.form()
    passes(call, activity_refusals(body, personal=place.kind == PERSONAL))
    if body["type"] == "typing":
        return {}
    said = said_of(body)
    in_thread = root if place.kind == CHANNEL else ""
    message = call.chat.writes(place, call.app.bot, replace(said, root=in_thread))
    return {"id": message.id}


def _own(call: Call, place: Place) -> Message:
    """A message that the bot may change: its own, or a card of its app that somebody sent."""
    message = call.message(place)
    if not message.by_app and not message.via_app:
        raise Refused("NotEnoughPermissions")
    return message


def _reacts(call: Call, *, on: bool) -> None:
    place, _ = call.place()
    kind = call.names["reaction"]
    passes(call, reaction_refusals(kind))
    call.writable(place)
    call.chat.reacts(call.message(place), call.app.bot, kind, on=on)
