"""What every platform says by itself, where the product cannot: something failed on the way."""

from bot.port.outbound import Shown
from core.verbs import ProductVerb
from core.views import Choice, NoticeView, StepView


def apology(reference: str) -> str:
    """That something went wrong, for who waits; `reference` is in the log."""
    return (
        "Something went wrong here. Try again; if it stays, tell whoever runs ResolutionFlow the "
        f"reference {reference}."
    )


def deleted(shown: Shown) -> NoticeView:
    """What is said instead of what was to be shown in a message that is not there any more."""
    if not isinstance(shown, StepView):
        return NoticeView("That message is not there any more.")
    again = Choice(ProductVerb.OPEN, "Show the step", session=shown.session)
    return NoticeView("What you pressed is done, but its message was deleted.", (again,))


def unreachable(name: str = "") -> NoticeView:
    """Said where somebody is whom we cannot write to alone; what it is about stays unsaid there."""
    called = f"{name}: " if name else ""
    return NoticeView(
        f"{called}I have something to say to you alone, and cannot write to you. Let me: open a"
        " chat with me, or allow direct messages here. Then try it again."
    )
