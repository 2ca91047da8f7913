"""What happens in Discord, as the product hears it."""

from bot.port import Allowed, Closed, File, Loss, Pointed, Replied
from tests.bot.platforms.discord.earshot import Earshot


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
