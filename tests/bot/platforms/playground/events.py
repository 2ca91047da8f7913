"""Events as the playground sends them, signed, straight to the adapter."""

import json
from typing import Any

import httpx

from bot.platforms.playground import wire
from bot.platforms.playground.receive import PATH, Receiver, signature
from bot.port import Inbound
from tests.contracts.product import Product

SECRET = "the secret of a test"
NOW = 1_790_000_000
SAM = wire.User(id="sam", name="Sam")
BOT = wire.User(id="bot", name="ResolutionFlow", bot=True)
SUPPORT = wire.Channel(id="support", name="support")
DIRECT = wire.Channel(id="dm-sam", name="ResolutionFlow", direct=True)


def event(type: wire.Happened, **more: Any) -> wire.Event:
    """Something that Sam did in #support at NOW."""
    given: dict[str, Any] = {
        "id": "e1",
        "type": type,
        "at": "2026-11-23T09:00:00Z",
        "workspace": "w1",
        "user": SAM,
        "channel": SUPPORT,
        **more,
    }
    return wire.Event.model_validate(given)


async def send(
    product: Product, what: wire.Event | bytes, headers: dict[str, str] | None = None
) -> httpx.Response:
    """Deliver it, signed at NOW; `headers` replace those of the signature."""
    body = what if isinstance(what, bytes) else what.model_dump_json().encode()
    signed = {
        wire.TIMESTAMP: str(NOW),
        wire.SIGNATURE: signature(SECRET.encode(), str(NOW), body),
    }
    receiver = Receiver(product, SECRET, clock=lambda: NOW)
    transport = httpx.ASGITransport(receiver)
    async with httpx.AsyncClient(transport=transport, base_url="http://bot") as client:
        return await client.post(PATH, content=body, headers=signed if headers is None else headers)


async def told(what: wire.Event) -> Inbound:
    """What the product hears of it."""
    product = Product()
    answer = await send(product, what)
    assert answer.status_code == 200
    [inbound] = product.told
    return inbound


def read(answer: httpx.Response) -> wire.BotAnswer:
    """The body, as strictly as the playground reads it."""
    return wire.BotAnswer.model_validate(json.loads(answer.content))
