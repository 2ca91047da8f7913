"""Forms: what is asked before something is done."""

from enum import StrEnum

from core.frozen import frozen
from core.ids import PersonId


class FieldKind(StrEnum):
    """What a form's field takes."""

    LINE = "line"
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    ONE_OF = "one-of"
    SOME_OF = "some-of"
    PERSON = "person"


@frozen
class FieldOption:
    """One answer of a field with fixed answers."""

    value: str
    label: str


@frozen
class FieldView:
    """One question of a form. `value` is what it holds already; `limit` is in characters."""

    name: str
    label: str
    kind: FieldKind = FieldKind.LINE
    help: str | None = None
    required: bool = False
    value: str | None = None
    options: tuple[FieldOption, ...] = ()
    limit: int = 500


@frozen
class FormView:
    """A form; submitting it does `verb` with `argument` and the fields' values."""

    title: str
    verb: str
    fields: tuple[FieldView, ...]
    argument: str = ""
    submit: str = "Save"
    prose: str | None = None


@frozen
class Person:
    """Somebody to pick in a form."""

    id: PersonId
    name: str
