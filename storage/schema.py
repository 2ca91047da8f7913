"""The state of the schema: bring it up to date, and say when it does not fit this program.

Alembic is imported only to migrate: it costs every other start 0.15 s and 10 MB.
"""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine

import migrations
from storage.errors import SchemaTooNew, SchemaTooOld, translated

if TYPE_CHECKING:
    from alembic.config import Config

_FOLDER = Path(migrations.__file__).parent
_LOCK = 0x5EF10  # any constant: two processes that migrate at once take turns
_PATIENT = "SET statement_timeout = '10min'; SET lock_timeout = '10min'"
_CAREFUL = "SET lock_timeout = '10s'"  # a table that is waited for blocks every click


def config() -> "Config":
    """Alembic's configuration, without a file."""
    from alembic.config import Config

    made = Config()
    made.set_main_option("script_location", str(_FOLDER))
    return made


async def migrate(engine: AsyncEngine, revision: str = "head") -> None:
    """Bring the schema to `revision`. Raises SchemaTooNew when the database is ahead."""
    async with translated(), engine.connect() as connection:
        for statement in _PATIENT.split("; "):
            await connection.execute(text(statement))
        await connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": _LOCK})
        await connection.execute(text(_CAREFUL))
        await connection.commit()
        try:
            await connection.run_sync(_upgrade, revision)
            await connection.commit()
        finally:
            await connection.rollback()
            await connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": _LOCK})
            await connection.execute(text("RESET ALL"))
            await connection.commit()


async def verify(engine: AsyncEngine) -> None:
    """Raise SchemaTooOld or SchemaTooNew unless the schema is the one this program needs."""
    async with translated(), engine.connect() as connection:
        await connection.run_sync(_compare)


def _upgrade(connection: Connection, revision: str) -> None:
    current = _current(connection)
    if current not in (None, *known()):
        raise _too_new(connection)
    if current == known()[-1] and revision == "head":
        return
    from alembic import command

    made = config()
    made.attributes["connection"] = connection
    command.upgrade(made, revision)


def _compare(connection: Connection) -> None:
    current = _current(connection)
    if current == known()[-1]:
        return
    if current is None or current in known():
        raise SchemaTooOld(
            "The database was made for an older version of ResolutionFlow, or is empty. "
            "Run `resolutionflow migrate`; nothing is lost by it."
        )
    raise _too_new(connection)


def _too_new(connection: Connection) -> SchemaTooNew:
    return SchemaTooNew(
        f"The database was made by a newer version of ResolutionFlow (schema "
        f"{_current(connection)}, this program knows up to {known()[-1]}). "
        "Update this program; it changed nothing."
    )


def _current(connection: Connection) -> str | None:
    there = connection.execute(text("SELECT to_regclass('alembic_version') IS NOT NULL")).scalar()
    if not there:
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


@cache
def known() -> tuple[str, ...]:
    """Every revision, oldest first: what the migrations' files are numbered with."""
    files = (_FOLDER / "versions").glob("[0-9]*_*.py")
    return tuple(sorted(file.name.partition("_")[0] for file in files))
