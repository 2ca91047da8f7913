"""What Discord refuses of commands, and of what is suggested for their options
(docs.discord.com/developers/interactions/application-commands).
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from tests.discord.checks_texts import flag, listed, number, objects, shapes, text
from tests.discord.rules import Refusal, refusal

SLASH, OF_USERS, OF_MESSAGES = 1, 2, 3
SUBCOMMAND, GROUP, STRING, INTEGER, FLOAT = 1, 2, 3, 4, 10
MOST = {SLASH: 100, OF_USERS: 15, OF_MESSAGES: 15}
CHARACTERS = 8_000
_NAME = re.compile(r"[-_'\w]{1,32}")


def commands(value: Any) -> Iterator[Refusal]:
    """All that are registered at once."""
    if not isinstance(value, list):
        yield refusal("list", "/")
        return
    yield from shapes(value, "")
    found = [each for _, each in objects(value, "")]
    counted = Counter(_kind(each) for each in found)
    for kind, most in MOST.items():
        if counted[kind] > most:
            yield refusal("command-count", "/", f"{counted[kind]} of {most}")
    names = Counter((_kind(each), str(each.get("name"))) for each in found)
    for at, each in objects(value, ""):
        if names[_kind(each), str(each.get("name"))] > 1:
            yield refusal("command-twice", f"{at}/name")
        yield from _command(each, at)


def choices(value: Any, where: str, rule: str = "choices") -> Iterator[Refusal]:
    """What can be chosen for an option, or is suggested for it."""
    yield from listed(value, where, rule, most=25, least=0)
    yield from shapes(value, where)
    for at, each in objects(value, where):
        yield from text(each.get("name"), f"{at}/name", "choice-name", most=100)
        if not isinstance(each.get("value"), int | float):
            yield from text(each.get("value"), f"{at}/value", "choice-value", most=100)


def _command(command: Mapping[str, Any], where: str) -> Iterator[Refusal]:
    kind, name = _kind(command), command.get("name")
    if kind not in MOST:
        yield refusal("command-type", f"{where}/type", str(command.get("type")))
        return
    if kind == SLASH:
        yield from _name(name, f"{where}/name")
        said = command.get("description")
        yield from text(said, f"{where}/description", "command-description", most=100)
        yield from _options(command.get("options"), f"{where}/options", depth=0)
        if (size := _size(command)) > CHARACTERS:
            yield refusal("command-characters", where, str(size))
        return
    yield from text(name, f"{where}/name", "menu-name", most=32)
    if command.get("description"):
        yield refusal("menu-description", f"{where}/description")
    if command.get("options"):
        yield refusal("menu-options", f"{where}/options")


def _kind(command: Mapping[str, Any]) -> int:
    """Its type; 0 where that is no number."""
    kind = command.get("type", SLASH)
    return kind if isinstance(kind, int) and not isinstance(kind, bool) else 0


def _name(name: Any, where: str) -> Iterator[Refusal]:
    if not isinstance(name, str):
        yield refusal("string" if name is not None else "required", where)
    elif not _NAME.fullmatch(name) or name != name.lower():
        yield refusal("command-name", where, name[:40])


def _options(value: Any, where: str, *, depth: int) -> Iterator[Refusal]:
    yield from listed(value, where, "command-options", most=25, least=0)
    yield from shapes(value, where)
    found = [*objects(value, where)]
    kinds = [option.get("type") for _, option in found]
    nested = [kind in (SUBCOMMAND, GROUP) for kind in kinds]
    if any(nested) and not all(nested):
        yield refusal("option-mixed", where)
    if (depth == 2 and any(nested)) or (depth == 1 and GROUP in kinds):
        yield refusal("option-depth", where)
    for _, times in Counter(str(option.get("name")) for _, option in found).items():
        if times > 1:
            yield refusal("option-twice", where)
    needed = [option.get("required") is True for _, option in found]
    if needed != sorted(needed, reverse=True):
        yield refusal("option-order", where)
    for at, option in found:
        yield from _option(option, at, depth)


def _option(option: Mapping[str, Any], where: str, depth: int) -> Iterator[Refusal]:
    kind = option.get("type")
    yield from number(kind, f"{where}/type", "option-type", least=1, most=11, needed=True)
    yield from _name(option.get("name"), f"{where}/name")
    said = option.get("description")
    yield from text(said, f"{where}/description", "command-description", most=100)
    yield from flag(option.get("required"), f"{where}/required")
    yield from flag(option.get("autocomplete"), f"{where}/autocomplete")
    yield from choices(option.get("choices"), f"{where}/choices", "command-choices")
    if option.get("autocomplete") and option.get("choices"):
        yield refusal("option-suggests", where)
    if option.get("autocomplete") and kind not in (STRING, INTEGER, FLOAT):
        yield refusal("option-autocomplete", where)
    if kind in (SUBCOMMAND, GROUP):
        below = 2 if kind == SUBCOMMAND else 1
        yield from _options(option.get("options"), f"{where}/options", depth=max(depth, below))
    elif option.get("options"):
        yield refusal("option-depth", f"{where}/options")


def _size(command: Mapping[str, Any]) -> int:
    """The characters of names, descriptions and values, with those of all options."""
    said = [command.get(name) for name in ("name", "description", "value")]
    size = sum(len(each) for each in said if isinstance(each, str))
    below = [each for name in ("options", "choices") for _, each in objects(command.get(name), "")]
    return size + sum(map(_size, below))
