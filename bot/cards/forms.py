"""A form on one platform: as pages of as many fields as fit, with what is too long said elsewhere.

A field that holds more than a native one can is split over several, `name~2`, `name|3`; `gathered`
puts what was sent together again.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from bot.cards.limits import FormLimits
from bot.cards.markdown import begun, escaped
from bot.cards.passages import split_markdown
from bot.cards.pressing import distinct
from bot.cards.splitting import Size, split_exactly
from core.text import shortened
from core.views import FieldKind, FieldOption, FieldView, FormView

ONE_ANSWER = "Choose one answer only: more than one of these lists has one."
_PART = re.compile(r"(.+?)([~|+])(\d+)")
_TEXTS, _ONE, _SOME = "~|+"
_ELSEWHERE = "… (cut here; the message has it all)"


def form_pages(view: FormView, limits: FormLimits) -> tuple[FormView, ...]:
    """`view` as forms that the platform can hold, to be filled in one after the other."""
    notes: list[str] = [view.prose] if view.prose else []
    if limits.size(view.title) > limits.title:
        notes.insert(0, f"**{escaped(view.title)}**")
    fields = [part for field in view.fields for part in _fitted(field, limits, notes)]
    sheets = list(_sheets(fields, limits, with_prose=bool(notes)))
    proses = _proses("\n\n".join(notes), len(sheets), limits)
    titles = _titles(view.title, len(sheets), limits)
    return tuple(
        replace(view, title=title, fields=sheet, prose=prose, submit=_cut(view.submit, limits))
        for title, sheet, prose in zip(titles, sheets, proses, strict=True)
    )


def gathered(values: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The values of a whole form, and errors by field where two answers exclude each other."""
    parts: dict[str, list[str]] = {}
    kinds: dict[str, str] = {}
    errors: dict[str, str] = {}
    for sent, value in values.items():
        found = _PART.fullmatch(sent)
        name, kind = (found[1], found[2]) if found else (sent, "")
        kinds[name] = kind or kinds.get(name, "")
        if kind == _ONE and value and any(parts.get(name, ())):
            errors[sent] = ONE_ANSWER
        parts.setdefault(name, []).append(value)
    return {name: _together(kinds[name], several) for name, several in parts.items()}, errors


def _together(kind: str, several: list[str]) -> str:
    given = [value for value in several if value]
    if kind == _ONE:
        return given[0] if given else ""
    return (", " if kind == _SOME else "\n").join(given)


def _fitted(field: FieldView, limits: FormLimits, notes: list[str]) -> Iterator[FieldView]:
    """A field as one or more that fit; what has no place at them goes to the notes above."""
    label = _within(field.label, limits.label, limits.size)
    help_ = field.help
    if label != field.label:
        help_ = f"{field.label}\n{help_}" if help_ else field.label
    if help_ and limits.size(help_) > limits.help:
        notes.append(begun(f"{escaped(label)}:", escaped(help_)))
        help_ = None
    field = replace(field, label=label, help=help_, limit=min(field.limit, limits.value))
    if field.options:
        yield from _choosing(field, limits, notes)
    else:
        yield from _typing(field, limits)


def _typing(field: FieldView, limits: FormLimits) -> Iterator[FieldView]:
    """A field whose value is too long for one goes on in the next."""
    pieces = split_exactly(field.value or "", limits.value, limits.size)
    yield replace(field, value=pieces[0] or None)
    for number, piece in enumerate(pieces[1:], 2):
        yield replace(
            field,
            name=f"{field.name}{_TEXTS}{number}",
            label=_numbered(field.label, number, len(pieces), limits),
            help=None,
            value=piece,
            required=False,
        )


def _choosing(field: FieldView, limits: FormLimits, notes: list[str]) -> Iterator[FieldView]:
    """A list that is too long goes on in the next. None is required by itself then, and of answers
    that exclude each other none is picked: who picks one in another list could not take it back.
    """
    if any(limits.size(option.value) > limits.option_value for option in field.options):
        yield from _typed_instead(field, limits, notes)
        return
    options = _options(field, limits, notes)
    several = [options[at : at + limits.options] for at in range(0, len(options), limits.options)]
    if len(several) == 1:
        yield replace(field, options=several[0])
        return
    is_many = field.kind is FieldKind.SOME_OF
    for number, some in enumerate(several, 1):
        yield replace(
            field,
            name=field.name if number == 1 else f"{field.name}{_SOME if is_many else _ONE}{number}",
            label=_numbered(field.label, number, len(several), limits),
            help=field.help if number == 1 else None,
            required=False,
            value=_held(field, some) if is_many else None,
            options=some,
        )


def _held(field: FieldView, options: Iterable[FieldOption]) -> str | None:
    """What of a field's value is among these options."""
    chosen = (field.value or "").split(", ")
    return ", ".join(o.value for o in options if o.value in chosen) or None


def _typed_instead(field: FieldView, limits: FormLimits, notes: list[str]) -> Iterator[FieldView]:
    """Answers too long to be picked are listed above, and one is typed."""
    listed = "\n".join(f"- {escaped(option.label)}" for option in field.options)
    notes.append(f"**{escaped(field.label)}:** type one of these.\n\n{listed}")
    yield from _typing(replace(field, kind=FieldKind.TEXT, options=(), limit=limits.value), limits)


def _options(field: FieldView, limits: FormLimits, notes: list[str]) -> tuple[FieldOption, ...]:
    """Options with labels that fit and can be told apart; the whole of those cut goes above."""
    most = limits.option_label // (1 if limits.size("🔥") == 1 else 2)
    fits = all(limits.size(option.label) <= limits.option_label for option in field.options)
    if fits:
        return field.options
    labels = distinct((option.label for option in field.options), most)
    named = list(zip(field.options, labels, strict=True))
    cut = [f"- {escaped(s)} = {escaped(o.label)}" for o, s in named if s != o.label]
    notes.append(f"**{escaped(field.label)}:**\n\n" + "\n".join(cut))
    return tuple(replace(option, label=label) for option, label in named)


def _sheets(
    fields: list[FieldView], limits: FormLimits, *, with_prose: bool
) -> Iterator[tuple[FieldView, ...]]:
    most = limits.fields - (1 if with_prose and limits.prose_is_field else 0)
    sheet: list[FieldView] = []
    for field in fields:
        held = sum(map(_payload, (*sheet, field)))
        if sheet and (len(sheet) == most or (limits.payload and held > limits.payload)):
            yield tuple(sheet)
            sheet = []
        sheet.append(field)
    yield tuple(sheet)


def _payload(field: FieldView) -> int:
    texts = (field.name, field.label, field.help, field.value)
    options = (text for option in field.options for text in (option.value, option.label))
    return sum(len((text or "").encode()) + 30 for text in (*texts, *options))


def _proses(prose: str, count: int, limits: FormLimits) -> list[str | None]:
    """What stands above the fields, over the pages; the last one says where the rest is."""
    room = limits.prose - limits.size(_ELSEWHERE) - 2
    if limits.size(prose) <= limits.prose:
        pieces = [prose]
    else:
        pieces = split_markdown(prose, room, limits.size)
    if len(pieces) > count:
        pieces = [*pieces[: count - 1], f"{pieces[count - 1]}\n\n{_ELSEWHERE}"]
    return [*(piece or None for piece in pieces), *([None] * (count - len(pieces)))]


def _titles(title: str, count: int, limits: FormLimits) -> list[str]:
    if count == 1:
        return [_within(title, limits.title, limits.size)]
    ends = [f" ({number} of {count})" for number in range(1, count + 1)]
    return [_within(title, limits.title - len(end), limits.size) + end for end in ends]


def _numbered(label: str, number: int, of: int, limits: FormLimits) -> str:
    end = f" ({number} of {of})"
    return _within(label, limits.label - len(end), limits.size) + end


def _cut(submit: str, limits: FormLimits) -> str:
    return _within(submit, limits.submit, limits.size)


def _within(text: str, limit: int, size: Size) -> str:
    """`text` cut at a word where it is too long; what is cut is said elsewhere."""
    most = limit
    while size(short := shortened(text, most)) > limit:
        most -= size(short) - limit
    return short if size(text) > limit else text
