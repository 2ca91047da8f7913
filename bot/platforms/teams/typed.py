"""What the product tells people to type, as it is typed in Teams: there are no slash commands, and
the bot is mentioned instead.
"""

import re

from bot.platforms.teams.manifest import TITLE

_FLOW = re.compile(r"(?<![\w/])/flow\b")
_MENTION = f"@{TITLE}"


def words(text: str) -> str:
    """`/flow vpn` as `@ResolutionFlow vpn`."""
    return _FLOW.sub(_MENTION, text)
