"""What can be typed, on one screen."""

from bot.app.answers import choice, whispered
from bot.app.commands.said import Said
from bot.port import Answer
from core.verbs import ProductVerb
from core.views import GuideView

LINES = (
    ("/flow vpn", "begin the flow that fits these words"),
    ("/flow, pin WORDS", "the menu; keep a flow at hand in it"),
    ("/flow list, resume", "your open sessions; the step again, here"),
    ("/flow how", "how to do this step"),
    ("/flow answer 2", "answer it, by number or in words"),
    ("/flow note TEXT", "write something down"),
    ("/flow back, correct", "ask the step before again; change an earlier answer"),
    ("/flow status, time", "where it stands; the time worked"),
    ("/flow scratchpad TEXT", "a free text beside the steps"),
    ("/flow pause WHY", "park it; resume goes on"),
    ("/flow handover NAME", "ask somebody to go on; takeover drives it yourself"),
    ("/flow summary", "the ticket note as it reads now"),
    ("/flow done, cancel", "end it: with an outcome, or without being worked through"),
    ("/flow link", "a code to be the same person in another chat"),
    ("/flow admin", "the members and their roles"),
    ("/flow help", "this"),
)
_HINT = "In a session's thread no /flow is needed: a number or an answer's own words answer, "
_REST = "anything else is a note, and what begins with // stays out."


async def guide(_: Said) -> Answer:
    """What can be typed."""
    more = (choice(ProductVerb.MENU),)
    return whispered(GuideView("What you can type", LINES, _HINT + _REST, more))
