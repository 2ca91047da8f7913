"""What can be typed, on one screen."""

from bot.app.answers import choice, whispered
from bot.app.commands.said import Said
from bot.port import Answer
from core.verbs import ProductVerb
from core.views import GuideView

LINES = (
    ("/flow vpn", "begin what fits these words"),
    ("/flow, pin WORDS", "the menu; keep a flow in it"),
    ("/flow list, resume", "your sessions; go on here"),
    ("/flow how", "how to do this step"),
    ("/flow answer 2", "by number or in words"),
    ("/flow note TEXT", "write something down"),
    ("/flow back, correct", "ask again; change an answer"),
    ("/flow status, time", "where it stands; time worked"),
    ("/flow scratchpad TEXT", "keep it beside the steps"),
    ("/flow pause WHY", "park it; resume goes on"),
    ("/flow handover, takeover", "ask a colleague; drive it yourself"),
    ("/flow summary", "the ticket note so far"),
    ("/flow done, cancel", "end it; give it up"),
    ("/flow link", "be one person in two chats"),
    ("/flow admin", "the members and their roles"),
    ("/flow help", "this"),
)
_HINT = "In a session's thread no /flow is needed: a number or an answer's words answer, "
_REST = "anything else is a note, and what begins with // stays out."


async def guide(_: Said) -> Answer:
    """What can be typed."""
    more = (choice(ProductVerb.MENU),)
    return whispered(GuideView("What you can type", LINES, _HINT + _REST, more))
