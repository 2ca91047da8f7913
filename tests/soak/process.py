"""The processes that are killed: the application (takes commands, and sends) and a worker.

Both compose the product as it is. What is added here only kills: at a named point, this very
process, by kill -9. `Sabotage` breaks the product on purpose, to see that the soak notices.
"""

import asyncio
import json
import logging
import os
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import structlog

from bot.app import notes, showing, start, step
from bot.app.desk import Desk, Done
from bot.app.membership import Member
from bot.jobs import Patience
from bot.port import Shown, Target
from bot.token import Token
from bot.worker import Pace, work
from core.errors import Refusal
from core.ids import SessionId, WorkspaceId
from storage.database import Pool
from storage.errors import StorageError
from storage.outbox import Claimed, Outbox
from storage.places import Spot
from storage.sessions import Identity
from storage.storage import Storage, opened
from tests.soak.wire import HttpSender, Json, shown_to_json

LEASE = timedelta(seconds=1.5)  # instead of 30: a killed sender's messages come back sooner


class Point(StrEnum):
    """Where a process can be made to kill itself."""

    BEFORE_COMMIT = "before-commit"
    AFTER_COMMIT = "after-commit"  # and before it is acknowledged
    BEFORE_POST = "before-post"
    AFTER_POST = "after-post"  # and before the reference is stored
    AFTER_STORE = "after-store"


class Sabotage(StrEnum):
    """What can be broken to see it noticed."""

    NO_DELIVERY = "no-delivery"  # repeated deliveries are not recognised
    NO_MARK = "no-mark"  # a message posted before is never found
    EARLY_ACK = "early-ack"  # acknowledged although nothing is saved
    FORGETFUL = "forgetful"  # what was sent is stored as newer than it was


@dataclass
class Fate:
    """The point at which a process dies, the so-manieth time it gets there."""

    point: Point | None = None
    passes: int = 1

    def reach(self, point: Point) -> None:
        """Die here, if it is time."""
        if point is not self.point:
            return
        self.passes -= 1
        if self.passes <= 0:
            os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True)
class Orders:
    """What a process is to be: with a `socket` it takes commands, and it `sends` or does not."""

    database: str
    screen: str
    workspace: WorkspaceId
    socket: str | None = None
    sends: bool = True
    sabotage: Sabotage | None = None


class MortalSender(HttpSender):
    """Sends, and may die on the way."""

    def __init__(self, orders: Orders, fate: Fate) -> None:
        super().__init__(orders.screen)
        self._fate = fate
        self._sabotage = orders.sabotage

    async def post(self, target: Target, shown: Shown, *, mark: str) -> str:
        self._fate.reach(Point.BEFORE_POST)
        reference = await super().post(target, shown, mark=mark)
        self._fate.reach(Point.AFTER_POST)
        return reference

    async def edit(self, target: Target, reference: str, shown: Shown) -> None:
        self._fate.reach(Point.BEFORE_POST)
        await super().edit(target, reference, shown)
        self._fate.reach(Point.AFTER_POST)

    async def find(self, target: Target, *, mark: str) -> str | None:
        found = await super().find(target, mark=mark)
        return None if self._sabotage is Sabotage.NO_MARK else found


class MortalOutbox(Outbox):
    """Stores what is shown, and may die after."""

    fate: Fate
    sabotage: Sabotage | None

    async def shown(self, claimed: Claimed, *, revision: int, reference: str) -> None:
        if self.sabotage is Sabotage.FORGETFUL:
            revision += 5
        await super().shown(claimed, revision=revision, reference=reference)
        self.fate.reach(Point.AFTER_STORE)


@dataclass
class Application:
    """What the commands are done with."""

    desk: Desk
    orders: Orders
    fate: Fate

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One command, one answer; what fails is answered as a chat would be: try again."""
        command: Json = json.loads(await reader.readline())
        try:
            answer = await _COMMANDS[command.pop("do")](self, **command)
        except StorageError:
            answer = {"again": True}
        writer.write(json.dumps(answer).encode() + b"\n")
        writer.close()

    async def start(self, who: str, channel: str, delivery: str) -> Json:
        found = await start.find(self.desk, self._who(who), "small")
        assert not isinstance(found, Refusal)
        wanted = start.Wanted(found.flows[0], spot=Spot(self.orders.workspace, channel))
        begun = await start.start(self.desk, self._who(who), wanted, delivery=delivery)
        self.fate.reach(Point.AFTER_COMMIT)
        if isinstance(begun, Refusal):
            return {"again": False, "refused": begun.message}
        return await self._acknowledged(who, begun.id)

    async def press(self, who: str, token: str, values: dict[str, str], delivery: str) -> Json:
        pressed = Token.unpack(token)
        if self.orders.sabotage is Sabotage.EARLY_ACK and os.urandom(1)[0] < 16:
            return await self._acknowledged(who, pressed.session)
        done = await step.press(
            self.desk, self._who(who), pressed, values, delivery=self._named(delivery)
        )
        return await self._done(who, done, pressed.session)

    async def note(self, who: str, channel: str, text: str, message: str) -> Json:
        if self.orders.sabotage is Sabotage.NO_DELIVERY:
            message += os.urandom(4).hex()
        reply = notes.Reply(Spot(self.orders.workspace, channel), message, text)
        actor = await self.desk.storage.installation.actor(self._who(who))
        assert actor is not None
        done = await notes.take(self.desk, Member(actor, self._who(who)), reply)
        assert isinstance(done, Done)
        assert done.session is not None
        return await self._done(who, done, done.session.id)

    async def _done(self, who: str, done: Done, session: SessionId) -> Json:
        self.fate.reach(Point.AFTER_COMMIT)
        if done.refusal is not None:
            return {
                "again": False,
                "refused": done.refusal.message,
                "step": await self._step(who, session),
            }
        return await self._acknowledged(who, session)

    async def _acknowledged(self, who: str, session: SessionId) -> Json:
        return {"again": False, "step": await self._step(who, session)}

    async def _step(self, who: str, session: SessionId) -> Json:
        shown = await showing.step(self.desk, self._who(who), session)
        assert not isinstance(shown, Refusal)
        return shown_to_json(shown.step)

    def _who(self, name: str) -> Identity:
        return Identity(self.orders.workspace, name)

    def _named(self, delivery: str) -> str | None:
        return None if self.orders.sabotage is Sabotage.NO_DELIVERY else delivery


_COMMANDS: dict[str, Callable[..., Awaitable[Json]]] = {
    "start": Application.start,
    "press": Application.press,
    "note": Application.note,
}


async def live(orders: Orders, fate: Fate) -> None:
    """Be the application, or a worker, until killed."""
    watching = asyncio.create_task(_end_as_an_orphan(os.getppid()))
    async with opened(orders.database, Pool(size=6)) as storage:
        desk = _desk(storage, orders, fate)
        if orders.socket is not None:
            app = Application(desk, orders, fate)
            await asyncio.start_unix_server(app.answer, orders.socket, limit=2**22)
        pace = Pace(poll=0.2, longest=0.3, jobs=Patience(look=timedelta(seconds=5)))
        senders = {"test": MortalSender(orders, fate)} if orders.sends else {}
        await work(desk, senders, asyncio.Event(), pace)
    watching.cancel()


async def _end_as_an_orphan(parent: int) -> None:
    """Should the soak itself be killed, nothing of it stays behind."""
    while os.getppid() == parent:  # noqa: ASYNC110 - the system tells nobody
        await asyncio.sleep(1)
    os._exit(1)


def _desk(storage: Storage, orders: Orders, fate: Fate) -> Desk:
    outbox = MortalOutbox(storage.database, LEASE)
    outbox.fate, outbox.sabotage = fate, orders.sabotage
    storage.outbox = outbox

    def clock() -> datetime:
        fate.reach(Point.BEFORE_COMMIT)  # the engine asks for the time between read and write
        return datetime.now(UTC)

    return Desk(storage, clock)


def main(orders: Orders, fate: Fate) -> None:
    """Where a process begins."""
    logging.disable(logging.CRITICAL)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    asyncio.run(live(orders, fate))
