"""A call of the REST API: what it is about; and how it is refused
(docs.discord.com/developers/topics/opcodes-and-status-codes#json).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.discord.chat import Chat
from tests.discord.rules import Refusal, refusal
from tests.discord.world import Attachment, Channel, Guild, Json, Message, Thread

if TYPE_CHECKING:
    from tests.discord.server import Discord

# Discord's errors: the status of HTTP, and what they say, by code.
ERRORS: Mapping[int, tuple[int, str]] = {
    10002: (404, "Unknown Application"),
    10003: (404, "Unknown Channel"),
    10004: (404, "Unknown Guild"),
    10007: (404, "Unknown Member"),
    10008: (404, "Unknown Message"),
    10013: (404, "Unknown User"),
    10014: (400, "Unknown Emoji"),
    10015: (404, "Unknown Webhook"),
    10062: (404, "Unknown interaction"),
    10063: (404, "Unknown application command"),
    30030: (400, "Maximum number of application commands reached"),
    30034: (400, "Max number of daily application command creates has been reached (200)"),
    40005: (413, "Request entity too large"),
    40060: (400, "Interaction has already been acknowledged."),
    50001: (403, "Missing Access"),
    50003: (403, "Cannot execute action on a DM channel"),
    50005: (403, "Cannot edit a message authored by another user"),
    50006: (400, "Cannot send an empty message"),
    50007: (403, "Cannot send messages to this user"),
    50013: (403, "Missing Permissions"),
    50024: (400, "Cannot execute action on this channel type"),
    50027: (401, "Invalid Webhook Token"),
    50035: (400, "Invalid Form Body"),
    50083: (400, "Thread is archived"),
    50109: (400, "The request body contains invalid JSON."),
    160002: (400, "Cannot reply without permission to read message history"),
    160004: (400, "A thread has already been created for this message"),
    160005: (400, "Thread is locked"),
}


class Refused(Exception):
    """Discord says no: by code, with what is wrong in the body."""

    def __init__(self, code: int, refusals: Iterable[Refusal] = ()) -> None:
        self.refusals = [*refusals]
        super().__init__(f"{code}: {ERRORS[code][1]} {[str(each) for each in self.refusals]}")
        self.code = code
        self.status, self.says = ERRORS[code]

    @property
    def body(self) -> Json:
        """As Discord answers it."""
        told: Json = {"message": self.says, "code": self.code}
        if self.refusals:
            told["errors"] = _nested(self.refusals)
        return told


def _nested(refusals: Iterable[Refusal]) -> Json:
    """Errors by where they are: /components/0/id is {"components": {"0": {"id": …}}}."""
    found: Json = {}
    for each in refusals:
        here = found
        for part in each.where.strip("/").split("/"):
            here = here.setdefault(part, {}) if part else here
        error = {"code": each.rule.code, "message": each.says}
        here.setdefault("_errors", []).append(error)
    return found


@dataclass
class Call:
    """One call. `names` are the parts of its address, `query` what stands behind it, `files` what
    came along, by number.
    """

    discord: "Discord"
    names: Mapping[str, str]
    query: Mapping[str, str]
    body: Any
    files: Mapping[int, Attachment] = field(default_factory=dict)

    @property
    def chat(self) -> Chat:
        """Where all happens."""
        return self.discord.chat

    def form(self) -> Json:
        """The body, which is an object."""
        if not isinstance(self.body, dict):
            raise Refused(50109)
        return self.body

    def guild(self) -> Guild:
        """A guild that the bot is in."""
        found = self.chat.guilds.get(self.names["guild"])
        if found is None or self.chat.bot.id not in found.members:
            raise Refused(10004)
        return found

    def channel(self, *permissions: str) -> Channel:
        """A channel or thread that the bot sees, where it may do all that."""
        found = self.chat.channels.get(self.names["channel"])
        if found is None or found.deleted or self.chat.parent(found).deleted:
            raise Refused(10003)
        if not self.chat.may(found, "View Channels"):
            raise Refused(50001)
        for permission in permissions:
            self.may(found, permission)
        return found

    def may(self, channel: Channel, permission: str) -> None:
        """The bot may do it there. Raises Refused."""
        if not self.chat.may(channel, permission):
            raise Refused(50013)

    def message(self, channel: Channel) -> Message:
        """A message there that everybody sees."""
        found = channel.messages.get(self.names["message"])
        if found is None or found.deleted or found.only_for:
            raise Refused(10008)
        return found

    def number(self, name: str, least: int, most: int, default: int) -> int:
        """A number from the query."""
        said = self.query.get(name)
        if said is None:
            return default
        if not said.isdecimal() or not least <= int(said) <= most:
            raise Refused(50035, [refusal("query-number", f"/{name}", f"{least} to {most}")])
        return int(said)


def open_thread(channel: Channel, *, manages: bool) -> None:
    """What is there can be changed: it is not an archived or locked thread. Raises Refused."""
    if isinstance(channel, Thread):
        if channel.archived:
            raise Refused(50083)
        if channel.locked and not manages:
            raise Refused(160005)


def passes(refusals: Iterable[Refusal]) -> None:
    """Nothing is refused of a body. Raises Refused."""
    found = [*refusals]
    if not found:
        return
    worst = found[0].rule
    if worst.error != 50035:
        raise Refused(worst.error)
    raise Refused(50035, [each for each in found if each.rule.error == 50035])
