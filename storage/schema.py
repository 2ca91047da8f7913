"""The state of the schema: bring it up to date, and say when it does not fit this program."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine

import migrations
from storage.errors import SchemaTooNew, SchemaTooOld, translated

_LOCK = 0x5EF10  # any constant: two processes that migrate at once take turns
_TIMEOUTS = "SET lock_timeout = '10s'; SET statement_timeout = '10min'"


def config() -> Config:
    """Alembic's configuration, without a file."""
    made = Config()
    made.set_main_option("script_location", str(Path(migrations.__file__).parent))
    return made


async def migrate(engine: AsyncEngine, revision: str = "head") -> None:
    """Bring the schema to `revision`. Raises SchemaTooNew when the database is ahead."""
    async with translated(), engine.connect() as connection:
        for statement in _TIMEOUTS.split("; "):
            await connection.execute(text(statement))
        await connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": _LOCK})
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
    if _current(connection) not in (None, *_known()):
        raise _too_new(connection)
    made = config()
    made.attributes["connection"] = connection
    command.upgrade(made, revision)


def _compare(connection: Connection) -> None:
    current = _current(connection)
    if current == _head():
        return
    if current is None or current in _known():
        raise SchemaTooOld(
            "The database was made for an older version of ResolutionFlow, or is empty. "
            "Run `resolutionflow migrate`; nothing is lost by it."
        )
    raise _too_new(connection)


def _too_new(connection: Connection) -> SchemaTooNew:
    return SchemaTooNew(
        f"The database was made by a newer version of ResolutionFlow (schema "
        f"{_current(connection)}, this program knows up to {_head()}). "
        "Update this program; it changed nothing."
    )


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _head() -> str | None:
    return ScriptDirectory.from_config(config()).get_current_head()


def _known() -> list[str]:
    return [script.revision for script in ScriptDirectory.from_config(config()).walk_revisions()]
