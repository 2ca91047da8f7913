"""The playground under the contract suite: its real server and our adapter, over HTTP."""

import json
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx

from bot.app.desk import Desk
from bot.platforms.playground import wire
from bot.platforms.playground.receive import PATH
from bot.platforms.playground.send import sending
from bot.platforms.playground.server.caller import signed
from bot.platforms.playground.server.store import Store
from bot.platforms.playground.wire import Happened
from bot.port import Sender, Target
from storage.storage import Storage
from tests.contracts.harness import Fault, Kind, Lack, Opened, Outcome, Seen
from tests.contracts.product import Product
from tests.serving import served

_FAULTS: Mapping[Fault, Mapping[str, float]] = {
    Fault.BUSY: {"rate": 1},
    Fault.DOWN: {"unavailable": 1},
    Fault.MUMBLES: {"lose_answers": 1},
}
_KINDS = {Kind.MESSAGE: Happened.MESSAGE, Kind.COMMAND: Happened.COMMAND}
Json = dict[str, Any]


class Playground:
    """Implements tests.contracts.harness.Harness."""

    sam, kim = "sam", "kim"
    typed = 40_000
    lacks: frozenset[Lack] = frozenset()

    def __init__(
        self, client: httpx.AsyncClient, product: Product, senders: Sequence[Sender], secret: str
    ) -> None:
        self.product = product
        self.sender, self.stranger = senders
        self._client = client
        self._secret = secret
        self.here = Target("playground", "c1")
        self.shut = Target("playground", "c3")
        self.files = self.here

    async def types(self, text: str, target: Target | None = None) -> Outcome:
        return _outcome(
            await self._ask("POST", "/commands", json={**self._at(target), "text": text})
        )

    async def presses(self, message: str, token: str) -> Outcome:
        body = {"message": message, "action": token}
        return _outcome(await self._ask("POST", "/clicks", json=body))

    async def fills(self, form: str, values: Mapping[str, str]) -> Outcome:
        answer = await self._client.post(f"/api/as/sam/forms/{form}", json={"values": dict(values)})
        if answer.status_code == 404:
            return Outcome(failed=answer.json()["error"])
        return _outcome(_json(answer))

    async def writes(
        self, text: str, target: Target | None = None, *, file: bytes | None = None
    ) -> str:
        at = self._at(target)
        body: Json = {"text": text, "thread": at["thread"]}
        if file is not None:
            query = {"name": "router.txt", "type": "text/plain"}
            made = await self._ask("POST", "/files", params=query, content=file)
            body["files"] = [made["id"]]
        made = await self._ask("POST", f"/channels/{at['channel']}/messages", json=body)
        return str(made["id"])

    async def rewrites(self, message: str, text: str) -> None:
        await self._ask("PATCH", f"/messages/{message}", json={"text": text})

    async def deletes(self, message: str) -> None:
        await self._ask("DELETE", f"/messages/{message}")

    async def sees(self, message: str, who: str = "") -> Seen | None:
        who = who or self.sam
        for channel in await self._ask("GET", "/channels", who=who):
            for found in await self._ask("GET", f"/channels/{channel['id']}/messages", who=who):
                if found["id"] == message:
                    return _seen(found)
                if found["replies"]:
                    below = await self._ask("GET", f"/threads/{found['id']}", who=who)
                    for reply in below["messages"]:
                        if reply["id"] == message:
                            return _seen(reply)
        return None

    async def whispers(self, target: Target | None = None) -> Sequence[Seen]:
        return [_seen(found) for found in await self._listed(target) if found["audience"] == "sam"]

    async def reactions(self, message: str) -> Sequence[str]:
        [found] = [each for each in await self._listed(None) if each["id"] == message]
        return [name for name, who in found["reactions"].items() if "resolutionflow" in who]

    async def home(self) -> Seen:
        return _seen(await self._ask("GET", "/home"))

    async def suggests(self, text: str) -> Sequence[str]:
        query = {"channel": self.here.channel, "text": text}
        return [each["text"] for each in await self._ask("GET", "/suggestions", params=query)]

    async def delivers(self, kind: Kind, event: str, *, genuine: bool = True) -> bool:
        told = wire.Event.model_validate(
            {
                "id": event,
                "type": _KINDS[kind],
                "at": "2026-11-23T09:00:00Z",
                "workspace": "playground",
                "user": {"id": "sam", "name": "Sam"},
                "channel": {"id": "c1", "name": "support"},
                "message": "m4711",
                "text": "vpn",
            }
        )
        body = told.model_dump_json().encode()
        headers = signed(self._secret if genuine else "a guess", body)
        answer = await self._client.post(PATH, content=body, headers=headers)
        assert answer.status_code in (200, 401), answer.text
        return answer.status_code == 200

    async def breaks(self, fault: Fault | None) -> None:
        body = dict(_FAULTS[fault]) if fault else {}
        _json(await self._client.put("/api/faults", json=body))

    async def _listed(self, target: Target | None) -> list[Json]:
        at = self._at(target)
        if at["thread"]:
            found = (await self._ask("GET", f"/threads/{at['thread']}"))["messages"]
        else:
            found = await self._ask("GET", f"/channels/{at['channel']}/messages")
        return list(found)

    async def _ask(self, method: str, path: str, *, who: str = "sam", **more: Any) -> Any:
        return _json(await self._client.request(method, f"/api/as/{who}{path}", **more))

    def _at(self, target: Target | None) -> Json:
        target = target or self.here
        return {"channel": target.channel, "thread": target.thread or None}


@asynccontextmanager
async def playground(storage: Storage) -> AsyncIterator[Playground]:
    """The playground on the test's database."""
    product, desk = Product(), Desk(storage)
    async with served(desk, front=product) as here:
        url = str(here.client.base_url)
        secret = (await Store(storage.database.raw).app()).secret
        async with sending(url, "a guess") as stranger:
            senders = (here.chats.senders["playground"], stranger)
            yield Playground(here.client, product, senders, secret)


def _json(answer: httpx.Response) -> Any:
    assert answer.is_success, answer.text
    return answer.json() if answer.content else None


def _outcome(found: Json) -> Outcome:
    opened = found["form"]
    if opened is None:
        return Outcome(None, found["errors"], found["failed"])
    form = opened["form"]
    values = {each["name"]: each["value"] for each in form["fields"]}
    return Outcome(Opened(opened["id"], form["title"], values), found["errors"], found["failed"])


def _seen(content: Json) -> Seen:
    return Seen(json.dumps(content, ensure_ascii=False), list(_tokens(content["blocks"])))


def _tokens(blocks: Sequence[Json]) -> Iterator[str]:
    for block in blocks:
        for button in (*block.get("buttons", ()), *block.get("options", ())):
            if isinstance(button, dict):
                yield button["action"]
