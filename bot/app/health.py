"""How the product is: does the database answer, does its schema fit, what has piled up."""

import asyncio

from bot.app.desk import Desk
from core.frozen import frozen
from storage.errors import StorageError
from storage.jobs import count_dead
from storage.schema import verify

PATIENCE = 3.0  # seconds, below the five that a load balancer usually waits


@frozen
class Tally:
    """What waits to be done, over all accounts."""

    messages_behind: int
    jobs_dead: int


async def unready(desk: Desk) -> str | None:
    """Why requests cannot be served now, in a sentence; None when they can."""
    try:
        async with asyncio.timeout(PATIENCE):
            await desk.storage.database.ping()
            await verify(desk.storage.database.engine)
    except StorageError as error:
        return str(error)
    except TimeoutError:
        return "The database does not answer in time."
    return None


async def tally(desk: Desk) -> Tally | None:
    """What has piled up; None when the database does not answer."""
    try:
        async with asyncio.timeout(PATIENCE):
            dead = await count_dead(desk.storage.database)
            return Tally(await desk.storage.outbox.behind(), dead)
    except (StorageError, TimeoutError):
        return None


def pool(desk: Desk) -> tuple[int, int]:
    """Database connections in use now, and at most."""
    return desk.storage.database.in_use()
