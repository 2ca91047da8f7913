"""Sessions and deeds as JSON, and back: short keys are the price of a small row.

Raises pydantic's ValidationError for what was never written by this module.
"""

from functools import cache
from typing import Any, get_args

from pydantic import TypeAdapter

from core.session.deeds import Deed
from core.session.state import Session, Stack

_SESSION: TypeAdapter[Session] = TypeAdapter(Session)
_STACK: TypeAdapter[Stack] = TypeAdapter(Stack)


def session_to_json(session: Session) -> str:
    """The session as stored."""
    return _SESSION.dump_json(session, exclude_defaults=True).decode()


def session_from_json(text: str | bytes) -> Session:
    """The session from what was stored."""
    return _SESSION.validate_json(text)


def deed_to_json(deed: Deed) -> str:
    """A deed's own fields; its kind is stored beside it."""
    return _deed(deed.kind).dump_json(deed, exclude_defaults=True).decode()


def deed_from_json(kind: str, text: str | bytes) -> Deed:
    """A deed from its kind and its fields."""
    deed: Deed = _deed(kind).validate_json(text)
    return deed


def stack_to_json(stack: Stack) -> str:
    """A position as stored."""
    return _STACK.dump_json(stack).decode()


def stack_from_json(text: str | bytes) -> Stack:
    """A position from what was stored."""
    return _STACK.validate_json(text)


@cache
def _deed(kind: str) -> TypeAdapter[Any]:
    return TypeAdapter(next(deed for deed in get_args(Deed) if deed.kind == kind))
