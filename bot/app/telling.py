"""The job "tell": one person hears what became of a session without having asked.

Said once however often the job runs: the same notice always carries the same mark.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import assert_never

from bot.app.desk import Desk
from bot.app.marks import mark_of
from bot.app.reaching import contacts_of, tell_one
from bot.app.showing import client_name
from bot.port import Sender
from core.ids import PersonId
from core.session.deeds import HandoverDeclined, HandoverOffered
from core.session.scene import Notice
from core.session.shows import Known, session_line
from core.session.state import Session, Status
from core.session.verbs import LABELS
from core.session.verbs import SessionVerb as Can
from core.views import Choice, NoticeView
from storage.jobs import Job
from storage.sessions import Asked, Product, Snapshot
from storage.work import Work

_ANSWERS = tuple(Choice(verb, LABELS[verb]) for verb in (Can.ACCEPT, Can.DECLINE))


@dataclass(frozen=True, slots=True)
class Told:
    """What a notice speaks of: the session now, who did it, to whom it is told."""

    now: Snapshot
    known: Known
    person: PersonId

    @property
    def session(self) -> Session:
        """The session as it stands."""
        return self.now.session

    @property
    def by(self) -> str:
        """Who did what is told."""
        return self.known.name(self.now.past.by if self.now.past else None)


async def tell(desk: Desk, senders: Mapping[str, Sender], job: Job) -> None:
    """Tell `job.person` of the notice `job.about`. Raises StorageError, PlatformError."""
    asked = Asked(Product(job.account), job.session, of=job.revision)
    now = await desk.storage.sessions.read(asked)
    if now is None or job.person is None:
        return
    async with desk.storage.work(job.account) as work:
        told = Told(now, await known_to_tell(work, now.session), job.person)
        contacts = await contacts_of(work, job.session, job.person)
    notice = Notice(job.about or "")
    if notice is Notice.HANDOVER_OFFERED and not _is_still_offered(told):
        return
    mark = mark_of(job.session, f"{job.revision} {notice} {job.person}")
    await tell_one(senders, contacts, notice_view(notice, told), mark=mark)


async def known_to_tell(work: Work, session: Session) -> Known:
    """Names and the client; a notice needs no answers."""
    return Known(names=await work.people.names(), client=await client_name(work, session))


def notice_view(notice: Notice, told: Told) -> NoticeView:
    """The notice in words."""
    choices = _ANSWERS if notice is Notice.HANDOVER_OFFERED else ()
    session = told.session
    return NoticeView(_text(notice, told), choices, session.id, session.here.visit)


def named(now: Snapshot, known: Known) -> str:
    """Which session: its flow and client."""
    title = f"“{now.flows[now.session.here.version].title}”"
    return f"{title} for {known.client}" if known.client else title


def _text(notice: Notice, told: Told) -> str:
    which, by, where = named(told.now, told.known), told.by, _where(told)
    match notice:
        case Notice.HANDOVER_OFFERED:
            return _joined(f"{by} asks you to take over {which}.", where, _said(told))
        case Notice.HANDOVER_ACCEPTED:
            return _joined(f"{by} has accepted {which} and drives it now.", where)
        case Notice.HANDOVER_DECLINED:
            return _joined(f"{by} has declined to take over {which}.", _said(told), _driving(told))
        case Notice.HANDOVER_WITHDRAWN:
            return f"{by} no longer asks you to take over {which}. You need not do anything."
        case Notice.TAKEN_OVER:
            return _joined(f"{by} has taken over {which} from you.", where)
        case _ as never:
            assert_never(never)


def _where(told: Told) -> str:
    """Where the session stands, as a sentence."""
    session = told.session
    match session.status:
        case Status.ACTIVE:
            return f"It stands at: {session_line(told.now.flows, session, told.known).at}"
        case Status.PAUSED:
            return f"It is parked: {session.parked}"
        case Status.AWAITING:
            return "It waits to see whether the fix holds."
        case Status.COMPLETED:
            return "It is completed by now."
        case _ as never:
            assert_never(never)


def _driving(told: Told) -> str:
    driver = told.session.driver
    if driver == told.person:
        return "You still drive it."
    return f"{told.known.name(driver)} drives it." if driver else "Nobody drives it."


def _said(told: Told) -> str:
    match told.now.past.deed if told.now.past else None:
        case HandoverOffered(message=words) | HandoverDeclined(reason=words):
            return f"{told.by} says: “{words}”" if words else ""
        case _:
            return ""


def _joined(*sentences: str) -> str:
    return "\n".join(sentence for sentence in sentences if sentence)


def _is_still_offered(told: Told) -> bool:
    offer = told.session.offer
    return offer is not None and offer.to == told.person
