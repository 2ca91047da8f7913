"""From what was typed to a verb or a flow: the right one begins, or the right ones are offered."""

import pytest

from bot.port import NOTHING
from core.flow.model import Flow
from core.views import FormView, HomeView
from storage.flows import FlowRecord
from tests.bot.app.talking import Talk, labels, notice, told, whisper
from tests.company import Company


def called(name: str, title: str, says: str = "It is fixed.") -> Flow:
    """A flow of one step."""
    nodes = [{"solution": "end", "resolved": says}]
    return Flow.model_validate({"flow": name, "title": title, "nodes": nodes})


@pytest.fixture
async def library(company: Company) -> None:
    """Some flows."""
    for flow in (
        called("vpn-down", "VPN is down", "The tunnel is up again."),
        called("vpn-slow", "VPN is slow"),
        called("vpn-at-home", "VPN is down at home"),
        called("druecker", "Drucker druckt nicht: Größe, Öl und Übertragung"),
        called("join-domain", "Join a PC to the domain"),
        called("moves", "Move a mailbox"),
    ):
        await company.publishes(flow)


async def titles(talk: Talk, name: str = "sam") -> list[str]:
    """The titles of the flows that somebody has begun."""
    async with talk.company.storage.work(talk.company.account) as work:
        found = await work.histories.open_for(talk.company.people[name])
    return [listed.flow_title for listed in found]


@pytest.mark.parametrize(
    ("typed", "begins"),
    [
        ("vpn-slow", "VPN is slow"),
        ("  VPN Slow  ", "VPN is slow"),
        ("start vpn slow", "VPN is slow"),
        ("START  vpn slow", "VPN is slow"),
        ("vpn is down", "VPN is down"),
        ("größe öl", "Drucker druckt nicht: Größe, Öl und Übertragung"),
        ("join domain", "Join a PC to the domain"),
        ("move mailbox", "Move a mailbox"),
    ],
)
async def test_words_that_name_one_flow_begin_it(
    talk: Talk, library: None, typed: str, begins: str
) -> None:
    assert await talk.types("sam", typed) == NOTHING
    assert await titles(talk) == [begins]


async def test_several_that_fit_are_offered(talk: Talk, library: None) -> None:
    answer = await talk.types("sam", "vpn")
    assert told(answer) == "Which one?"
    assert labels(answer) == ["VPN is down", "VPN is slow", "VPN is down at home"]
    assert await titles(talk) == []


async def test_likenesses_are_offered_as_such(talk: Talk, library: None) -> None:
    answer = await talk.types("sam", "maiblox")
    assert "Did you mean" in told(answer)
    assert labels(answer) == ["Move a mailbox"]


async def test_a_flow_that_only_speaks_of_it_does_not_begin_by_itself(
    talk: Talk, library: None
) -> None:
    answer = await talk.types("sam", "tunnel")
    assert "in their texts" in told(answer)
    assert labels(answer) == ["VPN is down"]
    assert await titles(talk) == []


async def test_what_nothing_fits_is_said_with_what_to_do(talk: Talk, library: None) -> None:
    answer = await talk.types("sam", "zzzzqqq")
    assert "No flow fits “zzzzqqq”" in told(answer)
    assert labels(answer) == ["Find a flow…", "Menu"]


async def test_forty_thousand_characters_are_answered_in_a_few(talk: Talk, library: None) -> None:
    answer = await talk.types("sam", "lorem ipsum for dolor " * 1_800 + "\0\x1b[2J")
    assert "No flow fits" in told(answer)
    assert len(told(answer)) < 400
    long = await talk.types("sam", "x" * 40_000)
    assert len(told(long)) < 400


async def test_nothing_at_all_is_the_menu(talk: Talk) -> None:
    for typed in ("", "   ", "menu", "Menu"):
        assert isinstance(whisper(await talk.types("sam", typed)), HomeView)


async def test_find_offers_and_begins_nothing(talk: Talk, library: None) -> None:
    answer = await talk.types("sam", "find vpn slow")
    assert labels(answer) == ["VPN is slow"]
    assert await titles(talk) == []


async def test_start_and_find_without_words_ask_for_them(talk: Talk) -> None:
    for typed in ("start", "find"):
        answer = await talk.types("sam", typed)
        assert answer.form is not None
        assert isinstance(answer.form.view, FormView)
        assert [field.name for field in answer.form.view.fields] == ["words"]


async def test_with_a_client_several_flows_are_told_to_be_typed(
    talk: Talk, library: None, company: Company
) -> None:
    async with company.storage.work(company.account) as work:
        await work.clients.add("Acme Ltd")
    answer = await talk.types("sam", "vpn down for Acme Ltd")
    assert "/flow start vpn-at-home for Acme Ltd" in told(answer)
    assert notice(answer).choices == ()


async def test_a_client_that_nobody_knows_is_named_and_the_flow_stays_at_hand(
    talk: Talk, library: None
) -> None:
    answer = await talk.types("sam", "vpn slow for Nobody Inc")
    assert "No client is called “Nobody Inc”" in told(answer)
    assert labels(answer) == ["VPN is slow"]
    assert await titles(talk) == []


async def test_the_sample_does_not_begin_for_somebody_with_a_real_printer(
    talk: Talk, company: Company
) -> None:
    await company.publishes(called("sample", "Try it: the printer does not print"))
    assert labels(await talk.types("sam", "printer")) == ["Try it: the printer does not print"]
    await company.publishes(called("printer-offline", "Printer is offline"))
    await talk.types("sam", "printer")
    assert await titles(talk) == ["Printer is offline"]
    await talk.types("sam", "sample")
    assert len(await titles(talk)) == 2


async def test_an_archived_flow_and_a_draft_do_not_begin(
    talk: Talk, library: None, company: Company
) -> None:
    async with company.storage.work(company.account) as work:
        found = await work.flows.by_name("moves")
        assert isinstance(found, FlowRecord)
        await work.flows.archive(found.id, archived=True)
    await talk.types("sam", "moves")
    assert await titles(talk) == []


async def test_a_viewer_may_begin(talk: Talk, library: None) -> None:
    await talk.types("vic", "vpn-slow")
    assert await titles(talk, "vic") == ["VPN is slow"]


async def test_a_number_in_a_session_is_an_answer_and_elsewhere_it_is_not(talk: Talk) -> None:
    session, thread = await talk.begins()
    assert "No flow fits" in told(await talk.types("sam", "2", "C7"))
    await talk.types("sam", "2", "C1", thread)
    assert (await talk.company.reads("sam", session)).session.here.node == "switch-on"
