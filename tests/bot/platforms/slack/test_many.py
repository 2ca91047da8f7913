"""Many clicks at once: the database is asked for only so many at a time, and none is lost."""

import asyncio

import pytest

from bot.platforms.slack import receive
from bot.platforms.slack.receive import AT_ONCE
from bot.port import Clicked
from tests.bot.platforms.slack.earshot import Earshot
from tests.bot.platforms.slack.test_incoming import shown
from tests.slack.world import Json


async def clicks(place: Earshot, many: int) -> list[Json]:
    """As many clicks on one message."""
    about = place.sam.acts.on_message(place.sam.message(await shown(place)))
    button = {"type": "button", "action_id": "b", "value": "b"}
    return [about | {"actions": [{**button, "action_ts": f"{n}.1"}]} for n in range(many)]


async def test_more_clicks_than_are_decided_at_once_wait_for_their_turn(place: Earshot) -> None:
    many = AT_ONCE + 8
    payloads = await clicks(place, many)
    place.product.free.clear()

    answers = await asyncio.gather(*(place.interaction(payload) for payload in payloads))

    assert {answer.status_code for answer in answers} == {200}  # acknowledged in time all the same
    assert len(place.product.told) == AT_ONCE
    place.product.free.set()
    assert len([each for each in await place.told() if isinstance(each, Clicked)]) == many


async def test_in_a_crowd_slack_is_told_sooner(
    place: Earshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receive, "CROWD", 4)
    payloads = await clicks(place, 8)
    place.product.free.clear()

    asking = [asyncio.ensure_future(place.interaction(payload)) for payload in payloads]
    # None of the first ones can be told yet.
    told, _ = await asyncio.wait(asking, timeout=receive.PATIENCE - 0.1)

    assert 1 <= len(told) <= 4
    place.product.free.set()
    answers = await asyncio.gather(*asking)
    assert {answer.status_code for answer in answers} == {200}
    assert len(await place.told()) == 8
