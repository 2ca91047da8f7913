"""What Discord knows of us: the commands, intents and permissions, each with its reason.

What is registered is made of this, and what comes in is taken by it: nothing is listed twice.
"""

from collections.abc import Mapping
from typing import Any

from core.frozen import frozen

NAME = "discord"  # of the platform

FLOW = "flow"
WORDS = "words"  # the one option of a subcommand
ANYTHING = "do"  # the subcommand for what has none of its own
HOME = "home"  # the dashboard
NOTE, START = "Add as note", "Start a flow from this"  # in the menu of a message

Payload = dict[str, Any]


@frozen
class Subcommand:
    """A word after `/flow`; `asks` describes what can follow it, "" where nothing can."""

    name: str
    says: str
    asks: str = ""


# Discord takes 25 at most. https://docs.discord.com/developers/interactions/application-commands
SUBCOMMANDS = (
    Subcommand("start", "Begin the flow that fits", "What is wrong, in words"),
    Subcommand("menu", "Where to begin"),
    Subcommand(HOME, "Your sessions and flows, seen by you alone"),
    Subcommand("list", "Your open sessions"),
    Subcommand("resume", "The step again, here", "Which session"),
    Subcommand("move", "Let the session live here"),
    Subcommand("note", "Write something down", "The note"),
    Subcommand("answer", "Answer the step, by number or in words", "The answer"),
    Subcommand("how", "How to do this step"),
    Subcommand("back", "Ask the step before again"),
    Subcommand("correct", "Change an earlier answer"),
    Subcommand("status", "Where it stands"),
    Subcommand("summary", "The ticket note as it reads now"),
    Subcommand("scratchpad", "A free text beside the steps", "The text"),
    Subcommand("time", "The time worked"),
    Subcommand("pause", "Park the session", "Why"),
    Subcommand("handover", "Ask somebody to go on", "Whom"),
    Subcommand("takeover", "Drive the session yourself"),
    Subcommand("done", "End it, with an outcome"),
    Subcommand("cancel", "End it without an outcome", "Why"),
    Subcommand("pin", "Keep a flow at hand", "Words of it"),
    Subcommand("link", "Be the same person in another chat", "A code, if you have one"),
    Subcommand("admin", "The members and their roles", "What to do"),
    Subcommand("help", "What you can type"),
    Subcommand(ANYTHING, "Anything else you can type after /flow", "The words"),
)

# What else can be typed after `/flow` elsewhere: here it is typed after ANYTHING.
OTHERS = (
    *("find", "join", "unpin", "reopen", "custom", "decline", "accept", "withdraw"),
    *("variables", "sample", "fine", "notfine"),
)

# Each intent, what would not work without it, and its bit.
# https://docs.discord.com/developers/events/gateway#list-of-intents
INTENTS: Mapping[str, tuple[int, str]] = {
    "guilds": (1 << 0, "know channels, threads and what becomes of them"),
    "guild_messages": (1 << 9, "take replies in threads as notes, and follow their changes"),
    "guild_message_reactions": (1 << 10, "see the no-entry reaction that keeps a message out"),
    "direct_messages": (1 << 12, "take replies in the direct conversation as notes"),
    "direct_message_reactions": (1 << 13, "see the no-entry reaction there"),
    "message_content": (1 << 15, "read what replies say"),
}
MESSAGE_CONTENT = INTENTS["message_content"][0]

# Each permission, what would not work without it, and its bit.
# https://docs.discord.com/developers/topics/permissions
PERMISSIONS: Mapping[str, tuple[int, str]] = {
    "View Channels": (1 << 10, "see the channel at all"),
    "Send Messages": (1 << 11, "post the session's header"),
    "Create Public Threads": (1 << 35, "open the thread that a session lives in"),
    "Send Messages in Threads": (1 << 38, "post the steps there"),
    "Manage Threads": (1 << 34, "open a thread again that has archived itself"),
    "Attach Files": (1 << 15, "post the ticket note as a file"),
    "Read Message History": (
        1 << 16,
        "find again what was written",
    ),
    "Add Reactions": (1 << 6, "show with a reaction that a reply was taken"),
}
SCOPES = ("bot", "applications.commands")

_SUBCOMMAND, _STRING, _MESSAGE_MENU = 1, 3, 3


def permissions() -> int:
    """All of them as Discord's number."""
    return sum(bit for bit, _ in PERMISSIONS.values())


def intents() -> int:
    """All of them as Discord's number."""
    return sum(bit for bit, _ in INTENTS.values())


def commands() -> list[Payload]:
    """Everything that is registered, as Discord's application commands."""
    flow: Payload = {
        "name": FLOW,
        "type": 1,
        "description": "Guided troubleshooting",
        "options": [_option(each) for each in SUBCOMMANDS],
    }
    menus: list[Payload] = [{"name": name, "type": _MESSAGE_MENU} for name in (NOTE, START)]
    return [flow, *menus]


def _option(subcommand: Subcommand) -> Payload:
    words: Payload = {
        "type": _STRING,
        "name": WORDS,
        "description": subcommand.asks,
        "autocomplete": True,
    }
    return {
        "type": _SUBCOMMAND,
        "name": subcommand.name,
        "description": subcommand.says,
        "options": [words] if subcommand.asks else [],
    }
