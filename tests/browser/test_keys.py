"""Keys pressed outside the message box, and pictures that are none."""

import pytest
from playwright.async_api import Browser

from tests.browser.test_page import channel_called
from tests.drivers.chromium import WIDE, Complaints
from tests.installation import staged

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_command_typed_at_once_keeps_its_slash(
    server_address: str, begun: str, browser: Browser
) -> None:
    complaints = Complaints()
    async with staged(server_address, begun) as stage:
        context = await browser.new_context(viewport=WIDE)
        await complaints.watch(context)
        page = await context.new_page()
        channel = await channel_called(stage.address, "network")
        await page.goto(f"{stage.address}/playground?as=sam#/channel/{channel}")
        box = page.locator(".pane.channel textarea")
        await box.wait_for()
        await page.keyboard.type("/flow vpn")
        assert await box.input_value() == "/flow vpn"
        await page.keyboard.press("Escape")
        await page.keyboard.press("Escape")
        await page.keyboard.type("/!")
        assert await box.input_value() == "/flow vpn!"
        await context.close()
    assert complaints.said == []
