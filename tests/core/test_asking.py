"""Which verbs ask something before anything is done."""

import pytest

from core.asking import asks_first
from core.session.verbs import SessionVerb
from core.verbs import ProductVerb


@pytest.mark.parametrize(
    ("verb", "argument", "asks"),
    [
        (SessionVerb.NOTE, "", True),
        (SessionVerb.CORRECT, "7", True),
        (SessionVerb.CORRECT, "", False),  # shows the answers to choose from
        (SessionVerb.BACK, "", False),
        (ProductVerb.PIN, "", True),
        (ProductVerb.PIN, "0" * 32, False),  # pins the one that it names
        ("complete", "", True),  # what a solution ends with
        ("choose", "yes", False),
    ],
)
def test_a_verb_asks_where_something_must_be_typed_or_picked(
    verb: str, argument: str, asks: bool
) -> None:
    assert asks_first(verb, argument) is asks
