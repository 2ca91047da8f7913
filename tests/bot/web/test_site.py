"""The web part, over real HTTP."""

import asyncio
import logging
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.app.desk import Desk
from bot.web import server
from bot.web.listener import PortTaken, address_of, listen
from bot.web.site import site
from storage.storage import Storage, opened


@pytest.fixture
async def client(storage: Storage) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(Desk(storage)) as made:
        yield made


class serving:  # noqa: N801  (reads as a verb)
    """The site on a free port of this machine."""

    def __init__(self, desk: Desk) -> None:
        self._stop = asyncio.Event()
        self._listener = listen("127.0.0.1", 0)
        self._task = asyncio.ensure_future(server.answer(desk, self._listener, self._stop))

    async def __aenter__(self) -> httpx.AsyncClient:
        address = address_of(self._listener)
        self._client = httpx.AsyncClient(base_url=address, trust_env=False)
        return self._client

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()
        self._stop.set()
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
    async with opened(nowhere) as storage, serving(Desk(storage)) as client:
        answer = await client.get("/readyz")
        assert answer.status_code == 503
        assert "No database answers" in answer.json()["error"]
        assert "hunter2" not in answer.text
        assert (await client.get("/healthz")).status_code == 200
        assert "rf_database_up 0.0" in (await client.get("/metrics")).text


async def test_it_is_not_ready_before_the_schema_is_there(bare_address: str) -> None:
    async with opened(bare_address) as storage, serving(Desk(storage)) as client:
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
    storage: Storage,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def broken(request: Request) -> Response:
        raise ValueError("hunter2")

    def broken_site(desk: Desk) -> object:
        made = site(desk)
        made.router.routes.append(Route("/broken", broken))
        return made

    monkeypatch.setattr(server, "site", broken_site)
    async with serving(Desk(storage)) as client:
        answer = await client.get("/broken")
    assert answer.status_code == 500
    assert set(answer.json()) == {"error", "reference"}
    assert "hunter2" not in answer.text
    # Where the log goes depends on what configured it first in this process.
    assert answer.json()["reference"] in capsys.readouterr().out + caplog.text


def test_a_taken_port_is_said_in_words() -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortTaken, match=f"Port {port} is in use.*RESOLUTIONFLOW_PORT"):
            listen("127.0.0.1", port)
    with pytest.raises(PortTaken, match="RESOLUTIONFLOW_HOST"):
        listen("203.0.113.7", 0)
