"""The app as Slack knows it: what its manifest says, and its secrets, made at run time."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
ROTATED = 12 * 3600  # seconds that a token lives where tokens rotate

# Everything that this Slack can send, for tests without a manifest of the product's.
SCOPES = [
    "app_mentions:read",
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "files:read",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:read",
    "im:write",
    "links:read",
    "links:write",
    "reactions:read",
    "reactions:write",
    "team:read",
    "users:read",
]
EVENTS = [
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "channel_archive",
    "channel_deleted",
    "channel_left",
    "channel_rename",
    "channel_unarchive",
    "group_archive",
    "group_deleted",
    "group_left",
    "group_unarchive",
    "link_shared",
    "member_joined_channel",
    "member_left_channel",
    "message.channels",
    "message.groups",
    "message.im",
    "reaction_added",
    "reaction_removed",
    "tokens_revoked",
]
MANIFEST: Json = {
    "display_information": {"name": "ResolutionFlow"},
    "features": {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
        "bot_user": {"display_name": "ResolutionFlow", "always_online": True},
        "slash_commands": [{"command": "/flow", "description": "Guided sessions"}],
        "shortcuts": [
            {"name": "Start a flow", "type": "global", "callback_id": "begin"},
            {"name": "Add as note", "type": "message", "callback_id": "note"},
            {"name": "Start a flow from this", "type": "message", "callback_id": "start"},
            {"name": "Resume here", "type": "message", "callback_id": "resume"},
        ],
        "unfurl_domains": ["resolutionflow.example"],
    },
    "oauth_config": {"scopes": {"bot": SCOPES}},
    "settings": {
        "event_subscriptions": {"bot_events": EVENTS},
        "interactivity": {"is_enabled": True},
        "socket_mode_enabled": True,
        "token_rotation_enabled": False,
    },
}
# What a subscription to an event needs, from the pages below reference/events.
EVENT_SCOPES: Mapping[str, str] = {
    "app_mention": "app_mentions:read",
    "channel_archive": "channels:read",
    "channel_deleted": "channels:read",
    "channel_left": "channels:read",
    "channel_rename": "channels:read",
    "channel_unarchive": "channels:read",
    "group_archive": "groups:read",
    "group_deleted": "groups:read",
    "group_left": "groups:read",
    "group_unarchive": "groups:read",
    "link_shared": "links:read",
    "member_joined_channel": "channels:read",
    "member_left_channel": "channels:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
}


@dataclass(frozen=True)
class Shortcut:
    """An entry of a menu: `kind` is `message` or `global`."""

    name: str
    kind: str
    callback_id: str


@dataclass
class App:
    """One app. `request_url` is where signed HTTP goes; "" where there is none."""

    id: str
    name: str
    scopes: frozenset[str]
    events: frozenset[str]
    commands: frozenset[str]
    shortcuts: tuple[Shortcut, ...]
    socket_mode: bool
    rotation: bool
    has_home: bool
    domains: tuple[str, ...] = ()
    redirects: tuple[str, ...] = ()
    request_url: str = ""
    base: str = ""  # where this Slack is, once it is served
    grace: float = 0.0  # seconds that a refresh token is taken after its use; Slack names no number
    client_id: str = field(default_factory=lambda: f"{secrets.randbelow(10**12)}.1")
    client_secret: str = field(default_factory=lambda: secrets.token_hex(16))
    signing_secret: str = field(default_factory=lambda: secrets.token_hex(16))
    verification: str = field(default_factory=lambda: secrets.token_hex(12))
    token: str = field(default_factory=lambda: f"xapp-1-{secrets.token_hex(16)}")

    def hears(self, event: str, scopes: Iterable[str]) -> bool:
        """Whether it is told of such an event with these scopes."""
        needed = EVENT_SCOPES.get(event)
        return event in self.events and (needed is None or needed in set(scopes))

    def shortcut(self, callback_id: str) -> Shortcut:
        """The one with that id. Raises LookupError."""
        found = [each for each in self.shortcuts if each.callback_id == callback_id]
        if not found:
            raise LookupError(f"the app has no shortcut {callback_id}")
        return found[0]


def app_of(manifest: Json | None, id: str) -> App:
    """The app that a manifest describes (docs.slack.dev/reference/app-manifest)."""
    manifest = manifest or MANIFEST
    features, settings = manifest.get("features", {}), manifest.get("settings", {})
    events = settings.get("event_subscriptions", {})
    interactivity = settings.get("interactivity", {})
    bot = features.get("bot_user", {})
    shortcuts = [
        Shortcut(each["name"], each["type"], each["callback_id"])
        for each in features.get("shortcuts", [])
    ]
    oauth = manifest.get("oauth_config", {})
    return App(
        id=id,
        name=bot.get("display_name") or manifest["display_information"]["name"],
        scopes=frozenset(oauth.get("scopes", {}).get("bot", [])),
        events=frozenset(events.get("bot_events", [])),
        commands=frozenset(each["command"] for each in features.get("slash_commands", [])),
        shortcuts=tuple(shortcuts),
        socket_mode=bool(settings.get("socket_mode_enabled")),
        rotation=bool(settings.get("token_rotation_enabled")),
        has_home=bool(features.get("app_home", {}).get("home_tab_enabled")),
        domains=tuple(features.get("unfurl_domains", [])),
        redirects=tuple(oauth.get("redirect_urls", [])),
        request_url=events.get("request_url") or interactivity.get("request_url") or "",
    )
