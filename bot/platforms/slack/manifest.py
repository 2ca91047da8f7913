"""The app as Slack is told of it: its manifest, made of the registry in `surface`. Asks nobody, and
loads nothing of Slack's libraries.

https://docs.slack.dev/reference/app-manifest, github.com/slackapi/manifest-schema
"""

from collections.abc import Mapping
from typing import Any

from bot.platforms.slack.surface import (
    COMMAND,
    EVENTS,
    PATH,
    REDIRECT_PATH,
    SCOPES,
    SHORTCUTS,
    Shortcut,
)
from core.frozen import frozen

TITLE = "ResolutionFlow"  # as people call the bot: @ResolutionFlow
_DESCRIPTION = "Guided troubleshooting for IT support: one step at a time, and a ticket note."
_LONG = (
    "ResolutionFlow walks support engineers through a problem, one question at a time, in the"
    " thread where they are. Every answer, note, file and minute is written down on the way; at the"
    " end there is a note that can go straight into the ticket. Type /flow to begin."
)
_COLOR = "#1a56c4"
_SAYS = "Start a flow, or go on with one"
_HINT = "[what is wrong | list | resume | help]"


@frozen
class Wanted:
    """How Slack is to reach us. `url` is our address for others, without a slash at its end, ""
    where there is none; without `socket` events come there. `rotation`: tokens end after 12 hours.
    """

    url: str = ""
    socket: bool = True
    rotation: bool = False


def manifest(wanted: Wanted) -> dict[str, Any]:
    """What “Create an app from a manifest” takes."""
    told = "" if wanted.socket else wanted.url + PATH
    return {
        "_metadata": {"major_version": 1, "minor_version": 1},
        "display_information": {
            "name": TITLE,
            "description": _DESCRIPTION,
            "long_description": _LONG,
            "background_color": _COLOR,
        },
        "features": _features(told),
        "oauth_config": {
            **({"redirect_urls": [wanted.url + REDIRECT_PATH]} if wanted.url else {}),
            "scopes": {"bot": sorted(SCOPES)},
        },
        "settings": {
            "event_subscriptions": {**_at(told), "bot_events": sorted(EVENTS)},
            "interactivity": {
                "is_enabled": True,
                **_at(told),
                **_at(told, "message_menu_options_url"),
            },
            "org_deploy_enabled": False,
            "socket_mode_enabled": wanted.socket,
            "token_rotation_enabled": wanted.rotation,
        },
    }


def _features(told: str) -> dict[str, Any]:
    # Escaped, so that somebody who is named in a command can be told from others of that name.
    command = {"command": COMMAND, **_at(told, "url"), "description": _SAYS, "usage_hint": _HINT}
    return {
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,
        },
        "bot_user": {"display_name": TITLE, "always_online": True},
        "shortcuts": [_shortcut(each) for each in SHORTCUTS],
        "slash_commands": [{**command, "should_escape": True}],
    }


def _shortcut(shortcut: Shortcut) -> dict[str, str]:
    return {
        "name": shortcut.name,
        "type": "message" if shortcut.on_message else "global",
        "callback_id": shortcut.id,
        "description": shortcut.says,
    }


def _at(told: str, name: str = "request_url") -> Mapping[str, str]:
    """Where Slack sends it; nothing is said where it comes by a socket."""
    return {name: told} if told else {}
