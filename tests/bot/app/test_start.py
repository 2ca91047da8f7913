"""Starting: the right flow by what was typed, the client known, never an orphan."""

from bot.app.desk import Desk
from bot.app.start import Found, Wanted, around, find, start
from bot.metrics import REGISTRY
from core.access import Ownership, Visibility
from core.errors import Because, Refusal
from core.flow.model import Flow
from core.flow.outcome import Outcome
from core.session.deeds import Completed
from core.session.state import Session
from storage.flows import FlowRecord
from storage.places import Spot
from storage.sessions import Identity
from storage.storage import Storage
from tests.company import Company, founded

VPN = Flow.model_validate(
    {
        "flow": "vpn-down",
        "title": "VPN is down",
        "tags": ["remote access"],
        "intake": [
            {"name": "client", "label": "Client", "type": "client"},
            {"name": "firewall", "label": "Firewall", "type": "hostname"},
        ],
        "nodes": [{"solution": "end", "resolved": "The tunnel at {{client}} is up."}],
    }
)


async def found(company: Company, words: str) -> Found:
    """What somebody is offered for what they typed."""
    result = await find(Desk(company.storage), company.identity("sam"), words)
    assert isinstance(result, Found)
    return result


async def vpn(company: Company) -> FlowRecord:
    """The VPN flow, published."""
    await company.publishes(VPN)
    return (await found(company, "vpn-down")).flows[0]


async def begun(company: Company, wanted: Wanted, delivery: str | None = None) -> Session:
    """Sam starts it."""
    desk = Desk(company.storage, company.now)
    session = await start(desk, company.identity("sam"), wanted, delivery=delivery)
    assert isinstance(session, Session)
    return session


async def test_a_flow_is_found_by_name_by_title_by_text_and_by_likeness(company: Company) -> None:
    await company.publishes(VPN)
    for words in ("vpn-down", "VPN", "vpn do", "is down", "remote access", "tunnel"):
        result = await found(company, words)
        assert [flow.name for flow in result.flows] == ["vpn-down"], words
        assert not result.meant
    meant = await found(company, "VNP is donw")
    assert meant.meant
    assert [flow.name for flow in meant.flows] == ["vpn-down"]
    assert (await found(company, "zzzz")).flows == ()


async def test_what_begins_a_flows_name_finds_it_as_its_title_does(company: Company) -> None:
    mail = VPN.model_copy(update={"flow": "m365-mail", "title": "Microsoft 365 mail is late"})
    await company.publishes(mail)
    for words in ("m365", "M365 ma", "m365-mai"):
        result = await found(company, words)
        assert [flow.name for flow in result.flows] == ["m365-mail"], words
        assert result.named, words
    other = VPN.model_copy(update={"flow": "phones", "title": "M365 on a phone"})
    await company.publishes(other)
    both = await found(company, "m365")
    assert [flow.name for flow in both.flows] == ["phones", "m365-mail"]


async def test_what_is_known_of_a_client_fills_its_variables(company: Company) -> None:
    flow = await vpn(company)
    async with company.storage.work(company.account) as work:
        facts = {"firewall": "fw1.acme.com", "colour": "blue"}
        acme = await work.clients.add("Acme Ltd", aliases=("ACME",), facts=facts)
    session = await begun(company, Wanted(flow, "acme"))
    assert session.client == acme
    assert session.variables == {"client": "Acme Ltd", "firewall": "fw1.acme.com"}


async def test_an_unknown_client_is_kept_as_it_was_typed(company: Company) -> None:
    session = await begun(company, Wanted(await vpn(company), "Globex"))
    assert session.client is None
    assert session.variables == {"client": "Globex"}


async def test_who_else_is_on_it_and_how_it_went_the_last_time(company: Company) -> None:
    flow = await vpn(company)
    async with company.storage.work(company.account) as work:
        await work.clients.add("Acme Ltd")
    wanted = Wanted(flow, "Acme Ltd")
    first = await begun(company, wanted)
    await company.does("sam", first.id, Completed(Outcome.WORKAROUND))
    second = await begun(company, wanted)
    seen = await around(Desk(company.storage), company.identity("kim"), wanted)
    assert [other.session.id for other in seen.others] == [second.id]
    assert seen.last is not None
    assert seen.last.session.outcome is Outcome.WORKAROUND
    own = await around(Desk(company.storage), company.identity("sam"), wanted)
    assert own.others == ()


async def test_the_same_command_delivered_twice_starts_one_session(company: Company) -> None:
    flow = await vpn(company)
    counted = REGISTRY.get_sample_value("rf_sessions_started_total") or 0
    first = await begun(company, Wanted(flow), "slash-1")
    again = await begun(company, Wanted(flow), "slash-1")
    assert first.id == again.id
    assert REGISTRY.get_sample_value("rf_sessions_started_total") == counted + 1


async def test_a_thread_that_is_taken_leaves_no_session_behind(company: Company) -> None:
    flow = await vpn(company)
    spot = Spot(company.workspace, "C1", "17.5")
    await begun(company, Wanted(flow, spot=spot))
    desk = Desk(company.storage)
    refused = await start(desk, company.identity("sam"), Wanted(flow, spot=spot))
    assert isinstance(refused, Refusal)
    assert "Another session" in refused.message
    async with company.storage.work(company.account) as work:
        assert len(await work.histories.open_for(company.people["sam"])) == 1


async def test_another_accounts_flow_and_an_archived_one_cannot_be_started(
    company: Company, storage: Storage
) -> None:
    flow = await vpn(company)
    other = await founded(storage, "Other IT")
    refused = await start(Desk(storage), other.identity("sam"), Wanted(flow))
    assert isinstance(refused, Refusal)
    async with company.storage.work(company.account) as work:
        await work.flows.archive(flow.id, archived=True)
        archived = await work.flows.get(flow.id)
    assert archived is not None
    refused = await start(Desk(storage), company.identity("sam"), Wanted(archived))
    assert isinstance(refused, Refusal)


async def test_a_stranger_is_told_whom_to_ask(company: Company) -> None:
    flow = await vpn(company)
    nobody = Identity(company.workspace, "nobody")
    refused = await start(Desk(company.storage), nobody, Wanted(flow))
    assert isinstance(refused, Refusal)
    assert "team admin" in refused.message


async def test_nobody_starts_a_flow_that_they_cannot_see(company: Company) -> None:
    await company.publishes(VPN, owned=Ownership(company.people["kim"], Visibility.PRIVATE))
    async with company.storage.work(company.account) as work:
        flow = await work.flows.by_name("vpn-down")
    assert flow is not None
    refused = await start(Desk(company.storage), company.identity("sam"), Wanted(flow))
    assert isinstance(refused, Refusal)
    assert refused.because is Because.NOT_FOUND


async def test_a_flow_published_or_archived_since_it_was_found_starts_as_it_is_now(
    company: Company,
) -> None:
    flow = await vpn(company)
    async with company.storage.work(company.account) as work:
        newest = await work.flows.publish(flow.id, VPN, by=None)
    assert (await begun(company, Wanted(flow))).here.version == newest
    async with company.storage.work(company.account) as work:
        await work.flows.archive(flow.id, archived=True)
    refused = await start(Desk(company.storage), company.identity("sam"), Wanted(flow))
    assert isinstance(refused, Refusal)
