"""What follows a message that became a note: its edits, its deletion, a reaction that keeps it out.

Each may come before the message, twice, or while it is being taken: the record ends up the same.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.app.desk import Desk, Done, Identity, do
from bot.app.membership import Member
from bot.app.notes import Reply, settle, take
from core.access import Actor, may_change_note
from core.errors import Because, Refusal
from core.session.deeds import Attached, Deed, NoteAdded, NoteDeleted, NoteEdited, NoteKeptOut
from core.session.replying import noted, stays_out
from storage.sessions import Asked, Product
from storage.sources import Made, Source
from storage.work import Work

ANSWERED = Refusal(
    Because.INVALID,
    "This message answered a step, and changing it changes nothing. "
    "To change the answer, use Back or “Correct an answer…” below the step.",
)
_NOTES = (NoteAdded.kind, Attached.kind)


async def edited(
    desk: Desk, member: Member, reply: Reply, *, delivery: str
) -> Done | Refusal | None:
    """The message reads differently now; None when it is no note, or not yet."""
    aside = stays_out(reply.text)
    async with desk.storage.work(member.actor.account) as work:
        source = await _known(work, reply)
        if source is None:
            return None
        made = await work.sources.made([reply.delivery])
        if made and made[0].kind not in _NOTES:
            await work.sources.hold_change(reply.spot, reply.message, reply.text)
            return None if _was_changed(source) else ANSWERED
        if aside != source.aside:
            await work.sources.set_aside(reply.spot, reply.message, aside=aside)
        if source.seq is None and not aside:
            await work.sources.hold_change(reply.spot, reply.message, reply.text)
    if source.seq is not None and source.session is not None:
        return await _changed(desk, member, reply, source, delivery)
    if made:
        await settle(desk, member, reply, made[0].session)
    elif source.visit is not None and not aside and reply.text.strip():
        return await take(desk, member, reply)  # it stayed out, and does no more
    return None


async def deleted(
    desk: Desk, member: Member, reply: Reply, *, delivery: str
) -> Done | Refusal | None:
    """The message was taken back, with its files; None when it is no note, or not yet.

    When a session's thread hung below it, the session has lost its place.
    """
    if await _hung_below(desk, member, reply):
        desk.woken.set()  # what still stands there is to go away
        return None
    async with desk.storage.work(member.actor.account) as work:
        source = await _known(work, reply)
        if source is None:
            return None
        made = await work.sources.made(reply.deliveries)
        if all(_is_theirs(member.actor, each) for each in made):
            await work.sources.hold_change(reply.spot, reply.message, None)
    done = await _each(desk, member, made, NoteDeleted, delivery)
    if done is None and made:
        return None if _was_changed(source) else ANSWERED
    return done


async def keep_out(
    desk: Desk, member: Member, reply: Reply, *, out: bool, delivery: str
) -> Done | Refusal | None:
    """Keep the message with its files out of the ticket, or let it in again: for who wrote it, or
    an admin. None when it is no note, or not yet.
    """
    by = member.actor.id if out else None
    async with desk.storage.work(member.actor.account) as work:
        source = await _known(work, reply)
        if source is None:
            return None
        await work.sources.claim(reply.spot, reply.message)  # holds it: nothing is made meanwhile
        made = await work.sources.made(reply.deliveries)
        if not made:
            await work.sources.set_out(reply.spot, reply.message, by)
    notes = [each for each in made if each.kind in _NOTES]
    if not notes:
        return None
    refused = await _refused(desk, member, notes[0])
    if refused:
        return refused
    async with desk.storage.work(member.actor.account) as work:
        await work.sources.set_out(reply.spot, reply.message, by)
    if source.aside and not out:
        return None
    return await _each(desk, member, notes, lambda seq: NoteKeptOut(seq, out=out), delivery)


async def _hung_below(desk: Desk, member: Member, reply: Reply) -> bool:
    """Whether a session's thread hung below the message; its place is lost then."""
    async with desk.storage.work(member.actor.account) as work:
        below = await work.places.at(replace(reply.spot, thread=reply.message))
        if below is not None:
            await work.places.lost(below.id)
    return below is not None


async def _known(work: Work, reply: Reply) -> Source | None:
    """What the message is known as, held until the transaction ends; None where it cannot be one
    of a session's.
    """
    source = await work.sources.get(reply.spot, reply.message)
    if source is not None or await work.places.at(reply.spot) is None:
        return source
    await work.sources.claim(reply.spot, reply.message)
    return await work.sources.get(reply.spot, reply.message)


async def _changed(
    desk: Desk, member: Member, reply: Reply, source: Source, delivery: str
) -> Done | None:
    """The note follows its message: it reads differently, goes out, or comes in again."""
    assert source.session is not None
    assert source.seq is not None
    async with desk.storage.work(member.actor.account) as work:
        made = await work.sources.made(reply.deliveries)
    if stays_out(reply.text):
        if source.out:
            return None
        return await _each(desk, member, made, NoteKeptOut, delivery)
    text = noted(reply.text).text
    change = NoteEdited(source.seq, text) if text else NoteDeleted(source.seq)
    note = next((each for each in made if each.seq == source.seq), None)
    who = _who(member, note) if note else member.identity
    done = await do(desk, who, source.session, change, delivery=delivery)
    if source.aside and source.out_by is None:
        await _each(desk, member, made, lambda seq: NoteKeptOut(seq, out=False), delivery)
    return done


async def _each(
    desk: Desk,
    member: Member,
    made: Sequence[Made],
    deed: Callable[[int], Deed],
    delivery: str,
) -> Done | None:
    """Do the same with every note and file; the first that was refused, if one was."""
    done: Done | None = None
    for each in made:
        if each.kind in _NOTES:
            done_to = deed(each.seq)
            taken_back = isinstance(done_to, NoteDeleted)
            who = _who(member, each) if taken_back else member.identity
            one = await do(desk, who, each.session, done_to, delivery=f"{delivery}:{each.seq}")
            done = done if done is not None and done.refusal else one
    return done


async def _refused(desk: Desk, member: Member, note: Made) -> Refusal | None:
    asked = Asked(member.identity, note.session, of=note.seq)
    found = await desk.storage.sessions.read(asked)
    if found is None or found.past is None:
        return Refusal(Because.NOT_FOUND, "There is no such note in this session.")
    return may_change_note(found.actor, found.past.by)


def _was_changed(source: Source) -> bool:
    return source.deleted or source.waiting_text is not None


def _is_theirs(actor: Actor, made: Made) -> bool:
    return actor.is_admin or made.by == actor.id or made.author != ""


def _who(member: Member, made: Made) -> Identity | Product:
    """Who lets a note follow its message. Where somebody else added it, that is the product: who
    changed the message wrote it, and no platform lets others do so.
    """
    return Product(member.actor.account) if made.author else member.identity
