"""Flows in and out of the library."""

import asyncio

import pytest

from bot.app.desk import Desk
from bot.app.library import Saved, archive, bring_in, clone, hand_out, listed, publish
from core.access import Actor, Visibility
from core.errors import Because, Refusal
from core.flow.model import Flow
from core.flow.problem import errors
from storage.storage import Storage
from tests.company import FLOW, Company, founded

MINE = FLOW.model_copy(update={"flow": "mine", "title": "Mine"})
OPEN_END = MINE.model_copy(update={"nodes": FLOW.nodes[:2]})  # leads to steps that are not there


@pytest.fixture
def desk(storage: Storage) -> Desk:
    return Desk(storage)


@pytest.fixture
async def sam(company: Company) -> Actor:
    return await company.actor("sam")


def saved(answer: Saved | Refusal) -> Saved:
    assert isinstance(answer, Saved), answer
    return answer


def refused(answer: object) -> Because:
    assert isinstance(answer, Refusal), answer
    return answer.because


def titled(flow: Flow, title: str) -> Flow:
    return flow.model_copy(update={"title": title})


async def test_a_document_becomes_a_draft_and_then_a_version(desk: Desk, sam: Actor) -> None:
    assert saved(await bring_in(desk, sam, MINE)).record.has_draft
    done = saved(await publish(desk, sam, "mine"))
    assert (done.record.published, done.record.has_draft) == (1, False)
    assert await hand_out(desk, sam, "mine") == MINE
    refused(await publish(desk, sam, "mine"))


async def test_a_draft_may_be_incomplete_publishing_may_not(desk: Desk, sam: Actor) -> None:
    draft = saved(await bring_in(desk, sam, OPEN_END))
    assert errors(draft.problems)
    answer = saved(await publish(desk, sam, "mine"))
    assert not answer.changed
    assert errors(answer.problems)
    assert answer.record.published == 0
    assert await hand_out(desk, sam, "mine", draft=True) == OPEN_END


async def test_importing_what_is_there_changes_nothing(desk: Desk, sam: Actor) -> None:
    await bring_in(desk, sam, MINE)
    assert not saved(await bring_in(desk, sam, MINE)).changed
    await publish(desk, sam, "mine")
    answer = saved(await bring_in(desk, sam, MINE))
    assert (answer.changed, answer.record.has_draft) == (False, False)


async def test_an_import_does_not_lose_a_draft(desk: Desk, sam: Actor) -> None:
    await bring_in(desk, sam, titled(MINE, "Hours of work"))
    assert refused(await bring_in(desk, sam, MINE)) is Because.NEEDS_CHOICE
    kept = await hand_out(desk, sam, "mine", draft=True)
    assert isinstance(kept, Flow)
    assert kept.title == "Hours of work"
    assert saved(await bring_in(desk, sam, MINE, replace_draft=True)).changed


async def test_of_two_who_replace_one_draft_one_is_told(desk: Desk, sam: Actor) -> None:
    await bring_in(desk, sam, MINE)
    for n in range(5):
        texts = [titled(MINE, f"{n}{letter}") for letter in "ab"]
        answers = await asyncio.gather(
            *(bring_in(desk, sam, text, replace_draft=True) for text in texts)
        )
        now = await hand_out(desk, sam, "mine", draft=True)
        stale = [a for a in answers if isinstance(a, Refusal)]
        assert all(a.because is Because.STALE for a in stale)
        assert now in texts


async def test_a_draft_that_was_changed_meanwhile_is_not_published(desk: Desk, sam: Actor) -> None:
    await bring_in(desk, sam, MINE)
    for n in range(5):
        published, _ = await asyncio.gather(
            publish(desk, sam, "mine"),
            bring_in(desk, sam, titled(MINE, f"Newer {n}"), replace_draft=True),
        )
        newest = await hand_out(desk, sam, "mine", draft=True)
        if isinstance(newest, Refusal):  # the save came first, and was published
            newest = await hand_out(desk, sam, "mine")
            await bring_in(desk, sam, titled(MINE, f"Again {n}"))
        assert isinstance(newest, Flow)
        assert isinstance(published, Saved) or published.because is Because.STALE


async def test_viewers_write_no_flows(desk: Desk, company: Company) -> None:
    vic = await company.actor("vic")
    assert refused(await bring_in(desk, vic, MINE)) is Because.NOT_ALLOWED
    assert refused(await clone(desk, vic, "small", "mine")) is Because.NOT_ALLOWED
    assert refused(await publish(desk, vic, "small")) is Because.NOT_ALLOWED
    assert refused(await archive(desk, vic, "small")) is Because.NOT_ALLOWED


async def test_somebody_elses_private_flow_is_as_if_not_there(
    desk: Desk, company: Company, sam: Actor
) -> None:
    await bring_in(desk, sam, MINE, visibility=Visibility.PRIVATE)
    kim = await company.actor("kim")
    there, nowhere = await hand_out(desk, kim, "mine"), await hand_out(desk, kim, "nowhere")
    assert isinstance(there, Refusal)
    assert isinstance(nowhere, Refusal)
    assert there.message.replace("mine", "nowhere") == nowhere.message
    assert refused(await bring_in(desk, kim, MINE)) is Because.INVALID
    assert "mine" not in [record.name for record in await listed(desk, kim)]


async def test_a_draft_is_seen_only_by_who_may_change_the_flow(
    desk: Desk, company: Company, sam: Actor
) -> None:
    await bring_in(desk, sam, MINE)
    kim = await company.actor("kim")
    assert refused(await hand_out(desk, kim, "mine", draft=True)) is Because.NOT_ALLOWED
    assert refused(await hand_out(desk, kim, "mine")) is Because.NOT_FOUND


async def test_a_clone_keeps_its_steps_ids(desk: Desk, sam: Actor) -> None:
    made = saved(await clone(desk, sam, "small", "smaller", title="Smaller"))
    assert made.record.ownership.owner == sam.id
    copy = await hand_out(desk, sam, "smaller", draft=True)
    assert isinstance(copy, Flow)
    assert copy.nodes == FLOW.nodes
    assert (copy.flow, copy.title) == ("smaller", "Smaller")
    assert refused(await clone(desk, sam, "small", "small")) is Because.INVALID
    assert refused(await clone(desk, sam, "small", "No Name!")) is Because.INVALID


async def test_an_archived_flow_is_out_of_the_lists_until_brought_back(
    desk: Desk, company: Company
) -> None:
    ada = await company.actor("ada")
    await archive(desk, ada, "small")
    assert await listed(desk, ada) == []
    assert [record.name for record in await listed(desk, ada, archived=True)] == ["small"]
    await archive(desk, ada, "small", archived=False)
    assert len(await listed(desk, ada)) == 1


async def test_flows_of_another_account_are_not_there(desk: Desk, company: Company) -> None:
    other = await founded(company.storage, "Other Ltd", "test")
    stranger = await other.actor("sam")
    await bring_in(desk, stranger, MINE)
    assert refused(await hand_out(desk, await company.actor("ada"), "mine")) is Because.NOT_FOUND
