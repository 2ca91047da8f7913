"""Who attaches a file where Teams hands it to no bot is told where to send it instead."""

import pytest

from bot.port import NOTHING, Answer, Receipt
from tests.bot.platforms.teams.earshot import Earshot
from tests.teams.people import DIRECT

HINT = "did not reach me"
FILE = {"router.txt": b"no carrier"}


def hints(place: Earshot) -> int:
    """How often Sam was told."""
    return sum(HINT in each for each in place.direct())


@pytest.mark.parametrize("channel", ["support", "crew"])
async def test_a_file_that_does_not_come_is_said_once(place: Earshot, channel: str) -> None:
    place.product.answer = Answer(receipt=Receipt.TAKEN)
    for text in ("See.", "And this."):
        place.sam.writes(text, channel, files=FILE)
        await place.told()
    assert hints(place) == 1


async def test_what_does_come_is_not_said(place: Earshot) -> None:
    place.product.answer = Answer(receipt=Receipt.TAKEN)
    place.sam.writes("See.", "support", files={"inline:lamp.png": b"red"})
    place.sam.writes("See.", DIRECT, files=FILE)
    place.sam.writes("No file.", "support")
    await place.told()
    assert hints(place) == 0


async def test_where_nothing_is_written_down_nothing_is_said(place: Earshot) -> None:
    place.product.answer = NOTHING
    place.sam.writes("For my colleagues", "support", files=FILE)
    await place.told()
    assert place.direct() == []
