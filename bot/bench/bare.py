"""A bare handler: the same web framework, the same pool, the same one statement, nothing else.

`python -m bot.bench.bare ADDRESS SESSIONS` prints its port and the sessions it changes.
"""

import asyncio
import json
import sys
from datetime import UTC, datetime
from uuid import UUID

import uvicorn
import uvloop
from fastapi import FastAPI
from pydantic import BaseModel

from bot.bench.peers.ours import Ours
from bot.web.listener import listen
from core.ids import SessionId
from core.session.codec import deed_to_json, state_to_json
from core.session.state import Session
from core.session.verbs import answering
from storage.sessions import Asked
from storage.writing import WRITE

POOL = 10  # as a process of the product has


class Click(BaseModel):
    """What is sent: which session, and what was pressed."""

    message: str
    action: str


class Bare(Ours):
    """Sessions whose rows are written without asking anybody."""

    def __init__(self) -> None:
        """Opened later."""
        super().__init__()
        self._now: dict[str, Session] = {}

    async def ready(self, name: str) -> str:
        """Begin a session; its id."""
        await self.begin(name)
        id, _ = self.sessions[name]
        found = await self.storage.sessions.read(Asked(self.who, id))
        if found is None:
            raise RuntimeError("the session did not begin")
        self._now[str(id)] = found.session
        return str(id)

    async def click(self, click: Click) -> dict[str, int]:
        """The one statement."""
        session = self._now[click.message]
        seq = session.revision + 1
        here = session.here
        object.__setattr__(session, "revision", seq)
        deed = answering(here.visit, "choose", click.action)
        async with self.storage.database.raw() as raw:
            await raw.fetchval(
                WRITE,
                *(self.account, SessionId(UUID(click.message)), seq, datetime.now(UTC)),
                *(self.person, deed.kind, deed_to_json(deed), here.version, here.node),
                *(here.visit, None, session.behind, f"{click.message}:{seq}"),
                *(session.status, here.version, self.person, None, state_to_json(session)),
                *(True, False, None, None, None),
            )
        return {"revision": seq}


async def main(address: str, sessions: int) -> None:
    """Serve until killed."""
    bare = Bare()
    await bare.open(address, pool=POOL)
    ids = [await bare.ready(f"s{number}") for number in range(sessions)]
    app = FastAPI()
    app.post("/api/click")(bare.click)
    with listen("127.0.0.1", 0) as listener:
        print(json.dumps({"port": listener.getsockname()[1], "sessions": ids}), flush=True)  # noqa: T201
        config = uvicorn.Config(app, http="httptools", log_config=None, access_log=False)
        await uvicorn.Server(config).serve(sockets=[listener])
    await asyncio.sleep(0)


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], int(sys.argv[2])))
