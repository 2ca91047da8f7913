"""Bringing messages to what their sessions are now: claim, render the newest state, send, store.

Each message is tried on its own: whatever one of them does, the others are sent. What a crash
leaves half-done is found again by the message's mark.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from datetime import timedelta
from itertools import groupby

import structlog

from bot import port
from bot.app.closing import GONE, lock, lose
from bot.app.desk import Desk
from bot.app.marks import mark_of
from bot.app.rendering import Rendered, newest
from bot.logs import new_reference
from bot.metrics import SEND_FAILURES, SENT
from bot.port import Sender, Target
from core.frozen import frozen
from core.session.scene import Showing
from storage.errors import StorageError, Unavailable
from storage.outbox import Claimed

AGAIN = (0.1, 0.3, 1.0)  # seconds between tries to store what became of a message
AT_ONCE = 8  # places that are sent to at the same time
PATIENCE = 0.6  # of the lease: later than this nothing is begun or waited for
SOONEST, LATEST = timedelta(seconds=1), timedelta(minutes=5)
UNTIL_AN_ADMIN_LOOKS = timedelta(minutes=15)
# What a platform may ask us to wait.
SHORTEST_LIMIT, LONGEST_LIMIT = timedelta(seconds=0.1), timedelta(hours=1)

_ORDER = (Showing.HEADER, Showing.PAST, Showing.STEP, Showing.NOTE)

Senders = Mapping[str, Sender]
_log = structlog.get_logger(__name__)


@frozen
class Setback:
    """Why a message was not sent, in words for an admin, and when to try again."""

    why: str
    wait: timedelta


async def deliver(desk: Desk, senders: Senders, limit: int = 20) -> int:
    """Send up to `limit` messages that are behind; how many were claimed. Raises StorageError.

    `senders` are by platform; messages on others are left to who has theirs.
    """
    outbox = desk.storage.outbox
    until = asyncio.get_running_loop().time() + outbox.lease.total_seconds() * PATIENCE
    claimed = await outbox.claim(list(senders), limit)
    together = asyncio.Semaphore(AT_ONCE)

    async def send(messages: list[Claimed]) -> None:
        async with together:
            for message in messages:
                await _settle(desk, senders[message.platform], message, until)

    await asyncio.gather(*map(send, _by_place(claimed)))
    return len(claimed)


async def release(desk: Desk) -> None:
    """Nobody else sends here: what somebody held who died need not wait. Raises StorageError."""
    await desk.storage.outbox.release()


def setback(error: BaseException, failures: int) -> Setback:
    """What an error means for the message that met it; `failures` came before this one."""
    match error:
        case port.RateLimited(retry_after=seconds):
            wait = min(max(timedelta(seconds=seconds), SHORTEST_LIMIT), LONGEST_LIMIT)
            return Setback("rate limited", wait)
        case port.Unauthorized(told=told):
            return Setback(told or "not allowed there", _jittered(UNTIL_AN_ADMIN_LOOKS))
        case port.Unavailable() | TimeoutError():
            return Setback("the platform does not answer", backoff(failures))
        case _:
            reference = new_reference()
            _log.error("send failed", reference=reference, exc_info=error)
            return Setback(f"failed, see {reference} in the log", backoff(failures))


def backoff(failures: int) -> timedelta:
    """How long to wait after one more failure: doubled each time, at most LATEST, with jitter."""
    return _jittered(min(SOONEST * 2 ** min(failures, 20), LATEST))


def _jittered(wait: timedelta) -> timedelta:
    return wait * random.uniform(0.5, 1.0)  # noqa: S311 - spreads load, keeps no secret


def _by_place(claimed: Iterable[Claimed]) -> list[list[Claimed]]:
    """The messages of each place, in the order in which they stand there."""
    ordered = sorted(claimed, key=lambda m: (m.place, _ORDER.index(m.showing)))
    return [list(messages) for _, messages in groupby(ordered, key=lambda m: m.place)]


async def _settle(desk: Desk, sender: Sender, message: Claimed, until: float) -> None:
    """Send one message and store what became of it; if even that fails, its lease ends."""
    try:
        await _try(desk, sender, message, until)
    except StorageError as error:
        _log.warning("message not settled", message=str(message.id), exc_info=error)
        why = "the database went away"
        with suppress(StorageError):
            await _stored(lambda: desk.storage.outbox.failed(message, wait=SOONEST, why=why))


async def _try(desk: Desk, sender: Sender, message: Claimed, until: float) -> None:
    outbox = desk.storage.outbox
    try:
        async with asyncio.timeout_at(until):
            sent = await _send(desk, sender, message)
    except port.Gone:
        await _gone(desk, message)
    except StorageError:
        raise
    except Exception as error:
        if isinstance(error, port.Locked) and await _locked(desk, message):
            return
        SEND_FAILURES.labels(message.platform).inc()
        back = setback(error, message.failures)
        _log.warning("message not sent", message=str(message.id), why=back.why)
        await _stored(lambda: outbox.failed(message, wait=back.wait, why=back.why))
    else:
        if sent is None:
            await _stored(lambda: outbox.gone(message))
            return
        reference, shown = sent
        SENT.labels(message.platform).inc()
        await _stored(lambda: outbox.shown(message, revision=shown.revision, reference=reference))


async def _stored(store: Callable[[], Awaitable[None]]) -> None:
    """Store what became of a message, through a restart of the database: else its claim would keep
    it from everybody until its lease ends.
    """
    for wait in AGAIN:
        try:
            await store()
        except Unavailable:
            await asyncio.sleep(wait)
        else:
            return
    await store()


async def _gone(desk: Desk, message: Claimed) -> None:
    """What was to be changed was deleted; or, where nothing can be posted, the place itself."""
    if message.reference is not None or message.withdrawn:
        await desk.storage.outbox.gone(message)
        return
    await lose(desk, message.account, message.place, GONE)


async def _locked(desk: Desk, message: Claimed) -> bool:
    """Whether nothing is wanted in a locked thread: what would only point elsewhere, or has to go
    away, is left as it is. Else its session waits for the thread, as the message does.
    """
    if message.moved_to is not None or message.withdrawn:
        await desk.storage.outbox.gone(message)
        return True
    await lock(desk, message.account, message.place)
    return False


async def _send(desk: Desk, sender: Sender, message: Claimed) -> tuple[str, Rendered] | None:
    """The reference and what is shown there now; None where there is nothing to show any more."""
    thread = "" if message.in_channel else message.spot.thread or ""
    target = Target(message.workspace, message.spot.channel, thread)
    mark = mark_of(message.id)
    reference = message.reference
    if reference is None and message.maybe_posted:
        reference = await sender.find(target, mark=mark)
    if message.withdrawn:
        if reference is not None:
            await sender.withdraw(target, reference)
        return None
    now = await newest(desk, message)
    if reference is not None:
        await sender.edit(target, reference, now.shown)
    elif now.is_pointer:
        return None  # nothing was ever posted there that would have to point anywhere
    else:
        reference = await sender.post(target, now.shown, mark=mark)
    if message.in_channel and message.spot.thread is None:
        await _root(desk, message, await sender.open_thread(target, reference))
    return reference, now


async def _root(desk: Desk, message: Claimed, thread: str) -> None:
    """From now on the session lives in the thread below its header."""
    async with desk.storage.work(message.account) as work:
        await work.places.rooted(message.place, thread)
