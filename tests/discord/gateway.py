"""The gateway: sessions that outlive their connections, identify, resume with what was missed, and
everything that is told (docs.discord.com/developers/events/gateway). What is told is decided
elsewhere.
"""

import asyncio
import json
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from aiohttp import web

from tests.discord.lines import Line, Squeeze
from tests.discord.world import Json

HEARTBEAT, IDENTIFY, PRESENCE, VOICE, RESUME, RECONNECT, MEMBERS = 1, 2, 3, 4, 6, 7, 8
INVALID, HELLO, ACK = 9, 10, 11
PRIVILEGED = 1 << 1 | 1 << 8 | 1 << 15  # members, presences, message content
_KNOWN = (1 << 26) - 1  # intents
MESSAGE_CONTENT = 1 << 15


class Closes(Exception):
    """The connection ends, with one of Discord's codes
    (docs.discord.com/developers/topics/opcodes-and-status-codes#gateway).
    """

    def __init__(self, code: int, why: str) -> None:
        super().__init__(why)
        self.code = code


@dataclass
class Session:
    """A session: what it may hear, and all that it was told, by number."""

    id: str
    intents: int
    told: list[Json] = field(default_factory=list)
    line: Line | None = None
    resumable: bool = True
    heard: int = 0  # the last number that a heartbeat spoke of

    def dispatch(self, kind: str, data: Json) -> None:
        """Tell it, now or when it resumes."""
        event = {"op": 0, "t": kind, "s": len(self.told) + 1, "d": data}
        self.told.append(event)
        if self.line is not None:
            self.line.send(event)


class Gateway:
    """All sessions of the app. `heartbeat` is in seconds; `deaf`: heartbeats are not answered;
    `stalls`: the next resume is put off (op 9, d true).
    """

    def __init__(self, token: Callable[[], str], may_read: Callable[[], bool]) -> None:
        self._token = token
        self._may_read = may_read
        self.url = ""
        self.heartbeat = 41.25
        self.deaf = False
        self.stalls = False
        self.sessions: dict[str, Session] = {}
        self.lines: list[Line] = []
        self.identified = 0  # how often
        self.resumed = 0
        self.log: list[tuple[str, Json]] = []  # all that was told to anybody
        self.welcomes: Callable[[int], list[tuple[str, Json]]] = lambda _: []  # after READY
        self.ready: Callable[[], Json] = dict
        self.members: Callable[[Json], list[Json]] = lambda _: []
        self.working = 0  # calls that are being answered
        self._news = asyncio.Event()

    # For tests

    @property
    def open(self) -> list[Session]:
        """The sessions that are connected now."""
        return [each for each in self.sessions.values() if each.line is not None]

    async def reachable(self, seconds: float = 30.0) -> None:
        """Until a bot is connected, has identified or resumed, and was told all. Raises
        TimeoutError.
        """
        await self.until(lambda: bool(self.open), seconds)
        await self.settled()

    async def settled(self) -> None:
        """Until whoever is connected has taken all that was told, and no call is being answered."""
        while True:
            count = len(self.log)
            for session in self.open:
                if session.line is not None:
                    await session.line.taken()
            await self.until(lambda: not self.working, 60.0)
            if count == len(self.log):
                return

    async def until(self, true: Callable[[], bool], seconds: float = 10.0) -> None:
        """Until something is so of what is connected, told, or being answered. Raises
        TimeoutError.
        """
        async with asyncio.timeout(seconds):
            while not true():
                self._news.clear()
                await self._news.wait()

    def drop(self) -> None:
        """Cut every connection; sessions can be resumed."""
        for line in [*self.lines]:
            self._leaves(line)
            line.cut()

    def forget(self) -> None:
        """No session of now can be resumed once it is cut."""
        for session in self.sessions.values():
            session.resumable = False

    def reconnect(self) -> None:
        """Ask everybody to connect anew (op 7)."""
        for line in self.lines:
            line.send({"op": RECONNECT, "d": None})

    async def close(self) -> None:
        """Everything, at once."""
        for line in [*self.lines]:
            self._leaves(line)
            await line.close(1001, "")

    # Telling

    def tell(self, kind: str, data: Json, intent: int, bare: Json | None = None) -> None:
        """An event for each session that listens; `bare` for those that may not read messages."""
        self.log.append((kind, data))
        self._news.set()
        for session in self.sessions.values():
            if intent and not session.intents & intent:
                continue
            reads = session.intents & MESSAGE_CONTENT and self._may_read()
            session.dispatch(kind, data if reads or bare is None else bare)

    def works(self, change: int) -> None:
        """A call begins to be answered, or was."""
        self.working += change
        self._news.set()

    # Connections

    async def accept(self, request: web.Request) -> web.StreamResponse:
        """A connection, until it ends."""
        if request.query.get("v") != "10" or request.query.get("encoding") != "json":
            return web.Response(status=400)
        socket = web.WebSocketResponse(autoping=False, max_msg_size=4096)
        await socket.prepare(request)
        line = Line(socket, request, Squeeze.of(request.query.get("compress", "")))
        self.lines.append(line)
        line.send({"op": HELLO, "d": {"heartbeat_interval": int(self.heartbeat * 1000)}})
        try:
            async for said in line.hears():
                self._takes(line, said)
        except Closes as error:
            self._leaves(line)
            await line.close(error.code, str(error))
        finally:
            self._leaves(line)
            await line.end()
        return socket

    def _takes(self, line: Line, said: str) -> None:
        try:
            payload = json.loads(said)
            op, data = payload["op"], payload.get("d")
        except (ValueError, KeyError, TypeError) as error:
            raise Closes(4002, "Error while decoding payload.") from error
        session = self._of(line)
        if op == HEARTBEAT:
            self._beats(line, session, data)
        elif op == IDENTIFY:
            self._identifies(line, session, data)
        elif op == RESUME:
            self._resumes(line, session, data)
        elif session is None:
            raise Closes(4003, "Not authenticated.")
        elif op == MEMBERS:
            for chunk in self.members(data):
                session.dispatch("GUILD_MEMBERS_CHUNK", chunk)
        elif op not in (PRESENCE, VOICE):
            raise Closes(4001, "Unknown opcode.")

    def _beats(self, line: Line, session: Session | None, data: object) -> None:
        if session is not None and isinstance(data, int):
            session.heard = max(session.heard, data)
        if not self.deaf:
            line.send({"op": ACK})

    def _identifies(self, line: Line, session: Session | None, data: Mapping[str, object]) -> None:
        if session is not None:
            raise Closes(4005, "Already authenticated.")
        if data.get("token") != self._token():
            raise Closes(4004, "Authentication failed.")
        intents, properties = data.get("intents"), data.get("properties")
        if not isinstance(intents, int) or intents & ~_KNOWN:
            raise Closes(4013, "Invalid intent(s).")
        if not isinstance(properties, dict):
            raise Closes(4002, "Error while decoding payload.")
        if intents & PRIVILEGED & ~(MESSAGE_CONTENT if self._may_read() else 0):
            raise Closes(4014, "Disallowed intent(s).")
        made = Session(secrets.token_hex(16), intents, line=line)
        self.sessions[made.id] = made
        self.identified += 1
        more = {"v": 10, "session_id": made.id, "resume_gateway_url": self.url, "shard": [0, 1]}
        made.dispatch("READY", self.ready() | more)
        for kind, told in self.welcomes(intents):
            made.dispatch(kind, told)
        self._news.set()

    def _resumes(self, line: Line, session: Session | None, data: Mapping[str, object]) -> None:
        if session is not None:
            raise Closes(4005, "Already authenticated.")
        if data.get("token") != self._token():
            raise Closes(4004, "Authentication failed.")
        found, last = self.sessions.get(str(data.get("session_id"))), data.get("seq")
        if found is None or not found.resumable or self.stalls:
            line.send({"op": INVALID, "d": found is not None and found.resumable})
            self.stalls = False
            return
        if not isinstance(last, int) or last > len(found.told):
            raise Closes(4007, "Invalid seq.")
        if found.line is not None:
            found.line.cut()
        found.line = line
        for event in found.told[last:]:
            line.send(event)
        self.resumed += 1
        found.dispatch("RESUMED", {})
        self._news.set()

    def _of(self, line: Line) -> Session | None:
        for session in self.sessions.values():
            if session.line is line:
                return session
        return None

    def _leaves(self, line: Line) -> None:
        session = self._of(line)
        if session is not None:
            session.line = None
        with suppress(ValueError):
            self.lines.remove(line)
        self._news.set()
