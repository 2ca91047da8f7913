"""What somebody reads on a Discord screen: components as plain words, what can be pressed, and the
questions of a modal. Nothing is asked of the server here.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from tests.bot.platforms.discord.reading import every, read, seen
from tests.discord.world import Json, Modal
from tests.drivers.driver import Failed, Offered, SeenField, SeenForm
from tests.drivers.labels import offered

_BUTTON, _SELECT, _TEXT, _LABEL = 2, 3, 10, 18
_LEADS = re.compile(r"page:(.+):(\d+)", re.DOTALL)  # a button to a page of a form
_DOCUMENT = "```md\n"  # begins a text to copy whole
_MENTION = re.compile(r"<@!?(\d+)>")


def words(components: Sequence[Json]) -> str:
    """Components as plain words, one below the other; no buttons."""
    return "\n".join(map(written, _contents(components)))


def document(components: Sequence[Json]) -> str:
    """The texts among them that are to be copied whole."""
    copied = [each for each in _contents(components) if each.startswith(_DOCUMENT)]
    return "\n".join(map(written, copied))


def said(content: str, names: Mapping[str, str]) -> str:
    """What somebody wrote; `names` are those of users, by id."""
    return written(_MENTION.sub(lambda found: f"@{names.get(found[1], found[1])}", content))


@lru_cache(2_048)  # everybody looks again and again at what stands there
def written(content: str) -> str:
    """Discord's markdown as it is read."""
    return seen(read(content)).strip("\n")


def workable(components: Sequence[Json], beside: str) -> tuple[Offered, ...]:
    """What can be pressed, in reading order; `beside` is what is read there."""
    return tuple(
        offered(label, handle, beside, menu=menu) for label, handle, menu in _pressed(components)
    )


def menu_of(components: Sequence[Json], value: str) -> str:
    """The custom_id of the menu that offers that value; "" where none does."""
    for each in every(components):
        if any(option["value"] == value for option in each.get("options") or ()):
            return str(each["custom_id"])
    return ""


def leads(components: Sequence[Json]) -> tuple[str, int]:
    """The custom_id of the button that leads to a page of a form, and the page; "" where none."""
    for each in every(components):
        if found := _LEADS.fullmatch(str(each.get("custom_id", ""))):
            return found[0], int(found[2])
    return "", 0


def page_of(modal: Modal) -> int:
    """Which page of a form a modal is."""
    return int(modal.custom_id.rpartition(":")[2])


def form(modal: Modal, wrong: str) -> SeenForm:
    """A modal; `wrong` is what was said of it where it was opened again."""
    fields = tuple(_field(modal, each) for each in _labels(modal))
    return SeenForm(modal.title, words(modal.components), "Submit", fields, wrong)


def filled(modal: Modal, label: str, value: str) -> tuple[str, str | list[str]]:
    """An input's custom_id and its value, from their words on screen. Raises Failed."""
    [element] = [each["component"] for each in _labels(modal) if each["label"] == label]
    options = {option["label"]: option["value"] for option in element.get("options") or ()}
    if not options:
        return element["custom_id"], value
    many = element.get("max_values", 1) > 1
    wanted = [each for each in (value.split(", ") if many else [value]) if each]
    if not options.keys() >= {*wanted}:
        raise Failed(f"“{label}” does not offer “{value}”: {[*options]}")
    return element["custom_id"], [options[each] for each in wanted]


def asked(modal: Modal) -> list[str]:
    """The labels of its questions."""
    return [each["label"] for each in _labels(modal)]


def _contents(components: Sequence[Json]) -> list[str]:
    return [each["content"] for each in every(components) if each["type"] == _TEXT]


def _pressed(components: Sequence[Json]) -> Iterator[tuple[str, str, bool]]:
    for each in every(components):
        if each["type"] == _BUTTON and "custom_id" in each:
            yield each["label"], each["custom_id"], False
        for option in each.get("options") or ():
            yield option["label"], option["value"], True


def _labels(modal: Modal) -> list[Json]:
    return [each for each in modal.components if each["type"] == _LABEL]


def _field(modal: Modal, label: Json) -> SeenField:
    element = label["component"]
    options = {each["value"]: each["label"] for each in element.get("options") or ()}
    typed = modal.typed.get(element["custom_id"], "")
    values = [typed] if isinstance(typed, str) else typed
    held = ", ".join(options.get(each, each) for each in values if each)
    error = modal.errors.get(element["custom_id"], "")
    return SeenField(label["label"], held, tuple(options.values()), error)
