"""Where something was done, and by whom: what lives only as long as one answer. Never stored."""

from bot.platforms.teams.places import At
from core.frozen import frozen


@frozen
class Handle:
    """`message` is the card that was worked with, or what was written; `thread` is "" outside of
    a team's channels, and for what is a post of its own there. `spot` is where it counts, where
    that is elsewhere: see `whispers`. `withheld`: a file came with it that Teams does not hand us.
    """

    workspace: str
    user: str
    name: str
    channel: str
    thread: str = ""
    message: str = ""
    direct: bool = False
    threads: bool = False
    guest: bool = False
    spot: At | None = None
    withheld: bool = False
