"""Where somebody begins: the first minute, and later."""

from bot.app.home import greeting, home
from bot.app.starter import add_starters
from bot.app.starting import sample_here
from core.flow.model import Flow
from core.flow.outcome import Outcome
from core.session.deeds import Completed
from core.verbs import ProductVerb
from core.views import HomeView, NoticeView
from tests.bot.app.talking import Talk, told
from tests.company import Company


async def at_home(talk: Talk, name: str = "sam") -> HomeView:
    """What somebody finds."""
    return await home(talk.chat, await talk.member(name))


async def test_who_is_new_is_offered_the_sample_first(talk: Talk, company: Company) -> None:
    await add_starters(talk.chat.desk, company.account)
    view = await at_home(talk)
    assert view.newcomer
    assert view.name == "Sam"
    assert view.choices[0].verb == ProductVerb.SAMPLE
    assert "Try it" not in " ".join(choice.label for choice in view.flows)


async def test_the_sample_begins_and_ends_within_a_few_answers(
    talk: Talk, company: Company
) -> None:
    await add_starters(talk.chat.desk, company.account)
    member = await talk.member("sam")
    await sample_here(talk.chat, member, talk.at("sam"), delivery="s1")
    await sample_here(talk.chat, member, talk.at("sam"), delivery="s1")
    [session] = await talk.sessions("sam")
    await talk.shown()
    thread = talk.platform.step().target.thread
    for answer in ("1", "1", "1", "1"):
        await talk.types("sam", f"answer {answer}", "C1", thread)
    now = (await company.reads("sam", session)).session
    assert now.here.node == "solved"


async def test_once_a_session_is_finished_nobody_is_new(talk: Talk, company: Company) -> None:
    await add_starters(talk.chat.desk, company.account)
    session, _ = await talk.begins()
    assert (await at_home(talk)).newcomer
    await company.does("sam", session, Completed(Outcome.RESOLVED))
    view = await at_home(talk, "kim")
    assert not view.newcomer
    assert ProductVerb.SAMPLE not in {choice.verb for choice in view.choices}


async def test_without_the_sample_flow_it_is_not_offered(talk: Talk) -> None:
    view = await at_home(talk)
    assert view.newcomer
    assert ProductVerb.SAMPLE not in {choice.verb for choice in view.choices}
    answer = await sample_here(talk.chat, await talk.member("sam"), talk.at("sam"), delivery="s1")
    assert "not here any more" in told(answer)


async def test_flows_are_those_used_lately_then_others_by_title(
    talk: Talk, company: Company
) -> None:
    nodes = [{"solution": "end", "resolved": "It is fixed."}]
    for name in ("a", "b", "c", "d", "e", "z"):
        flow = {"flow": name, "title": f"Flow {name}", "nodes": nodes}
        await company.publishes(Flow.model_validate(flow))
    await talk.types("sam", "z")
    await talk.types("sam", "small")
    view = await at_home(talk)
    shown = [choice.label for choice in view.flows]
    assert shown == ["A small flow", "Flow z", "Flow a", "Flow b", "Flow c"]
    assert all(choice.verb == ProductVerb.START for choice in view.flows)
    assert view.flows[0].argument == company.flow_id.hex


async def test_open_sessions_are_there_to_go_on_with(talk: Talk) -> None:
    session, _ = await talk.begins()
    assert [line.session for line in (await at_home(talk)).sessions] == [session]
    assert (await at_home(talk, "kim")).sessions == ()


async def test_only_admins_find_members_and_workspaces(talk: Talk) -> None:
    for name, is_admin in (("ada", True), ("sam", False)):
        view = await at_home(talk, name)
        verbs = {choice.verb for choice in view.choices}
        assert view.is_admin is is_admin
        assert (ProductVerb.MEMBERS in verbs) is is_admin
        assert (ProductVerb.LINK_WORKSPACE in verbs) is is_admin


async def test_the_greeting_says_what_it_is_and_shows_where_to_begin(
    talk: Talk, company: Company
) -> None:
    await add_starters(talk.chat.desk, company.account)
    said, view = (await greeting(talk.chat, await talk.member("sam"))).whispers
    assert isinstance(said, NoticeView)
    assert "/flow vpn" in said.text
    assert "two minutes" in said.text
    assert isinstance(view, HomeView)
