"""Forms of several pages: whatever becomes of them, nothing that was typed is lost."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from bot.platforms.teams import dialog
from bot.platforms.teams.dialog import Sent
from bot.platforms.teams.forms import Forms
from bot.port import Form, Memory
from storage.sealing import Seal, fresh_key
from storage.storage import opened
from tests.bot.platforms.teams.reading import ABOUT, TOKEN
from tests.bot.platforms.teams.test_dialog import submitted
from tests.gallery import FORMS

Json = dict[str, Any]
MANY = Form(TOKEN, FORMS["many fields"])
LONG = Form(TOKEN, FORMS["long values"])
SHORT = Form(TOKEN, FORMS["ordinary"])


@pytest.fixture
async def memory(shared_address: str) -> AsyncIterator[Memory]:
    """What Teams' adapter remembers: nothing yet."""
    async with opened(shared_address, seal=Seal.of([fresh_key()])) as storage:
        yield storage.memories.of("teams")
        async with storage.database.raw() as raw:
            await raw.execute("DELETE FROM memory")


async def go_on(memory: Memory, form: Form, task: Json, **typed: str) -> tuple[Sent, Json | None]:
    """A page that is sent, and the page that follows; each by a process of its own."""
    sent = await Forms(memory).fill(dialog.sent(submitted(task, **typed)))
    if sent.is_last:
        return sent, None
    held = dialog.holding(form, sent.held)
    return sent, dialog.page(held, sent.about, sent.page + 1, errors=sent.wrong)


async def to_the_end(memory: Memory, form: Form, task: Json, **typed: str) -> Sent:
    """Every page from this one on, with what is typed where there is a field for it."""
    shown: Json | None = task
    while shown is not None:
        ids = {each.get("id", "") for each in shown["card"]["content"]["body"]}
        here = {name: value for name, value in typed.items() if f"in.{name}" in ids}
        sent, shown = await go_on(memory, form, shown, **here)
    return sent


async def test_pages_come_back_as_one(memory: Memory) -> None:
    first = dialog.dialog(MANY, ABOUT)
    sent = await to_the_end(memory, MANY, first, v3="typed", v25="too", v59="and this")
    assert list(sent.values) == [field.name for field in MANY.view.fields]
    assert {name: value for name, value in sent.values.items() if value} == {
        "v3": "typed", "v25": "too", "v59": "and this",
    }  # fmt: skip
    assert (sent.token, sent.about) == (TOKEN, ABOUT)


async def test_a_text_over_several_pages_comes_back_whole(memory: Memory) -> None:
    sent = await to_the_end(memory, LONG, dialog.dialog(LONG, ABOUT))
    assert sent.values["text"].split() == (LONG.view.fields[0].value or "").split()


async def test_what_is_wrong_is_put_right_on_its_page_and_all_else_is_still_there(
    memory: Memory,
) -> None:
    sent = await to_the_end(memory, MANY, dialog.dialog(MANY, ABOUT), v3="typed", v25="bad")
    errors = {"v25": "No.", "v59": "Nor this."}
    await Forms(memory).again(MANY, sent, errors)
    task = dialog.dialog(MANY, sent.about, values=sent.values, errors=errors)
    assert task["title"].endswith("(2 of 3)")
    _, last = await go_on(memory, MANY, task, v25="good")
    assert last is not None
    assert "Nor this." in str(last)
    again = await to_the_end(memory, MANY, last, v59="right")
    told = {name: value for name, value in again.values.items() if value}
    assert told == {"v3": "typed", "v25": "good", "v59": "right"}


async def test_a_long_text_that_was_not_taken_is_there_again(memory: Memory) -> None:
    sent = await to_the_end(memory, LONG, dialog.dialog(LONG, ABOUT))
    await Forms(memory).again(LONG, sent, {"text": "No."})
    task = dialog.dialog(LONG, sent.about, values=sent.values, errors={"text": "No."})
    again = await to_the_end(memory, LONG, task)
    assert again.values["text"].split() == (LONG.view.fields[0].value or "").split()


async def test_what_was_typed_may_need_more_pages_when_it_is_shown_again(memory: Memory) -> None:
    fields = tuple(replace(SHORT.view.fields[0], name=f"f{n}", limit=8_000) for n in range(4))
    form = replace(SHORT, view=replace(SHORT.view, fields=fields))
    typed = {f"f{n}": f"{n}字" * 3_500 for n in range(4)}
    sent = await to_the_end(memory, form, dialog.dialog(form, ABOUT), **typed)
    await Forms(memory).again(form, sent, {"f0": "No."})
    task = dialog.dialog(form, sent.about, values=sent.values, errors={"f0": "No."})
    assert "(1 of " in task["title"]
    again = await to_the_end(memory, form, task)
    assert {name: "".join(value.split()) for name, value in again.values.items()} == typed


async def test_a_form_of_one_page_needs_no_memory(memory: Memory) -> None:
    sent, nothing = await go_on(memory, SHORT, dialog.dialog(SHORT, ABOUT), text="typed")
    assert (sent.values, nothing) == ({"text": "typed"}, None)
    await Forms(memory).done(sent)
    assert await memory.all("form") == {}


async def test_pages_that_are_known_no_more_are_asked_for_again(memory: Memory) -> None:
    _, second = await go_on(memory, MANY, dialog.dialog(MANY, ABOUT), v3="typed")
    assert second is not None
    sent, _ = await go_on(memory, MANY, second, v25="too")
    await Forms(memory).done(sent)
    last = dialog.page(MANY, ABOUT, 3)
    sent, shown = await go_on(memory, MANY, last, v59="and this")
    assert not sent.is_last
    assert shown is not None
    assert shown["title"].endswith("(1 of 3)")
    whole = await to_the_end(memory, MANY, shown)
    assert whole.values["v59"] == "and this"
    assert list(whole.values) == [field.name for field in MANY.view.fields]
