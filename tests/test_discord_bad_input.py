"""What nobody should send and everybody some day does, to the whole product in Discord: the right
refusal, in words; nothing lost, nothing revealed.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.token import Token
from core.ids import SessionId
from core.session.verbs import SessionVerb as Can
from core.verbs import ProductVerb
from storage.ids import new_id
from storage.storage import opened
from tests.company import founded
from tests.discord.acts import Acts
from tests.discord.chat import Said
from tests.discord.filling import inputs
from tests.discord.interactions import COMPONENT
from tests.discord.permissions import BITS
from tests.discord.samples import button, row
from tests.discord.samples import text as shows
from tests.discord.world import Interaction, Overwrite
from tests.discord_installation import settled
from tests.discord_office import Office, everything, office, text
from tests.drivers.discord_reading import workable
from tests.installation import Installation
from tests.settling import Settled

BUTTON, V2 = 2, 1 << 15


@pytest.fixture(scope="module")
def staffed(server_address: str) -> Iterator[Settled]:
    """An installation in which everybody has their role, to copy."""
    with settled(server_address) as made:
        yield made


@pytest.fixture
async def acme(server_address: str, staffed: Settled) -> AsyncIterator[Office]:
    async with office(server_address, staffed) as made:
        yield made


async def forges(acme: Office, who: str, id: str, custom_id: str) -> Interaction:
    """Somebody presses what no client shows at a message."""
    message = acme.discord.chat.message(id)
    assert message is not None
    place = acme.discord.chat.channels[message.channel]
    data = {"custom_id": custom_id, "component_type": BUTTON, "id": 1}
    acts = Acts(acme.discord, acme.discord.chat.user(who))
    return await acts.asks(COMPONENT, place, data, message)


async def test_a_button_that_was_forged_does_nothing_and_shows_nothing(acme: Office) -> None:
    async with opened(acme.database) as storage:
        rival = await founded(storage, "Rival IT")
        secret = await rival.starts("sam")
    thread = await acme.starts()
    id, _ = await acme.button("sam", thread, "Everyone")
    before = len(everything(acme.discord))
    forged = [
        "x",
        "x" * 100,
        "../../etc/passwd",
        "form:x:1",
        "page:x:1",
        "page::",
        *(Token(secret, 0, verb).pack() for verb in Can),
        Token(secret, 0, ProductVerb.OPEN).pack(),
        Token(secret, 0, ProductVerb.JOIN).pack(),
        Token(secret, 0, ProductVerb.MOVE).pack(),
        Token(SessionId(new_id()), 9, "choose", "yes").pack(),
        Token(SessionId(new_id()), 9, "no-such-verb", "yes").pack(),
    ]
    for value in forged:
        made = await forges(acme, "sam", id, value)
        assert not made.failed, value
    await acme.settled()
    after = "\n".join(everything(acme.discord)[before:])
    assert "This button is not one of ours" in after
    for theirs in ("Rival", "small flow", "Is it on?", "Something went wrong"):
        assert theirs not in after
    async with opened(acme.database) as storage, storage.work(rival.account) as work:
        assert len(await work.histories.trail(secret)) == 1
    await acme.presses("sam", thread, "Everyone")
    await acme.button("sam", thread, "No answer")


async def test_a_button_of_another_message_is_no_harm_to_either(acme: Office) -> None:
    one = await acme.starts()
    other = await acme.starts("kim", "network", "ad-lockout", "Locked out")
    id, _ = await acme.button("sam", one, "Everyone")
    _, theirs = await acme.button("kim", other, "Locked out", "network")
    made = await forges(acme, "sam", id, theirs)
    assert not made.failed
    await acme.settled()
    await acme.presses("sam", one, "Everyone")
    await acme.button("sam", one, "No answer")


async def test_an_outdated_button_says_what_happened_since(acme: Office) -> None:
    thread = await acme.starts()
    sam = acme.person("sam")
    id, everyone = await acme.button("sam", thread, "Everyone")
    await sam.presses(id, everyone)
    await acme.button("sam", thread, "No answer")
    before = await acme.deeds()
    kim = acme.person("kim")
    await kim.presses(id, everyone)
    told = await acme.sees("kim", "answered", thread=thread)
    assert told.only_for == kim.user.id
    assert await acme.deeds() == before
    assert kim.toasts == []


async def test_another_guilds_members_do_nothing_with_our_buttons(acme: Office) -> None:
    thread = await acme.starts()
    _, everyone = await acme.button("sam", thread, "Everyone")
    before = await acme.deeds()
    rival = acme.discord.adds_guild("Rival")
    chat = acme.discord.chat
    shown = [shows("Anything"), row(button(custom_id=everyone))]
    message = chat.writes(chat.channel("support", rival), chat.bot, Said("", shown, flags=V2))
    sam = acme.discord.person("sam", rival)
    await sam.presses(message.id, everyone)
    await acme.settled()
    assert await acme.deeds() == before
    said = "\n".join(text(each) for each in sam.sees("support"))
    assert "VPN" not in said
    assert "not linked" in said or "Nobody here knows you" in said
    assert sam.toasts == []


async def test_who_is_a_guest_is_told_so_and_changes_nothing(acme: Office) -> None:
    thread = await acme.starts()
    id, everyone = await acme.button("sam", thread, "Everyone")
    before = await acme.deeds()
    gus = acme.person("gus")
    await gus.presses(id, everyone)
    await acme.sees("gus", "uests", thread=thread)
    gus.writes("a guest was here", "support", thread)
    await acme.sees("gus", "uests", "direct")
    chat = acme.discord.chat
    alarm = chat.meets("alarms", "Alarms", is_bot=True)
    chat.writes(chat.thread(thread), alarm, Said("Disk full"))
    await acme.settled()
    assert await acme.deeds() == before
    said = await acme.summary(thread)
    assert "a guest was here" not in said
    assert "Disk full" not in said


async def test_who_cannot_see_the_channel_takes_over_and_goes_on_where_they_can(
    acme: Office,
) -> None:
    thread = await acme.starts()
    sam, kim = acme.person("sam"), acme.person("kim")
    support = acme.discord.chat.channel("support")
    support.overwrites[kim.user.id] = Overwrite(kim.user.id, 1, deny=BITS["View Channels"])
    await sam.types("/flow handover kim", "support", thread)
    offered = await acme.sees("kim", "asks you to take over", "direct")
    accept = next(e.handle for e in workable(offered.components, "") if "Accept" in e.label)
    await kim.presses(offered.id, accept)
    await acme.sees("kim", "You drive", "direct")
    await kim.types("/flow resume", "network")
    found = await acme.until(lambda: kim.threads("network") or None)
    await acme.presses("kim", found[0].id, "Everyone", "network")
    await acme.button("kim", found[0].id, "No answer", "network")
    assert kim.toasts == []


async def test_the_longest_reply_is_kept_whole(acme: Office) -> None:
    thread = await acme.starts()
    chat, sam = acme.discord.chat, acme.person("sam")
    every = [f"w{number:05}" for number in range(571)]  # 3,996 characters with their blanks
    long = chat.writes(chat.thread(thread), sam.user, Said(" ".join(every)))  # as Nitro allows
    await acme.until(lambda: long.reactions)
    await sam.types("/flow summary", "support", thread)

    def note() -> bool:
        shown = [text(each) for each in sam.sees("support", thread) if each.only_for]
        return re.findall(r"\bw\d{5}\b", "\n".join(shown)) == every

    await acme.until(note)


async def test_a_file_of_100_mb_is_told_of_and_the_note_kept(acme: Office) -> None:
    thread = await acme.starts()
    sam = acme.person("sam")
    acme.discord.file_size = 200 * 1024**2
    files = {"memory.dmp": bytes(100 * 1024**2)}
    written = sam.writes("The dump is attached.", "support", thread, files=files)
    told = await acme.until(lambda: [e for e in sam.sees("direct") if "MB" in text(e)] or None)
    assert "memory.dmp" in text(told[-1])
    assert sam.message(written.id).reactions
    assert "The dump is attached." in await acme.summary(thread)


async def test_two_people_press_at_once_and_one_is_told(acme: Office) -> None:
    thread = await acme.starts()
    sam, kim = acme.person("sam"), acme.person("kim")
    id, everyone = await acme.button("sam", thread, "Everyone")
    _, one = await acme.button("kim", thread, "One user")
    await asyncio.gather(sam.presses(id, everyone), kim.presses(id, one))

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
    await acme.presses("kim", thread, "Finish")
    assert sam.modal is not None
    assert kim.modal is not None
    kim.fills("outcome", ["resolved"])
    await kim.submits()
    await acme.sees("sam", "Completed: Resolved", thread=thread)
    sam.fills(next(inputs(sam.modal))["custom_id"], "I replaced the cable")
    await sam.submits()
    told = await acme.sees("sam", "What you typed is kept", thread=thread)
    assert told.only_for == sam.user.id
    assert sam.toasts == []


async def test_a_button_of_a_message_that_was_deleted_is_answered_with_the_step(
    acme: Office,
) -> None:
    thread = await acme.starts()
    id, value = await acme.button("sam", thread, "Everyone")
    acme.person("ada").deletes(id)
    made = await forges(acme, "sam", id, value)
    assert not made.failed
    told = await acme.sees("sam", "its message was deleted", thread=thread)
    assert told.only_for == acme.person("sam").user.id
    await acme.presses("sam", thread, "Show the step")
    await acme.button("sam", thread, "No answer")


SECRETS = ("the customer's gateway", "hunter2", "because of the cable")


async def test_no_word_of_anybodys_and_no_token_is_logged_at_any_level(
    server_address: str, staffed: Settled
) -> None:
    level = {"RESOLUTIONFLOW_LOG_LEVEL": "debug"}
    async with office(server_address, staffed, dies=True, **level) as acme:
        stage, sam = acme.made.stage, acme.person("sam")
        assert isinstance(stage, Installation)
        await sam.types("/flow do the customer's gateway", "support")
        thread = await acme.starts()
        written = sam.writes("the customer's gateway is down", "support", thread)
        sam.writes("the password is hunter2hunter2", "support", thread)
        sam.edits(written.id, "the customer's gateway was down")
        await acme.presses("sam", thread, "Everyone")
        await acme.button("sam", thread, "No answer")
        acme.discord.gateway.tell("MESSAGE_CREATE", {"content": "because of the cable"}, 0)
        acme.discord.interactions.patience = 0.0
        await sam.types("/flow do because of the cable", "support", thread)
        await acme.settled()
        await asyncio.sleep(1)  # then all guilds are known
        tokens = [each.token for each in acme.discord.interactions.made.values()]
        secrets = [acme.discord.bot_token, staffed.key, *tokens]
        stage.process.stop()
        file = Path(stage.env["RESOLUTIONFLOW_DATA"]) / "log" / "resolutionflow.log"
        logged = await asyncio.to_thread(file.read_text)
    assert "discord-connected" in logged
    told = [line for line in logged.splitlines() if any(x in line for x in (*SECRETS, *secrets))]
    assert told == []
