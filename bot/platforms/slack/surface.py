"""What Slack knows of us: the command, shortcuts, events and scopes, each with its reason.

The app's manifest is made of this, and what comes in is taken by it: nothing is listed twice.
"""

from collections.abc import Mapping

from core.frozen import frozen

NAME = "slack"  # of the platform
PATH = "/slack/events"  # events, clicks, commands and suggestions, all signed
INSTALL_PATH = "/slack/install"
REDIRECT_PATH = "/slack/oauth_redirect"

COMMAND = "/flow"
BEGIN = "begin"  # the global shortcut
NOTE, START, RESUME = "note", "start", "resume"  # in the menu of a message


@frozen
class Shortcut:
    """An entry of a menu; `on_message` where it is a message's, else the composer's."""

    id: str
    name: str
    says: str
    on_message: bool = True


SHORTCUTS = (
    Shortcut(BEGIN, "Start a flow", "Find a flow and begin it", on_message=False),
    Shortcut(NOTE, "Add as note", "Write this message down in a session"),
    Shortcut(START, "Start a flow from this", "Begin a session about this message"),
    Shortcut(RESUME, "Resume here", "Go on with your session in this thread"),
)

# Each scope of the bot, and what would not work without it.
SCOPES: Mapping[str, str] = {
    "app_mentions:read": "hear @ResolutionFlow in a thread, where Slack has no slash commands",
    "channels:history": "take replies in the threads of public channels as notes",
    "channels:read": "see whether the bot is in a public channel",
    "chat:write": "post the steps",
    "commands": "offer the command /flow and the shortcuts",
    "files:read": "keep files and screenshots as evidence",
    "files:write": "post the ticket note as a file",
    "groups:history": "take replies in the threads of private channels as notes",
    "groups:read": "see whether the bot is in a private channel",
    "im:history": "take replies in the direct conversation as notes",
    "im:read": "know the direct conversation with somebody",
    "im:write": "open the direct conversation with somebody",
    "reactions:read": "see the no-entry reaction that keeps a message out of the ticket",
    "reactions:write": "show with a reaction that a reply was taken",
    "users:read": "know people's names, and who is a guest",
}

# Each event, and the scope that it needs ("" for none).
EVENTS: Mapping[str, str] = {
    "app_home_opened": "",
    "app_mention": "app_mentions:read",
    "app_uninstalled": "",
    "channel_archive": "channels:read",
    "channel_deleted": "channels:read",
    "channel_left": "channels:read",
    "group_archive": "groups:read",
    "group_deleted": "groups:read",
    "group_left": "groups:read",
    "member_joined_channel": "channels:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
    "tokens_revoked": "",
}
APP_SCOPE = "connections:write"  # of the app-level token, for Socket Mode
