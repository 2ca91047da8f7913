"""What is typed after /flow: a verb, or words that find a flow to begin. One module a family."""

import re

from bot.app.chat import Chat
from bot.app.commands import beginning, writing
from bot.app.commands.registry import WORDS
from bot.app.commands.said import Said, Verb
from bot.app.commands.suggesting import suggest
from bot.app.ground import spot_of
from bot.app.membership import Member
from bot.port import Answer, Command
from core.text import cleaned

__all__ = ["command", "is_command", "suggest"]

_TWICE = re.compile(
    r"\A/flow(?:\s+|$)", re.IGNORECASE
)  # at the start, behind the one that was meant
_NUMBER = re.compile(r"#?[0-9]{1,3}\.?", re.ASCII)


async def command(chat: Chat, member: Member, said: Command) -> Answer:
    """What to answer. Raises StorageError."""
    text = _bare(said.text)
    verb, words = _verb_of(text)
    typed = Said(chat, member, said.by, said.delivery, words)
    if verb is not None:
        return await verb.does(typed)
    if _NUMBER.fullmatch(text) and await _is_in_session(typed):
        return await writing.answer(typed)
    return await (beginning.start(typed) if text else beginning.menu(typed))


def is_command(text: str) -> bool:
    """Whether it begins with a verb or with /flow itself, or is an answer's number."""
    said = _bare(text)
    is_typed = said != cleaned(text)
    return is_typed or _verb_of(said)[0] is not None or bool(_NUMBER.fullmatch(said))


def _bare(text: str) -> str:
    return _TWICE.sub("", cleaned(text))


def _verb_of(text: str) -> tuple[Verb | None, str]:
    """The verb that the first words are ("take over" is one), and what comes after it."""
    first, *rest = text.split(None, 1) or [""]
    second, *after = rest[0].split(None, 1) if rest else [""]
    for word, words in ((f"{first}-{second}", after), (first, rest)):
        verb = WORDS.get(word.casefold()) or WORDS.get(word.casefold().rstrip("?!."))
        if verb is not None and not (verb.bare and words):
            return verb, words[0] if words else ""
    return None, text


async def _is_in_session(typed: Said) -> bool:
    async with typed.desk.storage.work(typed.member.actor.account) as work:
        return await work.places.at(spot_of(typed.member, typed.by)) is not None
