"""A call of the Web API: who makes it, with what; and how it is refused."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.slack.rules import ARGUMENTS, BLOCKS, Refusal
from tests.slack.team import Team
from tests.slack.world import Channel, Json, Message, User

if TYPE_CHECKING:
    from tests.slack.server import Slack


class Refused(Exception):
    """Slack says no: `error` is its name for why, `more` what stands beside it in the answer."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.error = error
        self.more = more


@dataclass
class Grant:
    """A token: of the bot, the app, or of a user who installed it. `expires` is 0 for never; `app`
    is whose it is, where that is another one.
    """

    token: str
    kind: str
    team: str
    scopes: frozenset[str]
    user: str = ""
    expires: float = 0
    refresh: str = ""
    app: str = ""
    revoked: bool = False


@dataclass
class Call:
    """One call, with its token's grant where it needs one."""

    slack: "Slack"
    method: str
    args: Json
    grant: Grant
    basic: tuple[str, str] = ("", "")
    warnings: list[str] = field(default_factory=list)

    @property
    def team(self) -> Team:
        """The workspace of the token."""
        return self.slack.teams[self.grant.team]

    def text(self, name: str, default: str | None = None) -> str:
        """A text; without a default it must be there."""
        value = self.args.get(name, default)
        if value is None or value == "":
            if default is None:
                raise missing(name)
            return default
        return str(value)

    def flag(self, name: str) -> bool:
        """Whether something is wanted."""
        return str(self.args.get(name, "")).lower() in ("true", "1")

    def channel(self, name: str = "channel") -> Channel:
        """A channel that the bot may know of. A user's id means the conversation with them."""
        id = self.text(name)
        if id in self.team.users and self.method.startswith("chat."):
            return self.team.direct(self.team.users[id])
        found = self.team.channels.get(id)
        hidden = found is not None and found.kind != "channel"
        if found is None or found.deleted or (hidden and self.team.bot.id not in found.members):
            raise Refused("channel_not_found")
        return found

    def joined(self, name: str = "channel") -> Channel:
        """A channel that the bot is in."""
        channel = self.channel(name)
        if self.team.bot.id not in channel.members:
            raise Refused("not_in_channel")
        return channel

    def open(self, name: str = "channel") -> Channel:
        """A channel that the bot may write in."""
        channel = self.joined(name)
        if channel.archived:
            raise Refused("is_archived")
        return channel

    def message(self, channel: Channel, name: str = "ts") -> Message:
        """A message there that everybody sees."""
        found = channel.messages.get(self.text(name))
        if found is None or found.deleted or found.only_for:
            raise Refused("message_not_found")
        return found

    def user(self, name: str = "user") -> User:
        """Somebody of the workspace."""
        found = self.team.users.get(self.text(name))
        if found is None:
            raise Refused("user_not_found")
        return found

    def scoped(self, channel: Channel, what: str) -> None:
        """Whether the token may `read` channels of this kind, or their `history`."""
        kinds = {"channel": "channels", "group": "groups", "im": "im"}
        needs(self.grant, [f"{kinds[channel.kind]}:{what}"])


def needs(grant: Grant, scopes: Iterable[str]) -> None:
    """One of these scopes. Raises Refused."""
    wanted = [*scopes]
    if wanted and not grant.scopes.intersection(wanted):
        provided = ",".join(sorted(grant.scopes))
        raise Refused("missing_scope", needed=",".join(wanted), provided=provided)


def missing(name: str) -> Refused:
    """An argument that is not there."""
    messages = [f"[ERROR] missing required field: {name}"]
    return Refused("invalid_arguments", response_metadata={"messages": messages})


def passes(refusals: list[Refusal], *, view: bool = False) -> None:
    """Nothing is refused of a message, or of a view. Raises Refused."""
    if not refusals:
        return
    error = refusals[0].rule.error
    if view and error == BLOCKS:
        error = ARGUMENTS
    messages = [str(each) for each in refusals]
    told: Json = {"response_metadata": {"messages": messages}}
    if error == BLOCKS:
        told["errors"] = messages
    raise Refused(error, **told)
