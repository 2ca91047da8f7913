"""Minutes worked, inferred from when people did something."""

from datetime import timedelta

import pytest

from core.flow.outcome import Outcome
from core.session import deeds
from core.ticket import in_both, rounded, worked
from tests.core.ticket.story import JO, MIA, SAM, Story, flow_from


def story() -> Story:
    return Story(flow_from("vpn-down"), "09:00", user="jo", device="LT-1")


def test_the_time_between_entries_counts() -> None:
    told = story()
    told.chose("09:05", "one")
    told.noted("09:12", "x")
    assert worked(told.entries).minutes == 12


def test_a_gap_of_the_set_length_counts_and_a_longer_one_does_not() -> None:
    told = story()
    told.chose("09:15", "one")
    assert worked(told.entries).minutes == 15
    told.noted("09:30:01", "back")
    assert worked(told.entries).minutes == 15
    assert worked(told.entries, gap=timedelta(minutes=20)).minutes == 30
    assert worked(told.entries, allowance=timedelta(minutes=2)).minutes == 17


def test_two_people_at_once_count_each() -> None:
    told = story()
    told.noted("09:01", "x", JO)
    told.chose("09:10", "one")
    told.noted("09:11", "x", JO)
    found = worked(told.entries)
    assert found.minutes == 20
    assert found.by_person == {SAM: 10, JO: 10}


def test_a_gap_is_somebodys_own_even_if_others_filled_it() -> None:
    told = story()
    for minute in range(5, 60, 5):
        told.noted(f"09:{minute:02}", "x", JO)
    told.noted("09:56", "back", SAM)
    assert worked(told.entries).by_person == {SAM: 1, JO: 50}


def test_time_belongs_to_the_step_that_it_led_to() -> None:
    told = story()
    told.chose("09:04", "one")
    told.noted("09:06", "x")
    told.chose("09:10", "yes")
    assert worked(told.entries).by_visit == {1: 4, 2: 6}


def test_who_did_anything_at_all_worked_a_minute() -> None:
    told = story()
    assert worked(told.entries).minutes == 1
    told.noted("09:00:10", "x", MIA)
    assert worked(told.entries).by_person == {SAM: 1, MIA: 1}
    assert worked([]).minutes == 0


def test_the_whole_is_what_is_shown_by_person() -> None:
    """Three minutes altogether were once shown above three of Sam's and one of Kim's."""
    told = story()
    told.noted("09:03", "x")
    told.noted("09:03", "x", JO)
    found = worked(told.entries)
    assert found.by_person == {SAM: 3, JO: 1}
    assert found.minutes == 4
    told.noted("09:03:29", "x", SAM)
    told.noted("09:04:29", "x", JO)
    assert worked(told.entries).by_person == {SAM: 3, JO: 1}
    assert worked(told.entries).minutes == 4


def test_half_a_minute_counts_and_less_does_not() -> None:
    told = story()
    told.noted("09:01:29", "x")
    assert worked(told.entries).minutes == 1
    told.noted("09:01:30", "x")
    assert worked(told.entries).minutes == 2


def test_parked_time_is_not_worked_however_short() -> None:
    told = story()
    told.do("09:02", deeds.Paused("lunch"))
    told.do("09:12", deeds.Resumed())
    told.chose("09:13", "one")
    assert worked(told.entries).minutes == 3


def test_a_note_after_the_end_adds_no_time() -> None:
    told = story()
    told.do("09:02", deeds.Completed(Outcome.UNRESOLVED))
    told.noted("09:09", "x")
    assert worked(told.entries).minutes == 2


def test_the_product_does_not_work() -> None:
    told = Story(flow_from("vpn-down"), "09:00", None, user="jo")
    assert worked(told.entries).minutes == 0


@pytest.mark.parametrize(
    ("minutes", "step", "bill"),
    [(0, 15, 0), (1, 15, 15), (15, 15, 15), (16, 15, 30), (44, 6, 48), (44, 1, 44), (44, 0, 44)],
)
def test_minutes_are_rounded_up_to_the_accounts_step(minutes: int, step: int, bill: int) -> None:
    assert rounded(minutes, step) == bill


def test_minutes_in_two_sessions_at_once_are_those_of_the_same_people() -> None:
    ours, theirs = story(), story()
    ours.noted("09:10", "x")
    ours.noted("09:12", "x", JO)
    theirs.noted("09:04", "x")
    theirs.noted("09:20", "x", JO)
    theirs.noted("09:30", "x", JO)
    assert in_both(ours.entries, theirs.entries) == 4
    ours.noted("09:24", "x", JO)
    assert in_both(ours.entries, theirs.entries) == 8
    assert in_both(theirs.entries, ours.entries) == 8


def test_what_is_no_work_in_one_of_them_is_not_in_both() -> None:
    ours, theirs = story(), story()
    ours.noted("09:40", "x")
    theirs.noted("09:10", "x")
    assert in_both(ours.entries, theirs.entries) == 0
