"""Files come in safely and go out safely."""

import asyncio
from typing import Any
from urllib.parse import unquote

from bot.platforms.playground import wire
from bot.platforms.playground.server.texts import file_name, media_type
from bot.web.listener import listen
from bot.web.server import answer
from tests.bot.platforms.playground.server.chatting import (
    PATIENCE,
    House,
    channel_of,
    good,
    refused,
)

PNG = b"\x89PNG\r\n\x1a\n..."


async def upload(house: House, content: bytes, user: str = "sam", **about: str) -> wire.FileInfo:
    path = f"/api/as/{user}/files"
    answered = await house.client.post(path, params=about, content=content)
    return wire.FileInfo.model_validate(good(answered))


async def test_a_file_is_sent_with_a_message_and_the_bot_fetches_it(house: House) -> None:
    info = await upload(house, b"show run\n", name="fw.txt", type="text/plain")
    assert (info.name, info.media_type, info.size) == ("fw.txt", "text/plain", 9)
    message = await house.write("sam", "", files=[info.id])
    assert [wire.FileInfo.model_validate(file) for file in message["files"]] == [info]
    (event,) = await house.bot.heard("message")
    assert wire.Event.model_validate(event).files == [info]
    assert (await house.call("GET", f"/files/{info.id}")).content == b"show run\n"
    assert (await house.client.get(f"/api/as/kim/files/{info.id}")).content == b"show run\n"


async def test_a_file_is_ones_own_until_it_is_sent_and_is_sent_once(house: House) -> None:
    info = await upload(house, b"x", name="a.txt")
    refused(await house.client.get(f"/api/as/kim/files/{info.id}"), 404)
    refused(await house.call("GET", f"/files/{info.id}"), 404)
    assert (await house.client.get(f"/api/as/sam/files/{info.id}")).content == b"x"
    path = "/api/as/{}/channels/c1/messages"
    body = {"text": "mine", "files": [info.id]}
    refused(await house.client.post(path.format("kim"), json=body), 400)
    good(await house.client.post(path.format("sam"), json=body))
    refused(await house.client.post(path.format("sam"), json=body), 400)
    for files in (["f9999"], ["x"], [info.id, info.id]):
        refused(await house.client.post(path.format("sam"), json={"files": files}), 400)
    assert len(await house.seen("sam")) == 1


async def test_a_file_in_private_is_private_and_goes_with_its_message(house: House) -> None:
    mine = channel_of(good(await house.client.get("/api/as/sam/channels")), direct=True).id
    info = await upload(house, b"x", name="a.txt")
    message = await house.write("sam", "here", channel=mine, files=[info.id])
    refused(await house.client.get(f"/api/as/kim/files/{info.id}"), 404)
    good(await house.client.delete(f"/api/as/sam/messages/{message['id']}"))
    refused(await house.client.get(f"/api/as/sam/files/{info.id}"), 404)


async def test_the_bot_posts_a_file_once_for_its_mark(house: House) -> None:
    query = "channel=c1&name=note.md&type=text/markdown&title=Ticket%20note&mark=k"
    posted = [good(await house.call("POST", f"/files?{query}", content=b"# VPN")) for _ in range(2)]
    assert posted[0] == posted[1]
    (seen,) = await house.seen("kim")
    assert (seen["text"], seen["files"][0]["name"]) == ("Ticket note", "note.md")
    file = seen["files"][0]["id"]
    assert (await house.client.get(f"/api/as/kim/files/{file}")).content == b"# VPN"
    async with house.store.connect() as connection:
        assert await connection.fetchval("SELECT count(*) FROM playground.file") == 1


_KINDS = [
    ("image/png", "image/png", "inline"),
    ("image/webp", "image/webp", "inline"),
    ("image/svg+xml", "application/octet-stream", "attachment"),
    ("text/html", "application/octet-stream", "attachment"),
    ("text/plain; charset=utf-8", "application/octet-stream", "attachment"),
    ("nonsense", "application/octet-stream", "attachment"),
    ("a/b\r\nX-Evil: 1", "application/octet-stream", "attachment"),
]


async def test_only_pictures_are_shown_by_a_browser(house: House) -> None:
    for kind, content_type, disposition in _KINDS:
        info = await upload(house, PNG, name="a.html", type=kind)
        found = await house.client.get(f"/api/as/sam/files/{info.id}")
        assert found.headers["content-type"] == content_type
        assert found.headers["content-disposition"].startswith(disposition)
        assert found.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in found.headers["content-security-policy"]
        assert "x-evil" not in found.headers


_NAMES = [
    ("../../etc/passwd", "passwd"),
    ("C:\\Users\\sam\\fw.cfg", "fw.cfg"),
    ("a\r\nSet-Cookie: x", "aSet-Cookie: x"),
    ("exe.\u202etxt", "exe.txt"),
    ("/", "file"),
    ("..", "file"),
    ("\0", "file"),
    ("x" * 300 + ".log", "x" * 196 + ".log"),
    ("Störung 1.log", "Störung 1.log"),
    ('a"; filename="b', 'a"; filename="b'),
]


async def test_a_name_is_only_a_name(house: House) -> None:
    for said, kept in _NAMES:
        info = await upload(house, b"x", name=said)
        assert (info.name, file_name(said)) == (kept, kept)
        found = await house.client.get(f"/api/as/sam/files/{info.id}")
        place = found.headers["content-disposition"]
        assert unquote(place.removeprefix("attachment; filename*=UTF-8''")) == kept


def test_a_media_type_is_two_words() -> None:
    assert media_type("Text/HTML; charset=utf-8") == "text/html"
    for said in ("", "text", "text/", "/html", "text/ht ml", "a/b/c", "tëxt/x", "a/" + "b" * 100):
        assert media_type(said) == "application/octet-stream"


async def test_thirty_megabytes_are_taken_and_no_more(house: House) -> None:
    most = b"x" * wire.FILE_LIMIT
    assert (await upload(house, most, name="big")).size == wire.FILE_LIMIT
    path = "/api/as/sam/files?name=big"
    assert "30 MB" in refused(await house.client.post(path, content=most + b"x"), 413)
    assert "30 MB" in refused(
        await house.call("POST", "/files?channel=c1&name=big", content=most + b"x"), 413
    )

    async def parts() -> Any:
        for _ in range(31):
            yield b"x" * 1024**2

    refused(await house.client.post(path, content=parts()), 413)
    async with house.store.connect() as connection:
        assert await connection.fetchval("SELECT count(*) FROM playground.file") == 1


async def test_a_hundred_megabytes_are_refused_before_they_are_sent(house: House) -> None:
    stop = asyncio.Event()
    with listen("127.0.0.1", 0) as listener:
        task = asyncio.create_task(answer(house.site, listener, stop))
        reader, writer = await asyncio.open_connection(*listener.getsockname())
        head = (
            "POST /api/as/sam/files?name=big HTTP/1.1\r\nHost: localhost\r\n"
            f"Content-Length: {100 * 1024**2}\r\n\r\n"
        )
        writer.write(head.encode())
        said = await asyncio.wait_for(reader.readline(), PATIENCE)
        assert b" 413 " in said
        writer.close()
        stop.set()
        await asyncio.wait_for(task, PATIENCE)


async def test_what_nobody_sent_is_forgotten_after_a_day(house: House) -> None:
    old, new = await upload(house, b"old", name="a"), await upload(house, b"new", name="b")
    kept = await upload(house, b"sent", name="c")
    await house.write("sam", "", files=[kept.id])
    async with house.store.connect() as connection:
        await connection.execute(
            "UPDATE playground.file SET at = at - interval '2 days' WHERE id = ANY ($1)",
            [int(old.id[1:]), int(kept.id[1:])],
        )
    await house.tidy()
    statuses = [
        (await house.client.get(f"/api/as/sam/files/{info.id}")).status_code
        for info in (old, new, kept)
    ]
    assert statuses == [404, 200, 200]
