"""Sessions told in a few lines and played through the engine, for the tests of ticket notes.

Times are the local ones of Europe/Berlin in November 2026: "09:05", or "24 09:05" on the 24th.
"""

from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import yaml

from core.access import Actor, Role
from core.errors import Refusal
from core.flow.model import Flow
from core.ids import AccountId, PersonId, SessionId, VersionId
from core.session import deeds
from core.session.deeds import Deed
from core.session.engine import advance, begin
from core.session.scene import Event, Moved
from core.session.state import Session
from core.session.trail import Entry, with_strikes
from core.ticket import FORMATS, Report, report

HERE = Path(__file__).parent
BERLIN = ZoneInfo("Europe/Berlin")
_SPACE = UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")

ACCOUNT = AccountId(uuid5(_SPACE, "account"))
SAM = PersonId(uuid5(_SPACE, "sam"))
JO = PersonId(uuid5(_SPACE, "jo"))
MIA = PersonId(uuid5(_SPACE, "mia"))
PEOPLE = {SAM: "Sam Keller", JO: "Jo Brand", MIA: "Mia Long"}


def flow_from(name: str, **changes: dict[str, object]) -> Flow:
    """A flow of this folder, with other fields in the steps that are named."""
    document = yaml.safe_load((HERE / "flows" / f"{name}.yaml").read_text(encoding="utf-8"))
    for node in document["nodes"]:
        node.update(changes.get(next(iter(node.values())), {}))
    return Flow.model_validate(document)


def version_of(flow: str, number: int = 1) -> VersionId:
    return VersionId(uuid5(_SPACE, f"{flow} {number}"))


class Story:
    """A session as it is told: each line is something that somebody did at a time."""

    session: Session

    def __init__(self, flow: Flow, at: str, by: PersonId | None = SAM, **variables: str) -> None:
        self.day = 23
        self.version = version_of(flow.flow)
        self.flows = {self.version: flow}
        self.entries: list[Entry] = []
        event = Event(_actor(by), deeds.Started(self.version, variables))
        self._keep(begin(self.flows, SessionId(uuid5(_SPACE, flow.flow)), event, self._time(at)))

    def do(self, at: str, deed: Deed, by: PersonId | None = SAM) -> int:
        """What somebody did; its number in the trail."""
        of = getattr(deed, "of", None)
        past = self.entries[of - 1] if of else None
        event = Event(_actor(by), deed, past)
        self._keep(advance(self.flows, self.session, event, self._time(at)))
        return self.session.revision

    def acted(self, at: str, verb: str, by: PersonId | None = SAM, **values: str) -> int:
        return self.do(at, deeds.Acted(self.session.here.visit, verb, values), by)

    def chose(self, at: str, option: str, by: PersonId | None = SAM) -> int:
        return self.acted(at, "choose", by, option=option)

    def noted(self, at: str, text: str, by: PersonId | None = SAM) -> int:
        return self.do(at, deeds.NoteAdded(text), by)

    def report(
        self, *, client: str | None = None, zone: tzinfo = BERLIN, upto: int | None = None
    ) -> Report:
        return report(
            self.session, self.entries, self.flows, PEOPLE, client=client, zone=zone, upto=upto
        )

    def markdown(self, **how: Any) -> str:
        return FORMATS["markdown"](self.report(**how))

    def text(self, **how: Any) -> str:
        return FORMATS["text"](self.report(**how))

    def html(self, **how: Any) -> str:
        return FORMATS["html"](self.report(**how))

    def _keep(self, moved: Moved | Refusal) -> None:
        assert isinstance(moved, Moved), moved
        self.session = moved.session
        self.entries = with_strikes([*self.entries, moved.entry])

    def _time(self, at: str) -> datetime:
        day, _, clock = at.rpartition(" ")
        self.day = int(day or self.day)
        hour, minute = clock.split(":", 1)
        second = minute[3:] or "0"
        return datetime(
            2026, 11, self.day, int(hour), int(minute[:2]), int(second), tzinfo=BERLIN
        ).astimezone(ZoneInfo("UTC"))


def _actor(person: PersonId | None) -> Actor:
    return Actor(person, ACCOUNT, Role.ENGINEER if person else Role.SYSTEM)
