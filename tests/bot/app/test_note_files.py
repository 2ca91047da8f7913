"""The ticket note as a file: which there are, that each is posted once, and where it may go."""

import asyncio

import pytest

from bot.app.front import Front
from bot.cards import card_of
from bot.port import Answer, Clicked, Unavailable
from bot.token import Token
from core.access import Role
from core.ids import SessionId
from core.session.deeds import NoteAdded
from core.verbs import ProductVerb
from core.views import NoteView, NoticeView
from tests.bot.app.talking import Talk, told, whisper
from tests.company import Company

BELOW = "The note is below, as a file."


async def presses(
    talk: Talk,
    session: SessionId,
    kind: str,
    *,
    name: str = "sam",
    channel: str = "C1",
    thread: str = "",
) -> Answer:
    """Somebody presses the button of a kind of file, below a note that they look at there."""
    token = Token(session, 0, ProductVerb.NOTE_FILE, kind).pack()
    by, delivery = talk.at(name, channel, thread), f"file-{next(talk.numbers)}"
    return await Front(talk.chat.desk, talk.chat.senders).receive(Clicked(by, delivery, token))


def posted(talk: Talk) -> list[tuple[str, str, str]]:
    """The files, by channel, thread and name."""
    return [(to.channel, to.thread, file.name) for to, file in talk.platform.uploads.values()]


async def test_every_note_of_a_session_has_a_button_for_each_kind(talk: Talk) -> None:
    _, thread = await talk.begins()
    for text in ("summary", "summary text"):
        note = whisper(await talk.types("sam", text, "C1", thread))
        buttons = {b.label: Token.unpack(b.token) for b in card_of(note).buttons()}
        assert list(buttons) == ["Markdown file", "HTML file"]
        assert [token.argument for token in buttons.values()] == ["md", "html"]


async def test_both_kinds_say_the_same_and_say_what_they_are(talk: Talk, company: Company) -> None:
    session, thread = await talk.begins()
    await company.does("sam", session, NoteAdded("1 < 2 & *so on*"))
    for kind in ("md", "html"):
        assert told(await presses(talk, session, kind, thread=thread)) == BELOW
    [md, html] = [file for _, file in talk.platform.uploads.values()]
    assert (md.name, md.media_type) == ("ticket-note.md", "text/markdown")
    assert (html.name, html.media_type) == ("ticket-note.html", "text/html")
    assert "Markdown" in md.title
    assert "HTML" in html.title
    assert b"# A small flow" in md.content
    assert rb"1 &lt; 2 & \*so on\*" in md.content
    assert b"<h1>A small flow</h1>" in html.content
    assert b"1 &lt; 2 &amp; *so on*" in html.content


async def test_it_is_posted_once_while_it_says_the_same_whoever_presses(
    talk: Talk, company: Company
) -> None:
    session, thread = await talk.begins()
    pressing = [
        presses(talk, session, kind, name=name, thread=thread)
        for name in ("sam", "kim", "sam")
        for kind in ("md", "html")
    ]
    assert {told(answer) for answer in await asyncio.gather(*pressing)} == {BELOW}
    here = [("C1", thread, "ticket-note.md"), ("C1", thread, "ticket-note.html")]
    assert sorted(posted(talk)) == sorted(here)
    await company.does("kim", session, NoteAdded("It blinks."))
    await presses(talk, session, "html", thread=thread)
    assert posted(talk)[2:] == [("C1", thread, "ticket-note.html")]


async def test_in_ones_own_conversation_it_is_posted_there_too(talk: Talk) -> None:
    session, thread = await talk.begins()
    await presses(talk, session, "md", thread=thread)
    assert told(await presses(talk, session, "md", channel="D-sam")) == BELOW
    assert posted(talk) == [("C1", thread, "ticket-note.md"), ("D-sam", "", "ticket-note.md")]


@pytest.mark.parametrize("kind", ["md", "html"])
async def test_where_others_read_it_is_only_whispered_as_text(talk: Talk, kind: str) -> None:
    session, _ = await talk.begins()
    _, theirs = await talk.begins(channel="C2")
    for thread in ("", theirs):
        answer = await presses(talk, session, kind, channel="C2", thread=thread)
        [notice, note] = answer.whispers
        assert isinstance(notice, NoticeView)
        assert "where its session is" in notice.text
        assert isinstance(note, NoteView)
        assert note.text.startswith("# A small flow")
    assert posted(talk) == []


@pytest.mark.parametrize("kind", ["md", "html"])
async def test_where_no_file_can_be_posted_it_is_whispered_as_text(talk: Talk, kind: str) -> None:
    session, thread = await talk.begins()
    talk.platform.failing["upload"] = Unavailable("no files today")
    [notice, note] = (await presses(talk, session, kind, thread=thread)).whispers
    assert isinstance(notice, NoticeView)
    assert "No file" in notice.text
    assert isinstance(note, NoteView)
    assert note.text.startswith("# A small flow")


async def test_the_step_stays_in_reach_below_the_file(talk: Talk, company: Company) -> None:
    session, thread = await talk.begins()
    await talk.shown()
    before = len(talk.platform.at("C1"))
    await presses(talk, session, "md", thread=thread)
    await company.chooses("sam", session, "yes")
    await talk.shown()
    assert len(talk.platform.at("C1")) == before + 1


async def test_who_may_not_read_the_note_gets_no_file(
    talk: Talk, company: Company, rival: Company
) -> None:
    session, thread = await talk.begins()
    await company.hires("gus", Role.GUEST)
    stranger = Talk(rival, talk.platform, workspace="Rival IT")
    guest = await presses(talk, session, "md", name="gus", thread=thread)
    other = await presses(stranger, session, "html", thread=thread)
    for answer in (guest, other):
        assert "small" not in told(answer)
    assert posted(talk) == []


async def test_a_kind_that_is_none_is_said_so(talk: Talk) -> None:
    session, thread = await talk.begins()
    assert "no kind of file" in told(await presses(talk, session, "exe", thread=thread))
    assert posted(talk) == []
