"""People in our Discord see and do what their clients let them, and no more."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from tests.discord.api_interactions import respond
from tests.discord.calls import Call
from tests.discord.chat import Said
from tests.discord.filling import Impossible
from tests.discord.people import Choice, Person
from tests.discord.samples import (
    FLOW,
    button,
    label,
    link,
    message,
    modal,
    option,
    row,
    select,
    text,
    text_input,
)
from tests.discord.server import Discord
from tests.discord.world import EPHEMERAL, Json, Message

Answers = Callable[[Json], Json]


@pytest.fixture
def discord() -> Discord:
    """Nobody connects: the app is `App`, in this loop."""
    made = Discord()
    made.commands[""] = [
        {"id": str(n), "type": 1, "application_id": made.application_id, **each}
        for n, each in enumerate(FLOW, 1)
    ]
    return made


@pytest.fixture
def sam(discord: Discord) -> Person:
    return discord.person("sam")


class App:
    """What answers interactions, one after the other."""

    def __init__(self, discord: Discord) -> None:
        self.asked: list[Json] = []
        self._discord = discord

    async def answers(self, doing: Any, body: Json) -> Any:
        """Do it, and answer what is asked meanwhile."""
        before = len(self._log())
        task = asyncio.ensure_future(doing)
        await self._discord.gateway.until(lambda: len(self._log()) > before)
        told = self._log()[-1]
        self.asked.append(told)
        names = {"interaction": told["id"], "token": told["token"]}
        await respond(Call(self._discord, names, {}, body))
        return await task

    def _log(self) -> list[Json]:
        log = self._discord.gateway.log
        return [told for kind, told in log if kind == "INTERACTION_CREATE"]


@pytest.fixture
def app(discord: Discord) -> App:
    return App(discord)


def _shows(discord: Discord, *components: Json, private: str = "") -> Message:
    """A message of the app's."""
    said = Said(components=components, flags=1 << 15, only_for=private)
    return discord.chat.writes(discord.chat.channel("support"), discord.chat.bot, said)


SAYS = {"type": 4, "data": message(text("Hello"))}


async def test_a_command_is_sent_as_it_was_typed(sam: Person, app: App) -> None:
    await app.answers(sam.types("/flow start  printer jams", "support"), SAYS)
    [told] = app.asked
    [start] = told["data"]["options"]
    assert (start["name"], start["type"]) == ("start", 1)
    assert start["options"] == [{"type": 3, "name": "words", "value": "printer jams"}]
    assert told["member"]["user"]["id"] == sam.user.id
    assert (told["channel"]["name"], told["context"]) == ("support", 0)
    assert told["guild_id"] == told["authorizing_integration_owners"]["0"] == sam.guild.id
    assert int(told["app_permissions"]) & 1 << 34
    await app.answers(sam.types("/flow home", "direct"), SAYS)
    assert "guild_id" not in app.asked[-1]
    assert app.asked[-1]["user"]["id"] == sam.user.id
    assert app.asked[-1]["context"] == 1


async def test_commands_that_are_none_cannot_be_typed(sam: Person, discord: Discord) -> None:
    for typed in ("hello", "/flow", "/flow menu", "/flow home now", "/other", "/flow start " * 900):
        with pytest.raises(Impossible):
            await sam.types(typed, "support")
    discord.person("ada").kicks_bot()
    with pytest.raises(Impossible):
        await sam.types("/flow home", "support")


async def test_suggestions_are_asked_for_as_one_types(sam: Person, app: App) -> None:
    choices = [{"name": "VPN is down", "value": "vpn"}]
    answer = {"type": 8, "data": {"choices": choices}}
    found = await app.answers(sam.suggested("/flow start vp", "support"), answer)
    assert found == [Choice("VPN is down", "vpn")]
    [typed] = app.asked[0]["data"]["options"][0]["options"]
    assert (typed["value"], typed["focused"]) == ("vp", True)
    assert (await app.answers(sam.suggested("/flow start", "support"), answer)) == found
    with pytest.raises(Impossible):
        await sam.suggested("/flow home", "support")


async def test_a_message_is_pointed_at(sam: Person, discord: Discord, app: App) -> None:
    theirs = discord.person("kim").writes("Router is hot", "support")
    await app.answers(sam.points(theirs.id, "Add as note"), SAYS)
    data = app.asked[0]["data"]
    assert (data["type"], data["target_id"]) == (3, theirs.id)
    assert data["resolved"]["messages"][theirs.id]["content"] == "Router is hot"
    with pytest.raises(Impossible):
        await sam.points(theirs.id, "Something else")


async def test_buttons_are_pressed_as_they_are_or_were(
    sam: Person, discord: Discord, app: App
) -> None:
    seen = _shows(discord, row(button(1), button(2, disabled=True), link()))
    discord.chat.changes(seen, Said(components=[row(button(3))], flags=seen.flags))
    await app.answers(sam.presses(seen.id, "b3"), {"type": 6})
    made = await app.answers(sam.presses(seen.id, "b1"), {"type": 6})
    assert made.answered
    assert app.asked[-1]["message"]["components"][0]["components"][0]["custom_id"] == "b3"
    for nothing in ("b2", "b9"):
        with pytest.raises(Impossible):
            await sam.presses(seen.id, nothing)


async def test_options_are_picked_within_what_is_offered(
    sam: Person, discord: Discord, app: App
) -> None:
    seen = _shows(discord, row(select(3, max_values=2)))
    await app.answers(sam.picks(seen.id, "s1", "v0", "v2"), {"type": 6})
    assert app.asked[0]["data"]["values"] == ["v0", "v2"]
    for wrong in ((), ("v9",), ("v0", "v1", "v2")):
        with pytest.raises(Impossible):
            await sam.picks(seen.id, "s1", *wrong)


async def test_what_is_ephemeral_is_seen_by_one(sam: Person, discord: Discord, app: App) -> None:
    seen = _shows(discord, row(button()), private=sam.user.id)
    kim = discord.person("kim")
    assert sam.sees("support") == [seen]
    assert kim.sees("support") == []
    with pytest.raises(Impossible):
        await kim.presses(seen.id, "b1")
    with pytest.raises(Impossible):
        sam.reacts(seen.id, "⛔")
    await app.answers(sam.presses(seen.id, "b1"), {"type": 7, "data": {"components": [text()]}})
    assert app.asked[0]["message"]["flags"] & EPHEMERAL
    sam.deletes(seen.id)
    assert sam.sees("support") == []


FORM = modal(
    text("Look at the label."),
    label(text_input(1, min_length=3)),
    label(text_input(2, required=False, value="none yet", max_length=8)),
    label(select(options=[option(1), option(2, default=True)])),
)


async def test_a_modal_is_filled_and_sent(sam: Person, discord: Discord, app: App) -> None:
    seen = _shows(discord, row(button()))
    await app.answers(sam.presses(seen.id, "b1"), {"type": 9, "data": FORM})
    assert sam.modal is not None
    assert sam.modal.typed == {"t1": "", "t2": "none yet", "s1": ["v2"]}
    assert await sam.submits() is None
    assert sam.modal.errors == {"t1": "This field is required."}
    sam.fills("t1", "AB")
    assert await sam.submits() is None
    sam.fills("t1", "ABC")
    sam.fills("s1", "v1")
    for name, wrong in (("t2", "x" * 9), ("s1", "v9"), ("t9", "x")):
        with pytest.raises(Impossible):
            sam.fills(name, wrong)
    await app.answers(sam.submits(), {"type": 7, "data": {"components": [text("Saved")]}})
    data = app.asked[-1]["data"]
    assert (data["custom_id"], len(data["components"])) == ("form", 4)
    held = [each["component"] for each in data["components"][1:]]
    assert [each.get("value") or each["values"] for each in held] == ["ABC", "none yet", ["v1"]]
    assert app.asked[-1]["message"]["id"] == seen.id
    assert sam.modal is None
    assert seen.components[0]["content"] == "Saved"


async def test_a_modal_that_nobody_answers_stays_open(
    sam: Person, discord: Discord, app: App
) -> None:
    await app.answers(sam.types("/flow home", "support"), {"type": 9, "data": FORM})
    discord.interactions.patience = 0.01
    sam.fills("t1", "ABC")
    await sam.submits()
    assert sam.toasts == ["Something went wrong. Try again."]
    assert sam.modal is not None
    sam.closes()
    with pytest.raises(Impossible):
        await sam.submits()


async def test_nobody_answers(sam: Person, discord: Discord) -> None:
    discord.interactions.patience = 0.01
    seen = _shows(discord, row(button()))
    await sam.presses(seen.id, "b1")
    await sam.types("/flow home", "support")
    await sam.suggested("/flow start x", "support")
    assert sam.toasts == [
        "This interaction failed",
        "The application did not respond",
        "Loading options failed",
    ]


async def test_whoever_works_in_an_archived_thread_opens_it(
    sam: Person, discord: Discord, app: App
) -> None:
    head = _shows(discord, text("Head"))
    thread = sam.opens_thread(head.id, "VPN")
    reply = sam.writes("Hm", "support", thread.id)
    sam.archives(thread.id)
    await app.answers(sam.types("/flow home", "support", thread.id), SAYS)
    assert not thread.archived
    sam.archives(thread.id)
    await app.answers(sam.points(reply.id, "Add as note"), SAYS)
    assert not thread.archived
    sam.archives(thread.id)
    with pytest.raises(Impossible):
        sam.reacts(reply.id, "⛔")
    with pytest.raises(Impossible):
        sam.deletes(reply.id)
    assert discord.person("kim").threads("support", archived=True) == [thread]
    discord.person("ada").locks(thread.id)
    with pytest.raises(Impossible):
        await sam.types("/flow home", "support", thread.id)


async def test_nobody_does_what_is_anothers(sam: Person, discord: Discord) -> None:
    kim, ada = discord.person("kim"), discord.person("ada")
    hers = kim.writes("Mine", "support")
    with pytest.raises(Impossible):
        sam.edits(hers.id, "Yours")
    with pytest.raises(Impossible):
        sam.deletes(hers.id)
    for act in (
        sam.kicks_bot,
        sam.adds_bot,
        lambda: sam.deletes_channel("support"),
        lambda: sam.permits("support", "Send Messages", on=False),
        lambda: sam.grants("Send Messages", on=True),
        lambda: sam.gives("Admins"),
        lambda: sam.renames("support", "helpdesk"),
    ):
        with pytest.raises(Impossible):
            act()
    ada.deletes(hers.id)
    with pytest.raises(Impossible, match="deleted"):
        sam.reacts(hers.id, "⛔")


async def test_what_cannot_be_sent(sam: Person) -> None:
    sam.writes("x" * 2_000, "support")
    for text_, files in (("x" * 2_001, {}), ("", {}), ("x", {"a": b"x" * (10 * 1024**2 + 1)})):
        with pytest.raises(Impossible):
            sam.writes(text_, "support", files=files)
    with pytest.raises(Impossible):
        sam.writes("x", "nowhere")
    with pytest.raises(Impossible):
        sam.writes("x", "support", "1")


async def test_another_guild_is_another_place(sam: Person, discord: Discord) -> None:
    other = discord.adds_guild("Globex")
    there = discord.person("sam", other)
    there.writes("Here?", "support")
    assert sam.sees("support") == []
    assert len(there.sees("support")) == 1
    assert there.user is sam.user
    assert there.direct is sam.direct


async def test_whoever_waits_is_told_of_every_change(sam: Person, discord: Discord) -> None:
    waiting = asyncio.create_task(
        discord.chat.until(lambda: discord.person("kim").sees("support"), 5)
    )
    await asyncio.sleep(0)
    said = sam.writes("Hello", "support")
    assert await waiting == [said]
