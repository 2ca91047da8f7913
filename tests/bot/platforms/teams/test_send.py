"""What is sent when nobody waits: once, where it belongs; where that cannot be, it is said."""

import asyncio
from dataclasses import replace

import pytest

from bot.platforms.teams.platform import teams as adapter
from bot.platforms.teams.surface import TITLE
from bot.port import (
    Answer,
    File,
    Gone,
    RateLimited,
    Replied,
    Target,
    TooLarge,
    Unauthorized,
    Unavailable,
    Upload,
)
from core.views import NoticeView
from tests.bot.platforms.teams.earshot import Earshot, application_of, words
from tests.teams.limits import Trouble
from tests.teams.people import DIRECT
from tests.teams.world import Json

HELLO, AGAIN = NoticeView("Hello."), NoticeView("Again.")
PNG = b"\x89PNG" + b"a" * 100
LOG = Upload("vpn.bin", "application/octet-stream", b"\x00\x01" * 2_000, "A log")
NOTE = Upload("note.txt", "text/plain", b"Zeile\n" * 20, "The ticket note")
LONG = 3_600.0


def posted(place: Earshot, channel: str = "support") -> list[str]:
    """What the bot said there."""
    return [words(each) for each in place.sam.sees(channel) if each.by_app]


async def test_a_message_is_posted_once_by_its_mark(place: Earshot) -> None:
    sender = place.adapter.sender
    assert await sender.find(place.support, mark="one") is None
    id = await sender.post(place.support, HELLO, mark="one")
    assert await sender.post(place.support, AGAIN, mark="one") == id
    assert await sender.find(place.support, mark="one") == id
    assert posted(place) == ["Hello."]
    await sender.post(place.support, AGAIN, mark="two")
    await sender.post(place.crew, AGAIN, mark="one")
    assert posted(place) == ["Hello.", "Again."]
    assert posted(place, "crew") == ["Again."]


async def test_another_process_knows_what_was_posted(place: Earshot) -> None:
    id = await place.adapter.sender.post(place.support, HELLO, mark="one")
    async with adapter(application_of(place.server), place.memory) as other:
        assert await other.sender.find(place.support, mark="one") == id
        assert await other.sender.post(place.support, HELLO, mark="one") == id
        await other.sender.edit(place.support, id, AGAIN)
    assert posted(place) == ["Again."]


async def test_a_thread_hangs_on_its_post(place: Earshot) -> None:
    sender = place.adapter.sender
    id = await sender.post(place.support, HELLO, mark="one")
    thread = await sender.open_thread(place.support, id)
    there = replace(place.support, thread=thread)
    below = await sender.post(there, AGAIN, mark="one")
    assert [each.id for each in place.sam.sees("support", id)] == [id, below]
    await sender.edit(there, below, HELLO)
    await sender.edit(place.support, id, AGAIN)
    assert [words(each) for each in place.sam.sees("support", id)] == ["Again.", "Hello."]


async def test_what_was_deleted_is_gone_and_may_be_withdrawn(place: Earshot) -> None:
    sender = place.adapter.sender
    id = await sender.post(place.support, HELLO, mark="one")
    await sender.withdraw(place.support, id)
    await sender.withdraw(place.support, id)
    with pytest.raises(Gone):
        await sender.edit(place.support, id, AGAIN)
    with pytest.raises(Gone):
        await sender.post(Target(place.server.tenant.id, "19:no@thread.tacv2"), HELLO, mark="x")
    with pytest.raises(Gone):
        await sender.edit(place.support, "..", AGAIN)


async def test_where_the_bot_is_not_it_may_not_write(place: Earshot) -> None:
    sender, chat = place.adapter.sender, place.server.chat
    general = Target(place.server.tenant.id, chat.channel("general").id)
    assert await sender.may_write(place.support)
    assert await sender.may_write(place.crew)
    assert not await sender.may_write(general)
    with pytest.raises(Unauthorized):
        await sender.post(general, HELLO, mark="one")
    place.server.person("ada").uninstalls("support")
    await place.quiet()
    assert not await sender.may_write(place.support)
    place.server.person("ada").installs("support")
    await place.quiet()
    assert await sender.may_write(place.support)


async def test_what_passes_is_waited_for_and_what_does_not_is_said(place: Earshot) -> None:
    sender = place.adapter.sender
    place.server.breaks(Trouble.FLAKY)
    await sender.post(place.support, HELLO, mark="one")
    place.server.breaks(Trouble.DOWN)
    with pytest.raises(Unavailable):
        await sender.post(place.support, HELLO, mark="two")
    place.server.breaks(Trouble.BUSY)
    await sender.post(place.support, HELLO, mark="busy")
    with pytest.raises(RateLimited):
        await sender.post(place.support, HELLO, mark="busier")
    place.server.breaks(None)
    assert posted(place)[0] == "Hello."


# One person


async def test_somebody_is_told_in_their_chat_once(place: Earshot) -> None:
    sender, sam = place.adapter.sender, place.sam.user.object_id
    for _ in range(3):
        await sender.tell(place.server.tenant.id, sam, HELLO, mark="one")
    await sender.tell(place.server.tenant.id, sam, AGAIN, mark="two")
    assert place.direct() == ["Hello.", "Again."]
    assert place.server.counts["POST /v3/conversations"] == 1
    async with adapter(application_of(place.server), place.memory) as other:
        await other.sender.tell(place.server.tenant.id, sam, HELLO, mark="three")
    assert place.server.counts["POST /v3/conversations"] == 1


async def test_who_wrote_to_us_is_told_where_they_wrote(place: Earshot) -> None:
    await place.sam.types("help", DIRECT)
    await place.quiet()
    sam = place.sam.user.object_id
    await place.adapter.sender.tell(place.server.tenant.id, sam, HELLO, mark="one")
    assert place.direct() == ["Hello."]
    assert place.server.counts["POST /v3/conversations"] == 0


async def test_a_chat_that_is_gone_is_begun_again(place: Earshot) -> None:
    sender, sam = place.adapter.sender, place.sam.user.object_id
    await sender.tell(place.server.tenant.id, sam, HELLO, mark="one")
    del place.server.chat.places[place.sam.direct.id]
    await sender.tell(place.server.tenant.id, sam, AGAIN, mark="two")
    assert place.direct() == ["Again."]


async def test_whispers_find_a_chat_that_is_gone_too(place: Earshot) -> None:
    place.product.answer = Answer(whispers=(NoticeView("Psst. " * 100),))
    await place.sam.types("help", "support")
    await place.quiet()
    assert len(place.direct()) == 1
    del place.server.chat.places[place.sam.direct.id]
    await place.sam.types("help", "support")
    await place.quiet()
    assert len(place.direct()) == 1
    assert posted(place) == []


async def test_who_wants_nothing_of_the_bot_is_not_told(place: Earshot) -> None:
    sender, sam = place.adapter.sender, place.sam.user.object_id
    await sender.tell(place.server.tenant.id, sam, HELLO, mark="one")
    place.sam.shuts_direct()
    with pytest.raises(Unauthorized):
        await sender.tell(place.server.tenant.id, sam, AGAIN, mark="two")
    place.sam.shuts_direct(on=False)
    await sender.tell(place.server.tenant.id, sam, AGAIN, mark="two")
    assert place.direct() == ["Hello.", "Again."]


async def test_whoever_cannot_be_told_alone_is_told_only_that_where_they_are(
    place: Earshot,
) -> None:
    place.sam.shuts_direct()
    secret = NoticeView("Your code is K7QX. " * 100)
    place.product.answer = Answer(whispers=(secret, NoticeView("K7QX, again. " * 30)))
    post = await place.sam.types("link", "support")
    await place.quiet()
    _, *told = map(words, place.sam.sees("support", post.id))
    [sorry] = told
    assert sorry.startswith("Sam: I have something to say to you alone, and cannot write to you.")


async def test_nobody_of_that_name_is_said(place: Earshot) -> None:
    with place.server.allowing(), pytest.raises((Gone, Unauthorized, Unavailable)):
        await place.adapter.sender.tell(place.server.tenant.id, "nobody", HELLO, mark="one")


# Where it opens


async def test_a_message_opens_where_it_is(place: Earshot) -> None:
    sender, tenant = place.adapter.sender, place.server.tenant.id
    assert await sender.link(place.support, "17") is None
    post = await place.sam.types("help", "support")
    await place.sam.types("help", "crew")
    await place.sam.types("help", DIRECT)
    await place.quiet()
    channel = place.support.channel.replace(":", "%3A").replace("@", "%40")
    found = await sender.link(place.support, post.id)
    assert found == (
        f"https://teams.microsoft.com/l/message/{channel}/{post.id}"
        f"?tenantId={tenant}&parentMessageId={post.id}"
    )
    below = await sender.link(replace(place.support, thread=post.id), "99")
    assert below is not None
    assert below.endswith(f"/99?tenantId={tenant}&parentMessageId={post.id}")
    group = await sender.link(place.crew, "17")
    assert group is not None
    assert "/17?context=%7B%22contextType%22%3A%22chat%22%7D" in group
    alone = await sender.link(place.alone)
    assert alone == (
        f"https://teams.microsoft.com/l/chat/0/0?users=28:{place.server.app.client_id}"
    )
    assert await sender.link(place.support) is None


# Files


async def test_a_picture_is_shown_and_a_text_can_be_copied_anywhere(place: Earshot) -> None:
    sender = place.adapter.sender
    for where in (place.support, place.crew, place.alone):
        picture = Upload("a.png", "image/png", PNG, "A graph")
        id = await sender.upload(where, picture, mark="picture")
        assert await sender.upload(where, picture, mark="picture") == id
    for channel, where in (("support", place.support), ("crew", place.crew)):
        id = await sender.upload(where, NOTE, mark="note")
        assert await sender.upload(where, NOTE, mark="note") == id
        assert "Zeile" in words(place.sam.message(id)), channel


async def test_what_is_no_text_can_be_given_to_one_person_alone(place: Earshot) -> None:
    sender = place.adapter.sender
    large = Upload("a.png", "image/png", PNG * 10_000, "A graph")
    for upload in (LOG, large):
        with pytest.raises(Unauthorized) as refused:
            await sender.upload(place.support, upload, mark=upload.name)
        assert TITLE in refused.value.told


async def asked(place: Earshot) -> str:
    """Sam is asked whether he wants the log."""
    return await place.adapter.sender.upload(place.alone, LOG, mark="log")


async def test_a_file_is_given_to_who_wants_it(place: Earshot) -> None:
    await place.sam.types("help", DIRECT)
    id = await asked(place)
    assert await asked(place) == id
    await place.sam.accepts(id)
    await place.quiet()
    assert place.server.drive.got == {"vpn.bin": LOG.content}
    [shown] = [each for each in place.sam.sees(DIRECT) if each.others]
    assert shown.others[0]["name"] == "vpn.bin"
    assert place.sam.toasts == []


async def test_a_file_that_nobody_wants_is_forgotten(place: Earshot) -> None:
    await place.sam.types("help", DIRECT)
    id = await asked(place)
    told = await place.sam.accepts(id, accepted=False)
    await place.quiet()
    assert [each for each in place.sam.sees(DIRECT) if each.others] == []
    with place.server.allowing():
        activity = place.last(type="invoke")
        activity["value"] |= {"action": "accept", "uploadInfo": place.sam._upload("a.bin", 9)}
        assert (await place.sends(activity)).status_code == 200
    await place.quiet()
    assert place.server.drive.got == {}
    assert told is not None


async def test_a_file_that_cannot_be_put_is_not_lost(
    place: Earshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    await place.sam.types("help", DIRECT)
    id = await asked(place)
    upload = place.sam._upload

    def elsewhere(name: str, size: int) -> Json:
        return {**upload(name, size), "uploadUrl": f"{place.server.url}/no-such-place"}

    monkeypatch.setattr(place.sam, "_upload", elsewhere)
    await place.sam.accepts(id)
    await place.quiet()
    assert place.server.drive.got == {}
    assert "Press it again" in place.direct()[-1]
    monkeypatch.undo()
    await place.sam.accepts(id)
    await place.quiet()
    assert place.server.drive.got == {"vpn.bin": LOG.content}


async def test_a_file_that_is_wanted_twice_is_given_once(place: Earshot) -> None:
    await place.sam.types("help", DIRECT)
    id = await asked(place)
    await asyncio.gather(place.sam.accepts(id), place.sam.accepts(id))
    await place.quiet()
    assert place.server.drive.got == {"vpn.bin": LOG.content}


async def test_a_file_is_for_who_it_was_offered_to(place: Earshot) -> None:
    kim = place.server.person("kim")
    await place.sam.types("help", DIRECT)
    await kim.types("help", DIRECT)
    id = await asked(place)
    await place.sam.accepts(id, accepted=False)
    stolen = place.last(type="invoke")
    again = await place.adapter.sender.upload(place.alone, LOG, mark="again")
    [offer] = place.sam.message(again).others
    stolen["from"] = {"id": kim.user.id, "aadObjectId": kim.user.object_id, "name": "Kim"}
    stolen["conversation"]["id"] = kim.direct.id
    stolen["value"] = {
        "type": "fileUpload",
        "action": "accept",
        "context": offer["content"]["acceptContext"],
        "uploadInfo": kim._upload("vpn.bin", len(LOG.content)),
    }
    del stolen["replyToId"]
    with place.server.allowing():
        await place.sends(stolen)
        await place.quiet()
    assert place.server.drive.got == {}


async def test_files_of_messages_are_fetched(place: Earshot) -> None:
    sender, tenant = place.adapter.sender, place.server.tenant.id
    place.sam.writes("See", DIRECT, files={"vpn.log": b"down", "inline:a.png": PNG})
    place.sam.writes("See", "support", files={"inline:b.png": PNG})
    told = [each for each in await place.told() if isinstance(each, Replied)]
    found = [file for each in told for file in each.files]
    [log] = [each for each in found if each.name == "vpn.log"]
    pictures = [each for each in found if each is not log]
    assert await sender.fetch(tenant, log, limit=100) == b"down"
    for each in pictures:
        assert await sender.fetch(tenant, each, limit=1_000) == PNG
    assert len(pictures) == 2
    with pytest.raises(TooLarge):
        await sender.fetch(tenant, log, limit=3)
    place.server.drive.lives = -1.0
    with pytest.raises(Gone):
        await sender.fetch(tenant, log, limit=100)


@pytest.mark.parametrize(
    "reference",
    ["", "x", "file:///etc/passwd", "http://10.0.0.1/a", "data:text/plain,x", "https://"],
)
async def test_what_is_no_address_of_a_file_is_not_asked(place: Earshot, reference: str) -> None:
    file = File("a", "text/plain", 1, reference)
    with pytest.raises((Gone, Unavailable)):
        await place.adapter.sender.fetch(place.server.tenant.id, file, limit=10)
