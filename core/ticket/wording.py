"""Times, lengths and sizes in words, the same in every format."""

import re
from collections.abc import Iterator
from datetime import datetime

from core.frozen import frozen
from core.text import plural

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_LIST_MARK = re.compile(r"^(?:[-*•]|\d{1,2}[.)])\s+")


@frozen
class Calendar:
    """How times read in a note whose first time, with date and zone, is `start`."""

    start: datetime

    def on(self, at: datetime) -> str:
        """Inside a sentence: `at 09:14`, or `on 24 Nov at 09:14` when it is another day."""
        return f"at {_clock(at)}" if self._same_day(at) else f"on {self._day(at)} at {_clock(at)}"

    def by(self, at: datetime) -> str:
        """In front of something: `09:14`, or `24 Nov, 09:14`."""
        return _clock(at) if self._same_day(at) else f"{self._day(at)}, {_clock(at)}"

    def span(self, since: datetime, until: datetime) -> str:
        """`09:20–10:38`, `24 Nov, 09:20–10:38` or `09:20 to 24 Nov, 08:00`; one minute, once."""
        if _same_minute(since, until):
            return self.by(since)
        if since.date() == until.date():
            return f"{self.by(since)}–{_clock(until)}"
        return f"{self.by(since)} to {self.by(until)}"

    def _same_day(self, at: datetime) -> bool:
        return at.date() == self.start.date()

    def _day(self, at: datetime) -> str:
        return _date(at) if at.year != self.start.year else _date(at).rsplit(" ", 1)[0]


def stamps(calendar: Calendar, times: Iterator[datetime]) -> Iterator[str]:
    """What to put in front of each item of a list: the date only where it changes."""
    for at in times:
        yield calendar.by(at)
        calendar = Calendar(at)


def period(start: datetime, end: datetime | None) -> str:
    """`23 Nov 2026, 09:02–09:47 CET`: with date, year and zone; the zone twice if it changed."""
    first = f"{_date(start)}, {_clock(start)}"
    if end is None:
        return f"since {first} {_zone(start)}"
    if _same_minute(start, end):
        return f"{first} {_zone(end)}"
    if _zone(start) != _zone(end):
        first += f" {_zone(start)}"
    joint = "–" if start.date() == end.date() else " to "
    last = _clock(end) if start.date() == end.date() else Calendar(start).by(end)
    return f"{first}{joint}{last} {_zone(end)}"


def length(minutes: int) -> str:
    """`1 minute`, `45 minutes`, `2 hours 5 minutes`."""
    hours, rest = divmod(minutes, 60)
    parts = [plural(hours, "hour")] if hours else []
    return " ".join([*parts, plural(rest, "minute")] if rest or not hours else parts)


def size(count: int) -> str:
    """`512 bytes`, `240 kB`, `1.4 MB`: decimal units, as file managers show them."""
    if count < 1_000:
        return plural(count, "byte")
    unit, name = (1_000, "kB") if count < 999_500 else (1_000_000, "MB")
    number = count / unit
    return f"{number:.0f} {name}" if number >= 10 else f"{number:.1f} {name}"


def listing(text: str) -> Iterator[str]:
    """The lines of a list as a person typed it, without the marks or numbers in front."""
    lines = (_LIST_MARK.sub("", line.strip()) for line in text.split("\n"))
    return (line for line in lines if line)


def _same_minute(start: datetime, end: datetime) -> bool:
    """Whether both read alike; over the change of the clocks, an hour later can, too."""
    shown = start.replace(second=0, microsecond=0), end.replace(second=0, microsecond=0)
    return shown[0] == shown[1] and start.utcoffset() == end.utcoffset()


def _clock(at: datetime) -> str:
    return f"{at:%H:%M}"


def _date(at: datetime) -> str:
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year}"


def _zone(at: datetime) -> str:
    name = at.tzname() or "UTC"
    return f"UTC{name}" if name[0] in "+-" else name
