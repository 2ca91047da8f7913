"""Notes from a thread: a reply becomes a note once, and follows when the message is changed.

A chat message is known by its place and id. Its note carries that as its delivery id, so the same
message delivered again, or after a crash half-way, is still one note.
"""

from dataclasses import dataclass
from hashlib import sha256

from bot.app.desk import Desk, Done, do
from core.access import Actor, may_run_sessions
from core.errors import Because, Refusal
from core.ids import SessionId
from core.session.deeds import (
    Attached,
    Deed,
    NoteAdded,
    NoteDeleted,
    NoteEdited,
    NoteKind,
)
from storage.places import Source, Spot
from storage.sessions import Identity


@dataclass(frozen=True, slots=True)
class Reply:
    """A message that somebody wrote in a session's thread."""

    spot: Spot
    message: str
    text: str
    output: bool = False

    @property
    def delivery(self) -> str:
        """The same for every delivery of this message, whatever the platform calls the event."""
        return f"note:{self.spot.workspace}:{self.spot.channel}:{self.message}"


async def take(desk: Desk, who: Identity, reply: Reply) -> Done | Refusal:
    """Turn a reply into a note of the session that lives, or lived, in its thread."""
    actor = await desk.storage.installation.actor(who)
    if actor is None:
        return Refusal(Because.NOT_ALLOWED, "Only members' replies become notes.")
    async with desk.storage.work(actor.account) as work:
        place = await work.places.at(reply.spot)
    if place is None:
        return Refusal(Because.NOT_FOUND, "No session lives in this thread.")
    kind = NoteKind.OUTPUT if reply.output else NoteKind.NOTE
    deed = NoteAdded(reply.text, kind)
    done = await do(desk, who, place.session, deed, delivery=reply.delivery)
    if done.refusal is None:
        await _bind(desk, who, actor, reply, place.session)
    return done


async def edited(desk: Desk, who: Identity, reply: Reply, *, delivery: str) -> Done | None:
    """The message reads differently now; None when it is no note, or not yet."""
    known = await _known(desk, who, reply, text=reply.text)
    if known is None or known.session is None or known.seq is None:
        return None
    deed = NoteEdited(known.seq, reply.text)
    return await do(desk, who, known.session, deed, delivery=delivery)


async def deleted(desk: Desk, who: Identity, reply: Reply, *, delivery: str) -> Done | None:
    """The message was taken back; None when it is no note, or not yet."""
    known = await _known(desk, who, reply, text=None)
    if known is None or known.session is None or known.seq is None:
        return None
    return await do(desk, who, known.session, NoteDeleted(known.seq), delivery=delivery)


async def attach(
    desk: Desk, who: Identity, session: SessionId, file: tuple[str, str, bytes], *, delivery: str
) -> Done:
    """Keep a file (name, media type, content) and put it on the step of the moment."""
    name, media_type, content = file
    actor = await desk.storage.installation.actor(who)
    if actor is None:
        return Done(None, {}, refusal=Refusal(Because.NOT_ALLOWED, "Only members attach files."))
    if refused := may_run_sessions(actor):
        return Done(None, {}, refusal=refused)
    async with desk.storage.work(actor.account) as work:
        if await work.histories.get(session) is None:
            return Done(None, {}, refusal=Refusal(Because.NOT_FOUND, "There is no such session."))
        stored = await work.files.store(content, media_type)
    if isinstance(stored, Refusal):
        return Done(None, {}, refusal=stored)
    deed = Attached(stored.sha256, name, media_type[:200], stored.size)
    return await do(desk, who, session, deed, delivery=delivery)


async def _bind(desk: Desk, who: Identity, actor: Actor, reply: Reply, session: SessionId) -> None:
    """Catch up with what came before the message, then remember which entry it became.

    In this order: bound first, a change would be lost with a process that dies in between.
    """
    made: Source | None = None
    while True:
        async with desk.storage.work(actor.account) as work:
            entry = await work.histories.delivered(reply.delivery)
            await work.places.claim_source(reply.spot, reply.message)
            source = await work.places.source(reply.spot, reply.message)
            if entry is None or source is None or source.seq is not None:
                return
            change = _waiting(source, entry.seq)
            if change is None or source == made:
                await work.places.bind_source(reply.spot, reply.message, session, entry.seq)
                return
        made = source
        await do(desk, who, session, change, delivery=_delivery_of(reply, source))


def _delivery_of(reply: Reply, waiting: Source) -> str:
    """The same for the same change of the same message, however often it is caught up with."""
    text = "" if waiting.waiting_deletion else waiting.waiting_text or ""
    return f"{reply.delivery}:{sha256(text.encode()).hexdigest()[:16]}"


def _waiting(source: Source, seq: int) -> Deed | None:
    if source.waiting_deletion:
        return NoteDeleted(seq)
    return NoteEdited(seq, source.waiting_text) if source.waiting_text else None


async def _known(desk: Desk, who: Identity, reply: Reply, *, text: str | None) -> Source | None:
    """What the message is known as; a change that comes before its message is kept for it."""
    actor = await desk.storage.installation.actor(who)
    if actor is None:
        return None
    async with desk.storage.work(actor.account) as work:
        if await work.places.at(reply.spot) is None:
            return None
        source = await work.places.source(reply.spot, reply.message)
        if source is not None and source.seq is not None:
            return source
        if await work.places.hold_change(reply.spot, reply.message, text):
            return None
        # It became a note just now: the change is an ordinary one.
        return await work.places.source(reply.spot, reply.message)
