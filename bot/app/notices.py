"""What somebody is told in person of a session, in words: what became of it, what they are asked,
and what an offer says once it is over. No storage, nothing is sent here.
"""

from typing import assert_never

from bot.app.answers import choice
from core.frozen import frozen
from core.ids import PersonId
from core.session.deeds import HandoverDeclined, HandoverOffered
from core.session.scene import Notice
from core.session.shows import Known, session_line, where_was_i
from core.session.state import Session, Status
from core.session.verbs import LABELS
from core.session.verbs import SessionVerb as Can
from core.verbs import ProductVerb
from core.views import Choice, NoticeView
from storage.sessions import Snapshot

RESUMING = "resume"  # of Open: a parked session goes on
IN_PERSON = "in-person"  # of Accept and Decline: pressed in the message of the one asked
_NAME = "ResolutionFlow"  # keeps its capitals wherever it stands
_ANSWERS = tuple(Choice(verb, LABELS[verb], IN_PERSON) for verb in (Can.ACCEPT, Can.DECLINE))


@frozen
class Told:
    """What a notice speaks of: the session now, who did it, to whom it is told; `link` opens it."""

    now: Snapshot
    known: Known
    person: PersonId
    link: str | None = None

    @property
    def session(self) -> Session:
        """The session as it stands."""
        return self.now.session

    @property
    def by(self) -> str:
        """Who did what is told."""
        return self.known.name(self.now.past.by if self.now.past else None)


def notice_view(notice: Notice, told: Told) -> NoticeView:
    """The notice in words."""
    choices = _ANSWERS if notice is Notice.HANDOVER_OFFERED else ()
    session = told.session
    return NoticeView(_text(notice, told), choices, session.id, session.here.visit)


def lost_view(told: Told, why: str) -> NoticeView:
    """That the session has no place any more, and the way to go on with it where one is."""
    lost = f"{named(told.now, told.known)} has lost its place: {_cause(why)}."
    here = "Nothing of it is lost. To go on with it right here, press “Go on”."
    return NoticeView(_joined(lost, _where(told), here), (_going_on(told),), told.session.id)


def locked_view(told: Told, why: str) -> NoticeView:
    """That nobody can go on with the session where it is, for now, and where they can."""
    locked = f"{named(told.now, told.known)} cannot go on in its thread: {_cause(why)}."
    here = (
        "Nothing of it is lost. To go on with it right here, press “Go on”; somewhere else, type "
        "/flow resume there. Once the thread is unlocked, it can go on in it as before."
    )
    return NoticeView(_joined(locked, _where(told), here), (_going_on(told),), told.session.id)


def over_view(told: Told, *, declined: bool) -> NoticeView:
    """What the message of an offer says once there is nothing to accept or decline in it."""
    session, which = told.session, named(told.now, told.known)
    completed = session.status is Status.COMPLETED
    if told.now.actor.is_person(session.driver) and not completed:
        text = _joined(f"You drive {which} now.", _where(told), _thread(told))
        moving = () if told.link else (choice(ProductVerb.MOVE),)
        return NoticeView(text, moving, session.id)
    over = "You have declined" if declined else "You are no longer asked"
    stands = _where(told) if completed else _driving(told)
    return NoticeView(_joined(f"{over} to take over {which}.", stands), session=session.id)


def named(now: Snapshot, known: Known) -> str:
    """Which session: its flow and client."""
    title = f"“{now.flows[now.session.here.version].title}”"
    return f"{title} for {known.client}" if known.client else title


def _cause(why: str) -> str:
    """A reason within a sentence."""
    return why if why.startswith(_NAME) else f"{why[:1].lower()}{why[1:]}"


def _going_on(told: Told) -> Choice:
    return choice(ProductVerb.OPEN, RESUMING, session=told.session.id)


def _text(notice: Notice, told: Told) -> str:
    which, by, where = named(told.now, told.known), told.by, _where(told)
    match notice:
        case Notice.HANDOVER_OFFERED:
            asked = f"{by} asks you to take over {which}."
            return _joined(asked, where, _found_out(told), _said(told), _thread(told))
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


def _found_out(told: Told) -> str:
    """The last answers, on one line."""
    if not told.known.past:
        return ""
    return f"Known so far: {where_was_i(told.now.flows, told.session, told.known).known}"


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


def _thread(told: Told) -> str:
    return f"Its thread: {told.link}" if told.link else ""


def _joined(*sentences: str) -> str:
    return "\n".join(sentence for sentence in sentences if sentence)
