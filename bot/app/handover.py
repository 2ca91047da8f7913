"""Offering a session to somebody: only to a member of the account who may take it."""

from bot.app.desk import Desk, Done, propose
from core.access import Actor, may_run_sessions
from core.errors import Because, Refusal
from core.ids import PersonId
from core.session.deeds import HandoverOffered
from storage.sessions import Asked, Identity

NOBODY = Refusal(Because.NOT_FOUND, "There is nobody like that here to hand over to.")


async def offer(desk: Desk, asked: Asked, deed: HandoverOffered) -> Done:
    """Ask `deed.to` to go on with the session `asked` is about. Raises StorageError."""
    assert isinstance(asked.who, Identity)
    actor = await desk.storage.installation.actor(asked.who)
    if actor is None or not await _is_member(desk, actor, deed.to):
        return Done(None, {}, refusal=NOBODY)
    return await propose(desk, asked, lambda _: deed)


async def _is_member(desk: Desk, actor: Actor, person: PersonId) -> bool:
    async with desk.storage.work(actor.account) as work:
        found = await work.people.get(person)
    if found is None or found.merged_into is not None:
        return False
    return may_run_sessions(Actor(found.id, actor.account, found.role)) is None
