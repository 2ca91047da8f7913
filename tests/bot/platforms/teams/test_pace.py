"""How often a conversation is called about: never more than Teams allows, and whoever would wait
for long is told so instead.
"""

import asyncio
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.platforms.teams.pace import MOMENT, WINDOWS, Pace
from bot.port import RateLimited


@dataclass
class Hand:
    """Time that passes only when a test says so."""

    now: float = 1_000.0

    def __call__(self) -> float:
        return self.now


async def goes(pace: Pace, conversation: str = "a") -> float:
    """How long a call waited, without that it takes so long."""
    slept = 0.0
    loop = asyncio.get_running_loop()
    turn = asyncio.ensure_future(pace.turn(conversation))
    await asyncio.sleep(0)
    if not turn.done():
        began = loop.time()
        await turn
        slept = loop.time() - began
    await turn
    return slept


async def test_seven_go_at_once_and_the_eighth_is_told_when(hand: Hand) -> None:
    pace = Pace(clock=hand)
    for _ in range(7):
        assert await goes(pace) == 0
    with pytest.raises(RateLimited) as limited:
        await pace.turn("a")
    assert limited.value.retry_after == 1.0
    assert await goes(pace, "b") == 0
    hand.now += 0.5
    assert 0.4 < await goes(pace) < MOMENT
    with pytest.raises(RateLimited):
        await pace.turn("a")


async def test_what_is_refused_does_not_count(hand: Hand) -> None:
    pace = Pace(clock=hand)
    for _ in range(7):
        await pace.turn("a")
    for _ in range(50):
        with pytest.raises(RateLimited):
            await pace.turn("a")
    hand.now += 1.0
    assert await goes(pace) == 0


async def test_a_conversation_may_be_called_about_1800_times_an_hour(hand: Hand) -> None:
    pace, went = Pace(clock=hand), 0
    for _ in range(3600):
        hand.now += 0.999
        try:
            await pace.turn("a")
            went += 1
        except RateLimited as error:
            last = error.retry_after
    assert went == 1_800
    assert 0 < last < 3_600


async def test_what_teams_asks_for_counts_and_is_never_shortened(hand: Hand) -> None:
    pace = Pace(clock=hand)
    pace.note("a", 30)
    pace.note("a", 2)
    with pytest.raises(RateLimited) as limited:
        await pace.turn("a")
    assert limited.value.retry_after == 30
    hand.now += 30
    assert await goes(pace) == 0


async def test_there_may_be_any_number_of_conversations(hand: Hand) -> None:
    pace = Pace(clock=hand)
    for number in range(12_000):
        await pace.turn(str(number))
        pace.note(str(number), 0.001)
        hand.now += 0.01
    assert len(pace._calls) <= 5_000
    assert len(pace._until) <= 5_000


ACTS = some.lists(
    some.tuples(some.floats(0, 2), some.sampled_from([0.0, 0.0, 0.2, 2.0])), max_size=90
)


@given(ACTS)
def test_no_window_is_ever_fuller_than_it_may_be(acts: list[tuple[float, float]]) -> None:
    hand = Hand()

    async def tries() -> list[float]:
        pace = Pace(clock=hand)
        turns = []
        for wait, asked in acts:
            hand.now += wait
            if asked:
                pace.note("a", asked)
            turns.append(asyncio.ensure_future(pace.turn("a")))
            await asyncio.sleep(0)
        for turn in turns:
            turn.cancel()
        await asyncio.gather(*turns, return_exceptions=True)
        return [*pace._calls["a"]] if acts else []

    went = asyncio.run(tries())
    for many, seconds in WINDOWS:
        for first, later in zip(went, went[many:], strict=False):
            assert later - first >= seconds - 1e-6


@pytest.fixture
def hand() -> Hand:
    return Hand()
