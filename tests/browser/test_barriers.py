"""Nothing serious keeps anybody from using a screen: in both schemes, wide and narrow."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from tests.browser.axe import barriers
from tests.browser.screens import shown
from tests.drivers.chromium import WIDE, Complaints
from tests.drivers.playground_api import playground_api
from tests.installation import staged
from tests.scenarios.story import read
from tests.scenarios.teller import Teller

pytestmark = pytest.mark.asyncio(loop_scope="module")

# Pixels between the dialog's upper edge and its title.
_ABOVE = """(it) => it.getBoundingClientRect().top
  - it.closest("dialog").getBoundingClientRect().top"""
_STORY = """
scenario: Something on every screen
why: Screens are looked at with what is on them in the middle of the work.
steps:
  - sam: {types: /flow vpn-down, in: support}
  - sam: {goes to: the new thread}
  - sam: {presses: Everyone}
  - sam: {sees: step, buttons: [No answer]}
  - sam: {replies: Twelve people called., attaching: {log.txt: "tunnel down"}}
  - sam: {sees: receipt, text: taken}
  - sam: {presses: "How?"}
  - sam: {sees: how}
  - sam: {types: /flow summary}
  - sam: {sees: ticket note}
  - kim: {in: the thread, presses: "Couldn't check"}
  - kim: {sees: step, buttons: [Expired]}
  - kim: {replies: I took that one.}
  - kim: {sees: receipt, text: taken}
  - kim: {presses: Expired}
  - kim: {sees: step, buttons: [Done]}
"""


@dataclass
class Screens:
    """Where everything is."""

    address: str
    page: Page
    channel: str
    thread: str

    async def go(self, fragment: str) -> None:
        await self.page.goto("about:blank")
        await self.page.goto(f"{self.address}/playground?as=sam{fragment}")
        await self.page.locator("article.message").first.wait_for(state="attached")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def screens(server_address: str, begun: str, browser: Browser) -> AsyncIterator[Screens]:
    complaints = Complaints()
    async with staged(server_address, begun) as stage:
        async with playground_api(stage.address) as driver:
            teller = Teller(driver, stage)
            await teller.tell(read(_STORY, "screens"))
            place = teller.threads["the thread"]
            channel = await driver.channel("sam", place.channel)
        context = await browser.new_context(viewport=WIDE)
        await complaints.watch(context)
        page = await context.new_page()
        yield Screens(stage.address, page, channel, place.thread)
        await context.close()
    assert complaints.said == []


Opens = Callable[[Screens], Awaitable[None]]


async def the_channel(on: Screens) -> None:
    await on.go(f"#/channel/{on.channel}")


async def the_thread(on: Screens) -> None:
    await on.go(f"#/channel/{on.channel}/thread/{on.thread}")
    await on.page.locator(".pane.thread .message.step.current").wait_for()


async def a_menu(on: Screens) -> None:
    await the_thread(on)
    await on.page.locator(".pane.thread .message.step.current [data-do=menu]").last.click()
    await on.page.get_by_role("menu").wait_for()


async def a_form(on: Screens) -> None:
    await the_thread(on)
    await on.page.locator(".pane.thread textarea").fill("/flow done")
    await on.page.locator(".pane.thread textarea").press("Enter")
    await on.page.locator("dialog[open] form").wait_for()


async def a_form_with_errors(on: Screens) -> None:
    await the_thread(on)
    await on.page.locator(".pane.thread textarea").fill("/flow note")
    await on.page.locator(".pane.thread textarea").press("Enter")
    await on.page.locator("dialog[open] [type=submit]").click()
    await on.page.locator("dialog[open] .error:not([hidden])").wait_for()


async def a_whisper(on: Screens) -> None:
    await the_thread(on)
    await on.page.locator(".whisper").first.scroll_into_view_if_needed()


async def the_ticket_note(on: Screens) -> None:
    await the_thread(on)
    await on.page.locator("figure.document").last.scroll_into_view_if_needed()


async def the_home(on: Screens) -> None:
    await on.go("#/home")
    await on.page.locator(".pane.home [data-do=press]").first.wait_for()


@pytest.mark.parametrize(
    "opens",
    [
        the_channel,
        the_thread,
        a_menu,
        a_form,
        a_form_with_errors,
        a_whisper,
        the_ticket_note,
        the_home,
    ],
    ids=lambda opens: opens.__name__,
)
async def test_nothing_serious_is_in_the_way(screens: Screens, opens: Opens) -> None:
    await opens(screens)
    async for look in shown(screens.page, opens.__name__):
        assert await barriers(screens.page) == [], look


async def test_nothing_serious_is_in_the_way_of_signing_in(
    server_address: str, begun: str, browser: Browser
) -> None:
    settings = {
        "RESOLUTIONFLOW_PLAYGROUND": "everyone",
        "RESOLUTIONFLOW_PLAYGROUND_PASSWORD": "correct horse battery",
    }
    async with staged(server_address, begun, **settings) as stage:
        page = await browser.new_page(viewport=WIDE)
        await page.goto(f"{stage.address}/playground")
        await page.get_by_label("Password").wait_for()
        assert await page.locator("dialog[open] h2").evaluate(_ABOVE) >= 12
        async for look in shown(page, "sign-in"):
            assert await barriers(page) == [], look
        await page.get_by_label("Password").fill("wrong horse")
        await page.keyboard.press("Enter")
        await page.locator("[role=alert]:not(:empty)").wait_for()
        assert await barriers(page) == []
        await page.set_viewport_size(WIDE)
        await page.get_by_label("Password").fill("correct horse battery")
        await page.keyboard.press("Enter")
        await page.locator(".places a").first.wait_for()
        await page.context.close()
