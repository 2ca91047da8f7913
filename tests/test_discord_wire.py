"""The whole product in Discord, while connections, threads and permissions go and come."""

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator

import pytest

from tests.discord_installation import settled
from tests.discord_office import Office, office, text
from tests.installation import Installation, free_port
from tests.processes import directory, running
from tests.settling import Settled


@pytest.fixture(scope="module")
def staffed(server_address: str) -> Iterator[Settled]:
    """An installation in which everybody has their role, to copy."""
    with settled(server_address) as made:
        yield made


@pytest.fixture
async def acme(server_address: str, staffed: Settled) -> AsyncIterator[Office]:
    async with office(server_address, staffed) as made:
        yield made


async def test_a_click_that_discord_did_not_wait_for_is_saved_once_and_shown(acme: Office) -> None:
    thread = await acme.starts()
    before = await acme.deeds()
    acme.discord.interactions.patience = 0.0
    await acme.presses("sam", thread, "Everyone")
    acme.discord.interactions.patience = 15.0
    assert acme.person("sam").toasts == ["This interaction failed"]
    await acme.button("sam", thread, "No answer")
    assert len(await acme.deeds()) == len(before) + 1
    await acme.presses("sam", thread, "No answer")


async def test_a_click_that_discord_tells_again_is_one_entry(acme: Office) -> None:
    thread = await acme.starts()
    await acme.presses("sam", thread, "Everyone")
    await acme.button("sam", thread, "No answer")
    before = await acme.deeds()
    told = [each for each in acme.discord.gateway.log if each[0] == "INTERACTION_CREATE"]
    for kind, data in told * 2:
        acme.discord.gateway.tell(kind, data, 0)
    await acme.settled()
    assert await acme.deeds() == before
    assert len(acme.person("sam").threads("support")) == 1


async def test_a_thread_that_a_person_archived_goes_on(acme: Office) -> None:
    thread = await acme.starts()
    sam, ada = acme.person("sam"), acme.person("ada")
    pressed = await acme.button("sam", thread, "Everyone")
    acme.discord.interactions.patience = 0.0  # so that the product has to edit the message itself
    await sam.presses(*pressed)
    ada.archives(thread)
    acme.discord.interactions.patience = 15.0
    await acme.button("sam", thread, "No answer")
    assert not acme.discord.chat.thread(thread).archived


async def lost(acme: Office, thread: str) -> str:
    """What Sam is told of it in person; then he goes on in #network."""
    told = text(await acme.sees("sam", "has lost its place", "direct"))
    assert thread
    sam = acme.person("sam")
    await sam.types("/flow resume", "network")
    found = await acme.until(lambda: sam.threads("network") or None)
    await acme.button("sam", found[0].id, "No answer", "network")
    return told


async def stands(acme: Office) -> str:
    """A session that stands at its second step."""
    thread = await acme.starts()
    await acme.presses("sam", thread, "Everyone")
    await acme.button("sam", thread, "No answer")
    return thread


async def test_a_channel_that_was_deleted_parks_the_session_which_goes_on_elsewhere(
    acme: Office,
) -> None:
    thread = await stands(acme)
    acme.person("ada").deletes_channel("support")
    assert "deleted" in await lost(acme, thread)


@pytest.mark.parametrize("permission", ["View Channels", "Send Messages in Threads"])
async def test_a_channel_that_the_bot_may_write_in_no_more_parks_the_session(
    acme: Office, permission: str
) -> None:
    thread = await stands(acme)
    acme.person("ada").permits("support", permission, on=False)
    assert "removed" in await lost(acme, thread)


async def test_where_no_session_can_begin_any_more_those_that_are_there_go_on(
    acme: Office,
) -> None:
    thread = await acme.starts()
    acme.person("ada").permits("support", "Send Messages", on=False)
    await acme.presses("sam", thread, "Everyone")
    await acme.button("sam", thread, "No answer")
    written = acme.person("sam").writes("The lamp is red.", "support", thread)
    await acme.until(lambda: written.reactions)
    assert acme.person("sam").sees("direct") == []


async def test_a_thread_that_was_deleted_leaves_a_session_that_goes_on_elsewhere(
    acme: Office,
) -> None:
    thread = await stands(acme)
    acme.person("ada").deletes_thread(thread)
    await acme.settled()
    sam = acme.person("sam")
    await sam.types("/flow resume", "network")
    found = await acme.until(lambda: sam.threads("network") or None)
    await acme.button("sam", found[0].id, "No answer", "network")


async def test_a_bot_that_is_kicked_and_added_again_goes_on(acme: Office) -> None:
    thread = await stands(acme)
    ada, sam = acme.person("ada"), acme.person("sam")
    await asyncio.sleep(1)  # the library takes what comes sooner for what was there before
    ada.kicks_bot()
    said = text(await acme.sees("sam", "has lost its place", "direct"))
    assert "removed" in said
    ada.adds_bot()
    await acme.sees("ada", "ResolutionFlow", "direct")
    await acme.settled()
    await sam.types("/flow resume", "support")
    other = await acme.until(
        lambda: [each for each in sam.threads("support") if each.id != thread] or None
    )
    await acme.presses("sam", other[0].id, "No answer")


@pytest.mark.parametrize(
    "permission", ["Create Public Threads", "Send Messages in Threads", "Send Messages"]
)
async def test_who_starts_where_the_bot_may_not_reads_what_it_lacks(
    acme: Office, permission: str
) -> None:
    acme.person("ada").permits("support", permission, on=False)
    sam = acme.person("sam")
    await sam.types("/flow do vpn-down", "support")
    told = await acme.until(lambda: [e for e in sam.sees("support") if e.only_for] or None)
    said = "\n".join(map(text, told))
    assert permission in said
    await acme.sees("sam", "VPN", "direct")
    assert sam.toasts == []


async def test_who_wants_a_file_where_the_bot_may_attach_none_has_the_note_as_text(
    acme: Office,
) -> None:
    thread = await stands(acme)
    acme.person("ada").permits("support", "Attach Files", on=False)
    await acme.summary(thread)
    sam = acme.person("sam")
    await acme.presses("sam", thread, "Markdown")
    found = await acme.sees("sam", "No file can be posted here", "support", thread)
    assert found.only_for == sam.user.id
    assert "grant me Attach Files in #support" in text(found)

    def as_text() -> bool:
        alone = [text(each) for each in sam.sees("support", thread) if each.only_for]
        return sum("What was checked" in each for each in alone) == 2

    await acme.until(as_text)


async def test_without_the_intent_notes_are_taken_by_command_and_by_menu(acme: Office) -> None:
    thread = await acme.starts()
    sam, gateway = acme.person("sam"), acme.discord.gateway
    acme.discord.message_content = False
    gateway.forget()
    gateway.drop()
    await gateway.until(lambda: gateway.identified == 2 and bool(gateway.open), 20)
    await acme.settled()
    pointed = sam.writes("The lamp is red.", "support", thread)
    await sam.types("/flow note The lamp is green.", "support", thread)
    await sam.points(pointed.id, "Add as note")
    await acme.until(lambda: pointed.reactions or sam.modal)
    said = await acme.summary(thread)
    assert "The lamp is green." in said
    assert "The lamp is red." in said
    assert sam.toasts == []


async def test_a_thread_that_was_locked_leaves_a_session_that_goes_on_elsewhere(
    acme: Office,
) -> None:
    thread = await stands(acme)
    acme.person("ada").locks(thread)
    await acme.sees("sam", "the thread was locked", "direct")
    sam = acme.person("sam")
    await sam.types("/flow resume", "network")
    found = await acme.until(lambda: sam.threads("network") or None)
    await acme.button("sam", found[0].id, "No answer", "network")


async def test_when_the_process_that_listens_is_killed_another_one_does_within_ten_seconds(
    server_address: str, staffed: Settled
) -> None:
    async with office(server_address, staffed, dies=True) as acme:
        stage, gateway, sam = acme.made.stage, acme.discord.gateway, acme.person("sam")
        assert isinstance(stage, Installation)
        thread = await acme.starts()
        before = sam.writes("Somebody listens.", "support", thread)
        await acme.until(lambda: before.reactions)
        with directory() as data:
            own = {"RESOLUTIONFLOW_DATA": str(data), "RESOLUTIONFLOW_PORT": str(free_port())}
            with running("up", env=stage.env | own) as other:
                await asyncio.to_thread(other.hears, "Stop:.*Ctrl-C")
                await asyncio.sleep(2)
                assert gateway.identified == 1  # it waits for its turn
                stage.process.stop(signal.SIGKILL)
                written = sam.writes("Nobody listens.", "support", thread)
                began = asyncio.get_running_loop().time()
                await gateway.until(lambda: gateway.identified == 2, 10)
                assert asyncio.get_running_loop().time() - began < 10
                after = sam.writes("Somebody does again.", "support", thread)
                await acme.until(lambda: written.reactions and after.reactions)
                said = await acme.summary(thread)
        for each in ("Somebody listens.", "Nobody listens.", "Somebody does again."):
            assert said.count(each) == 1
        assert said.index("Nobody listens.") < said.index("Somebody does again.")
