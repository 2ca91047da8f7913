"""The account's customers: found by name or alias, however it is written."""

from dataclasses import field
from typing import Any

from sqlalchemy import Row, exists, func, or_, select
from sqlalchemy.dialects.postgresql import insert as insert_or_skip
from sqlalchemy.ext.asyncio import AsyncConnection

from core.frozen import frozen
from core.ids import AccountId, ClientId
from core.text import cleaned
from storage.ids import new_id
from storage.tables import client as table


@frozen
class Client:
    """A customer: its names, its id in the PSA, facts that pre-fill variables."""

    id: ClientId
    name: str
    aliases: tuple[str, ...] = ()
    psa_company_id: str | None = None
    facts: dict[str, str] = field(default_factory=dict)


class Clients:
    """Every query sees one account only."""

    def __init__(self, connection: AsyncConnection, account: AccountId) -> None:
        """`connection` is inside a transaction."""
        self._connection = connection
        self._account = account

    async def add(
        self, name: str, *, aliases: tuple[str, ...] = (), facts: dict[str, str] | None = None
    ) -> ClientId | None:
        """A new customer; None when there is one of this name."""
        statement = insert_or_skip(table).values(
            account_id=self._account,
            id=new_id(),
            name=name.strip(),
            aliases=[alias.strip() for alias in aliases],
            facts=facts or {},
        )
        made = statement.on_conflict_do_nothing().returning(table.c.id)
        id = (await self._connection.execute(made)).scalar()
        return ClientId(id) if id else None

    async def named(self, name: str) -> Client | None:
        """The customer with this name or alias, in any case."""
        wanted = func.lower(cleaned(name))
        alias = func.unnest(table.c.aliases).table_valued("name").render_derived()
        known_as = exists().select_from(alias).where(func.lower(alias.c.name) == wanted)
        named = func.lower(table.c.name) == wanted
        statement = select(table).where(table.c.account_id == self._account, or_(named, known_as))
        # A name goes before somebody else's alias.
        order = (named.desc(), table.c.name)
        row = (await self._connection.execute(statement.order_by(*order))).first()
        return _client(row) if row else None

    async def get(self, id: ClientId) -> Client | None:
        """A customer by id."""
        statement = select(table).where(table.c.account_id == self._account, table.c.id == id)
        row = (await self._connection.execute(statement)).first()
        return _client(row) if row else None

    async def all(self) -> list[Client]:
        """Every customer, by name."""
        statement = select(table).where(table.c.account_id == self._account)
        rows = await self._connection.execute(statement.order_by(table.c.name))
        return [_client(row) for row in rows]


def _client(row: Row[Any]) -> Client:
    return Client(
        ClientId(row.id), row.name, tuple(row.aliases), row.psa_company_id, dict(row.facts)
    )
