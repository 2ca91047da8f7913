"""Three sessions and their ticket notes, word for word, as a colleague reads them in the PSA.

To write the golden files anew after a change that was meant, and then to READ them:
    GOLDEN=write .venv/bin/python -m pytest -n0 tests/core/ticket/test_golden.py
"""

import os
from pathlib import Path

import pytest

from core.ticket import FORMATS
from tests.core.ticket.stories import STORIES

GOLDEN = Path(__file__).parent / "golden"
SUFFIX = {"markdown": "md", "text": "txt", "html": "html"}
CLIENTS = {"ad-lockout": "Acme Ltd"}  # the others say it in a variable


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", STORIES)
def test_the_note_reads_as_agreed(name: str, form: str) -> None:
    note = FORMATS[form](STORIES[name]().report(client=CLIENTS.get(name)))
    path = GOLDEN / f"{name}.{SUFFIX[form]}"
    if os.environ.get("GOLDEN") == "write":
        path.write_text(note, encoding="utf-8")
    assert note == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", STORIES)
def test_no_note_holds_an_internal_word_or_a_slip_of_the_pen(name: str, form: str) -> None:
    note = FORMATS[form](STORIES[name]().report(client=CLIENTS.get(name)))
    words = note.casefold().split()
    assert not {"node", "visit", "none", "could-not-check"} & set(words)
    for slip in ("..", " .", " ,", "  –", "{{", "}}", "1 minutes", "??"):
        assert slip not in note
    assert note.endswith("\n")
    assert not note.endswith("\n\n")


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_session_gives_the_same_note(form: str) -> None:
    story = STORIES["ad-lockout"]()
    assert FORMATS[form](story.report()) == FORMATS[form](story.report())
