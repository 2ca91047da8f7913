"""Sessions and deeds as JSON, and back: short keys are the price of a small row.

What a session row has as columns (its id, account, revision, status, start) is not repeated in
its state. Raises KeyError or ValueError for what was never written by this module.
"""

import json
from collections.abc import Callable
from datetime import datetime
from functools import cache, lru_cache
from typing import Any, TypeVar, get_args
from uuid import UUID

from pydantic import TypeAdapter
from pydantic_core import to_json

from core.flow.outcome import Outcome
from core.ids import ClientId, PersonId, VersionId
from core.session.deeds import Deed
from core.session.state import Frame, Offer, Session, Stack

_T = TypeVar("_T")
_KINDS = {deed.kind: deed for deed in get_args(Deed)}


def state_to_json(session: Session) -> str:
    """What a session row keeps beside its columns; what is empty is left out."""
    state: dict[str, object] = {"p": _stack_out(session.stack), "n": session.visits}
    for key, value in (
        ("v", session.variables),
        ("c", session.client and str(session.client)),
        ("d", session.driver and str(session.driver)),
        ("b", session.behind),
        ("o", session.offer and [str(session.offer.to), str(session.offer.by)]),
        ("k", session.parked),
        ("s", session.scratchpad),
        ("u", session.due and session.due.isoformat()),
        ("r", session.outcome),
        ("e", session.closing),
    ):
        if value:
            state[key] = value
    return _dumps(state)


def with_state(session: Session, text: str) -> Session:
    """`session`, which has only what its columns say, with what its row kept beside them."""
    state = json.loads(text)
    offer = state.get("o")
    due = state.get("u")
    outcome = state.get("r")
    return Session(
        session.id,
        session.account,
        session.revision,
        session.status,
        _stack_in(state["p"]),
        state["n"],
        session.started_at,
        variables=state.get("v", {}),
        client=_id(state.get("c"), ClientId),
        driver=_id(state.get("d"), PersonId),
        behind=state.get("b"),
        offer=Offer(PersonId(_uuid(offer[0])), PersonId(_uuid(offer[1]))) if offer else None,
        parked=state.get("k"),
        scratchpad=state.get("s"),
        due=datetime.fromisoformat(due) if due else None,
        outcome=Outcome(outcome) if outcome else None,
        closing=state.get("e"),
    )


def deed_to_json(deed: Deed) -> str:
    """A deed's own fields; its kind is stored beside it."""
    text: str = _deed(deed.kind).dump_json(deed, exclude_defaults=True).decode()
    return text


def deed_from_json(kind: str, text: str | bytes) -> Deed:
    """A deed from its kind and its fields."""
    deed: Deed = _deed(kind).validate_json(text)
    return deed


def stack_to_json(stack: Stack) -> str:
    """A position as stored."""
    return _dumps(_stack_out(stack))


def stack_from_json(text: str | bytes) -> Stack:
    """A position from what was stored."""
    return _stack_in(json.loads(text))


def _stack_out(stack: Stack) -> list[list[object]]:
    return [[str(frame.version), frame.node, frame.visit] for frame in stack]


def _stack_in(frames: list[tuple[str, str, int]]) -> Stack:
    return tuple(Frame(VersionId(_uuid(v)), node, visit) for v, node, visit in frames)


def _id(text: str | None, kind: Callable[[UUID], _T]) -> _T | None:
    return kind(_uuid(text)) if text else None


def _dumps(value: object) -> str:
    return to_json(value).decode()


# The same few people and versions come by at every click.
_uuid = lru_cache(4_096)(UUID)


@cache
def _deed(kind: str) -> TypeAdapter[Any]:
    return TypeAdapter(_KINDS[kind])
