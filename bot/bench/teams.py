"""`bench teams`: a button of a card in Teams, from the signed request to the card that answers it,
in process; beside a bare handler of Microsoft's own library that runs one statement and answers
with the same card. Ours changes the message for everybody besides, as Teams needs it.
"""

import asyncio
import json
import logging
import os
import sys
import time
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from aiohttp import ClientSession
from pydantic_core import from_json, to_json
from starlette.types import ASGIApp, Message

from bot.app.desk import Desk
from bot.app.front import Front
from bot.bench.bare import POOL, Bare
from bot.bench.bare import Click as Written
from bot.bench.beside import AT_ONCE, Click, beside, settled
from bot.bench.ground import PATIENCE, database, process, server
from bot.bench.result import Missing, Result
from bot.bench.teams_payloads import (
    CLIENT,
    NAME,
    TENANT,
    USER,
    Json,
    clicked,
    typed,
    yes,
)
from bot.platforms.teams.application import Application, Registration
from bot.platforms.teams.calls import talking
from bot.platforms.teams.pace import Pace
from bot.platforms.teams.platform import Teams, hearing
from bot.worker import work
from storage.database import Pool
from storage.sealing import Seal, fresh_key
from storage.storage import opened

_SERVER = [sys.executable, "-m", "bot.bench.teams_server"]
_PATH = "/api/messages"


async def run(*, quick: bool) -> Result:
    """Measure."""
    async with server() as address, AsyncExitStack() as stack:
        with process(_SERVER, os.environ) as started:
            assert started.stdout is not None
            told = json.loads(await asyncio.to_thread(started.stdout.readline))
            own, other = await database(address, "ours"), await database(address, "bare")
            ours = await stack.enter_async_context(_ours(own, **told))
            bare = await stack.enter_async_context(_bare(other, ours, **told))
            return await beside("teams", ours=ours.click, bare=bare, quick=quick)


async def _posted(app: ASGIApp, body: bytes, token: str) -> Json:
    """What is answered to a request, in process."""
    headers = [
        (b"host", b"127.0.0.1"),
        (b"authorization", b"Bearer " + token.encode()),
        (b"content-type", b"application/json"),
        (b"content-length", b"%d" % len(body)),
    ]
    scope = {
        "type": "http",
        "method": "POST",
        "path": _PATH,
        "raw_path": _PATH.encode(),
        "query_string": b"",
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 1),
        "scheme": "http",
        "http_version": "1.1",
    }
    told: list[bytes] = []
    status: list[int] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            status.append(message["status"])
        else:
            told.append(message.get("body", b""))

    await app(scope, receive, send)
    if status != [200]:
        raise RuntimeError(f"answered with {status}: {told}")
    said = b"".join(told)
    return from_json(said) if said else {}


class People:
    """Engineers, each in a thread of their own."""

    def __init__(self, session: ClientSession, app: ASGIApp, *, url: str, token: str) -> None:
        """`app` is our door, `url` where Teams is."""
        self._app = app
        self._url, self._token = url, token
        self._steps: list[tuple[str, str]] = []
        self._session = session
        self.shown: dict[int, Json] = {}

    async def begin(self, sessions: int) -> None:
        """Start sessions, until each one's step is on screen."""
        for _ in range(sessions):
            await self._tells(typed("start circle", self._url))
        deadline = time.monotonic() + PATIENCE
        while len(steps := [each for each in await self._posts() if _card(each[2])]) < sessions:
            if time.monotonic() > deadline:
                raise RuntimeError("not every session came to its first step")
            await asyncio.sleep(0.02)
        for number, (conversation, message, said) in enumerate(steps):
            self._steps.append((message, conversation.partition(";messageid=")[2]))
            self.shown[number] = said["attachments"][0]["content"]

    async def click(self, number: int) -> None:
        """Press "Yes", until the new card has come."""
        message, root = self._steps[number]
        data = yes(self.shown[number])
        assert data is not None
        said = await self._tells(clicked(message, root, data, self._url))
        if not isinstance(said.get("value"), dict):
            raise RuntimeError(f"the step was not replaced: {said}")
        self.shown[number] = said["value"]

    async def _posts(self) -> list[tuple[str, str, Json]]:
        """Everything that was posted: where, as which message, and what."""
        async with self._session.get(f"{self._url}/posted") as response:
            return [(each[0], each[1], each[2]) for each in await response.json()]

    async def _tells(self, activity: Json) -> Json:
        return await _posted(self._app, to_json(activity), self._token)


@asynccontextmanager
async def _ours(address: str, *, url: str, token: str) -> AsyncIterator[People]:
    seal = Seal.of([fresh_key()])
    registration = Registration(CLIENT, "bench", TENANT)
    where = (f"{url}/v1/.well-known/openidconfiguration", f"{url}/token", url)
    async with opened(address, Pool(size=POOL), seal) as storage, talking() as session:
        await settled(storage, "teams", TENANT, user=USER, name=NAME)
        desk, stop = Desk(storage), asyncio.Event()
        application = Application(registration, *where)
        memory = storage.memories.of("teams")
        there = Teams(application, memory, session, files=session)
        there.calls.pace = Pace(())  # nobody clicks a hundred times a second in one place
        senders = {there.name: there.sender}
        front = Front(desk, senders)
        async with hearing(there, front) as ears:
            [door] = ears.doors
            working = asyncio.create_task(work(desk, senders, stop))
            people = People(session, door.handle, url=url, token=token)
            try:
                await people.begin(max(AT_ONCE))
                yield people
            finally:
                stop.set()
                await working
                await front.settled()


@asynccontextmanager
async def _bare(address: str, ours: People, *, url: str, token: str) -> AsyncIterator[Click]:
    bare = Bare()
    await bare.open(address, pool=POOL)
    ids = [await bare.ready(f"s{number}") for number in range(max(AT_ONCE))]
    take = await _handler(bare, ours.shown[0], url)

    async def click(number: int) -> None:
        body = to_json(clicked("1", "2", {"session": ids[number]}, url))
        headers = {"authorization": f"Bearer {token}"}
        found = await take({"body": from_json(body), "headers": headers})
        if found["status"] != 200:
            raise RuntimeError(f"the bare handler answered with {found}")
        to_json(found["body"])

    try:
        yield click
    finally:
        await bare.close()


async def _handler(bare: Bare, shown: Json, url: str) -> Callable[[Any], Awaitable[Any]]:
    """A bare one of the library's. Raises Missing."""
    try:
        from microsoft_teams.api.activities.invoke import AdaptiveCardInvokeActivity
        from microsoft_teams.api.auth.cloud_environment import PUBLIC, with_overrides
        from microsoft_teams.api.models.adaptive_card import AdaptiveCardActionCardResponse
        from microsoft_teams.apps import ActivityContext, App
        from microsoft_teams.cards import AdaptiveCard
    except ImportError as error:
        raise Missing("microsoft-teams-apps") from error
    logging.getLogger("microsoft_teams").setLevel(logging.ERROR)
    metadata = f"{url}/v1/.well-known/openidconfiguration"
    cloud = with_overrides(PUBLIC, openid_metadata_url=metadata)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        app = App(client_id=CLIENT, client_secret="bench", tenant_id=TENANT, cloud=cloud)  # noqa: S106

    # The library wants small letters here, where Microsoft's documents write a capital.
    card = AdaptiveCard.model_validate({**shown, "msteams": {"width": "full"}})
    answer = AdaptiveCardActionCardResponse(value=card)

    @app.on_card_action
    async def pressed(
        context: ActivityContext[AdaptiveCardInvokeActivity],
    ) -> AdaptiveCardActionCardResponse:
        session = context.activity.value.action.data["session"]
        await bare.click(Written(message=session, action="yes"))
        return answer

    await app.initialize()
    return app.server.handle_request


def _card(activity: Json) -> bool:
    return any(yes(each["content"]) for each in activity.get("attachments", ()))
