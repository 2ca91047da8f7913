"""What is sent where nobody waits, in places that others have closed, locked, deleted, or taken
away from the bot; and files.
"""

from collections.abc import Awaitable, Callable
from functools import partial

import pytest
from structlog.typing import EventDict

from bot.platforms.discord.markdown import plain
from bot.port import (
    File,
    Gone,
    Locked,
    PlatformError,
    Target,
    TooLarge,
    Unauthorized,
    Unavailable,
    Upload,
)
from core.views import NoticeView
from tests.bot.platforms.discord.earshot import Earshot, words
from tests.discord.limits import Trouble

HERE, LATER = NoticeView("Here."), NoticeView("Later.")
NOTE = Upload("note.txt", "text/plain", b"what was checked", "Ticket note")
Act = Callable[[], Awaitable[object]]


def acts(place: Earshot, target: Target, id: str, mark: str) -> dict[str, Act]:
    """Everything that is done in a thread, by its name."""
    sender = place.adapter.sender
    return {
        "post": partial(sender.post, target, LATER, mark=mark),
        "edit": partial(sender.edit, target, id, LATER),
        "react": partial(sender.react, target, id, "✅"),
        "upload": partial(sender.upload, target, NOTE, mark=mark),
        "withdraw": partial(sender.withdraw, target, id),
    }


ACTS = ["post", "edit", "react", "upload", "withdraw"]


async def begun(place: Earshot) -> tuple[Target, str]:
    """A thread of ours, and what stands there."""
    target = await place.thread()
    return target, await place.adapter.sender.post(target, HERE, mark="first")


@pytest.mark.parametrize("act", ACTS)
async def test_a_thread_that_a_person_archived_is_opened_again(
    place: Earshot, log: list[EventDict], act: str
) -> None:
    target, id = await begun(place)
    place.server.person("ada").archives(target.thread)
    await acts(place, target, id, "later")[act]()
    thread = place.server.chat.thread(target.thread)
    assert not thread.archived
    shown = [words(each) for each in place.sam.sees("support", target.thread)[1:]]
    if act == "withdraw":
        assert shown == []
    elif act == "post":
        assert shown == ["Here.", "Later."]
    elif act == "edit":
        assert shown == ["Later."]
    assert [line for line in log if line["log_level"] == "error"] == []


@pytest.mark.parametrize("act", ["post", "upload"])
async def test_a_thread_that_is_locked_is_written_in_where_discord_lets_us(
    place: Earshot, act: str
) -> None:
    target, id = await begun(place)
    place.server.person("ada").locks(target.thread)
    await acts(place, target, id, "later")[act]()
    assert place.server.chat.thread(target.thread).locked


@pytest.mark.parametrize(
    ("act", "manages"),
    [*((act, False) for act in ACTS), *((act, True) for act in ("edit", "react", "withdraw"))],
)
async def test_a_thread_that_an_admin_locked_is_not_opened_and_no_less_a_place(
    place: Earshot, log: list[EventDict], act: str, manages: bool
) -> None:
    target, id = await begun(place)
    ada = place.server.person("ada")
    ada.permits("support", "Manage Threads", on=manages)
    ada.locks(target.thread)
    doing = acts(place, target, id, "later")[act]
    with pytest.raises(Locked) as raised:
        await doing()
    assert raised.value.told == "The thread is locked. An admin can unlock it."
    assert place.server.chat.thread(target.thread).archived
    assert [words(each) for each in place.sam.sees("support", target.thread)[1:]] == ["Here."]
    assert not await place.adapter.sender.may_write(target)
    ada.locks(target.thread, locked=False)
    assert await place.adapter.sender.may_write(target)
    await doing()
    assert [line for line in log if line["log_level"] == "error"] == []


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("what", ["thread", "channel"])
async def test_a_place_that_was_deleted_is_gone(place: Earshot, act: str, what: str) -> None:
    target, id = await begun(place)
    ada = place.server.person("ada")
    ada.deletes_thread(target.thread) if what == "thread" else ada.deletes_channel("support")
    doing = acts(place, target, id, "later")[act]()
    if act == "withdraw":  # as good
        await doing
        return
    with pytest.raises(Gone):
        await doing


async def test_a_message_that_was_deleted_is_gone_and_its_place_is_not(place: Earshot) -> None:
    target, id = await begun(place)
    place.server.person("ada").deletes(id)
    with pytest.raises(Gone):
        await place.adapter.sender.edit(target, id, LATER)
    await place.adapter.sender.withdraw(target, id)
    assert await place.adapter.sender.post(target, LATER, mark="later")


@pytest.mark.parametrize(
    ("permission", "act"),
    [
        ("Send Messages in Threads", "post"),
        ("Attach Files", "upload"),
        ("Add Reactions", "react"),
        ("Create Public Threads", "open_thread"),
        ("Send Messages", "in the channel"),
    ],
)
async def test_what_the_bot_may_not_do_is_named_with_the_channel(
    place: Earshot, permission: str, act: str
) -> None:
    target, id = await begun(place)
    sender = place.adapter.sender
    header = await sender.post(place.support, HERE, mark="header")
    every = acts(place, target, id, "later") | {
        "open_thread": partial(sender.open_thread, place.support, header),
        "in the channel": partial(sender.post, place.support, LATER, mark="later"),
    }
    place.server.person("ada").permits("support", permission, on=False)
    with pytest.raises(Unauthorized) as refused:
        await every[act]()
    assert permission in refused.value.told
    assert refused.value.told.endswith(" in #support.")
    place.server.person("ada").permits("support", permission, on=True)
    await every[act]()


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("ticket-note.md", "ticket-note.md"),
        ("Müllers Notiz (2).md", "Mullers_Notiz_2.md"),
        ("_draft_.v2.md", "draft_.v2.md"),
        ("画像.png", "file.png"),
        ("画像", "file"),
        ("..", "file"),
    ],
)
async def test_a_file_is_posted_under_a_name_that_discord_leaves_as_it_is(
    place: Earshot, name: str, sent: str
) -> None:
    target, _ = await begun(place)
    upload = Upload(name, "text/plain", b"what was checked", "Ticket note")
    id = await place.adapter.sender.upload(target, upload, mark="later")
    posted = place.sam.message(id)
    assert [file.name for file in posted.files] == [sent]
    title = "Ticket note" if name == sent else f"Ticket note: {name}"
    assert plain(words(posted), {}) == title


async def test_a_channel_that_the_bot_cannot_see_is_not_explained_but_refused(
    place: Earshot,
) -> None:
    target, _ = await begun(place)
    place.server.person("ada").permits("support", "View Channels", on=False)
    with pytest.raises(Unauthorized):
        await place.adapter.sender.post(target, LATER, mark="later")
    assert not await place.adapter.sender.may_write(target)


@pytest.mark.parametrize(("kind", "can"), [(0, True), (5, True), (2, False), (13, False)])
async def test_a_channel_without_threads_is_no_place_for_a_session(
    place: Earshot, kind: int, can: bool
) -> None:
    support = place.support
    place.server.chat.channel("support").kind = kind
    assert await place.adapter.sender.may_write(support) is can


async def test_a_guild_that_the_bot_was_taken_out_of_says_so(place: Earshot) -> None:
    target, id = await begun(place)
    ada = place.server.person("ada")
    ada.kicks_bot()
    for name, act in acts(place, target, id, "later").items():
        with pytest.raises((Gone, Unauthorized)):
            await act()
        assert name
    ada.adds_bot()
    assert await place.adapter.sender.post(target, LATER, mark="later")


async def test_somebody_who_is_not_there_cannot_be_told(
    place: Earshot,
) -> None:
    with pytest.raises(PlatformError):
        await place.adapter.sender.tell(place.support.workspace, "1", HERE, mark="first")


async def test_a_post_whose_answer_got_lost_is_posted_once(place: Earshot) -> None:
    target, _ = await begun(place)
    sender = place.adapter.sender
    place.server.trouble = Trouble.MUMBLES
    with pytest.raises(Unavailable):
        await sender.post(target, LATER, mark="later")
    place.server.trouble = None
    await sender.post(target, LATER, mark="later")
    assert [words(each) for each in place.sam.sees("support", target.thread)[1:]] == [
        "Here.",
        "Later.",
    ]


def wrote(place: Earshot, content: bytes) -> File:
    """Sam has posted a file."""
    message = place.sam.writes("", "support", files={"log.txt": content})
    [file] = message.files
    name = f"{place.support.channel}-{message.id}-{file.id}"
    return File(file.name, file.kind, len(content), name)


async def fetched(place: Earshot, file: File, limit: int = 100) -> bytes:
    """What the adapter gets of it."""
    return await place.adapter.sender.fetch(place.support.workspace, file, limit=limit)


async def test_a_file_is_fetched_by_an_address_of_now_and_no_more_than_is_allowed(
    place: Earshot,
) -> None:
    assert await fetched(place, wrote(place, b"the log")) == b"the log"
    with pytest.raises(TooLarge):
        await fetched(place, wrote(place, b"x" * 101))


async def test_a_file_of_100_mb_is_not_fetched(place: Earshot) -> None:
    place.server.file_size = 200 * 1024**2
    file = wrote(place, bytes(100 * 1024**2))
    with pytest.raises(TooLarge):
        await fetched(place, file, limit=20 * 1024**2)
    assert place.server.chat.files.asked == 0


async def test_a_file_or_message_that_was_deleted_is_gone(place: Earshot) -> None:
    message = place.sam.writes("", "support", files={"log.txt": b"log"})
    file = File("log.txt", "text/plain", 3, f"{place.support.channel}-{message.id}-1")
    with pytest.raises(Gone):
        await fetched(place, file)
    place.sam.deletes(message.id)
    with pytest.raises(Gone):
        await fetched(place, file)
    for nonsense in ("", "1", "1-2", "x-y-z", "../..-1-1"):
        with pytest.raises(Gone):
            await fetched(place, File("log.txt", "text/plain", 3, nonsense))
