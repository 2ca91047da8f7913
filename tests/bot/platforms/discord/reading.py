"""Discord's markdown as its client reads it: what a person sees, and what it is within. Written
from what the client does, without bot/platforms/discord, so that the two are checked against each
other. Marks are looked for wherever the reader stands, and what they enclose is read by itself.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

Json = dict[str, Any]

LEADS = "where it leads"


class Run(NamedTuple):
    """Some text as it is seen, and what it is within, from the outside in."""

    text: str
    within: tuple[str, ...] = ()


# What follows a name is what is seen; a group called `in` is read on.
_ANYWHERE = {
    "": r"\\(?P<seen>[^0-9A-Za-z\s])",
    "mention": r"(?P<seen><(?:@[!&]?|#|a?:\w+:|/[^<>:\n]+:|id:)\w+>|@everyone|@here)",
    "time": r"<t:(?P<seen>-?\d+)(?::[tTdDfFR])?>",
    "address": r"<(?P<seen>[^: >]+:/[^ >]+)>",
    "bare address": r"(?P<seen>(?:https?|steam|discord)://[^\s<]+)",
    "emoji": r"(?P<seen>:[\w+-]+:)",
    "bold": r"\*\*(?P<on>.+?)\*\*(?!\*)",
    "underlined": r"__(?P<on>.+?)__(?!_)",
    "slanted": r"_(?P<on>(?:__|\\.|[^\\_])+?)_(?!\w)",
    "italic": r"\*(?=\S)(?P<on>(?:\\\*|\*\*|\s+(?:[^*\s]|\\\*|\*\*)|[^\s*])+?)(?<!\\)\*(?!\*)",
    "struck": r"~~(?P<on>.+?)~~",
    "spoiler": r"\|\|(?P<on>.+?)\|\|",
    "block": r"```(?:[\w+.-]*[^\S\n]*\n)?\n*(?P<seen>[^\n].*?)\n*```",
    "code": r"(?P<ticks>``?)(?P<seen>.*?)(?P=ticks)",
    "link": r"\[(?P<words>(?:\\.|[^\]\\])*)\]\((?P<leads>https?://[^\s()\[\]]+)\)",
}
_AT_THE_BEGINNING = {
    "quote": r" *>(?:>>)? (?P<on>[^\n]+\n?)",
    "small": r"-# (?!-#) *(?P<on>[^\n]+\n?)",
    "title": r"#{1,3} (?!#) *(?P<on>[^\n]+\n?)",
    "item": r"(?P<mark> *(?:[-+*]|\d+\.)) +(?P<on>[^\n]+\n?)",
}
_RULES = [
    *((kind, re.compile(rule, re.DOTALL), False) for kind, rule in _ANYWHERE.items()),
    *((kind, re.compile(rule), True) for kind, rule in _AT_THE_BEGINNING.items()),
]


def read(markdown: str, *within: str) -> Iterator[Run]:
    """What is seen, in order."""
    at, is_beginning = 0, True
    while at < len(markdown):
        kind, found = _match(markdown, at, within, is_beginning=is_beginning)
        if found is None:
            yield Run(markdown[at], within)
            is_beginning = markdown[at] == "\n" or (is_beginning and markdown[at].isspace())
            at += 1
            continue
        yield from _runs(kind, found, within)
        at, is_beginning = found.end(), found[0].endswith("\n")


def seen(runs: Iterable[Run]) -> str:
    """All of it as text."""
    return "".join(run.text for run in runs if LEADS not in run.within)


def told(runs: Iterable[Run]) -> str:
    """The same, with where its links lead to."""
    return "".join(run.text for run in runs)


def marked(markdown: str) -> str:
    """What is seen, with what it is within in angle brackets."""
    shown: list[str] = []
    opened: tuple[str, ...] = ()
    for text, within in [*read(markdown), Run("")]:
        if LEADS in within:
            continue
        if within != opened:
            shown += [f"</{kind}>" for kind in reversed(opened)] + [f"<{k}>" for k in within]
            opened = within
        shown.append(text)
    return "".join(shown)


def kinds(markdown: str) -> set[str]:
    """Everything that something in it is within."""
    return {kind for run in read(markdown) for kind in run.within} - {LEADS}


def every(components: Iterable[Json]) -> Iterator[Json]:
    """Components and those in them."""
    for each in components:
        yield each
        within = [*each.get("components", ()), each.get("accessory"), each.get("component")]
        yield from every(one for one in within if one)


def contents(payload: Json) -> list[str]:
    """The text displays of a message."""
    return [each["content"] for each in every(payload["components"]) if each["type"] == 10]


def pressed(payload: Json) -> list[str]:
    """The token of everything that can be pressed or picked."""
    found = []
    for each in every(payload["components"]):
        if each["type"] == 2:
            found.append(each["custom_id"])
        found += [option["value"] for option in each.get("options", ())]
    return found


def words(text: str) -> str:
    """What is left when blanks and capitals do not count."""
    return "".join(text.split()).casefold()


def _match(
    markdown: str, at: int, within: tuple[str, ...], *, is_beginning: bool
) -> tuple[str, re.Match[str] | None]:
    for kind, rule, at_the_beginning in _RULES:
        if at_the_beginning and (not is_beginning or (kind == "quote" and "quote" in within)):
            continue
        found = rule.match(markdown, at)
        if found and (kind not in ("code", "block") or found["seen"].strip("`")):
            return kind, found
    return "", None


def _runs(kind: str, found: re.Match[str], within: tuple[str, ...]) -> Iterator[Run]:
    named = found.groupdict()
    inside = (*within, kind) if kind else within
    if "on" in named:
        if "mark" in named:
            yield Run(f"{found['mark']} ", inside)
        yield from read(found["on"], *inside)
    elif "words" in named:  # no backslash makes anything literal there
        yield Run(found["words"], (*within, f"to {found['leads']}"))
        yield Run(found["leads"], (*within, LEADS))
    else:
        yield Run(found["seen"], inside)
