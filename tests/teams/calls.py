"""A call of the connector: what it is about; and how it is refused (learn.microsoft.com/
microsoftteams/platform/bots/build-conversational-capability#status-codes-from-bot-conversational-apis).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.teams.rules import Refusal
from tests.teams.world import CHANNEL, PERSONAL, Json, Message, Place, Registration, Tenant, User

if TYPE_CHECKING:
    from tests.teams.chat import Chat
    from tests.teams.server import Teams

# The status of HTTP and what is said, by code.
ERRORS: Mapping[str, tuple[int, str]] = {
    "BadSyntax": (400, "Bad format of the request"),
    "BotNotInConversationRoster": (403, "The bot is not part of the conversation roster."),
    "ConversationBlockedByUser": (403, "User blocked the conversation with the bot."),
    "ForbiddenOperationException": (403, "Bot is not installed in user's personal scope"),
    "NotEnoughPermissions": (403, "The bot may not do that."),
    "MessageWritesBlocked": (403, "Thread is blocked from message writes."),
    "ConversationNotFound": (404, "Conversation not found."),
    "ActivityNotFoundInConversation": (404, "The activity was not found in the conversation."),
    "MemberNotFoundInConversation": (404, "The member was not found in the conversation."),
    "PreconditionFailed": (412, "Precondition failed, please try again."),
    "MessageSizeTooBig": (413, "Message size too large."),
    "Throttled": (429, "Too many requests."),
}


class Refused(Exception):
    """Teams says no: by code, with what is wrong in words."""

    def __init__(self, code: str, refusals: Iterable[Refusal] = ()) -> None:
        self.code, self.refusals = code, [*refusals]
        self.status, self.says = ERRORS[code]
        if self.refusals:
            self.says = "; ".join(map(str, self.refusals))
        super().__init__(f"{code}: {self.says}")

    @property
    def body(self) -> Json:
        """As Teams answers it; what is blocked has a shape of its own
        (…/conversations/send-proactive-messages#understand-who-blocked-muted-or-uninstalled-a-bot).
        """
        if self.code == "MessageWritesBlocked":
            details = {"subCode": self.code, "details": self.says, "errorCode": None}
            return {"errorCode": 209, "message": json.dumps(details | {"errorSubCode": None})}
        return {"error": {"code": self.code, "message": self.says}}


@dataclass
class Call:
    """One call of an app. `names` are the parts of its address, decoded; `query` what stands behind
    it.
    """

    teams: "Teams"
    app: Registration
    names: Mapping[str, str]
    query: Mapping[str, str]
    body: Any = None
    written: list[Message] = field(default_factory=list)

    @property
    def chat(self) -> "Chat":
        """Where all happens."""
        return self.teams.chat

    @property
    def tenant(self) -> Tenant:
        """Whose app calls."""
        return self.chat.tenants[self.app.tenant]

    def form(self) -> Json:
        """The body, which is an object."""
        if not isinstance(self.body, dict):
            raise Refused("BadSyntax")
        return self.body

    def place(self) -> tuple[Place, str]:
        """The conversation that is meant, and the id of the post whose thread is meant ("" for
        none). The bot is in it.
        """
        id, _, root = self.names["conversation"].partition(";messageid=")
        return self.entered(self.chat.places.get(id)), self._root(id, root)

    def entered(self, found: Place | None) -> Place:
        """A place that is there, and where the bot is. Raises Refused."""
        if found is None or found.deleted or found.tenant != self.app.tenant:
            raise Refused("ConversationNotFound")
        if found.kind == CHANNEL and self.chat.team(found).deleted:
            raise Refused("ConversationNotFound")
        if found.kind == PERSONAL:
            return found
        if self.chat.installed(found) is None:
            raise Refused("BotNotInConversationRoster")
        return found

    def writable(self, place: Place) -> None:
        """The bot may write there. Raises Refused."""
        if place.kind == PERSONAL and place.blocked:
            raise Refused("ConversationBlockedByUser")
        if place.kind == PERSONAL and not self.chat.reaches(place):
            raise Refused("MessageWritesBlocked")
        if place.kind == CHANNEL and self.chat.team(place).archived:
            raise Refused("MessageWritesBlocked")

    def message(self, place: Place) -> Message:
        """A message there. Raises Refused."""
        found = place.messages.get(self.names["activity"])
        if found is None or found.deleted:
            raise Refused("ActivityNotFoundInConversation")
        return found

    def member(self, id: str) -> User:
        """Somebody of the tenant, by one of their ids. Raises Refused."""
        for each in self.tenant.users.values():
            if id in (each.id, each.object_id, each.principal):
                return each
        raise Refused("MemberNotFoundInConversation")

    def _root(self, id: str, root: str) -> str:
        place = self.chat.places.get(id)
        first = place.messages.get(root) if place is not None else None
        # A thread stands without its first post.
        if root and (first is None or first.root):
            raise Refused("ActivityNotFoundInConversation")
        return root


def passes(call: Call, refusals: Iterable[Refusal]) -> None:
    """Nothing is refused of a body; what is, is remembered: a bot of ours never sends it. Raises
    Refused.
    """
    found = [*refusals]
    if not found:
        return
    call.teams.refuses(found)
    raise Refused(max(found, key=lambda each: each.rule.status).rule.code, found)
