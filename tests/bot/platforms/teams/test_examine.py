"""What `doctor` finds of Teams: each thing that can be wrong, by name, with what to do."""

import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest
from aiohttp import ClientSession, web

from bot.platforms.teams.application import Application, Registration
from bot.platforms.teams.examine import Examination
from bot.platforms.teams.handle import Handle
from bot.platforms.teams.heard import Heard
from bot.platforms.teams.registrations import Registrations
from bot.port import Finding, Memory
from storage.sealing import Seal, fresh_key
from storage.storage import opened
from tests.teams.server import Teams as Server
from tests.teams.server import serving

NOWHERE = "http://127.0.0.1:9"
OWN = "Teams registration"


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with serving(Server()) as made:
        yield made


@pytest.fixture
async def memory(shared_address: str) -> AsyncIterator[Memory]:
    """What Teams' adapter remembers: nothing yet."""
    async with opened(shared_address, seal=Seal.of([fresh_key()])) as storage:
        yield storage.memories.of("teams")
        async with storage.database.raw() as raw:
            await raw.execute("DELETE FROM memory")


@pytest.fixture
def app(server: Server) -> Application:
    """All is right."""
    return Application(
        Registration(server.app.client_id, server.app.secret, server.app.tenant),
        openid_url=server.identity.configuration_url,
        token_url=server.entra.token_url,
        service_url=server.service_url,
        public_url="https://flow.example.com",
    )


async def look(
    app: Application, memory: Memory | None = None, clock: Callable[[], float] = time.time
) -> dict[str, Finding]:
    async with ClientSession() as session:
        made = Examination(app, memory, session, clock=clock)
        return {found.about: found async for found in made.look()}


def wrong(found: dict[str, Finding]) -> list[str]:
    return [about for about, each in found.items() if not each.fine]


async def test_all_is_right(app: Application, server: Server, memory: Memory) -> None:
    found = await look(app, memory)
    assert wrong(found) == []
    assert found[OWN].how == f"{server.app.client_id} gets a token in {server.app.tenant}"
    assert found["Teams' keys"].how.endswith(f"at {server.identity.configuration_url}")
    assert "https://flow.example.com/api/messages" in found["Teams over HTTPS"].how
    assert found["Teams, replies in channels"].how.startswith("not known")


async def test_microsoft_does_not_answer(app: Application, server: Server) -> None:
    url = f"{NOWHERE}/{{tenant}}/token"
    found = await look(replace(app, openid_url=f"{NOWHERE}/openid", token_url=url))
    assert wrong(found) == ["Teams' keys", OWN]
    assert NOWHERE in found["Teams' keys"].how
    assert "TEAMS_OPENID_METADATA_URL" in found["Teams' keys"].advice
    assert found[OWN].how == f"not known: Entra does not answer ({url})"
    assert "TEAMS_TOKEN_URL" in found[OWN].advice
    server.identity.down = server.entra.down = True
    assert wrong(await look(app)) == ["Teams' keys", OWN]


@pytest.mark.parametrize("text", ["<h1>Welcome</h1>", "{}", '{"jwks_uri": 1}', "[]"])
async def test_what_answers_is_not_microsoft(app: Application, text: str) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(text=text, content_type="application/json")

    other = web.Application()
    other.router.add_route("*", "/{rest:.*}", answer)
    runner = web.AppRunner(other, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        address = f"http://127.0.0.1:{runner.addresses[0][1]}"
        found = await look(replace(app, openid_url=f"{address}/o", token_url=f"{address}/t"))
    finally:
        await runner.cleanup()
    assert wrong(found) == ["Teams' keys", OWN]
    assert found[OWN].how == f"not known: what answers is not Entra ({address}/t)"


@pytest.mark.parametrize(
    ("part", "how", "variable"),
    [
        ("client_secret", "its secret is wrong (AADSTS7000215)", "TEAMS_CLIENT_SECRET"),
        ("client_id", "no such app in that tenant (AADSTS700016)", "TEAMS_CLIENT_ID"),
        ("tenant", "no such tenant (AADSTS90002)", "TEAMS_TENANT_ID"),
    ],
)
async def test_the_registration_is_refused(
    app: Application, part: str, how: str, variable: str
) -> None:
    assert app.registration is not None
    mistaken = {
        "client_id": replace(app.registration, client_id="b" * 8),
        "client_secret": replace(app.registration, client_secret="b" * 8),
        "tenant": replace(app.registration, tenant="b" * 8),
    }
    found = await look(replace(app, registration=mistaken[part]))
    assert wrong(found) == [OWN]
    assert found[OWN].how == how
    assert variable in found[OWN].advice


async def test_each_further_registration_is_tried(
    app: Application, server: Server, memory: Memory
) -> None:
    kept = Registrations(app, memory)
    good, bad = (server.adds_tenant(name).app for name in ("Beta", "Gamma"))
    await kept.keep(Registration(good.client_id, good.secret, good.tenant))
    await kept.keep(Registration(bad.client_id, good.secret, bad.tenant))
    found = await look(app, memory)
    assert found[OWN].fine
    assert found[f"Teams in {good.tenant}"].fine
    assert wrong(found) == [f"Teams in {bad.tenant}"]
    assert "`resolutionflow teams add`" in found[f"Teams in {bad.tenant}"].advice


@pytest.mark.parametrize(("seconds", "fine"), [(30, True), (-120, False), (400, False)])
async def test_the_clocks_differ(app: Application, seconds: float, fine: bool) -> None:
    found = await look(app, clock=lambda: time.time() + seconds)
    assert found["Teams' clock"].fine == fine
    assert "NTP" in found["Teams' clock"].advice
    assert ("refused" in found["Teams' clock"].how) == (seconds > 300)


async def test_our_own_address_is_not_known(app: Application) -> None:
    found = await look(replace(app, public_url=""))
    assert wrong(found) == ["Teams over HTTPS"]


async def test_test_clients_need_nothing_of_microsoft(app: Application) -> None:
    found = await look(replace(app, registration=None, unauthenticated=True, public_url=""))
    assert wrong(found) == []
    assert [*found] == ["Teams, TEAMS_ALLOW_UNAUTHENTICATED"]


async def test_test_clients_where_people_work_are_a_problem(app: Application) -> None:
    found = await look(replace(app, unauthenticated=True))
    assert wrong(found) == ["Teams, TEAMS_ALLOW_UNAUTHENTICATED"]
    assert found[OWN].fine


async def test_whether_replies_are_heard_without_a_mention(
    app: Application, memory: Memory
) -> None:
    heard = Heard(memory)
    channel, chat = "19:a@thread.tacv2", "19:b@thread.v2"
    tenant = app.registration.tenant if app.registration else ""
    assert wrong(await look(app, memory)) == []
    await heard.noticed(Handle(tenant, "sam", "Sam", channel, threads=True), mentioned=True)
    await heard.noticed(Handle(tenant, "sam", "Sam", chat), mentioned=True)
    assert wrong(await look(app, memory)) == [
        "Teams, replies in channels",
        "Teams, replies in group chats",
    ]
    await heard.noticed(Handle(tenant, "sam", "Sam", channel, threads=True))
    found = await look(app, memory)
    assert wrong(found) == ["Teams, replies in group chats"]
    assert found["Teams, replies in channels"].how == "all are heard of 1"
    await heard.noticed(Handle(tenant, "sam", "Sam", chat))
    assert wrong(await look(app, memory)) == []
