"""What somebody reads on a Teams screen: cards as plain words, what can be pressed, and the
questions of a dialog. Nothing is asked of the server here.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from html.parser import HTMLParser

from bot.token import Token, TokenUnreadable
from core.session.verbs import SessionVerb
from tests.drivers.driver import Failed, Offered, SeenField, SeenForm
from tests.drivers.labels import offered
from tests.teams.checks import CONSENT
from tests.teams.parts import elements, inputs, pressables
from tests.teams.world import Dialog, Json

ACCEPT, DECLINE = "accept", "decline"  # a file, where one is asked about
_IN = "in."  # begins the id of an input of a form
_TIME = re.compile(r"\{\{(DATE|TIME)\((\d{4}-\d\d-\d\d)T(\d\d:\d\d)[^)]*\)\}\}")
_LINK = re.compile(r"\[([^\]]+)\]\([^)]+\)")
_MARKS = re.compile(r"\*\*|(?<!\w)_|_(?!\w)")
_LED = re.compile(r"To go on, press “.+”\.")
# What a step offers, and nothing else that is said alone with the bot, whatever has become of it.
_OF_A_STEP = {SessionVerb.NOTE, SessionVerb.RESUME, SessionVerb.FINE, SessionVerb.REOPEN}


def words(card: Json) -> str:
    """A card as plain words, one element below the other; no buttons."""
    return "\n".join(said for each in card.get("body", ()) for said in _words(each))


def document(card: Json) -> str:
    """The texts in it that are to be copied whole: code has a line of its own above it."""
    found: list[str] = []
    is_below_line = False
    for each in card.get("body", ()):
        if _is_code(each) and not is_below_line:
            found += _words(each)
        is_below_line = _is_small(each)
    return "\n".join(found)


def said(html: str, text: str) -> str:
    """What somebody wrote."""
    if not html:
        return text.strip()
    reader = _Reader()
    reader.feed(html)
    return "".join(reader.read).strip()


def workable(card: Json, others: Sequence[Json], beside: str) -> tuple[Offered, ...]:
    """What can be pressed, in reading order; `beside` is what is read there."""
    found = [offered(label, handle, beside, menu=menu) for label, handle, menu in _pressed(card)]
    if any(each["contentType"] == CONSENT for each in others):
        found += [Offered("Accept", ACCEPT), Offered("Decline", DECLINE)]
    return tuple(found)


def named(others: Sequence[Json]) -> tuple[str, ...]:
    """The files that come with it."""
    return tuple(str(each["name"]) for each in others if "name" in each)


def handle_of(card: Json, token: str) -> str:
    """The action that carries a token; "" for none."""
    found = (each.handle for each in pressables(card) if each.data.get("token") == token)
    return next(found, "")


def list_of(card: Json, token: str) -> str:
    """The list that offers a token; "" for none."""
    for field, _ in inputs(card):
        if any(choice["value"] == token for choice in field.get("choices") or ()):
            return str(field["id"])
    return ""


def leads(card: Json) -> str:
    """The one button of a card that only leads to a form; "" for any other card."""
    if _LED.fullmatch(words(card).strip()):
        [button] = pressables(card)
        return button.handle
    return ""


def is_of_session(card: Json) -> bool:
    """Whether it is a step, or what is left of one, rather than something said to somebody."""
    if _verbs(card) & _OF_A_STEP:
        return True
    body = card.get("body", ())
    return bool(body) and not [*_pressed(card)] and all(map(_is_small, body))


def is_about(card: Json, place: str) -> bool:
    """Whether what can be pressed there is done in that place."""
    return any(each.data.get("at") == place for each in pressables(card))


def page_of(dialog: Dialog) -> int:
    """Which page of a form a dialog is."""
    return int(_form(dialog).get("page", 1))


def form(dialog: Dialog) -> SeenForm:
    """A dialog as somebody sees it."""
    wrong = dict(_told(dialog.card))
    body = [each for each in dialog.card["body"] if not _is_warning(each)]
    general = [said for each in dialog.card["body"] if _is_box(each) for said in _words(each)]
    fields = tuple(_field(dialog, each, wrong) for each, _ in inputs(dialog.card))
    [submit] = [each.title for each in pressables(dialog.card) if "form" in each.data]
    return SeenForm(dialog.title, words({"body": body}), submit, fields, "\n".join(general))


def asked(dialog: Dialog) -> list[str]:
    """The labels of its questions."""
    return [str(each["label"]) for each, _ in inputs(dialog.card)]


def filled(dialog: Dialog, label: str, value: str) -> tuple[str, str]:
    """An input's id and its value, from their words on screen. Raises Failed."""
    [field] = [each for each, _ in inputs(dialog.card) if each["label"] == label]
    options = {each["title"]: each["value"] for each in field.get("choices") or ()}
    if not options:
        return field["id"], value
    wanted = [each for each in _several(field, value) if each]
    if not options.keys() >= {*wanted}:
        raise Failed(f"“{label}” does not offer “{value}”: {[*options]}")
    return field["id"], ",".join(options[each] for each in wanted)


class _Reader(HTMLParser):
    """What is read of a message, without what it quotes."""

    def __init__(self) -> None:
        super().__init__()
        self.read: list[str] = []
        self._within: list[str] = []

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        """Something begins."""
        if tag not in ("br", "img"):
            self._within.append(tag)
        if tag == "span" and ("itemtype", "http://schema.skype.com/Mention") in attrs:
            self._add("@")

    def handle_endtag(self, tag: str) -> None:
        """It ends."""
        self._within.pop()
        if tag == "p":
            self._add("\n")

    def handle_data(self, data: str) -> None:
        """Words."""
        self._add(data)

    def _add(self, text: str) -> None:
        if "blockquote" not in self._within:
            self.read.append(text)


def _words(element: Json) -> Iterator[str]:
    match element["type"]:
        case "TextBlock":
            text = _LINK.sub(r"\1", str(element["text"]).replace("\r", "\n"))
            yield _clock(_MARKS.sub("", text))
        case "RichTextBlock":
            runs = element["inlines"]
            yield _clock("".join(each if isinstance(each, str) else each["text"] for each in runs))
        case "FactSet":
            yield from (_clock(f"{fact['title']} {fact['value']}") for fact in element["facts"])
        case "Container":
            for each in element["items"]:
                yield from _words(each)
        case _:
            return


def _clock(text: str) -> str:
    """Times as a clock in Greenwich shows them."""
    return _TIME.sub(lambda found: found[2] if found[1] == "DATE" else found[3], text)


def _runs(element: Json) -> list[Json]:
    """The runs of rich text; none where some are plain."""
    runs = element.get("inlines") or ()
    return [] if any(isinstance(each, str) for each in runs) else [*runs]


def _is_small(element: Json) -> bool:
    runs = _runs(element)
    return bool(runs) and all(each.get("size") == "Small" for each in runs)


def _is_code(element: Json) -> bool:
    runs = [run for each in element.get("items") or () for run in _runs(each)]
    return bool(runs) and all(each.get("fontType") == "Monospace" for each in runs)


def _pressed(card: Json) -> Iterator[tuple[str, str, bool]]:
    """The label, the token, and whether it is an entry of a menu."""
    for element, path in elements(card):
        menu = any(each.get("isVisible") is False for each in path)
        for action in element.get("actions") or ():
            if token := (action.get("data") or {}).get("token"):
                yield action["title"], token, menu
        for choice in element.get("choices") or ():
            yield choice["title"], choice["value"], True


def _verbs(card: Json) -> set[str]:
    """What can be done with the step that a card shows."""
    found = set()
    for _, handle, _ in _pressed(card):
        try:
            token = Token.unpack(handle)
        except TokenUnreadable:
            continue
        if token.visit:
            found.add(token.verb)
    return found


def _form(dialog: Dialog) -> Mapping[str, str]:
    [form] = [each.data["form"] for each in pressables(dialog.card) if "form" in each.data]
    return dict(form)


def _is_box(element: Json) -> bool:
    return element["type"] == "Container" and element.get("style") == "attention"


def _is_warning(element: Json) -> bool:
    runs = _runs(element)
    return _is_box(element) or any(each.get("color") == "Attention" for each in runs)


def _told(card: Json) -> Iterator[tuple[str, str]]:
    """The inputs that something is wrong with, and what: that stands above each."""
    wrong = ""
    for each in card["body"]:
        if each["type"].startswith("Input.") and wrong:
            yield each["id"], wrong
        wrong = "\n".join(_words(each)) if _is_warning(each) and not _is_box(each) else ""


def _field(dialog: Dialog, field: Json, wrong: Mapping[str, str]) -> SeenField:
    id, options = field["id"], {e["value"]: e["title"] for e in field.get("choices") or ()}
    typed = dialog.typed.get(id, "")
    values = typed.split(",") if field.get("isMultiSelect") else [typed]
    held = ", ".join(options.get(each, each) for each in values if each)
    error = dialog.errors.get(id) or wrong.get(id, "")
    return SeenField(str(field["label"]), held, tuple(options.values()), error)


def _several(field: Json, value: str) -> list[str]:
    return value.split(", ") if field.get("isMultiSelect") else [value]
