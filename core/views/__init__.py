"""What to show, as frozen values. No platform, no layout, no button tokens, no colours.

What is called prose is CommonMark, in which the values of variables are escaped; everything else
is plain text. Times are UTC and written in the reader's zone by whoever renders them.
A session's views are built in core/session/shows.py, its forms in core/session/forms.py.
"""

from core.views.choice import Choice, NoticeView
from core.views.form import FieldKind, FieldOption, FieldView, FormView, Person
from core.views.product import (
    GuideView,
    HomeView,
    MemberLine,
    MembersView,
    RecentLine,
    WaitingLine,
)
from core.views.session import (
    AWAY,
    HeaderView,
    NoteView,
    SessionLine,
    SessionsView,
    StatusView,
    TimeLine,
    TimeView,
    WhereWasIView,
    needs_recap,
)
from core.views.step import (
    CommandView,
    FoldedView,
    HelpView,
    OfferView,
    PastLine,
    PastView,
    StepView,
)

__all__ = [
    "AWAY",
    "Choice",
    "CommandView",
    "FieldKind",
    "FieldOption",
    "FieldView",
    "FoldedView",
    "FormView",
    "GuideView",
    "HeaderView",
    "HelpView",
    "HomeView",
    "MemberLine",
    "MembersView",
    "NoteView",
    "NoticeView",
    "OfferView",
    "PastLine",
    "PastView",
    "Person",
    "RecentLine",
    "SessionLine",
    "SessionsView",
    "StatusView",
    "StepView",
    "TimeLine",
    "TimeView",
    "WaitingLine",
    "WhereWasIView",
    "needs_recap",
]
