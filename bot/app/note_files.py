"""The ticket note as a file in its thread: in one piece, to keep, to send on, to print.

What a note says is core.ticket's; here is only which of its formats are files, and where they go.
"""

from collections.abc import Mapping
from hashlib import sha256

from bot.app import showing
from bot.app.answers import said, whispered
from bot.app.chat import Chat
from bot.app.ground import spot_of
from bot.app.marks import mark_of
from bot.app.membership import Member
from bot.cards.session import NOTE_NAME
from bot.port import Answer, Origin, PlatformError, Target, Unauthorized, Upload
from core.errors import Refusal
from core.frozen import frozen
from core.ids import SessionId
from core.views import NoteView, NoticeView

MARKDOWN = "md"


@frozen
class _Kind:
    form: str  # one of core.ticket's
    name: str
    media_type: str
    title: str

    def upload(self, note: NoteView) -> Upload:
        return Upload(self.name, self.media_type, note.text.encode(), self.title)


_KINDS: Mapping[str, _Kind] = {
    MARKDOWN: _Kind("markdown", NOTE_NAME, "text/markdown", "The ticket note as Markdown"),
    "html": _Kind("html", "ticket-note.html", "text/html", "The ticket note as an HTML page"),
}


async def posted(
    chat: Chat, member: Member, by: Origin, session: SessionId, *, kind: str = MARKDOWN
) -> Answer:
    """Post the note where it was asked for, once while it says the same; where that may not or
    cannot be, whisper it. Raises StorageError.
    """
    if kind not in _KINDS:
        return said("This button names no kind of file. Type /flow summary for the ticket note.")
    note = await showing.ticket(chat.desk, member.identity, session, form=_KINDS[kind].form)
    if isinstance(note, Refusal):
        return said(note.message)
    if not await _lives_there(chat, member, by, session):
        return await _as_text(chat, member, session, "A file goes only where its session is.")
    try:
        await _upload(chat, by, _KINDS[kind].upload(note), session)
    except PlatformError as error:
        told = error.told if isinstance(error, Unauthorized) else ""
        why = f"No file can be posted here. {told}".strip()
        return await _as_text(chat, member, session, why)
    await _lies_below(chat, member, by)
    return said("The note is below, as a file.")


async def _upload(chat: Chat, by: Origin, file: Upload, session: SessionId) -> None:
    """Pressed again for the same content in the same place, nothing is posted again."""
    content = sha256(file.content).hexdigest()
    mark = mark_of(session, f"{by.workspace} {by.channel} {by.thread} {file.name} {content}")
    target = Target(by.workspace, by.channel, by.thread)
    await chat.sender(by).upload(target, file, mark=mark)


async def _lives_there(chat: Chat, member: Member, by: Origin, session: SessionId) -> bool:
    """Whether whoever reads there sees the session anyway: elsewhere a file would tell too many."""
    if by.direct:
        return True
    async with chat.desk.storage.work(member.actor.account) as work:
        place = await work.places.at(spot_of(member, by))
    return place is not None and place.session == session


async def _lies_below(chat: Chat, member: Member, by: Origin) -> None:
    """The next step is posted below the file, so that it stays in reach."""
    async with chat.desk.storage.work(member.actor.account) as work:
        await work.places.wrote_below(spot_of(member, by))


async def _as_text(chat: Chat, member: Member, session: SessionId, why: str) -> Answer:
    note = await showing.ticket(chat.desk, member.identity, session)
    if isinstance(note, Refusal):
        return said(note.message)
    return whispered(NoticeView(f"{why} Here is the note as text."), note)
