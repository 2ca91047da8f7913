"""What one person of the playground has before them: filled by the stream, as the client is.

Blocks become plain words here; nothing is asked of the server that a client would not ask.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpx
from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.drivers.driver import Offered, Seen

Json = dict[str, Any]
_MARKDOWN = MarkdownIt("commonmark")
_AGAIN = 0.05  # seconds after a stream broke; a client waits as long as the server says


@dataclass
class Screen:
    """Everything that one person's client was told; `past` is what read differently before."""

    who: str
    client: httpx.AsyncClient
    messages: dict[str, Json] = field(default_factory=dict)
    past: list[Json] = field(default_factory=list)
    last: str = ""
    channel: str = ""
    thread: str = ""
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    opened: asyncio.Event = field(default_factory=asyncio.Event)

    def take(self, message: Json) -> None:
        """A message as it is now, or as it was: the newest wins."""
        known = self.messages.get(message["id"])
        if known is not None and known["version"] >= message["version"]:
            return
        if known is not None:
            self.past.append(known)
        self.messages[message["id"]] = message
        self.changed.set()

    async def load(self) -> None:
        """What stands in the place that is looked at."""
        base = f"/api/as/{self.who}"
        if self.thread:
            found = (await self.client.get(f"{base}/threads/{self.thread}")).json()
            page = [found["root"], *found["messages"]]
        else:
            answer = await self.client.get(f"{base}/channels/{self.channel}/messages")
            page = answer.raise_for_status().json()
        for message in page:
            self.take(message)

    async def listen(self) -> None:
        """Follow the stream for ever; where it breaks, go on after what came last."""
        while True:
            with suppress(httpx.HTTPError):
                headers = {"Last-Event-ID": self.last} if self.last else {}
                path = f"/api/as/{self.who}/events"
                async with self.client.stream("GET", path, headers=headers) as stream:
                    if stream.status_code == 200:
                        self.opened.set()
                        async for event in _events(stream.aiter_lines()):
                            await self._hears(event)
            await asyncio.sleep(_AGAIN)

    async def _hears(self, event: dict[str, str]) -> None:
        self.last = event.get("id", self.last)
        match event.get("event"):
            case "message":
                self.take(json.loads(event["data"]))
            case "reload":
                await self.load()
            case _:
                pass  # of channels, those that are asked for know

    def here(self) -> list[Seen]:
        """The place that is looked at, oldest first."""
        return [seen_of(each) for each in self._standing(list(self.messages.values()))]

    def before(self) -> list[Seen]:
        """What stood there before."""
        return [seen_of(each) for each in self._standing(self.past)]

    def _standing(self, messages: list[Json]) -> list[Json]:
        here = [each for each in messages if self._is_here(each) and not each["deleted"]]
        return sorted(here, key=lambda each: (each["at"], _number(each["id"])))

    def _is_here(self, message: Json) -> bool:
        if message["audience"] not in (None, self.who):
            raise AssertionError(f"{self.who} was sent what only {message['audience']} may see")
        if self.thread and message["id"] == self.thread:
            return True
        return message["channel"] == self.channel and (message["thread"] or "") == self.thread


def seen_of(message: Json) -> Seen:
    """A message of the API as it is read."""
    by_bot = bool(message["blocks"]) or message["author"] not in _PEOPLE
    return Seen(
        id=message["id"],
        author=message["author"],
        by_bot=by_bot,
        text=words(message["blocks"]) or message["text"],
        buttons=offered(message["blocks"]),
        private=message["audience"] is not None,
        document="\n".join(b["text"] for b in message["blocks"] if b["type"] == "document"),
        reactions=frozenset(name for name, who in message["reactions"].items() if who),
        files=tuple(each["name"] for each in message["files"]),
        version=message["version"],
    )


_PEOPLE = {"sam", "kim", "vic", "ada", "gus"}


def offered(blocks: list[Json]) -> tuple[Offered, ...]:
    """Every button, in reading order."""
    return tuple(
        Offered(each["label"], each["action"], each.get("key", ""), menu=block["type"] == "select")
        for block in blocks
        for each in block.get("buttons", []) + block.get("options", [])
    )


def words(blocks: list[Json]) -> str:
    """Blocks as plain words, one below the other; no buttons."""
    return "\n".join(_words(block) for block in blocks)


def _words(block: Json) -> str:
    match block["type"]:
        case "markdown" | "notice":
            return _prose(_MARKDOWN.parse(block["text"]))
        case "line":
            return _parts(block["parts"])
        case "facts":
            return "\n".join(f"{name} {_parts(parts)}" for name, parts in block["pairs"])
        case "code":
            return f"{block.get('caption', '')}\n{block['text']}"
        case "actions" | "select":
            return str(block.get("label", ""))
        case _:
            return str(block["text"])


def _parts(parts: list[Any]) -> str:
    return "".join(part if isinstance(part, str) else part["time"] for part in parts)


def _prose(tokens: list[Token]) -> str:
    said = []
    for token in tokens:
        if token.type == "inline":
            said.append(_prose(token.children or []) + "\n")
        elif token.type in {"softbreak", "hardbreak"}:
            said.append("\n")
        else:
            said.append(token.content)
    return "".join(said)


def _number(id: str) -> int:
    return int("".join(c for c in id if c.isdigit()) or 0)


async def _events(lines: AsyncIterator[str]) -> AsyncIterator[dict[str, str]]:
    """Server-sent events, as https://html.spec.whatwg.org/#server-sent-events has them."""
    event: dict[str, str] = {}
    async for line in lines:
        if not line:
            if "data" in event:
                yield event
            event = {}
            continue
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        event[name] = f"{event[name]}\n{value}" if name == "data" and name in event else value
