"""From views to cards, one default each; and what fits where. No platform is named here."""

from typing import assert_never

from bot.cards.card import Card
from bot.cards.product import guide_card, home_card, members_card
from bot.cards.session import (
    header_card,
    note_card,
    notice_card,
    sessions_card,
    status_card,
    time_card,
    where_was_i_card,
)
from bot.cards.step import folded_card, help_card, past_card, step_card
from bot.port import Shown
from core.views import (
    FoldedView,
    GuideView,
    HeaderView,
    HelpView,
    HomeView,
    MembersView,
    NoteView,
    NoticeView,
    PastView,
    SessionsView,
    StatusView,
    StepView,
    TimeView,
    WhereWasIView,
)

__all__ = ["card_of"]


def card_of(shown: Shown) -> Card:
    """The card of a view. Raises TokenTooLarge where a choice's token would not fit."""
    match shown:
        case StepView():
            return step_card(shown)
        case HeaderView():
            return header_card(shown)
        case FoldedView():
            return folded_card(shown)
        case HelpView():
            return help_card(shown)
        case PastView():
            return past_card(shown)
        case WhereWasIView():
            return where_was_i_card(shown)
        case NoteView():
            return note_card(shown)
        case NoticeView():
            return notice_card(shown)
        case StatusView():
            return status_card(shown)
        case TimeView():
            return time_card(shown)
        case SessionsView():
            return sessions_card(shown)
        case HomeView():
            return home_card(shown)
        case GuideView():
            return guide_card(shown)
        case MembersView():
            return members_card(shown)
        case _ as never:
            assert_never(never)
