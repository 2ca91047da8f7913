"""What stands on a button, as stories name it: without the key and the count that platforms without
badges write into it, and in full where it was cut.
"""

import re

from tests.drivers.driver import Offered

_COUNT = re.compile(r" \(\d+ of \d+\)$")


def offered(label: str, handle: str, said: str, *, menu: bool) -> Offered:
    """What can be pressed; `said` is what stands beside it."""
    key, parted, rest = label.partition("  ")
    if not parted:
        return Offered(_whole(label, "", said), handle, menu=menu)
    return Offered(_COUNT.sub("", _whole(rest, key, said)), handle, key, menu=menu)


def _whole(label: str, key: str, said: str) -> str:
    """A label that was cut stands in full in a line above."""
    if "…" not in label:
        return label
    line = rf"^{re.escape(key)}  (.+)$" if key else rf"^{re.escape(label)} = (.+)$"
    found = re.search(line, said, re.MULTILINE)
    return found[1] if found else label
