"""Scenarios in the browser: what people see is what the page shows, and no page complains."""

import pytest
from playwright.async_api import Browser

from tests.drivers.chromium import NOBODY_ANSWERS
from tests.drivers.playground_browser import playground_browser
from tests.installation import staged
from tests.scenarios.acts import Restarts
from tests.scenarios.story import Story, stories
from tests.scenarios.teller import Teller

pytestmark = pytest.mark.asyncio(loop_scope="module")

STORIES = [story for story in stories() if story.browser]
[VPN_DOWN] = [story for story in stories() if story.file == "vpn-down.yaml"]


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.file.removesuffix(".yaml"))
async def test_scenario(story: Story, server_address: str, begun: str, browser: Browser) -> None:
    dies = any(isinstance(act, Restarts) for act in story.acts())
    async with (
        staged(server_address, begun) as stage,
        playground_browser(
            browser, stage.address, forgiven=NOBODY_ANSWERS if dies else ()
        ) as driver,
    ):
        await Teller(driver, stage).tell(story)


async def test_a_whole_session_by_keyboard_alone(
    server_address: str, begun: str, browser: Browser
) -> None:
    async with (
        staged(server_address, begun) as stage,
        playground_browser(browser, stage.address, keyboard=True) as driver,
    ):
        await Teller(driver, stage).tell(VPN_DOWN)
