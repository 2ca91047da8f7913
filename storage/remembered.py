"""What the next click will probably find: a session as the same person left it a moment ago.

Only a guess, which spares the read: the statement that writes holds only while all of it is still
so. Nothing depends on it, and another process may hold another one.
"""

from collections import OrderedDict
from dataclasses import replace

from core.ids import SessionId
from core.session.scene import Moved
from storage.snapshots import Asked, Identity, Snapshot

ROOM = 500  # sessions that were clicked last, each some kilobytes


class Remembered:
    """Snapshots by who made them."""

    def __init__(self, room: int = ROOM) -> None:
        """Nothing is remembered yet."""
        self._room = room
        self._kept: OrderedDict[tuple[Identity, SessionId], Snapshot] = OrderedDict()

    def take(self, asked: Asked) -> Snapshot | None:
        """What `asked` would probably read, once; None where it has to be read."""
        plain = asked.of is None and asked.version is None
        if not asked.showing or not plain or not isinstance(asked.who, Identity):
            return None
        return self._kept.pop((asked.who, asked.session), None)

    def keep(self, asked: Asked, before: Snapshot, moved: Moved) -> None:
        """The session as it was just left by who asked."""
        known = before.known and before.known.after(moved)
        versions = {frame.version for frame in moved.session.stack}
        here = isinstance(asked.who, Identity) and before.step is not None
        if not here or known is None or not versions <= before.flows.keys():
            return
        assert isinstance(asked.who, Identity)
        at = moved.entry.at
        self._kept[asked.who, asked.session] = replace(
            before, session=moved.session, past=None, known=known, seen=at
        )
        if len(self._kept) > self._room:
            self._kept.popitem(last=False)
