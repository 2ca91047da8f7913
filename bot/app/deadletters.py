"""Jobs that gave up: an admin looks at them, and has them tried again."""

from bot.app.desk import Desk
from core.access import Actor, may_administer
from core.errors import Because, Refusal
from storage.jobs import DeadLetter

__all__ = ["DeadLetter", "dead_letters", "retry"]


async def dead_letters(desk: Desk, actor: Actor) -> tuple[DeadLetter, ...] | Refusal:
    """The account's, newest first."""
    refused = may_administer(actor)
    return refused or await desk.storage.dead_letters(actor.account).list()


async def retry(desk: Desk, actor: Actor, id: int) -> Refusal | None:
    """Queue one again."""
    refused = may_administer(actor)
    if refused or await desk.storage.dead_letters(actor.account).retry(id):
        return refused
    return Refusal(Because.NOT_FOUND, f"There is no failed job {id}.")
