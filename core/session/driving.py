"""The rules of who drives and whether the session runs: park, take over, hand over."""

from dataclasses import replace

from core.access import Actor
from core.errors import Because, Refusal
from core.session.deeds import (
    Deed,
    HandoverAccepted,
    HandoverDeclined,
    HandoverOffered,
    HandoverWithdrawn,
    Paused,
    Resumed,
    TakenOver,
)
from core.session.scene import (
    EVERYTHING,
    Moved,
    Notice,
    Scene,
    Tell,
    moved,
    worded,
    worded_if_any,
    wrong_status,
)
from core.session.state import Offer, Session, Status

PARKED_LIMIT = 300  # characters
MESSAGE_LIMIT = 1_000  # characters

_NO_OFFER = Refusal(
    Because.STALE, "No hand-over is waiting here any more. To drive this session, take over."
)


def paused(scene: Scene, deed: Paused) -> Moved | Refusal:
    """Park the session, with a reason that tells the next reader what it waits for."""
    if scene.session.status is not Status.ACTIVE:
        return wrong_status(scene.session)
    reason = worded(deed.reason, PARKED_LIMIT, "Say what the session waits for,")
    if isinstance(reason, Refusal):
        return reason
    session = replace(scene.session, status=Status.PAUSED, parked=reason)
    return moved(scene, session, *EVERYTHING, deed=Paused(reason))


def resumed(scene: Scene, deed: Resumed) -> Moved | Refusal:
    """Go on where it was parked."""
    if scene.session.status is not Status.PAUSED:
        return wrong_status(scene.session)
    session = replace(scene.session, status=Status.ACTIVE, parked=None)
    return moved(scene, session, *EVERYTHING)


def taken_over(scene: Scene, deed: TakenOver) -> Moved | Refusal:
    """Anyone allowed may take over at once; the former driver is told."""
    session = scene.session
    if session.status is Status.COMPLETED:
        return wrong_status(session)
    if session.driver == scene.who:
        return Refusal(Because.INVALID, "You are driving this session already.")
    told = (Tell(session.driver, Notice.TAKEN_OVER),) if session.driver else ()
    dropped = offer_dropped(scene)
    taken = replace(session, driver=scene.who, offer=None)
    return moved(scene, taken, *EVERYTHING, *told, *dropped)


def handover_offered(scene: Scene, deed: HandoverOffered) -> Moved | Refusal:
    """Ask one person to go on; the driver stays until they accept.

    That `to` is a member of the account is for whoever reads people to make sure.
    """
    session, who = scene.session, scene.who
    if session.status is Status.COMPLETED:
        return wrong_status(session)
    if session.offer is not None:
        return Refusal(
            Because.INVALID, "A hand-over is waiting already. Withdraw it to ask somebody else."
        )
    if who is None:
        return Refusal(Because.NOT_ALLOWED, "Only a person can hand a session over.")
    if deed.to == session.driver:
        return Refusal(Because.INVALID, "That person is driving already. Pick somebody else.")
    if deed.to == who:
        return Refusal(Because.INVALID, "To drive this session yourself, take over.")
    message = worded_if_any(deed.message, MESSAGE_LIMIT, "Your message")
    if isinstance(message, Refusal):
        return message
    session = replace(session, offer=Offer(deed.to, who))
    told = Tell(deed.to, Notice.HANDOVER_OFFERED)
    return moved(scene, session, *EVERYTHING, told, deed=replace(deed, message=message))


def handover_accepted(scene: Scene, deed: HandoverAccepted) -> Moved | Refusal:
    """Only the person asked can accept, once."""
    offer = _offer(scene)
    if isinstance(offer, Refusal):
        return offer
    former = scene.session.driver
    told = [Tell(offer.by, Notice.HANDOVER_ACCEPTED)]
    if former is not None and former != offer.by:
        told.append(Tell(former, Notice.TAKEN_OVER))
    session = replace(scene.session, driver=scene.who, offer=None)
    return moved(scene, session, *EVERYTHING, *told)


def handover_declined(scene: Scene, deed: HandoverDeclined) -> Moved | Refusal:
    """Only the person asked can decline; who asked is told."""
    offer = _offer(scene)
    if isinstance(offer, Refusal):
        return offer
    reason = worded_if_any(deed.reason, MESSAGE_LIMIT, "Your reason")
    if isinstance(reason, Refusal):
        return reason
    session = replace(scene.session, offer=None)
    told = Tell(offer.by, Notice.HANDOVER_DECLINED)
    return moved(scene, session, *EVERYTHING, told, deed=replace(deed, reason=reason))


def handover_withdrawn(scene: Scene, deed: HandoverWithdrawn) -> Moved | Refusal:
    """Take the offer back: who made it, or who drives now."""
    session = scene.session
    if session.offer is None:
        return _NO_OFFER
    told = Tell(session.offer.to, Notice.HANDOVER_WITHDRAWN)
    return moved(scene, replace(session, offer=None), *EVERYTHING, told)


def offer_dropped(scene: Scene) -> tuple[Tell, ...]:
    """Who was asked to take over is told that they need not any more, unless they did it."""
    offer = scene.session.offer
    if offer is None or scene.event.by.is_person(offer.to):
        return ()
    return (Tell(offer.to, Notice.HANDOVER_WITHDRAWN),)


def may_answer_offer(by: Actor, session: Session, deed: Deed) -> Refusal | None:
    """Only the person asked accepts or declines; who drives, or who asked, withdraws."""
    offer = session.offer
    if offer is None:
        return None
    if isinstance(deed, HandoverWithdrawn):
        if by.is_person(offer.by) or by.is_person(session.driver):
            return None
        return Refusal(Because.NOT_ALLOWED, "Only who drives, or who asked, can withdraw it.")
    if by.is_person(offer.to):
        return None
    return Refusal(
        Because.NOT_ALLOWED,
        "This hand-over was offered to somebody else. You can take over instead.",
    )


def _offer(scene: Scene) -> Offer | Refusal:
    session = scene.session
    if session.status is Status.COMPLETED:
        return wrong_status(session)
    if session.offer is None:
        return _NO_OFFER
    return session.offer
