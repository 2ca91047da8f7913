"""From a session to what is to be shown of it. Nothing here changes a session or knows a platform.

`flows` holds every version on the session's stack and on those of the entries handed in.
"""

from collections.abc import Iterator
from functools import lru_cache

from core.errors import Refusal
from core.flow import template
from core.flow.model import Flow
from core.flow.node import Finding, Node, Tone
from core.flow.nodes import Solution
from core.session.commands import fill
from core.session.deeds import Acted, Corrected
from core.session.known import NOTHING_KNOWN as NOTHING_KNOWN
from core.session.known import Known as Known
from core.session.possible import possible
from core.session.scene import Flows
from core.session.state import Session, Status
from core.session.texts import Texts
from core.session.trail import Entry
from core.session.variables import label_of
from core.session.verbs import LABELS
from core.session.verbs import SessionVerb as Can
from core.text import plural
from core.views import (
    Choice,
    CommandView,
    FoldedView,
    HeaderView,
    HelpView,
    NoticeView,
    OfferView,
    PastLine,
    SessionLine,
    StepView,
    WhereWasIView,
)

RECAP_LINES = 3

_INSTEAD = (Can.RESUME, Can.FINE, Can.NOT_FINE, Can.REOPEN)
_MORE = (
    Can.BACK,
    Can.NOTE,
    Can.VARIABLES,
    Can.CORRECT,
    Can.CUSTOM_STEP,
    Can.SCRATCHPAD,
    Can.PAUSE,
    Can.ACCEPT,
    Can.DECLINE,
    Can.WITHDRAW,
    Can.HAND_OVER,
    Can.TAKE_OVER,
    Can.FINISH,
    Can.CANCEL,
)
_ENDINGS = frozenset({Can.FINISH, Can.CANCEL, Can.FINE})
_ROOM = 5_000  # lines that are remembered, by the id of the entry that is kept with each
_MADE: dict[int, tuple[Entry, Flow, PastLine]] = {}


def step_view(flows: Flows, session: Session, known: Known = NOTHING_KNOWN) -> StepView:
    """The step where the session is, with everything that can be done about it now."""
    flow = flows[session.here.version]
    node = flow.by_id[session.here.node]
    texts = Texts(flow, session.variables)
    can = possible(flows, session, known.past[-1] if known.past else None)
    offer = session.offer
    return StepView(
        session=session.id,
        revision=session.revision,
        visit=session.here.visit,
        flow_title=flow.title,
        kind=node.kind,
        prose=texts.prose(node.prose),
        status=session.status,
        choices=tuple(_choices(session, node, can, known)),
        more=tuple(_more(flow, node, session, can, known)),
        warn=texts.prose(node.warn) if node.warn else None,
        expect=texts.prose(node.expect) if node.expect else None,
        commands=commands_view(flow, node, session),
        field=node.asks(),
        past=past_lines(flows, session, known),
        earlier=known.earlier,
        missing=tuple(dict.fromkeys(label_of(n, flow.variables) for n in _missing(node, session))),
        client=known.client,
        driver=known.name(session.driver) if session.driver else None,
        offer=OfferView(known.name(offer.to), known.name(offer.by)) if offer else None,
        parked=session.parked,
        due=session.due,
        outcome=session.outcome.label if session.outcome else None,
    )


def past_lines(flows: Flows, session: Session, known: Known) -> tuple[PastLine, ...]:
    """The answers handed in, as lines."""
    return tuple(
        [_past_line(flows, session, entry, known) for entry in known.past if entry.answers]
    )


def folded_view(
    flows: Flows, session: Session, entry: Entry, known: Known = NOTHING_KNOWN
) -> FoldedView:
    """The step where `entry` was made, as one line; with its answer, if that was one."""
    flow = flows[entry.stack[-1].version]
    asked = Texts(flow, session.variables).title(flow.by_id[entry.stack[-1].node].prose)
    line = _past_line(flows, session, entry, known) if entry.answers else None
    return FoldedView(session.id, asked, line, struck=entry.struck_by is not None)


def help_view(flows: Flows, session: Session) -> HelpView:
    """How to do the step where the session is."""
    flow = flows[session.here.version]
    node = flow.by_id[session.here.node]
    texts = Texts(flow, session.variables)
    return HelpView(
        title=texts.title(node.prose),
        prose=texts.prose(node.help) if node.help else None,
        commands=commands_view(flow, node, session),
        expect=texts.prose(node.expect) if node.expect else None,
        reference=node.reference,
    )


def commands_view(flow: Flow, node: Node, session: Session) -> tuple[CommandView, ...]:
    """A step's commands with the session's values in them, safe to paste."""
    return tuple(_commands(flow, node, session))


def as_if_view(flows: Flows, session: Session, verb: str, refused: Refusal) -> NoticeView:
    """Which branch to go on with, where `verb` was refused because the flow does not say."""
    node = flows[session.here.version].by_id[session.here.node]
    choices = tuple(
        Choice(verb, f"Go on as if “{each.label}”", each.argument, Tone.ASIDE)
        for each in node.verbs()
        if each.argument
    )
    return NoticeView(refused.message, choices)


def verification_view(flows: Flows, session: Session) -> NoticeView:
    """Whether the fix still holds: the question that the flow asks, with yes and no."""
    flow = flows[session.here.version]
    node = flow.by_id[session.here.node]
    verify = node.verify if isinstance(node, Solution) else None
    ask = Texts(flow, session.variables).plain(verify.ask if verify else "Is it still fine?")
    return NoticeView(ask, (_choice(Can.FINE), _choice(Can.NOT_FINE)))


def where_was_i(flows: Flows, session: Session, known: Known = NOTHING_KNOWN) -> WhereWasIView:
    """What it is about, what is known so far, what is asked now."""
    flow = flows[session.here.version]
    lines = [_told(line) for line in past_lines(flows, session, known)]
    before = known.earlier + max(0, len(lines) - RECAP_LINES)
    found = " · ".join(lines[-RECAP_LINES:]) or "Nothing yet."
    return WhereWasIView(
        about=f"{flow.title} for {known.client}" if known.client else flow.title,
        known=f"{found} (and {plural(before, 'answer')} before)" if before else found,
        asked=_asked_now(flow, session),
    )


def header_view(flows: Flows, session: Session, known: Known = NOTHING_KNOWN) -> HeaderView:
    """The session at a glance."""
    return HeaderView(
        session=session.id,
        flow_title=flows[session.here.version].title,
        client=known.client,
        driver=known.name(session.driver) if session.driver else None,
        status=session.status,
        since=session.started_at,
        parked=session.parked,
        due=session.due,
        outcome=session.outcome.label if session.outcome else None,
    )


def session_line(flows: Flows, session: Session, known: Known = NOTHING_KNOWN) -> SessionLine:
    """The session in a list."""
    flow = flows[session.here.version]
    return SessionLine(
        session=session.id,
        flow_title=flow.title,
        at=_asked_now(flow, session),
        client=known.client,
        driver=known.name(session.driver) if session.driver else None,
        status=session.status,
        since=session.started_at,
        due=session.due,
    )


def _told(line: PastLine) -> str:
    if line.asked.endswith(("?", "…")):
        return f"{line.asked} {line.answer}"
    return f"{line.asked.rstrip('.:! ')}: {line.answer}"


def _asked_now(flow: Flow, session: Session) -> str:
    return Texts(flow, session.variables).title(flow.by_id[session.here.node].prose)


def _choices(session: Session, node: Node, can: frozenset[Can], known: Known) -> Iterator[Choice]:
    if session.status is Status.ACTIVE:
        for verb in node.verbs():
            count = known.counts.get(verb.argument) if verb.argument else None
            yield Choice(verb.name, verb.label, verb.argument, verb.tone, count)
    yield from (_choice(verb) for verb in _INSTEAD if verb in can)


def _more(
    flow: Flow, node: Node, session: Session, can: frozenset[Can], known: Known
) -> Iterator[Choice]:
    if node.help or node.commands or node.reference:
        yield _choice(Can.HELP, Tone.ASIDE)
    pointless = set() if flow.variables else {Can.VARIABLES}
    if node.ends and session.status is Status.ACTIVE:
        pointless.add(Can.FINISH)  # the end's own "Complete" does that
    for verb in _MORE:
        if verb in can and verb not in pointless:
            argument = str(known.past[-1].seq) if verb is Can.BACK else ""
            yield _choice(verb, Tone.ASIDE, argument)
    if known.earlier:
        yield _choice(Can.EARLIER, Tone.ASIDE)
    yield _choice(Can.TICKET, Tone.ASIDE)


@lru_cache(1_024)  # the same few at every step
def _choice(verb: Can, tone: Tone = Tone.MAIN, argument: str = "") -> Choice:
    return Choice(verb, LABELS[verb], argument, Tone.END if verb in _ENDINGS else tone)


def _past_line(flows: Flows, session: Session, entry: Entry, known: Known) -> PastLine:
    """An answer as a line. The next steps show it again: where nothing that it is made of can have
    changed (the very same entry and flow, the same name, no variables), it is made once.
    """
    flow, by = flows[entry.stack[-1].version], known.name(entry.by)
    kept = _MADE.get(id(entry))
    if kept is not None and kept[0] is entry and kept[1] is flow and kept[2].by == by:
        return kept[2]
    assert isinstance(entry.deed, Acted | Corrected)
    finding = flow.by_id[entry.stack[-1].node].finding(entry.deed.verb, entry.deed.values)
    line = _line(Texts(flow, session.variables), entry, finding, by)
    if "{{" not in finding.asked and "{{" not in finding.answer:
        if len(_MADE) >= _ROOM:
            _MADE.clear()
        _MADE[id(entry)] = entry, flow, line
    return line


def _line(texts: Texts, entry: Entry, finding: Finding, by: str) -> PastLine:
    return PastLine(
        seq=entry.seq,
        asked=texts.title(finding.asked),
        answer=texts.line(finding.answer),
        certainty=finding.certainty,
        by=by,
        at=entry.at,
        corrected=isinstance(entry.deed, Corrected),
    )


def _commands(flow: Flow, node: Node, session: Session) -> Iterator[CommandView]:
    for command in node.commands:
        filled = fill(command, flow.variables, session.variables)
        yield CommandView(
            label=command.label,
            language=command.language,
            code=filled.code,
            changes=command.changes,
            expect=command.expect,
            source=command.source,
            missing=filled.missing,
        )


def missing_here(flows: Flows, session: Session) -> tuple[str, ...]:
    """Names of the variables that the step names and that have no value, in reading order."""
    flow = flows[session.here.version]
    return _missing(flow.by_id[session.here.node], session)


def _missing(node: Node, session: Session) -> tuple[str, ...]:
    texts = (node.warn, node.prose, node.expect, *(command.code for command in node.commands))
    names = (template.names(text) for text in texts if text)
    every = dict.fromkeys(name for found in names for name in found)
    return tuple(name for name in every if not session.variables.get(name))
