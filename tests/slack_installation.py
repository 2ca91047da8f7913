"""The product as one process, in our small Slack, where everybody has the role that stories give
them: settled once, as an admin would, and copied.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from tests.drivers.driver import Driver
from tests.drivers.slack import SlackDriver
from tests.inprocess import Here, here
from tests.installation import Installation, staged
from tests.settling import Settled, settled_on
from tests.slack.server import Slack, serving

PACE = 120.0  # stories are told faster than people type
_PATIENCE = 15.0  # seconds; Slack has three, but the machine may be busy with other tests


@dataclass(frozen=True)
class InSlack:
    """An installation, the Slack that it is in, and people at their clients."""

    stage: Installation | Here
    slack: Slack
    driver: SlackDriver


@contextmanager
def settled(server: str) -> Iterator[Settled]:
    """Settle an installation, on a database of its own."""
    with settled_on(server, _people) as made:
        yield made


@asynccontextmanager
async def _people(key: str) -> AsyncIterator[tuple[Driver, dict[str, str]]]:
    async with slack_of(key, socket=True) as (slack, settings):
        yield SlackDriver(slack), settings


@asynccontextmanager
async def in_slack(
    server: str, of: Settled, *, socket: bool = True, dies: bool = False, **more: str
) -> AsyncIterator[InSlack]:
    """An installation on a copy of that database, told by a socket or by signed HTTP; as a process
    of its own where it `dies` in the story. `more` are settings by their variables.
    """
    async with slack_of(of.key, socket=socket) as (slack, settings):
        made = staged if dies else here
        async with made(server, of.name, **settings, **more) as stage:
            slack.app.request_url = f"{stage.address}/slack/events"
            await slack.delivery.reachable()
            yield InSlack(stage, slack, SlackDriver(slack))


@asynccontextmanager
async def slack_of(key: str, *, socket: bool) -> AsyncIterator[tuple[Slack, dict[str, str]]]:
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
