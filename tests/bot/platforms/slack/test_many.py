"""Many clicks at once: the database is asked for only so many at a time, and none is lost."""

import asyncio

from bot.platforms.slack.receive import AT_ONCE
from bot.port import Clicked
from tests.bot.platforms.slack.earshot import Earshot
from tests.bot.platforms.slack.test_incoming import shown


async def test_more_clicks_than_are_decided_at_once_wait_for_their_turn(place: Earshot) -> None:
    ts, many = await shown(place), AT_ONCE + 8
    place.product.free.clear()
    about = place.sam.acts.on_message(place.sam.message(ts))
    payloads = [
        about
        | {"actions": [{"type": "button", "action_id": "b", "value": "b", "action_ts": f"{n}.1"}]}
        for n in range(many)
    ]

    answers = await asyncio.gather(*(place.interaction(payload) for payload in payloads))

    assert {answer.status_code for answer in answers} == {200}  # acknowledged in time all the same
    assert len(place.product.told) == AT_ONCE
    place.product.free.set()
    assert len([each for each in await place.told() if isinstance(each, Clicked)]) == many
