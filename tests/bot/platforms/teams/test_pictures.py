"""Cards on screen, in Microsoft's own renderer with the looks of Teams: wide and narrow, light and
dark. SCREENSHOTS names a directory for pictures of them, to be looked at.
"""

import json
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, ViewportSize

from bot.platforms.teams.render import card
from bot.port import Form
from core.views import HelpView
from tests.adaptive.renderer import HERE, MODULES
from tests.bot.platforms.teams.reading import TOKEN, content
from tests.browser.axe import barriers
from tests.drivers.chromium import NARROW, WIDE, Complaints, launched
from tests.gallery import FORMS, GALLERY, HEADER

pytestmark = pytest.mark.asyncio(loop_scope="module")

Json = dict[str, Any]

_DESIGNER = MODULES / "adaptivecards-designer"
_SCRIPTS = (
    MODULES / "adaptivecards" / "dist" / "adaptivecards.min.js",
    MODULES / "markdown-it" / "dist" / "markdown-it.min.js",
    HERE / "show.js",
)
_PAGE = "<!doctype html><html lang='en'><title>Teams</title><body></body></html>"
# As wide as Teams shows a card, on the ground that it has there.
_STYLE = "* { box-sizing: border-box } body { margin: 8px; max-width: 860px; background: %s }"
_GROUNDS = {"light": "#f6f6f6", "dark": "#201e1f"}
_JUDGED = (
    *("step", "step, action", "step, forty options", "header", "home, full", "guide", "help"),
    *("note", "status", "form, ordinary", "form, wrong", "form, many options", "form, many fields"),
)
# What sticks out of the card, or is cut off in it.
_CUT = """(what) => [...document.querySelectorAll(what)]
  .filter((each) => each.scrollWidth > each.clientWidth + 1)
  .map((each) => each.innerText.slice(0, 80))"""


def shown() -> Iterator[tuple[str, Json]]:
    """The cards and dialogs that are looked at."""
    for name, view in GALLERY.items():
        if not any(much in name for much in ("thousand", "hundred", "a wall", "one line")):
            yield name, card(view)
    for name, asked in FORMS.items():
        yield f"form, {name}", content(Form(TOKEN, asked))
    wrong = {"text": "That is not a note.", "": "Sam was quicker."}
    yield "form, wrong", content(Form(TOKEN, FORMS["ordinary"]), errors=wrong)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with launched() as made:
        yield made


@asynccontextmanager
async def teams(
    browser: Browser, scheme: str = "light", size: ViewportSize = WIDE, zone: str = "UTC"
) -> AsyncIterator[Page]:
    """A page that can show cards; at the end it has complained of nothing."""
    assert MODULES.is_dir(), "run: npm ci --prefix tests/adaptive"
    complaints = Complaints()
    context = await browser.new_context(viewport=size, timezone_id=zone, locale="en-US")
    await complaints.watch(context)
    page = await context.new_page()
    await page.set_content(_PAGE)
    styles = (_DESIGNER / "dist" / "containers" / f"teams-container-{scheme}.css").read_text()
    await page.add_style_tag(content=styles + _STYLE % _GROUNDS[scheme])
    for script in _SCRIPTS:
        await page.add_script_tag(content=script.read_text(encoding="utf-8"))
    yield page
    await context.close()
    assert complaints.said == []


async def show(page: Page, payload: Json, scheme: str = "light") -> None:
    """Put a card on the page."""
    looks = _DESIGNER / "lib" / "hostConfigs" / f"microsoft-teams-{scheme}.json"
    await page.evaluate(
        "([card, look]) => show(card, look)", [payload, json.loads(looks.read_text())]
    )


@pytest.mark.parametrize(("scheme", "size"), [("light", WIDE), ("dark", NARROW)])
async def test_nothing_sticks_out_of_a_card(
    browser: Browser, scheme: str, size: ViewportSize
) -> None:
    async with teams(browser, scheme, size) as page:
        for name, payload in shown():
            await show(page, payload, scheme)
            if folder := os.environ.get("SCREENSHOTS"):
                picture = f"{name.replace(' ', '-')}-{scheme}-{size['width']}.png"
                await page.screenshot(path=Path(folder) / picture, full_page=True)
            assert await page.evaluate(_CUT, "body, .ac-adaptiveCard, .ac-textBlock") == [], name
            if size is WIDE:
                assert await page.evaluate(_CUT, "button") == [], name


async def test_no_card_keeps_anybody_from_using_it(browser: Browser) -> None:
    async with teams(browser) as page:
        for name, payload in shown():
            if name in _JUDGED:
                await show(page, payload)
                assert await barriers(page) == [], name


async def test_what_is_folded_can_be_unfolded_and_folded_again(browser: Browser) -> None:
    async with teams(browser) as page:
        await show(page, card(GALLERY["step"]))
        more, rarer = (page.get_by_role("button", name=name) for name in ("More…", "Park…"))
        assert not await rarer.is_visible()
        await more.click()
        assert await rarer.is_visible()
        await more.click()
        assert not await rarer.is_visible()


@pytest.mark.parametrize(
    ("zone", "time"),
    [("Asia/Tokyo", "3/31/2026 4:02 PM"), ("America/Los_Angeles", "3/31/2026 12:02 AM")],
)
async def test_a_time_is_the_readers_own(browser: Browser, zone: str, time: str) -> None:
    async with teams(browser, zone=zone) as page:
        await show(page, card(HEADER))
        assert f"since {time}" in (await page.inner_text("body")).replace("\u202f", " ")


async def test_code_is_copied_as_it_is(browser: Browser) -> None:
    code = "for x in *; do\n    echo \"a  b\" '\\n' `x` **y**\ndone <in"
    fence = HelpView("How", f"```sh\n{code}\n```", ())
    async with teams(browser) as page:
        await show(page, card(fence))
        await page.evaluate("""() => {
          const field = document.body.appendChild(document.createElement("textarea"));
          const code = [...document.querySelectorAll(".ac-richTextBlock")].at(-1);
          getSelection().selectAllChildren(code);
        }""")
        await page.keyboard.press("Control+C")
        await page.focus("textarea")
        await page.keyboard.press("Control+V")
        assert await page.input_value("textarea") == code
