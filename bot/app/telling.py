"""The job "tell": one person hears what became of a session without having asked; and what the
message of an offer becomes when it is pressed.

Said once however often the job runs: the same notice always carries the same mark.
"""

from collections.abc import Mapping
from dataclasses import replace

from bot.app.chat import Chat
from bot.app.desk import Desk
from bot.app.ground import PATIENCE
from bot.app.marks import mark_of
from bot.app.notices import IN_PERSON, Told, notice_view, over_view
from bot.app.reaching import Home, contacts_of, link_to_home, shared_home, tell_one
from bot.app.showing import client_name, known_of
from bot.port import Answer, Sender
from bot.token import Token
from core.ids import PersonId
from core.session.scene import Notice
from core.session.shows import Known
from core.session.state import Session
from core.session.verbs import SessionVerb as Can
from core.views import NoticeView
from storage.jobs import Job
from storage.sessions import Asked, Product, Snapshot
from storage.work import Work

AT_HOME = "home"  # of a session's verbs: pressed on the Home tab


async def tell(desk: Desk, senders: Mapping[str, Sender], job: Job) -> None:
    """Tell `job.person` of the notice `job.about`. Raises StorageError, PlatformError."""
    asked = Asked(Product(job.account), job.session, of=job.revision)
    now = await desk.storage.sessions.read(asked)
    if now is None or job.person is None:
        return
    notice = Notice(job.about or "")
    offer = now.session.offer
    if notice is Notice.HANDOVER_OFFERED and (offer is None or offer.to != job.person):
        return
    async with desk.storage.work(job.account) as work:
        told, home = await _told(work, now, job.person, notice)
        contacts = await contacts_of(work, job.session, job.person)
    told = replace(told, link=await link_to_home(senders, home))
    mark = mark_of(job.session, f"{job.revision} {notice} {job.person}")
    await tell_one(senders, contacts, notice_view(notice, told), mark=mark)


async def known_to_tell(work: Work, session: Session) -> Known:
    """Names and the client; a notice needs no answers."""
    return Known(names=await work.people.names(), client=await client_name(work, session))


def is_in_person(token: Token) -> bool:
    """Whether that is a button with which the one asked to take over answers, wherever it is not
    the step's own.
    """
    return token.verb in (Can.ACCEPT, Can.DECLINE) and token.argument in (IN_PERSON, AT_HOME)


def answer(token: Token, view: NoticeView) -> Answer:
    """Said where the button is; on the Home tab there is no message to say it in."""
    return Answer(whispers=(view,)) if token.argument == AT_HOME else Answer(replace=view)


def is_asked(now: Snapshot) -> bool:
    """Whether who reads the session is the one who is asked to take it over."""
    return now.session.offer is not None and now.actor.is_person(now.session.offer.to)


async def offer_over(chat: Chat, now: Snapshot, *, declined: bool = False) -> NoticeView:
    """What that message becomes, for who reads the session. Raises StorageError."""
    assert now.actor.id is not None
    async with chat.desk.storage.work(now.session.account) as work:
        known = await known_to_tell(work, now.session)
        home = await shared_home(work, now.session.id)
    link = await link_to_home(chat.senders, home, patience=PATIENCE)
    return over_view(Told(now, known, now.actor.id, link), declined=declined)


async def _told(
    work: Work, now: Snapshot, person: PersonId, notice: Notice
) -> tuple[Told, Home | None]:
    """What is spoken of; who is asked to go on with it needs to know more, and where it is."""
    if notice is not Notice.HANDOVER_OFFERED:
        return Told(now, await known_to_tell(work, now.session), person), None
    known = await known_of(work, now.session)
    flows = await work.histories.flows(now.session, tuple(known.past))
    return Told(replace(now, flows=flows), known, person), await shared_home(work, now.session.id)
