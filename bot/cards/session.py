"""The cards of a session as a whole: its header, where it stands, its note, its time."""

from collections.abc import Iterable, Iterator

from bot.cards.card import Block, Card, Choices, Document, Facts, Heading, Line, Parts, Prose
from bot.cards.markdown import escaped
from bot.cards.pressing import buttons, distinct, product, row
from bot.cards.saying import card
from bot.cards.words import STATUS, asked_when, dotted, span, standing
from core.flow.node import Tone
from core.session.state import Status
from core.session.verbs import LABELS, SessionVerb
from core.text import plural
from core.verbs import PRODUCT_LABELS, ProductVerb
from core.views import (
    Choice,
    HeaderView,
    NoteView,
    NoticeView,
    RecentLine,
    SessionLine,
    SessionsView,
    StatusView,
    TimeLine,
    TimeView,
    WhereWasIView,
)

NOTE_NAME = "ticket-note.md"
_NOTE_FILES = (
    Choice(ProductVerb.NOTE_FILE, "Markdown file", "md", Tone.ASIDE),
    Choice(ProductVerb.NOTE_FILE, "HTML file", "html", Tone.ASIDE),
)


def header_card(view: HeaderView) -> Card:
    """The session at a glance, above its thread."""
    title = Heading(dotted(view.flow_title, view.client))
    said = standing(view.status, view.parked, view.outcome)
    state = Line((said, *asked_when(view.due)))
    return card((title, state, Line(_driven(view))), view.session)


def status_card(view: StatusView) -> Card:
    """Where a session stands, for who asked."""
    header = view.header
    said = standing(header.status, header.parked, header.outcome)
    counts = (
        plural(view.answers, "answer"),
        plural(view.notes, "note"),
        plural(view.files, "file"),
    )
    facts = (
        ("Status", (said, *asked_when(header.due))),
        ("Since", (header.since,)),
        ("Driven by", (header.driver or "nobody",)),
        ("Recorded", (", ".join(counts),)),
    )
    choices = (
        product(ProductVerb.OPEN, PRODUCT_LABELS[ProductVerb.OPEN]),
        Choice(SessionVerb.TICKET, LABELS[SessionVerb.TICKET]),
    )
    _, *rest = _recap(view.recap)
    blocks = (Heading(view.recap.about), Facts((*facts, *rest)))
    pressed = row(choices, header.session, view.visit)
    return card((*blocks, *pressed), header.session, view.visit)


def where_was_i_card(view: WhereWasIView) -> Card:
    """Three plain lines for who comes back."""
    return card((Heading("Where was I?"), Facts(_recap(view))))


def note_card(view: NoteView) -> Card:
    """The ticket note, to copy, or to have as a file where it can be asked for again."""
    blocks = (Heading("Ticket note"), Document(view.text, NOTE_NAME))
    files = row(_NOTE_FILES, view.session) if view.session else ()
    return card((*blocks, *files), view.session)


def notice_card(view: NoticeView) -> Card:
    """A sentence or two, and what can be done about it."""
    pressed = row(view.choices, view.session, view.visit)
    return card((Prose(escaped(view.text), lead=True), *pressed), view.session, view.visit)


def sessions_card(view: SessionsView) -> Card:
    """Sessions to go on with."""
    nothing = Line(("There are none. Type /flow and what is wrong, for instance: /flow vpn",))
    return card((Heading(view.title), *(session_blocks(view.lines) or (nothing,))))


def time_card(view: TimeView) -> Card:
    """Time worked, as inferred from what was done."""
    title = Heading(f"Time worked: {view.flow_title}")
    whole = Line((f"{span(view.minutes)} altogether, inferred from what was done.",))
    parts = (
        *_minutes("By step", view.steps),
        *_minutes("By person", view.people),
        *_minutes("In other sessions at the same time", view.overlaps),
    )
    return card((title, whole, *parts), view.session)


def about(session: SessionLine | RecentLine) -> str:
    """Which session, in few words."""
    return dotted(session.flow_title, session.client)


def session_blocks(lines: Iterable[SessionLine]) -> tuple[Block, ...]:
    """Each session as a line, then a button for each; nothing where there are none."""
    every = tuple(lines)
    labels = distinct(f"Go on: {about(line)}" for line in every)
    choices = (
        Choice(ProductVerb.OPEN, label, session=line.session)
        for line, label in zip(every, labels, strict=True)
    )
    return (*map(_line, every), Choices(buttons(choices), "Go on with…")) if every else ()


def _driven(view: HeaderView) -> Parts:
    return (f"Driven by {view.driver or 'nobody'} · since ", view.since)


def _recap(view: WhereWasIView) -> tuple[tuple[str, Parts], ...]:
    return (("About", (view.about,)), ("Known", (view.known,)), ("Now", (view.asked,)))


def _line(line: SessionLine) -> Line:
    status = None if line.status is Status.ACTIVE else STATUS[line.status]
    said = dotted(line.flow_title, line.client, f"at “{line.at}”", line.driver, status)
    return Line((f"{said} · since ", line.since, *asked_when(line.due)))


def _minutes(title: str, lines: tuple[TimeLine, ...]) -> Iterator[Block]:
    if lines:
        yield Prose(f"**{title}**")
        yield Facts(tuple((line.what, (span(line.minutes),)) for line in lines))
