"""Playing a session in prose: `play(flow).start().choose("yes").shows("Restart it")`.

Each word does one thing to the session and fails the test if the engine does not allow it;
`.refused(words)` says that the deed before it was turned down. Steps are found by what is on
screen, answers by their labels. It keeps the trail as a row store would.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from core.access import Actor, Role
from core.errors import Because, Refusal
from core.flow.model import Flow
from core.flow.node import Node
from core.flow.outcome import Outcome
from core.ids import AccountId, PersonId, SessionId, VersionId
from core.session import deeds
from core.session.engine import advance, begin, replay
from core.session.scene import Effect, Event, Flows, Moved, Notice, Strike, Tell
from core.session.shows import Known, step_view
from core.session.state import Session, Status
from core.session.trail import Entry
from core.session.verbs import answering
from core.views import StepView

MORNING = datetime(2026, 3, 31, 7, 2, tzinfo=UTC)
ACCOUNT = AccountId(UUID(int=1))
SESSION = SessionId(UUID(int=2))


def person(name: str) -> PersonId:
    """The same person for the same name."""
    return PersonId(uuid5(NAMESPACE_URL, name))


def version(number: int) -> VersionId:
    """The id of a flow's nth version."""
    return VersionId(UUID(int=100 + number))


def play(*versions: Flow) -> Play:
    """A session that is about to start on the first of a flow's versions."""
    return Play({version(n): flow for n, flow in enumerate(versions, 1)})


def with_strike(trail: list[Entry], strike: Strike, by: int) -> list[Entry]:
    """What UPDATE ... SET struck_by WHERE seq >= first AND answers AND struck_by IS NULL does."""
    return [
        replace(entry, struck_by=by)
        if entry.seq >= strike.first and entry.answers and entry.struck_by is None
        else entry
        for entry in trail
    ]


class Play:
    """One session with its trail, somebody who acts, and a clock."""

    def __init__(self, flows: Flows) -> None:
        self.flows = flows
        self.actor = Actor(person("sam"), ACCOUNT, Role.ENGINEER)
        self.now = MORNING
        self.trail: list[Entry] = []
        self.effects: tuple[Effect, ...] = ()
        self.refusal: Refusal | None = None
        self._session: Session | None = None

    # Who, and when

    def by(self, name: str, role: Role = Role.ENGINEER, account: AccountId = ACCOUNT) -> Play:
        """From here on `name` acts."""
        self._settled()
        self.actor = Actor(person(name), account, role)
        return self

    def by_the_product(self) -> Play:
        """From here on the product acts, on a clock."""
        self._settled()
        self.actor = Actor(None, ACCOUNT, Role.SYSTEM)
        return self

    def at(self, *, minutes: float = 0, hours: float = 0, days: float = 0) -> Play:
        """So long after the start."""
        self.now = MORNING + timedelta(minutes=minutes, hours=hours, days=days)
        return self

    # What is done

    def start(self, **variables: str) -> Play:
        """Start on the first version."""
        deed = deeds.Started(version(1), variables)
        return self._took(begin(self.flows, SESSION, Event(self.actor, deed), self.now))

    def does(self, deed: deeds.Deed, past: Entry | None = None) -> Play:
        """Any deed; what it is `of` is looked up in the trail."""
        self._settled()
        of = getattr(deed, "of", None)
        if past is None and of is not None:
            past = next((entry for entry in self.trail if entry.seq == of), None)
        return self._took(
            advance(self.flows, self.session, Event(self.actor, deed, past), self.now)
        )

    def choose(self, label: str, *, visit: int | None = None) -> Play:
        """Press the answer with this label (or option id)."""
        verb, argument = _verb(self.node, label)
        return self.does(answering(visit or self.session.here.visit, verb, argument))

    def answer(self, value: str) -> Play:
        """Answer an input step with `value`."""
        deed = answering(self.session.here.visit, "answer", "", {"value": value})
        return self.does(deed)

    def could_not_check(self, as_if: str = "") -> Play:
        """Press "Couldn't check", with a branch by hand where one is named."""
        option = _verb(self.node, as_if)[1] if as_if else ""
        return self.does(answering(self.session.here.visit, "could-not-check", option))

    def back(self) -> Play:
        """Ask the step before again."""
        return self.does(deeds.Returned(self.session.behind or 0))

    def correct(self, asked: str, label: str = "", *, value: str = "") -> Play:
        """Answer the earlier step that asked `asked` otherwise."""
        entry = self._standing(asked)
        node = self.flows[entry.stack[-1].version].by_id[entry.stack[-1].node]
        if value:
            return self.does(deeds.Corrected(entry.seq, "answer", {"value": value}))
        verb, option = _verb(node, label)
        return self.does(deeds.Corrected(entry.seq, verb, {"option": option} if option else {}))

    def note(self, text: str) -> Play:
        """Write a note."""
        return self.does(deeds.NoteAdded(text))

    def edit_note(self, old: str, new: str) -> Play:
        """Change the note that says `old`."""
        return self.does(deeds.NoteEdited(self._note(old), new))

    def delete_note(self, text: str) -> Play:
        """Take back the note that says `text`."""
        return self.does(deeds.NoteDeleted(self._note(text)))

    def set(self, **variables: str) -> Play:
        """Set variables."""
        return self.does(deeds.VariablesSet(variables))

    def pause(self, reason: str) -> Play:
        """Park."""
        return self.does(deeds.Paused(reason))

    def resume(self) -> Play:
        """Go on after parking."""
        return self.does(deeds.Resumed())

    def hand_over(self, to: str, message: str = "") -> Play:
        """Ask `to` to go on."""
        return self.does(deeds.HandoverOffered(person(to), message))

    def accept(self) -> Play:
        """Accept a hand-over."""
        return self.does(deeds.HandoverAccepted())

    def take_over(self) -> Play:
        """Drive from now on."""
        return self.does(deeds.TakenOver())

    def verify_in(self, **span: float) -> Play:
        """Ask in a while whether it holds."""
        return self.does(deeds.VerificationAwaited(self.now + timedelta(**span)))

    def still_fine(self, fine: bool) -> Play:
        """Say whether it holds."""
        return self.does(deeds.VerificationAnswered(fine))

    def complete(self, outcome: Outcome = Outcome.RESOLVED, next_steps: str = "") -> Play:
        """End."""
        return self.does(deeds.Completed(outcome, next_steps))

    def cancel(self, reason: str) -> Play:
        """End without an answer."""
        return self.does(deeds.Cancelled(reason))

    def reopen(self, reason: str = "") -> Play:
        """Go on after the end."""
        return self.does(deeds.Reopened(reason))

    def upgrade(self, number: int = 2, node: str | None = None) -> Play:
        """Go on with another version."""
        return self.does(deeds.Upgraded(version(number), node))

    # What is seen

    def shows(self, words: str) -> Play:
        """The step says `words`."""
        self._settled()
        assert words in self.view.prose, f"shows {self.view.prose!r}, not {words!r}"
        return self

    def refused(self, words: str, because: Because | None = None) -> Play:
        """The deed before was refused, with these words, and changed nothing."""
        refusal, self.refusal = self.refusal, None
        assert refusal is not None, "nothing was refused"
        assert words in refusal.message, f"refused with {refusal.message!r}, not {words!r}"
        assert because in {None, refusal.because}, f"refused as {refusal.because}"
        return self

    def tells(self, name: str, notice: Notice) -> Play:
        """The deed before tells `name` this."""
        self._settled()
        assert Tell(person(name), notice) in self.effects, self.effects
        return self

    def tells_nobody(self) -> Play:
        """The deed before tells nobody anything."""
        self._settled()
        assert not [effect for effect in self.effects if isinstance(effect, Tell)], self.effects
        return self

    def is_now(self, status: Status) -> Play:
        """The session's status."""
        self._settled()
        assert self.session.status is status
        return self

    def driven_by(self, name: str | None) -> Play:
        """Who drives."""
        self._settled()
        assert self.session.driver == (person(name) if name else None)
        return self

    def knows(self, **variables: str) -> Play:
        """These variables have these values; '' for none."""
        self._settled()
        found = {name: self.session.variables.get(name, "") for name in variables}
        assert found == variables
        return self

    def stands(self, *answers: str) -> Play:
        """The answers that stand, oldest first, as "question: answer" or its beginning."""
        self._settled()
        lines = [f"{line.asked}: {line.answer}" for line in self.view.past]
        assert len(lines) == len(answers), lines
        assert all(map(str.startswith, lines, answers)), lines
        return self

    @property
    def session(self) -> Session:
        """The session as it is."""
        assert self._session is not None, "start it first"
        return self._session

    @property
    def node(self) -> Node:
        """The node where it is."""
        return self.flows[self.session.here.version].by_id[self.session.here.node]

    @property
    def standing(self) -> list[Entry]:
        """The answers that stand."""
        return [entry for entry in self.trail if entry.answers and entry.struck_by is None]

    @property
    def view(self) -> StepView:
        """The step as it is shown."""
        names = {person(name): name.capitalize() for name in ("sam", "kim", "lee")}
        return step_view(self.flows, self.session, self.known(names))

    def known(self, names: Mapping[PersonId, str] | None = None) -> Known:
        """What a database would know beside the session's state."""
        past = self.standing
        return Known(past[-8:], max(0, len(past) - 8), names or {})

    def replayed(self) -> Play:
        """The trail leads to the same session."""
        self._settled()
        assert replay(self.flows, SESSION, self.trail, ACCOUNT) == self.session
        return self

    def _took(self, result: Moved | Refusal) -> Play:
        if isinstance(result, Refusal):
            self.refusal = result
            return self
        self._session, self.effects = result.session, result.effects
        for effect in result.effects:
            if isinstance(effect, Strike):
                self.trail = with_strike(self.trail, effect, result.entry.seq)
        self.trail.append(result.entry)
        return self

    def _settled(self) -> None:
        assert self.refusal is None, f"refused: {self.refusal.message}"

    def _standing(self, asked: str) -> Entry:
        for entry in reversed(self.standing):
            node = self.flows[entry.stack[-1].version].by_id[entry.stack[-1].node]
            if asked in node.prose:
                return entry
        raise AssertionError(f"nothing that stands asked {asked!r}")

    def _note(self, text: str) -> int:
        for entry in self.trail:
            if isinstance(entry.deed, deeds.NoteAdded) and entry.deed.text == text:
                return entry.seq
        raise AssertionError(f"no note says {text!r}")


def _verb(node: Node, label: str) -> tuple[str, str]:
    for verb in node.verbs():
        if label in {verb.label, verb.argument, verb.name}:
            return verb.name, verb.argument
    raise AssertionError(f"{label!r} is none of {[verb.label for verb in node.verbs()]}")
