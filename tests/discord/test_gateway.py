"""The gateway as the library uses it: who may connect, what is told, what comes after a break."""

import asyncio
import json
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import aiohttp
import discord as library
import pytest
from discord.http import Route

from tests.discord.samples import FLOW, message, text
from tests.discord.server import Discord
from tests.discord.world import Json

ALL = 1 << 0 | 1 << 9 | 1 << 10 | 1 << 12 | 1 << 13 | 1 << 15


class Bot(library.Client):
    """Answers every interaction, and keeps what it hears."""

    def __init__(self, intents: int = ALL) -> None:
        super().__init__(intents=library.Intents._from_value(intents), max_messages=None)
        self.heard: list[str] = []
        self.answers = True

    async def on_message(self, said: library.Message) -> None:
        if not said.author.bot:
            self.heard.append(said.content)

    async def on_interaction(self, asked: library.Interaction) -> None:
        self.heard.append(f"<{asked.type.name}>")
        if self.answers:
            body = {"type": 4, "data": message(text("Hello"))}
            path = f"/interactions/{asked.id}/{asked.token}/callback"
            await self.http.request(Route("POST", path), json=body)


@asynccontextmanager
async def running(discord: Discord, bot: Bot) -> AsyncIterator[Bot]:
    """The bot, connected."""
    before = discord.gateway.identified
    running = asyncio.create_task(bot.start(discord.bot_token))
    try:
        await discord.gateway.until(lambda: discord.gateway.identified > before)
        await discord.gateway.reachable()
        yield bot
    finally:
        await bot.close()
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


@pytest.fixture
async def bot(discord: Discord) -> AsyncIterator[Bot]:
    discord.commands[""] = [
        {"id": str(n), "type": 1, "application_id": discord.application_id, **each}
        for n, each in enumerate(FLOW, 1)
    ]
    async with running(discord, Bot()) as made:
        yield made


async def test_the_library_connects_and_knows_the_guild(discord: Discord, bot: Bot) -> None:
    [guild] = bot.guilds
    assert guild.name == "Acme"
    assert [each.name for each in guild.text_channels] == ["support", "network", "general"]
    support, _, general = guild.text_channels
    assert support.permissions_for(guild.me).manage_threads
    assert not general.permissions_for(guild.me).view_channel
    assert bot.application_flags.gateway_message_content_limited


async def test_an_interaction_is_answered_by_the_library(discord: Discord, bot: Bot) -> None:
    made = await discord.person("sam").types("/flow start vpn", "support")
    assert made.answer == 4
    [seen] = discord.person("sam").sees("support")
    assert seen.components[0]["content"] == "Hello"
    assert bot.heard == ["<application_command>"]


async def test_an_interaction_comes_where_the_bot_sees_nothing_else(
    discord: Discord, bot: Bot
) -> None:
    sam = discord.person("sam")
    sam.writes("nobody hears this", "general")
    assert (await sam.types("/flow home", "general")).answer == 4
    assert bot.heard == ["<application_command>"]


async def test_a_late_answer_is_refused(discord: Discord, bot: Bot) -> None:
    bot.answers = False
    discord.interactions.patience = 0.05
    sam = discord.person("sam")
    made = await sam.types("/flow home", "support")
    assert sam.toasts == ["The application did not respond"]
    path = f"/interactions/{made.id}/{made.token}/callback"
    with pytest.raises(library.NotFound) as caught:
        await bot.http.request(Route("POST", path), json={"type": 5})
    assert caught.value.code == 10062


async def test_after_a_break_it_resumes_and_gets_what_it_missed(discord: Discord, bot: Bot) -> None:
    sam = discord.person("sam")
    sam.writes("One", "support")
    await discord.gateway.settled()
    discord.gateway.drop()
    sam.writes("Two", "support")
    asking = asyncio.create_task(sam.types("/flow home", "support"))
    await discord.gateway.reachable()
    assert (await asking).answer == 4
    assert bot.heard == ["One", "Two", "<application_command>"]
    assert (discord.gateway.identified, discord.gateway.resumed) == (1, 1)


async def test_asked_to_reconnect_it_resumes(discord: Discord, bot: Bot) -> None:
    discord.gateway.reconnect()
    await discord.gateway.until(lambda: discord.gateway.resumed == 1)
    discord.person("sam").writes("After it", "support")
    await discord.gateway.settled()
    assert bot.heard == ["After it"]


async def test_a_forgotten_session_begins_anew_without_what_was_missed(
    discord: Discord, bot: Bot
) -> None:
    discord.gateway.forget()
    discord.gateway.drop()
    discord.person("sam").writes("Missed", "support")
    await discord.gateway.reachable()
    discord.person("sam").writes("After it", "support")
    await discord.gateway.settled()
    assert bot.heard == ["After it"]
    assert (discord.gateway.identified, discord.gateway.resumed) == (2, 0)


async def test_a_resume_that_is_put_off_comes_later(discord: Discord, bot: Bot) -> None:
    discord.gateway.stalls = True
    discord.gateway.drop()
    discord.person("sam").writes("Missed", "support")
    await discord.gateway.reachable()
    assert bot.heard == ["Missed"]
    assert (discord.gateway.identified, discord.gateway.resumed) == (1, 1)


async def test_changes_are_told_as_they_happen(discord: Discord, bot: Bot) -> None:
    sam, ada = discord.person("sam"), discord.person("ada")
    head = sam.writes("Root", "support")
    thread = sam.opens_thread(head.id, "VPN")
    reply = sam.writes("A reply", "support", thread.id, files={"a.txt": b"x"})
    sam.edits(reply.id, "A better reply")
    sam.reacts(reply.id, "⛔")
    sam.reacts(reply.id, "⛔", on=False)
    sam.deletes(reply.id)
    sam.archives(thread.id)
    ada.deletes_thread(thread.id)
    ada.permits("network", "View Channels", on=False)
    ada.permits("network", "View Channels", on=True)
    ada.grants("Attach Files", on=False)
    ada.gives("Technicians")
    ada.kicks_bot()
    sam.writes("Is it gone?", "support")
    ada.adds_bot()
    [session] = discord.gateway.open
    told = [each["t"] for each in session.told][2:]
    assert told == [
        "MESSAGE_CREATE",
        "THREAD_CREATE",
        "MESSAGE_UPDATE",
        "MESSAGE_CREATE",  # the thread's first, which only points at the message
        "MESSAGE_CREATE",
        "MESSAGE_UPDATE",
        "MESSAGE_REACTION_ADD",
        "MESSAGE_REACTION_REMOVE",
        "MESSAGE_DELETE",
        "THREAD_UPDATE",
        "THREAD_DELETE",
        "CHANNEL_UPDATE",
        "CHANNEL_UPDATE",
        "THREAD_LIST_SYNC",
        "GUILD_ROLE_UPDATE",
        "GUILD_MEMBER_UPDATE",
        "GUILD_DELETE",
        "GUILD_CREATE",
    ]
    await discord.gateway.settled()
    assert [each.name for each in bot.guilds] == ["Acme"]


async def test_writing_in_an_archived_thread_opens_it_first(discord: Discord, bot: Bot) -> None:
    sam = discord.person("sam")
    thread = sam.opens_thread(sam.writes("Root", "support").id, "VPN")
    sam.archives(thread.id)
    [session] = discord.gateway.open
    before = len(session.told)
    sam.writes("One more thing", "support", thread.id)
    update, create = session.told[before:]
    assert (update["t"], create["t"]) == ("THREAD_UPDATE", "MESSAGE_CREATE")
    assert update["d"]["thread_metadata"]["archived"] is False
    assert (create["d"]["channel_id"], create["d"]["channel_type"]) == (thread.id, 11)


async def test_the_bot_asks_who_is_there(discord: Discord, bot: Bot) -> None:
    [guild] = bot.guilds
    [kim] = await guild.query_members("kim")
    assert kim.global_name == "Kim"


@pytest.mark.parametrize("intents", [ALL & ~(1 << 15), ALL])
async def test_what_messages_say_needs_an_intent(discord: Discord, intents: int) -> None:
    async with running(discord, Bot(intents)) as bot:
        sam = discord.person("sam")
        sam.writes("In the channel", "support")
        sam.writes("@ResolutionFlow", "support")
        sam.writes("Alone", "direct")
        await discord.gateway.settled()
    open, named, direct = bot.heard
    assert open == ("In the channel" if intents & 1 << 15 else "")
    assert named == f"<@{discord.application_id}>"
    assert direct == "Alone"


async def test_without_an_intent_nothing_is_told(discord: Discord) -> None:
    async with running(discord, Bot(1 << 0)):
        sam = discord.person("sam")
        sam.reacts(sam.writes("x", "support").id, "⛔")
        sam.writes("x", "direct")
        [session] = discord.gateway.open
        assert [each["t"] for each in session.told] == ["READY", "GUILD_CREATE"]


async def test_an_intent_that_the_app_may_not_have_ends_it(discord: Discord) -> None:
    discord.message_content = False
    bot = Bot()
    async with bot:
        with pytest.raises(library.PrivilegedIntentsRequired):
            await bot.start(discord.bot_token)


class Wire:
    """A connection without the library."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def hears(self) -> Json:
        told: Json = json.loads((await self.socket.receive(timeout=5)).data)
        return told

    async def says(self, op: int, data: Any) -> None:
        await self.socket.send_json({"op": op, "d": data})

    async def closed(self) -> int | None:
        while not self.socket.closed:
            await self.socket.receive(timeout=5)
        return self.socket.close_code


@asynccontextmanager
async def wired(discord: Discord, query: str = "v=10&encoding=json") -> AsyncIterator[Wire]:
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{discord.gateway_url}?{query}") as socket,
    ):
        yield Wire(socket)


def _identity(discord: Discord, **more: Any) -> Json:
    return {"token": discord.bot_token, "intents": ALL, "properties": {}, **more}


async def test_a_session_word_for_word(discord: Discord) -> None:
    discord.gateway.heartbeat = 30
    async with wired(discord) as wire:
        assert await wire.hears() == {"op": 10, "d": {"heartbeat_interval": 30_000}}
        await wire.says(2, _identity(discord))
        ready, guild = await wire.hears(), await wire.hears()
        assert (ready["t"], ready["s"], guild["t"], guild["s"]) == ("READY", 1, "GUILD_CREATE", 2)
        assert ready["d"]["resume_gateway_url"] == discord.gateway_url
        await wire.says(1, 2)
        assert await wire.hears() == {"op": 11}
        [session] = discord.gateway.open
        assert session.heard == 2
    async with wired(discord) as wire:
        await wire.hears()
        told = {"token": discord.bot_token, "session_id": ready["d"]["session_id"], "seq": 1}
        await wire.says(6, told)
        assert [(await wire.hears())["t"] for _ in range(2)] == ["GUILD_CREATE", "RESUMED"]


@pytest.mark.parametrize(
    ("op", "more", "code"),
    [
        (2, {"token": "wrong"}, 4004),
        (2, {"intents": 1 << 40}, 4013),
        (2, {"intents": ALL | 1 << 1}, 4014),
        (6, {"token": "wrong"}, 4004),
        (8, {}, 4003),
        (99, {}, 4003),
    ],
)
async def test_who_does_not_say_it_right_is_cut_off(
    discord: Discord, op: int, more: Json, code: int
) -> None:
    async with wired(discord) as wire:
        await wire.says(op, _identity(discord, **more))
        assert await wire.closed() == code


async def test_a_second_identity_a_strange_word_and_no_json_end_it(discord: Discord) -> None:
    for op, code in ((2, 4005), (99, 4001)):
        async with wired(discord) as wire:
            await wire.says(2, _identity(discord))
            await wire.says(op, _identity(discord))
            assert await wire.closed() == code
    async with wired(discord) as wire:
        await wire.socket.send_str("hello")
        assert await wire.closed() == 4002


async def test_what_cannot_be_resumed_is_said(discord: Discord) -> None:
    async with wired(discord) as wire:
        await wire.hears()
        await wire.says(6, {"token": discord.bot_token, "session_id": "none", "seq": 1})
        assert await wire.hears() == {"op": 9, "d": False}
        await wire.says(2, _identity(discord))
        session = (await wire.hears())["d"]["session_id"]
    async with wired(discord) as wire:
        await wire.says(6, {"token": discord.bot_token, "session_id": session, "seq": 99})
        assert await wire.closed() == 4007


async def test_a_stream_is_squeezed_as_a_whole(discord: Discord) -> None:
    async with wired(discord, "v=10&encoding=json&compress=zlib-stream") as wire:
        opened = zlib.decompressobj()

        async def hears() -> Json:
            told: Json = json.loads(opened.decompress(await wire.socket.receive_bytes(timeout=5)))
            return told

        assert (await hears())["op"] == 10
        await wire.says(2, _identity(discord))
        assert [(await hears())["t"] for _ in range(2)] == ["READY", "GUILD_CREATE"]


async def test_two_bots_are_both_told(discord: Discord, bot: Bot) -> None:
    async with running(discord, Bot()) as other:
        discord.person("sam").writes("Hello", "support")
        await discord.gateway.settled()
        assert bot.heard == other.heard == ["Hello"]
