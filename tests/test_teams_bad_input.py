"""What nobody should send and everybody some day does, to the whole product in Teams: the right
status, a clear word; nothing lost, nothing revealed.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.token import Token
from core.ids import SessionId
from core.session.verbs import SessionVerb as Can
from core.verbs import ProductVerb
from storage.ids import new_id
from storage.storage import opened
from tests.company import founded
from tests.installation import Installation
from tests.settling import Settled
from tests.teams.acts import Acts
from tests.teams.identity import Wrong
from tests.teams.parts import pressables
from tests.teams.people import DIRECT
from tests.teams.world import Asked, Json
from tests.teams_installation import settled
from tests.teams_office import Office, everything, office, text

LARGEST = 28 * 1_024  # bytes of a card


@pytest.fixture(scope="module")
def staffed(server_address: str) -> Iterator[Settled]:
    """An installation in which everybody has their role, to copy."""
    with settled(server_address) as made:
        yield made


@pytest.fixture
async def acme(server_address: str, staffed: Settled) -> AsyncIterator[Office]:
    async with office(server_address, staffed) as made:
        yield made


async def forges(
    acme: Office, who: str, id: str, data: Any, verb: str = "press", name: str = ""
) -> Asked:
    """Somebody sends what no client does, as if it were a button of that message."""
    message = acme.teams.chat.message(id)
    assert message is not None
    place = acme.teams.chat.places[message.place]
    acts = Acts(acme.teams, acme.person(who).user)
    action = {"type": "Action.Execute", "title": "x", "verb": verb, "data": data}
    value: Json = {"data": data} if name else {"action": action, "trigger": "manual"}
    return await acts.asks(name or "adaptiveCard/action", place, value, message=message)


async def revision(acme: Office) -> list[str]:
    """What is on the record, once all is settled."""
    await acme.settled()
    return await acme.deeds()


# Who speaks


async def test_who_is_not_teams_is_refused_and_nothing_is_done(acme: Office) -> None:
    teams = acme.teams
    thread = await acme.starts()
    acme.person("sam").writes("A note", "support", thread)
    await acme.presses("sam", thread, "Everyone")
    after = await revision(acme)
    every = [each.activity for each in teams.delivery.log]
    for how in (*Wrong, None):
        of = (teams.app.client_id, teams.service_url)
        token = "none" if how is None else teams.identity.wrong(how, *of)
        for each in every:
            other = each | {"id": f"f:{new_id()}"}
            answered = await teams.delivery.again(other, teams.app, token)
            assert answered.status == 401, how
            assert answered.body["error"]["message"]
    assert await revision(acme) == after


async def test_what_is_of_another_tenant_is_refused(acme: Office) -> None:
    thread = await acme.starts()
    rival = acme.teams.adds_tenant("rival.example")
    sam = acme.teams.person("sam", rival)
    before = await revision(acme)
    with acme.teams.allowing():
        await sam.types("vpn-down", "support")
        await acme.settled()
    assert acme.teams.delivery.log[-1].status == 401  # nobody here knows their app
    told = acme.teams.delivery.log[-1].activity
    with acme.teams.allowing():
        answered = await acme.teams.delivery.again(told, acme.teams.app)
    assert answered.status == 403
    assert await revision(acme) == before
    assert [each for each in sam.sees("support") if each.by_app] == []
    await acme.button("sam", thread, "Everyone")


# What is pressed


async def test_a_button_that_was_forged_does_nothing_and_shows_nothing(acme: Office) -> None:
    async with opened(acme.database) as storage:
        rival = await founded(storage, "Rival IT")
        secret = await rival.starts("sam")
    thread = await acme.starts()
    id, _ = await acme.button("sam", thread, "Everyone")
    before = len(everything(acme.teams))
    forged = [
        "x",
        "x" * 100,
        "x" * 5_000,
        "../../etc/passwd",
        *(Token(secret, 0, verb).pack() for verb in Can),
        Token(secret, 0, ProductVerb.OPEN).pack(),
        Token(secret, 0, ProductVerb.JOIN).pack(),
        Token(secret, 0, ProductVerb.MOVE).pack(),
        Token(SessionId(new_id()), 9, "choose", "yes").pack(),
        Token(SessionId(new_id()), 9, "no-such-verb", "yes").pack(),
    ]
    deeds = await revision(acme)
    answers = []
    for value in forged:
        for name in ("", "task/fetch"):
            made = await forges(acme, "sam", id, {"token": value}, name=name)
            assert (made.status, made.failed) == (200, ""), value[:50]
            answers.append(json.dumps(made.body))
    await acme.settled()
    after = "\n".join([*answers, *everything(acme.teams)[before:]])
    assert "This button is not one of ours" in after
    for theirs in ("Rival", "small flow", "Is it on?", "Something went wrong"):
        assert theirs not in after
    async with opened(acme.database) as storage, storage.work(rival.account) as work:
        assert len(await work.histories.trail(secret)) == 1
    assert await revision(acme) == deeds
    await acme.presses("sam", thread, "Everyone")
    await acme.button("sam", thread, "No answer")


async def test_a_verb_that_was_forged_is_refused_in_words(acme: Office) -> None:
    thread = await acme.starts()
    id, _ = await acme.button("sam", thread, "Everyone")
    [everyone] = [e for e in pressables(acme.person("sam").card(id)) if "Everyone" in e.title]
    before = await revision(acme)
    for verb in ("delete", "PRESS", "press ", "x" * 5_000):
        made = await forges(acme, "sam", id, everyone.data, verb)
        assert made.body["statusCode"] == 400
        assert made.body["value"]["message"] == "This button is not one of ours."
    odd: list[Any] = [{}, [], "x", 5, {"token": 5}, {"menu": "nothing"}, {"menu": {"a": 1}}]
    for data in odd:
        made = await forges(acme, "sam", id, data)
        assert made.status in (200, 400)
    assert await revision(acme) == before
    await acme.presses("sam", thread, "Everyone")
    await acme.button("sam", thread, "No answer")


async def test_a_button_of_another_message_is_no_harm_to_either(acme: Office) -> None:
    one = await acme.starts()
    other = await acme.starts("kim", "network", "ad-lockout", "Locked out")
    id, _ = await acme.button("sam", one, "Everyone")
    theirs, _ = await acme.button("kim", other, "Locked out", "network")
    [locked] = [e for e in pressables(acme.person("kim").card(theirs)) if "Locked out" in e.title]
    made = await forges(acme, "sam", id, locked.data)
    assert not made.failed
    await acme.settled()
    await acme.presses("sam", one, "Everyone")
    await acme.button("sam", one, "No answer")


async def test_an_outdated_button_says_what_happened_since(acme: Office) -> None:
    thread = await acme.starts()
    sam, kim = acme.person("sam"), acme.person("kim")
    id, everyone = await acme.button("sam", thread, "Everyone")
    [old] = [e for e in pressables(sam.card(id)) if "Everyone" in e.title]
    await sam.presses(id, everyone)
    await acme.button("kim", thread, "No answer")
    before = await revision(acme)
    made = await forges(acme, "kim", id, old.data)
    assert "Sam answered “Everyone”" in json.dumps(made.body, ensure_ascii=False)
    assert await revision(acme) == before
    assert kim.toasts == []


async def test_two_people_press_at_once_and_one_is_told_and_sees_the_step(acme: Office) -> None:
    thread = await acme.starts()
    sam, kim = acme.person("sam"), acme.person("kim")
    id, everyone = await acme.button("sam", thread, "Everyone")
    _, one = await acme.button("kim", thread, "One user")
    every = await asyncio.gather(sam.presses(id, everyone), kim.presses(id, one))
    assert [each and each.failed for each in every] == ["", ""]
    said = [each for each in sam.toasts + kim.toasts if "answered" in each]
    assert len(said) == 1
    assert "Sam answered “Everyone”" in said[0] or "Kim answered “One user”" in said[0]
    for who in ("sam", "kim"):
        now = await acme.until(lambda who=who: _asked(acme, who, id))  # type: ignore[misc]
        assert not any("Everyone" in each for each in now)
    assert (await revision(acme)).count("acted") == 1


def _asked(acme: Office, who: str, id: str) -> list[str] | None:
    """The answers that a message offers somebody, unless it is the first question still."""
    titles = _titles(acme, who, id)
    return None if any("One user" in each for each in titles) else titles


def _titles(acme: Office, who: str, id: str) -> list[str]:
    return [each.title for each in pressables(acme.person(who).card(id))]


async def test_a_click_that_is_told_again_and_again_is_done_once(acme: Office) -> None:
    thread = await acme.starts()
    await acme.presses("sam", thread, "Everyone")
    await acme.button("sam", thread, "No answer")
    before = await revision(acme)
    told = [e.activity for e in acme.teams.delivery.log if e.activity["type"] == "invoke"][-1]
    every = await asyncio.gather(
        *(acme.teams.delivery.again(told, acme.teams.app) for _ in range(5))
    )
    assert {each.status for each in every} == {200}
    assert await revision(acme) == before


async def test_a_card_that_an_owner_deletes_while_it_is_pressed(acme: Office) -> None:
    thread = await acme.starts()
    id, _ = await acme.button("sam", thread, "Everyone")
    [everyone] = [e for e in pressables(acme.person("sam").card(id)) if "Everyone" in e.title]
    acme.person("ada").deletes(id)
    made = await forges(acme, "sam", id, everyone.data)
    assert not made.failed
    found = await acme.sees("sam", "its message was deleted", DIRECT)
    [again] = [e for e in pressables(found.card) if "Show the step" in e.title]
    await acme.person("sam").presses(found.id, again.handle)
    await acme.settled()

    def step() -> bool:
        sam = acme.person("sam")
        places = (("support", thread), (DIRECT, ""))
        shown = [each for where in places for each in sam.sees(*where)]
        return any("No answer" in e.title for each in shown for e in pressables(each.card))

    await acme.until(step)


# Who comes and goes


async def test_who_is_a_guest_is_told_so_and_changes_nothing(acme: Office) -> None:
    thread = await acme.starts()
    id, everyone = await acme.button("gus", thread, "Everyone")
    before = await revision(acme)
    gus = acme.person("gus")
    await gus.presses(id, everyone)
    await acme.told("gus", "uests")
    gus.writes("a guest was here", "support", thread)
    await gus.types("vpn-down", DIRECT)
    await acme.settled()
    assert await revision(acme) == before
    assert "a guest was here" not in await acme.summary(thread)


async def test_who_was_taken_out_of_the_team_presses_what_they_still_have(acme: Office) -> None:
    """Their client may show it for a while."""
    thread = await acme.starts()
    id, _ = await acme.button("kim", thread, "Everyone")
    [everyone] = [e for e in pressables(acme.person("kim").card(id)) if "Everyone" in e.title]
    acme.person("ada").removes("kim", "support")
    await acme.settled()
    made = await forges(acme, "kim", id, everyone.data)
    assert not made.failed
    assert made.body["type"].startswith("application/vnd.microsoft.")
    await acme.settled()
    await acme.person("kim").types("help", DIRECT)
    await acme.settled()
    assert [each for each in acme.person("kim").sees(DIRECT) if each.by_app]
    await acme.button("sam", thread, "No answer")


async def test_the_app_is_taken_out_in_the_middle_and_comes_back(acme: Office) -> None:
    thread = await acme.starts()
    ada, sam = acme.person("ada"), acme.person("sam")
    ada.uninstalls("support")
    await acme.told("sam", "was removed from the channel")
    assert (await acme.deeds())[-1] == "paused"
    ada.installs("support")
    await acme.settled()
    await sam.types("resume", "support", thread)
    await acme.button("sam", thread, "Everyone")
    await acme.presses("sam", thread, "Everyone")
    await acme.button("sam", thread, "No answer")
    note = await acme.summary(thread)
    assert "Everyone" in note


async def test_a_chat_with_the_bot_that_is_gone_is_begun_again(acme: Office) -> None:
    thread = await acme.starts()
    await acme.summary(thread)
    sam = acme.person("sam")
    del acme.teams.chat.places[sam.direct.id]
    assert "VPN is down" in await acme.summary(thread)


async def test_a_chat_with_the_bot_in_which_a_session_lives_is_shut(acme: Office) -> None:
    sam = acme.person("sam")
    await acme.starts(channel=DIRECT)
    sam.shuts_direct()
    await acme.settled()
    sam.shuts_direct(on=False)
    await sam.types("resume", DIRECT)
    await acme.presses("sam", "", "Everyone", DIRECT)
    await acme.button("sam", "", "No answer", DIRECT)


# What is written and filled in


async def test_the_longest_message_is_kept_whole(acme: Office) -> None:
    thread = await acme.starts()
    every = [f"w{number:05}" for number in range(3_900)]  # 27,000 characters with their blanks
    long = acme.person("sam").writes(" ".join(every), "support", thread)
    await acme.until(lambda: long.reactions or None)
    found = await acme.summary(thread)
    assert re.findall(r"\bw\d{5}\b", found) == every


async def test_40000_characters_that_no_client_sends_are_kept_whole(acme: Office) -> None:
    thread = await acme.starts()
    acme.teams.delivery.deaf = True
    written = acme.person("sam").writes("short", "support", thread)
    acme.teams.delivery.deaf = False
    told = acme.teams.delivery.log[-1].activity
    every = [f"w{number:05}" for number in range(5_700)]
    said = " ".join(every)
    told |= {
        "text": said,
        "attachments": [{"contentType": "text/html", "content": f"<p>{said}</p>"}],
    }
    assert (await acme.teams.delivery.again(told, acme.teams.app)).status == 200
    await acme.until(lambda: written.reactions or None)
    found = await acme.summary(thread)
    assert re.findall(r"\bw\d{5}\b", found) == every


async def test_texts_of_every_size_make_cards_that_teams_takes(acme: Office) -> None:
    """Whatever Teams refuses of them fails this test at its end."""
    thread = await acme.starts()
    sam = acme.person("sam")
    heavy = ('“𝄞é\\"<>&\n' * 2_000)[:9_000]
    for size in (1, 200, 4_000, 9_000):
        written = sam.writes(heavy[:size], "support", thread)
        await acme.until(lambda written=written: written.reactions or None)  # type: ignore[misc]
    for words in ("summary", "note " + heavy[:8_000], "scratchpad", "status", "help", "correct"):
        await sam.types(words, "support", thread)
        await acme.settled()
    cards = [
        json.dumps(card, ensure_ascii=False).encode()
        for place in acme.teams.chat.places.values()
        for message in place.messages.values()
        for version in message.versions
        for card in version.cards
    ]
    assert max(map(len, cards)) <= LARGEST
    assert any("𝄞é" in each for each in everything(acme.teams))


async def custom(acme: Office, who: str, thread: str) -> None:
    """Somebody has a form before them."""
    await acme.presses(who, thread, "Custom step")
    assert acme.person(who).dialog is not None


def field(acme: Office, who: str) -> str:
    """The first input of their dialog."""
    dialog = acme.person(who).dialog
    assert dialog is not None
    return next(str(e["id"]) for e in dialog.card["body"] if e["type"].startswith("Input."))


async def test_a_form_that_is_sent_twice_is_taken_once(acme: Office) -> None:
    thread = await acme.starts()
    sam = acme.person("sam")
    await custom(acme, "sam", thread)
    sam.fills(field(acme, "sam"), "I replaced the cable")
    await sam.submits()
    await acme.settled()
    before = await acme.deeds()
    told = [e.activity for e in acme.teams.delivery.log if e.activity.get("name") == "task/submit"]
    for _ in range(3):
        answered = await acme.teams.delivery.again(told[-1], acme.teams.app)
        assert answered.status == 200
        other = told[-1] | {"id": f"f:{new_id()}"}
        assert (await acme.teams.delivery.again(other, acme.teams.app)).status == 200
    assert await revision(acme) == before
    assert (await acme.summary(thread)).count("I replaced the cable") == 1


async def test_a_form_that_is_sent_after_the_end_keeps_what_was_typed_and_says_so(
    acme: Office,
) -> None:
    thread = await acme.starts()
    sam, kim = acme.person("sam"), acme.person("kim")
    await custom(acme, "sam", thread)
    await acme.presses("kim", thread, "Finish")
    kim.fills("in.outcome", "resolved")
    await kim.submits()
    await acme.sees("sam", "Resolved", "support")
    sam.fills(field(acme, "sam"), "I replaced the cable")
    await sam.submits()
    await acme.told("sam", "What you typed is kept")
    assert sam.dialog is None


async def test_a_form_about_another_message_changes_nothing_there(acme: Office) -> None:
    """What a form is about travels with it, and whoever sends it can change that."""
    thread = await acme.starts()
    other = await acme.starts("kim", "network", "ad-lockout", "Locked out")
    theirs, _ = await acme.button("kim", other, "Locked out", "network")
    header = acme.person("sam").sees("support", thread)[0]
    await custom(acme, "sam", thread)
    sam = acme.person("sam")
    sam.fills(field(acme, "sam"), "I replaced the cable")
    assert sam.dialog is not None
    before = [text(header), text(acme.person("kim").message(theirs))]
    for about in (header.id, theirs, "..", "1", "x" * 900):
        [submit] = [e for e in pressables(sam.dialog.card) if "form" in e.data]
        forged = {"form": {**submit.data["form"], "message": about, "key": new_id().hex[:16]}}
        made = await forges(
            acme, "sam", header.id, {**forged, field(acme, "sam"): "x"}, name="task/submit"
        )
        assert made.status in (200, 400)
    await acme.settled()
    assert [text(header), text(acme.person("kim").message(theirs))] == before
    assert "Locked out" in str(_titles(acme, "kim", theirs))


# Killed in the middle


async def test_whatever_it_is_killed_over_is_done_once_and_told_again(
    server_address: str, staffed: Settled
) -> None:
    """An invoke is told once, so whoever pressed presses again; what is written is told again."""
    async with office(server_address, staffed, dies=True) as acme:
        stage, sam, kim = acme.made.stage, acme.person("sam"), acme.person("kim")
        assert isinstance(stage, Installation)
        thread = await acme.starts()
        for number, (answer, then) in enumerate(
            (("Everyone", "No answer"), ("Yes, it answers", "Expired"))
        ):
            id, handle = await acme.button("sam", thread, answer)
            pressing = asyncio.ensure_future(sam.presses(id, handle))
            written = kim.writes(f"note {number}", "support", thread)
            await asyncio.sleep(0.02 * number)
            await stage.restarts()
            await pressing
            await acme.until(lambda written=written: written.reactions or None)  # type: ignore[misc]
            sam.toasts.clear()
            if not _has(acme, thread, then):
                await acme.presses("sam", thread, answer)
            await acme.button("sam", thread, then)
        found = await acme.summary(thread)
        assert re.findall(r"note \d", found) == ["note 0", "note 1"]
        assert (await revision(acme)).count("acted") == 2


def _has(acme: Office, thread: str, label: str) -> bool:
    """Whether there is such a button already."""
    shown = acme.person("sam").sees("support", thread)
    return any(label in each.title for message in shown for each in pressables(message.card))


SECRETS = ("the customer's gateway", "hunter2", "because of the cable")


async def test_no_word_of_anybodys_and_no_token_is_logged_at_any_level(
    server_address: str, staffed: Settled
) -> None:
    level = {"RESOLUTIONFLOW_LOG_LEVEL": "debug"}
    async with office(server_address, staffed, dies=True, **level) as acme:
        stage, sam = acme.made.stage, acme.person("sam")
        assert isinstance(stage, Installation)
        await sam.types("the customer's gateway", "support")
        thread = await acme.starts()
        written = sam.writes("the customer's gateway is down", "support", thread)
        sam.writes("the password is hunter2hunter2", "support", thread)
        sam.edits(written.id, "the customer's gateway was down")
        await acme.presses("sam", thread, "Everyone")
        await acme.button("sam", thread, "No answer")
        await sam.searches("because of the cable", "support", thread)
        told = [*acme.teams.delivery.log][-1].activity
        wrong = acme.teams.identity.wrong(
            Wrong.EXPIRED, acme.teams.app.client_id, acme.teams.service_url
        )
        await acme.teams.delivery.again(told, acme.teams.app, wrong)
        await acme.teams.delivery.again(told | {"value": "because of the cable"}, acme.teams.app)
        await acme.settled()
        secrets = [acme.teams.app.secret, wrong, *acme.teams.entra._known, staffed.key]
        secrets.append(acme.teams.identity.token(acme.teams.app.client_id, "x").split(".")[0])
        stage.process.stop()
        file = Path(stage.env["RESOLUTIONFLOW_DATA"]) / "log" / "resolutionflow.log"
        logged = await asyncio.to_thread(file.read_text)
    assert "teams-stranger" in logged
    found = [line for line in logged.splitlines() if any(x in line for x in (*SECRETS, *secrets))]
    assert found == []
