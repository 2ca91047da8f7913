"""What this process knows of messages with buttons, so that a click need not read its message."""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.platforms.playground.server.connection import Row

_ROOM = 2_000  # messages


@dataclass(slots=True)
class Known:
    """Where a message is, who alone sees it, and digests of every button it had."""

    number: int
    channel: str
    thread: int | None
    audience: str | None
    actions: set[int] = field(default_factory=set)
    deleted: bool = False


class Memory:
    """The messages seen last."""

    def __init__(self) -> None:
        """Nothing is known."""
        self._known: OrderedDict[int, Known] = OrderedDict()

    def get(self, number: int) -> Known | None:
        """What is known of a message."""
        found = self._known.get(number)
        if found is not None:
            self._known.move_to_end(number)
        return found

    def remember(self, row: Row, actions: Iterable[int]) -> Known:
        """A message as it is now; `actions` are added to those it is known to have had."""
        number = row["id"]
        known = self._known.get(number)
        if known is None:
            known = Known(number, row["channel"], row["thread"], row["audience"])
            self._known[number] = known
            if len(self._known) > _ROOM:
                self._known.popitem(last=False)
        known.actions.update(actions)
        known.deleted = row["deleted"]
        return known

    def update(self, rows: Iterable[Row]) -> None:
        """What changed; only of messages that are known."""
        for row in rows:
            known = self._known.get(row["id"])
            if known is not None:
                known.deleted = row["deleted"]
