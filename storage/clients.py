"""The account's customers: found by name or alias, however it is written."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, func, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.ids import AccountId, ClientId
from storage.ids import new_id
from storage.tables import client as table


@dataclass(frozen=True, slots=True)
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
    ) -> ClientId:
        """A new customer. Raises IntegrityError when the name is taken."""
        id = ClientId(new_id())
        await self._connection.execute(
            insert(table).values(
                account_id=self._account,
                id=id,
                name=name,
                aliases=list(aliases),
                facts=facts or {},
            )
        )
        return id

    async def named(self, name: str) -> Client | None:
        """The customer with this name or alias, in any case."""
        wanted = name.strip().casefold()
        statement = select(table).where(
            table.c.account_id == self._account,
            or_(
                func.lower(table.c.name) == wanted,
                func.lower(func.array_to_string(table.c.aliases, "\n")).op("~")(
                    func.concat(
                        "(^|\n)", func.regexp_replace(wanted, r"(\W)", r"\\\1", "g"), "($|\n)"
                    )
                ),
            ),
        )
        row = (await self._connection.execute(statement.order_by(table.c.name))).first()
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
