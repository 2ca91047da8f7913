"""What Slack refuses of texts, options and confirmations, wherever they stand."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from tests.slack.rules import Refusal, refusal

Json = dict[str, Any]
TEXT = 3_000  # characters of any text object


def too_long(name: str, value: Any, most: int, where: str, *, least: int = 0) -> Iterator[Refusal]:
    """A string or list that is longer than `most`, or shorter than `least`; None is neither."""
    if value is not None and not least <= len(value) <= most:
        yield refusal(name, where, f"{len(value)}")


def text_object(
    value: Any, where: str, rule: str = "text-length", *, most: int = TEXT, plain: bool = False
) -> Iterator[Refusal]:
    """A text object; `rule` is broken where it is longer than `most`."""
    if not isinstance(value, dict) or not isinstance(value.get("text"), str):
        yield refusal("block-shape", where, "no text object")
        return
    kind = value.get("type")
    if kind not in ("plain_text", "mrkdwn"):
        yield refusal("text-type", where, str(kind))
    elif plain and kind != "plain_text":
        yield refusal("text-plain", where)
    allowed = {"type", "text", "emoji"} if kind == "plain_text" else {"type", "text", "verbatim"}
    if value.keys() - allowed:
        yield refusal("block-shape", where, f"additional {sorted(value.keys() - allowed)}")
    if not value["text"]:
        yield refusal("text-empty", where)
    yield from too_long(rule, value["text"], most, f"{where}/text")


def options(
    given: Any, where: str, *, rule: str, least: int = 1, most: int = 100, rich: bool = False
) -> Iterator[Refusal]:
    """Options of a select, an overflow menu (its rule says so), checkboxes or radio buttons."""
    if not isinstance(given, list):
        yield refusal("block-shape", where, "no list of options")
        return
    yield from too_long(rule, given, most, where, least=least)
    for number, each in enumerate(given):
        yield from option(each, f"{where}/{number}", url=rule == "overflow-options", rich=rich)


def option(given: Any, where: str, *, url: bool = False, rich: bool = False) -> Iterator[Refusal]:
    """One option."""
    if not isinstance(given, dict) or not isinstance(given.get("value"), str):
        yield refusal("block-shape", where, "an option has text and value")
        return
    unknown = given.keys() - {"text", "value", "description", "url"}
    if unknown:
        yield refusal("block-shape", where, f"additional {sorted(unknown)}")
    yield from text_object(
        given.get("text"), f"{where}/text", "option-text", most=75, plain=not rich
    )
    yield from too_long("option-value", given["value"], 150, f"{where}/value", least=1)
    if "description" in given:
        at = f"{where}/description"
        yield from text_object(
            given["description"], at, "option-description", most=75, plain=not rich
        )
    if "url" in given and (not url or len(given["url"]) > TEXT):
        yield refusal("option-url", f"{where}/url")


def groups(given: Any, where: str) -> Iterator[Refusal]:
    """Option groups of a select."""
    if not isinstance(given, list):
        yield refusal("block-shape", where, "no list of groups")
        return
    yield from too_long("select-groups", given, 100, where, least=1)
    for number, each in enumerate(given):
        at = f"{where}/{number}"
        label = each.get("label")
        yield from text_object(label, f"{at}/label", "group-label", most=75, plain=True)
        yield from options(each.get("options"), f"{at}/options", rule="select-options")


def confirmation(given: Any, where: str) -> Iterator[Refusal]:
    """A dialog that asks before it is done."""
    if not isinstance(given, dict):
        yield refusal("block-shape", where, "no confirmation")
        return
    sizes: Sequence[tuple[str, str, int]] = (
        ("title", "confirm-title", 100),
        ("text", "confirm-text", 300),
        ("confirm", "confirm-button", 30),
        ("deny", "confirm-button", 30),
    )
    for name, rule, most in sizes:
        at = f"{where}/{name}"
        yield from text_object(given.get(name), at, rule, most=most, plain=name != "text")


def unknown_keys(given: Json, known: Iterable[str], where: str) -> Iterator[Refusal]:
    """Keys that such a thing does not have; Slack refuses them, it does not skip them."""
    if additional := sorted(given.keys() - set(known)):
        yield refusal("block-shape", where, f"additional {additional}")
