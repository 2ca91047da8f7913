"""Times, lengths and sizes in words."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from core.ticket.prose import as_text, ended, listed, plain
from core.ticket.wording import Calendar, length, listing, period, size, stamps

START = datetime(2026, 11, 23, 9, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "0 minutes"),
        (1, "1 minute"),
        (45, "45 minutes"),
        (60, "1 hour"),
        (61, "1 hour 1 minute"),
        (125, "2 hours 5 minutes"),
        (1500, "25 hours"),
    ],
)
def test_lengths(minutes: int, words: str) -> None:
    assert length(minutes) == words


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1_000, "1.0 kB"),
        (240_499, "240 kB"),
        (999_499, "999 kB"),
        (999_500, "1.0 MB"),
        (25_000_000, "25 MB"),
    ],
)
def test_sizes(count: int, words: str) -> None:
    assert size(count) == words


@pytest.mark.parametrize(
    ("names", "words"),
    [(("Jo",), "Jo"), (("Jo", "Sam"), "Jo and Sam"), (("Jo", "Sam", "Mia"), "Jo, Sam, and Mia")],
)
def test_lists_of_names(names: tuple[str, ...], words: str) -> None:
    assert as_text(listed([plain(name) for name in names])) == words


def test_a_period_says_date_year_and_zone_once() -> None:
    assert period(START, START.replace(hour=10)) == "23 Nov 2026, 09:02–10:02 UTC"
    assert period(START, START.replace(day=24)) == "23 Nov 2026, 09:02 to 24 Nov, 09:02 UTC"
    assert period(START, None) == "since 23 Nov 2026, 09:02 UTC"
    later = START.replace(year=2027, month=1, day=2)
    assert period(START, later) == "23 Nov 2026, 09:02 to 2 Jan 2027, 09:02 UTC"


def test_a_period_within_one_minute_says_it_once() -> None:
    assert period(START, START.replace(second=59)) == "23 Nov 2026, 09:02 UTC"
    assert Calendar(START).span(START, START.replace(second=59)) == "09:02"
    assert period(START, START.replace(minute=3)) == "23 Nov 2026, 09:02–09:03 UTC"
    other_day = START.replace(day=24)
    assert period(START, other_day) == "23 Nov 2026, 09:02 to 24 Nov, 09:02 UTC"


def test_a_period_over_the_change_of_the_clocks_names_both_zones() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    start = datetime(2026, 10, 25, 0, 30, tzinfo=UTC).astimezone(berlin)
    end = datetime(2026, 10, 25, 1, 30, tzinfo=UTC).astimezone(berlin)
    assert period(start, end) == "25 Oct 2026, 02:30 CEST–02:30 CET"


def test_a_zone_without_a_name_is_told_by_its_offset() -> None:
    start = START.astimezone(ZoneInfo("America/Sao_Paulo"))
    assert period(start, None) == "since 23 Nov 2026, 06:02 UTC-03"
    assert period(START.astimezone(timezone(timedelta(hours=5, minutes=30))), None).endswith(
        "14:32 UTC+05:30"
    )


def test_a_date_stands_only_where_it_changes() -> None:
    days = [START.replace(day=day) for day in (23, 23, 24, 24, 25)]
    assert list(stamps(Calendar(START), iter(days))) == [
        "09:02",
        "09:02",
        "24 Nov, 09:02",
        "09:02",
        "25 Nov, 09:02",
    ]


def test_a_span_over_midnight_names_the_day() -> None:
    calendar = Calendar(START)
    assert calendar.span(START, START.replace(hour=11)) == "09:02–11:02"
    assert calendar.span(START, START.replace(day=24)) == "09:02 to 24 Nov, 09:02"
    assert calendar.span(START.replace(day=24), START.replace(day=24, hour=10)) == (
        "24 Nov, 09:02–10:02"
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Done", "Done."),
        ("Done.", "Done."),
        ("Done ...", "Done."),
        ("Done: ", "Done."),
        ("Is it?", "Is it?"),
        ("Acme Inc.", "Acme Inc."),
        ("“Yes”", "“Yes”."),
    ],
)
def test_a_sentence_ends_once(text: str, sentence: str) -> None:
    assert as_text(ended(plain(text))) == sentence
    assert as_text(ended(plain("It works."), " (again)")) == "It works (again)."


def test_a_list_typed_by_hand_loses_its_marks() -> None:
    assert list(listing("1. Call\n- Mail\n\n• Wait\n10.0.0.1 is free")) == [
        "Call",
        "Mail",
        "Wait",
        "10.0.0.1 is free",
    ]
