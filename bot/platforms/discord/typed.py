"""What the product tells people to type, as it is typed in Discord: a command with subcommands
cannot be called bare, nor with words of one's own.
"""

import re

from bot.platforms.discord.surface import ANYTHING, OTHERS, SUBCOMMANDS

_FLOW = re.compile(r"(?<![\w/])/flow\b(?: ([a-z][\w-]*))?")
_OWN = {each.name for each in SUBCOMMANDS}
_GOES_ON = {"is", "there", "in"}  # the sentence does, and names the command as such


def words(text: str) -> str:
    """`/flow vpn` as `/flow start vpn`."""
    return _FLOW.sub(_typed, text)


def _typed(found: re.Match[str]) -> str:
    word = found[1]
    if word is None:
        return "/flow menu"
    if word in _OWN or word in _GOES_ON:
        return found[0]
    return f"/flow {ANYTHING if word in OTHERS else 'start'} {word}"
