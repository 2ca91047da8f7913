"""Every method that this Slack has: its tier, the scopes of which it needs one, its page. What is
not here is unknown_method.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from tests.slack import api_chat, api_conversations, api_files, api_oauth, api_views
from tests.slack.calls import Call
from tests.slack.limits import CONNECTIONS, POSTS_A_WORKSPACE, SPECIAL, TIERS
from tests.slack.world import Json

Handler = Callable[[Call], Awaitable[Json]]
_READ = ("channels:read", "groups:read", "im:read", "mpim:read")
_HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")


@dataclass(frozen=True)
class Method:
    """One method. `tokens` are the kinds that it takes, none where it takes no token at all.

    `most` is calls a minute in a workspace. Which scope a channel needs depends on its kind too.
    """

    name: str
    handler: Handler
    most: int
    scopes: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ("bot",)

    @property
    def page(self) -> str:
        """Where Slack documents it."""
        return f"docs.slack.dev/reference/methods/{self.name}"


def _tier(tier: int, name: str, handler: Handler, *scopes: str) -> Method:
    return Method(name, handler, TIERS[tier], scopes)


_EVERY = (
    Method("api.test", api_conversations.api_test, TIERS[4], tokens=()),
    Method("auth.test", api_conversations.auth_test, SPECIAL, tokens=("bot", "app")),
    Method(
        "apps.connections.open",
        api_conversations.connections_open,
        CONNECTIONS,
        ("connections:write",),
        ("app",),
    ),
    _tier(3, "apps.uninstall", api_oauth.uninstall),
    _tier(3, "auth.revoke", api_oauth.revoke),
    _tier(3, "bots.info", api_conversations.bot_info, "users:read"),
    _tier(3, "chat.delete", api_chat.delete, "chat:write"),
    Method("chat.getPermalink", api_chat.permalink, SPECIAL),
    _tier(4, "chat.postEphemeral", api_chat.post_ephemeral, "chat:write"),
    Method("chat.postMessage", api_chat.post_message, POSTS_A_WORKSPACE, ("chat:write",)),
    _tier(3, "chat.unfurl", api_chat.unfurl, "links:write"),
    _tier(3, "chat.update", api_chat.update, "chat:write"),
    _tier(3, "conversations.history", api_conversations.history, *_HISTORY),
    _tier(3, "conversations.info", api_conversations.info, *_READ),
    _tier(2, "conversations.list", api_conversations.listed, *_READ),
    _tier(4, "conversations.members", api_conversations.members, *_READ),
    _tier(3, "conversations.open", api_conversations.opened, "im:write", "mpim:write"),
    _tier(3, "conversations.replies", api_conversations.replies, *_HISTORY),
    _tier(4, "files.completeUploadExternal", api_files.complete, "files:write"),
    _tier(4, "files.getUploadURLExternal", api_files.upload_url, "files:write"),
    _tier(4, "files.info", api_files.info, "files:read"),
    Method("oauth.v2.access", api_oauth.access, TIERS[4], tokens=()),
    Method("oauth.v2.exchange", api_oauth.exchange, TIERS[3], tokens=()),
    _tier(3, "reactions.add", api_chat.add_reaction, "reactions:write"),
    _tier(2, "reactions.remove", api_chat.remove_reaction, "reactions:write"),
    _tier(3, "team.info", api_conversations.team_info, "team:read"),
    _tier(4, "users.info", api_conversations.user_info, "users:read"),
    _tier(2, "users.list", api_conversations.user_list, "users:read"),
    _tier(4, "views.open", api_views.opened),
    _tier(4, "views.publish", api_views.published),
    _tier(4, "views.push", api_views.pushed),
    _tier(4, "views.update", api_views.updated),
)
METHODS: Mapping[str, Method] = {method.name: method for method in _EVERY}
