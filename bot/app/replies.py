"""What becomes of a message in a session's thread: an answer, a note, files, or nothing at all; and
what happens when it is edited, deleted, or kept out.
"""

from bot.app import answering, following, notes
from bot.app.answers import said
from bot.app.attaching import attach_all
from bot.app.chat import Chat
from bot.app.desk import Done
from bot.app.ground import spot_of
from bot.app.membership import Member
from bot.app.notes import Heard, Reply
from bot.port import NOTHING, Answer, Deleted, Edited, Origin, Reacted, Receipt, Replied
from core.access import may_run_sessions
from core.errors import Because, Refusal
from core.session.deeds import NoteAdded
from core.session.replying import stays_out
from core.views import NoticeView

_UNHEARD = Refusal(
    Because.INVALID,
    "That was not written down: there are no threads here, so only what quotes or mentions me "
    "counts. Press “Add a note…”, or type /flow note and your words.",
)


async def replied(chat: Chat, member: Member, reply: Replied) -> Answer:
    """A message was written. Raises StorageError."""
    if stranger := may_run_sessions(member.actor):
        return said(stranger.message)
    message = Reply(spot_of(member, reply.by), reply.message, reply.text)
    counts = bool(reply.by.thread) or reply.meant
    heard = await notes.hear(chat.desk, member, message, counts=counts)
    if heard is None or not counts or heard.source.deleted:
        return NOTHING
    if heard.source.aside and not heard.made:
        return NOTHING
    return await _taken(chat, member, heard, reply)


def unheard(reply: Replied) -> Refusal | None:
    """What to say once to who writes to nobody but us, in a way that does not count."""
    if reply.by.direct and not reply.by.thread and not reply.meant and not stays_out(reply.text):
        return _UNHEARD
    return None


async def edited(chat: Chat, member: Member, change: Edited) -> Answer:
    """A message reads differently now. Raises StorageError."""
    message = Reply(spot_of(member, change.by), change.message, change.text)
    done = await following.edited(chat.desk, member, message, delivery=change.delivery)
    if isinstance(done, Done) and done.moved and isinstance(done.moved.entry.deed, NoteAdded):
        return Answer(receipt=Receipt.TAKEN)
    return _followed(done)


async def deleted(chat: Chat, member: Member, change: Deleted) -> Answer:
    """A message was taken back. Raises StorageError."""
    message = _of(member, change.by, change.message)
    return _followed(await following.deleted(chat.desk, member, message, delivery=change.delivery))


async def reacted(chat: Chat, member: Member, reaction: Reacted) -> Answer:
    """A message is kept out by a reaction, or let in again. Raises StorageError."""
    message = _of(member, reaction.by, reaction.message)
    out, delivery = reaction.added, reaction.delivery
    done = await following.keep_out(chat.desk, member, message, out=out, delivery=delivery)
    return _followed(done)


async def _taken(chat: Chat, member: Member, heard: Heard, reply: Replied) -> Answer:
    """Files go on the step that a reply answers, and come after the words of a note."""
    files = reply.files
    meant = await _answers(chat, member, heard)
    if meant is None:
        answer = await _noted(chat, member, heard)
        problems = await attach_all(chat, member, heard.taking, reply.by, files)
    else:
        problems = await attach_all(chat, member, heard.taking, reply.by, files)
        answer = await answering.answer(chat.desk, member, heard, meant)
    return _with_files(answer, len(files), problems)


async def _answers(chat: Chat, member: Member, heard: Heard) -> answering.Meant | None:
    """None where it is a note: one that was changed before it came is never an answer."""
    source = heard.source
    if heard.reply.delivery in heard.made or source.waiting_text:
        return None
    return await answering.meant(chat.desk, member, heard)


async def _noted(chat: Chat, member: Member, heard: Heard) -> Answer:
    """The words of a message as a note; what it became already, where it came before."""
    before = heard.made.get(heard.reply.delivery)
    if before is not None and before.kind != NoteAdded.kind:
        return Answer(receipt=Receipt.ANSWERED)
    if before is not None:
        await notes.settle(chat.desk, member, heard.reply, before.session)
        return Answer(receipt=Receipt.TAKEN)
    if not heard.reply.text.strip():
        return NOTHING
    done = await notes.take(chat.desk, member, heard.reply)
    refusal = done if isinstance(done, Refusal) else done.refusal
    return _not_kept([refusal.message]) if refusal else Answer(receipt=Receipt.TAKEN)


def _with_files(answer: Answer, files: int, problems: list[str]) -> Answer:
    if problems:
        told = (*answer.whispers, *_not_kept(problems).whispers)
        answered = answer.receipt is Receipt.ANSWERED
        return Answer(receipt=Receipt.ANSWERED if answered else Receipt.NOT_TAKEN, whispers=told)
    return Answer(receipt=Receipt.TAKEN) if files and answer.receipt is None else answer


def _not_kept(sentences: list[str]) -> Answer:
    return Answer(receipt=Receipt.NOT_TAKEN, whispers=(NoticeView("\n".join(sentences)),))


def _followed(done: Done | Refusal | None) -> Answer:
    refusal = done.refusal if isinstance(done, Done) else done
    return said(refusal.message) if refusal else NOTHING


def _of(member: Member, by: Origin, message: str) -> Reply:
    return Reply(spot_of(member, by), message, "")
