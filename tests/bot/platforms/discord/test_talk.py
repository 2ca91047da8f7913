"""An interaction's conversation where Discord takes no more of it: what was to be said is said all
the same, once, and nobody has to look after it.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest
from structlog.typing import EventDict

from bot.platforms.discord import receive
from bot.port import Answer
from core.views import HomeView, NoticeView
from tests.bot.platforms.discord.earshot import Earshot, words
from tests.bot.platforms.discord.test_receive import answers, said, settled, worries
from tests.discord.limits import Trouble
from tests.discord.world import Interaction, Json

SAYS, UPDATES = 4, 7


async def somebody_answers(place: Earshot, made: Interaction, kind: int, data: Json) -> None:
    """Another process of ours does."""
    path = "/interactions/{webhook_id}/{webhook_token}/callback"
    where: Json = {"webhook_id": made.id, "webhook_token": made.token}
    await place.adapter.calls.call("POST", path, json={"type": kind, "data": data}, **where)


def shows(text: str) -> Json:
    """A message that says that, to one person."""
    return {"flags": 1 << 15 | 1 << 6, "components": [{"type": 10, "content": text}]}


async def asked(place: Earshot) -> Interaction:
    """What Sam asks; the product thinks about it."""
    place.product.free.clear()
    return await begun(place, place.sam.types("/flow do x", "support"))


async def begun(place: Earshot, doing: Coroutine[Any, Any, Interaction]) -> Interaction:
    """The same of what he does."""
    task = asyncio.ensure_future(doing)
    await place.until(lambda: place.product.told)
    assert not task.done()
    return [*place.server.interactions.made.values()][-1]


@pytest.mark.parametrize("by", ["another", "us"])
async def test_what_was_answered_already_is_said_once(
    place: Earshot, log: list[EventDict], by: str
) -> None:
    made = await asked(place)
    first = "Psst." if by == "us" else "One moment."
    await somebody_answers(place, made, SAYS, shows(first))
    await answers(place, Answer(whispers=(NoticeView("Psst."), NoticeView("And that."))))
    expected = ["Psst.", "And that."]
    assert place.private() == (expected if by == "us" else ["One moment.", *expected])
    assert place.direct() == []
    assert worries(log) == []


async def test_a_message_that_somebody_else_answered_at_is_brought_up_to_date(
    place: Earshot, log: list[EventDict]
) -> None:
    id, menu = await place.shown()
    place.product.free.clear()
    made = await begun(place, place.sam.presses(id, menu))
    await somebody_answers(place, made, SAYS, shows("One moment."))
    done = settled()
    whispers = (NoticeView("Psst."),)
    await answers(place, Answer(replace=NoticeView("Here."), whispers=whispers, settled=done))
    assert said(place, id) == "Here."
    assert place.private() == ["One moment.", "Psst."]
    assert place.product.settled == [done]
    assert worries(log) == []


@pytest.mark.parametrize("what", ["click", "command"])
async def test_after_a_quarter_of_an_hour_it_is_said_elsewhere(
    place: Earshot, log: list[EventDict], what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receive, "PATIENCE", 0.1)
    id, menu = await place.shown()
    place.product.free.clear()
    if what == "click":
        await place.sam.presses(id, menu)
    else:
        await place.sam.types("/flow do x", "support")
    place.server.interactions.lives = -1.0
    done = settled() if what == "click" else None
    replaced = NoticeView("Here.") if what == "click" else None
    whispers = (NoticeView("Psst."), NoticeView("And that."))
    await answers(place, Answer(replace=replaced, whispers=whispers, settled=done))
    assert said(place, id) == ("Here." if what == "click" else "Which?")
    assert place.direct() == ["Psst.", "And that."]
    assert place.product.settled == ([done] if done else [])
    assert worries(log) == []


async def test_a_webhook_that_discord_does_not_know_is_one_that_has_expired(
    place: Earshot, log: list[EventDict], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receive, "PATIENCE", 0.1)
    place.product.free.clear()
    made = await place.sam.types("/flow do x", "support")
    made.answer = 0  # 10015
    await answers(place, Answer(whispers=(NoticeView("Psst."),)))
    assert place.direct() == ["Psst."]
    assert worries(log) == []


async def test_a_discord_that_does_what_it_is_asked_and_says_that_it_does_not_answer(
    place: Earshot,
) -> None:
    id, menu = await place.shown()
    place.server.trouble = Trouble.MUMBLES
    place.product.answer = Answer(replace=NoticeView("Here."), settled=settled())
    await place.sam.presses(id, menu)
    await place.quiet()
    assert said(place, id) == "Here."
    place.server.trouble = None
    assert [words(each) for each in place.sam.sees("support")] == ["Here."]


@pytest.mark.parametrize("what", ["answer", "home"])
async def test_who_takes_no_direct_messages_is_told_so_where_they_asked_and_nothing_else(
    place: Earshot, what: str
) -> None:
    place.sam.shuts_direct()
    place.product.free.clear()
    place.server.interactions.patience = 0.0
    await place.sam.types("/flow do x", "support")
    psst = NoticeView("Psst.")
    home = HomeView("Psst.", (), ())
    await answers(place, Answer(whispers=(psst,)) if what == "answer" else Answer(home=home))
    shown = [words(each) for each in place.sam.sees("support")]
    sorry = "I have something to say to you alone, and cannot write to you."
    assert [each[: len(sorry)] for each in shown] == ([sorry] if what == "answer" else [])
