"""`/flow link`: codes that join a chat to a person, or a workspace to the account. Codes are only
ever whispered.
"""

import re
from dataclasses import replace

from bot.app.answers import said
from bot.app.chat import Chat
from bot.app.commands.said import Said
from bot.app.home import greeting
from bot.app.membership import Visitor, enter, issue_identity_code, issue_workspace_code
from bot.port import Answer, Command
from core.errors import Refusal
from core.text import shortened
from core.views import NoticeView
from storage.links import Purpose

WORD = "link"
_CODE = re.compile(r"[^0-9a-z]*(?:[0-9a-z][^0-9a-z]*){8}")  # as storage/links.py reads them
_NO_CODE = (
    "“{words}” is no code: codes have eight letters and digits, such as ABCD-EFGH. /flow link "
    "gives you one. To begin a flow that is called so, type /flow start link {words}."
)
_OWN = (
    "Your code: {code}\nWithin ten minutes, type /flow link {code} in the other chat: from then on "
    "you are the same person there. It works once; show it to nobody."
)
_WORKSPACE = (
    "The code: {code}\nWithin ten minutes, type /flow link {code} in the other workspace: from "
    "then on it belongs to this account. It works once; show it only to who is to enter it."
)


async def link(command: Said) -> Answer:
    """A code for who asks, one for a workspace, or what a code that is entered does."""
    actor = command.member.actor
    match command.words.casefold():
        case "":
            return _told(await issue_identity_code(command.desk, actor), _OWN)
        case "workspace":
            return _told(await issue_workspace_code(command.desk, actor), _WORKSPACE)
        case words if not _CODE.fullmatch(words):
            return said(_NO_CODE.format(words=shortened(command.words, 60)))
        case _:
            by = command.by
            visitor = Visitor(by.platform, by.workspace, by.user, by.name, guest=by.guest)
            return await _entered(command.chat, visitor, command.words)


async def entered_by(chat: Chat, visitor: Visitor, typed: Command) -> Answer | None:
    """What a code does that is entered by somebody who is not known; None for anything else."""
    word, _, code = typed.text.strip().partition(" ")
    if word.casefold() != WORD or not code.strip():
        return None
    return await _entered(chat, visitor, code.strip())


async def _entered(chat: Chat, visitor: Visitor, code: str) -> Answer:
    joined = await enter(chat.desk, visitor, code)
    if isinstance(joined, Refusal) or joined.purpose is Purpose.IDENTITY:
        return said(joined.message)
    # Whoever brings a workspace in, or is to rule it, is shown how to begin.
    hello = await greeting(chat, joined.member)
    return replace(hello, whispers=(NoticeView(joined.message), *hello.whispers))


def _told(code: str | Refusal, text: str) -> Answer:
    return said(code.message if isinstance(code, Refusal) else text.format(code=code))
