"""That messages come without a mention is noticed, and remembered for who asks."""

from datetime import UTC, datetime

from bot.platforms.teams.handle import Handle
from bot.platforms.teams.heard import HEARD, MENTIONED, Heard
from bot.port import Memory
from tests.bot.platforms.teams.earshot import Earshot
from tests.teams.people import DIRECT


async def test_it_is_remembered_where_and_when(memory: Memory) -> None:
    heard = Heard(memory)
    before = datetime.now(UTC).replace(microsecond=0)
    await heard.noticed(Handle("t", "sam", "Sam", "19:a"))
    await heard.noticed(Handle("t", "sam", "Sam", "19:b"), mentioned=True)
    found = await memory.all(HEARD)
    assert found.keys() == {"19:a"}
    assert datetime.fromisoformat(found["19:a"]) >= before
    assert (await memory.all(MENTIONED)).keys() == {"19:b"}


async def test_it_is_written_down_once_in_a_while(memory: Memory) -> None:
    heard = Heard(memory)
    await heard.noticed(Handle("t", "sam", "Sam", "19:a"))
    await memory.forget(HEARD, "19:a")
    await heard.noticed(Handle("t", "kim", "Kim", "19:a"))
    assert await memory.all(HEARD) == {}
    await heard.noticed(Handle("t", "kim", "Kim", "19:a"), mentioned=True)
    assert (await memory.all(MENTIONED)).keys() == {"19:a"}


async def test_what_is_written_to_us_alone_says_nothing_of_it(place: Earshot) -> None:
    await place.sam.types("help", DIRECT)
    await place.sam.types("help", "support")
    await place.quiet()
    assert await place.memory.all(HEARD) == {}
    place.sam.writes("It is slow", "support")
    await place.quiet()
    assert [*await place.memory.all(HEARD)] == [place.support.channel]
