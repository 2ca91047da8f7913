"""Who goes first."""

import asyncio

from bot.port.lanes import Priority

LONG = 60.0  # seconds that no test waits


async def test_others_go_on_when_the_last_one_is_through() -> None:
    first, log = Priority(), list[str]()

    async def stands_back() -> None:
        await first.over(LONG)
        log.append("stood back")

    with first:
        back = asyncio.create_task(stands_back())
        with first:
            await asyncio.sleep(0)
        await asyncio.sleep(0)
        log.append("one is still inside")
    await back
    assert log == ["one is still inside", "stood back"]


async def test_nobody_stands_back_for_ever() -> None:
    first = Priority()
    with first:
        await first.over(0.01)
        with first:  # and who gave up is in nobody's way
            pass
    await first.over(LONG)
