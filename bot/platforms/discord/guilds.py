"""The guilds that the bot is in, which Discord's clients call servers, and which one is ours."""

from collections.abc import Mapping

from bot.platforms.discord.calls import Calls

_PAGE = 200  # the most that one call tells
_INVITE = "open the address of `resolutionflow discord invite`"


class Unclear(Exception):
    """It cannot be told which guild is meant; the message says what to do."""


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
        raise Unclear(f"The bot is in no server yet: {_INVITE}.")
    listed = ", ".join(f"{name} ({id})" for id, name in list(found.items())[:5])
    if wanted:
        raise Unclear(f"The bot is not in the server {wanted}, but in {listed}: {_INVITE}.")
    if len(found) > 1:
        raise Unclear(
            f"The bot is in several servers: {listed}. Set DISCORD_GUILD_ID to the id of one."
        )
    return next(iter(found))
