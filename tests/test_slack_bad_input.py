"""What nobody should send and everybody some day does, to the whole product in Slack: the right
refusal, in words; nothing lost, nothing revealed.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

import httpx
import pytest
from sqlalchemy.engine import make_url

from bot.app.desk import Desk
from bot.app.membership import Visitor
from bot.app.starter import Cast, prepare
from bot.token import Token
from core.access import Role
from core.ids import SessionId
from core.session.verbs import SessionVerb as Can
from core.verbs import ProductVerb
from storage.ids import new_id
from storage.sealing import fresh_key
from storage.storage import opened
from tests import database
from tests.company import founded
from tests.installation import Installation
from tests.settling import Settled
from tests.slack.checks import A_BLOCK, CHARACTERS, message_refusals
from tests.slack.delivery import signed
from tests.slack.people import Person
from tests.slack.reading import marked, words, workable
from tests.slack.samples import section
from tests.slack.server import Slack
from tests.slack.world import Message
from tests.slack_installation import in_slack

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
ROLES = {
    "sam": Role.ENGINEER,
    "kim": Role.ENGINEER,
    "vic": Role.VIEWER,
    "ada": Role.TEAM_ADMIN,
}
SOON = 6.0  # seconds in which something must be seen; the machine may be busy
_T = TypeVar("_T")


@pytest.fixture(scope="module")
def staffed(server_address: str, template: str) -> Iterator[Settled]:
    """An installation in which everybody has their role, to copy."""
    with database.copy(server_address, template) as address:
        asyncio.run(_staff(address))
        name = make_url(address).database
        assert name is not None
        yield Settled(name, fresh_key())


async def _staff(address: str) -> None:
    team = Slack().team  # its ids are the same in every run
    casts = [
        Cast(Visitor("slack", team.id, team.user(name).id, name.capitalize()), role)
        for name, role in ROLES.items()
    ]
    async with opened(address) as storage:
        await prepare(
            Desk(storage), "Acme IT", Visitor("terminal", "here", "ops", "Ops"), casts=casts
        )


@dataclass
class Office:
    """The product in Slack, and who works there."""

    slack: Slack
    database: str

    def person(self, name: str) -> Person:
        """Somebody at their client."""
        return self.slack.person(name)

    async def until(self, find: Callable[[], _T | None]) -> _T:
        """What is found, now or soon."""
        try:
            return await self.slack.team.until(find, SOON)
        except TimeoutError:
            raise AssertionError(
                "this is all there is:\n"
                + "\n".join(seen(person) for person in self.slack.people.values())
            ) from None

    async def sees(
        self, who: str, said: str, channel: str = "support", thread: str = ""
    ) -> Message:
        """Somebody is shown a message that says this, now or soon."""
        person = self.person(who)

        def find() -> Message | None:
            shown = reversed(person.sees(channel, thread))
            return next((each for each in shown if said in text(each)), None)

        return await self.until(find)

    async def starts(self, who: str = "sam", channel: str = "support") -> str:
        """Somebody starts a session; its thread."""
        person = self.person(who)
        before = {each.ts for each in person.sees(channel)}
        await person.types("/flow vpn-down", channel)

        def header() -> Message | None:
            new = [each for each in person.sees(channel) if each.ts not in before]
            return next((each for each in new if each.by_app and not each.only_for), None)

        thread = (await self.until(header)).ts
        await self.button(who, thread, "Everyone", channel)
        return thread

    async def button(
        self, who: str, thread: str, label: str, channel: str = "support"
    ) -> tuple[str, str]:
        """A button in a thread: the message's ts, and the button's value."""
        person = self.person(who)

        def find() -> tuple[str, str] | None:
            for message in reversed(person.sees(channel, thread)):
                for said, value, _ in workable(message.blocks):
                    if label in said:
                        return message.ts, value
            return None

        return await self.until(find)

    async def presses(self, who: str, thread: str, label: str) -> None:
        """Somebody presses a button in a thread."""
        await self.person(who).presses(*await self.button(who, thread, label))

    async def post(self, body: bytes, kind: str, headers: dict[str, str]) -> httpx.Response:
        """A request to where Slack sends its own."""
        async with httpx.AsyncClient(trust_env=False, timeout=SOON) as client:
            said = {"Content-Type": kind, **headers}
            return await client.post(self.slack.app.request_url, content=body, headers=said)


def text(message: Message) -> str:
    """What a message says."""
    return words(message.blocks, {}) if message.blocks else marked(message.text, {})


def seen(person: Person, *channels: str) -> str:
    """All that somebody can see, in channels and their threads."""
    places = [person.team.channel(name) for name in channels] or [*person.team.channels.values()]
    every = [each for place in places for each in place.messages.values()]
    return "\n".join(text(each) for each in every if each.only_for in ("", person.user.id))


@asynccontextmanager
async def office(server: str, of: Settled, *, socket: bool = False) -> AsyncIterator[Office]:
    async with in_slack(server, of, socket=socket) as made:
        yield Office(made.slack, made.stage.database)


@pytest.fixture
async def acme(server_address: str, staffed: Settled) -> AsyncIterator[Office]:
    async with office(server_address, staffed) as made:
        yield made


async def test_only_what_slack_signed_a_moment_ago_is_taken_and_that_once(acme: Office) -> None:
    sam, app = acme.person("sam"), acme.slack.app
    typed = sam.acts.command(acme.slack.team.channel("support"), "/flow", "vpn-down")
    body = urlencode(typed).encode()
    refused = [
        {},
        signed("somebody's guess", body),
        signed(app.signing_secret, body, -400),
        signed(app.signing_secret, body, 400),
        signed(app.signing_secret, body + b"&text=dns"),
        {**signed(app.signing_secret, body), "x-slack-request-timestamp": "soon"},
    ]
    for headers in refused:
        assert (await acme.post(body, FORM, headers)).status_code == 401
    async with httpx.AsyncClient(trust_env=False) as client:
        assert (await client.get(app.request_url)).status_code == 405
    assert sam.sees("support") == []
    genuine = signed(app.signing_secret, body)
    for _ in range(3):  # somebody has recorded it
        assert (await acme.post(body, FORM, genuine)).status_code == 200
    await acme.until(lambda: sam.sees("support"))
    thread = sam.sees("support")[0].ts
    await acme.button("sam", thread, "Everyone")
    assert [each for each in sam.sees("support") if each.by_app and not each.only_for] == [
        sam.message(thread)
    ]


async def test_a_button_that_was_forged_does_nothing_and_shows_nothing(acme: Office) -> None:
    async with opened(acme.database) as storage:
        rival = await founded(storage, "Rival IT")
        secret = await rival.starts("sam")
    thread = await acme.starts()
    sam = acme.person("sam")
    ts, _ = await acme.button("sam", thread, "Everyone")
    before = seen(sam)
    forged = [
        "",
        "x",
        "x" * 2000,
        "../../etc/passwd",
        *(Token(secret, 0, verb).pack() for verb in Can),
        Token(secret, 0, ProductVerb.OPEN).pack(),
        Token(secret, 0, ProductVerb.JOIN).pack(),
        Token(secret, 0, ProductVerb.MOVE).pack(),
        Token(SessionId(new_id()), 9, "choose", "yes").pack(),
        Token(SessionId(new_id()), 9, "no-such-verb", "yes").pack(),
    ]
    for number, value in enumerate(forged):
        action = {"type": "button", "action_id": "a", "block_id": "b", "value": value}
        about = sam.acts.on_message(sam.message(ts))
        pressed = about | {"actions": [{**action, "action_ts": f"1.{number}"}]}
        reply = await acme.slack.delivery.ask("interaction", pressed)
        assert not reply.failed, value
    await acme.sees("sam", "This button is not one of ours", thread=thread)
    await acme.slack.delivery.settled()
    after = seen(sam)[len(before) :]
    for theirs in ("Rival", "small flow", "Is it on?"):
        assert theirs not in after
    assert "Something went wrong" not in after
    async with opened(acme.database) as storage, storage.work(rival.account) as work:
        assert len(await work.histories.trail(secret)) == 1
    await acme.presses("sam", thread, "Everyone")
    await acme.button("sam", thread, "No answer")


async def test_who_is_no_member_is_told_so_and_changes_nothing(acme: Office) -> None:
    team = acme.slack.team
    pat = team.joins("pat", "Pat")
    pat.more = {"team_id": "T0OTHER", "is_stranger": True}  # came with a shared channel
    team.channel("support").members.add(pat.id)
    thread = await acme.starts()
    ts, value = await acme.button("sam", thread, "Everyone")
    for who in ("gus", "pat"):
        person = acme.person(who)
        await person.types("/flow vpn-down", "support")
        await acme.sees(who, "Guests of this workspace")
        await person.presses(ts, value)
        person.writes("a guest was here", "support", thread)
        await acme.until(
            lambda p=person: [m for m in p.sees("support", thread) if m.only_for] or None  # type: ignore[misc]
        )
    team.writes(team.channel("support"), "B0ALARM", "Disk full", thread_ts=thread, bot_name="Alarm")
    await acme.presses("sam", thread, "Everyone")
    await acme.button("sam", thread, "No answer")
    sam = acme.person("sam")
    sam.writes("@ResolutionFlow summary", "support", thread)
    note = await acme.sees("sam", "What was checked", thread=thread)
    assert "a guest was here" not in text(note)
    assert "Disk full" not in text(note)


async def test_the_longest_reply_is_kept_whole_or_its_writer_is_told(acme: Office) -> None:
    thread = await acme.starts()
    sam = acme.person("sam")
    long = "<@U1> *all* " + "x" * 39_900
    written = sam.writes(long, "support", thread)
    found = await acme.until(
        lambda: (
            sam.message(written.ts).reactions
            or [each for each in sam.sees("support", thread) if each.only_for]
        )
    )
    assert found
    if not sam.message(written.ts).reactions:
        assert "long" in text(sam.sees("support", thread)[-1])


@pytest.mark.parametrize("how", ["replied", "pointed at", "an app's, pointed at"])
async def test_the_longest_set_of_blocks_is_noted_whole(acme: Office, how: str) -> None:
    thread = await acme.starts()
    sam, team = acme.person("sam"), acme.slack.team
    every = [f"w{number:05}" for number in range(1_900)]  # 13,300 characters with their blanks
    if how == "replied":
        long = sam.writes(" ".join(every), "support", thread)
    elif how == "pointed at":
        long = acme.person("kim").writes(" ".join(every), "network")
    else:
        every = every[: (CHARACTERS - 4 * A_BLOCK) // 7]
        sections = [section(" ".join(every[at : at + 420])) for at in range(0, len(every), 420)]
        assert message_refusals({"text": "Alarm", "blocks": sections}) == []
        assert message_refusals({"text": "Alarm", "blocks": [*sections, section("x" * 99)]})
        network = team.channel("network")
        long = team.writes(network, "B0ALARM", "Alarm", sections, bot_name="Alarms")
    if how == "replied":
        await acme.until(lambda: sam.message(long.ts).reactions)
    else:
        await sam.points(long.ts, "note")
        await acme.sees("sam", "Noted", "network")
    sam.writes("@ResolutionFlow summary", "support", thread)

    def note() -> bool:
        shown = [text(each) for each in sam.sees("support", thread) if each.by_app]
        return re.findall(r"\bw\d{5}\b", "\n".join(shown)) == every

    await acme.until(note)


async def test_two_people_press_at_once_and_one_is_told(acme: Office) -> None:
    thread = await acme.starts()
    sam, kim = acme.person("sam"), acme.person("kim")
    ts, everyone = await acme.button("sam", thread, "Everyone")
    _, one = await acme.button("kim", thread, "One user")
    await asyncio.gather(sam.presses(ts, everyone), kim.presses(ts, one))

    def told() -> list[str] | None:
        every = [each for who in (sam, kim) for each in who.sees("support", thread)]
        return [text(each) for each in every if each.only_for and "answered" in text(each)]

    [said] = {*await acme.until(told)}
    assert "Sam answered “Everyone”" in said or "Kim answered “One user”" in said
    assert sam.toasts == kim.toasts == []


async def test_a_form_that_is_sent_after_the_end_keeps_what_was_typed_and_says_so(
    acme: Office,
) -> None:
    thread = await acme.starts()
    sam, kim = acme.person("sam"), acme.person("kim")
    await acme.presses("sam", thread, "Custom step")
    view = await acme.until(lambda: sam.view if sam.view and _inputs(sam.view) else None)
    await acme.presses("kim", thread, "Finish")
    await acme.until(lambda: kim.view if kim.view and _inputs(kim.view) else None)
    kim.fills("outcome", "resolved")
    await kim.submits()
    await acme.sees("sam", "Completed: Resolved", thread=thread)
    sam.fills(_inputs(view)[0], "I replaced the cable")
    await sam.submits()
    told = await acme.sees("sam", "What you typed is kept", thread=thread)
    assert told.only_for == sam.user.id
    assert sam.toasts == []


def _inputs(view: Any) -> list[str]:
    return [block["block_id"] for block in view.blocks if block["type"] == "input"]


async def test_a_button_of_a_message_that_was_deleted_is_answered_with_the_step(
    acme: Office,
) -> None:
    thread = await acme.starts()
    sam, ada = acme.person("sam"), acme.person("ada")
    ts, value = await acme.button("sam", thread, "Everyone")
    about = sam.acts.on_message(sam.message(ts))
    ada.deletes(ts)
    action = {"type": "button", "action_id": value, "block_id": "b", "value": value}
    pressed = about | {"actions": [{**action, "action_ts": "1.1"}]}
    reply = await acme.slack.delivery.ask("interaction", pressed)
    assert not reply.failed
    await acme.sees("sam", "its message was deleted", thread=thread)
    await acme.presses("sam", thread, "Show the step")
    await acme.button("sam", thread, "No answer")


@pytest.mark.parametrize("how", ["archived", "removed"])
async def test_a_channel_that_is_lost_parks_the_session_which_goes_on_elsewhere(
    acme: Office, how: str
) -> None:
    team, sam = acme.slack.team, acme.person("sam")
    thread = await acme.starts()
    await acme.presses("sam", thread, "Everyone")
    await acme.button("sam", thread, "No answer")
    support, ada = team.channel("support"), team.user("ada")
    if how == "archived":
        team.archives(support, ada)
    else:
        team.removes(support, team.bot, ada)
    said = await acme.sees("sam", "VPN", "direct")
    assert how in text(said)
    await sam.types("/flow resume", "network")
    header = await acme.until(
        lambda: next((m for m in sam.sees("network") if m.by_app and not m.only_for), None)
    )
    await acme.button("sam", header.ts, "No answer", "network")


async def test_an_app_that_is_taken_out_in_the_middle_breaks_nothing(acme: Office) -> None:
    thread = await acme.starts()
    sam, team = acme.person("sam"), acme.slack.team
    ts, value = await acme.button("sam", thread, "Everyone")
    about = sam.acts.on_message(sam.message(ts))
    acme.slack.uninstalls(team)
    await acme.slack.delivery.settled()
    assert all(each.acknowledged for each in acme.slack.delivery.log)
    action = {"type": "button", "action_id": value, "block_id": "b", "value": value}
    late = about | {"actions": [{**action, "action_ts": "1.1"}]}
    body = urlencode({"payload": json.dumps(late)}).encode()
    headers = signed(acme.slack.app.signing_secret, body)
    assert (await acme.post(body, FORM, headers)).status_code == 200
    health = acme.slack.app.request_url.replace("/slack/events", "/healthz")
    async with httpx.AsyncClient(trust_env=False) as client:
        assert (await client.get(health)).status_code == 200


SECRETS = ("the customer's gateway", "hunter2", "because of the cable")


async def test_no_word_of_anybodys_and_no_token_is_logged_at_any_level(
    server_address: str, staffed: Settled
) -> None:
    async with in_slack(
        server_address, staffed, dies=True, RESOLUTIONFLOW_LOG_LEVEL="debug"
    ) as made:
        assert isinstance(made.stage, Installation)
        acme, sam = Office(made.slack, made.stage.database), made.slack.person("sam")
        secrets = [made.slack.bot_token, made.slack.app.token, staffed.key]
        await sam.types("/flow the customer's gateway", "support")
        thread = await acme.starts()
        written = sam.writes("the customer's gateway is down", "support", thread)
        sam.writes("the password is hunter2hunter2", "support", thread)
        sam.edits(written.ts, "the customer's gateway was down")
        await acme.presses("sam", thread, "Everyone")
        await acme.button("sam", thread, "No answer")
        made.slack.team.event("message", {"channel": "C1", "text": "because of the cable"})
        made.slack.uninstalls(made.slack.team)
        sam.writes("because of the cable", "support", thread)
        await made.slack.delivery.settled()
        made.stage.process.stop()
        file = Path(made.stage.env["RESOLUTIONFLOW_DATA"]) / "log" / "resolutionflow.log"
        logged = await asyncio.to_thread(file.read_text)
    assert "slack-connected" in logged
    told = [line for line in logged.splitlines() if any(x in line for x in (*SECRETS, *secrets))]
    assert told == []
