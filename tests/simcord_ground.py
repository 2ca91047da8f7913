"""The product in simcord, a Discord that is not ours: our client of the library, which simcord
takes over, the whole product behind it, and people before their screens.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
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
from tests.offline import publish

SOON = 15.0  # seconds in which something must be seen
_T = TypeVar("_T")
TAKEN = "✅"


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


@dataclass(frozen=True)
class _Product:
    """The product, with our client, which is not connected yet."""

    client: Client
    calls: Calls


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
        yield _Product(http.client, calls)
    finally:
        stop.set()
        await working
        await ears.close()
        await front.settled()


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

    def direct(self) -> list[Message]:
        """What the bot and they have said to each other alone."""
        return [_message(each) for each in self.actor.user.dm_channel.history()]

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
        inputs = {e["label"]: e["component"] for e in self.done.modal["components"] if "label" in e}
        typed = {each["custom_id"]: _begun(each) for each in inputs.values()}
        typed |= {
            inputs[name]["custom_id"]: _put(inputs[name], said) for name, said in values.items()
        }
        self.done = await self.actor.submit_modal(self.done, typed)

    async def notes(self, said: str, **files: bytes) -> discord.Message:
        """Something as a reply, and see that it was taken."""
        attached = [(f"{name}.txt", content) for name, content in files.items()]
        written = await self.actor.send(self.place, said, attachments=attached)

        def taken() -> discord.Message | None:
            [now] = [each.of for each in self.sees() if each.of.id == written.id]
            return now if any(str(each.emoji) == TAKEN for each in now.reactions) else None

        return await self.until(taken)

    @property
    def document(self) -> str:
        """The text to copy in what they were answered with last."""
        assert self.done is not None
        assert self.done.response is not None
        return document(self.done.response.components)


def _begun(element: Mapping[str, Any]) -> str | list[str]:
    """What stands in an input that nobody touches: a client sends that too."""
    if "options" not in element:
        return str(element.get("value", ""))
    return [each["value"] for each in element["options"] if each.get("default")]


def _put(element: Mapping[str, Any], said: str) -> str | list[str]:
    """What is sent for what somebody puts into an input."""
    options = {each["label"]: each["value"] for each in element.get("options", ())}
    return [options[said]] if options else said


def _message(shown: discord.Message) -> Message:
    return Message(shown, [{**each.to_dict()} for each in shown.components])


@dataclass
class Office:
    """A guild that belongs to an account, the channel where people work, and the product there."""

    storage: Storage
    env: simcord.Env
    guild: simcord.GuildHandle
    channel: simcord.ChannelHandle
    products: AsyncExitStack

    def comes(self, name: str) -> Somebody:
        """Somebody new in the guild, before the channel."""
        user = self.env.create_user(name.casefold(), global_name=name)
        return Somebody(self.env, self.guild.add_member(user), self.channel)

    async def hires(self, name: str) -> Somebody:
        """An engineer."""
        came = self.comes(name)
        visitor = Visitor(
            NAME, str(self.guild.id), str(came.actor.id), name, workspace_name=self.guild.name
        )
        [account] = await self.storage.installation.accounts()
        await settle_in(Desk(self.storage), account, visitor, Role.ENGINEER)
        return came

    async def starts_anew(self) -> None:
        """As another process would: nothing is there of what the one before knew."""
        await self.products.aclose()
        product = await self.products.enter_async_context(_product(self.storage))
        await self.env.restart_bot(product.client)


@asynccontextmanager
async def office(address: str) -> AsyncIterator[Office]:
    """One, on the database at `address`, with the flow of tests.offline."""
    async with (
        opened(address, seal=Seal.of([fresh_key()])) as storage,
        AsyncExitStack() as products,
    ):
        await prepare(Desk(storage), "Acme IT", Visitor("terminal", "here", "ops", "Ops"))
        [account] = await storage.installation.accounts()
        await publish(storage, account)
        product = await products.enter_async_context(_product(storage))
        async with simcord.run(product.client, settle_timeout=SOON) as env:
            await commands.sync(product.calls, await product.calls.me(), "")
            guild = env.create_guild("Acme")
            yield Office(storage, env, guild, guild.create_text_channel("support"), products)
