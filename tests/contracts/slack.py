"""Slack under the contract suite: our small Slack and our adapter, over signed HTTP or a socket."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

import httpx
from aiohttp import ClientSession
from starlette.applications import Starlette

from bot.platforms.slack.carry import RECEIPTS
from bot.platforms.slack.installations import Application
from bot.platforms.slack.platform import Ears, hearing
from bot.platforms.slack.platform import Slack as Adapter
from bot.platforms.slack.platform import slack as adapter
from bot.platforms.slack.surface import PATH
from bot.port import Sender, Target
from bot.web.listener import address_of, listen
from bot.web.server import answer
from core.verbs import ProductVerb
from core.views import Choice, HomeView
from storage.memory import Memories
from storage.sealing import Seal, fresh_key
from storage.storage import Storage
from tests.contracts.harness import Fault, Kind, Lack, Opened, Outcome, Seen
from tests.contracts.product import Product
from tests.slack.checks import elements_of
from tests.slack.delivery import signed
from tests.slack.filling import Impossible
from tests.slack.limits import Trouble
from tests.slack.server import Slack as Server
from tests.slack.server import serving
from tests.slack.world import Message, View

_FAULTS = {
    Fault.BUSY: Trouble.BUSY,
    Fault.DOWN: Trouble.DOWN,
    Fault.MUMBLES: Trouble.MUMBLES,
}
_RECEIVED = {name: receipt.value for receipt, name in RECEIPTS.items()}
Json = dict[str, Any]


class Slack:
    """Implements tests.contracts.harness.Harness."""

    typed = 3_000  # characters that one input of Slack's takes
    lacks: frozenset[Lack] = frozenset()

    def __init__(self, server: Server, there: Adapter, ears: Ears, *, stranger: Sender) -> None:
        self.product = Product()
        self.sender: Sender = there.sender
        self.stranger = stranger
        self._server, self._ears = server, ears
        self._sam = server.person("sam")
        self.sam, self.kim = self._sam.user.id, "kim"
        team = server.team
        self.here = Target(team.id, team.channel("support").id)
        self.shut = Target(team.id, team.channel("general").id)
        self.files = self.here

    async def types(self, text: str, target: Target | None = None) -> Outcome:
        target = target or self.here
        before = len(self._sam.toasts)
        if target.thread:
            mention = f"@ResolutionFlow {text}"
            self._sam.writes(mention, target.channel, target.thread)
        else:
            await self._sam.types(f"/flow {text}", target.channel)
        return await self._outcome(before)

    async def presses(self, message: str, token: str) -> Outcome:
        before = len(self._sam.toasts)
        await self._sam.presses(message, token)
        return await self._outcome(before)

    async def fills(self, form: str, values: Mapping[str, str]) -> Outcome:
        before = len(self._sam.toasts)
        view = self._sam.view
        if view is None or view.id != form:
            return Outcome(failed="it is not open any more")
        for name, value in values.items():
            self._sam.fills(name, value)
        await self._sam.submits()
        return await self._outcome(before)

    async def writes(
        self, text: str, target: Target | None = None, *, file: bytes | None = None
    ) -> str:
        target = target or self.here
        files = {"router.txt": file} if file is not None else {}
        message = self._sam.writes(text, target.channel, target.thread, files=files)
        await self._quiet()
        return message.ts

    async def rewrites(self, message: str, text: str) -> None:
        self._sam.edits(message, text)
        await self._quiet()

    async def deletes(self, message: str) -> None:
        self._sam.deletes(message)
        await self._quiet()

    async def sees(self, message: str, who: str = "") -> Seen | None:
        person = self._server.person(who or "sam")
        try:
            return _seen(person.message(self._holder(message)))
        except Impossible:
            return None

    async def whispers(self, target: Target | None = None) -> Sequence[Seen]:
        await self._quiet()
        target = target or self.here
        seen = self._sam.sees(target.channel, target.thread)
        return [_seen(message) for message in seen if message.only_for == self.sam]

    async def reactions(self, message: str) -> Sequence[str]:
        await self._quiet()
        found = self._sam.message(message).reactions
        bot = self._server.team.bot.id
        return [_RECEIVED[name] for name, who in found.items() if bot in who]

    async def home(self) -> Seen:
        self._sam.opens_home()
        await self._quiet()
        assert self._sam.home is not None
        return _of(self._sam.home.content)

    async def suggests(self, text: str) -> Sequence[str]:
        ask = HomeView("Sam", (), (), (Choice(ProductVerb.FIND, "Find a flow…"),))
        reference = await self.sender.post(self.here, ask, mark="search")
        return [option["value"] for option in await self._sam.suggested(reference, text)]

    async def delivers(self, kind: Kind, event: str, *, genuine: bool = True) -> bool:
        team, app = self._server.team, self._server.app
        common = {"team_id": team.id, "api_app_id": app.id, "token": app.verification}
        if kind is Kind.MESSAGE:
            message = {
                "type": "message",
                "channel": self.here.channel,
                "channel_type": "channel",
                "user": self.sam,
                "text": "vpn",
                "ts": "1763888400.000100",
            }
            told = {**common, "type": "event_callback", "event_id": event, "event": message}
            body, content = json.dumps(told).encode(), "application/json"
        else:
            said = {"channel_id": self.here.channel, "user_id": self.sam, "user_name": "sam"}
            typed = {"command": "/flow", "text": "vpn", "trigger_id": event, "response_url": ""}
            body = urlencode({**common, **said, **typed}).encode()
            content = "application/x-www-form-urlencoded"
        headers = signed(app.signing_secret if genuine else "a guess", body)
        headers["Content-Type"] = content
        async with httpx.AsyncClient(trust_env=False) as client:
            answered = await client.post(app.request_url, content=body, headers=headers)
        assert answered.status_code in (200, 401), answered.text
        return answered.status_code == 200

    async def breaks(self, fault: Fault | None) -> None:
        self._server.trouble = _FAULTS[fault] if fault else None

    async def _quiet(self) -> None:
        """Until everything that happened was told, and answered."""
        await self._server.delivery.settled()
        await self._ears.receiver.finish()
        await self._server.delivery.settled()

    async def _outcome(self, before: int) -> Outcome:
        await self._quiet()
        failed = " ".join(self._sam.toasts[before:])
        view = self._sam.view
        if view is None:
            return Outcome(failed=failed)
        return Outcome(_opened(view), dict(view.errors), failed)

    def _holder(self, reference: str) -> str:
        """The message that a file stands in; any other reference is a message's own."""
        for channel in self._server.team.channels.values():
            for message in channel.messages.values():
                if any(file.id == reference for file in message.files):
                    return message.ts
        return reference


@asynccontextmanager
async def by_http(storage: Storage) -> AsyncIterator[Slack]:
    """Slack tells by signed HTTP."""
    async with _slack(storage, socket=False) as made:
        yield made


@asynccontextmanager
async def by_socket(storage: Storage) -> AsyncIterator[Slack]:
    """Slack tells by Socket Mode."""
    async with _slack(storage, socket=True) as made:
        yield made


@asynccontextmanager
async def _slack(storage: Storage, *, socket: bool) -> AsyncIterator[Slack]:
    memory = Memories(storage.database, Seal.of([fresh_key()])).of("slack")
    server = Server()
    server.app.socket_mode = socket
    server.throttle.off = True  # the suite is quicker than any person
    stop = asyncio.Event()
    async with serving(server), ClientSession() as session:
        app = Application(
            url=server.api_url,
            token=server.bot_token,
            app_token=server.app.token if socket else "",
            signing_secret=server.app.signing_secret,
        )
        unknown = Application(url=server.api_url, token=server.bot_token + "0")
        stranger = Adapter(unknown, memory, session).sender
        async with adapter(app, memory) as there:
            product = Product()
            async with hearing(there, product) as ears, _listening(ears, server, stop):
                made = Slack(server, there, ears, stranger=stranger)
                made.product = product
                await there.named()  # the suite breaks what comes after it
                await server.delivery.reachable()
                yield made


@asynccontextmanager
async def _listening(ears: Ears, server: Server, stop: asyncio.Event) -> AsyncIterator[None]:
    """Serve the door, and be connected, until the end."""
    with listen("127.0.0.1", 0) as listener:
        server.app.request_url = address_of(listener) + PATH
        async with asyncio.TaskGroup() as group:
            group.create_task(answer(Starlette(routes=list(ears.doors)), listener, stop))
            if ears.socket is not None:
                group.create_task(ears.socket.work(stop))
            try:
                yield
            finally:
                stop.set()


def _opened(view: View) -> Opened:
    inputs = [block for block in view.blocks if block["type"] == "input"]
    values = {each["block_id"]: str(_initial(each["element"])) for each in inputs}
    return Opened(view.id, view.content["title"]["text"], values)


def _initial(element: Json) -> Any:
    option = element.get("initial_option")
    return option["value"] if option else element.get("initial_value", "")


def _seen(message: Message) -> Seen:
    files = [{"name": file.name, "title": file.title} for file in message.files]
    return _of({"text": message.text, "blocks": list(message.blocks), "files": files})


def _of(content: Json) -> Seen:
    return Seen(json.dumps(content, ensure_ascii=False), list(_tokens(content["blocks"])))


def _tokens(blocks: Sequence[Json]) -> Iterator[str]:
    for block in blocks:
        for element in elements_of(block):
            if "options" in element:
                yield from (option["value"] for option in element["options"])
            elif element.get("type") == "button":
                yield element["value"]
