"""How often what may be called, and what a Discord in trouble does.

docs.discord.com/developers/topics/rate-limits. Real limits are told by headers only; these are
those that are usually seen.
"""

from enum import Enum


class Trouble(Enum):
    """What can be wrong with Discord."""

    BUSY = "it takes one call a second"
    DOWN = "it answers 503"
    MUMBLES = "it does what it is asked, and answers 503"
    SLOW = "it answers late"
