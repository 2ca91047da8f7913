"""Connections to addresses that somebody told us, such as a file's: to the world outside alone, and
to nothing that stands beside us, whatever its name leads to.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_address
from socket import AddressFamily

from aiohttp import ClientSession, ClientTimeout, DummyCookieJar, TCPConnector
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import DefaultResolver

_PATIENCE = ClientTimeout(total=60, connect=3, sock_read=10)


@asynccontextmanager
async def outside() -> AsyncIterator[ClientSession]:
    """Such connections, until the end."""
    connector = TCPConnector(resolver=_Outside())
    async with ClientSession(
        connector=connector, timeout=_PATIENCE, cookie_jar=DummyCookieJar()
    ) as session:
        yield session


def is_outside(address: str) -> bool:
    """Whether a number is one of the world's; a name may be, until it is resolved."""
    try:
        return ip_address(address).is_global
    except ValueError:
        return True


class _Outside(AbstractResolver):
    """Names, unless they lead within."""

    def __init__(self) -> None:
        self._names = DefaultResolver()

    async def resolve(
        self, host: str, port: int = 0, family: AddressFamily = AddressFamily.AF_INET
    ) -> list[ResolveResult]:
        """Raises OSError."""
        found = await self._names.resolve(host, port, family)
        if not all(is_outside(each["host"]) for each in found):
            raise OSError(f"{host} leads within")
        return found

    async def close(self) -> None:
        """No more names."""
        await self._names.close()
