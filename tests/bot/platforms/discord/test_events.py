"""What happens in Discord, as the product hears it."""

from collections.abc import Callable

import pytest

from bot.port import Allowed, Closed, File, Loss, Pointed, Replied, Unauthorized, Upload
from tests.bot.platforms.discord.earshot import Earshot
from tests.discord.people import Person


def called(files: tuple[File, ...]) -> list[str]:
    """What the files are called."""
    return [file.name for file in files]


async def test_a_file_is_called_what_its_sender_called_it(place: Earshot) -> None:
    thread = (await place.thread()).thread
    names = ["capture one.txt", "Übersicht.pdf", "画像.png", "router-1.log"]
    written = place.sam.writes("See", "support", thread, files=dict.fromkeys(names, b"x"))
    heard = await place.product.hears(Replied)
    assert called(heard.files) == names
    await place.sam.points(written.id, "Add as note")
    pointed = await place.product.hears(Pointed)
    assert called(pointed.files) == names


async def test_a_thread_that_is_locked_and_unlocked_is_told_so_at_once(place: Earshot) -> None:
    target, ada = await place.thread(), place.server.person("ada")
    ada.renames(target.thread, "Printer jams")
    await place.told()
    ada.locks(target.thread)
    [locked] = await place.told()
    assert isinstance(locked, Closed)
    assert (locked.workspace, locked.channel) == (target.workspace, target.channel)
    assert (locked.thread, locked.loss) == (target.thread, Loss.LOCKED)
    ada.locks(target.thread, locked=False)
    [unlocked] = await place.told()
    assert isinstance(unlocked, Allowed)
    assert (unlocked.channel, unlocked.thread) == (target.channel, target.thread)


async def test_a_thread_that_archives_itself_is_no_news(place: Earshot) -> None:
    target = await place.thread()
    await place.told()
    place.server.person("ada").archives(target.thread)
    assert await place.told() == []


Grants = Callable[[Person], None]


def by_its_role(ada: Person) -> None:
    ada.grants("Attach Files", on=True)


def by_everybodys_role(ada: Person) -> None:
    ada.grants("Attach Files", on=True, role="@everyone")


def by_another_role(ada: Person) -> None:
    ada.gives("Admins")


def in_a_channel(ada: Person) -> None:
    ada.permits("support", "Attach Files", on=True)


@pytest.mark.parametrize("grants", [by_its_role, by_everybodys_role, by_another_role, in_a_channel])
async def test_what_was_not_allowed_is_told_when_it_is(place: Earshot, grants: Grants) -> None:
    ada, target = place.server.person("ada"), await place.thread()
    for role in ("@everyone", "ResolutionFlow"):
        ada.grants("Attach Files", on=False, role=role)
    await place.told()
    upload = Upload("note.txt", "text/plain", b"what was checked", "Ticket note")
    with pytest.raises(Unauthorized) as refused:
        await place.adapter.sender.upload(target, upload, mark="first")
    assert "Attach Files" in refused.value.told
    grants(ada)
    [allowed] = await place.told()
    assert isinstance(allowed, Allowed)
    assert allowed.workspace == target.workspace
    assert allowed.channel == (target.channel if grants is in_a_channel else "")
    assert "Attach Files" not in await place.adapter.sender.rights.lacking(target)
    await place.adapter.sender.upload(target, upload, mark="first")


async def test_what_others_may_do_is_no_news(place: Earshot) -> None:
    ada = place.server.person("ada")
    ada.grants("Manage Messages", on=True, role="Technicians")
    ada.renames("support", "helpdesk")
    assert await place.told() == []
