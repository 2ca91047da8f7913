"""People as they are named in a command."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

_BETWEEN = " \t\n,:;"


class Named(Protocol):
    """Somebody with a name."""

    @property
    def name(self) -> str:
        """What they are called."""
        ...


_P = TypeVar("_P", bound=Named)


def named(words: str, people: Sequence[_P]) -> tuple[tuple[_P, ...], str]:
    """Whom the first words name, by whole name or by the beginning of a part of it; the rest."""
    text = words.strip().removeprefix("@")
    for person in sorted(people, key=lambda each: -len(each.name)):
        said, rest = text[: len(person.name)], text[len(person.name) :]
        if said.casefold() == person.name.casefold() and rest[:1] in ("", *_BETWEEN):
            same = tuple(each for each in people if each.name.casefold() == said.casefold())
            return same, rest.strip(_BETWEEN)
    first, *after = text.split(None, 1) or [""]
    began = first.strip(_BETWEEN).casefold()
    fitting = tuple(each for each in people if began and _begins(each.name, began))
    return fitting, ("".join(after) if fitting else text).strip(_BETWEEN)


def _begins(name: str, began: str) -> bool:
    return any(part.startswith(began) for part in name.casefold().split())
