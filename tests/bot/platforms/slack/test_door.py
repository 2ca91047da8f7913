"""What is sent by signed HTTP is read as it was written, however it is encoded."""

import json
from collections.abc import AsyncIterator, Callable
from urllib.parse import quote, quote_plus

import httpx
import pytest

from bot.port import Clicked
from tests.bot.platforms.slack.earshot import FORM, Earshot
from tests.bot.platforms.slack.test_incoming import shown
from tests.slack.delivery import signed

ODD = "a+b %41 100% =? &amp; \\u00e9 é 👩‍💻 \u202e\n\t\"'_x"


@pytest.mark.parametrize(
    ("ascii_only", "encode"),
    [(True, quote_plus), (False, quote_plus), (False, quote), (False, lambda s: quote(s, ":{}"))],
)
async def test_a_click_says_what_was_pressed(
    place: Earshot, ascii_only: bool, encode: Callable[[str], str]
) -> None:
    ts = await shown(place)
    payload = place.sam.acts.on_message(place.sam.message(ts))
    action = {"type": "button", "action_id": "odd", "value": ODD, "action_ts": "1.1"}
    written = json.dumps(payload | {"actions": [action]}, ensure_ascii=ascii_only)

    answered = await place.sends(f"payload={encode(written)}".encode(), FORM)

    assert answered.status_code == 200
    [inbound] = await place.told()
    assert isinstance(inbound, Clicked)
    assert inbound.token == ODD


async def test_other_fields_of_the_form_do_not_matter(place: Earshot) -> None:
    ts = await shown(place)
    payload = place.sam.acts.on_message(place.sam.message(ts))
    action = {"type": "button", "action_id": "plain", "value": "plain", "action_ts": "1.1"}
    written = quote_plus(json.dumps(payload | {"actions": [action]}))

    for body in (f"payload={written}&more=1", f"more=1&payload={written}"):
        assert (await place.sends(body.encode(), FORM)).status_code == 200

    assert [inbound.token for inbound in await place.told() if isinstance(inbound, Clicked)] == [
        "plain"
    ]


async def test_a_body_of_no_stated_length_is_not_read(place: Earshot) -> None:
    async def parts() -> AsyncIterator[bytes]:
        yield b"payload="
        yield b"%7B%7D"

    headers = signed(place.server.app.signing_secret, b"payload=%7B%7D")
    answered: httpx.Response = await place.client.post(
        place.door, content=parts(), headers={"Content-Type": FORM, **headers}
    )

    assert answered.status_code == 411
    assert await place.told() == []
