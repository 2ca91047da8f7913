"""The library's client, which keeps to Discord's limits by buckets; but a wait that is longer than
a moment is said instead of slept, and whoever used up a bucket is not made to wait for it.
"""

import asyncio
from contextlib import suppress
from types import TracebackType

import discord
from discord.http import HTTPClient, Ratelimit

SHORT = 0.75  # seconds that a limit is waited for; a longer one is RateLimited

_ANSWERS = "POST /interactions/"  # begins the keys of first responses
_CLEARED = 60.0  # seconds between two looks for buckets that nobody needs any more


class Bucket(Ratelimit):
    """One limit. What Discord's headers say of it is the library's to read."""

    def __init__(self) -> None:
        """Nothing is known of it yet: then one call goes first."""
        super().__init__(None)
        self._news = asyncio.Event()

    async def acquire(self) -> None:
        """Wait for a call to be allowed, SHORT at most. Raises discord's RateLimited."""
        clock = asyncio.get_running_loop().time
        self._last_request = clock()
        while True:
            if self.is_expired():
                self.reset()  # type: ignore[no-untyped-call]
            if self.remaining > 0:
                break
            wait = None if self.expires is None else self.expires - clock()
            if wait is not None and wait > SHORT:
                raise discord.RateLimited(wait)
            self._news.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), wait)
        self.remaining -= 1
        self.outgoing += 1

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """A call is over, and what its headers said is known."""
        self.outgoing -= 1
        if not self.dirty and self.expires is None and not self.outgoing:
            self.remaining = max(self.remaining, 1)  # it said nothing: it is not limited
        self._news.set()


class Http(HTTPClient):
    """With such buckets."""

    def __init__(self) -> None:
        """On the loop that runs; signs in when it is first used."""
        super().__init__(asyncio.get_running_loop())
        self.max_ratelimit_timeout = SHORT  # its constructor takes no less than half a minute
        self._cleared = 0.0

    def get_ratelimit(self, key: str) -> Ratelimit:
        """The bucket of a route, or of several; what answers an interaction has no limit, and each
        has a key of its own.
        """
        if key.startswith(_ANSWERS):
            return Bucket()
        if key not in self._buckets:
            self._buckets[key] = Bucket()
            self._clear()
        return self._buckets[key]

    def _clear(self) -> None:
        """Now and then: the library looks through all of them for each that is new."""
        now = asyncio.get_running_loop().time()
        if now - self._cleared > _CLEARED:
            self._cleared = now
            self._try_clear_expired_ratelimits()
