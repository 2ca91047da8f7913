"""People in the playground by its public API: what the web client does, without the client."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.drivers.driver import DIRECT, POINTS, Failed, Offered, Place, Seen, SeenField, SeenForm
from tests.drivers.screen import Json, Screen, offered, words

PATIENCE = 30.0  # seconds for one answer
_HOME = "home"


@dataclass
class _Desk:
    """One person: their screen, the stream that fills it, the form that is open."""

    screen: Screen
    listening: asyncio.Task[None]
    channels: dict[str, str]
    form: Json | None = None
    errors: Mapping[str, str] = field(default_factory=dict)


class PlaygroundApi:
    """Implements tests.drivers.driver.Driver over HTTP."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self._desks: dict[str, _Desk] = {}

    async def goes(self, who: str, place: Place) -> None:
        desk = await self._desk(who)
        if place.channel not in desk.channels:
            desk.channels = await self._channels(who)
        if place.channel not in desk.channels:
            raise Failed(f"there is no channel {place.channel}")
        desk.screen.channel, desk.screen.thread = desk.channels[place.channel], place.thread
        await desk.screen.load()

    async def looks(self, who: str) -> Sequence[Seen]:
        return (await self._desk(who)).screen.here()

    async def remembers(self, who: str) -> Sequence[Seen]:
        return (await self._desk(who)).screen.before()

    async def waits(self, who: str, seconds: float) -> None:
        changed = (await self._desk(who)).screen.changed
        with suppress(TimeoutError):
            # What no stream tells of (a form, the home) is looked at again now and then.
            await asyncio.wait_for(changed.wait(), min(seconds, 0.25))
        changed.clear()

    async def form(self, who: str) -> SeenForm | None:
        desk = await self._desk(who)
        return None if desk.form is None else _form(desk.form["form"], desk.errors)

    async def home(self, who: str) -> Seen:
        content = await self._ask("GET", f"/api/as/{who}/home")
        blocks = content["blocks"]
        return Seen(_HOME, "", True, words(blocks), offered(blocks), private=True)

    async def suggests(self, who: str, text: str) -> Sequence[str]:
        where = self._where(await self._desk(who))
        query = {key: value for key, value in where.items() if value}
        query["text"] = text.removeprefix("/flow").removeprefix(" ")
        found = await self._ask("GET", f"/api/as/{who}/suggestions", params=query)
        return [f"{each['label']} {each['text']}" for each in found]

    async def types(self, who: str, text: str) -> None:
        desk = await self._desk(who)
        if not text.startswith("/flow"):
            raise Failed(f"“{text}” is no command of ours: it starts with /flow")
        body = {**self._where(desk), "text": text.removeprefix("/flow").strip()}
        await self._comes(desk, await self._ask("POST", f"/api/as/{who}/commands", json=body))

    async def writes(
        self, who: str, text: str, *, files: Mapping[str, bytes], quoting: Seen | None
    ) -> None:
        desk = await self._desk(who)
        sent = [await self._upload(who, name, held) for name, held in files.items()]
        where = self._where(desk)
        body = {
            "text": text,
            "thread": where["thread"],
            "files": sent,
            "quote": quoting.id if quoting else None,
        }
        path = f"/api/as/{who}/channels/{where['channel']}/messages"
        desk.screen.take(await self._ask("POST", path, json=body))

    async def presses(self, who: str, message: Seen, button: Offered) -> None:
        desk = await self._desk(who)
        on = "" if message.id == _HOME else message.id
        body = {"message": on, "action": button.handle}
        await self._comes(desk, await self._ask("POST", f"/api/as/{who}/clicks", json=body))

    async def fills(self, who: str, values: Mapping[str, str]) -> None:
        desk = await self._desk(who)
        assert desk.form is not None
        id, form = desk.form["id"], desk.form["form"]
        filled = {each["name"]: each.get("value", "") for each in form["fields"]}
        for label, value in values.items():
            name, held = _filled(form, label, value)
            filled[name] = held
        body = {"values": filled}
        outcome = await self._ask("POST", f"/api/as/{who}/forms/{id}", json=body)
        if not outcome["errors"]:
            desk.form = None
        await self._comes(desk, outcome)

    async def edits(self, who: str, message: Seen, text: str) -> None:
        path = f"/api/as/{who}/messages/{message.id}"
        await self._ask("PATCH", path, json={"text": text})

    async def deletes(self, who: str, message: Seen) -> None:
        await self._ask("DELETE", f"/api/as/{who}/messages/{message.id}")

    async def reacts(self, who: str, message: Seen, reaction: str, *, on: bool) -> None:
        path = f"/api/as/{who}/messages/{message.id}/reactions/{reaction}"
        await self._ask("PUT" if on else "DELETE", path)

    async def points(self, who: str, message: Seen, entry: str) -> None:
        path, body = f"/api/as/{who}/messages/{message.id}/points", {"purpose": POINTS[entry]}
        await self._comes(await self._desk(who), await self._ask("POST", path, json=body))

    async def lets_in(self, channel: str) -> None:
        await self._lets(channel, is_in=True)

    async def lets_out(self, channel: str) -> None:
        await self._lets(channel, is_in=False)

    async def _lets(self, channel: str, *, is_in: bool) -> None:
        found = await self._ask("GET", "/api/workspace")
        [id] = [each["id"] for each in found["channels"] if each["name"] == channel]
        await self._ask("PATCH", f"/api/channels/{id}", json={"writable": is_in})

    async def channel(self, who: str, name: str) -> str:
        """The id of a channel."""
        return (await self._channels(who))[name]

    async def close(self) -> None:
        """Nobody listens any more."""
        for desk in self._desks.values():
            desk.listening.cancel()
            with suppress(asyncio.CancelledError):
                await desk.listening

    async def _desk(self, who: str) -> _Desk:
        if who not in self._desks:
            channels = await self._channels(who)
            screen = Screen(who, self._client)
            listening = asyncio.create_task(screen.listen())
            await asyncio.wait_for(screen.opened.wait(), PATIENCE)
            self._desks[who] = _Desk(screen, listening, channels)
        return self._desks[who]

    async def _channels(self, who: str) -> dict[str, str]:
        found = await self._ask("GET", f"/api/as/{who}/channels")
        return {DIRECT if each["direct"] else each["name"]: each["id"] for each in found}

    def _where(self, desk: _Desk) -> dict[str, str | None]:
        return {"channel": desk.screen.channel, "thread": desk.screen.thread or None}

    async def _comes(self, desk: _Desk, outcome: Json) -> None:
        if outcome["failed"]:
            raise Failed(outcome["failed"])
        desk.errors = outcome["errors"]
        if outcome["form"] is not None:
            desk.form, desk.errors = outcome["form"], {}
        desk.screen.changed.set()

    async def _upload(self, who: str, name: str, held: bytes) -> str:
        kind = "text/plain" if name.endswith(".txt") else "application/octet-stream"
        query = {"name": name, "type": kind}
        headers = {"Content-Type": kind}
        path = f"/api/as/{who}/files"
        info = await self._ask("POST", path, params=query, content=held, headers=headers)
        return str(info["id"])

    async def _ask(self, method: str, path: str, **request: Any) -> Any:
        answer = await self._client.request(method, path, **request)
        if answer.status_code >= 500:
            raise AssertionError(f"{method} {path}: {answer.status_code} {answer.text}")
        if answer.status_code >= 400:
            raise Failed(_sentence(answer))
        return answer.json() if answer.content else None


def _sentence(answer: httpx.Response) -> str:
    with suppress(json.JSONDecodeError, KeyError, TypeError):
        return str(answer.json()["error"])
    raise AssertionError(f"refused without a sentence: {answer.status_code} {answer.text}")


def _form(form: Json, errors: Mapping[str, str]) -> SeenForm:
    fields = tuple(_field(each, errors.get(each["name"], "")) for each in form["fields"])
    text = words([{"type": "markdown", "text": form.get("prose", "")}])
    return SeenForm(form["title"], text, form.get("submit", "Save"), fields, errors.get("", ""))


def _field(field: Json, error: str) -> SeenField:
    labels: dict[str, str] = dict(field.get("options", []))
    value = ", ".join(labels.get(each, each) for each in _values(field, field.get("value", "")))
    return SeenField(field["label"], value, tuple(labels.values()), error)


def _filled(form: Json, label: str, value: str) -> tuple[str, str]:
    """A field's name and its value, from their words on screen."""
    found = [each for each in form["fields"] if each["label"] == label]
    if not found:
        raise Failed(f"the form has no “{label}”: {[each['label'] for each in form['fields']]}")
    options = {text: value for value, text in found[0].get("options", [])}
    several = _values(found[0], value)
    for each in several if options else ():
        if each not in options:
            raise Failed(f"“{label}” does not offer “{each}”: {[*options]}")
    return found[0]["name"], ", ".join(options.get(each, each) for each in several)


def _values(field: Json, value: str) -> list[str]:
    """What is chosen of a field, where several can be: none, one or more."""
    several = field.get("kind") == "some-of"
    return [each for each in value.split(", ") if each] if several else [value]


@asynccontextmanager
async def playground_api(address: str) -> AsyncIterator[PlaygroundApi]:
    """Everybody, at that address."""
    async with httpx.AsyncClient(base_url=address, trust_env=False, timeout=PATIENCE) as client:
        driver = PlaygroundApi(client)
        try:
            yield driver
        finally:
            await driver.close()
