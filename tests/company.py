"""A small company to test with: an account, people, a workspace, a published flow."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from core.access import Actor, Ownership, Role, Visibility
from core.errors import Refusal
from core.flow.model import Flow
from core.ids import AccountId, PersonId, SessionId, VersionId, WorkspaceId
from core.session.deeds import Acted, Deed, Started
from core.session.engine import advance, begin
from core.session.scene import Event, Moved
from core.session.trail import Entry
from storage.ids import new_id
from storage.sessions import Asked, Changed, Identity, Snapshot, Unchanged
from storage.storage import Storage

FLOW = Flow.model_validate(
    {
        "flow": "small",
        "title": "A small flow",
        "nodes": [
            {
                "decision": "first",
                "ask": "Is it on?",
                "options": [
                    {"id": "yes", "label": "Yes", "to": "second"},
                    {"id": "no", "label": "No", "to": "switch-on"},
                ],
            },
            {"action": "switch-on", "do": "Switch it on.", "to": "first"},
            {
                "decision": "second",
                "ask": "Does it work now?",
                "options": [
                    {"id": "yes", "label": "Yes", "to": "done"},
                    {"id": "no", "label": "No", "to": "first"},
                ],
            },
            {"solution": "done", "resolved": "It works."},
        ],
    }
)


@dataclass
class Company:
    """An account with its people and one flow."""

    storage: Storage
    account: AccountId
    workspace: WorkspaceId
    flow: Flow
    version: VersionId
    people: dict[str, PersonId] = field(default_factory=dict)

    def identity(self, name: str) -> Identity:
        """A person as the workspace knows them."""
        return Identity(self.workspace, name)

    async def hires(self, name: str, role: Role) -> PersonId:
        """Somebody new."""
        async with self.storage.work(self.account) as work:
            who = await work.people.add(name.capitalize(), role)
            await work.people.add_identity(self.workspace, name, who=who, name=name)
        self.people[name] = who
        return who

    async def starts(self, name: str, delivery: str | None = None) -> SessionId:
        """A new session."""
        actor = await self.storage.installation.actor(self.identity(name))
        assert actor is not None
        event = Event(actor, Started(self.version))
        session = SessionId(new_id())
        moved = begin({self.version: self.flow}, session, event, datetime.now(UTC))
        assert isinstance(moved, Moved)
        async with self.storage.work(self.account) as work:
            await work.histories.begin(moved, delivery)
        return session

    async def does(
        self, name: str, session: SessionId, deed: Deed, delivery: str | None = None
    ) -> Changed | Unchanged:
        """Somebody does something in a session, through the whole of storage."""
        asked = Asked(self.identity(name), session, delivery, of=getattr(deed, "of", None))

        def decide(snapshot: Snapshot) -> Moved | Refusal:
            event = Event(snapshot.actor, deed, snapshot.past)
            return advance(snapshot.flows, snapshot.session, event, datetime.now(UTC))

        return await self.storage.sessions.change(asked, decide)

    async def chooses(self, name: str, session: SessionId, option: str) -> Changed | Unchanged:
        """Somebody answers the step that is shown."""
        snapshot = await self.reads(name, session)
        deed = Acted(snapshot.session.here.visit, "choose", {"option": option})
        return await self.does(name, session, deed)

    async def reads(self, name: str, session: SessionId) -> Snapshot:
        """The session as somebody sees it."""
        snapshot = await self.storage.sessions.read(Asked(self.identity(name), session))
        assert snapshot is not None
        return snapshot

    async def trail(self, session: SessionId) -> tuple[Entry, ...]:
        """What happened in a session."""
        async with self.storage.work(self.account) as work:
            return await work.histories.trail(session)

    async def actor(self, name: str) -> Actor:
        """Who somebody is."""
        actor = await self.storage.installation.actor(self.identity(name))
        assert actor is not None
        return actor


async def founded(storage: Storage, name: str = "Acme IT", platform: str = "test") -> Company:
    """A company with Sam (engineer), Kim (engineer), Vic (viewer) and Ada (admin)."""
    account = await storage.installation.install(name) or await _another(storage, name)
    async with storage.work(account) as work:
        workspace = await work.people.add_workspace(platform, name, name)
        assert workspace is not None
        id = await work.flows.create(FLOW, Ownership(None, Visibility.ACCOUNT))
        assert id is not None
        version = await work.flows.publish(id, FLOW, by=None)
    company = Company(storage, account, workspace, FLOW, version)
    for person, role in (
        ("sam", Role.ENGINEER),
        ("kim", Role.ENGINEER),
        ("vic", Role.VIEWER),
        ("ada", Role.TEAM_ADMIN),
    ):
        await company.hires(person, role)
    return company


async def _another(storage: Storage, name: str) -> AccountId:
    from storage.installation import add_account

    async with storage.database.begin() as connection:
        return await add_account(connection, name)


@pytest.fixture
async def company(storage: Storage) -> Company:
    """One company."""
    return await founded(storage)
