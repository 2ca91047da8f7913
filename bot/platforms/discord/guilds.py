"""The guilds that the bot is in, which Discord's clients call servers, and which one is ours."""

from collections.abc import Mapping

from bot.platforms.discord.calls import Calls

_PAGE = 200  # the most that one call tells
_NAMED = 5
INVITE = "Open the address of `resolutionflow discord invite`"


class Unclear(Exception):
    """It cannot be told which guild is meant: how that is, and what to do."""

    def __init__(self, how: str, advice: str) -> None:
        """Both are for people."""
        super().__init__(f"{how[:1].upper()}{how[1:]}. {advice}")
        self.how = how
        self.advice = advice


async def guilds(calls: Calls) -> dict[str, str]:
    """Their names by their ids. Raises a PlatformError."""
    found: dict[str, str] = {}
    last = "0"
    while True:
        asked = {"limit": str(_PAGE), "after": last}
        page = await calls.call("GET", "/users/@me/guilds", params=asked)
        found |= {str(each["id"]): str(each["name"]) for each in page}
        if len(page) < _PAGE:
            return found
        last = str(page[-1]["id"])


def home(found: Mapping[str, str], wanted: str) -> str:
    """The guild that is set, or the only one there is. Raises Unclear."""
    if wanted in found:
        return wanted
    if not found:
        raise Unclear("the bot is in no server yet", f"{INVITE}.")
    listed = ", ".join(f"{name} ({id})" for id, name in list(found.items())[:_NAMED])
    if wanted:
        how = f"the bot is not in the server {wanted}, but in {listed}"
        raise Unclear(how, f"{INVITE}, or set DISCORD_GUILD_ID.")
    if len(found) > 1:
        how = f"the bot is in several servers: {listed}"
        raise Unclear(how, "Set DISCORD_GUILD_ID to the id of the one that is yours.")
    return next(iter(found))
