"""What Teams knows of us: the command words, the message extension, the permissions and invokes,
each with its reason.

The app's manifest is made of this; that what comes in is taken by it is held by a test.
"""

from collections.abc import Mapping

from core.frozen import frozen

NAME = "teams"  # of the platform
TITLE = "Microsoft Teams"  # as people call it
PATH = "/api/messages"  # where Teams sends everything, each with a token of its own
CHANNEL = "msteams"  # as the Bot Framework calls Teams among its channels

PERSONAL, TEAM, GROUP = "personal", "team", "groupChat"  # where the bot can be
SCOPES = (PERSONAL, TEAM, GROUP)
_SHARED = (TEAM, GROUP)

HOME = "home"  # the word that opens the dashboard
SEARCH = "start"  # the message extension's search
WORDS = "words"  # what is typed into it
OFFER = "offer"  # the verb of a button on what it found: what is typed, as `text`
NOTE, START_FROM = "note", "startFrom"  # in the menu of a message


@frozen
class Word:
    """A command that Teams shows; `asks` names what can follow it, "" where nothing can."""

    name: str
    says: str
    scopes: tuple[str, ...] = SCOPES
    asks: str = ""


@frozen
class Extension:
    """A command of the message extension: a search, or, `on_message`, an entry in its menu."""

    id: str
    title: str
    says: str
    on_message: bool = True


# Teams shows ten at most in each place.
# learn.microsoft.com/microsoftteams/platform/bots/how-to/create-a-bot-commands-menu
COMMANDS = (
    Word(HOME, "Your sessions and flows", (PERSONAL,)),
    Word("start", "Begin the flow that fits", asks="WORDS"),
    Word("list", "Your open sessions", (GROUP,)),
    Word("resume", "The step again, here", asks="WORDS"),
    Word("note", "Write something down", asks="TEXT"),
    Word("back", "Ask the step before again", _SHARED),
    Word("correct", "Change an earlier answer"),
    Word("status", "Where it stands", (TEAM,)),
    Word("summary", "The ticket note as it reads now"),
    Word("handover", "Ask somebody to go on", asks="NAME"),
    Word("done", "End it, with an outcome"),
    Word("link", "Be the same person in another chat", (PERSONAL,), asks="CODE"),
    Word("help", "What you can type"),
)

# What else can be typed, and is not shown: there is no room, or there are buttons for it.
TYPED = (
    *("find", "menu", "pin", "unpin", "how", "answer", "time", "scratchpad", "pause", "takeover"),
    *("cancel", "reopen", "custom", "join", "decline", "admin", "accept", "withdraw", "move"),
    *("variables", "sample", "fine", "notfine"),
)

EXTENSIONS = (
    Extension(SEARCH, "Start a flow", "Find a flow and begin it here", on_message=False),
    Extension(NOTE, "Add as note", "Write this message down in a session"),
    Extension(START_FROM, "Start a flow from this message", "Begin a session about this message"),
)

# Each permission that is asked for where the app is added, and what would not work without it.
# Knowing who is there, writing and editing need none.
# learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/channel-messages-with-rsc
PERMISSIONS: Mapping[str, str] = {
    "ChannelMessage.Read.Group": "take replies in channels as notes, without a mention",
    "ChatMessage.Read.Chat": "take replies to the bot in group chats as notes, without a mention",
}

# Each invoke that is answered, and what a person did. Others are refused.
INVOKES: Mapping[str, str] = {
    "adaptiveCard/action": "pressed a button of a card",
    "task/fetch": "pressed a button that opens a form",
    "task/submit": "sent a form",
    "composeExtension/query": "typed into the search of the message extension",
    "composeExtension/fetchTask": "picked our entry in the menu of a message",
    "composeExtension/submitAction": "sent the form of that entry",
    "fileConsent/invoke": "let us put a file into their personal chat, or not",
}


def shown(scope: str) -> tuple[Word, ...]:
    """The words that Teams shows in a place."""
    return tuple(word for word in COMMANDS if scope in word.scopes)
