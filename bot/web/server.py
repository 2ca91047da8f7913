"""Uvicorn, run inside our loop: it takes no signals, and stops when told."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from socket import socket

import uvicorn
from starlette.types import ASGIApp

_LINGER = 5  # seconds that open requests get to finish


class _Server(uvicorn.Server):
    """Signals belong to whoever runs us."""

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Take none."""
        yield


async def answer(app: ASGIApp, listener: socket, stop: asyncio.Event) -> None:
    """Answer requests on `listener` until `stop` is set; streams must end by themselves then."""
    server = _Server(
        uvicorn.Config(
            app,
            http="httptools",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            lifespan="off",
            ws="none",
            timeout_graceful_shutdown=_LINGER,
        )
    )
    async with asyncio.TaskGroup() as group:
        serving = group.create_task(server.serve(sockets=[listener]))
        stopped = group.create_task(stop.wait())
        await asyncio.wait({serving, stopped}, return_when=asyncio.FIRST_COMPLETED)
        server.should_exit = True
        stopped.cancel()
