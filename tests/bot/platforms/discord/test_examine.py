"""What `doctor` finds of Discord: each thing that can be wrong, by name, with what to do."""

import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest
from aiohttp import ClientSession, web

from bot.platforms.discord.application import Application
from bot.platforms.discord.calls import talking
from bot.platforms.discord.commands import sync
from bot.platforms.discord.examine import Examination
from bot.platforms.discord.surface import PERMISSIONS
from bot.port import Finding
from core.access import Role
from tests.discord.limits import Trouble
from tests.discord.permissions import BITS
from tests.discord.server import Discord as Server
from tests.discord.server import serving
from tests.discord.world import Guild, Overwrite

HERE = "Discord in Acme"


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with serving(Server()) as made:
        yield made


@pytest.fixture
async def app(server: Server) -> Application:
    """One guild, and the commands are registered there: all is right."""
    made = Application(server.bot_token, "", server.api_url, server.gateway_url)
    async with talking(made) as calls:
        await sync(calls, server.application_id, server.guild.id)
    return made


async def look(app: Application, clock: Callable[[], float] = time.time) -> dict[str, Finding]:
    async with ClientSession() as session, talking(app) as calls:
        made = Examination(app, calls, session, clock=clock)
        return {found.about: found async for found in made.look()}


def wrong(found: dict[str, Finding]) -> list[str]:
    return [about for about, each in found.items() if not each.fine]


def takes(guild: Guild, permission: str) -> None:
    """No role has it any more."""
    for role in guild.roles.values():
        role.permissions &= ~BITS[permission]


async def test_all_is_right(app: Application) -> None:
    found = await look(replace(app, roles={"Technicians": Role.ENGINEER}))
    assert wrong(found) == []
    assert found["Discord token"].how == "ResolutionFlow"
    assert found["Discord server"].how == "Acme"
    assert found["Discord, Message Content intent"].how == "on"
    assert found[f"{HERE}, commands"].how == "registered"
    assert found[f"{HERE}, permissions"].how == f"all {len(PERMISSIONS)}"
    assert found[f"{HERE}, channels"].how == "kept out of #general"


async def test_nothing_answers(app: Application, server: Server) -> None:
    nowhere = replace(app, api_url="http://127.0.0.1:9/api/v10")
    found = await look(nowhere)
    assert wrong(found) == [*found] == ["Discord"]
    assert found["Discord"].how == "does not answer at http://127.0.0.1:9/api/v10"
    assert "DISCORD_API_URL" in found["Discord"].advice
    server.trouble = Trouble.DOWN
    assert wrong(await look(app)) == ["Discord"]


async def test_discord_was_asked_too_often() -> None:
    async with serving(Server(pace=0.1)) as server:  # a second of its limits lasts ten
        server.trouble = Trouble.BUSY
        found = await look(Application(server.bot_token, "", server.api_url, server.gateway_url))
    assert wrong(found) == []
    assert found["Discord"].how.endswith("look again in a minute")


@pytest.mark.parametrize("status", [200, 404])
async def test_what_answers_is_not_discord(app: Application, status: int) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(text="<h1>Welcome</h1>", content_type="text/html", status=status)

    other = web.Application()
    other.router.add_route("*", "/{rest:.*}", answer)
    runner = web.AppRunner(other, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        address = f"http://127.0.0.1:{runner.addresses[0][1]}/api"
        found = await look(replace(app, api_url=address))
    finally:
        await runner.cleanup()
    assert wrong(found) == ["Discord"]
    assert found["Discord"].how == f"does not answer at {address}"


async def test_the_token_is_wrong(app: Application) -> None:
    found = await look(replace(app, token=app.token + "0"))
    assert wrong(found) == ["Discord token"]
    assert found["Discord token"].how == "refused"
    assert "DISCORD_BOT_TOKEN" in found["Discord token"].advice


async def test_the_intent_is_off(app: Application, server: Server) -> None:
    server.message_content = False
    found = await look(app)
    assert wrong(found) == ["Discord, Message Content intent"]


@pytest.mark.parametrize(("seconds", "fine"), [(30, True), (-120, False), (400, False)])
async def test_the_clocks_differ(app: Application, seconds: float, fine: bool) -> None:
    found = await look(app, clock=lambda: time.time() + seconds)
    assert found["Discord's clock"].fine == fine
    assert "NTP" in found["Discord's clock"].advice


async def test_the_bot_is_in_no_server(app: Application, server: Server) -> None:
    del server.guild.members[server.application_id]
    found = await look(app)
    assert wrong(found) == ["Discord server"]
    assert found["Discord server"].how == "the bot is in no server yet"
    assert "`resolutionflow discord invite`" in found["Discord server"].advice


async def test_the_server_that_is_set_is_another(app: Application) -> None:
    found = await look(replace(app, guild="1100"))
    assert "Discord server" in wrong(found)
    assert found["Discord server"].how.startswith("the bot is not in the server 1100, but in Acme")


async def test_which_of_several_servers_is_ours_must_be_set(
    app: Application, server: Server
) -> None:
    beta = server.adds_guild("Beta")
    found = await look(app)
    assert wrong(found) == ["Discord server", "Discord in Beta, commands"]
    assert beta.id in found["Discord server"].how
    assert "DISCORD_GUILD_ID" in found["Discord server"].advice
    assert f"sync --guild {beta.id}`" in found["Discord in Beta, commands"].advice
    assert wrong(await look(replace(app, guild=server.guild.id))) == ["Discord in Beta, commands"]


async def test_commands_are_missing_outdated_or_there_twice(
    app: Application, server: Server
) -> None:
    guild, about = server.guild.id, f"{HERE}, commands"
    server.commands[guild][0]["description"] = "Old"
    old = (await look(app))[about]
    assert (old.fine, old.how) == (False, "not as they are now: flow")
    assert old.advice == "Run `resolutionflow discord sync`."
    server.commands[""] = server.commands.pop(guild)
    old = (await look(app))["Discord commands"]
    assert (old.fine, old.how) == (False, "not as they are now: flow")
    del server.commands[""]
    assert (await look(app))[about].how == "not registered"
    for where in ("", guild):
        async with talking(app) as calls:
            await sync(calls, server.application_id, where)
    twice = (await look(app))[about]
    assert (twice.fine, "twice" in twice.how) == (False, True)
    assert "sync --everywhere`" in twice.advice
    del server.commands[guild]
    assert wrong(found := await look(app)) == []
    assert found["Discord commands"].how == "registered"


async def test_a_permission_is_missing_in_the_server(app: Application, server: Server) -> None:
    takes(server.guild, "Attach Files")
    found = await look(app)
    assert wrong(found) == [f"{HERE}, Attach Files"]
    assert found[f"{HERE}, Attach Files"].how == "missing; cannot post the ticket note as a file"


async def test_a_permission_is_denied_in_a_channel(app: Application, server: Server) -> None:
    everyone = server.guild.id
    for name in ("support", "network"):
        denied = Overwrite(everyone, 0, deny=BITS["Send Messages in Threads"])
        server.chat.channel(name).overwrites[everyone] = denied
    found = await look(app)
    assert wrong(found) == [f"{HERE}, Send Messages in Threads"]
    denied_there = found[f"{HERE}, Send Messages in Threads"]
    assert denied_there.how == "denied in #support, #network; cannot post the steps there"
    assert "in the channel's settings" in denied_there.advice


async def test_a_role_that_is_set_is_not_there(app: Application, server: Server) -> None:
    roles = {"Technicians": Role.ENGINEER, "Tecnicians": Role.VIEWER, server.guild.id: Role.GUEST}
    server.adds_guild("Beta")
    found = await look(replace(app, guild=server.guild.id, roles=roles))
    assert wrong(found) == [f"{HERE}, roles", "Discord in Beta, commands"]
    assert "“Tecnicians”" in found[f"{HERE}, roles"].how
