"""The web part, over real HTTP."""

import asyncio
import logging
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from bot.app.desk import Desk
from bot.port import Target
from bot.settings import Playground, Settings
from bot.web import server
from bot.web.listener import PortTaken, address_of, listen
from bot.web.site import site
from storage.storage import Storage, opened
from tests.contracts.product import Product
from tests.serving import served


@pytest.fixture
async def client(storage: Storage) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(site(Desk(storage))) as made:
        yield made


class serving:  # noqa: N801  (reads as a verb)
    """The site on a free port of this machine."""

    def __init__(self, app: ASGIApp) -> None:
        self.stop = asyncio.Event()
        self._listener = listen("127.0.0.1", 0)
        self._task = asyncio.ensure_future(server.answer(app, self._listener, self.stop))

    async def __aenter__(self) -> httpx.AsyncClient:
        address = address_of(self._listener)
        self._client = httpx.AsyncClient(base_url=address, trust_env=False)
        return self._client

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()
        self.stop.set()
        await asyncio.wait_for(self._task, 10)


async def test_the_process_is_up(client: httpx.AsyncClient) -> None:
    answer = await client.get("/healthz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")
    assert "server" not in answer.headers


async def test_it_is_ready_while_the_database_answers(client: httpx.AsyncClient) -> None:
    answer = await client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready"})


async def test_it_is_not_ready_without_a_database() -> None:
    nowhere = "postgresql://u:hunter2@127.0.0.1:9/none"
    async with opened(nowhere) as storage, serving(site(Desk(storage))) as client:
        answer = await client.get("/readyz")
        assert answer.status_code == 503
        assert "No database answers" in answer.json()["error"]
        assert "hunter2" not in answer.text
        assert (await client.get("/healthz")).status_code == 200
        assert "rf_database_up 0.0" in (await client.get("/metrics")).text


async def test_it_is_not_ready_before_the_schema_is_there(bare_address: str) -> None:
    async with opened(bare_address) as storage, serving(site(Desk(storage))) as client:
        answer = await client.get("/readyz")
        assert answer.status_code == 503
        assert "resolutionflow migrate" in answer.json()["error"]


async def test_metrics_tell_what_waits(client: httpx.AsyncClient, storage: Storage) -> None:
    async with storage.database.raw() as raw:
        await raw.execute(
            "INSERT INTO pgqueuer (status, priority, entrypoint, payload, execute_after, updated,"
            " heartbeat) VALUES ('failed', 0, 'x', '{}', now(), now(), now())"
        )
    text = (await client.get("/metrics")).text
    for line in ("rf_jobs_dead 1.0", "rf_messages_behind 0.0", "rf_database_up 1.0"):
        assert line in text.splitlines()
    assert "rf_pool_size 15.0" in text
    assert "rf_click_seconds_bucket" in text


async def test_the_first_page_says_what_to_do_next(client: httpx.AsyncClient) -> None:
    answer = await client.get("/")
    assert answer.status_code == 200
    assert "resolutionflow walk vpn-down" in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/x", 404), ("POST", "/", 405)])
async def test_what_is_not_there_is_answered_with_a_reference(
    client: httpx.AsyncClient,
    method: str,
    path: str,
    status: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.INFO):
        answer = await client.request(method, path)
    assert answer.status_code == status
    assert set(answer.json()) == {"error", "reference"}
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_bug_is_answered_without_details(
    storage: Storage, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(request: Request) -> Response:
        raise ValueError("hunter2")

    app = site(Desk(storage), doors=[Route("/broken", broken)])
    async with serving(app) as client:
        answer = await client.get("/broken")
    assert answer.status_code == 500
    assert set(answer.json()) == {"error", "reference"}
    assert "hunter2" not in answer.text
    # Where the log goes depends on what configured it first in this process.
    assert answer.json()["reference"] in capsys.readouterr().out + caplog.text


async def test_what_is_served_before_the_framework_is_served_as_safely(storage: Storage) -> None:
    async def swift(request: Request) -> Response:
        if await request.body():
            raise ValueError("hunter2")
        return Response(request.path_params["name"])

    route = Route("/swift/{name}", swift, methods=["POST"])
    async with serving(site(Desk(storage), swift=[route])) as client:
        answer = await client.post("/swift/x")
        broken = await client.post("/swift/x", content=b"!")
        other = await client.get("/swift/x")
    assert (answer.status_code, answer.text) == (200, "x")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert (broken.status_code, set(broken.json())) == (500, {"error", "reference"})
    assert "hunter2" not in broken.text
    assert other.status_code == 404


@pytest.fixture
def chat() -> APIRouter:
    """What the playground's server is to the site: routes of which it knows nothing."""
    router = APIRouter()

    @router.get("/api/numbers/{number}")
    async def number(number: int) -> dict[str, int]:
        return {"number": number}

    @router.get("/api/page")
    async def page() -> Response:
        return Response("", headers={"Content-Security-Policy": "script-src 'self'"})

    return router


async def test_the_first_page_leads_to_the_playground_when_there_is_one(
    storage: Storage, client: httpx.AsyncClient, chat: APIRouter
) -> None:
    assert "/playground" not in (await client.get("/")).text
    async with serving(site(Desk(storage), chat=chat)) as other:
        assert '<a class="open" href="/playground">' in (await other.get("/")).text


async def test_the_api_is_described_at_the_root_and_no_page_loads_from_elsewhere(
    storage: Storage, chat: APIRouter
) -> None:
    async with serving(site(Desk(storage), chat=chat)) as client:
        described = (await client.get("/openapi.json")).json()
        assert set(described["paths"]) == {"/api/numbers/{number}", "/api/page"}
        for path in ("/docs", "/redoc"):
            assert (await client.get(path)).status_code == 404


async def test_what_is_asked_wrongly_is_answered_with_the_field(
    storage: Storage, chat: APIRouter
) -> None:
    async with serving(site(Desk(storage), chat=chat)) as client:
        answer = await client.get("/api/numbers/many")
    assert answer.status_code == 400
    assert set(answer.json()) == {"error", "reference"}
    assert answer.json()["error"].startswith("path.number: ")


async def test_a_page_may_have_a_policy_of_its_own_and_every_other_has_the_strict_one(
    storage: Storage, chat: APIRouter
) -> None:
    async with serving(site(Desk(storage), chat=chat)) as client:
        own, strict = await client.get("/api/page"), await client.get("/api/numbers/1")
    assert own.headers.get_list("content-security-policy") == ["script-src 'self'"]
    assert own.headers["x-frame-options"] == "DENY"
    assert "default-src 'none'" in strict.headers["content-security-policy"]


async def test_who_only_listens_does_not_hold_up_the_end(
    storage: Storage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    async with (
        served(Desk(storage), front=Product()) as here,
        here.client.stream("GET", "/api/as/sam/events") as listening,
    ):
        lines = listening.aiter_lines()
        assert (await anext(lines)).startswith("retry: ")
        here.stop.set()
        await asyncio.wait_for(_ended(lines), 10)
    # Neither given up on after the time that open requests get, nor cut off.
    assert caplog.text == ""


async def _ended(lines: AsyncIterator[str]) -> None:
    async for _ in lines:
        pass


async def test_the_playgrounds_page_and_api_are_part_of_the_site(storage: Storage) -> None:
    async with served(Desk(storage), front=Product()) as here:
        page = await here.client.get("/playground")
        assert page.status_code == 200
        assert "script-src 'self'" in page.headers["content-security-policy"]
        assert page.headers["x-content-type-options"] == "nosniff"
        assert (await here.client.get("/api/workspace")).json()["name"] == "Playground"
        paths = (await here.client.get("/openapi.json")).json()["paths"]
        assert "/api/as/{user}/clicks" in paths
        assert "/api/bot/messages" in paths
        assert '<a class="open" href="/playground">' in (await here.client.get("/")).text


async def test_without_the_playground_nothing_of_it_is_served(storage: Storage) -> None:
    off = Settings(_env_file=None, playground=Playground.OFF)
    async with served(Desk(storage), off) as here:
        assert here.chats.senders == {}
        for path in ("/playground", "/api/workspace", "/platforms/playground"):
            assert (await here.client.get(path)).status_code == 404
        assert "/playground" not in (await here.client.get("/")).text


async def test_a_playground_for_everyone_asks_for_the_password(storage: Storage) -> None:
    settings = Settings(
        _env_file=None, playground=Playground.EVERYONE, playground_password="correct horse"
    )
    async with served(Desk(storage), settings, front=Product()) as here:
        passed_on = {"X-Forwarded-For": "203.0.113.7", "Host": "chat.example.com"}
        asked = await here.client.get("/api/workspace", headers=passed_on)
        assert asked.status_code == 401
        signed = await here.client.post("/api/sign-in", json={"password": "correct horse"})
        assert signed.status_code == 204
        assert (await here.client.get("/api/workspace", headers=passed_on)).status_code == 200
        sender = here.chats.senders["playground"]  # its token is enough
        assert await sender.may_write(Target("playground", "c1"))


async def test_by_default_the_playground_is_for_this_machine_alone(storage: Storage) -> None:
    async with served(Desk(storage), front=Product()) as here:
        passed_on = {"X-Forwarded-For": "203.0.113.7"}
        refused = await here.client.get("/api/workspace", headers=passed_on)
        assert refused.status_code == 403
        assert "RESOLUTIONFLOW_PLAYGROUND=everyone" in refused.json()["error"]


def test_a_taken_port_is_said_in_words() -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortTaken, match=f"Port {port} is in use.*RESOLUTIONFLOW_PORT"):
            listen("127.0.0.1", port)
    with pytest.raises(PortTaken, match="RESOLUTIONFLOW_HOST"):
        listen("203.0.113.7", 0)
