"""A place in which a session can live no more, or not for now: the session is parked, and its
driver is told, once. And what was refused somewhere is sent when we may write there again.

Whoever notices it comes here: a platform that says so of a channel, a worker that cannot post.
"""

from collections.abc import Mapping
from uuid import UUID

from bot.app.desk import Desk, propose
from bot.app.marks import mark_of
from bot.app.notices import Told, locked_view, lost_view
from bot.app.reaching import contacts_of, tell_one
from bot.app.telling import known_to_tell
from bot.port import Allowed, Closed, Loss, Sender
from core.errors import Because, Refusal
from core.ids import AccountId, PlaceId
from core.session.deeds import Deed, Paused
from core.session.state import Session, Status
from storage.errors import StorageError
from storage.installation import Home
from storage.jobs import TELL_LOST, Job, enqueue
from storage.places import Place, Spot
from storage.sessions import Asked, Product, Snapshot
from storage.work import Work

GONE = "gone"  # found by posting: it is not known what of it was deleted
_WHY: Mapping[str, str] = {
    Loss.ARCHIVED: "The channel was archived",
    Loss.DELETED: "The channel was deleted",
    Loss.REMOVED: "ResolutionFlow was removed from the channel",
    Loss.LOCKED: "The thread was locked",
    GONE: "The thread or its channel was deleted",
}
_AS_IT_IS = Refusal(Because.STALE, "There is nothing to park.")


async def closed(desk: Desk, inbound: Closed) -> None:
    """Every session that lives there loses its place, or waits for it, whatever becomes of the
    others.

    Raises StorageError.
    """
    home = await desk.storage.installation.home(inbound.platform, inbound.workspace)
    if home is None:
        return
    if inbound.thread:
        await _thread_closed(desk, home, inbound)
        return
    async with desk.storage.work(home.account) as work:
        places = await work.places.in_channel(home.workspace, inbound.channel)
    failed: StorageError | None = None
    for place in places:
        try:
            await lose(desk, home.account, place.id, inbound.loss)
        except StorageError as error:
            failed = error
    if failed is not None:
        raise failed


async def allowed(desk: Desk, inbound: Allowed) -> None:
    """What was refused there is sent now. A session that was parked for it stays so: whoever is
    there goes on with it, and may not have waited for that.

    Raises StorageError.
    """
    where = inbound.platform, inbound.workspace, inbound.channel
    await desk.storage.outbox.let_in(*where)
    desk.woken.set()


async def _thread_closed(desk: Desk, home: Home, inbound: Closed) -> None:
    """Where a thread's root was deleted, its session goes on elsewhere, when its driver wants to;
    where it was locked, it waits for either.
    """
    spot = Spot(home.workspace, inbound.channel, inbound.thread)
    async with desk.storage.work(home.account) as work:
        below = await work.places.at(spot)
        if below is not None and inbound.loss is not Loss.LOCKED:
            await work.places.lost(below.id)
    if below is not None and inbound.loss is Loss.LOCKED:
        await lock(desk, home.account, below.id, is_new=True)
    desk.woken.set()


async def lock(desk: Desk, account: AccountId, id: PlaceId, *, is_new: bool = False) -> None:
    """Park the session that lives at a place where nobody can go on with it for now, have its
    driver told. The place stays its own, for when it is opened again.

    Unless it `is_new` for sure, it is left alone where it was parked for that before: who goes on
    with it since knows, and is on their way elsewhere. Raises StorageError.
    """
    async with desk.storage.work(account) as work:
        place = await work.places.get(id)
        trail = await work.histories.trail(place.session) if place else ()
    if place is None or place.moved_to is not None:
        return
    if is_new or Paused(_WHY[Loss.LOCKED]) not in [each.deed for each in trail]:
        await _park(desk, account, place, Loss.LOCKED)
    async with desk.storage.work(account) as work:
        now = await work.histories.get(place.session)
        trail = await work.histories.trail(place.session)
        # Told once however often it is noticed, and again when it is parked again.
        since = max((each.seq for each in trail if isinstance(each.deed, Paused)), default=0)
        if now is not None and now.status is not Status.ACTIVE:
            await _have_told(work, now, f"{Loss.LOCKED} {id.hex} {since}")


async def lose(desk: Desk, account: AccountId, id: PlaceId, why: str) -> None:
    """Park the session that lives at a place, let it live nowhere, have its driver told why.

    In this order: whoever finds it half done does the rest. Raises StorageError.
    """
    async with desk.storage.work(account) as work:
        place = await work.places.get(id)
    if place is not None and place.moved_to is None:
        await _park(desk, account, place, why)
    async with desk.storage.work(account) as work:
        lived = await work.places.lost(id, in_reach=why == GONE)
        now = await work.histories.get(place.session) if place and lived else None
        if now is not None:
            await _have_told(work, now, f"{why} {id.hex}")
    desk.woken.set()


async def tell_lost(desk: Desk, senders: Mapping[str, Sender], job: Job) -> None:
    """Tell the driver; unless the session goes on by now, or has ended.

    Raises StorageError, PlatformError.
    """
    why, place, *_ = (job.about or "").split()
    over = {Status.COMPLETED, Status.ACTIVE} if why == Loss.LOCKED else {Status.COMPLETED}
    now = await desk.storage.sessions.read(Asked(Product(job.account), job.session))
    if now is None or job.person is None or now.session.status in over:
        return
    async with desk.storage.work(job.account) as work:
        lost = await work.places.get(PlaceId(UUID(place)))
        here = await work.places.active(job.session)
        if here is not None and (why != Loss.LOCKED or here != lost):
            return
        known = await known_to_tell(work, now.session)
        contacts = await contacts_of(work, job.session, job.person)
    near = lost.spot.workspace if lost else None
    contacts.sort(key=lambda contact: contact.workspace != near)
    view = locked_view if why == Loss.LOCKED else lost_view
    notice = view(Told(now, known, job.person), _WHY[why])
    await tell_one(senders, contacts, notice, mark=_mark(job))


async def _park(desk: Desk, account: AccountId, place: Place, why: str) -> None:
    """Only one that goes on is parked: what it waits for already, it goes on waiting for."""

    def parked(now: Snapshot) -> Deed | Refusal:
        return Paused(_WHY[why]) if now.session.status is Status.ACTIVE else _AS_IT_IS

    await propose(desk, Asked(Product(account), place.session), parked)


async def _have_told(work: Work, session: Session, about: str) -> None:
    if session.driver is None or session.status is Status.COMPLETED:
        return
    job = Job(TELL_LOST, work.account, session.id, session.revision, session.driver, about)
    await enqueue(work.raw, job, once=f"{TELL_LOST} {_mark(job)}")


def _mark(job: Job) -> str:
    return mark_of(job.session, f"lost {job.about}")
