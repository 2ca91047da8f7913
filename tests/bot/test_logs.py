"""The log: what is in it, and what never is."""

import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from bot.logs import configure, new_reference, told
from bot.settings import Settings
from storage.errors import Unavailable

SECRET = "the customer said her password is hunter2"


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    file = tmp_path / "log" / "rf.log"
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    configure(Settings(log_format="json"), file=file, stderr=False)
    yield file
    for handler in root.handlers:
        handler.close()
    root.handlers[:] = before
    root.setLevel(level)
    structlog.reset_defaults()


def lines(log: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in log.read_text().splitlines()]


def test_a_line_is_one_json_object_with_time_and_level(log: Path) -> None:
    structlog.get_logger().info("started", parts=["web"])
    (line,) = lines(log)
    assert line["event"] == "started"
    assert line["level"] == "info"
    assert str(line["timestamp"]).endswith("Z")


def test_the_file_is_for_its_owner_alone(log: Path) -> None:
    structlog.get_logger().info("started")
    assert log.stat().st_mode & 0o077 == 0


def test_what_an_exception_says_is_not_logged_but_where_it_was_raised(log: Path) -> None:
    try:
        raise ValueError(SECRET)
    except ValueError as error:
        structlog.get_logger().error("failed", ref="ABC", exc_info=error)
    assert "hunter2" not in log.read_text()
    assert "ValueError" in log.read_text()
    assert "test_logs.py" in log.read_text()


def test_other_libraries_exceptions_are_logged_the_same_way(log: Path) -> None:
    try:
        raise ValueError(SECRET)
    except ValueError:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
    assert "hunter2" not in log.read_text()
    assert lines(log)[0]["event"] == "Exception in ASGI application"
    assert "ValueError" in log.read_text()


def test_our_own_errors_are_written_out_with_their_cause() -> None:
    try:
        try:
            raise OSError(28, SECRET)
        except OSError as cause:
            raise Unavailable("The database is away.") from cause
    except Unavailable as error:
        text = "\n".join(told(error))
    assert "The database is away." in text
    assert "OSError [28]" in text
    assert "hunter2" not in text


def test_references_differ_and_are_easy_to_read_out() -> None:
    made = {new_reference() for _ in range(1_000)}
    assert len(made) == 1_000
    assert all(re.fullmatch("[0-9A-HJKMNP-TV-Z]{8}", one) for one in made)
