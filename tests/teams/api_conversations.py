"""Conversations that a bot begins: with one person, or a thread in a channel
(learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/send-proactive-messages).
"""

from tests.teams.api_activities import said_of, written
from tests.teams.calls import Call, Refused, passes
from tests.teams.checks import activity_refusals, conversation_refusals
from tests.teams.rules import refusal
from tests.teams.world import CHANNEL, Json, User


async def create(call: Call) -> Json:
    """POST /v3/conversations"""
    body = call.form()
    passes(call, conversation_refusals(body))
    if body.get("isGroup"):
        return _thread(call, body)
    user = _member(call, str(body["members"][0]["id"]))
    place = call.chat.direct(user)
    if place.blocked:
        raise Refused("ConversationBlockedByUser")
    if not call.chat.reaches(place):
        raise Refused("ForbiddenOperationException")
    told: Json = {"id": place.id, "serviceUrl": call.chat.service_url}
    if isinstance(body.get("activity"), dict):
        passes(call, activity_refusals(body["activity"], personal=True))
        told["activityId"] = written(call, place, said_of(body["activity"])).id
    return told


def _thread(call: Call, body: Json) -> Json:
    place = call.entered(call.chat.places.get(str(body["channelData"]["channel"]["id"])))
    if place.kind != CHANNEL:
        raise Refused("BadSyntax")
    call.writable(place)
    passes(call, activity_refusals(body["activity"]))
    message = written(call, place, said_of(body["activity"]))
    id = f"{place.id};messageid={message.id}"
    return {"id": id, "activityId": message.id, "serviceUrl": call.chat.service_url}


def _member(call: Call, id: str) -> User:
    tenant = call.body.get("tenantId") or call.body["channelData"]["tenant"]["id"]
    if tenant != call.tenant.id:
        passes(call, [refusal("member", "/tenantId", tenant)])
    try:
        return call.member(id)
    except Refused:
        passes(call, [refusal("member", "/members/0/id", id)])
        raise
