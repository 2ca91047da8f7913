"""ResolutionFlow itself on the walk: token, load, access, engine, commit, as a click has them."""

from contextlib import AsyncExitStack

from bot.app.desk import Desk
from bot.app.step import press
from bot.bench.ground import settle, storage_at
from bot.bench.peers import WALK
from bot.token import Token
from core.access import Actor, Ownership, Role, Visibility
from core.errors import Refusal
from core.flow.model import Flow
from core.ids import AccountId, PlaceId, SessionId, VersionId
from core.session.deeds import Started
from core.session.engine import begin
from core.session.scene import Event
from storage.ids import new_id
from storage.places import Spot
from storage.sessions import Asked, Identity
from storage.storage import Storage

TABLES = ("session", "trail", "message")


def walk_flow() -> Flow:
    """The peers' walk as a flow."""
    end = len(WALK)
    nodes: list[dict[str, object]] = [
        {
            "decision": f"part-{number}",
            "ask": decision.question,
            "options": [
                {"id": answer, "label": answer.capitalize(), "to": _node(to, end)}
                for answer, to in decision.routes.items()
            ],
        }
        for number, decision in enumerate(WALK)
    ]
    nodes.append({"solution": "end", "resolved": "All parts are in order."})
    return Flow.model_validate({"flow": "walk", "title": "Walk", "nodes": nodes})


def _node(number: int, end: int) -> str:
    return "end" if number == end else f"part-{number}"


class Ours:
    """The product, with everything that a click does before its answer is rendered."""

    name = "ours"
    loses = "nothing; every answer is kept, with who and when"

    def __init__(self) -> None:
        """Opened later."""
        self._stack = AsyncExitStack()
        self.sessions: dict[str, tuple[SessionId, int]] = {}
        self.storage: Storage
        self.account: AccountId
        self.version: VersionId
        self.who: Identity

    async def open(self, dsn: str, *, pool: int, fresh: bool = True) -> None:
        """Connect and settle."""
        self.storage = await self._stack.enter_async_context(storage_at(dsn, pool=pool))
        self.desk = Desk(self.storage)
        self.account, self.person, self.who = await settle(self.storage)
        self.flow = self._flow()
        async with self.storage.work(self.account) as work:
            id = await work.flows.create(self.flow, Ownership(self.person, Visibility.ACCOUNT))
            if id is None:
                raise RuntimeError("the walk exists already")
            self.version = await work.flows.publish(id, self.flow, by=self.person)

    def _flow(self) -> Flow:
        return walk_flow()

    async def begin(self, session: str) -> None:
        """A session with a place, and so with messages to mark."""
        actor = Actor(self.person, self.account, Role.ENGINEER)
        event = Event(actor, Started(self.version))
        id = SessionId(new_id())
        moved = begin({self.version: self.flow}, id, event, self.desk.clock())
        if isinstance(moved, Refusal):
            raise RuntimeError(moved.message)
        async with self.storage.work(self.account) as work:
            await work.histories.begin(moved)
            spot = Spot(self.who.workspace, "bench", session)
            place: PlaceId | None = await work.places.open(id, spot, revision=1)
        if place is None:
            raise RuntimeError("the place is taken")
        self.sessions[session] = (id, 1)

    async def turn(self, session: str, answer: str) -> None:
        """One press of one button."""
        id, visit = self.sessions[session]
        packed = Token(id, visit, "choose", answer).pack()
        done = await press(
            self.desk, self.who, Token.unpack(packed), delivery=f"{session}:{visit}:{answer}"
        )
        if done.moved is None or done.session is None:
            raise RuntimeError(f"the turn was refused: {done.refusal}")
        self.sessions[session] = (id, done.session.here.visit)

    async def ended(self, session: str) -> bool:
        """Whether the row says so."""
        id, _ = self.sessions[session]
        snapshot = await self.storage.sessions.read(Asked(self.who, id))
        return snapshot is not None and snapshot.session.here.node == "end"

    async def stored(self) -> int:
        """Live bytes of what a turn writes."""
        return await self._sum("(SELECT coalesce(sum(pg_column_size(t.*)), 0) FROM {0} t)")

    async def table_bytes(self) -> int:
        """Bytes on disk, without indexes."""
        return await self._sum("pg_table_size('{0}')")

    async def _sum(self, each: str) -> int:
        parts = " + ".join(each.format(table) for table in TABLES)
        async with self.storage.database.raw() as raw:
            return int(await raw.fetchval(f"SELECT {parts}"))

    async def close(self) -> None:
        """Disconnect."""
        await self._stack.aclose()
