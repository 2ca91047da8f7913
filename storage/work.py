"""One unit of work: a transaction opened for one account, and the repositories inside it.

Everything a repository reads or writes carries that account; commit is leaving the block.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cached_property

from sqlalchemy.ext.asyncio import AsyncConnection

from core.ids import AccountId
from storage.clients import Clients
from storage.database import Database, RawConnection
from storage.files import Files
from storage.flows import Flows
from storage.histories import Histories
from storage.overview import Overview
from storage.people import People
from storage.pins import Pins
from storage.places import Places
from storage.pointed import Pointed
from storage.sources import Sources
from storage.versions import Versions


class Work:
    """Repositories of one account in one transaction."""

    def __init__(
        self,
        account: AccountId,
        connection: AsyncConnection,
        raw: RawConnection,
        versions: Versions,
    ) -> None:
        """Use `begin`."""
        self.account = account
        self.connection = connection
        self.raw = raw
        self.versions = versions

    @cached_property
    def people(self) -> People:
        """People, teams, workspaces, identities, link codes."""
        return People(self.connection, self.account)

    @cached_property
    def flows(self) -> Flows:
        """Flows, their drafts and versions, and the search over them."""
        return Flows(self.connection, self.account)

    @cached_property
    def clients(self) -> Clients:
        """The account's customers."""
        return Clients(self.connection, self.account)

    @cached_property
    def histories(self) -> Histories:
        """Trails, lists of sessions, and beginning one."""
        return Histories(self.raw, self.account, self.versions)

    @cached_property
    def overview(self) -> Overview:
        """What one person finds at their Home."""
        return Overview(self.raw, self.account)

    @cached_property
    def pins(self) -> Pins:
        """The flows that people keep at hand."""
        return Pins(self.raw, self.account)

    @cached_property
    def pointed(self) -> Pointed:
        """Messages that somebody points at, while a form about them is open."""
        return Pointed(self.raw, self.account)

    @cached_property
    def places(self) -> Places:
        """Where sessions live, their messages, half-filled forms."""
        return Places(self.connection, self.account)

    @cached_property
    def sources(self) -> Sources:
        """Which entries chat messages became."""
        return Sources(self.connection, self.account)

    @cached_property
    def files(self) -> Files:
        """Attachments."""
        return Files(self.connection, self.account)


@asynccontextmanager
async def begin(database: Database, account: AccountId, versions: Versions) -> AsyncIterator[Work]:
    """A transaction for `account`; whatever was done in it is saved together or not at all."""
    async with database.begin() as connection:
        pooled = await connection.get_raw_connection()
        yield Work(account, connection, pooled.driver_connection, versions)
