"""Whether a command's code clearly changes something, by tables of what does, per language.

What is not in the tables gives no verdict: only a clear case is worth contradicting an author.
Sources: Microsoft "Approved Verbs for PowerShell Commands" and the Windows command reference;
the FortiOS CLI reference; Cisco IOS Configuration Fundamentals; the man pages.
"""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from core.flow.check.changing_words import (
    BASH,
    CISCO_FIRST,
    FORTIOS,
    FORTIOS_EDITS,
    POWERSHELL_ALIASES,
    SQL_FIRST,
    WINDOWS,
)

_VERBS = (
    "Add|Approve|Block|Checkpoint|Clear|Compress|Confirm|Copy|Deny|Disable|Dismount|Enable|Expand|"
    "Grant|Initialize|Install|Merge|Mount|Move|New|Optimize|Publish|Push|Redo|Register|Release|Remove|"
    "Rename|Repair|Request|Reset|Resize|Restart|Restore|Resume|Revoke|Save|Set|Start|Stop|Submit|"
    "Suspend|Switch|Sync|Unblock|Undo|Uninstall|Unlock|Unpublish|Unregister|Update|Upgrade"
)
_CMDLET = re.compile(rf"(?<![\w$-])(?:{_VERBS})-([A-Za-z]\w{{1,60}})", re.IGNORECASE)
# Nouns that are made or set in the shell alone, and change nothing that lasts.
_HARMLESS = re.compile(
    r"(?:Object|TimeSpan|PSSession|PSSessionOption|CimSession|CimSessionOption|Variable|Location|"
    r"StrictMode|PSDebug|Sleep|Transcript|Job|ThreadJob|Type|Member|Host|TypeData|FormatData|Alias|"
    r"Guid|Stopwatch|Help|MessageTrace\w*|HistoricalSearch|Clipboard|Culture)",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'")
_VARIABLE = re.compile(r"\{\{[^{}\n]{0,60}\}\}")
_STATEMENT = re.compile(r"[\n;|&(){}`]+")
_BEFORE = frozenset({"sudo", "doas", "nohup", "call", "cmd", "/c", "/k", "-n", "-e", "do"})

_FORTI_FIRST = ("config", "diagnose", "execute")


def changing(code: str, language: str) -> str | None:
    """The piece of `code` that changes something, as it is to be shown; None without verdict."""
    family = _FAMILIES.get(re.sub(r"[^a-z0-9]", "", language.casefold()))
    if family is None:
        return None
    bare = _QUOTED.sub('""', _VARIABLE.sub("x", code))
    return next(_found(family, bare), None)


def _found(family: str, code: str) -> Iterator[str]:
    if family == "powershell":
        yield from _cmdlets(code)
    for statement in _STATEMENT.split(code):
        words = _words(statement)
        if words:
            yield from _FINDERS[family](words)


def _words(statement: str) -> list[str]:
    """The statement's words in lower case, from its program on; none for a comment."""
    words = statement.casefold().split()
    while words and words[0] in _BEFORE:
        del words[0]
    return [] if not words or words[0].startswith(("#", "//", "::", "rem", "!")) else words


def _cmdlets(code: str) -> Iterator[str]:
    for line in re.split(r"[\n;|]", code):
        told = line.split("#", 1)[0]
        if "-whatif" in told.casefold():
            continue
        for match in _CMDLET.finditer(told):
            if not _HARMLESS.fullmatch(match[1]):
                yield match.group()


def _by_table(words: list[str], table: Mapping[str, frozenset[str]]) -> Iterator[str]:
    """A program of the table with one of the arguments that make it change; `*` is any."""
    program = re.split(r"[\\/]", words[0])[-1].removesuffix(".exe") or words[0]
    for name, rest in ((" ".join([program, *words[1:2]]), words[2:]), (program, words[1:])):
        for argument in table.get(name, ()):
            if argument == "" or (argument == "*" and rest):
                yield name
        marks = table.get(name, frozenset())
        yield from (f"{name} {word}" for word in rest if marks & {word, _stem(word)})


def _stem(word: str) -> str:
    """An argument without its value: `/grant:r`, `/lockoutthreshold:0`, `--vacuum-time=2d`."""
    return re.split(r"[:=]", word, maxsplit=1)[0]


def _windows(words: list[str]) -> Iterator[str]:
    return _by_table(words, WINDOWS)


def _powershell(words: list[str]) -> Iterator[str]:
    if words[0] in POWERSHELL_ALIASES:
        yield words[0]
    yield from _by_table(words, WINDOWS)


def _bash(words: list[str]) -> Iterator[str]:
    return _by_table(words, BASH)


def _fortios(words: list[str]) -> Iterator[str]:
    first, rest = words[0], words[1:]
    whole = next((w for w in _FORTI_FIRST if len(first) >= 3 and w.startswith(first)), first)
    reads = whole == "diagnose" and ("filter" in rest or rest[:1] == ["debug"])
    if whole in {"diagnose", "execute"} and not reads:
        yield from (f"{whole} … {word}" for word in rest if word in FORTIOS)
    if first in FORTIOS_EDITS:
        yield first


def _cisco(words: list[str]) -> Iterator[str]:
    if words[0] in CISCO_FIRST:
        yield " ".join(words[:2])


def _sql(words: list[str]) -> Iterator[str]:
    if words[0] in SQL_FIRST:
        yield words[0].upper()


_FINDERS = MappingProxyType(
    {
        "powershell": _powershell,
        "cmd": _windows,
        "bash": _bash,
        "fortios": _fortios,
        "cisco": _cisco,
        "sql": _sql,
    }
)
_FAMILIES: Mapping[str, str] = MappingProxyType(
    {
        name: family
        for family, others in {
            "powershell": "powershell ps ps1 pwsh exchangeonline",
            "cmd": "cmd batch bat dos windows cmdexe",
            "bash": "bash sh shell zsh linux unix macos",
            "fortios": "fortios fortigate fortinet",
            "cisco": "cisco ios iosxe ciscoios ciscoiosxe asa ciscoasa nxos cisconxos",
            "sql": "sql tsql mssql postgresql mysql",
        }.items()
        for name in others.split()
    }
)
