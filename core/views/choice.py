"""What can be pressed, and the shortest view: a sentence with something to press."""

from core.flow.node import Tone
from core.frozen import frozen
from core.ids import SessionId


@frozen
class Choice:
    """One thing to press: its verb and argument for the token, `count` such as "7 of 9".

    `session` where it is about another session than the view that holds it.
    """

    verb: str
    label: str
    argument: str = ""
    tone: Tone = Tone.MAIN
    count: str | None = None
    session: SessionId | None = None


@frozen
class NoticeView:
    """A sentence or two for one person, with what can be done about it.

    `session` and `visit` are for the choices' tokens, where nothing else says which session it is.
    """

    text: str
    choices: tuple[Choice, ...] = ()
    session: SessionId | None = None
    visit: int = 0
