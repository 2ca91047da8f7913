"""A whole session through simcord, a Discord that is not ours: its people and its rules, our client
of the library, and the product behind it, which is started anew in the middle.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import discord
import simcord
from discord.http import HTTPClient, Route

from bot.app.desk import Desk
from bot.app.front import Front
from bot.app.membership import Visitor, settle_in
from bot.app.starter import prepare
from bot.platforms.discord import commands
from bot.platforms.discord.application import Application
from bot.platforms.discord.calls import Calls
from bot.platforms.discord.client import Client
from bot.platforms.discord.platform import Discord
from bot.platforms.discord.surface import NAME
from bot.worker import work
from core.access import Role
from storage.sealing import Seal, fresh_key
from storage.storage import Storage, opened
from tests.drivers.discord_reading import document, menu_of, words, workable
from tests.drivers.driver import Offered
from tests.offline import NOTES, SEVEN, missing, publish

SOON = 15.0  # seconds in which something must be seen
_T = TypeVar("_T")
TAKEN = "✅"
FIRST, SECOND = (dict([*SEVEN.items()][part]) for part in (slice(5), slice(5, 7)))


class _Http(HTTPClient):
    """That of the client, which simcord replaces when it takes the client over."""

    client: Client

    def __init__(self) -> None:
        super().__init__(asyncio.get_running_loop())

    async def request(self, route: Route, **more: Any) -> Any:
        return await self.client.http.request(route, **more)

    async def static_login(self, token: str) -> Any:
        return await self.client.http.static_login(token)

    async def get_from_cdn(self, url: str) -> bytes:
        return await self.client.http.get_from_cdn(url)


@dataclass
class _Product:
    """The product with our client, not connected yet."""

    client: Client
    calls: Calls
    desk: Desk


@asynccontextmanager
async def _product(storage: Storage) -> AsyncIterator[_Product]:
    http = _Http()
    application = Application("not a secret")
    calls = Calls(http, application.token)
    there = Discord(application, storage.memories.of(NAME), calls)
    desk, senders = Desk(storage), {NAME: there.sender}
    front = Front(desk, senders)
    ears = there.ears(front)
    await ears.missed.begin()
    http.client = ears.gateway.client()
    stop = asyncio.Event()
    working = asyncio.create_task(work(desk, senders, stop))
    try:
        yield _Product(http.client, calls, desk)
    finally:
        stop.set()
        await working
        await ears.close()
        await front.settled()


@asynccontextmanager
async def _running(
    storage: Storage,
) -> AsyncIterator[tuple[simcord.Env, _Product, Callable[[], Awaitable[None]]]]:
    """The product in a Discord, and what starts it anew there: another process would have nothing
    of what the one before knew.
    """
    async with AsyncExitStack() as products:
        product = await products.enter_async_context(_product(storage))
        async with simcord.run(product.client) as env:

            async def again() -> None:
                await products.aclose()
                another = await products.enter_async_context(_product(storage))
                await env.restart_bot(another.client)

            yield env, product, again


@dataclass(frozen=True)
class Message:
    """A message as it is shown."""

    of: discord.Message
    components: Sequence[dict[str, Any]]

    @property
    def text(self) -> str:
        """What it says."""
        return words(self.components) if self.components else self.of.content

    def offers(self, label: str) -> Offered | None:
        """A button, or an entry of a menu."""
        return next((each for each in workable(self.components, "") if each.label == label), None)


@dataclass
class Somebody:
    """One person, and the place that they look at."""

    env: simcord.Env
    actor: simcord.MemberActor
    place: simcord.ChannelHandle
    done: simcord.InteractionResult | None = None

    async def until(self, find: Callable[[], _T | None]) -> _T:
        """What is found, now or soon."""
        try:
            async with asyncio.timeout(SOON):
                while (found := find()) is None:  # noqa: ASYNC110 - nobody tells
                    await asyncio.sleep(0.02)
                return found
        except TimeoutError:
            shown = "\n".join(each.text for each in self.sees())
            raise AssertionError(f"this is all there is:\n{shown}") from None

    def sees(self) -> list[Message]:
        """What stands in the place, oldest first."""
        return [_message(each) for each in self.place.history(viewer=self.actor)]

    async def reads(self, *said: str) -> Message:
        """A message that says all of it."""

        def find() -> Message | None:
            every = reversed(self.sees())
            return next((m for m in every if all(each in m.text for each in said)), None)

        return await self.until(find)

    async def types(self, command: str, **options: str) -> None:
        """A slash command."""
        self.done = await self.actor.slash(self.place, command, **options)

    async def presses(self, label: str) -> None:
        """The newest button with that label."""

        def find() -> tuple[Message, Offered] | None:
            shown = ((m, m.offers(label)) for m in reversed(self.sees()))
            return next(((m, found) for m, found in shown if found), None)

        message, found = await self.until(find)
        if found.menu:
            menu = menu_of(message.components, found.handle)
            self.done = await self.actor.select(message.of, [found.handle], custom_id=menu)
        else:
            self.done = await self.actor.click(message.of, custom_id=found.handle)

    async def fills(self, values: Mapping[str, str]) -> None:
        """The form that is open, by the labels of its inputs, and send it."""
        assert self.done is not None
        assert self.done.modal is not None
        typed = dict(_typed(self.done.modal, *each) for each in values.items())
        self.done = await self.actor.submit_modal(self.done, typed)

    async def notes(self, said: str, **files: bytes) -> None:
        """Something as a reply, and see that it was taken."""
        attached = [(f"{name}.txt", content) for name, content in files.items()]
        written = await self.actor.send(self.place, said, attachments=attached)

        def taken() -> bool | None:
            [now] = [each.of for each in self.sees() if each.of.id == written.id]
            return any(str(each.emoji) == TAKEN for each in now.reactions) or None

        await self.until(taken)


def _typed(modal: Mapping[str, Any], label: str, said: str) -> tuple[str, str | list[str]]:
    """An input of a modal, and what is sent for what somebody puts there."""
    labelled = {each["label"]: each["component"] for each in modal["components"] if "label" in each}
    options = {each["label"]: each["value"] for each in labelled[label].get("options", ())}
    return labelled[label]["custom_id"], [options[said]] if options else said


def _message(shown: discord.Message) -> Message:
    return Message(shown, [{**each.to_dict()} for each in shown.components])


async def _settled(env: simcord.Env, product: _Product) -> Somebody:
    """Sam, an engineer, in a channel of a guild that belongs to an account."""
    await commands.sync(product.calls, await product.calls.me(), "")
    guild = env.create_guild("Acme")
    user = env.create_user("sam", global_name="Sam")
    await prepare(product.desk, "Acme IT", Visitor("terminal", "here", "ops", "Ops"))
    storage = product.desk.storage
    [account] = await storage.installation.accounts()
    visitor = Visitor(NAME, str(guild.id), str(user.id), "Sam", workspace_name="Acme")
    await settle_in(product.desk, account, visitor, Role.ENGINEER)
    await publish(storage, account)
    return Somebody(env, guild.add_member(user), guild.create_text_channel("support"))


async def test_a_whole_session_with_simcord(address: str) -> None:
    async with (
        opened(address, seal=Seal.of([fresh_key()])) as storage,
        _running(storage) as (env, product, again),
    ):
        sam = await _settled(env, product)
        channel = sam.place
        await sam.types("flow start", words="offline")
        sam.place = await sam.until(lambda: next(iter(channel.threads), None))
        await sam.presses("Variables…")
        await sam.fills(FIRST)
        await again()
        await sam.presses("Page 2 of 2…")
        await sam.fills(SECOND)
        await sam.reads("What does the lamp of gw01.acme.local show?")
        await sam.notes(NOTES[0])
        await sam.presses("Red")
        await sam.types("flow correct")
        await sam.presses("What does the lamp of gw01.acme.local show? Red")
        await sam.fills({"Answer": "Green"})
        await sam.reads("Does 203.0.113.9 answer from outside?")
        await sam.notes(NOTES[1], trace=b"no route to host")
        await sam.presses("It answers")
        await sam.reads("The fault was inside the office.")
        await sam.presses("Back")
        await again()
        await sam.presses("No answer")
        await sam.presses("Complete…")
        await sam.fills({"Outcome": "Resolved"})
        await sam.reads("Resolved", "What was checked", "No answer")
        await sam.types("flow summary")
        assert sam.done is not None
        assert sam.done.response is not None
        assert missing(document(sam.done.response.components)) == []
