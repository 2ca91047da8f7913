"""What came of killing the web process: trail and chat, held against what was acknowledged."""

from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID

import httpx

from core.errors import ReplayError
from core.ids import AccountId, SessionId
from core.session.engine import replay
from core.session.state import Session
from core.session.verbs import SessionVerb
from storage.storage import Storage
from tests.drivers.screen import Json
from tests.soak.web_client import Ledger, tokens

_NOTE = "SELECT body->>'text' FROM trail WHERE kind = 'note-added'"
_ACTED = "SELECT session_id, visit FROM trail WHERE kind = 'acted'"
_PLACES = """
    SELECT session_id, channel, thread FROM place WHERE moved_to IS NULL AND NOT vacated
"""
_LOOKING = {SessionVerb.HELP, SessionVerb.COMMANDS, SessionVerb.EARLIER, SessionVerb.TICKET}


@dataclass
class Verdict:
    """The figures; every list of complaints has to be empty."""

    rounds: int = 0
    acknowledged: int = 0
    broken: int = 0
    sessions: int = 0
    missing: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)

    @property
    def complaints(self) -> list[str]:
        """Everything that must not be."""
        return [*self.missing, *self.doubled, *self.stale, *self.damaged]

    def lines(self) -> list[str]:
        """The figures, for people."""
        return [
            f"rounds {self.rounds}, sessions {self.sessions},"
            f" acknowledged {self.acknowledged}, broken off {self.broken}",
            f"missing {len(self.missing)}, doubled {len(self.doubled)},"
            f" stale threads {len(self.stale)}, damaged trails {len(self.damaged)}",
            *self.complaints[:20],
        ]


async def judge(storage: Storage, http: httpx.AsyncClient, ledger: Ledger) -> Verdict:
    """Hold everything against everything, when all has settled."""
    verdict = Verdict(acknowledged=ledger.acknowledged, broken=ledger.broken)
    async with storage.database.raw() as raw:
        notes = Counter(row[0] for row in await raw.fetch(_NOTE))
        acted = Counter((row[0], row[1]) for row in await raw.fetch(_ACTED))
        places = await raw.fetch(_PLACES)
        account = AccountId(await raw.fetchval("SELECT id FROM account"))
    verdict.sessions = len(places)
    verdict.missing += [f"note “{text}”" for text in ledger.noted if not notes[text]]
    verdict.doubled += [f"note “{text}”" for text, times in notes.items() if times > 1]
    for token in ledger.pressed:
        if not acted[(token.session, token.visit)]:
            verdict.missing.append(f"an answer to {token.session}, visit {token.visit}")
    verdict.doubled += [f"{where} answered twice" for where, times in acted.items() if times > 1]
    roots: Counter[str] = Counter()
    for session, channel, thread in places:
        now = await _session(storage, account, SessionId(UUID(str(session))), verdict)
        if thread is None:
            verdict.stale.append(f"{session} has no thread")
            continue
        roots[channel] += 1
        found = await http.get(f"/api/as/sam/threads/{thread}", params={"limit": 500})
        _thread(now, found.raise_for_status().json(), verdict)
    return verdict


async def _session(
    storage: Storage, account: AccountId, id: SessionId, verdict: Verdict
) -> Session:
    async with storage.work(account) as work:
        now = await work.histories.get(id)
        trail = await work.histories.trail(id)
        assert now is not None
        flows = await work.histories.flows(now, trail)
    if [entry.seq for entry in trail] != list(range(1, now.revision + 1)):
        verdict.damaged.append(f"{id}: the trail has gaps")
    try:
        leads = replay(flows, id, trail, account) == now
    except ReplayError:
        leads = False
    if not leads:
        verdict.damaged.append(f"{id}: replaying the trail does not lead to the session")
    return now


def _thread(now: Session, found: Json, verdict: Verdict) -> None:
    """One message holds the step of now, and no other has buttons that act."""
    steps = [held for each in found["messages"] if (held := tokens(each))]
    acting = [[t for t in held if t.verb not in _LOOKING] for held in steps]
    showing = [held for held in acting if held]
    if len(showing) != 1:
        verdict.doubled.append(f"{now.id}: {len(showing)} messages can be pressed")
    elif {token.visit for token in showing[0]} != {now.here.visit}:
        visits = {token.visit for token in showing[0]}
        verdict.stale.append(f"{now.id}: shows {visits}, is at {now.here.visit}")
