"""Reading a scenario: a YAML file becomes a Story, and what is wrong with it says its line.

Every scalar is text, so that `presses: Yes` means the button that says Yes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tests.scenarios.acts import ACTS, Act

HERE = Path(__file__).parent
PEOPLE = ("sam", "kim", "vic", "ada", "gus")
SOMEBODY = (*PEOPLE, "operator")
AT_ONCE = "at once"
_ACTS = {act.verb: act for act in ACTS}


class Unreadable(Exception):
    """A scenario says something that nobody can do; the message names file, line and what can."""


@dataclass(frozen=True)
class Step:
    """Somebody does or sees something. Several people: it is true of at least one of them."""

    line: int
    who: tuple[str, ...]
    act: Act


@dataclass(frozen=True)
class AtOnce:
    """Steps whose order nobody knows."""

    line: int
    steps: tuple[Step, ...]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    scenario: str
    why: str
    browser: bool = False
    steps: list[Any] = Field(min_length=1)


@dataclass(frozen=True)
class Story:
    """A whole conversation. `browser`: it is told in the browser too."""

    file: str
    name: str
    why: str
    browser: bool
    steps: tuple[Step | AtOnce, ...]

    def acts(self) -> Iterator[Act]:
        """Everything that is done or seen."""
        for step in self.steps:
            match step:
                case Step(act=act):
                    yield act
                case AtOnce(steps=steps):
                    yield from (each.act for each in steps)


def stories() -> tuple[Story, ...]:
    """Every scenario there is, by name of the file."""
    return tuple(read(path.read_text(), path.name) for path in sorted(HERE.glob("*.yaml")))


def read(document: str, file: str) -> Story:
    """A scenario from its YAML. Raises Unreadable."""
    try:
        root = yaml.compose(document, Loader=yaml.BaseLoader)
        told = yaml.load(document, Loader=yaml.BaseLoader)
        found = _File.model_validate(told)
    except yaml.YAMLError as error:
        raise Unreadable(f"{file}: {error}") from error
    except ValidationError as error:
        raise Unreadable(f"{file}: {_first(error)}") from error
    lines = _lines(root)
    steps = tuple(_step(file, next(lines), lines, each) for each in found.steps)
    return Story(file, found.scenario, found.why, found.browser, steps)


def _lines(root: yaml.Node | None) -> Iterator[int]:
    """The line of every step, in reading order; of those at once after their own."""
    assert isinstance(root, yaml.MappingNode)
    [steps] = [value for key, value in root.value if key.value == "steps"]
    for step in steps.value:
        yield step.start_mark.line + 1
        [(key, value), *_] = step.value
        if key.value == AT_ONCE:
            yield from (each.start_mark.line + 1 for each in value.value)


def _step(file: str, line: int, lines: Iterator[int], told: Any) -> Step | AtOnce:
    if not isinstance(told, dict) or len(told) != 1:
        raise Unreadable(f"{file}, line {line}: a step is one person and what they do.")
    [(who, what)] = told.items()
    if who == AT_ONCE:
        return AtOnce(line, tuple(_one(file, next(lines), each) for each in what))
    return _act(file, line, who, what)


def _one(file: str, line: int, told: Any) -> Step:
    step = _step(file, line, iter(()), told)
    assert isinstance(step, Step)
    return step


def _act(file: str, line: int, who: str, what: Any) -> Step:
    people = tuple(who.split(" or "))
    where = f"{file}, line {line}"
    for person in people:
        if person not in SOMEBODY:
            raise Unreadable(f"{where}: nobody is called “{person}”. {_known(person, SOMEBODY)}")
    verbs = [key for key in what if key in _ACTS] if isinstance(what, dict) else []
    if len(verbs) != 1:
        said = next(iter(what), "nothing") if isinstance(what, dict) else what
        raise Unreadable(f"{where}: “{said}” is nothing to do. {_known(str(said), [*_ACTS])}")
    try:
        return Step(line, people, _ACTS[verbs[0]].model_validate(what))
    except ValidationError as error:
        raise Unreadable(f"{where}: {_first(error)}") from error


def _known(word: str, words: Sequence[str]) -> str:
    close = get_close_matches(word, words, 1)
    return f"Did you mean “{close[0]}”?" if close else f"There are: {', '.join(words)}."


def _first(error: ValidationError) -> str:
    detail = error.errors(include_url=False)[0]
    return f"“{'.'.join(map(str, detail['loc']))}”: {detail['msg']}"
