"""The jobs of a verification: ask the driver when it is due, close when nobody answers.

The driver is told in person: the step in the thread offers the same answers all the while, but
an edited message notifies nobody. The time to answer runs from when it was asked. A job that
comes twice, late, or to a session that moved on does nothing.
"""

from collections.abc import Mapping
from datetime import timedelta

from bot.app.desk import Desk, propose
from bot.app.marks import mark_of
from bot.app.notices import named
from bot.app.reaching import contacts_of, tell_one
from bot.app.telling import known_to_tell
from bot.port import Sender
from core.errors import Because, Refusal
from core.session.deeds import Deed, VerificationLapsed
from core.session.shows import verification_view
from core.session.state import Session, Status
from core.views import NoticeView
from storage.jobs import CLOSE_UNVERIFIED, Job, enqueue
from storage.sessions import Asked, Product, Snapshot

_MOVED_ON = Refusal(Because.STALE, "The session moved on.")


async def ask_still_fine(desk: Desk, senders: Mapping[str, Sender], job: Job) -> None:
    """Ask the driver, then let silence close it later. Raises StorageError, PlatformError."""
    now = await desk.storage.sessions.read(Asked(Product(job.account), job.session))
    if now is None or not _awaits(now.session, job):
        return
    async with desk.storage.work(job.account) as work:
        known = await known_to_tell(work, now.session)
        driver = now.session.driver
        contacts = await contacts_of(work, job.session, driver) if driver else []
        hours = (await work.people.account()).verification_hours
    mark = mark_of(job.session, f"still fine {job.about}")
    await tell_one(senders, contacts, _question(now, named(now, known)), mark=mark)
    lapse = Job(CLOSE_UNVERIFIED, job.account, job.session, job.revision, about=job.about)
    async with desk.storage.work(job.account) as work:
        await enqueue(work.raw, lapse, timedelta(hours=hours), once=f"{CLOSE_UNVERIFIED} {mark}")


async def close_unverified(desk: Desk, _: Mapping[str, Sender], job: Job) -> None:
    """Close a session by silence, if it still waits for this answer. Raises StorageError."""

    def lapsed(now: Snapshot) -> Deed | Refusal:
        return VerificationLapsed() if _awaits(now.session, job) else _MOVED_ON

    await propose(desk, Asked(Product(job.account), job.session), lapsed)


def _awaits(session: Session, job: Job) -> bool:
    """Whether the session waits for the answer that the job is about, and for no later one."""
    due = session.due.isoformat() if session.due else None
    return session.status is Status.AWAITING and due == job.about


def _question(now: Snapshot, which: str) -> NoticeView:
    asked = verification_view(now.flows, now.session)
    return NoticeView(
        f"{which}: {asked.text}", asked.choices, now.session.id, now.session.here.visit
    )
