"""Registering the commands: where, and only if they have changed."""

from collections.abc import AsyncIterator
from copy import deepcopy

import pytest

from bot.platforms.discord.application import Application
from bot.platforms.discord.calls import talking
from bot.platforms.discord.commands import Registered, clear, place, register, sync
from bot.platforms.discord.guilds import Unclear
from tests.discord.server import Discord as Server
from tests.discord.server import serving


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with serving(Server()) as made:
        yield made


class Verb:
    """Each call of it is a process of its own, as on the command line."""

    def __init__(self, server: Server) -> None:
        self._application = Application(server.bot_token, "", server.api_url)
        self._own = server.application_id

    async def sync(self, guild: str) -> bool:
        async with talking(self._application) as calls:
            return await sync(calls, self._own, guild)

    async def clear(self, guild: str) -> bool:
        async with talking(self._application) as calls:
            return await clear(calls, self._own, guild)

    async def register(self, asked: str | None, wanted: str = "") -> Registered:
        async with talking(self._application) as calls:
            return await register(calls, self._own, asked, wanted)


@pytest.fixture
def verb(server: Server) -> Verb:
    return Verb(server)


def registered(server: Server) -> int:
    """How often anything was."""
    return sum(method == "PUT" for method, _, _ in server.calls)


async def test_what_has_not_changed_is_not_registered_again(server: Server, verb: Verb) -> None:
    guild = server.guild.id
    assert await verb.sync(guild)
    assert not await verb.sync(guild)
    assert registered(server) == 1
    before = deepcopy(server.commands[guild])
    assert [each["name"] for each in before] == ["flow", "Add as note", "Start a flow from this"]
    assert await verb.sync("")
    assert not await verb.sync("")
    assert server.commands[guild] == before


async def test_what_was_changed_there_is_set_right(server: Server, verb: Verb) -> None:
    guild = server.guild.id
    await verb.sync(guild)
    server.commands[guild][0]["options"].pop()
    assert await verb.sync(guild)
    assert len(server.commands[guild][0]["options"]) == 25


async def test_a_guilds_own_commands_are_taken_away(server: Server, verb: Verb) -> None:
    guild = server.guild.id
    assert not await verb.clear(guild)
    await verb.sync(guild)
    assert await verb.clear(guild)
    assert server.commands[guild] == []


ACME, BOTH = {"1": "Acme"}, {"1": "Acme", "2": "Beta"}


@pytest.mark.parametrize(
    ("found", "asked", "wanted", "everywhere", "guild"),
    [
        (ACME, None, "", False, "1"),
        (ACME, "1", "", False, "1"),
        (ACME, "", "", False, ""),
        (ACME, None, "", True, ""),
        (ACME, None, "1", True, ""),
        (BOTH, None, "2", False, "2"),
        (BOTH, "1", "2", False, "1"),
        ({}, "", "", False, ""),
    ],
)
def test_where_they_belong(
    found: dict[str, str], asked: str | None, wanted: str, everywhere: bool, guild: str
) -> None:
    assert place(found, asked, wanted, everywhere=everywhere) == guild


@pytest.mark.parametrize(
    ("found", "asked", "everywhere", "says"),
    [
        ({}, None, False, "in no server yet"),
        (BOTH, None, False, "several servers"),
        (ACME, "2", False, "not in the server 2"),
        (ACME, "1", True, "there twice"),
    ],
)
def test_where_they_belong_is_not_clear(
    found: dict[str, str], asked: str | None, everywhere: bool, says: str
) -> None:
    with pytest.raises(Unclear, match=says):
        place(found, asked, "", everywhere=everywhere)


async def test_from_one_server_to_everywhere(server: Server, verb: Verb) -> None:
    assert await verb.register(None) == Registered("Acme", changed=True)
    assert await verb.register(None) == Registered("Acme", changed=False)
    server.adds_guild("Beta")
    assert await verb.register("") == Registered("", changed=True, cleared=("Acme",))
    assert await verb.register(None, server.guild.id) == Registered("", changed=False)
    assert server.commands[server.guild.id] == []
