"""The accessibility rules of axe-core, run on a page as it is."""

from pathlib import Path
from typing import Any

from playwright.async_api import Page

_AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
_GRAVE = {"serious", "critical"}


def rules() -> str:
    """The program."""
    advice = "axe-core is missing: npm ci --prefix tests/browser (needs: apt-get install npm)"
    assert _AXE.is_file(), advice
    return _AXE.read_text(encoding="utf-8")


async def barriers(page: Page) -> list[str]:
    """What keeps somebody from using the page: rule, what it is about, where."""
    # Evaluated, not added as a script: the page's own policy lets no script of ours in.
    await page.evaluate(rules())
    found: dict[str, Any] = await page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{each['impact']}: {each['id']}: {each['help']}: {node['target']} {node['html'][:200]}"
        for each in found["violations"]
        if each["impact"] in _GRAVE
        for node in each["nodes"]
    ]
