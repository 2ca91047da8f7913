"""Who is in a conversation, and what a team has (learn.microsoft.com/microsoftteams/platform/bots/
how-to/get-teams-context).
"""

from typing import Any

from tests.teams.calls import Call, Refused
from tests.teams.payloads import member
from tests.teams.world import Json, Team

LEAST, MOST = 50, 500  # members in a page


async def members(call: Call) -> list[Json]:
    """GET /v3/conversations/{conversation}/members"""
    return _everybody(call)


async def one(call: Call) -> Json:
    """GET /v3/conversations/{conversation}/members/{member}: by any of their ids"""
    place, _ = call.place()
    user = call.member(call.names["member"])
    if user.id not in call.chat.people(place):
        raise Refused("MemberNotFoundInConversation")
    return member(user)


async def paged(call: Call) -> Json:
    """GET /v3/conversations/{conversation}/pagedMembers"""
    every = _everybody(call)
    said = call.query.get("pageSize", "200")
    page = min(max(int(said), LEAST), MOST) if said.isdecimal() else MOST
    start = int(call.query.get("continuationToken", "0") or 0)
    told: Json = {"members": every[start : start + page]}
    more = start + page < len(every)
    return told | ({"continuationToken": str(start + page)} if more else {})


async def team(call: Call) -> Json:
    """GET /v3/teams/{team}"""
    found = _team(call)
    channels = [*_channels(call, found)]
    return {
        "id": found.id,
        "name": found.name,
        "aadGroupId": found.group,
        "channelCount": len(channels),
        "memberCount": len(found.members),
    }


async def channels(call: Call) -> Json:
    """GET /v3/teams/{team}/conversations: the General one has no name"""
    found = _team(call)
    return {
        "conversations": [
            {"id": each.id, "name": None if each.id == found.id else each.name}
            for each in _channels(call, found)
        ]
    }


def _everybody(call: Call) -> list[Json]:
    place, _ = call.place()
    return [member(call.chat.users[id]) for id in sorted(call.chat.people(place))]


def _team(call: Call) -> Team:
    found = call.tenant.teams.get(call.names["team"])
    if found is None or found.deleted:
        raise Refused("ConversationNotFound")
    if found.installed is None:
        raise Refused("BotNotInConversationRoster")
    return found


def _channels(call: Call, team: Team) -> Any:
    every = call.chat.places.values()
    return (each for each in every if each.team == team.id and not each.deleted)
