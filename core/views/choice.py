"""What can be pressed, and the shortest view: a sentence with something to press."""

from dataclasses import dataclass

from core.flow.node import Tone
from core.ids import SessionId


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A sentence or two for one person, with what can be done about it.

    `session` and `visit` are for the choices' tokens, where nothing else says which session it is.
    """

    text: str
    choices: tuple[Choice, ...] = ()
    session: SessionId | None = None
    visit: int = 0
