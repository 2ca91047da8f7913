"""Whether what somebody sees is what a story says; and its own short forms of texts."""

import re

from tests.drivers.driver import Offered, Seen, SeenForm
from tests.scenarios import acts
from tests.scenarios.acts import Kind


def plain(text: str) -> str:
    """Words as they are compared: one space between them."""
    return re.sub(r"\s+", " ", text).strip()


def public(seen: Seen) -> bool:
    """Whether everybody sees it, and ResolutionFlow wrote it."""
    return seen.by_bot and not seen.private


def keyed(seen: Seen, key: str) -> Offered | None:
    """The button with this key on it."""
    return next((button for button in seen.buttons if button.key == key), None)


def fits(seen: Seen, act: acts.Sees) -> bool:
    """Whether a message has all that `act` wants, and nothing that it does not."""
    said = plain(f"{seen.text} {seen.document} {' '.join(seen.files)}")
    labels = {button.label for button in seen.buttons}
    return (
        all(plain(text) in said for text in act.text)
        and not any(plain(text) in said for text in act.without)
        and labels >= {*act.buttons}
        and not labels & {*act.without_buttons}
    )


def form_fits(form: SeenForm, act: acts.Sees) -> bool:
    """The same for a form, or what it says of its fields."""
    errors = " ".join([form.error, *(each.error for each in form.fields)]).strip()
    if act.kind is Kind.ERROR:
        return bool(errors) and all(plain(text) in plain(errors) for text in act.text)
    said = plain(" ".join([form.title, form.text, *(each.label for each in form.fields)]))
    held = {each.label: each.value for each in form.fields}
    return all(plain(text) in said for text in act.text) and act.holds.items() <= held.items()


def described(act: acts.Sees) -> str:
    """What is looked for, in words."""
    return " ".join(f"{name}={value!r}" for name, value in act if value)


def stretched(text: str, long: int) -> str:
    """The text, repeated up to so many characters."""
    return (text * (long // len(text) + 1))[:long] if long else text


def content(held: str) -> bytes:
    """What a file holds: the text, or so many bytes: `26 MB`."""
    found = re.fullmatch(r"(\d+) MB", held)
    return b"\0" * (int(found[1]) * 1024**2) if found else held.encode()
