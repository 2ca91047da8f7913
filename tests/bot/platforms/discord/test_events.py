"""What happens in Discord, as the product hears it."""

from bot.port import File, Pointed, Replied
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
