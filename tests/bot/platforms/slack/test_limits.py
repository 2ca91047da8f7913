"""What Slack asks patience for waits, and nothing else does."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace

import pytest

from bot.app.deliver import deliver
from bot.app.desk import Desk
from bot.platforms.slack.calls import Limits
from bot.platforms.slack.carry import PATIENCE
from bot.port import Answer, Form, RateLimited, Receipt, Target
from bot.token import Token
from core.ids import SessionId
from core.verbs import ProductVerb
from core.views import Choice, FormView, NoticeView
from storage.ids import new_id
from storage.storage import Storage
from tests.bot.platforms.slack.earshot import Earshot
from tests.bot.sessions import at_once, opened
from tests.company import founded
from tests.slack.clock import Clock
from tests.slack.limits import Throttle

ASK = NoticeView("Which?", (Choice(ProductVerb.MENU, "Menu"),))
HERE = NoticeView("Here.")


class Strict(Throttle):
    """Does not do what is `shut`, by method or by method and channel, for so many seconds; what is
    shut `once` is done the next time. `tried` is what it was asked.
    """

    def __init__(self, clock: Clock, shut: Mapping[str, int], *, once: bool) -> None:
        super().__init__(clock)
        self.shut, self.once = dict(shut), once
        self.tried: list[str] = []

    def wait(self, team: str, method: str, most: int, channel: str = "") -> int:
        self.tried.append(method)
        found = next((each for each in (f"{method} {channel}", method) if each in self.shut), "")
        return self.shut.pop(found, 0) if self.once else self.shut.get(found, 0)


def strict(place: Earshot, shut: Mapping[str, int], *, once: bool = False) -> Strict:
    """A Slack that limits as the test says."""
    made = place.server.throttle = Strict(place.server.clock, shut, once=once)
    return made


def target(place: Earshot, channel: str = "support") -> Target:
    """A channel."""
    return Target(place.server.team.id, place.server.team.channel(channel).id)


async def test_a_limit_is_of_its_method_and_workspace_and_of_its_channel_for_posts() -> None:
    now = 0.0
    limits = Limits(lambda: now)
    limits.note("T1", "chat.update", "C1", 5)
    limits.note("T1", "chat.postMessage", "C1", 5)
    for shut in [
        ("T1", "chat.update", "C1"),
        ("T1", "chat.update", "C2"),
        ("T1", "chat.postMessage", "C1"),
    ]:
        with pytest.raises(RateLimited) as error:
            limits.check(*shut)
        assert error.value.retry_after == 5
    limits.check("T2", "chat.update", "C1")
    limits.check("T1", "chat.postMessage", "C2")
    limits.check("T1", "reactions.add", "C1")
    now = 5.0
    limits.check("T1", "chat.update", "C1")


async def test_while_slack_asks_for_patience_it_is_not_asked_again(place: Earshot) -> None:
    ts = await place.adapter.sender.post(target(place), ASK, mark="ask")
    limits = strict(place, {"chat.update": 7})
    for _ in range(3):
        with pytest.raises(RateLimited) as error:
            await place.adapter.sender.edit(target(place), ts, HERE)
        assert 6 < error.value.retry_after <= 7
    assert limits.tried == ["chat.update"]
    await place.adapter.sender.post(target(place), HERE, mark="another")  # that goes on


async def test_one_channel_that_is_full_stops_no_other(place: Earshot) -> None:
    strict(place, {f"chat.postMessage {target(place).channel}": 7})
    with pytest.raises(RateLimited):
        await place.adapter.sender.post(target(place), HERE, mark="one")
    await place.adapter.sender.post(target(place, "network"), HERE, mark="two")


async def test_a_clicks_own_answer_is_not_held_back_by_what_nobody_clicked(
    place: Earshot,
) -> None:
    ts = await place.adapter.sender.post(target(place), ASK, mark="ask")
    strict(place, {"chat.update": 60})
    with pytest.raises(RateLimited):
        await place.adapter.sender.edit(target(place), ts, ASK)
    place.product.answer = Answer(replace=HERE)
    await place.sam.presses(ts, value(place, ts))
    await place.quiet()
    assert "Here." in place.sam.message(ts).text


async def test_receipts_and_whispers_wait_until_slack_takes_them(place: Earshot) -> None:
    strict(place, {"reactions.add": 1, "chat.postEphemeral": 1}, once=True)
    place.product.answer = Answer(receipt=Receipt.TAKEN, whispers=(NoticeView("Psst."),))
    written = place.sam.writes("rebooted it", "support")
    await place.quiet()
    assert "white_check_mark" in place.sam.message(written.ts).reactions
    assert "Psst." in place.sam.sees("support")[-1].text


async def test_a_whisper_in_a_thread_goes_another_way_while_its_own_is_shut(
    place: Earshot,
) -> None:
    root = place.sam.writes("vpn?", "support")
    below = replace(target(place), thread=root.ts)
    ts = await place.adapter.sender.post(below, ASK, mark="ask")
    await place.quiet()
    strict(place, {"chat.postEphemeral": 60})
    place.product.answer = Answer(whispers=(NoticeView("Psst."),))
    await place.sam.presses(ts, value(place, ts))
    await place.quiet()
    assert "Psst." in place.sam.sees("support")[-1].text


async def test_a_form_that_cannot_be_opened_now_is_behind_a_button(place: Earshot) -> None:
    strict(place, {"views.open": 60})
    token = Token(SessionId(new_id()), 0, ProductVerb.ROLE).pack()
    place.product.answer = Answer(form=Form(token, FormView("Why?", "Save", ())))
    await place.sam.types("/flow x", "support")
    await place.quiet()
    assert "To go on, press “Why?…”" in place.sam.sees("support")[-1].text


async def test_at_the_end_nothing_is_waited_for(place: Earshot) -> None:
    limits = strict(place, {"reactions.add": int(PATIENCE) - 1})
    place.product.answer = Answer(receipt=Receipt.TAKEN)
    place.sam.writes("rebooted it", "support")
    await place.server.delivery.settled()
    async with asyncio.timeout(5):
        await place.ears.close()
    assert limits.tried.count("reactions.add") == 1


async def test_of_a_burst_of_changes_only_the_newest_is_sent(
    place: Earshot, storage: Storage
) -> None:
    company = await founded(storage, place.server.team.id, "slack")
    desk, senders = Desk(storage), {"slack": place.adapter.sender}
    session = await opened(company, place.support)
    while await deliver(desk, senders):
        pass
    limits = strict(place, {"chat.update": 1}, once=True)
    await company.chooses("sam", session, "yes")
    await deliver(desk, senders)  # Slack asks for patience
    for option in ("no", "yes"):
        await company.chooses("sam", session, option)
    assert await deliver(desk, senders) == 0
    await at_once(company)
    place.adapter.installations.limits.note(place.server.team.id, "chat.update", "", 0)
    await deliver(desk, senders)
    assert limits.tried.count("chat.update") == 2
    shown = [[each.text for each in m.versions] for m in place.sam.sees("support")]
    [step] = [texts for texts in shown if "Is it on?" in texts[0]]
    assert len(step) == 2
    assert "Does it work now?" in step[-1]


def value(place: Earshot, ts: str) -> str:
    """What the first button of a message carries."""
    blocks = place.sam.message(ts).blocks
    return str(next(b["elements"][0]["value"] for b in blocks if b["type"] == "actions"))
