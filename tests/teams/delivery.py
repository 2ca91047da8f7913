"""How what happens reaches the bot: posted to its address, with a token; what comes of it is
written down.

An invoke is told once, and somebody waits for the answer. Anything else is told in the order of its
conversation, and again where no answer came or the bot failed (github.com/MicrosoftDocs/
msteams-docs/issues/6084).
"""

import asyncio
import json
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import aiohttp
from yarl import URL

from tests.teams.checks_answers import answer_refusals
from tests.teams.rules import Refusal
from tests.teams.world import Json, Registration

if TYPE_CHECKING:
    from tests.teams.identity import Identity

PATIENCE = 15.0  # seconds in which a bot answers
WANTED = 5.0  # seconds in which we want an answer
AGENT = "Microsoft-SkypeBotApi (Microsoft-BotFramework/3.0)"


@dataclass
class Delivered:
    """One attempt: what was told, and what came of it. `status` is 0 where nothing came within
    `PATIENCE`, or nobody listened. `took` in seconds.
    """

    activity: Json
    status: int = 0
    body: Any = None
    took: float = 0.0
    attempt: int = 1

    @property
    def late(self) -> bool:
        """Whether it took longer than we want."""
        return self.took > WANTED


@dataclass
class Delivery:
    """Tells the bot at `bot_url`; "" is nobody. `waits` are the seconds before it is told again;
    `deaf`: nothing that is told arrives. `log` is all that was told.
    """

    identity: "Identity"
    refuses: Callable[[list[Refusal]], None]
    bot_url: str = ""
    patience: float = PATIENCE
    waits: tuple[float, ...] = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
    deaf: bool = False
    log: list[Delivered] = field(default_factory=list)
    _busy: int = 0
    _quiet: asyncio.Event = field(default_factory=asyncio.Event)
    _lines: dict[str, "asyncio.Queue[tuple[Registration, Json]]"] = field(default_factory=dict)
    _tasks: set["asyncio.Task[None]"] = field(default_factory=set)
    _session: aiohttp.ClientSession | None = None

    # Telling

    def tell(self, app: Registration, activity: Json) -> None:
        """Tell it, after what was told of the same conversation."""
        # Written down now: what it tells of may be another by the time it goes out.
        told: Json = json.loads(json.dumps(activity))
        if not self.bot_url or self.deaf:
            self.log.append(Delivered(told))
            return
        self.works(+1)
        where = str(told["conversation"]["id"]).partition(";")[0]
        line = self._lines.get(where)
        if line is None:
            line = self._lines[where] = asyncio.Queue()
            self._begins(self._serves(line))
        line.put_nowait((app, told))

    async def ask(self, app: Registration, activity: Json) -> Delivered:
        """Tell it at once, and wait for the answer."""
        told: Json = json.loads(json.dumps(activity))
        self.works(+1)
        try:
            made = await self._posts(app, told, 1)
        finally:
            self.works(-1)
        if made.status:
            self.refuses(answer_refusals(str(told["name"]), made.status, made.body))
        return made

    async def again(self, activity: Json, app: Registration, token: str = "") -> Delivered:
        """Tell something once more; with another token where one is given ("none" is without)."""
        return await self._posts(app, json.loads(json.dumps(activity)), 2, token)

    async def raw(self, body: bytes, token: str, **headers: str) -> int:
        """Post anything; the status of the answer."""
        head = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"} | headers
        async with self._open().post(self.bot_url, data=body, headers=head) as response:
            return response.status

    # Waiting

    def works(self, more: int) -> None:
        """So many more are under way."""
        self._busy += more
        if not self._busy:
            self._quiet.set()
        else:
            self._quiet.clear()

    async def settled(self, seconds: float = 30.0) -> None:
        """Until all that happened was told and answered, and no call of the bot's is under way."""
        async with asyncio.timeout(seconds):
            while self._busy:
                await self._quiet.wait()

    async def reachable(self, seconds: float = 30.0) -> None:
        """Until somebody listens at the bot's address."""
        address = URL(self.bot_url)
        async with asyncio.timeout(seconds):
            while True:
                with suppress(OSError):
                    _, writer = await asyncio.open_connection(address.host, address.port)
                    writer.close()
                    return
                await asyncio.sleep(0.05)

    async def close(self) -> None:
        """Nothing is told any more."""
        for task in [*self._tasks]:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        if self._session is not None:
            await self._session.close()

    # Inside

    def _begins(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serves(self, line: "asyncio.Queue[tuple[Registration, Json]]") -> None:
        while True:
            app, told = await line.get()
            try:
                await self._insists(app, told)
            finally:
                self.works(-1)

    async def _insists(self, app: Registration, told: Json) -> None:
        for attempt, wait in enumerate((*self.waits, None), 1):
            made = await self._posts(app, told, attempt)
            if made.status:
                self.refuses(answer_refusals("", made.status, made.body))
            if 0 < made.status < 500 or wait is None:
                return
            await asyncio.sleep(wait)

    async def _posts(
        self, app: Registration, told: Json, attempt: int, token: str = ""
    ) -> Delivered:
        made = Delivered(told, attempt=attempt)
        self.log.append(made)
        began = time.monotonic()
        if not self.deaf and self.bot_url:
            with suppress(OSError, aiohttp.ClientError, TimeoutError):
                async with asyncio.timeout(self.patience):
                    await self._exchanges(made, self._headers(app, told, token))
        made.took = time.monotonic() - began
        return made

    async def _exchanges(self, made: Delivered, headers: dict[str, str]) -> None:
        body = json.dumps(made.activity, ensure_ascii=False).encode()
        async with self._open().post(self.bot_url, data=body, headers=headers) as response:
            said = await response.read()
            made.body = _json(said)
            made.status = response.status

    def _headers(self, app: Registration, told: Json, token: str) -> dict[str, str]:
        good = token or self.identity.token(app.client_id, str(told["serviceUrl"]))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": AGENT,
            "x-ms-conversation-id": str(told["conversation"]["id"]),
            "x-ms-tenant-id": app.tenant,
        }
        return headers if token == "none" else headers | {"Authorization": f"Bearer {good}"}

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            # A connection that the bot closed meanwhile would look like a bot that is down.
            connector = aiohttp.TCPConnector(limit=0, force_close=True)
            self._session = aiohttp.ClientSession(connector=connector)
        return self._session


def _json(said: bytes) -> Any:
    if not said:
        return None
    try:
        return json.loads(said)
    except ValueError:
        return said.decode(errors="replace")
