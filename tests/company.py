"""A small company to test with: an account, people, a workspace, a published flow."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from core.access import Actor, Ownership, Role, Visibility
from core.errors import Refusal
from core.flow.model import Flow
from core.ids import AccountId, FlowId, PersonId, SessionId, VersionId, WorkspaceId
from core.session.deeds import Acted, Deed, Started
from core.session.engine import advance, begin
from core.session.scene import Event, Moved
from core.session.trail import Entry
from storage.ids import new_id
from storage.installation import add_account
from storage.sessions import Asked, Changed, Identity, Product, Snapshot, Unchanged
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
    flow_id: FlowId
    version: VersionId
    people: dict[str, PersonId] = field(default_factory=dict)
    ahead: timedelta = timedelta()  # how far its clock is ahead

    def now(self) -> datetime:
        """What its clock says."""
        return datetime.now(UTC) + self.ahead

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

    async def publishes(self, *versions: Flow, owned: Ownership | None = None) -> list[VersionId]:
        """A new flow in all these versions."""
        async with self.storage.work(self.account) as work:
            owned = owned or Ownership(None, Visibility.ACCOUNT)
            id = await work.flows.create(versions[0], owned)
            assert id is not None
            return [await work.flows.publish(id, flow, by=None) for flow in versions]

    async def starts(
        self, name: str, delivery: str | None = None, *, started: Started | None = None
    ) -> SessionId:
        """A new session, or the one that this delivery began before."""
        started = started or Started(self.version)
        async with self.storage.work(self.account) as work:
            flow = await work.flows.version(started.version)
            assert flow is not None
            event = Event(await self.actor(name), started)
            session = SessionId(new_id())
            moved = begin({started.version: flow}, session, event, self.now())
            assert isinstance(moved, Moved)
            return await work.histories.begin(moved, delivery)

    async def does(
        self, name: str | None, session: SessionId, deed: Deed, delivery: str | None = None
    ) -> Changed | Unchanged:
        """Somebody (None: the product) does something in a session, through all of storage."""
        who = self.identity(name) if name else Product(self.account)
        of, version = getattr(deed, "of", None), getattr(deed, "version", None)

        def decide(snapshot: Snapshot) -> Moved | Refusal:
            event = Event(snapshot.actor, deed, snapshot.past)
            return advance(snapshot.flows, snapshot.session, event, self.now())

        return await self.storage.sessions.change(
            Asked(who, session, delivery, of, version), decide
        )

    async def chooses(self, name: str, session: SessionId, option: str) -> Changed | Unchanged:
        """Somebody answers the step that is shown."""
        snapshot = await self.reads(name, session)
        return await self.does(name, session, choice(snapshot, option))

    async def reads(self, name: str, session: SessionId) -> Snapshot:
        """The session as somebody sees it."""
        snapshot = await self.storage.sessions.read(Asked(self.identity(name), session))
        assert snapshot is not None
        return snapshot

    async def trail(self, session: SessionId) -> tuple[Entry, ...]:
        """What happened in a session."""
        async with self.storage.work(self.account) as work:
            return await work.histories.trail(session)

    async def kinds(self, session: SessionId) -> list[str]:
        """What happened in a session, by kind."""
        return [entry.deed.kind for entry in await self.trail(session)]

    async def actor(self, name: str) -> Actor:
        """Who somebody is."""
        actor = await self.storage.installation.actor(self.identity(name))
        assert actor is not None
        return actor


def choice(snapshot: Snapshot, option: str) -> Acted:
    """The press of an option's button, as it is on screen now."""
    return Acted(snapshot.session.here.visit, "choose", {"option": option})


async def founded(storage: Storage, name: str = "Acme IT", platform: str = "test") -> Company:
    """A company with Sam (engineer), Kim (engineer), Vic (viewer) and Ada (admin)."""
    account = await storage.installation.install(name) or await _another(storage, name)
    async with storage.work(account) as work:
        workspace = await work.people.add_workspace(platform, name, name)
        assert workspace is not None
        id = await work.flows.create(FLOW, Ownership(None, Visibility.ACCOUNT))
        assert id is not None
        version = await work.flows.publish(id, FLOW, by=None)
    company = Company(storage, account, workspace, FLOW, id, version)
    for person, role in (
        ("sam", Role.ENGINEER),
        ("kim", Role.ENGINEER),
        ("vic", Role.VIEWER),
        ("ada", Role.TEAM_ADMIN),
    ):
        await company.hires(person, role)
    return company


async def _another(storage: Storage, name: str) -> AccountId:
    async with storage.database.begin() as connection:
        return await add_account(connection, name)
