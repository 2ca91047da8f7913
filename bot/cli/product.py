"""From a verb to the running product and back; who the person at this terminal is."""

import asyncio
import getpass
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from bot.app.membership import Member, Visitor, identify
from bot.cli.endings import Refused
from bot.composition import Product, running
from bot.logs import configure
from bot.settings import read_settings
from core.errors import Refusal

TERMINAL = "terminal"  # both the platform and its only workspace

_T = TypeVar("_T")


def run(whole: Coroutine[Any, Any, _T]) -> _T:
    """Run a coroutine to its end, on the fastest loop there is."""
    try:
        import uvloop
    except ImportError:
        return asyncio.run(whole)
    return uvloop.run(whole)


def with_product(use: Callable[[Product], Awaitable[_T]]) -> _T:
    """Open the product, `use` it, close it. Only what fails is logged (see endings)."""
    settings = read_settings()
    configure(settings, stderr=False)

    async def whole() -> _T:
        async with running(settings) as product:
            return await use(product)

    return run(whole())


def with_member(use: Callable[[Product, Member], Awaitable[_T]]) -> _T:
    """As `with_product`, for a verb that somebody does: the person at this terminal."""

    async def whole(product: Product) -> _T:
        return await use(product, agreed(await identify(product.desk, at_terminal())))

    return with_product(whole)


def agreed(answer: _T | Refusal) -> _T:
    """What was asked for; a refusal ends the command. Raises Refused."""
    if isinstance(answer, Refusal):
        raise Refused(answer.message)
    return answer


def at_terminal() -> Visitor:
    """Whoever is logged in on this machine."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a number without a name, as in a container
        user = "operator"
    return Visitor(TERMINAL, TERMINAL, user, user)
