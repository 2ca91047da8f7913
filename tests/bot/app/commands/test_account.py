"""Commands about the account: link codes, members and their roles, the guide, suggestions."""

import re

import pytest

from bot.app.commands.link import entered_by
from bot.app.commands.registry import VERBS, WORDS
from bot.app.membership import Member, Visitor, identify
from bot.app.starter import add_starters
from bot.port import Command, Origin
from core.access import Role
from core.flow.model import Flow
from core.verbs import ProductVerb
from core.views import GuideView, MembersView, NoticeView
from tests.bot.app.talking import Talk, labels, told, whisper
from tests.company import Company

CODE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}")


def code_in(text: str) -> str:
    """The code that somebody is told."""
    found = CODE.search(text)
    assert found is not None
    return found[0]


async def enters(talk: Talk, visitor: Visitor, text: str) -> str | None:
    """What somebody is told who is not known."""
    by = Origin(visitor.platform, visitor.workspace, visitor.user, visitor.name, "X")
    answer = await entered_by(talk.chat, visitor, Command(by, "d", text))
    if answer is None:
        return None
    first, *_ = answer.whispers
    assert isinstance(first, NoticeView)
    return first.text


async def test_a_code_makes_two_identities_one_person(talk: Talk) -> None:
    answer = await talk.types("sam", "link")
    code = code_in(told(answer))
    await talk.company.publishes(
        Flow.model_validate(
            {"flow": "x", "title": "X", "nodes": [{"solution": "e", "resolved": "X."}]}
        )
    )
    assert "you are Sam" in told(await talk.types("sam2", f"LINK {code.lower()}"))
    sam, again = await talk.member("sam"), await talk.member("sam2")
    assert sam.actor.id == again.actor.id


async def test_a_workspace_code_is_an_admins_and_links_one(talk: Talk) -> None:
    assert "Only a team admin" in told(await talk.types("sam", "link workspace"))
    code = code_in(told(await talk.types("ada", "link Workspace")))
    stranger = Visitor("other", "W2", "u1", "Uma")
    assert await enters(talk, stranger, "vpn") is None
    assert await enters(talk, stranger, "link") is None
    assert "Linked" in (await enters(talk, stranger, f"Link  {code}") or "")
    member = await identify(talk.chat.desk, stranger)
    assert isinstance(member, Member)
    assert member.actor.account == talk.company.account


async def test_who_brings_a_workspace_in_is_shown_how_to_begin(talk: Talk) -> None:
    await add_starters(talk.chat.desk, talk.company.account)
    code = code_in(told(await talk.types("ada", "link workspace")))
    typed = Command(Origin("other", "W3", "u1", "Uma", "C1"), "d1", f"link {code}")
    answer = await entered_by(talk.chat, Visitor("other", "W3", "u1", "Uma"), typed)
    assert answer is not None
    linked, hello, *_ = answer.whispers
    assert isinstance(linked, NoticeView)
    assert linked.text.startswith("Linked.")
    assert isinstance(hello, NoticeView)
    assert [choice.verb for choice in hello.choices] == [ProductVerb.SAMPLE]


async def test_a_wrong_code_is_said_to_be_wrong_and_other_words_no_code(talk: Talk) -> None:
    assert "wrong, was used already" in told(await talk.types("sam", "link AAAA-BBBB"))
    assert "/flow start link aggregation" in told(await talk.types("sam", "link aggregation"))


async def test_members_are_shown_to_all_and_changed_by_admins(talk: Talk) -> None:
    view = whisper(await talk.types("vic", "admin"))
    assert isinstance(view, MembersView)
    assert not view.may_change
    assert [(line.name, line.role) for line in view.lines] == [
        ("Ada", Role.TEAM_ADMIN),
        ("Kim", Role.ENGINEER),
        ("Sam", Role.ENGINEER),
        ("Vic", Role.VIEWER),
    ]
    assert whisper(await talk.types("vic", "admin members")) == view
    assert whisper(await talk.types("vic", "admin Roles")) == view
    for typed in ("admin vic engineer", "admin vic"):
        assert "Only a team admin" in told(await talk.types("sam", typed))


async def test_an_admin_gives_a_role_by_typing_or_by_the_form(talk: Talk) -> None:
    assert told(await talk.types("ada", "admin vic Engineer")) == "Vic is engineer now."
    assert (await talk.member("vic")).actor.role is Role.ENGINEER
    assert told(await talk.types("ada", "admin Kim team admin")) == "Kim is team admin now."
    answer = await talk.types("ada", "admin sam")
    assert answer.form is not None
    [field] = answer.form.view.fields
    assert field.value == "engineer"
    assert [option.label for option in field.options] == [
        "Guest",
        "Viewer",
        "Engineer",
        "Team admin",
    ]
    assert answer.form.view.argument == talk.company.people["sam"].hex


async def test_a_name_or_role_that_is_none_is_said(talk: Talk) -> None:
    answer = await talk.types("ada", "admin bob engineer")
    assert "names nobody here" in told(answer)
    assert labels(answer) == ["Members"]
    assert "is no role. There are: guest" in told(await talk.types("ada", "admin vic king"))


async def test_the_last_admin_stays_one(talk: Talk) -> None:
    assert "last admin" in told(await talk.types("ada", "admin ada viewer"))


async def test_the_guide_names_what_there_is_on_one_screen(talk: Talk) -> None:
    view = whisper(await talk.types("sam", "help"))
    assert isinstance(view, GuideView)
    assert len(view.lines) <= 16
    assert all(len(typed) + len(does) < 80 for typed, does in view.lines)
    named = " ".join(f"{typed} {does}" for typed, does in view.lines)
    for verb in (
        *("list", "resume", "how", "answer", "note", "back", "correct", "status", "time"),
        *("scratchpad", "pause", "handover", "takeover", "summary", "done", "cancel"),
        *("link", "admin", "help"),
    ):
        assert verb in WORDS
        assert re.search(rf"\b{verb}\b", named), verb


async def test_suggestions_are_verbs_first_then_flows(talk: Talk, company: Company) -> None:
    nodes = [{"solution": "end", "resolved": "It is fixed."}]
    flow = {"flow": "status-page", "title": "Status page is red", "nodes": nodes}
    await company.publishes(Flow.model_validate(flow))
    assert await talk.suggestions("sam", "sta") == ["start", "status", "status-page"]
    assert await talk.suggestions("sam", "SM") == ["small"]
    assert await talk.suggestions("sam", "start s") == ["start small", "start status-page"]
    assert await talk.suggestions("sam", "status-p") == ["status-page"]
    assert await talk.suggestions("sam", "take") == ["takeover"]
    assert await talk.suggestions("sam", "handover k") == ["handover Kim"]
    assert await talk.suggestions("sam", "note the sm") == []


async def test_ones_own_sessions_are_suggested_after_resume(talk: Talk, company: Company) -> None:
    await talk.begins("sam", "small")
    assert await talk.suggestions("kim", "resume ") == []
    [mine] = await talk.suggestions("sam", "resume ")
    assert mine.startswith("resume ")
    assert await talk.suggestions("sam", f"{mine[:-1]}") == [mine]
    assert await talk.suggestions("sam", "resume printer") == []
    assert "None of your open" not in str(await talk.types("sam", mine, "C3"))


async def test_suggestions_before_anything_is_typed_and_never_more_than_ten(
    talk: Talk, company: Company
) -> None:
    nodes = [{"solution": "end", "resolved": "It is fixed."}]
    for number in range(12):
        flow = {"flow": f"s-{number}", "title": f"Some {number}", "nodes": nodes}
        await company.publishes(Flow.model_validate(flow))
    first = await talk.suggestions("sam", "")
    assert first[:2] == ["list", "resume"]
    assert len(first) == 10
    assert len(await talk.suggestions("sam", "s")) == 10
    assert await talk.suggestions("sam", "x" * 40_000) == []


async def test_a_flow_that_is_called_like_a_verb_is_begun_by_start(
    talk: Talk, company: Company
) -> None:
    nodes = [{"solution": "end", "resolved": "It is fixed."}]
    flow = {"flow": "time", "title": "Clock is wrong", "nodes": nodes}
    await company.publishes(Flow.model_validate(flow))
    assert await talk.suggestions("sam", "clock") == ["start time"]
    assert await talk.suggestions("sam", "start ti") == ["start time"]
    await talk.types("sam", "start time")
    assert len(await talk.sessions("sam")) == 1


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
async def test_every_verb_answers_anybody_with_something(talk: Talk, verb: object) -> None:
    name = getattr(verb, "name", "")
    answer = await talk.types("vic", name)
    assert answer.whispers or answer.form
