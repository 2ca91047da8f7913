"""A message that somebody pointed at becomes part of a session: a note, with its files, once."""

from bot.app.attaching import attach_all
from bot.app.chat import Chat
from bot.app.desk import do
from bot.app.ground import spot_of
from bot.app.membership import Member
from bot.app.notes import Reply, Taking, noted_by, write_down
from bot.port import Pointed
from core.frozen import frozen
from core.ids import SessionId
from storage.sources import Made, Source

_DELETED = "This message was deleted: nothing was written down."


@frozen
class Took:
    """What became of it: `before` is what it was part of already, `refused` why nothing was
    written down, `problems` why some of its files were not kept.
    """

    before: tuple[Made, ...] = ()
    refused: str = ""
    problems: tuple[str, ...] = ()


async def take_message(chat: Chat, member: Member, at: Pointed, session: SessionId) -> Took:
    """Make it part of `session`, unless it is one of any already. Raises StorageError."""
    desk, reply = chat.desk, reply_of(member, at)
    async with desk.storage.work(member.actor.account) as work:
        source = await work.sources.get(reply.spot, reply.message) or Source()
        made = await work.sources.made(reply.deliveries)
        if source.deleted:
            return Took(refused=_DELETED)
        if not made:
            await work.sources.take_up(reply.spot, reply.message)
    if made and not _is_half_done(made, member, at):
        return Took(made)
    taking = Taking(session, reply, {each.delivery: each for each in made}, at.author)
    if reply.text.strip() and reply.delivery not in taking.made:
        done = await write_down(desk, member, taking)
        if done.refusal is not None:
            return Took(refused=done.refusal.message)
        if done.repeated:  # somebody else was faster
            return Took(await made_of(chat, member, at))
    return Took(problems=tuple(await attach_all(chat, member, taking, at.by, at.files)))


async def write_anew(
    chat: Chat, member: Member, at: Pointed, session: SessionId, *, delivery: str
) -> str:
    """Only its words, as a note that does not follow it; why not, where they were not taken."""
    if not at.text.strip():
        return ""
    deed = noted_by(at.text, at.author)
    done = await do(chat.desk, member.identity, session, deed, delivery=delivery)
    return done.refusal.message if done.refusal else ""


async def made_of(chat: Chat, member: Member, at: Pointed) -> tuple[Made, ...]:
    """What the message has become so far."""
    async with chat.desk.storage.work(member.actor.account) as work:
        return await work.sources.made(reply_of(member, at).deliveries)


def reply_of(member: Member, at: Pointed) -> Reply:
    """The message, as if it had been written to us."""
    return Reply(spot_of(member, at.by), at.message, at.text)


def _is_half_done(made: tuple[Made, ...], member: Member, at: Pointed) -> bool:
    """Whether who points did so before, and it ended before all of the files were there."""
    mine = all(each.by == member.actor.id and each.author == at.author for each in made)
    return mine and at.files != () and len(made) < bool(at.text.strip()) + len(at.files)
