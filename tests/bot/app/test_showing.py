"""What one person is shown: the step, where they were, who was faster, in the account's time."""

from datetime import timedelta

from bot.app.desk import Desk
from bot.app.showing import answered, past, step, ticket, variables
from core.errors import Refusal
from core.flow.model import Flow
from core.session.deeds import Acted, Started
from core.views import FormView, NoteView, PastView
from tests.company import Company


def desk(company: Company) -> Desk:
    """Where the use cases work."""
    return Desk(company.storage, company.now)


async def test_who_was_faster_is_said_by_name_answer_and_local_time(company: Company) -> None:
    session = await company.starts("sam")
    await company.chooses("sam", session, "no")
    async with company.storage.database.raw() as raw:
        await raw.execute("UPDATE trail SET at = '2026-07-01 12:02Z' WHERE kind = 'acted'")
        await raw.execute("UPDATE account SET time_zone = 'Europe/Berlin'")
    said = await answered(desk(company), company.identity("kim"), session, 1)
    assert said == "Sam answered “No” at 14:02."
    assert await answered(desk(company), company.identity("kim"), session, 2) is None


async def test_after_a_quarter_of_an_hour_three_lines_come_first(company: Company) -> None:
    session = await company.starts("sam")
    await company.chooses("sam", session, "no")
    soon = await step(desk(company), company.identity("sam"), session)
    assert not isinstance(soon, Refusal)
    assert soon.recap is None
    company.ahead = timedelta(minutes=16)
    late = await step(desk(company), company.identity("sam"), session)
    assert not isinstance(late, Refusal)
    assert late.recap is not None
    assert late.recap.known == "Is it on? No"
    assert late.recap.asked == "Switch it on."


async def test_every_earlier_answer_that_stands(company: Company) -> None:
    session = await company.starts("sam")
    for option in ("no", None, "yes", "no", "yes"):
        if option:
            await company.chooses("sam", session, option)
        else:
            visit = (await company.reads("sam", session)).session.here.visit
            await company.does("sam", session, Acted(visit, "done"))
    view = await past(desk(company), company.identity("sam"), session)
    assert isinstance(view, PastView)
    assert [line.answer for line in view.lines] == ["No", "done", "Yes", "No", "Yes"]


async def test_a_time_zone_that_is_none_reads_as_utc(company: Company) -> None:
    session = await company.starts("sam")
    async with company.storage.database.raw() as raw:
        await raw.execute("UPDATE account SET time_zone = 'Mars/Olympus'")
    note = await ticket(desk(company), company.identity("sam"), session)
    assert isinstance(note, NoteView)
    assert "UTC" in note.text


async def test_what_a_step_lacks_can_be_asked_for_alone(company: Company) -> None:
    names = ("client", "gateway", "port")
    intake = [{"name": name, "label": name.capitalize()} for name in names]
    ask = [{"id": id, "label": id.capitalize(), "to": "end"} for id in ("yes", "no")]
    flow = Flow.model_validate(
        {
            "flow": "asking",
            "title": "Asking",
            "intake": intake,
            "nodes": [
                {"decision": "one", "ask": "Is {{gateway}} up at {{client}}?", "options": ask},
                {"solution": "end", "resolved": "{{port}} is open."},
            ],
        }
    )
    [version] = await company.publishes(flow)
    session = await company.starts("sam", started=Started(version, {"client": "Acme"}))
    for missing, asked in ((False, names), (True, ("gateway",))):
        form = await variables(desk(company), company.identity("sam"), session, missing=missing)
        assert isinstance(form, FormView)
        assert tuple(field.name for field in form.fields) == asked
        assert not any(field.required for field in form.fields)
