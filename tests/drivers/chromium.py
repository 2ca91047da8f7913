"""A headless Chromium, and everything that a page in it complains about."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Error,
    Page,
    ViewportSize,
    async_playwright,
)

WIDE: ViewportSize = {"width": 1280, "height": 800}
NARROW: ViewportSize = {"width": 390, "height": 844}
NOBODY_ANSWERS = ("net::ERR_",)  # what pages complain of while the server is away
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
# A page that breaks its own rules about what may run is told so; the test is told too.
_TELL = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""


def chromium() -> str:
    """Where it is."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    assert found, "Chromium is missing. On Debian or Ubuntu: apt-get install chromium"
    return found


@asynccontextmanager
async def launched() -> AsyncIterator[Browser]:
    """A browser, closed at the end."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium(), args=_ARGUMENTS, headless=True
        )
        try:
            yield browser
        finally:
            await browser.close()


@dataclass
class Complaints:
    """What went wrong in pages that are watched: nothing may."""

    said: list[str] = field(default_factory=list)
    forgiven: tuple[str, ...] = ()  # what a test breaks on purpose

    def add(self, what: str) -> None:
        """One more, unless it is forgiven."""
        if not any(each in what for each in self.forgiven):
            self.said.append(what)

    async def watch(self, context: BrowserContext) -> None:
        """From now on, on every page of a context."""
        await context.add_init_script(_TELL)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.add(f"error: {error.error}"))
        context.on("page", lambda page: page.on("dialog", self._dialog))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.add(f"console: {message.text}")

    async def _dialog(self, dialog: Dialog) -> None:
        self.add(f"dialog: {dialog.message}")
        await dialog.dismiss()


__all__ = [
    "NARROW",
    "NOBODY_ANSWERS",
    "WIDE",
    "Complaints",
    "Error",
    "Page",
    "chromium",
    "launched",
]
