"""Doing what was queued, with pgqueuer: again after a failure, until a job counts as dead.

A job may come twice (its worker died after doing it), so a handler must be able to see that.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from functools import partial

from pgqueuer.core.executors import DatabaseRetryEntrypointExecutor
from pgqueuer.core.qm import QueueManager
from pgqueuer.domain.errors import RetryRequested
from pgqueuer.domain.models import Job as Queued
from pgqueuer.queries import Queries

from bot.app.desk import Desk
from bot.port import RateLimited, Sender
from core.frozen import frozen
from storage.errors import UNAVAILABLE, Unavailable
from storage.jobs import Job, from_payload

Handler = Callable[[Desk, Mapping[str, Sender], Job], Awaitable[None]]


@frozen
class Patience:
    """How often a job is tried, the wait after its first failure (then doubled), and the longest.

    `heartbeat` is how long a job of a worker that died stays untouched, `look` how often the
    queue is looked at although nothing woke us.
    """

    attempts: int = 8
    first: timedelta = timedelta(seconds=1)
    longest: timedelta = timedelta(minutes=5)
    heartbeat: timedelta = timedelta(seconds=30)
    look: timedelta = timedelta(seconds=30)


@frozen
class Jobs:
    """What the handlers of jobs work with."""

    desk: Desk
    senders: Mapping[str, Sender]
    handlers: Mapping[str, Handler]
    patience: Patience = Patience()


async def drain(jobs: Jobs, stop: asyncio.Event) -> None:
    """Do jobs until `stop` is set, then finish those begun. Raises StorageError."""
    async with jobs.desk.storage.database.own() as connection:
        manager = QueueManager(Queries.from_asyncpg_connection(connection))
        for kind, handler in jobs.handlers.items():
            _register(manager, jobs, kind, handler)
        lost = asyncio.Event()
        connection.add_termination_listener(lambda _: lost.set())
        await _run(manager, jobs.patience, stop, lost)


def _register(manager: QueueManager, jobs: Jobs, kind: str, handler: Handler) -> None:
    async def do(queued: Queued) -> None:
        try:
            job = from_payload(kind, queued.payload or b"")
            await handler(jobs.desk, jobs.senders, job)
        except RateLimited as limited:
            delay = timedelta(seconds=limited.retry_after)
            raise RetryRequested(delay=delay, reason="rate limited") from limited

    patient = partial(
        DatabaseRetryEntrypointExecutor,
        max_attempts=jobs.patience.attempts - 1,
        initial_delay=jobs.patience.first,
        max_delay=jobs.patience.longest,
    )
    manager.entrypoint(kind, on_failure="hold", executor_factory=patient)(do)


async def _run(
    manager: QueueManager, patience: Patience, stop: asyncio.Event, lost: asyncio.Event
) -> None:
    """Run `manager` until it is to stop, or has lost its connection: raises Unavailable then."""
    running = asyncio.create_task(
        manager.run(
            dequeue_timeout=patience.look,
            heartbeat_timeout=patience.heartbeat,
            shutdown_on_listener_failure=True,
        )
    )
    signals = [asyncio.create_task(event.wait()) for event in (stop, lost)]
    try:
        await asyncio.wait([running, *signals], return_when=asyncio.FIRST_COMPLETED)
        manager.shutdown.set()
        if lost.is_set() and not running.done():
            running.cancel()
            raise Unavailable(UNAVAILABLE)
        await running
    finally:
        for task in (running, *signals):
            task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(running, *signals, return_exceptions=True)
