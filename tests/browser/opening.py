"""A page of the playground's client, as somebody has it before them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from playwright.async_api import Browser, Page

from tests.browser.writing import channel_called
from tests.drivers.chromium import WIDE, Complaints
from tests.installation import Installation, staged


@dataclass(frozen=True)
class Opening:
    """A page that shows nothing yet, and a channel's place in it."""

    stage: Installation
    page: Page
    channel: str

    async def opens(self, below: str = "") -> None:
        """Sam's page, in the channel; or further, at what `below` says."""
        place = f"#/channel/{self.channel}{below}"
        await self.page.goto(f"{self.stage.address}/playground?as=sam{place}")


@asynccontextmanager
async def opening(
    server: str, of: str, browser: Browser, channel: str = "network", forgiven: tuple[str, ...] = ()
) -> AsyncIterator[Opening]:
    """An installation of its own; at the end no page has complained of anything."""
    complaints = Complaints(forgiven=forgiven)
    async with staged(server, of) as stage:
        context = await browser.new_context(viewport=WIDE)
        await complaints.watch(context)
        page = await context.new_page()
        yield Opening(stage, page, await channel_called(stage.address, channel))
        await context.close()
    assert complaints.said == []
