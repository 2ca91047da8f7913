"""What a message of a session shows: its step or header as they are now, or where it went."""

from dataclasses import dataclass

from bot.app.desk import Desk
from bot.app.showing import known_of
from bot.port import Shown
from core.ids import SessionId
from core.session.scene import Showing
from core.session.shows import header_view, step_view
from core.views import NoticeView
from storage.outbox import Claimed
from storage.places import POINTER, Place
from storage.work import Work


class SessionMissing(LookupError):
    """A message without its session: the rows contradict each other."""


@dataclass(frozen=True, slots=True)
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
        here = await work.places.at(message.spot)
        if here is None or here.id != message.place or here.moved_to is not None:
            return Rendered(await _pointer(work, message), POINTER)
        return await _current(work, message.session, message.showing)


async def _current(work: Work, session: SessionId, showing: Showing) -> Rendered:
    # The session first: what comes after it may be newer, never older, and is then sent again.
    now = await work.histories.get(session)
    if now is None:
        raise SessionMissing(str(session))
    known = await known_of(work, now)
    flows = await work.histories.flows(now, tuple(known.past))
    view = header_view if showing is Showing.HEADER else step_view
    return Rendered(view(flows, now, known), now.revision)


async def _pointer(work: Work, message: Claimed) -> NoticeView:
    place = await work.places.active(message.session)
    return NoticeView(await _went(work, message, place), session=message.session)


async def _went(work: Work, message: Claimed, place: Place | None) -> str:
    """Where a session lives now, in words."""
    if place is None or place.spot.workspace == message.spot.workspace:
        return "This session goes on in another thread of this workspace."
    workspaces = {w.id: w for w in await work.people.workspaces()}
    found = workspaces[place.spot.workspace]
    return f"This session goes on in {found.name} ({found.platform.capitalize()})."
