"""People in the playground by its web client: each in a browser window of their own.

Everything is done through the page: with the pointer, or (`Hands.KEYS`) by keyboard alone. Only
what no closed menu shows, its entries, is asked of the API.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, FilePayload, Locator, Page, Response

from tests.drivers.chromium import WIDE, Complaints
from tests.drivers.driver import DIRECT, Failed, Offered, Place, Seen, SeenField, SeenForm
from tests.drivers.hands import Hands
from tests.drivers.screen import Json, offered

_HERE = Path(__file__).parent
_PANE = (_HERE / "pane.js").read_text(encoding="utf-8")
_DIALOG = (_HERE / "dialog.js").read_text(encoding="utf-8")
_CHANGED = """(ms) => new Promise((done) => {
  const end = () => { observer.disconnect(); done(); };
  const observer = new MutationObserver(end);
  const all = { subtree: true, childList: true, attributes: true, characterData: true };
  observer.observe(document.body, all);
  setTimeout(end, ms);
})"""
_CHANNEL, _THREAD, _HOME = ".pane.channel", ".pane.thread", ".pane.home"
_REACTIONS = {"no-entry": "Keep out of the ticket", "thumbs-up": "Good", "eyes": "Looking into it"}
_PATIENCE = 20_000  # milliseconds


@dataclass
class _Window:
    """One person's page. `read` tells how often a message has read differently."""

    page: Page
    hands: Hands
    place: Place | None = None
    read: dict[str, tuple[Json, int]] = field(default_factory=dict)
    past: list[Seen] = field(default_factory=list)
    menus: dict[str, tuple[int, tuple[Offered, ...]]] = field(default_factory=dict)


class PlaygroundBrowser:
    """Implements tests.drivers.driver.Driver with Playwright."""

    def __init__(self, browser: Browser, address: str, complaints: Complaints) -> None:
        """`complaints` hears what any page complains about."""
        self._browser = browser
        self._address = address
        self._complaints = complaints
        self._windows: dict[str, _Window] = {}
        self.keyboard = False

    async def page(self, who: str) -> Page:
        """Somebody's page, to look at otherwise."""
        return (await self._window(who)).page

    async def goes(self, who: str, place: Place) -> None:
        window = await self._window(who)
        window.place = place
        await self._return(who, window)

    async def looks(self, who: str) -> Sequence[Seen]:
        window = await self._window(who)
        pane = await self._return(who, window)
        return await self._read(who, window, pane)

    async def remembers(self, who: str) -> Sequence[Seen]:
        return (await self._window(who)).past

    async def waits(self, who: str, seconds: float) -> None:
        page = (await self._window(who)).page
        await page.evaluate(_CHANGED, min(seconds, 0.25) * 1000)

    async def form(self, who: str) -> SeenForm | None:
        found: Json | None = await (await self._window(who)).page.evaluate(_DIALOG)
        if found is None:
            return None
        fields = tuple(
            SeenField(each["label"], each["value"], tuple(each["options"]), each["error"])
            for each in found["fields"]
        )
        return SeenForm(found["title"], found["text"], found["submit"], fields, found["error"])

    async def home(self, who: str) -> Seen:
        window = await self._window(who)
        page = window.page
        if await page.evaluate("location.hash") == "#/home":
            await page.evaluate("history.back()")  # opened anew, it is asked for anew
            await page.wait_for_function("location.hash !== '#/home'")
        async with page.expect_response(lambda answer: answer.url.endswith("/home")):
            await window.hands.press(page.locator(".places a", has_text="Home"))
        [seen] = await self._read(who, window, _HOME)
        return seen

    async def suggests(self, who: str, text: str) -> Sequence[str]:
        window = await self._window(who)
        box = await self._box(who, window)
        await box.fill("")
        await box.press_sequentially(text)
        options = window.page.get_by_role("option")
        try:
            await options.first.wait_for(timeout=2_000)
            return await options.all_inner_texts()
        finally:
            await box.fill("")

    async def types(self, who: str, text: str) -> None:
        window = await self._window(who)
        box = await self._box(who, window)
        await window.hands.write(box, text)
        await self._comes(window, "/commands", box.press("Enter"))

    async def writes(
        self, who: str, text: str, *, files: Mapping[str, bytes], quoting: Seen | None
    ) -> None:
        window = await self._window(who)
        pane = await self._return(who, window)
        if quoting is not None:
            await self._tool(window, pane, quoting, "Quote")
        box = await self._box(who, window)
        if files:
            await self._attach(window, pane, files)
        await window.hands.write(box, text)
        await self._comes(window, "/messages", box.press("Enter"))

    async def presses(self, who: str, message: Seen, button: Offered) -> None:
        window = await self._window(who)
        pane = _HOME if message.id == "home" else await self._return(who, window)
        found = self._message(window, pane, message)
        await self._comes(window, "/clicks", self._press(window, found, button))

    async def fills(self, who: str, values: Mapping[str, str]) -> None:
        window = await self._window(who)
        dialog = window.page.locator("dialog[open]")
        form = await self.form(who)
        assert form is not None
        for label, value in values.items():
            labels = [each.label for each in form.fields]
            if label not in labels:
                raise Failed(f"the form has no “{label}”: {labels}")
            shown = dialog.locator(".field").nth(labels.index(label))
            await window.hands.fill(shown, value)
        submit = dialog.locator("[type=submit]")
        await self._comes(window, "/forms/", window.hands.press(submit))

    async def edits(self, who: str, message: Seen, text: str) -> None:
        window = await self._window(who)
        pane = await self._return(who, window)
        await self._tool(window, pane, message, "Edit")
        box = await self._box(who, window)
        await window.hands.write(box, text)
        await self._comes(window, "/messages/", box.press("Enter"))

    async def deletes(self, who: str, message: Seen) -> None:
        window = await self._window(who)
        pane = await self._return(who, window)
        await self._tool(window, pane, message, "Delete…")
        sure = window.page.locator("dialog[open] button.danger")
        await self._comes(window, "/messages/", window.hands.press(sure))

    async def reacts(self, who: str, message: Seen, reaction: str, *, on: bool) -> None:
        window = await self._window(who)
        pane = await self._return(who, window)
        words = _REACTIONS[reaction]
        entry = self._tool(window, pane, message, words if on else f"Take back “{words}”")
        await self._comes(window, "/reactions/", entry)

    async def points(self, who: str, message: Seen, entry: str) -> None:
        window = await self._window(who)
        pane = await self._return(who, window)
        await self._comes(window, "/points", self._tool(window, pane, message, entry))

    async def lets_out(self, channel: str) -> None:
        [window, *_] = self._windows.values()
        await window.hands.press(window.page.get_by_role("button", name="Playground"))
        dialog = window.page.locator("dialog[open]")
        box = dialog.get_by_label(f"ResolutionFlow is in #{channel}")
        async with window.page.expect_response(lambda answer: _is(answer, "/api/channels/")):
            await window.hands.press(box)
        await window.hands.press(dialog.get_by_role("button", name="Close"))

    async def lets_in(self, channel: str) -> None:
        [window, *_] = self._windows.values()
        invite = window.page.get_by_role("button", name="Let ResolutionFlow in")
        await window.hands.press(invite)
        await invite.wait_for(state="hidden")

    async def close(self) -> None:
        """Everybody closes their window."""
        for window in self._windows.values():
            await window.page.context.close()

    async def _window(self, who: str) -> _Window:
        if who not in self._windows:
            context = await self._browser.new_context(viewport=WIDE)
            context.set_default_timeout(_PATIENCE)
            await self._complaints.watch(context)
            page = await context.new_page()
            await page.goto(f"{self._address}/playground?as={who}")
            await page.locator(".places a").first.wait_for()
            self._windows[who] = _Window(page, Hands(page, keyboard=self.keyboard))
        return self._windows[who]

    async def _return(self, who: str, window: _Window) -> str:
        """Be where the person is in the story; the selector of that pane."""
        place = window.place
        assert place is not None
        id = await self._channel(who, window, place.channel)
        wanted = f"#/channel/{id}" + (f"/thread/{place.thread}" if place.thread else "")
        page = window.page
        if await page.evaluate("location.hash") != wanted:
            if not await page.evaluate(f"location.hash.startsWith('#/channel/{id}')"):
                await window.hands.press(page.locator(f'.places a[href="#/channel/{id}"]'))
            if place.thread:
                root = page.locator(f'{_CHANNEL} [data-message="{place.thread}"] .thread-line')
                await window.hands.press(root)
            elif "/thread/" in await page.evaluate("location.hash"):
                await window.hands.press(page.locator(f"{_THREAD} .close"))
        pane = _THREAD if place.thread else _CHANNEL
        await page.locator(f"{pane} .timeline:not(.loading)").wait_for()
        return pane

    async def _channel(self, who: str, window: _Window, name: str) -> str:
        answer = await window.page.request.get(f"{self._address}/api/as/{who}/channels")
        for each in await answer.json():
            if (DIRECT if each["direct"] else each["name"]) == name:
                return str(each["id"])
        raise Failed(f"there is no channel {name}")

    async def _read(self, who: str, window: _Window, pane: str) -> Sequence[Seen]:
        found: list[Json] = await window.page.evaluate(_PANE, pane)
        return [await self._seen(who, window, each) for each in found]

    async def _seen(self, who: str, window: _Window, found: Json) -> Seen:
        before, times = window.read.get(found["id"], (None, 0))
        if before != found:
            times += 1
            window.read[found["id"]] = (found, times)
        buttons = tuple(
            Offered(each["label"], each["action"], each["key"]) for each in found["buttons"]
        )
        if found["menus"]:
            buttons += await self._entries(who, window, found["id"], times)
        return Seen(
            id=found["id"],
            author=who if found["mine"] else found["author"].lower(),
            by_bot=found["bot"],
            text=found["text"],
            buttons=buttons,
            private=found["whisper"],
            document=found["document"],
            reactions=frozenset(found["reactions"]),
            files=tuple(found["files"]),
            version=times,
        )

    async def _entries(self, who: str, window: _Window, id: str, times: int) -> tuple[Offered, ...]:
        """What a message's menus hold, for as long as it reads the same."""
        known = window.menus.get(id)
        if known is not None and known[0] == times:
            return known[1]
        for message in await self._content(who, window, id):
            if message["id"] == id:
                held = tuple(each for each in offered(message["blocks"]) if each.menu)
                window.menus[id] = (times, held)
                return held
        return ()

    async def _content(self, who: str, window: _Window, id: str) -> list[Json]:
        base = f"{self._address}/api/as/{who}"
        if id == "home":
            home = await (await window.page.request.get(f"{base}/home")).json()
            return [{"id": "home", "blocks": home["blocks"]}]
        assert window.place is not None
        if window.place.thread:
            path = f"{base}/threads/{window.place.thread}"
            found = await (await window.page.request.get(path)).json()
            return [found["root"], *found["messages"]]
        channel = await self._channel(who, window, window.place.channel)
        answer = await window.page.request.get(f"{base}/channels/{channel}/messages")
        messages: list[Json] = await answer.json()
        return messages

    async def _box(self, who: str, window: _Window) -> Locator:
        pane = await self._return(who, window)
        return window.page.locator(f"{pane} form.composer textarea")

    async def _attach(self, window: _Window, pane: str, files: Mapping[str, bytes]) -> None:
        held = [FilePayload(name=n, mimeType="text/plain", buffer=b) for n, b in files.items()]
        await window.page.locator(f"{pane} form.composer input[type=file]").set_input_files(held)
        await window.page.locator(f"{pane} .attachments progress").first.wait_for(state="detached")

    def _message(self, window: _Window, pane: str, message: Seen) -> Locator:
        return window.page.locator(f'{pane} [data-message="{message.id}"]')

    async def _press(self, window: _Window, message: Locator, button: Offered) -> None:
        if not button.menu:
            found = message.locator(f'[data-do=press][data-action="{button.handle}"]')
            return await window.hands.press(found, digit=button.key)
        for opener in await message.locator("[data-do=menu]").all():
            await window.hands.press(opener)
            entry = window.page.locator(f'[role=menuitem][data-action="{button.handle}"]')
            if await entry.count():
                return await window.hands.pick(entry)
            await window.page.keyboard.press("Escape")
        raise Failed(f"no menu holds “{button.label}”")

    async def _tool(self, window: _Window, pane: str, message: Seen, label: str) -> None:
        """An entry of a message's own menu."""
        await window.hands.press(self._message(window, pane, message).locator("[data-do=tools]"))
        entry = window.page.get_by_role("menuitem", name=label, exact=True)
        await window.hands.pick(entry)

    async def _comes(self, window: _Window, path: str, doing: Any) -> None:
        """Do it, and hear what the server says. Raises Failed where the page says it failed."""
        async with window.page.expect_response(lambda answer: _is(answer, path)) as heard:
            await doing
        answer = await heard.value
        outcome = await answer.json() if answer.status < 500 and answer.status != 204 else {}
        if answer.status >= 400 or (isinstance(outcome, dict) and outcome.get("failed")):
            failure = window.page.locator(".failure, .hint.error").last
            await failure.wait_for()
            raise Failed(await failure.inner_text())
        if path == "/forms/" and not outcome.get("errors"):
            await self._closed(window, outcome)

    async def _closed(self, window: _Window, outcome: Json) -> None:
        if not outcome.get("form"):
            await window.page.locator("dialog[open]").wait_for(state="detached")


def _is(answer: Response, path: str) -> bool:
    return path in answer.url and answer.request.method != "GET"


@asynccontextmanager
async def playground_browser(
    browser: Browser, address: str, *, keyboard: bool = False, forgiven: tuple[str, ...] = ()
) -> AsyncIterator[PlaygroundBrowser]:
    """Everybody, each in a window; at the end no page may have complained of anything that is not
    `forgiven`.
    """
    complaints = Complaints(forgiven=forgiven)
    driver = PlaygroundBrowser(browser, address, complaints)
    driver.keyboard = keyboard
    try:
        yield driver
        await asyncio.sleep(0)  # what is heard already is counted
    finally:
        await driver.close()
    assert complaints.said == []
