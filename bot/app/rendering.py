"""What a message of a session shows: its step or header as they are now, or where it went."""

from typing import assert_never

from bot.app.desk import Desk
from bot.app.showing import known_of, note_of
from bot.port import Shown
from core.frozen import frozen
from core.session.scene import Showing
from core.session.shows import Known, folded_view, header_view, step_view
from core.session.state import Session
from core.views import NoticeView
from storage.outbox import Claimed
from storage.places import POINTER, Place
from storage.work import Work


class SessionMissing(LookupError):
    """A message without its session: the rows contradict each other."""


@frozen
class Rendered:
    """A view, and the revision of the session that it shows."""

    shown: Shown
    revision: int

    @property
    def is_pointer(self) -> bool:
        """Whether it only says that the session lives elsewhere now."""
        return self.revision == POINTER


async def newest(desk: Desk, message: Claimed) -> Rendered:
    """What `message` has to show now. Raises StorageError, SessionMissing."""
    async with desk.storage.work(message.account) as work:
        here = await work.places.get(message.place)
        if here is None or here.moved_to is not None:
            return Rendered(await _pointer(work, message), POINTER)
        return await _current(work, message)


async def _current(work: Work, message: Claimed) -> Rendered:
    # The session first: what comes after it may be newer, never older, and is then sent again.
    now = await work.histories.get(message.session)
    if now is None:
        raise SessionMissing(str(message.session))
    return Rendered(await _shown(work, message, now), now.revision)


async def _shown(work: Work, message: Claimed, now: Session) -> Shown:
    match message.showing:
        case Showing.NOTE:
            return await note_of(work, now)
        case Showing.PAST:
            return await _folded(work, message, now)
        case Showing.HEADER | Showing.STEP:
            known = await known_of(work, now)
            flows = await work.histories.flows(now, tuple(known.past))
            view = header_view if message.showing is Showing.HEADER else step_view
            return view(flows, now, known)
        case _ as never:
            assert_never(never)


async def _folded(work: Work, message: Claimed, now: Session) -> Shown:
    """A step that lies further up, as a line."""
    if message.visit is None:
        return NoticeView("This step goes on further down.", session=now.id)
    entry = await work.histories.answer_to(now.id, message.visit)
    entry = entry or await work.histories.left(now.id, message.visit)
    if entry is None:
        return NoticeView("The session goes on further down.", session=now.id)
    flows = await work.histories.flows(now, (entry,))
    return folded_view(flows, now, entry, Known(names=await work.people.names()))


async def _pointer(work: Work, message: Claimed) -> NoticeView:
    place = await work.places.active(message.session)
    return NoticeView(await _went(work, message, place), session=message.session)


async def _went(work: Work, message: Claimed, place: Place | None) -> str:
    """Where a session lives now, in words."""
    if place is None:
        return "This session is not here any more. `/flow list` shows it, to go on with."
    if place.spot.workspace == message.spot.workspace:
        return "This session goes on in another thread of this workspace."
    workspaces = {w.id: w for w in await work.people.workspaces()}
    found = workspaces[place.spot.workspace]
    platform = found.platform.capitalize()
    where = found.name if platform in found.name else f"{found.name} ({platform})"
    return f"This session goes on in {where}."
