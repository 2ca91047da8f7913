"""What commands show: lists, status, time, the ticket note."""

from datetime import timedelta

from core.session.deeds import Attached, NoteAdded, NoteKeptOut
from core.views import HelpView, NoteView, SessionsView, StatusView, TimeView
from tests.bot.app.talking import Talk, told, whisper
from tests.company import Company


async def listed(talk: Talk, name: str, text: str = "list") -> SessionsView:
    """The list that somebody gets."""
    view = whisper(await talk.types(name, text, "C5"))
    assert isinstance(view, SessionsView)
    return view


async def test_list_has_ones_own_open_sessions_last_touched_first(talk: Talk) -> None:
    first, _ = await talk.begins()
    second, _ = await talk.begins()
    await talk.begins("kim", "small anyway")
    await talk.company.does("sam", first, NoteAdded("x"))
    view = await listed(talk, "sam")
    assert [line.session for line in view.lines] == [first, second]
    assert view.lines[0].at == "Is it on?"


async def test_list_all_has_everybodys_for_engineers_only(talk: Talk) -> None:
    await talk.begins()
    view = await listed(talk, "kim", "list ALL")
    assert [(line.driver, line.flow_title) for line in view.lines] == [("Sam", "A small flow")]
    assert "Viewers see" in told(await talk.types("vic", "list all"))


async def test_one_of_several_is_resumed_by_its_number_or_its_words(
    talk: Talk, company: Company
) -> None:
    first, _ = await talk.begins()
    second, _ = await talk.begins()
    await talk.types("sam", "resume 2", "D-sam")
    place = await talk.place(first)
    assert place is not None
    assert place.spot.channel == "D-sam"
    assert len((await listed(talk, "sam", "resume small")).lines) == 2
    assert "None of your open sessions" in told(await talk.types("sam", "resume printer"))
    assert second in await talk.sessions("sam")


async def test_joining_shows_where_it_is_or_asks_which(talk: Talk) -> None:
    await talk.begins()
    assert "Sam is on “A small flow”" in told(await talk.types("kim", "join sam", "C5"))
    await talk.begins()
    view = await listed(talk, "kim", "join small")
    assert len(view.lines) == 2
    assert "Say which" in told(await talk.types("kim", "join"))


async def test_status_counts_what_is_in_the_ticket(talk: Talk, company: Company) -> None:
    session, thread = await talk.begins()
    await company.chooses("sam", session, "yes")
    await company.does("kim", session, NoteAdded("The LED blinks."))
    await company.does("sam", session, NoteAdded("Lunch?"))
    await company.does("sam", session, NoteKeptOut(4))
    await company.does("sam", session, Attached("0" * 64, "log.txt", "text/plain", 3))
    view = whisper(await talk.types("sam", "status", "C1", thread))
    assert isinstance(view, StatusView)
    assert (view.answers, view.notes, view.files) == (1, 1, 1)
    assert view.header.driver == "Sam"
    assert view.recap.known == "Is it on? Yes"
    assert view.recap.asked == "Does it work now?"


async def test_time_is_told_by_step_by_person_and_with_what_overlaps(
    talk: Talk, company: Company
) -> None:
    session, thread = await talk.begins()
    other, _ = await talk.begins()
    company.ahead = timedelta(minutes=10)
    await company.chooses("sam", session, "yes")
    await company.does("sam", other, NoteAdded("meanwhile"))
    company.ahead = timedelta(minutes=14)
    await company.does("sam", session, NoteAdded("more"))
    await company.does("kim", session, NoteAdded("me too"))
    view = whisper(await talk.types("sam", "time", "C1", thread))
    assert isinstance(view, TimeView)
    assert [(line.what, line.minutes) for line in view.steps] == [
        ("Is it on?", 10),
        ("Does it work now?", 4),
    ]
    assert [(line.what, line.minutes) for line in view.people] == [("Sam", 14), ("Kim", 1)]
    assert [(line.what, line.minutes) for line in view.overlaps] == [("A small flow", 10)]
    assert view.minutes == 15


async def test_another_account_sees_none_of_it(talk: Talk, rival: Company) -> None:
    session, _ = await talk.begins()
    other = Talk(rival, workspace="Rival IT")
    for typed in ("list all", "join small", "join sam"):
        answer = await other.types("kim", typed)
        assert str(session) not in repr(answer)
        assert "Sam" not in repr(answer)


async def test_summary_is_the_ticket_note_in_markdown_or_plain(talk: Talk) -> None:
    _, thread = await talk.begins()
    await talk.types("sam", "note The LED blinks.", "C1", thread)
    view = whisper(await talk.types("sam", "summary", "C1", thread))
    assert isinstance(view, NoteView)
    assert "# A small flow" in view.text
    assert "The LED blinks." in view.text
    plain = whisper(await talk.types("sam", "summary text", "C1", thread))
    assert isinstance(plain, NoteView)
    assert "#" not in plain.text


async def test_how_is_shown_to_the_asker(talk: Talk) -> None:
    _, thread = await talk.begins()
    view = whisper(await talk.types("vic", "how", "C1", thread))
    assert isinstance(view, HelpView)
    assert view.title == "Is it on?"
