"""The product as one process, in our small Teams, where everybody has the role that stories give
them: settled once, as an admin would, and copied.
"""

import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import lru_cache

from tests.drivers.driver import Driver
from tests.drivers.teams import TeamsDriver
from tests.inprocess import Here, here
from tests.installation import Installation, free_port, staged
from tests.settling import Settled, settled_on
from tests.slack.clock import Clock
from tests.teams.server import Teams, serving

PATH = "/api/messages"
PACE = 120.0  # stories are told faster than people type
_PATIENCE = 15.0  # seconds; Teams has five, but the machine may be busy with other tests
_BEGAN = 1_760_000_000.0  # when everybody came, in each Teams


@dataclass(frozen=True)
class InTeams:
    """An installation, the Teams that it is in, and people at their clients."""

    stage: Installation | Here
    teams: Teams
    driver: TeamsDriver


class _Clock(Clock):
    """Ids are made of the time: in every Teams the same people and channels have the same, as an
    installation that was settled in one is told on in another.
    """

    began = False

    def now(self) -> float:
        return time.time() if self.began else _BEGAN


@contextmanager
def settled(server: str) -> Iterator[Settled]:
    """Settle an installation, on a database of its own."""
    with settled_on(server, _people) as made:
        yield made


@asynccontextmanager
async def _people(key: str) -> AsyncIterator[tuple[Driver, dict[str, str]]]:
    port = free_port()
    async with teams_of(key) as (teams, settings):
        teams.delivery.bot_url = f"http://127.0.0.1:{port}{PATH}"
        yield TeamsDriver(teams), {**settings, "RESOLUTIONFLOW_PORT": str(port)}


@asynccontextmanager
async def in_teams(
    server: str, of: Settled, *, all_messages: bool = True, dies: bool = False, **more: str
) -> AsyncIterator[InTeams]:
    """An installation on a copy of that database; as a process of its own where it `dies` in the
    story. `all_messages`: with the permission to hear all. `more` are settings by their variables.
    """
    async with teams_of(of.key, all_messages=all_messages) as (teams, settings):
        made = staged if dies else here
        async with made(server, of.name, **settings, **more) as stage:
            teams.delivery.bot_url = f"{stage.address}{PATH}"
            await teams.delivery.reachable()
            yield InTeams(stage, teams, TeamsDriver(teams))


@asynccontextmanager
async def teams_of(
    key: str, *, all_messages: bool = True
) -> AsyncIterator[tuple[Teams, dict[str, str]]]:
    """A Teams, and the settings with which the product finds it."""
    clock = _Clock(PACE)
    teams = Teams(clock=clock, all_messages=all_messages)
    clock.began = True
    teams.delivery.patience = _PATIENCE
    async with serving(teams, _port()):
        yield (
            teams,
            {
                **teams.settings(),
                "RESOLUTIONFLOW_KEYS": key,
                "RESOLUTIONFLOW_PLAYGROUND": "off",
            },
        )


@lru_cache(1)
def _port() -> int:
    """Conversations are remembered with the address of their service: it stays what it was."""
    return free_port()
