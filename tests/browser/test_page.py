"""The page over time: it survives the server's death, a very long thread, one that was left."""

import asyncio

import pytest
from playwright.async_api import Browser, Route, expect

from tests.browser.opening import opening
from tests.browser.writing import write
from tests.drivers.chromium import NOBODY_ANSWERS

pytestmark = pytest.mark.asyncio(loop_scope="module")

LONG = 500  # messages
# How many messages there were when the newest one came on the page.
_AT_FIRST = """
new MutationObserver(() => {
  const shown = [...document.querySelectorAll(".pane.thread .log .message")];
  if (shown.at(-1)?.textContent.includes("The end.")) window.atFirst ??= shown.length;
}).observe(document, { subtree: true, childList: true });
"""
_LOADED = """
() => performance.getEntriesByType("resource").filter((each) => /static.*(js|css)$/.test(each.name))
  .map((each) => each.transferSize)
"""


async def test_after_the_server_was_killed_the_page_goes_on_without_being_loaded_again(
    server_address: str, begun: str, browser: Browser
) -> None:
    async with opening(server_address, begun, browser, forgiven=NOBODY_ANSWERS) as at:
        page = at.page
        await at.opens()
        await page.evaluate("window.stayed = true")
        said = page.locator(".pane.channel .message")
        await write(at.stage.address, at.channel, "Before.")
        await said.filter(has_text="Before.").wait_for()
        await at.stage.restarts()
        await write(at.stage.address, at.channel, "After.")
        await said.filter(has_text="After.").wait_for()
        await page.locator(".pane.channel textarea").fill("I am still here.")
        await page.keyboard.press("Enter")
        await said.filter(has_text="I am still here.").wait_for()
        assert await said.count() == 3
        assert await page.evaluate("window.stayed") is True


async def test_a_thread_of_500_messages_opens_at_its_end(
    server_address: str, begun: str, browser: Browser
) -> None:
    async with opening(server_address, begun, browser, "general") as at:
        page = at.page
        thread = await write(at.stage.address, at.channel, "A long story.")
        parts = (f"Part {number}." for number in range(LONG - 1))
        await write(at.stage.address, at.channel, *parts, "The end.", thread=thread)
        await page.add_init_script(_AT_FIRST)
        await at.opens(f"/thread/{thread}")
        messages = page.locator(".pane.thread .log .message")
        await expect(messages).to_have_count(LONG)
        at_first = await page.evaluate("window.atFirst")
        assert 0 < at_first <= LONG / 5, "what is above is not waited for"
        end = messages.last
        assert "The end." in await end.inner_text()
        await expect(messages.first).to_contain_text("Part 0.")
        assert await end.evaluate("(it) => it.getBoundingClientRect().bottom <= innerHeight")


async def test_whoever_was_here_before_loads_nothing_but_the_page_and_what_was_said(
    server_address: str, begun: str, browser: Browser
) -> None:
    async with opening(server_address, begun, browser) as at:
        for is_known in (False, True):
            await at.page.goto("about:blank")
            await at.opens()
            await at.page.locator(".pane.channel textarea").wait_for()
            loaded = await at.page.evaluate(_LOADED)
            assert len(loaded) > 40
            assert all(size == 0 for size in loaded) is is_known


async def test_a_thread_that_was_left_before_it_had_loaded_is_not_loading_for_ever(
    server_address: str, begun: str, browser: Browser
) -> None:
    async with opening(server_address, begun, browser, "general") as at:
        page = at.page
        thread = await write(at.stage.address, at.channel, "A short story.")
        asked, answering, answered = asyncio.Event(), asyncio.Event(), asyncio.Event()

        async def slowly(route: Route) -> None:
            asked.set()
            await answering.wait()
            await route.continue_()
            answered.set()

        await page.route("**/threads/*", slowly, times=1)
        place = f"#/channel/{at.channel}"
        await at.opens()
        await page.locator(".pane.channel .message").first.wait_for()
        await page.evaluate("(hash) => { location.hash = hash; }", f"{place}/thread/{thread}")
        await asked.wait()
        await page.evaluate("(hash) => { location.hash = hash; }", place)
        await page.locator(".pane.thread").wait_for(state="hidden")
        async with page.expect_response("**/threads/*"):
            answering.set()
        await answered.wait()
        await page.evaluate("(hash) => { location.hash = hash; }", f"{place}/thread/{thread}")
        await page.locator(".pane.thread .timeline:not(.loading)").wait_for()
        assert await page.locator(".pane.thread .message").count() == 1


async def test_what_is_sent_before_the_page_knows_where_is_sent_when_it_does(
    server_address: str, begun: str, browser: Browser
) -> None:
    async with opening(server_address, begun, browser) as at:
        page = at.page
        answering = asyncio.Event()

        async def slowly(route: Route) -> None:
            await answering.wait()
            await route.continue_()

        await page.route("**/channels", slowly, times=1)
        await at.opens()
        box = page.locator(".pane.channel textarea")
        await box.fill("/flow vpn-down")
        await box.press("Enter")
        assert await box.input_value() == "/flow vpn-down"
        answering.set()
        await page.locator(".pane.thread .step.current").wait_for()
        assert await box.input_value() == ""


async def test_what_came_before_the_page_could_hear_of_it_is_shown(
    server_address: str, begun: str, browser: Browser
) -> None:
    async with opening(server_address, begun, browser) as at:
        page = at.page
        hearing = asyncio.Event()

        async def slowly(route: Route) -> None:
            await hearing.wait()
            await route.continue_()

        await page.route("**/events*", slowly, times=1)
        await at.opens()
        await page.locator(".pane.channel .timeline .empty:not([hidden])").wait_for()
        await write(at.stage.address, at.channel, "Nobody heard this.")
        hearing.set()
        await page.locator(".pane.channel .message", has_text="Nobody heard this.").wait_for()
