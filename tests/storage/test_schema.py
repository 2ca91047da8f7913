"""The tables in code and the migrations say the same, and what does not fit is told."""

from collections.abc import AsyncIterator

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from storage.errors import SchemaTooNew, SchemaTooOld
from storage.schema import config, known, migrate, verify
from storage.storage import Storage, opened
from storage.tables import metadata


@pytest.fixture
async def bare(bare_address: str) -> AsyncIterator[Storage]:
    """Storage on a database without tables."""
    async with opened(bare_address) as made:
        yield made


def _ours(name: str | None, kind: str, _: object) -> bool:
    return kind != "table" or not str(name).startswith("pgqueuer")


def _differences(connection: Connection) -> list[object]:
    options = {"include_name": _ours, "compare_server_default": True, "compare_type": True}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


async def test_migrations_build_what_the_tables_say(storage: Storage) -> None:
    async with storage.database.begin() as connection:
        assert await connection.run_sync(_differences) == []


async def test_a_difference_would_be_found(storage: Storage) -> None:
    async with storage.database.begin() as connection:
        raw = (await connection.get_raw_connection()).driver_connection
        assert raw is not None
        await raw.execute("ALTER TABLE client DROP COLUMN facts")
        assert len(await connection.run_sync(_differences)) == 1
        await connection.rollback()


async def test_an_empty_database_is_too_old_until_it_is_migrated(bare: Storage) -> None:
    with pytest.raises(SchemaTooOld, match="resolutionflow migrate"):
        await verify(bare.database.engine)
    await migrate(bare.database.engine, "0001")
    with pytest.raises(SchemaTooOld, match="nothing is lost"):
        await verify(bare.database.engine)
    await migrate(bare.database.engine)
    await verify(bare.database.engine)
    await migrate(bare.database.engine)
    assert await bare.installation.install("Acme")


async def test_what_a_newer_program_made_is_left_alone(bare: Storage) -> None:
    await migrate(bare.database.engine)
    async with bare.database.raw() as raw:
        await raw.execute("UPDATE alembic_version SET version_num = '9999'")
    for attempt in (verify, migrate):
        with pytest.raises(SchemaTooNew, match=r"9999.*Update this program"):
            await attempt(bare.database.engine)
    async with bare.database.raw() as raw:
        assert await raw.fetchval("SELECT version_num FROM alembic_version") == "9999"
        assert await raw.fetchval("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == 0
        assert await raw.fetchval("SHOW lock_timeout") == "1500ms"


async def test_migrations_go_down_and_up_again(bare: Storage) -> None:
    await migrate(bare.database.engine)
    async with bare.database.engine.begin() as connection:
        await connection.run_sync(_downgraded)
    async with bare.database.raw() as raw:
        left = await raw.fetch(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
            " UNION ALL SELECT typname FROM pg_type"
            " WHERE typnamespace = 'public'::regnamespace AND typtype = 'e'"
        )
    assert {row["relname"] for row in left} <= {"alembic_version", "alembic_version_pkc"}
    await migrate(bare.database.engine)
    await verify(bare.database.engine)


def _downgraded(connection: Connection) -> None:
    made = config()
    made.attributes["connection"] = connection
    command.downgrade(made, "base")


def test_the_migrations_files_are_numbered_as_alembic_orders_them() -> None:
    scripts = ScriptDirectory.from_config(config()).walk_revisions()
    assert known() == tuple(reversed([script.revision for script in scripts]))
