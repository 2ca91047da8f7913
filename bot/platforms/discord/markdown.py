"""Text in Discord's markdown, and back: plain text and times as it, code to copy, and what people
wrote as plain text. CommonMark is prose.py.

Discord reads a mark wherever it stands: there are no blocks that are safe from it, and what follows
the beginning of a line, a list's marker or a bold text's stars begins a line again. A backslash
makes any punctuation literal, but not in code, addresses or the words of a link. The rules:
https://support.discord.com/hc/en-us/articles/210298617 and docs.discord.com/developers/reference
(#message-formatting).
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache

from bot.cards.card import Parts

ADDRESS = re.compile(r"https?://[^\s/?#<>][^\s<>]*", re.IGNORECASE)

# Marks, what is followed (<@1>, </flow:1>, steam://x), an emoji's name, and everybody.
_SPECIAL = re.compile(r"[\\*_~`|\[\]<]|:(?=//|[\w+-]+:)|@(?=everyone|here)")
_BEGINS = re.compile(  # a list, heading, quote or small text
    r"^([^\S\n\ufeff]*\ufeff?[^\S\n]*)(?:([-+](?=\s|#|$)|#(?=#{0,2}(?:\s|$))|>)|(\d+)(?=\.(?:\s|$)))",
    re.MULTILINE,
)
_QUIET = re.compile(r"[A-Za-z][^\\*_~`|\[\]<:@\n]*")  # nothing in it is a mark: as nearly all texts
_CLOSING = re.compile(r"[*`]|~(?=~)|\|(?=\|)")  # what would end the marks that an address is within
_LANGUAGE = re.compile(r"[\w+.-]{1,20}", re.ASCII)

_WRITTEN = re.compile(
    r"(?P<code>```.*?```|``.*?``|`[^`]+`)"
    r"|\\(?P<literal>[*_~`|<>#@:])"
    r"|<@[!&]?(?P<who>\d+)>"
    r"|<#(?P<channel>\d+)>"
    r"|<a?:(?P<emoji>\w+):\d+>"
    r"|</(?P<command>[^:<>\n]+):\d+>"
    r"|<t:(?P<time>-?\d+)(?::[a-zA-Z])?>"
    r"|<(?P<address>https?://[^\s<>]+)>",
    re.DOTALL,
)


@lru_cache(2_048)  # what was answered stands above every step that follows
def escaped(text: str, *, within: bool = False) -> str:
    """`text` in which nothing is a mark, addresses as links; `within`: it stands in marks."""
    if _QUIET.fullmatch(text):
        return text
    written, end = [], 0
    for found in ADDRESS.finditer(text):
        address = _trimmed(found[0])
        written += [_literal(text[end : found.start()]), link(address, within=within)]
        end = found.start() + len(address)
    written.append(_literal(text[end:]))
    return _BEGINS.sub(_held, "".join(written))


def link(address: str, *, within: bool = False) -> str:
    """An address that is followed as it is, without a preview."""
    return f"<{_CLOSING.sub(_percent, address) if within else address}>"


def line(parts: Parts, *, within: bool = False) -> str:
    """Text and times, these by the reader's own clock."""
    return "".join(
        time(part) if isinstance(part, datetime) else escaped(part, within=within) for part in parts
    )


def struck(written: str) -> str:
    """What `within` marks was written, as what stands no more."""
    gap = " " if written.endswith("~") else ""  # Discord takes the first two that it finds
    return f"~~{written}{gap}~~"


def time(at: datetime) -> str:
    """A time, as the reader's own clock shows it."""
    return f"<t:{int(at.timestamp())}:f>"


def fenced(code: str, language: str = "") -> str:
    """Code to copy as it is.

    Discord knows no longer fence than three ticks. Code that has them is text in which each mark
    is literal: what is selected and copied there is exact, which a joiner between them is not.
    """
    if "```" in code or not code.strip("` \t\n"):
        return escaped(code)
    named = language if _LANGUAGE.fullmatch(language) else ""
    code = code.rstrip("\n")
    return f"```{named}\n{code}\n```"


def plain(content: str, names: Mapping[str, str]) -> str:
    """What somebody wrote, as they read it; `names` are those of the ids that it mentions.

    Two backslashes stay two: a path begins with them more often than anybody escapes one.
    """
    return _WRITTEN.sub(lambda found: _read(found, names), content)


def mentioned(content: str) -> set[str]:
    """The users whom it mentions."""
    every = _WRITTEN.finditer(content)
    return {found["who"] for found in every if found["who"] and found[0][2] != "&"}


def without(content: str, bot_id: str) -> str:
    """The text without its mentions of the bot."""
    mention = rf"<@!?{re.escape(bot_id)}>:?"
    alone = re.sub(rf"^{mention}[ \t]*|[ \t]*{mention}$", "", content, flags=re.MULTILINE)
    return re.sub(rf"[ \t]*{mention}[ \t]*", " ", alone).strip()


def _literal(text: str) -> str:
    return _SPECIAL.sub(lambda found: "\\" + found[0], text)


def _held(found: re.Match[str]) -> str:
    """What would begin a list, a heading, a quote or small text, as words."""
    blank, sign, number = found.groups()
    return f"{blank}\\{sign}" if sign else f"{blank}{number}\\"


def _trimmed(address: str) -> str:
    """Without what ends the sentence, or the bracket, that it stands in."""
    while True:
        shorter = address.rstrip(".,:;!?'\"")
        if shorter.endswith((")", "]")) and not _is_balanced(shorter):
            shorter = shorter[:-1]
        if shorter == address:
            return address
        address = shorter


def _is_balanced(address: str) -> bool:
    return all(address.count(a) >= address.count(b) for a, b in ("()", "[]"))


def _percent(found: re.Match[str]) -> str:
    return f"%{ord(found[0]):02X}"


def _read(found: re.Match[str], names: Mapping[str, str]) -> str:
    kind, value = found.lastgroup, found[found.lastgroup or 0]
    match kind:
        case "who":
            return f"@{names.get(value, value)}"
        case "channel":
            return f"#{names.get(value, value)}"
        case "emoji":
            return f":{value}:"
        case "command":
            return f"/{value}"
        case "time":
            return _moment(value)
        case _:
            return value


def _moment(seconds: str) -> str:
    try:
        return f"{datetime.fromtimestamp(int(seconds), UTC):%Y-%m-%d %H:%M UTC}"
    except (ValueError, OverflowError, OSError):
        return seconds
