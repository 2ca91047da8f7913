"""What people wait for: each interaction, how long the app has for its first response, and how long
its token lives (docs.discord.com/developers/interactions/receiving-and-responding).
"""

import asyncio
import secrets
from collections.abc import Callable, Mapping

from tests.discord.calls import Refused
from tests.discord.world import Interaction, Json
from tests.slack.clock import Clock

PING, COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = 1, 2, 3, 4, 5
# Types of responses.
PONG, SAYS, DEFERS, DEFERS_UPDATE, UPDATES, SUGGESTS, OPENS_MODAL = 1, 4, 5, 6, 7, 8, 9
# What the client says where nothing came in time, by what it waited for.
NO_ANSWER: Mapping[int, str] = {
    COMMAND: "The application did not respond",
    COMPONENT: "This interaction failed",
    AUTOCOMPLETE: "Loading options failed",
    MODAL: "Something went wrong. Try again.",
}


class Interactions:
    """All of them, by id. `patience` and `lives` are in seconds."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.patience = 3.0
        self.lives = 900.0
        self.made: dict[str, Interaction] = {}
        self._tokens: dict[str, Interaction] = {}

    def begin(self, made: Interaction) -> Interaction:
        """One that is new."""
        self.made[made.id] = self._tokens[made.token] = made
        return made

    def token(self) -> str:
        """A token for one."""
        return secrets.token_urlsafe(48)

    async def ask(self, made: Interaction, tell: Callable[[Json], None], told: Json) -> None:
        """Tell of it, and wait for the first response, or until `failed` says what the client
        says.
        """
        tell(told)
        try:
            await asyncio.wait_for(made.heard.wait(), self.patience)
        except TimeoutError:
            if not made.answered:
                made.failed = NO_ANSWER[made.kind]

    def waiting(self, id: str, token: str) -> Interaction:
        """The one that is waited for still. Raises Refused."""
        found = self.made.get(id)
        if found is None or found.token != token or found.failed:
            raise Refused(10062)
        if found.answered:
            raise Refused(40060)
        return found

    def alive(self, token: str) -> Interaction:
        """The one that was answered, and whose token lives. Raises Refused."""
        found = self._tokens.get(token)
        if found is None or not found.answered:
            raise Refused(10015)
        if self.clock.now() > found.at + self.lives:
            raise Refused(50027)
        return found
