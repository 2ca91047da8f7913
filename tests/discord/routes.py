"""Every call that this Discord answers: its method and address below /api/v10, and what does it.

`open` routes need no bot token: the token is in their address.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from tests.discord import (
    api_channels,
    api_commands,
    api_guilds,
    api_interactions,
    api_messages,
)
from tests.discord.calls import Call

_MESSAGE = "/channels/{channel}/messages/{message}"
_REACTION = f"{_MESSAGE}/reactions/{{emoji}}"
_HOOK = "/webhooks/{application}/{token}"


@dataclass(frozen=True)
class Route:
    """One of them. An answer of None is 204."""

    method: str
    path: str
    does: Callable[[Call], Awaitable[Any]]
    open: bool = False


ROUTES = (
    Route("GET", "/gateway", api_guilds.gateway, open=True),
    Route("GET", "/gateway/bot", api_guilds.gateway_bot),
    Route("GET", "/users/@me", api_guilds.me),
    Route("GET", "/users/@me/guilds", api_guilds.my_guilds),
    Route("POST", "/users/@me/channels", api_channels.open_direct),
    Route("GET", "/users/{user}", api_guilds.user),
    Route("GET", "/applications/@me", api_guilds.application),
    Route("GET", "/oauth2/applications/@me", api_guilds.application),
    Route("GET", "/guilds/{guild}", api_guilds.fetch),
    Route("GET", "/guilds/{guild}/roles", api_guilds.roles),
    Route("GET", "/guilds/{guild}/channels", api_guilds.channels),
    Route("GET", "/guilds/{guild}/members/{user}", api_guilds.member),
    Route("GET", "/guilds/{guild}/threads/active", api_channels.active_threads),
    Route("GET", "/channels/{channel}", api_channels.fetch),
    Route("PATCH", "/channels/{channel}", api_channels.change),
    Route("DELETE", "/channels/{channel}", api_channels.delete),
    Route("POST", "/channels/{channel}/typing", api_channels.typing),
    Route("GET", "/channels/{channel}/threads/archived/public", api_channels.archived_threads),
    Route("PUT", "/channels/{channel}/thread-members/@me", api_channels.join),
    Route("GET", "/channels/{channel}/messages", api_messages.listed),
    Route("POST", "/channels/{channel}/messages", api_messages.create),
    Route("GET", _MESSAGE, api_messages.fetch),
    Route("PATCH", _MESSAGE, api_messages.edit),
    Route("DELETE", _MESSAGE, api_messages.delete),
    Route("POST", f"{_MESSAGE}/threads", api_channels.open_thread),
    Route("PUT", f"{_REACTION}/@me", api_messages.react),
    Route("DELETE", f"{_REACTION}/@me", api_messages.unreact),
    Route("GET", _REACTION, api_messages.reactors),
    Route("GET", "/applications/{application}/commands", api_commands.listed),
    Route("PUT", "/applications/{application}/commands", api_commands.overwrite),
    Route("GET", "/applications/{application}/guilds/{guild}/commands", api_commands.listed),
    Route("PUT", "/applications/{application}/guilds/{guild}/commands", api_commands.overwrite),
    Route(
        "POST", "/interactions/{interaction}/{token}/callback", api_interactions.respond, open=True
    ),
    Route("POST", _HOOK, api_interactions.follow, open=True),
    Route("GET", f"{_HOOK}/messages/{{message}}", api_interactions.fetch, open=True),
    Route("PATCH", f"{_HOOK}/messages/{{message}}", api_interactions.edit, open=True),
    Route("DELETE", f"{_HOOK}/messages/{{message}}", api_interactions.delete, open=True),
)
