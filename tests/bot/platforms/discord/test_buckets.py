"""Limits: who used one up waits, nobody else does, and nothing is dropped."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from structlog.typing import EventDict

from bot.port import Answer, Command, RateLimited, Target
from bot.port.patience import patiently
from core.views import NoticeView
from storage.storage import Storage
from tests.bot.platforms.discord.earshot import Earshot, unheard, words
from tests.discord.limits import GLOBAL
from tests.discord.server import Discord as Server

MANY = 12


@pytest.fixture
async def limited(kept: Storage) -> AsyncIterator[Earshot]:
    """A Discord that keeps count."""
    async with unheard(kept, Server()) as made, made.listening():
        yield made


async def posts(place: Earshot, target: Target, name: str) -> str:
    """Post it, however long that takes."""
    sender = place.adapter.sender

    async def post() -> str:
        return await sender.post(target, NoticeView(name), mark=name)

    return await patiently(post)


async def test_a_thread_that_is_written_too_much_in_holds_up_no_other(limited: Earshot) -> None:
    busy, other = await limited.thread(), await limited.thread()
    clock = asyncio.get_running_loop().time
    every = [asyncio.ensure_future(posts(limited, busy, f"note {n}")) for n in range(MANY)]
    await limited.until(lambda: len(limited.sam.sees("support", busy.thread)) > 5)
    began = clock()
    await posts(limited, other, "elsewhere")
    await limited.sam.types("/flow do x", "support", busy.thread)
    assert clock() - began < 1
    assert not all(each.done() for each in every)
    await asyncio.gather(*every)
    shown = [words(each) for each in limited.sam.sees("support", busy.thread)[1:]]
    assert sorted(shown) == sorted(f"note {n}" for n in range(MANY))


async def test_how_long_to_wait_is_said_and_not_slept(limited: Earshot) -> None:
    busy = await limited.thread()
    sender = limited.adapter.sender
    began = asyncio.get_running_loop().time()

    async def too_many() -> None:
        for number in range(MANY):
            await sender.post(busy, NoticeView(f"note {number}"), mark=f"note {number}")

    with pytest.raises(RateLimited) as raised:
        await too_many()
    assert asyncio.get_running_loop().time() - began < 3
    assert 1 <= raised.value.retry_after <= 6


async def test_many_whispers_are_all_delivered(limited: Earshot, log: list[EventDict]) -> None:
    every = [f"Number {number}." for number in range(MANY)]
    limited.product.answer = Answer(whispers=tuple(map(NoticeView, every)))
    await limited.sam.types("/flow do x", "support")
    await limited.quiet()
    assert limited.private() == every
    assert limited.direct() == []
    assert [line for line in log if line["log_level"] in ("warning", "error")] == []


async def test_whoever_waits_is_answered_while_all_the_rest_is_limited(limited: Earshot) -> None:
    threads = [await limited.thread() for _ in range(4)]
    chat = limited.server.chat
    channels = [chat.opens(chat.guild, f"channel-{number}").id for number in range(30)]
    ask, path = limited.adapter.calls.call, "/channels/{channel_id}"
    asked = [ask("GET", path, channel_id=each) for each in channels for _ in range(5)]
    flood = asyncio.gather(*asked, return_exceptions=True)
    await limited.until(lambda: limited.server.counts["GET /channels/{}"] > GLOBAL)
    clock = asyncio.get_running_loop().time
    began = clock()
    limited.product.answer = Answer(whispers=(NoticeView("Psst."),))
    made = await limited.sam.types("/flow do x", "support")
    assert not made.failed
    assert clock() - began < 2
    await asyncio.gather(*(posts(limited, each, f"in {each.thread}") for each in threads))
    found = await flood
    assert {type(each) for each in found} == {dict, RateLimited}
    for each in threads:
        shown = [words(m) for m in limited.sam.sees("support", each.thread)]
        assert f"in {each.thread}" in shown
    assert [type(each) for each in await limited.told()] == [Command]
