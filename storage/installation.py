"""What is not one account's: the first start, and finding out whose somebody is.

These are the only look-ups that are not scoped by an account.
"""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager

from sqlalchemy import insert, select
from sqlalchemy.dialects.postgresql import insert as insert_or_skip
from sqlalchemy.ext.asyncio import AsyncConnection

from core.access import Actor, Role
from core.frozen import frozen
from core.ids import AccountId, PersonId, WorkspaceId
from storage.database import Database
from storage.ids import new_id
from storage.people import People
from storage.sessions import Identity
from storage.tables import account, identity, installation, person, workspace

Settle = Callable[[People], Awaitable[None]]


@frozen
class Home:
    """A linked workspace and its account."""

    account: AccountId
    workspace: WorkspaceId


class Installation:
    """The look-ups that come before an account is known."""

    def __init__(self, database: Database) -> None:
        """`database` is shared."""
        self._database = database

    def begin(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """A transaction that is no account's, for spending a code."""
        return self._database.begin()

    async def install(
        self, name: str, settle: Settle | None = None, *, time_zone: str = "UTC"
    ) -> AccountId | None:
        """The first account, once; None when the installation has one already.

        `settle` fills it, in the same transaction. `time_zone` is an IANA name.
        """
        async with self._database.begin() as connection:
            first = insert_or_skip(installation).values(id=1).on_conflict_do_nothing()
            if not (await connection.execute(first.returning(installation.c.id))).scalar():
                return None
            made = await add_account(connection, name, time_zone)
            if settle is not None:
                await settle(People(connection, made))
            return made

    async def accounts(self) -> list[AccountId]:
        """Every account, oldest first."""
        async with self._database.begin() as connection:
            rows = await connection.execute(select(account.c.id).order_by(account.c.created_at))
            return [AccountId(row.id) for row in rows]

    async def home(self, platform: str, external_id: str) -> Home | None:
        """The account of a workspace, if it is linked."""
        async with self._database.begin() as connection:
            return await home_of(connection, platform, external_id)

    async def actor(self, who: Identity) -> Actor | None:
        """Who somebody is and what they may do, with their teams."""
        async with self._database.begin() as connection:
            return await actor_of(connection, who)


async def home_of(connection: AsyncConnection, platform: str, external_id: str) -> Home | None:
    """`Installation.home`, inside a transaction."""
    c = workspace.c
    statement = select(c.account_id, c.id).where(
        c.platform == platform, c.external_id == external_id
    )
    row = (await connection.execute(statement)).first()
    return Home(AccountId(row.account_id), WorkspaceId(row.id)) if row else None


async def has_admin(connection: AsyncConnection, home: Home) -> bool:
    """Whether an admin of the account is somebody in the workspace."""
    c = identity.c
    statement = (
        select(c.person_id)
        .join(person, (person.c.account_id == c.account_id) & (person.c.id == c.person_id))
        .where(
            c.account_id == home.account,
            c.workspace_id == home.workspace,
            person.c.role.in_([Role.TEAM_ADMIN, Role.SUPER_ADMIN]),
        )
    )
    return (await connection.execute(statement.limit(1))).first() is not None


async def actor_of(connection: AsyncConnection, who: Identity) -> Actor | None:
    """`Installation.actor`, inside a transaction."""
    c = identity.c
    statement = (
        select(c.account_id, c.person_id, person.c.role)
        .join(person, (person.c.account_id == c.account_id) & (person.c.id == c.person_id))
        .where(c.workspace_id == who.workspace, c.external_id == who.external_id)
    )
    row = (await connection.execute(statement)).first()
    if row is None:
        return None
    account, id = AccountId(row.account_id), PersonId(row.person_id)
    teams = await People(connection, account).teams_of(id)
    return Actor(id, account, Role(row.role), teams)


async def add_account(connection: AsyncConnection, name: str, time_zone: str = "UTC") -> AccountId:
    """A new account. `time_zone` is an IANA name."""
    id = AccountId(new_id())
    await connection.execute(insert(account).values(id=id, name=name, time_zone=time_zone))
    return id
