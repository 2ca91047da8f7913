"""What pydantic finds wrong with a document's shape, in words for whoever wrote the document."""

import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from core.flow.model import FLOW_ID, Flow
from core.flow.node import NODE_ID, OPTION_ID
from core.flow.nodes import KINDS
from core.flow.problem import Path, Problem
from core.flow.suggest import did_you_mean
from core.text import shortened

_KINDS = ", ".join(KINDS)


def shape_problems(error: ValidationError) -> Iterator[Problem]:
    """Each of the error's details as a problem, with its path in the document."""
    for detail in error.errors(include_url=False):
        model, path = _resolve(detail["loc"])
        say = _WORDS.get(detail["type"], _other)
        code, message = say(detail, model, path)
        yield Problem(code, message, path)


def _resolve(loc: tuple[int | str, ...]) -> tuple[type[BaseModel], Path]:
    """The model that holds the last step of `loc`, and `loc` without the union's tag."""
    model: type[BaseModel] = Flow
    path: list[str | int] = []
    for depth, step in enumerate(loc):
        if depth == 2 and loc[0] == "nodes":
            model = KINDS[str(step)]
            continue
        path.append(step)
        field = _fields(model).get(step) if isinstance(step, str) else None
        if field is not None and depth < len(loc) - 1:
            model = next(_models(field), model)
    return model, tuple(path)


def _fields(model: type[BaseModel]) -> dict[str, Any]:
    """The model's fields as a document names them, with their types."""
    return {f.alias or name: f.annotation for name, f in model.model_fields.items()}


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)


Said = tuple[str, str]  # a problem's code and message
Model = type[BaseModel]


def _name(path: Path) -> str:
    last = next((step for step in reversed(path) if isinstance(step, str)), "document")
    entry = isinstance(path[-1], int) if path else False
    return f"An entry of “{last}”" if entry else f"“{last}”"


def _shown(value: object) -> str:
    if value is None or value == "":
        return "empty"
    if isinstance(value, str):
        return f"“{shortened(value, 60)}”"
    return "a list" if isinstance(value, list) else "a map of fields"


def _instead(value: object) -> str:
    shown = _shown(value)
    return "but is empty" if shown == "empty" else f"not {shown}"


def _missing(detail: ErrorDetails, model: Model, path: Path) -> Said:
    field = model.model_fields.get(str(path[-1]))
    meaning = f": {field.description}" if field and field.description else "."
    return "missing-field", f"{_name(path)} is missing{meaning}"


def _unknown(detail: ErrorDetails, model: Model, path: Path) -> Said:
    key = str(path[-1])
    if key in KINDS:
        kinds = f"{model.model_fields['id'].alias} and {key}"
        return "two-kinds", f"A node is of one kind; this is {kinds}. Make two nodes of it."
    known = list(_fields(model))
    hint = did_you_mean(key, known) or f" Fields here: {', '.join(known)}."
    return "unknown-field", f"There is no field “{shortened(key, 40)}” here.{hint}"


def _no_kind(detail: ErrorDetails, model: Model, path: Path) -> Said:
    given = detail["input"]
    keys = [str(key) for key in given] if isinstance(given, dict) else []
    hints = (did_you_mean(key, KINDS) for key in keys)
    hint = next(filter(None, hints), f" Write for instance “{next(iter(KINDS))}: its-id”.")
    return "no-kind", f"A node needs one of {_KINDS}, with its id.{hint}"


def _not_text(detail: ErrorDetails, model: Model, path: Path) -> Said:
    hint = ""
    if isinstance(detail["input"], dict):
        hint = " A text that holds “: ” or begins with “{” must stand in quotes."
    return "wrong-type", f"{_name(path)} should be text, {_instead(detail['input'])}.{hint}"


def _not_list(detail: ErrorDetails, model: Model, path: Path) -> Said:
    what = f"{_name(path)} should be a list, {_instead(detail['input'])}."
    return "wrong-type", f"{what} Begin each entry with “- ”, or write [one, two]."


def _not_map(detail: ErrorDetails, model: Model, path: Path) -> Said:
    if not path:
        return "wrong-type", "A flow is a map of fields: flow:, title:, nodes:."
    what = f"{_name(path)} should be a map of fields, {_instead(detail['input'])}."
    field = _fields(model).get(path[-1]) if isinstance(path[-1], str) else model
    inner = next(_models(field), None)
    return "wrong-type", f"{what} Fields there: {', '.join(_fields(inner))}." if inner else what


def _not_one_of(detail: ErrorDetails, model: Model, path: Path) -> Said:
    allowed = re.findall(r"'([^']*)'", detail.get("ctx", {}).get("expected", ""))
    given = detail["input"]
    if len(allowed) == 1:
        return "wrong-value", f"{_name(path)} should be {allowed[0]}, {_instead(given)}."
    hint = did_you_mean(given, allowed) if isinstance(given, str) else ""
    return "wrong-value", (
        f"{_name(path)} should be one of {', '.join(allowed)}, {_instead(given)}.{hint}"
    )


def _bad_form(detail: ErrorDetails, model: Model, path: Path) -> Said:
    pattern = detail.get("ctx", {}).get("pattern", "")
    given = str(detail["input"])
    rule, joint = _FORMS.get(pattern, ("has not the right form.", ""))
    better = re.sub(r"[^a-z0-9]+", joint, given.casefold()).strip(joint or " ")[:32].strip("-_")
    fits = joint and better != given and re.fullmatch(pattern, better)
    hint = f" Perhaps “{better}”?" if fits else ""
    return "bad-id", f"{_name(path)} is {_shown(given)}, but {rule}{hint}"


def _own_words(detail: ErrorDetails, model: Model, path: Path) -> Said:
    return "wrong-value", (
        f"{_name(path)} is {_shown(detail['input'])}: {detail.get('ctx', {}).get('error')}."
    )


def _too_long(detail: ErrorDetails, model: Model, path: Path) -> Said:
    most = detail.get("ctx", {}).get("max_length")
    return "too-long", f"{_name(path)} is too long: {most} characters are the most."


def _other(detail: ErrorDetails, model: Model, path: Path) -> Said:
    return "wrong-value", f"{_name(path)} cannot be {_shown(detail['input'])}."


_FORMS = MappingProxyType(
    {
        pattern: (f"an id is lower-case letters, digits and hyphens, at most {most}.", "-")
        for pattern, most in ((FLOW_ID, 64), (NODE_ID, 48), (OPTION_ID, 32))
    }
    | {
        r"^[a-z][a-z0-9_]{0,39}$": (
            "a variable's name is lower-case letters, digits and _, a letter first, at most 40.",
            "_",
        )
    }
)

_WORDS: Mapping[str, Callable[[ErrorDetails, Model, Path], Said]] = MappingProxyType(
    {
        "missing": _missing,
        "extra_forbidden": _unknown,
        "union_tag_not_found": _no_kind,
        "union_tag_invalid": _no_kind,
        "string_type": _not_text,
        "tuple_type": _not_list,
        "model_type": _not_map,
        "model_attributes_type": _not_map,
        "dict_type": _not_map,
        "enum": _not_one_of,
        "string_pattern_mismatch": _bad_form,
        "value_error": _own_words,
        "string_too_long": _too_long,
    }
)
