"""What Discord refuses of components, of messages and in modals
(docs.discord.com/developers/components/reference).
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from tests.discord.checks_texts import flag, listed, number, objects, shapes, text
from tests.discord.parts import every
from tests.discord.rules import Refusal, refusal
from tests.discord.world import Json

ROW, BUTTON, SELECT, INPUT = 1, 2, 3, 4
OTHER_SELECTS = (5, 6, 7, 8)  # of users, roles, both, channels
SECTION, TEXT_DISPLAY, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER = 9, 10, 11, 12, 13, 14, 17
LABEL = 18
COMPONENTS, CHARACTERS = 40, 4_000
_TOP = (ROW, SECTION, TEXT_DISPLAY, GALLERY, FILE, SEPARATOR, CONTAINER)
_LINK, _PREMIUM = 5, 6  # styles of buttons


def components(value: Any, where: str, *, v2: bool) -> Iterator[Refusal]:
    """Of a message: with Components V2, or in rows as before."""
    if not v2:
        yield from listed(value, where, "legacy-rows", most=5, least=0)
    else:
        yield from listed(value, where, "v2-components", most=COMPONENTS, least=0)
    if not isinstance(value, list):
        return
    yield from _among(value, where, _TOP if v2 else (ROW,))
    found = [*every(value)]
    if v2 and len(found) > COMPONENTS >= len(value):
        yield refusal("v2-components", where, str(len(found)))
    yield from characters(found, where)
    yield from ids(value, where)


def characters(found: list[Json], where: str) -> Iterator[Refusal]:
    """All text displays together."""
    said = [each.get("content") for each in found if each.get("type") == TEXT_DISPLAY]
    total = sum(len(each) for each in said if isinstance(each, str))
    if total > CHARACTERS:
        yield refusal("v2-characters", where, str(total))


def ids(value: Any, where: str) -> Iterator[Refusal]:
    """Ids and custom_ids that are there twice, or are no ids."""
    found = [*every(value)]
    numbers = [each["id"] for each in found if each.get("id")]
    for each in numbers:
        if isinstance(each, bool) or not isinstance(each, int) or not 0 < each < 2**31:
            yield refusal("component-id", where, str(each)[:40])
    for each, times in Counter(map(str, numbers)).items():
        if times > 1:
            yield refusal("component-id", where, each)
    custom = Counter(str(each["custom_id"]) for each in found if each.get("custom_id"))
    for name, times in custom.items():
        if times > 1:
            yield refusal("custom-id-twice", where, name[:40])


def one(component: Mapping[str, Any], where: str) -> Iterator[Refusal]:
    """One component of a message, with all in it."""
    kind = component.get("type")
    if kind == ROW:
        yield from _row(component, where)
    elif kind == BUTTON:
        yield from _button(component, where)
    elif kind == SELECT:
        yield from select(component, where)
    elif kind in OTHER_SELECTS:
        yield from _select(component, where)
    elif kind == TEXT_DISPLAY:
        yield from text(component.get("content"), f"{where}/content", "text-display", most=4_000)
    elif kind == SECTION:
        yield from _section(component, where)
    elif kind == SEPARATOR:
        yield from _separator(component, where)
    elif kind == CONTAINER:
        yield from _container(component, where)
    elif kind == GALLERY:
        yield from listed(component.get("items"), f"{where}/items", "gallery-items", most=10)
        for at, item in objects(component.get("items"), f"{where}/items"):
            yield from _media(item, "media", at)
    elif kind == FILE:
        yield from _media(component, "file", where)
    else:
        yield from _media(component, "media", where)


def urls(component: Mapping[str, Any]) -> Iterator[str]:
    """The addresses of the files and pictures that one component shows."""
    items = component.get("items")
    for each in (component, *(items if isinstance(items, list) else ())):
        for name in ("file", "media"):
            media = each.get(name) if isinstance(each, dict) else None
            if isinstance(media, dict) and isinstance(media.get("url"), str):
                yield media["url"]


def select(component: Mapping[str, Any], where: str) -> Iterator[Refusal]:
    """A select with options of its own."""
    yield from _select(component, where)
    options, at = component.get("options"), f"{where}/options"
    yield from listed(options, at, "select-options", most=25)
    yield from shapes(options, at)
    found = [*objects(options, at)]
    for here, option in found:
        yield from text(option.get("label"), f"{here}/label", "option-label", most=100)
        yield from text(option.get("value"), f"{here}/value", "option-value", most=100)
        description = option.get("description")
        yield from text(description, f"{here}/description", "option-description", most=100, least=0)
        yield from flag(option.get("default"), f"{here}/default")
        yield from _emoji(option.get("emoji"), f"{here}/emoji")
    values = Counter(str(option.get("value")) for _, option in found)
    for here, option in found:
        if values[str(option.get("value"))] > 1:
            yield refusal("option-value-twice", f"{here}/value")
    chosen = sum(option.get("default") is True for _, option in found)
    most = component.get("max_values", 1)
    if isinstance(most, int) and (chosen > most or most > max(len(found), 1)):
        yield refusal("select-values", f"{where}/max_values", f"{chosen} chosen")


def _select(component: Mapping[str, Any], where: str) -> Iterator[Refusal]:
    yield from text(component.get("custom_id"), f"{where}/custom_id", "custom-id", most=100)
    placeholder = component.get("placeholder")
    yield from text(placeholder, f"{where}/placeholder", "select-placeholder", most=150, least=0)
    least, most = component.get("min_values", 1), component.get("max_values", 1)
    yield from number(least, f"{where}/min_values", "select-values", least=0, most=25)
    yield from number(most, f"{where}/max_values", "select-values", least=1, most=25)
    if isinstance(least, int) and isinstance(most, int) and least > most:
        yield refusal("select-values", f"{where}/min_values", f"{least} > {most}")
    yield from flag(component.get("disabled"), f"{where}/disabled")
    yield from flag(component.get("required"), f"{where}/required")


def _among(value: list[Any], where: str, kinds: tuple[int, ...]) -> Iterator[Refusal]:
    """Components of those kinds."""
    yield from shapes(value, where)
    for at, each in objects(value, where):
        if each.get("type") in kinds and not isinstance(each.get("type"), bool):
            yield from one(each, at)
        else:
            yield refusal("component-type", f"{at}/type", str(each.get("type")))


def _row(row: Mapping[str, Any], where: str) -> Iterator[Refusal]:
    inside, at = row.get("components"), f"{where}/components"
    yield from listed(inside, at, "row-buttons", most=5)
    if not isinstance(inside, list):
        return
    yield from _among(inside, at, (BUTTON, SELECT, *OTHER_SELECTS))
    kinds = [each.get("type") for _, each in objects(inside, at)]
    if len(kinds) > 1 and any(kind != BUTTON for kind in kinds):
        yield refusal("row-select", at)


def _button(button: Mapping[str, Any], where: str) -> Iterator[Refusal]:
    style, label, custom = (button.get(name) for name in ("style", "label", "custom_id"))
    url = button.get("url")
    yield from number(style, f"{where}/style", "button-style", least=1, most=6, needed=True)
    yield from text(label, f"{where}/label", "button-label", most=80, least=0)
    yield from flag(button.get("disabled"), f"{where}/disabled")
    yield from _emoji(button.get("emoji"), f"{where}/emoji")
    if style == _PREMIUM:
        if not button.get("sku_id") or label or custom or url:
            yield refusal("button-action", where)
        return
    if not label and not button.get("emoji"):
        yield refusal("button-empty", where)
    if style == _LINK:
        fits = isinstance(url, str) and len(url) <= 512 and "://" in url
        if not fits or custom is not None:
            yield refusal("button-action", f"{where}/url")
        return
    yield from text(custom, f"{where}/custom_id", "custom-id", most=100)
    if url is not None:
        yield refusal("button-action", f"{where}/url")


def _emoji(emoji: Any, where: str) -> Iterator[Refusal]:
    if emoji is None:
        return
    if not isinstance(emoji, dict) or not (emoji.get("name") or emoji.get("id")):
        yield refusal("button-emoji", where)


def _section(section: Mapping[str, Any], where: str) -> Iterator[Refusal]:
    inside, at = section.get("components"), f"{where}/components"
    yield from listed(inside, at, "section-texts", most=3)
    if isinstance(inside, list):
        yield from _among(inside, at, (TEXT_DISPLAY,))
    accessory = section.get("accessory")
    if accessory is None:
        yield refusal("section-accessory", f"{where}/accessory")
    elif not isinstance(accessory, dict) or accessory.get("type") not in (BUTTON, THUMBNAIL):
        yield refusal("component-type", f"{where}/accessory")
    else:
        yield from one(accessory, f"{where}/accessory")


def _separator(separator: Mapping[str, Any], where: str) -> Iterator[Refusal]:
    yield from flag(separator.get("divider"), f"{where}/divider")
    spacing = separator.get("spacing")
    yield from number(spacing, f"{where}/spacing", "separator", least=1, most=2)


def _container(container: Mapping[str, Any], where: str) -> Iterator[Refusal]:
    inside, at = container.get("components"), f"{where}/components"
    yield from listed(inside, at, "container-empty", most=COMPONENTS)
    if isinstance(inside, list):
        yield from _among(inside, at, tuple(kind for kind in _TOP if kind != CONTAINER))
    color = container.get("accent_color")
    yield from number(color, f"{where}/accent_color", "container-color", least=0, most=0xFFFFFF)
    yield from flag(container.get("spoiler"), f"{where}/spoiler")


def _media(item: Mapping[str, Any], name: str, where: str) -> Iterator[Refusal]:
    media = item.get(name)
    url = media.get("url") if isinstance(media, dict) else None
    if not isinstance(url, str) or "://" not in url:
        yield refusal("media-url", f"{where}/{name}/url")
    said = item.get("description")
    yield from text(said, f"{where}/description", "media-description", most=1_024, least=0)
