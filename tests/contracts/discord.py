"""Discord under the contract suite: our small Discord and our adapter, over its gateway."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from bot.platforms.discord import commands
from bot.platforms.discord.application import Application
from bot.platforms.discord.calls import talking
from bot.platforms.discord.carry import RECEIPTS
from bot.platforms.discord.platform import Discord as Adapter
from bot.platforms.discord.platform import Ears, hearing
from bot.platforms.discord.platform import discord as adapter
from bot.platforms.discord.send import DiscordSender
from bot.port import Sender, Target
from storage.memory import Memories
from storage.sealing import Seal, fresh_key
from storage.storage import Storage
from tests.contracts.harness import Fault, Kind, Lack, Opened, Outcome, Seen
from tests.contracts.product import Product
from tests.discord.filling import Impossible
from tests.discord.limits import Trouble
from tests.discord.people import DIRECT
from tests.discord.server import Discord as Server
from tests.discord.server import serving
from tests.discord.world import Message, Modal

_FAULTS = {
    Fault.BUSY: Trouble.BUSY,
    Fault.DOWN: Trouble.DOWN,
    Fault.MUMBLES: Trouble.MUMBLES,
}
_RECEIVED = {emoji: receipt.value for receipt, emoji in RECEIPTS.items()}
_TOLD = {Kind.MESSAGE: "MESSAGE_CREATE", Kind.COMMAND: "INTERACTION_CREATE"}
_WRONG = re.compile(r"^(.+?): (.+)$", re.MULTILINE)
_LEADS = "page:"  # begins the custom_id of a button that opens a form
Json = dict[str, Any]


class Discord:
    """Implements tests.contracts.harness.Harness."""

    typed = 4_000  # characters that one input of Discord's takes
    lacks: frozenset[Lack] = frozenset()

    def __init__(self, server: Server, there: Adapter, ears: Ears, *, stranger: Sender) -> None:
        self.product = Product()
        self.sender: Sender = there.sender
        self.stranger = stranger
        self._server, self._ears = server, ears
        self._sam, self._ada = server.person("sam"), server.person("ada")
        self.sam, self.kim = self._sam.user.id, "kim"
        self._delivered: dict[tuple[Kind, str], Json] = {}
        chat, guild = server.chat, server.chat.guild.id
        self.here = Target(guild, chat.channel("support").id)
        self.shut = Target(guild, chat.channel("general").id)
        self.files = self.here

    async def types(self, text: str, target: Target | None = None) -> Outcome:
        before = self._before()
        where = self._where(target)
        await self._sam.types(f"/flow do {text}", *where)
        return await self._outcome(before)

    async def presses(self, message: str, token: str) -> Outcome:
        before = self._before()
        menu = _menu_of(self._sam.message(message).components, token)
        if menu:
            await self._sam.picks(message, menu, token)
        else:
            await self._sam.presses(message, token)
        return await self._outcome(before)

    async def fills(self, form: str, values: Mapping[str, str]) -> Outcome:
        before = self._before()
        modal = self._sam.modal
        if modal is None or _key(modal) != form:
            return Outcome(failed="it is not open any more")
        labels = _labels(modal)
        for name, value in values.items():
            self._sam.fills(name, value)
        await self._sam.submits()
        outcome = await self._outcome(before)
        return Outcome(outcome.form, await self._errors(labels), outcome.failed)

    async def writes(
        self, text: str, target: Target | None = None, *, file: bytes | None = None
    ) -> str:
        files = {"router.txt": file} if file is not None else {}
        message = self._sam.writes(text, *self._where(target), files=files)
        await self._quiet()
        return message.id

    async def rewrites(self, message: str, text: str) -> None:
        self._sam.edits(message, text)
        await self._quiet()

    async def deletes(self, message: str) -> None:
        """One of the bot's is deleted by an admin; a thread below it is not there without it."""
        found = self._server.chat.message(message)
        assert found is not None
        if found.thread:
            self._ada.deletes_thread(found.thread)
        (self._sam if found.author == self.sam else self._ada).deletes(message)
        await self._quiet()

    async def sees(self, message: str, who: str = "") -> Seen | None:
        try:
            return _seen(self._server.person(who or "sam").message(message))
        except Impossible:
            return None

    async def whispers(self, target: Target | None = None) -> Sequence[Seen]:
        """What is seen by Sam alone: there, and in the conversation with the bot."""
        await self._quiet()
        here = [m for m in self._sam.sees(*self._where(target)) if m.only_for == self.sam]
        direct = [m for m in self._sam.sees(DIRECT) if m.by_app]
        return [_seen(each) for each in sorted([*here, *direct], key=lambda m: int(m.id))]

    async def reactions(self, message: str) -> Sequence[str]:
        await self._quiet()
        found = self._sam.message(message).reactions
        return [_RECEIVED[emoji] for emoji, who in found.items() if self._server.chat.bot.id in who]

    async def home(self) -> Seen:
        asked = await self._sam.types("/flow home", self.here.channel)
        await self._quiet()
        return _seen(self._sam.message(asked.original))

    async def suggests(self, text: str) -> Sequence[str]:
        found = await self._sam.suggested(f"/flow do {text}", self.here.channel)
        return [each.value for each in found]

    async def delivers(self, kind: Kind, event: str, *, genuine: bool = True) -> bool:
        """Everything comes on a connection that we open: nobody else can send anything on it. A
        message is the same one whatever event tells it, a command is known by its own id.
        """
        if not genuine:
            return False
        name, of = _TOLD[kind], event if kind is Kind.COMMAND else ""
        if (kind, of) in self._delivered:
            self._server.gateway.tell(name, self._delivered[kind, of], 0)
        elif kind is Kind.COMMAND:
            await self._sam.types("/flow do vpn", self.here.channel)
        else:
            self._sam.writes("vpn", self.here.channel)
        await self._quiet()
        told = (data for told, data in reversed(self._server.gateway.log) if told == name)
        self._delivered[kind, of] = next(told)
        return True

    async def breaks(self, fault: Fault | None) -> None:
        self._server.trouble = _FAULTS[fault] if fault else None

    def _where(self, target: Target | None) -> tuple[str, str]:
        target = target or self.here
        return target.channel, target.thread

    def _before(self) -> tuple[int, Modal | None]:
        return len(self._sam.toasts), self._sam.modal

    async def _quiet(self) -> None:
        """Until everything that happened was told, and answered."""
        for _ in range(2):
            await self._server.gateway.settled()
            await asyncio.sleep(0)  # what was told begins to be read
            await self._ears.receiver.finish()
        await self._server.gateway.settled()

    async def _outcome(self, before: tuple[int, Modal | None]) -> Outcome:
        """What came of it: a form that opened, what the client told, what is wrong with a form."""
        await self._quiet()
        toasts, was = before
        failed = " ".join(self._sam.toasts[toasts:])
        modal = self._sam.modal
        if modal is None or modal is was:
            return Outcome(failed=failed)
        return Outcome(_opened(modal), failed=failed)

    async def _errors(self, labels: Mapping[str, str]) -> Mapping[str, str]:
        """A modal cannot stay open: what is wrong is told, with a button that opens it again."""
        told = [m for m in self._sam.sees(self.here.channel) if m.only_for == self.sam]
        last = told[-1] if told else None
        leads = [id for id in _buttons(last.components) if id.startswith(_LEADS)] if last else []
        if last is None or not leads:
            return {}
        await self._sam.presses(last.id, leads[0])
        await self._quiet()
        said = "\n".join(_texts(last.components))
        return {labels[label]: why for label, why in _WRONG.findall(said) if label in labels}


@asynccontextmanager
async def by_gateway(storage: Storage) -> AsyncIterator[Discord]:
    """Discord tells by its gateway."""
    memory = Memories(storage.database, Seal.of([fresh_key()])).of("discord")
    server = Server()
    server.throttle.off = True  # the suite is quicker than any person
    stop = asyncio.Event()
    async with serving(server):
        reached = (server.api_url, server.gateway_url)
        application = Application(server.bot_token, "", *reached)
        async with (
            talking(Application(f"{server.bot_token}0", "", *reached)) as unknown,
            adapter(application, memory) as there,
        ):
            product = Product()
            async with hearing(there, product) as ears, _connected(ears, stop):
                made = Discord(server, there, ears, stranger=DiscordSender(unknown))
                made.product = product
                await commands.sync(there.calls, server.application_id, "")
                await server.gateway.reachable()
                yield made


@asynccontextmanager
async def _connected(ears: Ears, stop: asyncio.Event) -> AsyncIterator[None]:
    """Be connected until the end."""
    async with asyncio.TaskGroup() as group:
        group.create_task(ears.gateway.work(stop))
        try:
            yield
        finally:
            stop.set()


def _key(modal: Modal) -> str:
    return modal.custom_id.split(":")[1]


def _opened(modal: Modal) -> Opened:
    values = {name: value for name, value in modal.typed.items() if isinstance(value, str)}
    return Opened(_key(modal), modal.title, values)


def _labels(modal: Modal) -> dict[str, str]:
    """The inputs' names by their labels."""
    return {
        each["label"]: each["component"]["custom_id"]
        for each in modal.components
        if "component" in each
    }


def _seen(message: Message) -> Seen:
    files = [file.name for file in message.files]
    said = {"components": list(message.components), "files": files}
    return Seen(json.dumps(said, ensure_ascii=False), list(_tokens(message.components)))


def _each(components: Sequence[Json]) -> Iterator[Json]:
    for component in components:
        yield component
        yield from _each(component.get("components", ()))


def _texts(components: Sequence[Json]) -> list[str]:
    return [each["content"] for each in _each(components) if "content" in each]


def _buttons(components: Sequence[Json]) -> list[str]:
    return [each["custom_id"] for each in _each(components) if each["type"] == 2]


def _tokens(components: Sequence[Json]) -> Iterator[str]:
    for each in _each(components):
        if each["type"] == 2:
            yield each["custom_id"]
        yield from (option["value"] for option in each.get("options", ()))


def _menu_of(components: Sequence[Json], token: str) -> str:
    """The select that offers a token; "" for none."""
    menus = (each for each in _each(components) if each["type"] == 3)
    offer = (m for m in menus if any(option["value"] == token for option in m["options"]))
    return str(next(offer, {"custom_id": ""})["custom_id"])
