"""What every platform does the same: one suite for all of them, each over its own wire."""

from collections.abc import AsyncIterator

import pytest

from bot.port import (
    NOTHING,
    Answer,
    Clicked,
    Command,
    Deleted,
    Edited,
    File,
    Form,
    Gone,
    RateLimited,
    Receipt,
    Replied,
    Settled,
    Submitted,
    Suggestion,
    Target,
    TooLarge,
    Unauthorized,
    Unavailable,
    Upload,
)
from bot.token import Token
from core.ids import SessionId
from core.views import Choice, FieldKind, FieldView, FormView, HomeView, NoticeView
from storage.ids import new_id
from storage.storage import Storage
from tests.contracts.discord import by_gateway
from tests.contracts.harness import Fault, Harness, Kind, Lack, Seen
from tests.contracts.playground import playground
from tests.contracts.slack import by_http, by_socket
from tests.contracts.teams import by_post
from tests.gallery import FORMS, GALLERY

HELLO = NoticeView("Hello.")
LARGE = 1_000_000  # bytes


PLATFORMS = (playground, by_http, by_socket, by_gateway, by_post)


@pytest.fixture(params=PLATFORMS, ids=lambda made: made.__name__)
async def platform(request: pytest.FixtureRequest, storage: Storage) -> AsyncIterator[Harness]:
    async with request.param(storage) as made:
        yield made


# What is shown


async def test_every_view_can_be_posted_and_put_in_place_of_another(platform: Harness) -> None:
    other = await platform.sender.post(platform.here, HELLO, mark="other")
    for number, shown in enumerate(GALLERY.values()):
        assert await platform.sender.post(platform.here, shown, mark=f"view {number}")
        await platform.sender.edit(platform.here, other, shown)


async def test_every_view_can_be_the_answer_to_a_click_and_a_whisper(platform: Harness) -> None:
    ask = NoticeView("Which?", (Choice("menu", "Menu"),))
    reference = await platform.sender.post(platform.here, ask, mark="ask")
    [token] = (await seen(platform, reference)).tokens
    refused = []
    for name, shown in GALLERY.items():
        platform.product.answer = Answer(replace=shown, whispers=(shown,))
        if (await platform.presses(reference, token)).failed:
            refused.append(name)
    assert refused == []


async def test_every_form_opens(platform: Harness) -> None:
    refused = []
    for name, view in FORMS.items():
        platform.product.answer = Answer(form=Form("token", view))
        if (await platform.types("x")).form is None:
            refused.append(name)
    assert refused == []


async def test_a_click_is_answered_in_the_message_that_was_clicked(platform: Harness) -> None:
    ask = NoticeView("Which?", (Choice("menu", "Menu"),))
    reference = await platform.sender.post(platform.here, ask, mark="ask")
    [token] = (await seen(platform, reference)).tokens
    settled = Settled("account", "message", "claim", 7)
    platform.product.answer = Answer(replace=NoticeView("This one."), settled=settled)
    assert not (await platform.presses(reference, token)).failed
    after = await seen(platform, reference)
    assert "This one." in after.text
    assert "Which?" not in after.text
    assert await platform.product.settles() == settled


async def test_a_whisper_is_for_one_person(platform: Harness) -> None:
    platform.product.answer = Answer(whispers=(NoticeView("Between us."), NoticeView("And this.")))
    await platform.types("x")
    whispers = await platform.whispers()
    assert ["Between us." in whispers[0].text, "And this." in whispers[1].text] == [True, True]
    await platform.sender.tell(platform.here.workspace, platform.sam, NoticeView("Psst."), mark="p")
    direct = await platform.sender.direct(platform.here.workspace, platform.sam)
    reference = await platform.sender.find(direct, mark="p")
    assert reference is not None
    assert "Psst." in (await seen(platform, reference)).text
    assert await platform.sees(reference, platform.kim) is None


async def test_a_message_that_became_a_note_shows_a_receipt(platform: Harness) -> None:
    platform.product.answer = Answer(receipt=Receipt.TAKEN)
    message = await platform.writes("rebooted it")
    await platform.product.hears(Replied)
    # What comes after it in its channel was heard after its answer was carried out.
    await platform.writes("and again")
    await platform.product.hears(Replied)
    assert await platform.reactions(message) == [Receipt.TAKEN]


async def test_the_home_tab_and_suggestions(platform: Harness) -> None:
    flow = Choice("start", "VPN is down", "abc")
    platform.product.answer = Answer(home=HomeView("Sam", (), (flow,)))
    assert "VPN is down" in (await platform.home()).text
    platform.product.answer = Answer(suggestions=(Suggestion("VPN is down", "vpn-down"),))
    assert await platform.suggests("vp") == ["vpn-down"]


# What is heard


async def test_a_buttons_token_comes_back_as_it_was(platform: Harness) -> None:
    session = SessionId(new_id())
    choices = (Choice("choose", "Yes", "a-rather-long-option-id"), Choice("back", "Back", "17"))
    view = NoticeView("Which?", choices, session, visit=1_000_000)
    reference = await platform.sender.post(platform.here, view, mark="ask")
    for token in (await seen(platform, reference)).tokens:
        await platform.presses(reference, token)
        clicked = await platform.product.hears(Clicked)
        assert (clicked.token, clicked.message) == (token, reference)
        found = Token.unpack(clicked.token)
        assert (found.session, found.visit) == (session, 1_000_000)
        assert (found.verb, found.argument) in {(c.verb, c.argument) for c in choices}


async def test_a_thread_is_where_replies_to_it_come_from(platform: Harness) -> None:
    root = await platform.sender.post(platform.here, HELLO, mark="root")
    thread = await platform.sender.open_thread(platform.here, root)
    below = Target(platform.here.workspace, platform.here.channel, thread)
    reference = await platform.sender.post(below, NoticeView("The step."), mark="step")
    assert "The step." in (await seen(platform, reference)).text
    assert await platform.sender.find(below, mark="step") == reference
    assert await platform.sender.find(platform.here, mark="step") is None
    await platform.writes("rebooted it", below)
    reply = await platform.product.hears(Replied)
    assert (reply.by.channel, reply.by.thread, reply.text) == (
        below.channel,
        below.thread,
        "rebooted it",
    )
    await platform.types("back", below)
    assert (await platform.product.hears(Command)).by.thread == thread
    assert thread in (await platform.sender.link(below) or "")


async def test_alone_with_the_bot_there_are_no_threads(platform: Harness) -> None:
    direct = await platform.sender.direct(platform.here.workspace, platform.sam)
    await platform.types("menu", direct)
    by = (await platform.product.hears(Command)).by
    assert (by.channel, by.thread, by.direct, by.threads) == (direct.channel, "", True, False)
    await platform.types("menu")
    by = (await platform.product.hears(Command)).by
    assert (by.direct, by.threads) == (False, True)


async def test_changes_of_a_message_are_heard(platform: Harness) -> None:
    message = await platform.writes("rebooted it")
    await platform.product.hears(Replied)
    await platform.rewrites(message, "rebooted it twice")
    edited = await platform.product.hears(Edited)
    assert (edited.message, edited.text) == (message, "rebooted it twice")
    await platform.rewrites(message, "thrice")
    assert (await platform.product.hears(Edited)).delivery != edited.delivery
    await platform.deletes(message)
    assert (await platform.product.hears(Deleted)).message == message


async def test_a_form_is_filled_in_and_stays_open_until_it_is_right(platform: Harness) -> None:
    field = FieldView("text", "Note", FieldKind.TEXT, required=True, value="so far", limit=40_000)
    platform.product.answer = Answer(
        form=Form("the-token", FormView("Add a note", "note", (field,)))
    )
    form = (await platform.types("note")).form
    assert form is not None
    assert (form.title, form.values) == ("Add a note", {"text": "so far"})
    platform.product.answer = Answer(errors={"text": "Say more."})
    assert (await platform.fills(form.id, {"text": "no"})).errors == {"text": "Say more."}
    first = await platform.product.hears(Submitted)
    platform.product.answer = NOTHING
    long = ("words " * 6_000)[: platform.typed]
    assert not (await platform.fills(form.id, {"text": long})).failed
    taken = await platform.product.hears(Submitted)
    assert (taken.token, taken.values) == ("the-token", {"text": long})
    assert taken.delivery == first.delivery
    assert (await platform.fills(form.id, {"text": "once more"})).failed
    assert platform.product.told == []


async def test_a_file_is_fetched_up_to_a_size(platform: Harness) -> None:
    content = bytes(range(256)) * (LARGE // 256)
    await platform.writes("see", platform.files, file=content)
    [file] = (await platform.product.hears(Replied)).files
    size = 0 if Lack.SIZES in platform.lacks else len(content)
    assert (file.name, file.media_type, file.size) == ("router.txt", "text/plain", size)
    fetch = platform.sender.fetch
    assert await fetch(platform.here.workspace, file, limit=len(content)) == content
    with pytest.raises(TooLarge):
        await fetch(platform.here.workspace, file, limit=len(content) - 1)
    with pytest.raises(Gone):
        await fetch(platform.here.workspace, File("x", "x", 1, "f999"), limit=9)


async def test_a_file_is_posted(platform: Harness) -> None:
    upload = Upload("note.md", "text/markdown", b"# VPN is down\n" * 100_000, "Ticket note")
    reference = await platform.sender.upload(platform.files, upload, mark="note")
    shown = await seen(platform, reference)
    assert "note.md" in shown.text
    assert "Ticket note" in shown.text
    assert await platform.sender.upload(platform.files, upload, mark="note") == reference


async def test_our_own_messages_are_not_heard(platform: Harness) -> None:
    await platform.sender.post(platform.here, HELLO, mark="hello")
    await platform.writes("hello yourself")
    assert (await platform.product.hears(Replied)).text == "hello yourself"
    assert platform.product.told == []


# Who may say so, how often, and in what order


@pytest.mark.parametrize("kind", Kind)
async def test_what_is_not_from_the_platform_is_refused_and_nothing_is_done(
    platform: Harness, kind: Kind
) -> None:
    assert not await platform.delivers(kind, "e1", genuine=False)
    assert platform.product.told == []
    assert await platform.delivers(kind, "e1")
    assert len(platform.product.told) == 1


async def test_delivered_again_it_is_known_to_be_the_same(platform: Harness) -> None:
    for event in ("e1", "e1", "e2"):
        assert await platform.delivers(Kind.MESSAGE, event)
    messages = platform.product.told[:]  # once, or as the same each time
    assert messages == [messages[0]] * len(messages)
    platform.product.told.clear()
    for event in ("e1", "e1", "e2"):
        assert await platform.delivers(Kind.COMMAND, event)
    deliveries = [each.delivery for each in platform.product.told if isinstance(each, Command)]
    assert len(set(deliveries)) == 2
    assert deliveries[0] != deliveries[-1]


async def test_a_product_that_fails_is_answered_for_and_hears_what_comes_next(
    platform: Harness,
) -> None:
    platform.product.failure = ValueError("hunter2")
    assert not (await platform.types("vpn")).failed
    await platform.writes("rebooted it")
    await platform.product.hears(Replied)
    platform.product.failure = None
    await platform.types("vpn")
    await platform.product.hears(Command)
    await platform.writes("and again")
    assert (await platform.product.hears(Replied)).text == "and again"
    whispers = await platform.whispers()
    assert len(whispers) == 2
    for whisper in whispers:
        assert "Try again" in whisper.text
        assert "hunter2" not in whisper.text


# How it fails


async def test_the_same_mark_posts_once_and_can_be_found(platform: Harness) -> None:
    sender, here = platform.sender, platform.here
    assert await sender.find(here, mark="mark") is None
    reference = await sender.post(here, HELLO, mark="mark")
    assert await sender.post(here, HELLO, mark="mark") == reference
    assert await sender.find(here, mark="mark") == reference
    assert await sender.find(here, mark="another") is None


async def test_a_post_whose_answer_was_lost_is_found_again(platform: Harness) -> None:
    await platform.breaks(Fault.MUMBLES)
    with pytest.raises(Unavailable):
        await platform.sender.post(platform.here, HELLO, mark="mark")
    await platform.breaks(None)
    if Lack.LOST in platform.lacks:
        assert await platform.sender.post(platform.here, HELLO, mark="mark")
    assert await platform.sender.find(platform.here, mark="mark") is not None


async def test_what_was_deleted_is_gone(platform: Harness) -> None:
    reference = await platform.sender.post(platform.here, HELLO, mark="mark")
    thread = await platform.sender.open_thread(platform.here, reference)
    await platform.deletes(reference)
    with pytest.raises(Gone):
        await platform.sender.edit(platform.here, reference, HELLO)
    below = Target(platform.here.workspace, platform.here.channel, thread)
    if Lack.ROOTS in platform.lacks:
        assert await platform.sender.post(below, HELLO, mark="below")
    else:
        with pytest.raises(Gone):
            await platform.sender.post(below, HELLO, mark="below")
    with pytest.raises(Gone):
        await platform.sender.post(Target(platform.here.workspace, "nowhere"), HELLO, mark="x")


async def test_what_is_withdrawn_is_seen_no_more_and_can_be_withdrawn_again(
    platform: Harness,
) -> None:
    root = await platform.sender.post(platform.here, HELLO, mark="root")
    thread = await platform.sender.open_thread(platform.here, root)
    below = Target(platform.here.workspace, platform.here.channel, thread)
    step = await platform.sender.post(below, NoticeView("The step."), mark="step")
    await platform.sender.withdraw(below, step)
    assert await platform.sees(step) is None
    assert await platform.sees(root) is not None
    await platform.sender.withdraw(below, step)
    with pytest.raises(Gone):
        await platform.sender.edit(below, step, HELLO)
    await platform.sender.withdraw(platform.here, root)
    await platform.sender.withdraw(below, step)
    assert await platform.sees(root) is None


async def test_where_the_bot_was_not_let_in_it_may_not_write(platform: Harness) -> None:
    assert await platform.sender.may_write(platform.here)
    assert not await platform.sender.may_write(platform.shut)
    assert not await platform.sender.may_write(Target(platform.here.workspace, "nowhere"))
    with pytest.raises(Unauthorized):
        await platform.sender.post(platform.shut, HELLO, mark="mark")


async def test_without_the_right_token_nothing_is_sent(platform: Harness) -> None:
    with pytest.raises(Unauthorized):
        await platform.stranger.post(platform.here, HELLO, mark="mark")
    assert await platform.sender.find(platform.here, mark="mark") is None


async def test_too_much_at_once_is_said_with_the_seconds_to_wait(platform: Harness) -> None:
    await platform.breaks(Fault.BUSY)

    async def many() -> None:
        for number in range(100):
            await platform.sender.post(platform.here, HELLO, mark=f"mark{number}")

    with pytest.raises(RateLimited) as limited:
        await many()
    assert limited.value.retry_after >= 1


async def test_a_platform_that_is_down_is_unavailable(platform: Harness) -> None:
    await platform.breaks(Fault.DOWN)
    with pytest.raises(Unavailable):
        await platform.sender.post(platform.here, HELLO, mark="mark")
    await platform.breaks(None)
    assert await platform.sender.post(platform.here, HELLO, mark="mark")


async def seen(platform: Harness, message: str) -> Seen:
    """A message that is there."""
    found = await platform.sees(message)
    assert found is not None
    return found
