"""Files in the database: uploaded first, then part of a message."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.platforms.playground import wire
from bot.platforms.playground.server.connection import Connect, Connection, Row
from bot.platforms.playground.server.ids import file_id
from bot.platforms.playground.server.messages import New, posted
from bot.platforms.playground.server.refusals import Refused
from bot.platforms.playground.server.store import BOT


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came in; name and type are checked already."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Stored:
    """A file, and the message it is part of."""

    upload: Upload
    owner: str
    channel: str | None
    audience: str | None


class Files:
    """The files, over `connect`."""

    def __init__(self, connect: Connect) -> None:
        """`connect` as Store's."""
        self._connect = connect

    async def add(self, owner: str, upload: Upload) -> wire.FileInfo:
        """Keep a file that is part of no message yet."""
        async with self._connect() as connection:
            return await _added(connection, owner, upload)

    async def one(self, number: int) -> Stored | None:
        """A file with its bytes."""
        async with self._connect() as connection:
            row = await connection.fetchrow(_ONE, number)
        if row is None:
            return None
        upload = Upload(row["name"], row["media_type"], row["content"])
        return Stored(upload, row["owner"], row["channel"], row["audience"])

    async def post_with(self, new: New, numbers: Sequence[int]) -> Sequence[Row]:
        """Post a message with files that its author uploaded. Refused where one is not theirs."""
        async with self._connect() as connection, connection.transaction():
            found = await connection.fetch(_FREE, numbers, new.author)
            if len(found) != len(set(numbers)):
                raise Refused(400, "A file was sent already, or is not yours. Attach it again.")
            infos = {row["id"]: _info(row) for row in found}
            files = _json(infos[number] for number in numbers)
            event = _carrying(new.event, files)
            rows = await posted(connection, replace(new, files=files, event=event))
            await connection.execute(_ATTACH, numbers, rows[0]["id"])
        return rows

    async def post_alone(self, new: New, upload: Upload) -> Sequence[Row]:
        """Post a file of the bot as a message; nothing where its mark is there already."""
        async with self._connect() as connection, connection.transaction():
            info = await _added(connection, BOT.id, upload)
            rows = await posted(connection, replace(new, files=_json([info])))
            number = int(info.id[1:])
            if rows:
                await connection.execute(_ATTACH, [number], rows[0]["id"])
            else:
                await connection.execute(_FORGET, number)
        return rows

    async def prune(self) -> None:
        """Forget what nobody sent within a day."""
        async with self._connect() as connection:
            await connection.execute(_PRUNE)


async def _added(connection: Connection, owner: str, upload: Upload) -> wire.FileInfo:
    row = await connection.fetchrow(
        _ADD, owner, upload.name, upload.media_type, len(upload.content), upload.content
    )
    assert row is not None
    return _info(row)


def _info(row: Row) -> wire.FileInfo:
    return wire.FileInfo(
        id=file_id(row["id"]), name=row["name"], media_type=row["media_type"], size=row["size"]
    )


def _json(infos: Iterable[wire.FileInfo]) -> str:
    return "[" + ",".join(info.model_dump_json() for info in infos) + "]"


def _carrying(event: str, files: str) -> str:
    """The event of a message that has these files."""
    return json.dumps({**json.loads(event), "files": json.loads(files)}) if event else ""


_INFO = "id, name, media_type, size"
_ADD = f"""
INSERT INTO playground.file (owner, name, media_type, size, content) VALUES ($1, $2, $3, $4, $5)
RETURNING {_INFO}
"""  # noqa: S608 - constants
_ONE = """
SELECT f.name, f.media_type, f.content, f.owner, m.channel, m.audience
FROM playground.file f LEFT JOIN playground.message m ON m.id = f.message WHERE f.id = $1
"""
_FREE = f"""
SELECT {_INFO} FROM playground.file
WHERE id = ANY ($1::bigint[]) AND owner = $2 AND message IS NULL FOR UPDATE
"""  # noqa: S608 - constants
_ATTACH = "UPDATE playground.file SET message = $2 WHERE id = ANY ($1::bigint[])"
_FORGET = "DELETE FROM playground.file WHERE id = $1"
_PRUNE = "DELETE FROM playground.file WHERE message IS NULL AND at < now() - interval '1 day'"
