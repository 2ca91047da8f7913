"""Sessions and their trails: the path of every click. One read, one statement, one commit; of
clicks in a row by the same person, the statement alone.

What may happen is not decided here: `decide` does, between the read and the write, and again
under a lock when somebody else was faster.
"""

import asyncio
from collections.abc import Callable

import asyncpg

from core.errors import LEFT, NO_SESSION, Refusal
from core.frozen import frozen
from core.session.deeds import Acted
from core.session.scene import Moved, Redraw, Showing
from storage.database import Database, RawConnection
from storage.errors import translated
from storage.ids import new_id
from storage.places import POINTER
from storage.remembered import Remembered
from storage.snapshots import Asked as Asked
from storage.snapshots import Identity as Identity
from storage.snapshots import Product as Product
from storage.snapshots import Snapshot as Snapshot
from storage.snapshots import read
from storage.versions import Versions
from storage.writing import Held as Held
from storage.writing import Still, carry_out, fold, write

PATIENCE = 2.0  # seconds that a click may take in all, a connection included: "press again"
DELIVERED = "trail_delivery_key"


@frozen
class Changed:
    """What was decided and is saved, and the snapshot it was decided on.

    `held` is the message that the answer shows it in. `folded`: that one was covered, so a worker
    folds it to a line and posts the new step below.
    """

    before: Snapshot
    moved: Moved
    held: Held | None = None
    folded: bool = False


@frozen
class Unchanged:
    """Nothing was saved: refused, or (`refusal` None) this delivery was handled before."""

    snapshot: Snapshot | None
    refusal: Refusal | None = None


Decide = Callable[[Snapshot], Moved | Refusal]
NOBODY = Unchanged(None, NO_SESSION)


class Sessions:
    """Sessions of all accounts; each call is scoped by the account of who asks."""

    def __init__(self, database: Database, versions: Versions) -> None:
        """`versions` is shared: it keeps what every session reads."""
        self._database = database
        self._versions = versions
        self._remembered = Remembered()

    async def change(self, asked: Asked, decide: Decide) -> Changed | Unchanged:
        """Read, let `decide`, write: once, whatever else happens meanwhile.

        Raises NotSaved after PATIENCE; then nothing is known to be saved, and the same press
        again does the right thing.
        """
        async with translated(), asyncio.timeout(PATIENCE):
            raw = await self._database.clicks.borrow()
            try:
                changed = await self._once(raw, asked, decide)
            except BaseException:
                await self._database.clicks.give_up(raw)
                raise
            await self._database.clicks.give_back(raw)
            return changed

    async def _once(self, raw: RawConnection, asked: Asked, decide: Decide) -> Changed | Unchanged:
        """The change, or how things stand when its delivery was handled before."""
        try:
            return await self._optimistic(raw, asked, decide)
        except asyncpg.UniqueViolationError as error:
            if error.constraint_name != DELIVERED:
                raise
        snapshot = await read(raw, self._versions, asked)
        return Unchanged(snapshot) if snapshot else NOBODY

    async def read(self, asked: Asked) -> Snapshot | None:
        """The session as it stands, if who asks may see it."""
        async with self._database.raw() as raw:
            return await read(raw, self._versions, asked)

    async def _optimistic(
        self, raw: RawConnection, asked: Asked, decide: Decide
    ) -> Changed | Unchanged:
        changed = await self._guessed(raw, asked, decide)
        if changed is not None:
            return changed
        snapshot = await read(raw, self._versions, asked)
        if snapshot is None:
            return NOBODY
        decided = decide(snapshot)
        if isinstance(decided, Refusal):
            return await _refused(raw, snapshot, asked, decided)
        held = _held(snapshot, asked)
        if held is None and await _was_left(raw, snapshot, asked, decided):
            return Unchanged(snapshot, LEFT)
        if _is_alone(snapshot, decided) and await write(raw, decided, asked.delivery, held):
            self._remembered.keep(asked, snapshot, decided)
            return Changed(snapshot, decided, held)
        return await self._locked(raw, asked, decide)

    async def _guessed(self, raw: RawConnection, asked: Asked, decide: Decide) -> Changed | None:
        """The change without reading first, if nothing has changed since this person's last one."""
        guess = self._remembered.take(asked)
        held = _held(guess, asked) if guess else None
        if guess is None or held is None or not isinstance(asked.who, Identity):
            return None
        decided = decide(guess)
        if isinstance(decided, Refusal) or not _is_alone(guess, decided):
            return None  # it may be refused only because something has changed
        still = Still(asked.who, guess.actor.role)
        if not await write(raw, decided, asked.delivery, held, still=still):
            return None
        self._remembered.keep(asked, guess, decided)
        return Changed(guess, decided, held)

    async def _locked(
        self, raw: RawConnection, asked: Asked, decide: Decide
    ) -> Changed | Unchanged:
        """The same with the row held: nobody can come between."""
        async with raw.transaction():
            snapshot = await read(raw, self._versions, asked, lock=True)
            if snapshot is None:
                return NOBODY
            decided = decide(snapshot)
            if isinstance(decided, Refusal):
                return await _refused(raw, snapshot, asked, decided)
            folds = _folds(snapshot, decided)
            held = None if folds else _held(snapshot, asked)
            if not await write(raw, decided, asked.delivery, held):
                raise ValueError("decided on another session than the one read")
            for effect in decided.effects:
                await carry_out(raw, decided, effect)
            if folds:
                await fold(raw, snapshot, decided)
            return Changed(snapshot, decided, held, folds)


def _is_alone(snapshot: Snapshot, moved: Moved) -> bool:
    """Whether one statement can save it all."""
    return not _folds(snapshot, moved) and all(
        isinstance(effect, Redraw) and Showing.NOTE not in effect.showing
        for effect in moved.effects
    )


def _folds(snapshot: Snapshot, moved: Moved) -> bool:
    """Whether the step that is on screen stays behind: another one comes, below what was written
    since.
    """
    step = snapshot.step
    on = moved.session.here.visit != snapshot.session.here.visit
    return on and step is not None and step.covered and step.reference is not None


def _held(snapshot: Snapshot, asked: Asked) -> Held | None:
    """The message that the answer is shown in, if that is the session's step as it lives now."""
    step = snapshot.step
    if step is None or asked.screen is None or step.reference != asked.screen:
        return None
    return Held(step.message, new_id())


async def _was_left(raw: RawConnection, snapshot: Snapshot, asked: Asked, decided: Moved) -> bool:
    """Whether a step is answered in a place that only points to where the session lives now."""
    if asked.screen is None or not isinstance(decided.entry.deed, Acted):
        return False
    session = snapshot.session
    found: bool = await raw.fetchval(_LEFT, session.account, session.id, asked.screen, POINTER)
    return found


async def _refused(
    raw: RawConnection, snapshot: Snapshot, asked: Asked, refusal: Refusal
) -> Unchanged:
    """A refusal; none where it is only refused because this very delivery was saved before."""
    if asked.delivery is not None:
        account = snapshot.session.account
        if await raw.fetchval(_SEEN, account, asked.delivery):
            return Unchanged(snapshot)
    return Unchanged(snapshot, refusal)


_LEFT = """
SELECT EXISTS (SELECT FROM message
               WHERE account_id = $1 AND session_id = $2 AND reference = $3 AND wanted = $4)
"""
_SEEN = "SELECT 1 FROM trail WHERE account_id = $1 AND delivery = $2"
