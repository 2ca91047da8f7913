"""The server: the REST API under /api/v10/, the gateway and the files, in memory and on one loop.
`serving` runs it on a free port.
"""

import secrets
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.discord.limits import Trouble
from tests.discord.people import Person
from tests.discord.world import Guild, Json
from tests.slack.clock import Clock


class Discord:
    """All of it: one app, its guilds, everybody there.

    chat        `guild` (the first), `channel(name)`, `user(name)`, `message(id)`, `watch()`,
                `until(find, seconds)`, `versions`; whoever acts there is asked no questions
    gateway     `reachable()`, `settled()`, `drop()`, `forget()`, `reconnect()`, `sessions`
    commands    what is registered, by guild ("" is everywhere)
    calls       (method, path, body) of each call, in order; `counts` by route, as
                "POST /channels/{}/messages"
    """

    def __init__(self, *, clock: Clock | None = None, pace: float = 1.0) -> None:
        self.clock = clock or Clock(pace)
        self.bot_token = secrets.token_urlsafe(32)
        self.message_content = True  # whether the app may have that intent
        self.trouble: Trouble | None = None
        self.patience = 3.0  # seconds for the first response
        self.lives = 900.0  # seconds that an interaction's token does
        self.calls: list[tuple[str, str, Json]] = []
        self.counts: Counter[str] = Counter()
        self.commands: dict[str, list[Json]] = {}
        self.people: dict[tuple[str, str], Person] = {}
        self.url = ""

    @property
    def api_url(self) -> str:
        """What DISCORD_API_URL must be."""
        return f"{self.url}/api/v10"

    @property
    def gateway_url(self) -> str:
        """What DISCORD_GATEWAY_URL must be."""
        return f"{self.url.replace('http', 'ws', 1)}/gateway/"

    def person(self, name: str, guild: Guild | None = None) -> Person:
        """Somebody at their client: sam, kim, vic, ada (an admin), gus (new here)."""
        raise NotImplementedError

    def adds_guild(self, name: str) -> Guild:
        """A new guild: the same people, the same channels, the bot."""
        raise NotImplementedError


@asynccontextmanager
async def serving(discord: Discord, port: int = 0) -> AsyncIterator[Discord]:
    """Serve it on this machine until the end; afterwards nothing of it runs."""
    yield discord
