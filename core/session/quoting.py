"""How languages quote: just enough of each one's grammar to know where a value would stand.

Where a grammar is not fully followed here (nested expansions, here-documents, text that is run
by another shell) nothing is claimed to be known, and only values that are plain words go in.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import field

from core.frozen import frozen

SLOT = "\0"  # stands for one placeholder while the text around it is read

_NEVER = re.compile(r"(?!)")
_TEXT_THAT_IS_RUN = re.compile(
    r"\b(?:eval|iex|invoke-expression|let|declare|typeset|trap|ssh|plink|psexec\w*|wsl|xargs|awk|sed|perl"
    r"|osascript|watch|parallel|powershell|pwsh|start-process|scriptblock\W+create|schtasks)\b"
    r"|\bcmd(?:\.exe)?\s+/[ckr]|\b\w*sh\s+-\w*c\b|\bsu\s.*-c\b|\bfor\s+/f|-exec(?:dir)?\b|\bexec\b"
    r"|\s-(?:command|c|encodedcommand|commandline)\s+['\"]",
    re.IGNORECASE,
)


@frozen
class Quoting:
    """What is known of a language's quoting.

    `pieces` cuts a text into quoted strings (groups `single`, `double`), things to skip whole
    (`skip`) and single characters. `literal` quotes a value, given the text before it, or gives
    None where that would not be safe. `apostrophe` is how ' is written within each kind of
    string. `starts` matches the text before a bare word that would be run, `runs` that before
    a quoted one. `unread` is what this reading does not follow.
    """

    pieces: re.Pattern[str]
    literal: Callable[[str, str], str | None] | None = None
    apostrophe: Mapping[str, str] = field(default_factory=dict)
    starts: re.Pattern[str] = _NEVER
    runs: re.Pattern[str] = _NEVER
    unread: re.Pattern[str] = _NEVER
    quotes: str = "\"'`"


def quoting(language: str, text: str) -> Quoting:
    """What is known of how `text`, with slots for its values, is quoted in `language`."""
    how = LANGUAGES.get(language.strip().lower(), OTHER)
    if how.unread.search(text) or _TEXT_THAT_IS_RUN.search(text) or _unbalanced(how, text):
        return Quoting(_CHARACTERS, starts=how.starts)
    return how


def _unbalanced(how: Quoting, text: str) -> bool:
    found = how.pieces.finditer(text)
    return any(piece.lastgroup is None and piece[0] in how.quotes for piece in found)


def _posix(value: str, before: str) -> str | None:
    return "'" + value.replace("'", "'\\''") + "'"


_SINGLE = "'\u2018\u2019\u201a\u201b"
_DOUBLE = '"\u201c\u201d\u201e'
_STATEMENT = re.compile(r"[|;{}()=\n&]")
_CMDLET = re.compile(
    r"\s*(?:[A-Za-z]+-[A-Za-z]\w*\b|[$\[@-]|if\b|while\b|foreach\b|return\b|$"
    r"|\w+\s+-(?:eq|ne|like|notlike|match|notmatch|gt|ge|lt|le)\b)",
    re.IGNORECASE,
)
_FOR_CMD = re.compile(r'["&|<>^%!]|\\$')


def _powershell(value: str, before: str) -> str | None:
    # A native program gets its arguments joined into one line: Windows PowerShell does not escape
    # a double quote in it, and a batch file (az, npm) has cmd.exe read it once more.
    statement = _STATEMENT.split(before)[-1]
    if not _CMDLET.match(statement) and _FOR_CMD.search(value):
        return None
    return "'" + re.sub(f"([{_SINGLE}])", r"\1\1", value) + "'"


def _sql(value: str, before: str) -> str | None:
    # MySQL takes a backslash for an escape, the others do not.
    return None if "\\" in value else "'" + value.replace("'", "''") + "'"


def _python(value: str, before: str) -> str | None:
    return repr(value)


_CHARACTERS = re.compile(r".", re.DOTALL)

_POSIX_RUNS = re.compile(
    r"(?:^|[|;&({!\n<>`]|\b(?:then|do|else|elif|if|while|until|sudo|time|nohup|env|command|"
    r"builtin|source|coproc)\s|(?:^|\s)\.\s|(?:^|[;|&\n]\s*)\w+=\S*\s)\s*$"
)

POSIX = Quoting(
    re.compile(
        r"""(?P<single>'[^']*+')|(?P<double>"(?:[^"\\]|\\.)*+")|(?P<skip>\\.)|.""", re.DOTALL
    ),
    _posix,
    {"single": "'\\''", "double": "'"},
    starts=_POSIX_RUNS,
    runs=_POSIX_RUNS,
    # Expansions within strings, arithmetic, here-documents, ANSI-C quotes, comments (an interactive
    # zsh reads them), an escaped slot.
    unread=re.compile(r"""`|".*\$[({]|\(\(|\[\[|<<|\$['"]|\$\w*\0|\$\{|#|\\\0""", re.DOTALL),
)

POWERSHELL = Quoting(
    re.compile(
        f"(?P<single>[{_SINGLE}](?:[^{_SINGLE}]|[{_SINGLE}]{{2}})*+[{_SINGLE}])"
        f"|(?P<double>[{_DOUBLE}](?:[^{_DOUBLE}`]|`.|[{_DOUBLE}]{{2}})*+[{_DOUBLE}])"
        r"|(?P<skip>`.|(?:(?<=\s)|(?<![\s\S]))\#[^\n]*+)|.",
        re.DOTALL,
    ),
    _powershell,
    {"single": "''", "double": "'"},
    starts=re.compile(r"(?:^|[|;&({=,!<>\n]|(?:^|\s)\.\s|\breturn\s)\s*$"),
    runs=re.compile(r"(?:[&<>]|(?:^|[\s;|({])\.\s)\s*$"),
    unread=re.compile(
        f"[{_DOUBLE}].*\\$\\(|@[{_SINGLE}{_DOUBLE}]|--%|<\\#|(?<=\\S)\\#|`\\0|\\$\\w*\\0", re.DOTALL
    ),
    quotes=_SINGLE + _DOUBLE,
)

CMD = Quoting(
    re.compile(r"""(?P<double>"[^"\n]*+")|(?P<skip>\^.)|.""", re.DOTALL),
    apostrophe={"double": "'"},
    starts=re.compile(r"(?:^|[|&(\n<>@]|\b(?:call|start|do|else)\s)\s*$", re.IGNORECASE),
    quotes='"',
)

SQL = Quoting(
    re.compile(r"""(?P<single>'(?:[^']|'')*+')|(?P<skip>--[^\n]*+)|.""", re.DOTALL),
    _sql,
    {"single": "''"},
    unread=re.compile(r"/\*|\\|\$\$|#|--(?=\S)"),
    quotes="\"'`[",
)

PYTHON = Quoting(
    re.compile(
        r"""(?P<single>'(?:[^'\\\n]|\\.)*+')|(?P<double>"(?:[^"\\\n]|\\.)*+")|.""", re.DOTALL
    ),
    _python,
    {"single": "\\'", "double": "'"},
    unread=re.compile(r"""'''|\"""|[A-Za-z]['"]|#|\\\0"""),
)

OTHER = Quoting(re.compile(r"""(?P<double>"[^"\n]*+")|.""", re.DOTALL), quotes="\"'")

LANGUAGES: Mapping[str, Quoting] = {
    **dict.fromkeys(("bash", "sh", "zsh", "shell"), POSIX),
    **dict.fromkeys(("powershell", "pwsh", "ps1", "ps"), POWERSHELL),
    **dict.fromkeys(("cmd", "bat", "batch", "dos"), CMD),
    "sql": SQL,
    **dict.fromkeys(("python", "py"), PYTHON),
}
