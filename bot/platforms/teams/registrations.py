"""The registrations that Teams may speak to us for: one in the settings, others in our memory, each
for a tenant. Secrets are encrypted there.
"""

import time
from collections.abc import Callable

from pydantic import TypeAdapter

from bot.platforms.teams.application import Application, Registration
from bot.port import Memory

_KIND = "registration"
FRESH = 60.0  # seconds after which others may have changed what is kept
_AGAIN = 1.0  # at least so many between two looks for one that is not there
_JSON: TypeAdapter[Registration] = TypeAdapter(Registration)


class Registrations:
    """Every registration, by client and by tenant. Every method may raise a StorageError."""

    def __init__(
        self,
        application: Application,
        memory: Memory,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`clock` tells seconds."""
        self._own = application.registration
        self._memory = memory
        self._clock = clock
        self._known: tuple[Registration, ...] = ()
        self._read: float | None = None

    async def all(self) -> tuple[Registration, ...]:
        """All of them; the one of the settings stands for its tenant, whatever is kept."""
        kept = [_JSON.validate_json(said) for said in (await self._memory.all(_KIND)).values()]
        own = [self._own] if self._own else []
        others = [each for each in kept if self._own is None or each.tenant != self._own.tenant]
        self._known = (*own, *sorted(others, key=lambda each: each.tenant))
        self._read = self._clock()
        return self._known

    async def of_client(self, client: str) -> Registration | None:
        """The one with that client id."""
        return await self._one(lambda each: each.client_id == client)

    async def of_tenant(self, tenant: str) -> Registration | None:
        """The one of that tenant."""
        return await self._one(lambda each: each.tenant == tenant)

    async def keep(self, registration: Registration) -> None:
        """Add it, or let it stand for its tenant from now on."""
        said = _JSON.dump_json(registration).decode()
        await self._memory.keep(_KIND, registration.tenant, said)
        self._read = None

    async def forget(self, tenant: str) -> bool:
        """Take away the one that was kept for a tenant; whether there was any."""
        self._read = None
        return await self._memory.take(_KIND, tenant) is not None

    async def _one(self, is_it: Callable[[Registration], bool]) -> Registration | None:
        age = FRESH if self._read is None else self._clock() - self._read
        if age < FRESH:
            found = next(filter(is_it, self._known), None)
            if found is not None or age < _AGAIN:
                return found
        return next(filter(is_it, await self.all()), None)
