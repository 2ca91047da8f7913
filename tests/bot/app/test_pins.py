"""Flows that somebody keeps at hand: typed, pressed, picked in a form."""

import asyncio

import pytest

from bot.app.front import Front
from bot.app.home import home
from bot.app.pins import OFFERED
from bot.cards.card import NO_SESSION
from bot.port import NOTHING, Answer, Clicked, Form, Submitted
from bot.token import Token
from core.access import Ownership, Role, Visibility
from core.flow.model import Flow
from core.verbs import ProductVerb
from core.views import FieldKind, FieldView, NoticeView
from tests.bot.app.talking import Talk
from tests.company import Company


def called(name: str, title: str) -> Flow:
    """A flow of one step."""
    nodes = [{"solution": "end", "resolved": "It is fixed."}]
    return Flow.model_validate({"flow": name, "title": title, "nodes": nodes})


@pytest.fixture(autouse=True)
async def library(company: Company) -> None:
    """Some flows; Kim's own is seen by nobody else."""
    for flow in (
        called("vpn-down", "VPN is down"),
        called("vpn-slow", "VPN is slow"),
        called("pin-forgotten", "A forgotten smart card number"),
    ):
        await company.publishes(flow)
    mine = Ownership(company.people["kim"], Visibility.PRIVATE)
    await company.publishes(called("secret", "Secret of Kim"), owned=mine)


async def pinned(talk: Talk, name: str = "sam") -> list[str]:
    """What is pinned on somebody's Home; and no flow is there twice."""
    view = await home(talk.chat, await talk.member(name))
    every = [choice.argument for choice in (*view.pinned, *view.flows)]
    assert len(every) == len(set(every))
    return [choice.label for choice in view.pinned]


def said(answer: Answer) -> NoticeView:
    """The one notice; a change brings the Home tab up to date too."""
    [notice] = answer.whispers
    assert isinstance(notice, NoticeView)
    return notice


async def presses(talk: Talk, name: str, argument: str = "") -> Answer:
    """Somebody presses "Pin a flow…", or a flow to pin."""
    token = Token(NO_SESSION, 0, ProductVerb.PIN, argument).pack()
    clicked = Clicked(talk.at(name), f"pin-{next(talk.numbers)}", token)
    return await Front(talk.chat.desk, talk.chat.senders).receive(clicked)


async def sends(talk: Talk, name: str, form: Form, flows: list[str]) -> Answer:
    """Somebody sends the form with these flows checked, by title."""
    [field] = form.view.fields
    values = {option.label: option.value for option in field.options}
    chosen = {field.name: ", ".join(values[title] for title in flows)}
    sent = Submitted(talk.at(name), f"sent-{next(talk.numbers)}", form.token, chosen)
    return await Front(talk.chat.desk, talk.chat.senders).receive(sent)


async def opens(talk: Talk, name: str = "sam") -> tuple[Form, FieldView]:
    """The form that "Pin a flow…" opens, and its field."""
    form = (await presses(talk, name)).form
    assert form is not None
    [field] = form.view.fields
    assert field.kind is FieldKind.SOME_OF
    return form, field


async def test_words_that_name_one_flow_pin_it_and_unpin_it(talk: Talk) -> None:
    for typed in ("pin vpn slow", "pin VPN is down", "pin small", "pin small"):
        answer = await talk.types("sam", typed)
        assert "is pinned" in said(answer).text
        assert answer.home is not None
    assert await pinned(talk) == ["VPN is slow", "VPN is down", "A small flow"]
    assert await pinned(talk, "kim") == []
    answer = await talk.types("sam", "unpin slow")
    assert said(answer).text == "“VPN is slow” is not pinned any more."
    assert answer.home is not None
    assert [choice.label for choice in answer.home.pinned] == ["VPN is down", "A small flow"]
    again = await talk.types("sam", "unpin slow")
    assert "None of your pinned flows is like “slow”" in said(again).text


async def test_several_that_fit_are_offered_to_be_pinned(talk: Talk) -> None:
    notice = said(await talk.types("sam", "pin vpn"))
    assert [choice.label for choice in notice.choices] == ["VPN is down", "VPN is slow"]
    assert {choice.verb for choice in notice.choices} == {ProductVerb.PIN}
    assert await pinned(talk) == []
    assert "is pinned" in said(await presses(talk, "sam", notice.choices[1].argument)).text
    assert await pinned(talk) == ["VPN is slow"]


async def test_several_that_fit_are_unchecked_in_the_form(talk: Talk) -> None:
    for typed in ("pin vpn-down", "pin vpn-slow"):
        await talk.types("sam", typed)
    form = (await talk.types("sam", "unpin vpn")).form
    assert form is not None
    assert "like “vpn”" in (form.view.prose or "")
    await sends(talk, "sam", form, ["VPN is slow"])
    assert await pinned(talk) == ["VPN is slow"]


async def test_a_flow_whose_name_begins_with_pin_still_begins(talk: Talk) -> None:
    assert await talk.types("sam", "pin forgotten") != NOTHING  # its title speaks of "forgotten"
    assert await pinned(talk) == ["A forgotten smart card number"]
    await talk.types("sam", "unpin smart card")
    assert await talk.types("sam", "start pin forgotten") == NOTHING
    assert len(await talk.sessions("sam")) == 1


async def test_what_names_nothing_is_said_so(talk: Talk) -> None:
    assert "No flow fits “pin zzzzzz”" in said(await talk.types("sam", "pin zzzzzz")).text


async def test_the_form_has_the_pinned_ones_checked_and_pins_what_is_checked(talk: Talk) -> None:
    await talk.types("sam", "pin vpn-slow")
    form, field = await opens(talk)
    titles = [option.label for option in field.options]
    assert titles == ["VPN is slow", "A forgotten smart card number", "A small flow", "VPN is down"]
    assert field.value == field.options[0].value
    answer = await sends(talk, "sam", form, ["VPN is down", "A small flow"])
    assert said(answer).text == "2 flows are pinned now."
    assert sorted(await pinned(talk)) == ["A small flow", "VPN is down"]
    answer = await sends(talk, "sam", form, [])
    assert said(answer).text == "Nothing is pinned now."
    assert await pinned(talk) == []


async def test_typed_without_words_the_form_opens(talk: Talk) -> None:
    for typed in ("pin", "unpin"):
        form = (await talk.types("sam", typed)).form
        assert form is not None
        assert form.view.title == "Pin flows"


async def test_only_what_one_may_start_can_be_pinned(talk: Talk, company: Company) -> None:
    async with company.storage.work(company.account) as work:
        secret = await work.flows.by_name("secret")
    assert secret is not None
    assert "no such flow" in said(await presses(talk, "sam", secret.id.hex)).text
    assert "No flow fits" in said(await talk.types("sam", "pin secret of kim")).text
    form, _ = await opens(talk)
    forged = Submitted(talk.at("sam"), "forged", form.token, {"flows": secret.id.hex})
    await Front(talk.chat.desk, talk.chat.senders).receive(forged)
    assert await pinned(talk) == []
    await presses(talk, "kim", secret.id.hex)
    assert await pinned(talk, "kim") == ["Secret of Kim"]


async def test_viewers_pin_and_guests_do_not(talk: Talk, company: Company) -> None:
    await talk.types("vic", "pin small")
    assert await pinned(talk, "vic") == ["A small flow"]
    async with company.storage.work(company.account) as work:
        await work.people.set_role(company.people["vic"], Role.GUEST)
    assert await pinned(talk, "vic") == []
    assert "Guests" in said(await presses(talk, "vic", company.flow_id.hex)).text
    assert "Guests" in said(await presses(talk, "vic")).text
    assert "Guests" in said(await talk.types("vic", "unpin")).text


async def test_an_archived_flow_is_no_longer_pinned_and_one_brought_back_is(
    talk: Talk, company: Company
) -> None:
    await talk.types("sam", "pin small")
    for archived in (True, False):
        async with company.storage.work(company.account) as work:
            await work.flows.archive(company.flow_id, archived=archived)
        assert await pinned(talk) == ([] if archived else ["A small flow"])


async def test_a_flow_that_one_may_see_no_more_is_not_shown(talk: Talk, company: Company) -> None:
    await company.hires("bob", Role.TEAM_ADMIN)
    await talk.types("bob", "pin secret")
    assert await pinned(talk, "bob") == ["Secret of Kim"]
    async with company.storage.work(company.account) as work:
        await work.people.set_role(company.people["bob"], Role.ENGINEER)
    assert await pinned(talk, "bob") == []


async def test_two_who_are_one_have_the_pins_of_both_once(talk: Talk, company: Company) -> None:
    await talk.types("sam", "pin vpn-down")
    await talk.types("sam", "pin small")
    await talk.types("kim", "pin small")
    async with company.storage.work(company.account) as work:
        assert await work.people.merge(company.people["sam"], company.people["kim"])
    assert await pinned(talk) == await pinned(talk, "kim") == ["VPN is down", "A small flow"]
    await talk.types("kim", "unpin small")
    assert await pinned(talk) == ["VPN is down"]


async def test_pinned_twice_at_once_is_pinned_once(talk: Talk, company: Company) -> None:
    flow = company.flow_id.hex
    answers = await asyncio.gather(*(presses(talk, "sam", flow) for _ in range(4)))
    assert all("is pinned" in said(answer).text for answer in answers)
    form, _ = await opens(talk)
    every = ["A small flow", "VPN is down", "VPN is slow"]
    await asyncio.gather(*(sends(talk, "sam", form, every) for _ in range(4)))
    assert sorted(await pinned(talk)) == every


async def test_pinned_ones_are_suggested_first_and_after_unpin_alone(talk: Talk) -> None:
    await talk.types("sam", "pin vpn-slow")
    assert "vpn-slow" in (await talk.suggestions("sam", ""))[5:6]
    assert await talk.suggestions("sam", "pin vpn") == ["pin vpn-down", "pin vpn-slow"]
    assert await talk.suggestions("sam", "unpin ") == ["unpin vpn-slow"]
    assert await talk.suggestions("sam", "unpin down") == []


async def test_more_flows_than_the_form_holds_keep_their_pins(talk: Talk, company: Company) -> None:
    for number in range(OFFERED + 1):
        await company.publishes(called(f"flow-{number}", f"Flow {number:03}"))
    async with company.storage.work(company.account) as work:
        flows = await work.flows.all(await company.actor("sam"))
        await work.pins.add(company.people["sam"], [f.id for f in flows if f.name[:5] == "flow-"])
    form, field = await opens(talk)
    assert len(field.options) == OFFERED
    assert "/flow pin" in (field.help or "")
    await sends(talk, "sam", form, ["Flow 007"])
    assert await pinned(talk) == ["Flow 007", "Flow 100"]


async def test_titles_that_are_the_same_are_told_apart(talk: Talk, company: Company) -> None:
    await company.publishes(called("vpn-two", "VPN is down"))
    _, field = await opens(talk)
    labels = [option.label for option in field.options]
    assert {"VPN is down (vpn-down)", "VPN is down (vpn-two)"} < set(labels)
