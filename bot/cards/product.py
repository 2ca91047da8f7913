"""The cards of the product outside of any session: home, guide, members."""

from collections.abc import Iterator
from dataclasses import replace

from bot.cards.card import Block, Card, Choices, Facts, Heading, Line, Prose
from bot.cards.pressing import buttons, distinct, opening, product, row
from bot.cards.saying import card
from bot.cards.session import about, session_blocks
from bot.cards.words import asked_when, dotted
from core.access import Role
from core.session.verbs import LABELS, SessionVerb
from core.verbs import PRODUCT_LABELS, ProductVerb
from core.views import (
    Choice,
    GuideView,
    HomeView,
    MembersView,
    RecentLine,
    SessionLine,
    WaitingLine,
)

AT_ONCE = 5  # flows as buttons; more of them go behind one control

_WELCOME = "One question at a time, every answer written down, and a ticket note at the end."


def home_card(view: HomeView) -> Card:
    """Where somebody starts."""
    return card(_home(view))


def guide_card(view: GuideView) -> Card:
    """What can be typed."""
    typed = Facts(tuple((words, (meaning,)) for words, meaning in view.lines))
    hint = (Line((view.hint,)),) if view.hint else ()
    lines = (typed,) if view.lines else ()
    return card((Heading(view.title), *lines, *hint, *row(view.choices)))


def members_card(view: MembersView) -> Card:
    """Who is in the account, as what; and a way to change that for who may."""
    members = Facts(tuple((line.name, (role_words(line.role),)) for line in view.lines))
    labels = distinct(f"{line.name} ({role_words(line.role)})" for line in view.lines)
    choices = tuple(
        Choice(ProductVerb.ROLE, label, line.id.hex)
        for line, label in zip(view.lines, labels, strict=True)
    )
    change = Choices(buttons(choices), PRODUCT_LABELS[ProductVerb.ROLE], menu=True)
    pressed = (change,) if view.may_change and choices else ()
    return card((Heading(f"Members of {view.account}"), members, *pressed))


def role_words(role: Role) -> str:
    """A role as it is read: `team admin`."""
    return role.value.replace("-", " ")


def _home(view: HomeView) -> Iterator[Block]:
    """What waits, what is open, what can be started, what was done, and the rest."""
    yield Heading(f"Hello, {view.name}" if view.name else "Hello")
    if view.newcomer:
        yield Prose(_WELCOME)
        yield from row(view.choices)
    yield from _waiting(view.waiting)
    yield from _open(view)
    yield from _flows(view)
    yield from _recent(view.recent)
    if not view.newcomer:
        yield from row(view.choices)


def _waiting(lines: tuple[WaitingLine, ...]) -> Iterator[Block]:
    """Each with its own answers below it, which say what they are about."""
    if lines:
        yield Prose("**Waits for you**")
    labels = iter(distinct(_answer(each.line, c) for each in lines for c in each.choices))
    for each in lines:
        line = each.line
        told = dotted(f"{each.why} {line.flow_title}", line.client, f"at “{line.at}”")
        yield Line((f"{told} · since ", line.since, *asked_when(line.due)))
        yield from row(replace(choice, label=next(labels)) for choice in each.choices)


def _answer(line: SessionLine, choice: Choice) -> str:
    if choice.label.endswith("…"):
        return f"{choice.label[:-1]}: {about(line)}…"
    return f"{choice.label}: {about(line)}"


def _open(view: HomeView) -> Iterator[Block]:
    if view.sessions:
        yield Prose("**Your open sessions**")
        yield from session_blocks(view.sessions)
    if view.more:
        yield Line((f"There {'is' if view.more == 1 else 'are'} {view.more} more.",))
        yield from row((product(ProductVerb.LIST, PRODUCT_LABELS[ProductVerb.LIST]),))


def _flows(view: HomeView) -> Iterator[Block]:
    if view.pinned:
        yield Prose("**Pinned flows**")
        yield from _starting(view.pinned, "Start a pinned flow…")
    if view.flows:
        yield Prose("**Start another flow**" if view.pinned else "**Start a flow**")
        yield from _starting(view.flows, "Start a flow…")
    if view.pinned or view.flows:
        yield from row((product(ProductVerb.PIN, PRODUCT_LABELS[ProductVerb.PIN]),))


def _starting(flows: tuple[Choice, ...], label: str) -> tuple[Choices, ...]:
    return row(flows) if len(flows) <= AT_ONCE else opening(flows, label)


def _recent(lines: tuple[RecentLine, ...]) -> Iterator[Block]:
    if lines:
        yield Prose("**Completed lately**")
    for line in lines:
        yield Line((f"{dotted(about(line), line.outcome)} · ", line.at))
    verb = SessionVerb.TICKET
    notes = [Choice(verb, f"{LABELS[verb]}: {about(each)}", session=each.session) for each in lines]
    yield from opening(notes, "Read a ticket note…")
