"""Getting to know the workspaces that the settings name, as soon as their platform answers."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from bot.app.adopting import Adopted, adopt
from bot.app.desk import Desk
from bot.port import PlatformError
from storage.errors import StorageError

AGAIN, LONGEST = 1.0, 60.0  # seconds between two tries
_log = structlog.get_logger(__name__)


async def introduce(
    desk: Desk,
    platform: str,
    named: Callable[[], Awaitable[tuple[str, str]]],
    stop: asyncio.Event,
    say: Callable[[str], None] | None = None,
) -> None:
    """Link the workspace that `named` asks its platform for; try until `stop` or until it is done.

    `say` tells whoever started us what to do next.
    """
    wait = AGAIN
    while not stop.is_set():
        adopted = await _adopted(desk, platform, named)
        if adopted is not None:
            _log.info("workspace-known", platform=platform, ours=adopted.ours)
            if say is not None:
                say("\n".join(_lines(platform, adopted)))
            return
        try:
            await asyncio.wait_for(stop.wait(), wait)
        except TimeoutError:
            wait = min(2 * wait, LONGEST)


async def _adopted(
    desk: Desk, platform: str, named: Callable[[], Awaitable[tuple[str, str]]]
) -> Adopted | None:
    """None where that cannot be done yet."""
    try:
        workspace, name = await named()
        if await desk.storage.installation.accounts():
            return await adopt(desk, platform, workspace, name)
        why = "there is no account yet: the first “resolutionflow up” makes it"
    except (PlatformError, StorageError) as error:
        why = str(error)
    _log.warning("workspace-not-known-yet", platform=platform, why=why)
    return None


def _lines(platform: str, adopted: Adopted) -> tuple[str, ...]:
    begin, link = _TYPED.get(platform, ("Type /flow", "type /flow link {}"))
    name = platform.capitalize()
    connected = f"{name}: {adopted.name} is connected. {begin} there."
    if not adopted.ours:
        return (f"{name}: {adopted.name} belongs to another account of this installation.",)
    if not adopted.code:
        return (connected,)
    enter = link.format(adopted.code)
    return (
        connected,
        f"  Nobody there is an admin yet: {enter} there within ten minutes.",
        "  (Later: resolutionflow admin recover gives another code.)",
    )


# Where there are no commands with a slash.
_TYPED = {"teams": ("Write to ResolutionFlow", "write “link {}” to ResolutionFlow")}
