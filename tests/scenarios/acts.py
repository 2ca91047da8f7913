"""What somebody in a story can do or see: one small model each, named as it is read aloud.

No platform is named here: how an act is carried out is a driver's.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


class Kind(StrEnum):
    """What can be seen. Those of VIEWS are views of the product, in plain words."""

    STEP = "step"
    HEADER = "header"
    FOLDED = "folded step"
    HOW = "how"
    PAST = "earlier answers"
    RECAP = "where was I"
    TICKET = "ticket note"
    NOTICE = "notice"
    STATUS = "status"
    TIME = "time"
    SESSIONS = "sessions"
    HOME = "home"
    GUIDE = "guide"
    MEMBERS = "members"
    FORM = "form"
    ERROR = "error"  # what a form says of its fields
    FAILURE = "failure"  # what the chat says when something could not be done
    RECEIPT = "receipt"  # a reaction on one's own message
    MESSAGE = "message"
    SUGGESTIONS = "suggestions"


VIEWS: Mapping[Kind, str] = {
    Kind.STEP: "StepView",
    Kind.HEADER: "HeaderView",
    Kind.FOLDED: "FoldedView",
    Kind.HOW: "HelpView",
    Kind.PAST: "PastView",
    Kind.RECAP: "WhereWasIView",
    Kind.TICKET: "NoteView",
    Kind.NOTICE: "NoticeView",
    Kind.STATUS: "StatusView",
    Kind.TIME: "TimeView",
    Kind.SESSIONS: "SessionsView",
    Kind.HOME: "HomeView",
    Kind.GUIDE: "GuideView",
    Kind.MEMBERS: "MembersView",
}


def _several(value: Any) -> Any:
    return (value,) if isinstance(value, str) else tuple(value or ())


Texts = Annotated[tuple[str, ...], BeforeValidator(_several)]


class Act(BaseModel):
    """Anything in a story; `in:` says where, else it is where that person was last."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    verb: ClassVar[str]

    place: str | None = Field(None, alias="in")


class GoesTo(Act):
    """A channel, `direct`, `the new thread`, `the thread`, a thread by what it was called, or
    `the thread of` a message, by words in it.
    """

    verb = "goes to"
    where: str = Field(alias="goes to")
    called: str | None = None


class Types(Act):
    """A command. `long` repeats the text up to so many characters."""

    verb = "types"
    text: str = Field(alias="types")
    long: int = 0


class BeginsToType(Act):
    """A command that is not sent yet: suggestions come."""

    verb = "begins to type"
    text: str = Field(alias="begins to type")


class Writes(Act):
    """A message, as `replies` in a thread. `attaching` are files, by name and what they hold."""

    verb = "writes"
    text: str = Field("", alias="writes")
    quoting: str | None = None
    attaching: Mapping[str, str] = {}
    long: int = 0


class Replies(Writes):
    """The same."""

    verb = "replies"
    text: str = Field("", alias="replies")


class Presses(Act):
    """A button, or an entry of a menu, by its label; `on` says of what, else the newest.

    A count behind the label may be left out: how many parts a text has is the platform's.
    `on: an old step` is the step as it was before.
    """

    verb = "presses"
    label: str = Field(alias="presses")
    on: str | None = None


class PressesKey(Act):
    """A button by the key that stands on it."""

    verb = "presses the key"
    key: str = Field(alias="presses the key")


class Fills(Act):
    """The form that is open, by the labels of its fields, and sends it."""

    verb = "fills"
    values: Mapping[str, str] = Field(alias="fills")


class Edits(Act):
    """An own message."""

    verb = "edits"
    text: str = Field(alias="edits")
    to: str


class Deletes(Act):
    """An own message."""

    verb = "deletes"
    text: str = Field(alias="deletes")


class Reacts(Act):
    """Puts a reaction on a message."""

    verb = "reacts with"
    reaction: str = Field(alias="reacts with")
    to: str


class TakesBack(Act):
    """Takes a reaction off again."""

    verb = "takes back"
    reaction: str = Field(alias="takes back")
    to: str = Field(alias="from")


class Opens(Act):
    """The Home tab."""

    verb = "opens"
    what: str = Field(alias="opens", pattern="^home$")


class Forges(Act):
    """Sends a button of a message that never had it."""

    verb = "forges"
    token: str = Field(alias="forges")
    on: str


class PointsAt(Act):
    """Picks an entry of a message's own menu: the message is named by its kind, or words in it."""

    verb = "points at"
    message: str = Field(alias="points at")
    choosing: str = Field(pattern="^(Add as note|Start a flow from this)$")


class LetsOut(Act):
    """Takes ResolutionFlow out of a channel."""

    verb = "lets it out of"
    channel: str = Field(alias="lets it out of")


class LetsIn(Act):
    """Lets ResolutionFlow write in a channel."""

    verb = "lets it into"
    channel: str = Field(alias="lets it into")


class Restarts(Act):
    """Kills the product and starts it again."""

    verb = "kills and starts"
    what: str = Field(alias="kills and starts", pattern="^everything$")


class LetsPass(Act):
    """So many minutes pass in which nobody does anything."""

    verb = "lets pass"
    minutes: int = Field(alias="lets pass", gt=0)


class Sees(Act):
    """Waits until it is there: everything in `text` and every button, nothing of `without`.

    `holds` are a form's values by label; `on` is the message that has the receipt; `times` is how
    many such there are, exactly.
    """

    verb = "sees"
    kind: Kind = Field(alias="sees")
    text: Texts = ()
    buttons: Texts = ()
    without: Texts = ()
    without_buttons: Texts = Field((), alias="without buttons")
    holds: Mapping[str, str] = {}
    on: str | None = None
    times: int | None = None


class DoesNotSee(Act):
    """That it is not there now, when everything before it in the story has come true."""

    verb = "does not see"
    kind: Kind = Field(alias="does not see")
    text: Texts = ()
    buttons: Texts = ()


class SeesNoMore(DoesNotSee):
    """Waits until it is gone."""

    verb = "sees no more"
    kind: Kind = Field(alias="sees no more")


ACTS: Sequence[type[Act]] = (
    GoesTo,
    Types,
    BeginsToType,
    Writes,
    Replies,
    Presses,
    PressesKey,
    Fills,
    Edits,
    Deletes,
    Reacts,
    TakesBack,
    Opens,
    Forges,
    PointsAt,
    LetsIn,
    LetsOut,
    Restarts,
    LetsPass,
    Sees,
    DoesNotSee,
    SeesNoMore,
)
