"""The product as one process, in our small Slack, where everybody has the role that stories give
them: settled once, as an admin would, and copied.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from sqlalchemy.engine import make_url

from storage.sealing import fresh_key
from tests import database
from tests.drivers.driver import Offered, Place, Seen
from tests.drivers.slack import SlackDriver
from tests.inprocess import Here, here
from tests.installation import Installation, staged
from tests.processes import directory, environment, running
from tests.scenarios.acts import Sees
from tests.scenarios.sight import Sight
from tests.slack.server import Slack, serving

PACE = 120.0  # stories are told faster than people type
_PATIENCE = 15.0  # seconds; Slack has three, but the machine may be busy with other tests
_ENGINEERS = ("Sam", "Kim")
_CODE = r"/flow link ([0-9A-Z]{4}-[0-9A-Z]{4})"


@dataclass(frozen=True)
class InSlack:
    """An installation, the Slack that it is in, and people at their clients."""

    stage: Installation | Here
    slack: Slack
    driver: SlackDriver


@dataclass(frozen=True)
class Settled:
    """The database in which everybody has their role, and the key of what is secret in it."""

    name: str
    key: str


@contextmanager
def settled(server: str) -> Iterator[Settled]:
    """Settle an installation, on a database of its own."""
    with database.copy(server, "template0") as address:
        key, name = fresh_key(), make_url(address).database
        assert name is not None
        asyncio.run(_settle(address, key))
        yield Settled(name, key)


async def _settle(address: str, key: str) -> None:
    async with _slack(key, socket=True) as (slack, settings):
        with directory() as data, running("up", env=environment(data, address, **settings)) as up:
            said = await asyncio.to_thread(up.hears, _CODE)
            code = re.search(_CODE, said)
            assert code is not None
            await slack.delivery.reachable()
            await _become(SlackDriver(slack), code[1])
            await asyncio.to_thread(up.stop)


@asynccontextmanager
async def in_slack(
    server: str, of: Settled, *, socket: bool = True, dies: bool = False, **more: str
) -> AsyncIterator[InSlack]:
    """An installation on a copy of that database, told by a socket or by signed HTTP; as a process
    of its own where it `dies` in the story. `more` are settings by their variables.
    """
    async with _slack(of.key, socket=socket) as (slack, settings):
        made = staged if dies else here
        async with made(server, of.name, **settings, **more) as stage:
            slack.app.request_url = f"{stage.address}/slack/events"
            await slack.delivery.reachable()
            yield InSlack(stage, slack, SlackDriver(slack))


@asynccontextmanager
async def _slack(key: str, *, socket: bool) -> AsyncIterator[tuple[Slack, dict[str, str]]]:
    """A Slack, and the settings with which the product finds it."""
    slack = Slack(pace=PACE)
    slack.app.socket_mode = socket
    slack.delivery.ack = slack.triggers.lives = _PATIENCE
    async with serving(slack):
        app = slack.app
        if socket:
            tells = {"SLACK_APP_TOKEN": app.token}
        else:
            tells = {"SLACK_SIGNING_SECRET": app.signing_secret}
        yield (
            slack,
            {
                "SLACK_API_URL": slack.api_url,
                "SLACK_BOT_TOKEN": slack.bot_token,
                "RESOLUTIONFLOW_KEYS": key,
                "RESOLUTIONFLOW_PLAYGROUND": "off",
                **tells,
            },
        )


async def _become(driver: SlackDriver, code: str) -> None:
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
