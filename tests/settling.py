"""An installation on some platform, in which everybody has the role that stories give them: settled
once, in chat, as an admin would, and copied.
"""

import asyncio
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass

from sqlalchemy.engine import make_url

from storage.sealing import fresh_key
from tests import database
from tests.drivers.driver import Driver, Offered, Place, Seen
from tests.processes import directory, environment, running
from tests.scenarios.acts import Sees
from tests.scenarios.sight import Sight

# A platform for an installation with that key: its people, and the settings by which it is found.
Begun = Callable[[str], AbstractAsyncContextManager[tuple[Driver, dict[str, str]]]]
_CODE = r"\blink ([0-9A-Z]{4}-[0-9A-Z]{4})"  # as it is said where the product was started
_ENGINEERS = ("Sam", "Kim")


@dataclass(frozen=True)
class Settled:
    """The database in which everybody has their role, and the key of what is secret in it."""

    name: str
    key: str


@contextmanager
def settled_on(server: str, begun: Begun) -> Iterator[Settled]:
    """Settle an installation, on a database of its own."""
    with database.copy(server, "template0") as address:
        key, name = fresh_key(), make_url(address).database
        assert name is not None
        asyncio.run(_settle(address, begun(key)))
        yield Settled(name, key)


async def _settle(
    address: str, begun: AbstractAsyncContextManager[tuple[Driver, dict[str, str]]]
) -> None:
    async with begun as (driver, settings):
        with directory() as data, running("up", env=environment(data, address, **settings)) as up:
            said = await asyncio.to_thread(up.hears, _CODE)
            code = re.search(_CODE, said)
            assert code is not None
            await _become(driver, code[1])
            await asyncio.to_thread(up.stop)


async def _become(driver: Driver, code: str) -> None:
    """Ada becomes the admin, and gives the others their roles."""
    for who in ("ada", "sam", "kim", "vic"):
        sight = Sight(driver, who)
        await sight.goes(Place("support"))
        await driver.types(who, f"/flow link {code}" if who == "ada" else "/flow help")
        await sight.sees(_sees("notice" if who == "ada" else "guide"))
    ada = Sight(driver, "ada")
    for name in _ENGINEERS:
        await ada.remembers()
        await driver.types("ada", "/flow admin")
        pressed = await _offered(ada, f"{name} (viewer)")
        await driver.presses("ada", *pressed)
        await ada.sees(_sees("form"))
        await driver.fills("ada", {f"Role of {name}": "Engineer"})
        await ada.sees(_sees("notice"))


async def _offered(sight: Sight, label: str) -> tuple[Seen, Offered]:
    return await sight.button(lambda seen: seen.offered(label), None, label)


def _sees(kind: str) -> Sees:
    return Sees.model_validate({"sees": kind})
