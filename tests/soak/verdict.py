"""What came of it: the trail and the screen, held against the client's own list."""

from collections import Counter
from dataclasses import dataclass, field

from bot.app.showing import known_of, note_of
from core.ids import AccountId, SessionId
from core.session.engine import replay
from core.session.shows import header_view, step_view
from core.session.state import Status
from storage.storage import Storage
from tests.soak.client import Ledger, Said
from tests.soak.screen import Message, Screen
from tests.soak.wire import Json, shown_to_json


@dataclass
class Verdict:
    """The figures; every list of complaints has to be empty."""

    rounds: int = 0
    acknowledged: int = 0
    refused: int = 0
    redelivered: int = 0
    sessions: int = 0
    edits: int = 0
    deaths: Counter[str] = field(default_factory=Counter)
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
            f"rounds {self.rounds}, sessions {self.sessions}, messages shown anew {self.edits}",
            f"acknowledged {self.acknowledged}, refused {self.refused},"
            f" delivered again {self.redelivered}",
            f"missing {len(self.missing)}, doubled {len(self.doubled)},"
            f" stale screens {len(self.stale)}, damaged trails {len(self.damaged)}",
            f"killed: {', '.join(f'{what} {n}' for what, n in sorted(self.deaths.items()))}",
            *self.complaints[:20],
        ]


async def judge(
    storage: Storage, account: AccountId, ledger: Ledger, screen: Screen, *, last: int | None = None
) -> Verdict:
    """Hold everything against everything; of the sessions only the `last` ones, where given."""
    said = Counter(wish.said for wish in ledger.wishes)
    verdict = Verdict(
        acknowledged=said[Said.DONE],
        refused=said[Said.REFUSED],
        redelivered=sum(wish.sent > 1 for wish in ledger.wishes),
        sessions=len(ledger.sessions),
        edits=sum(len(message.history) - 1 for message in screen.messages.values()),
    )
    await _judge_deliveries(storage, ledger, verdict)
    for channel, session in list(ledger.sessions.items())[-last if last else 0 :]:
        await _judge_session(storage, account, session, verdict)
        await _judge_screen(storage, account, (channel, session), screen.at(channel), verdict)
    return verdict


async def _judge_deliveries(storage: Storage, ledger: Ledger, verdict: Verdict) -> None:
    async with storage.database.raw() as raw:
        rows = await raw.fetch("SELECT kind, body::text AS body, delivery FROM trail")
    saved: dict[str | None, list[Json]] = {}
    for row in rows:
        saved.setdefault(row["delivery"], []).append(row)
    notes = Counter(row["body"] for row in rows if row["kind"] == "note-added")
    verdict.doubled += [f"note {text}" for text, times in notes.items() if times > 1]
    for wish in ledger.wishes:
        found = saved.get(wish.delivery, [])
        fits = [row for row in found if row["kind"] == wish.kind and wish.holds in row["body"]]
        if wish.said is Said.DONE and not fits:
            verdict.missing.append(f"{wish.delivery}: {wish.kind} {wish.holds}")
        if len(found) > 1 or (wish.said is Said.REFUSED and found):
            verdict.doubled.append(f"{wish.delivery}: saved {len(found)} times, {wish.said}")


async def _judge_session(
    storage: Storage, account: AccountId, session: SessionId, verdict: Verdict
) -> None:
    async with storage.work(account) as work:
        now = await work.histories.get(session)
        trail = await work.histories.trail(session)
        assert now is not None
        flows = await work.histories.flows(now, trail)
    visits = Counter(entry.stack[-1].visit for entry in trail if entry.deed.kind == "acted")
    verdict.doubled += [f"{session}: visit {v} answered twice" for v in visits if visits[v] > 1]
    if [entry.seq for entry in trail] != list(range(1, now.revision + 1)):
        verdict.damaged.append(f"{session}: the trail has gaps")
    if replay(flows, session, trail, account) != now:
        verdict.damaged.append(f"{session}: replaying the trail does not lead to the session")


async def _judge_screen(
    storage: Storage,
    account: AccountId,
    of: tuple[str, SessionId],
    messages: list[Message],
    verdict: Verdict,
) -> None:
    channel, session = of
    async with storage.work(account) as work:
        now = await work.histories.get(session)
        assert now is not None
        known = await known_of(work, now)
        flows = await work.histories.flows(now, tuple(known.past))
        note = await note_of(work, now)
    expected = {
        "StepView": shown_to_json(step_view(flows, now, known)),
        "HeaderView": shown_to_json(header_view(flows, now, known)),
    }
    if now.status is Status.COMPLETED:
        expected["NoteView"] = shown_to_json(note)
    kinds = Counter(message.shows["view"] for message in messages)
    if kinds != Counter([*expected]):
        verdict.doubled.append(f"{channel} shows {dict(kinds)}")
    for message in messages:
        if _without_revision(message.shows) != _without_revision(
            expected.get(message.shows["view"], {})
        ):
            verdict.stale.append(f"{channel}: {message.shows['view']} at {now.revision}")


def _without_revision(shown: Json) -> Json:
    """Notes count as revisions, but show nothing new."""
    return {key: value for key, value in shown.items() if key != "revision"}
