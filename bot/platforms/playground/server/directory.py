"""Who and what is here, as this process knows it: people, channels, faults, the bot's secrets.

Read again at most once a second, and at once after a change of our own.
"""

import time

from bot.platforms.playground import wire
from bot.platforms.playground.server.refusals import Refused, not_found
from bot.platforms.playground.server.store import App, Everything, Place, Store

_FRESH = 1.0  # seconds


class Directory:
    """A copy of what hardly ever changes. `loaded` comes before anything else."""

    def __init__(self, store: Store) -> None:
        """Nothing is read yet."""
        self._store = store
        self._app: App | None = None
        self._known = Everything({}, {}, wire.Faults())
        self._read = float("-inf")

    async def loaded(self) -> App:
        """The bot's secrets; reads everything the first time."""
        if self._app is None:
            app = await self._store.app()
            await self.reload()
            self._app = app
        return self._app

    async def reload(self) -> None:
        """Read everything again."""
        began = time.monotonic()
        self._known = await self._store.everything()
        self._read = began

    async def fresh(self) -> None:
        """Read again what was read a while ago."""
        if time.monotonic() - self._read > _FRESH:
            await self.reload()

    @property
    def faults(self) -> wire.Faults:
        """What to do wrong."""
        return self._known.faults

    @property
    def users(self) -> tuple[wire.User, ...]:
        """Everybody who can be played."""
        return tuple(self._known.users.values())

    @property
    def channels(self) -> tuple[Place, ...]:
        """The channels that everybody sees."""
        return tuple(place for place in self._known.places.values() if place.owner is None)

    def user(self, user: str) -> wire.User:
        """Somebody. Refused where nobody is called so."""
        found = self._known.users.get(user)
        if found is None:
            raise Refused(404, f"Nobody here is called “{user[:40]}”.")
        return found

    def place(self, channel: str) -> Place | None:
        """A channel, if it is known."""
        return self._known.places.get(channel)

    def seen_by(self, user: str, channel: str) -> Place:
        """A channel that somebody sees. Refused where they do not."""
        found = self._known.places.get(channel)
        if found is None or found.owner not in (None, user):
            raise not_found("channel")
        return found

    def direct(self, user: str) -> Place | None:
        """Somebody's conversation with the bot, if it is known."""
        return next((p for p in self._known.places.values() if p.owner == user), None)
