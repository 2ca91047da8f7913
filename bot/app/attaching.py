"""The files of a message: fetched at once, because platforms' links expire, and put on the step."""

import asyncio
from typing import NamedTuple

from bot.app.chat import Chat
from bot.app.desk import Desk, Done, do
from bot.app.membership import Member
from bot.app.notes import FILES, Taking, settle_file
from bot.port import File, Gone, Origin, PlatformError, TooLarge, Unauthorized
from core.access import may_run_sessions
from core.errors import Because, Refusal
from core.ids import SessionId
from core.session.deeds import Attached
from core.session.notes import file_name, media_type
from storage.files import FILE_LIMIT

PATIENCE = 30.0  # seconds that a platform may take for one file


class Attachment(NamedTuple):
    """A file: its name and media type as they are said, its content, and who it is from, by name,
    where that is not who adds it.
    """

    name: str
    media_type: str
    content: bytes
    author: str = ""


async def attach_all(
    chat: Chat, member: Member, taking: Taking, by: Origin, files: tuple[File, ...]
) -> list[str]:
    """Keep every file of a message; why those were not kept that were not."""
    problems = []
    for number, file in enumerate(files[:FILES], 1):
        delivery = taking.reply.of_file(number)
        if delivery not in taking.made:
            problem = await _kept(chat, member, taking, (by, file), delivery)
            problems += [problem] if problem else []
    if len(files) > FILES:
        problems.append(
            f"The first {FILES} files of a message are kept. Send the others in another message."
        )
    return problems


async def attach(
    desk: Desk, member: Member, session: SessionId, file: Attachment, *, delivery: str
) -> Done:
    """Keep a file and put it on the step of the moment."""
    if refused := may_run_sessions(member.actor):
        return Done(None, {}, refusal=refused)
    async with desk.storage.work(member.actor.account) as work:
        if await work.histories.get(session) is None:
            return Done(None, {}, refusal=Refusal(Because.NOT_FOUND, "There is no such session."))
        stored = await work.files.store(file.content, media_type(file.media_type))
    if isinstance(stored, Refusal):
        return Done(None, {}, refusal=stored)
    deed = Attached(stored.sha256, file.name, file.media_type, stored.size, file.author)
    return await do(desk, member.identity, session, deed, delivery=delivery)


async def _kept(
    chat: Chat, member: Member, taking: Taking, sent: tuple[Origin, File], delivery: str
) -> str | None:
    """None when it is kept, else why not, for who sent it."""
    by, file = sent
    content = await _fetched(chat, by, file)
    if isinstance(content, str):
        return content
    attachment = Attachment(file.name, file.media_type, content, taking.author)
    done = await attach(chat.desk, member, taking.session, attachment, delivery=delivery)
    if done.refusal is not None:
        return f"“{file_name(file.name)}” was not kept. {done.refusal.message}"
    await settle_file(chat.desk, member, taking.reply, delivery)
    return None


async def _fetched(chat: Chat, by: Origin, file: File) -> bytes | str:
    """The file's bytes, or why there are none."""
    what = f"“{file_name(file.name)}” was not kept"
    try:
        if file.size > FILE_LIMIT:
            raise TooLarge(file.name)
        async with asyncio.timeout(PATIENCE):
            return await chat.sender(by).fetch(by.workspace, file, limit=FILE_LIMIT)
    except TooLarge:
        return (
            f"{what}: {FILE_LIMIT // 1024**2} MB is the most. "
            "Attach a smaller one, or say in a note where it is."
        )
    except Gone:
        return f"{what}: it is not there any more. Send it again."
    except Unauthorized:
        return f"{what}: I may not read files here. Ask an admin of this workspace to allow it."
    except (PlatformError, TimeoutError):
        return f"{what}: it could not be fetched. Send it again in a minute."
