"""Answers in few words: whispers, forms, and choices of the product's own verbs."""

from bot.cards.card import NO_SESSION
from bot.port import Answer, Form, Shown
from bot.token import Token
from core.ids import SessionId
from core.verbs import PRODUCT_LABELS, ProductVerb
from core.views import Choice, FormView, NoticeView


def whispered(*shown: Shown) -> Answer:
    """Shown to who asked alone."""
    return Answer(whispers=shown)


def said(text: str, *choices: Choice) -> Answer:
    """A sentence to who asked alone, with what can be done about it."""
    return whispered(NoticeView(text, choices))


def opened(view: FormView, session: SessionId = NO_SESSION, visit: int = 0) -> Answer:
    """A form; what is submitted does its verb in `session`, as shown in `visit`."""
    return Answer(form=Form(Token(session, visit, view.verb, view.argument).pack(), view))


def choice(
    verb: ProductVerb,
    argument: str = "",
    *,
    label: str | None = None,
    session: SessionId | None = None,
) -> Choice:
    """One of the product's verbs to press."""
    return Choice(verb, label or PRODUCT_LABELS[verb], argument, session=session)
