"""Every call that the connector answers: its method and address below the service's, what does it,
and as what it is counted.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from tests.teams import api_activities, api_conversations, api_files, api_members
from tests.teams.calls import Call

_CONVERSATION = "/v3/conversations/{conversation}"
_ACTIVITY = f"{_CONVERSATION}/activities/{{activity}}"


@dataclass(frozen=True)
class Route:
    """One of them. An answer of None is an empty body; `status` is that of success."""

    method: str
    path: str
    does: Callable[[Call], Awaitable[Any]]
    counted: str
    status: int = 200


ROUTES = (
    Route("POST", "/v3/conversations", api_conversations.create, "create", 201),
    Route("POST", f"{_CONVERSATION}/activities", api_activities.send, "send", 201),
    Route("POST", _ACTIVITY, api_activities.reply, "send", 201),
    Route("PUT", _ACTIVITY, api_activities.edit, "send"),
    Route("DELETE", _ACTIVITY, api_activities.delete, "send"),
    Route("PUT", f"{_ACTIVITY}/reactions/{{reaction}}", api_activities.react, "react"),
    Route("DELETE", f"{_ACTIVITY}/reactions/{{reaction}}", api_activities.unreact, "react"),
    Route("GET", f"{_CONVERSATION}/members", api_members.members, "members"),
    Route("GET", f"{_CONVERSATION}/pagedMembers", api_members.paged, "members"),
    Route("GET", f"{_CONVERSATION}/pagedmembers", api_members.paged, "members"),
    Route("GET", f"{_CONVERSATION}/members/{{member}}", api_members.one, "members"),
    Route("GET", "/v3/teams/{team}", api_members.team, "conversations"),
    Route("GET", "/v3/teams/{team}/conversations", api_members.channels, "conversations"),
    Route("GET", "/v3/attachments/{file}/views/original", api_files.picture, "attachments"),
)
