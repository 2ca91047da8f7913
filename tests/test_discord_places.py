"""What admins do to threads, channels and the bot while people work there, to the whole product in
Discord: nothing is lost, whoever it concerns is told once, and it goes on where they would look.
"""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.discord.chat import Said
from tests.discord_installation import settled
from tests.discord_office import Office, office, text
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


async def locked(acme: Office) -> str:
    """A thread with a session, that Ada has locked; Sam was told."""
    thread = await acme.starts()
    await acme.presses("sam", thread, "Everyone")
    await acme.button("sam", thread, "No answer")
    acme.person("ada").locks(thread)
    await acme.sees("sam", "cannot go on in its thread: the thread was locked", "direct")
    await acme.sees("sam", "Parked: The thread was locked", "support")
    await acme.settled()  # and the step is kept from it
    return thread


async def test_a_session_whose_thread_is_locked_goes_on_in_another_one(acme: Office) -> None:
    thread = await locked(acme)
    sam = acme.person("sam")
    await sam.types("/flow resume", "support")

    def opened() -> str | None:
        others = [each.id for each in sam.threads("support") if each.id != thread]
        return others[0] if others else None

    other = await acme.until(opened)
    await acme.presses("sam", other, "Yes, it answers")
    await acme.button("sam", other, "Expired")
    await acme.sees("sam", "This session goes on in another thread", "support")
    await acme.settled()
    old = acme.discord.chat.thread(thread)
    assert (old.locked, old.archived) == (True, True)
    told = [each for each in sam.sees("direct") if "locked" in text(each)]
    assert len(told) == 1


async def test_a_thread_that_is_unlocked_is_its_sessions_place_as_before(acme: Office) -> None:
    thread = await locked(acme)
    sam, ada = acme.person("sam"), acme.person("ada")

    def says_parked() -> bool:
        below = sam.sees("support", thread)[1:]
        return any("Parked: The thread was locked" in text(each) for each in below)

    assert not says_parked()  # nothing is touched while it is locked
    ada.locks(thread, locked=False)
    await acme.until(says_parked)
    written = sam.writes("It was the gateway.", "support", thread)
    await acme.until(lambda: written.reactions)
    await acme.presses("sam", thread, "Resume")
    await acme.presses("sam", thread, "Yes, it answers")
    await acme.button("sam", thread, "Expired")
    assert "It was the gateway." in await acme.summary(thread)
    assert sam.toasts == []


async def test_a_step_that_could_not_be_posted_is_when_a_role_lets_the_bot(acme: Office) -> None:
    thread = await acme.starts()
    sam, ada = acme.person("sam"), acme.person("ada")
    for role in ("@everyone", "ResolutionFlow"):
        ada.grants("Send Messages in Threads", on=False, role=role)
    said = Said("It is slow.")
    written = acme.discord.chat.writes(acme.discord.chat.thread(thread), sam.user, said)
    await acme.until(lambda: written.reactions)
    await acme.presses("sam", thread, "Everyone")
    await acme.settled()  # the next step is to be posted below what he wrote
    assert "from outside" not in text(sam.sees("support", thread)[-1])
    ada.grants("Send Messages in Threads", on=True)
    await acme.until(lambda: "from outside" in text(sam.sees("support", thread)[-1]))
