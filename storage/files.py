"""Attachments: bytes kept once an account by their SHA-256, under caps, never on disk."""

import hashlib
import re

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from core.errors import Because, Refusal
from core.frozen import frozen
from core.ids import AccountId
from storage.tables import account, file

FILE_LIMIT = 25 * 1024**2  # bytes
_DIGEST = re.compile(r"[0-9a-f]{64}")


@frozen
class Stored:
    """A file in the store; `sha256` in hex, `size` in bytes."""

    sha256: str
    size: int


class Files:
    """Every query sees one account only."""

    def __init__(self, connection: AsyncConnection, account: AccountId) -> None:
        """`connection` is inside a transaction."""
        self._connection = connection
        self._account = account

    async def store(self, content: bytes, media_type: str) -> Stored | Refusal:
        """Keep `content`; the same bytes again take no more room."""
        if len(content) > FILE_LIMIT:
            return Refusal(
                Because.INVALID,
                f"That file has {len(content) / 1024**2:.1f} MB; {FILE_LIMIT // 1024**2} MB is the "
                "most. Attach a smaller one, or say in a note where it is.",
            )
        digest = hashlib.sha256(content).digest()
        if not await self._has(digest) and not await self._fits(digest, len(content)):
            return Refusal(
                Because.INVALID,
                "The account's room for files is used up. Ask a team admin to make room.",
            )
        values = {"media_type": media_type[:200], "size": len(content), "content": content}
        statement = insert(file).values(account_id=self._account, sha256=digest, **values)
        await self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["account_id", "sha256"],
                # Or it could be pruned as forgotten before anything refers to it again.
                set_={"stored_at": func.now()},
            )
        )
        return Stored(digest.hex(), len(content))

    async def content(self, sha256: str) -> tuple[bytes, str] | None:
        """A file's bytes and media type; None too for what is no digest."""
        if not _DIGEST.fullmatch(sha256):
            return None
        statement = select(file.c.content, file.c.media_type).where(
            file.c.account_id == self._account, file.c.sha256 == bytes.fromhex(sha256)
        )
        row = (await self._connection.execute(statement)).first()
        return (row.content, row.media_type) if row else None

    async def _has(self, digest: bytes) -> bool:
        statement = select(file.c.size).where(
            file.c.account_id == self._account, file.c.sha256 == digest
        )
        return (await self._connection.execute(statement)).first() is not None

    async def _fits(self, digest: bytes, size: int) -> bool:
        """Whether the quota allows `size` more bytes; two who ask at once ask in turn."""
        quota = (
            select(account.c.file_quota)
            .where(account.c.id == self._account)
            .with_for_update(key_share=True)
        )
        allowed: int = (await self._connection.execute(quota)).scalar_one()
        # Not `digest`: who asked before may just have stored it.
        used = select(func.coalesce(func.sum(file.c.size), 0)).where(
            file.c.account_id == self._account, file.c.sha256 != digest
        )
        taken: int = (await self._connection.execute(used)).scalar_one()
        return taken + size <= allowed
