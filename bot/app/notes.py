"""Notes from a thread: a reply becomes a note once, and follows when the message is changed.

A chat message is known by its place and id. What it became carries that as its delivery id, so the
same message delivered again, or after a crash half-way, is still one note.
"""

from dataclasses import replace
from hashlib import sha256

from bot.app.desk import Desk, Done, do
from bot.app.membership import Member
from core.access import Actor, may_change_note
from core.errors import Because, Refusal
from core.frozen import frozen
from core.ids import PersonId, SessionId
from core.session.deeds import Deed, NoteAdded, NoteDeleted, NoteEdited, NoteKeptOut
from core.session.replying import noted, stays_out
from core.session.trail import Entry
from storage.places import Place, Spot
from storage.sources import Made, Source
from storage.work import Work

FILES = 20  # of one message; more than any platform lets somebody send at once


@frozen
class Reply:
    """A message that somebody wrote in a session's thread."""

    spot: Spot
    message: str
    text: str

    @property
    def delivery(self) -> str:
        """The same for every delivery of this message, whatever the platform calls the event."""
        return f"note:{self.spot.workspace}:{self.spot.channel}:{self.message}"

    def of_file(self, number: int) -> str:
        """The delivery of the message's nth file, counted from 1."""
        return f"{self.delivery}#{number}"

    @property
    def deliveries(self) -> tuple[str, ...]:
        """Its text's, and those of the files it may have."""
        return (self.delivery, *(self.of_file(number) for number in range(1, FILES + 1)))


@frozen
class Taking:
    """A message that becomes part of a session, and what of it has become so already.

    `author` is who wrote it, by name, where that is not who adds it.
    """

    session: SessionId
    reply: Reply
    made: dict[str, Made]
    author: str = ""


@frozen
class Heard:
    """A message that came in: where, as it reads by now, and what it has become already."""

    place: Place
    reply: Reply
    source: Source
    made: dict[str, Made]

    @property
    def session(self) -> SessionId:
        """The session that it belongs to, wherever its place went since."""
        return next((made.session for made in self.made.values()), self.place.session)

    @property
    def taking(self) -> Taking:
        """It, as a part of that session."""
        return Taking(self.session, self.reply, self.made)


async def hear(desk: Desk, member: Member, reply: Reply, *, counts: bool) -> Heard | None:
    """Know a message, and that it stands below the step; None where no session lives or lived.

    One that does not count is only known to stand there.
    """
    async with desk.storage.work(member.actor.account) as work:
        place = await work.places.at(reply.spot)
        if place is None:
            return None
        known = await work.sources.get(reply.spot, reply.message)
        if known is None or known.visit is None:
            await work.places.wrote_below(reply.spot)
        if not counts:
            return Heard(place, reply, Source(), {})
        return await _heard(work, place, reply)


async def _heard(work: Work, place: Place, reply: Reply) -> Heard:
    session = await work.histories.get(place.session)
    visit = session.here.visit if session else 0
    await work.sources.claim(reply.spot, reply.message, visit=visit)
    source = await work.sources.get(reply.spot, reply.message) or Source()
    reply = replace(reply, text=source.waiting_text or reply.text)
    made = {each.delivery: each for each in await work.sources.made(reply.deliveries)}
    if not made and stays_out(reply.text) and not source.aside:
        await work.sources.set_aside(reply.spot, reply.message, aside=True)
        source = replace(source, aside=True)
    return Heard(place, reply, source, made)


async def take(desk: Desk, member: Member, reply: Reply) -> Done | Refusal:
    """Turn a reply into a note of the session that lives, or lived, in its thread."""
    async with desk.storage.work(member.actor.account) as work:
        place = await work.places.at(reply.spot)
    if place is None:
        return Refusal(Because.NOT_FOUND, "No session lives in this thread.")
    return await write_down(desk, member, Taking(place.session, reply, {}))


async def write_down(desk: Desk, member: Member, taking: Taking) -> Done:
    """Turn a message into a note of that session, unless it is one already, of whichever."""
    reply, session = taking.reply, taking.session
    deed = noted_by(reply.text, taking.author)
    done = await do(desk, member.identity, session, deed, delivery=reply.delivery)
    if done.refusal is None:
        async with desk.storage.work(member.actor.account) as work:
            made = await work.sources.made([reply.delivery])
        await settle(desk, member, reply, made[0].session if made else session)
    return done


def noted_by(text: str, author: str) -> NoteAdded:
    """The note that a message is, and by whom, where that is not who adds it."""
    return replace(noted(text), author=author)


async def settle(desk: Desk, member: Member, reply: Reply, session: SessionId) -> None:
    """Catch up with what came before the message, then remember which entry it became.

    In this order: bound first, a change would be lost with a process that dies in between.
    """
    made: Source | None = None
    while True:
        async with desk.storage.work(member.actor.account) as work:
            entry = await work.histories.delivered(reply.delivery)
            await work.sources.claim(reply.spot, reply.message)
            source = await work.sources.get(reply.spot, reply.message)
            if entry is None or source is None or source.seq is not None:
                return
            changes = await _waiting(work, source, entry)
            if not changes or source == made:
                await work.sources.bind(reply.spot, reply.message, session, entry.seq)
                return
        made = source
        for change in changes:
            await do(desk, member.identity, session, change, delivery=_late(reply.delivery, change))


async def settle_file(desk: Desk, member: Member, reply: Reply, delivery: str) -> None:
    """Let a file follow what happened to its message while it was fetched."""
    async with desk.storage.work(member.actor.account) as work:
        entry = await work.histories.delivered(delivery)
        source = await work.sources.get(reply.spot, reply.message)
        made = await work.sources.made([delivery])
        if entry is None or source is None:
            return
        changes = await _waiting(work, replace(source, waiting_text=None), entry)
    for change in changes:
        await do(desk, member.identity, made[0].session, change, delivery=_late(delivery, change))


async def _waiting(work: Work, source: Source, entry: Entry) -> list[Deed]:
    """What was done to a message before it became `entry`."""
    if source.deleted:
        return [NoteDeleted(entry.seq)]
    changes: list[Deed] = []
    text = noted(source.waiting_text).text if source.waiting_text else ""
    if text and isinstance(entry.deed, NoteAdded) and text != entry.deed.text:
        changes.append(NoteEdited(entry.seq, text))
    if source.aside or await _may_keep_out(work, source.out_by, entry.by):
        changes.append(NoteKeptOut(entry.seq))
    return changes


async def _may_keep_out(work: Work, who: PersonId | None, author: PersonId | None) -> bool:
    """Whether who reacted to a message, before it came, wrote it or is an admin."""
    person = await work.people.get(who) if who else None
    if person is None:
        return False
    return may_change_note(Actor(person.id, work.account, person.role), author) is None


def _late(delivery: str, change: Deed) -> str:
    """The same for the same change of the same message, however often it is caught up with."""
    text = change.text if isinstance(change, NoteEdited) else ""
    return f"{delivery}:{change.kind}:{sha256(text.encode()).hexdigest()[:16]}"
