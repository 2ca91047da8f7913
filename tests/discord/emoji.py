"""What Discord takes for an emoji in an address: one of Unicode's, or name:id of a guild's own."""

import re
import unicodedata

_OWN = re.compile(r"\w{2,32}:\d+")
_BESIDES = {0xFE0F, 0x200D, 0x20E3}  # variation, joiner, keycap


def is_emoji(said: str) -> bool:
    """Whether it is one: symbols only, or a keycap."""
    if _OWN.fullmatch(said):
        return True
    rest = [each for each in said if ord(each) not in _BESIDES]
    if not rest or len(said) > 16:
        return False
    if "\u20e3" in said:
        return len(rest) == 1 and rest[0] in "0123456789#*"
    return all(unicodedata.category(each) in ("So", "Sk", "Sm", "Po") for each in rest)
