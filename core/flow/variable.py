"""What a flow asks for: a variable, its type, and what counts as a value of that type.

A value is kept as text in its type's canonical form. A type whose values can never be shell
(a host name, an IP address) is `plain`: only those may stand unquoted in a command.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from ipaddress import ip_address
from types import MappingProxyType
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field

from core.errors import Because, Refusal
from core.flow.flag import Flag
from core.frozen import frozen
from core.text import cleaned


class VariableType(StrEnum):
    """The kinds of value that a form can ask for."""

    TEXT = "text"
    LONG_TEXT = "long-text"
    NUMBER = "number"
    SELECT = "select"
    MULTI_SELECT = "multi-select"
    DATE = "date"
    EMAIL = "email"
    IP = "ip"
    HOSTNAME = "hostname"
    URL = "url"
    CLIENT = "client"


class Variable(BaseModel):
    """A named value that a flow asks for, in its intake or at an input step."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$", description="What {{name}} stands for.")
    label: str = Field(description="What the form calls it.")
    type: VariableType = Field(VariableType.TEXT, description="What counts as a value.")
    help: str | None = Field(None, description="How to find the value out.")
    required: Flag = Field(False, description="Whether its lack is warned of at completion.")
    default: str | None = Field(None, description="The value until another is given.")
    pattern: str | None = Field(None, max_length=200, description="A regular expression.")
    options: tuple[str, ...] = Field((), description="For select and multi-select.")

    def accept(self, text: str) -> str | Refusal:
        """The canonical value of what a person typed, or why it is none. '' clears it."""
        text = cleaned(text)
        if not text:
            return ""
        kind = TYPES[self.type]
        if len(text) > kind.limit:
            return self._refuse(f"is {len(text)} characters long; {kind.limit} is the most")
        value = kind.parse(text, self)
        if value is None:
            return self._refuse(f"should be {kind.asks(self)}, not “{text[:60]}”")
        if self.pattern and not re.fullmatch(self.pattern, value):
            return self._refuse(f"does not have the form {self.pattern}")
        return value

    def _refuse(self, why: str) -> Refusal:
        return Refusal(Because.INVALID, f"{self.label} {why}.")


@frozen
class Kind:
    """How one type reads what was typed: a parser, its own name for it, the longest value."""

    parse: Callable[[str, Variable], str | None]
    asks: Callable[[Variable], str]
    limit: int = 500  # characters
    plain: bool = False


def _any(text: str, _: Variable) -> str:
    return text


def _one_line(text: str, _: Variable) -> str:
    return " ".join(text.split())


def _number(text: str, _: Variable) -> str | None:
    try:
        number = Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None
    return f"{number:f}" if number.is_finite() and abs(number.adjusted()) < 30 else None


def _select(text: str, variable: Variable) -> str | None:
    return next((o for o in variable.options if o.casefold() == text.casefold()), None)


def _multi_select(text: str, variable: Variable) -> str | None:
    parts = [_select(part.strip(), variable) for part in text.split(",") if part.strip()]
    chosen = [part for part in parts if part is not None]
    return ", ".join(dict.fromkeys(chosen)) if chosen and len(chosen) == len(parts) else None


def _date(text: str, _: Variable) -> str | None:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return None


_EMAIL = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,63}")
_ZONE = re.compile(r"[A-Za-z0-9_.-]{1,32}")
_LABEL = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)")


def _email(text: str, _: Variable) -> str | None:
    return text if _EMAIL.fullmatch(text) and not text.startswith("-") else None


def _ip(text: str, _: Variable) -> str | None:
    address, scoped, zone = text.partition("%")  # ipaddress takes anything for a zone
    if scoped and not _ZONE.fullmatch(zone):
        return None
    try:
        ip_address(address)
        return str(ip_address(text))
    except ValueError:
        return None


def _hostname(text: str, _: Variable) -> str | None:
    name = text.removesuffix(".")
    good = len(name) <= 253 and all(_LABEL.fullmatch(label) for label in name.split("."))
    return name if good else None


def _url(text: str, _: Variable) -> str | None:
    try:
        parts = urlsplit(text)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and " " not in text
    except ValueError:
        return None
    return text if good else None


def _says(words: str) -> Callable[[Variable], str]:
    return lambda _: words


def _one_of(variable: Variable) -> str:
    return "one of " + ", ".join(variable.options)


TYPES: Mapping[VariableType, Kind] = MappingProxyType(
    {
        VariableType.TEXT: Kind(_one_line, _says("a line of text")),
        VariableType.LONG_TEXT: Kind(_any, _says("text"), limit=4_000),
        VariableType.NUMBER: Kind(_number, _says("a number"), plain=True),
        VariableType.SELECT: Kind(_select, _one_of),
        VariableType.MULTI_SELECT: Kind(_multi_select, _one_of),
        VariableType.DATE: Kind(_date, _says("a date such as 2026-03-31"), plain=True),
        VariableType.EMAIL: Kind(_email, _says("an email address")),
        VariableType.IP: Kind(_ip, _says("an IP address such as 10.0.0.5"), plain=True),
        VariableType.HOSTNAME: Kind(_hostname, _says("a name such as dc01.acme.com"), plain=True),
        VariableType.URL: Kind(_url, _says("an address such as https://portal.acme.com")),
        VariableType.CLIENT: Kind(_one_line, _says("a client's name")),
    }
)  # fmt: skip
