"""The screens of the playground's client, each with how to get there and what must be on it."""

import os
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Literal

from playwright.async_api import Page, ViewportSize

from tests.drivers.chromium import NARROW, WIDE

Scheme = Literal["dark", "light"]
_SIZES: tuple[tuple[str, ViewportSize], ...] = (("wide", WIDE), ("narrow", NARROW))
_SCHEMES: tuple[Scheme, ...] = ("light", "dark")
_STILL = """() => document.getAnimations().every((each) =>
  each.playState !== "running" || each.effect.getComputedTiming().endTime === Infinity)"""


@dataclass(frozen=True)
class Look:
    """A colour scheme and a size of window."""

    scheme: Scheme
    name: str
    size: ViewportSize


def looks() -> Iterator[Look]:
    """Every scheme at every size."""
    for (name, size), scheme in product(_SIZES, _SCHEMES):
        yield Look(scheme, name, size)


async def shown(page: Page, screen: str) -> AsyncIterator[Look]:
    """The page in every look; saved as pictures where SCREENSHOTS names a directory."""
    for look in looks():
        await page.emulate_media(color_scheme=look.scheme, reduced_motion="reduce")
        await page.set_viewport_size(look.size)
        await settled(page)
        if folder := os.environ.get("SCREENSHOTS"):
            await page.screenshot(path=Path(folder) / f"{screen}-{look.name}-{look.scheme}.png")
        yield look


async def settled(page: Page) -> None:
    """Wait until nothing fades any more: colours that fade are no colours yet."""
    await page.wait_for_function(_STILL, polling=30)
