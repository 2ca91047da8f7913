"""The card of a step: what was answered, what is asked, what can be pressed. The question is the
centre; a warning stands before it, and whatever is rarer stands below and is smaller.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from bot.cards.card import Block, Button, Card, Choices, Heading, Line, Notice, Prose, Weight
from bot.cards.markdown import begun, lead, linked
from bot.cards.pressing import button, buttons, distinct
from bot.cards.saying import card, spoken
from bot.cards.words import asked_when, commands, dotted, marked, on_one_line, standing, told
from core.flow.node import Tone
from core.flow.nodes import Action
from core.session.known import LINES
from core.session.state import Status
from core.session.verbs import LABELS, MISSING
from core.session.verbs import SessionVerb as Can
from core.text import plural
from core.views import Choice, CommandView, FoldedView, HelpView, PastLine, PastView, StepView

ASIDE = 5  # buttons of the quieter row

_ORDER = (Can.ACCEPT, Can.DECLINE, Can.WITHDRAW, Can.HELP, Can.BACK, Can.NOTE, Can.EARLIER)
_BESIDE: Mapping[str, int] = {verb: place for place, verb in enumerate(_ORDER)}
_BESIDE_AT_THE_END = {**_BESIDE, Can.TICKET: -1}  # what all of it was for


def step_card(view: StepView) -> Card:
    """The step where a session is."""
    title = Line((dotted(view.flow_title, view.client, view.driver),))
    before = (*map(_past, view.past[-LINES:]), *_state(view))
    asked = (*_warning(view), Prose(lead(view.prose), lead=True))
    after = tuple(_with_it(view))
    pressed = tuple(choices for choices in _pressed(view) if choices.buttons)
    # What is asked comes first in a notification; what lies behind comes last.
    said = spoken((title, *asked, *pressed[:1], *after, *pressed[1:], *before))
    blocks = (title, *before, *asked, *after, *pressed)
    return Card(blocks, said, view.session, view.visit)


def help_card(view: HelpView) -> Card:
    """How to do a step."""
    return card(_how(view))


def folded_card(view: FoldedView) -> Card:
    """A step that lies further up, as one line."""
    if view.line is None:
        return card((Line((f"{view.asked} — left open",)),), view.session)
    return card((replace(_answered(view.line), struck=view.struck),), view.session)


def past_card(view: PastView) -> Card:
    """Every answer that stands, and a way to correct each."""
    if not view.lines:
        return card((Line(("Nothing was answered yet.",)),), view.session, view.visit)
    labels = distinct(told(line) for line in view.lines)
    every = zip(view.lines, labels, strict=True)
    choices = [Choice(Can.CORRECT, label, str(line.seq)) for line, label in every]
    menu = Choices(buttons(choices, view.session, view.visit), LABELS[Can.CORRECT], menu=True)
    lines = tuple(map(_answered, view.lines))
    return card((Heading("Answered so far"), *lines, menu), view.session, view.visit)


def _past(line: PastLine) -> Line:
    return Line((marked(line),))


def _answered(line: PastLine) -> Line:
    return Line((f"{marked(line)}, by {line.by}, ", line.at))


def _state(view: StepView) -> Iterator[Block]:
    if view.status is not Status.ACTIVE:
        said = standing(view.status, view.parked, view.outcome)
        yield Line((said, *asked_when(view.due)))
    if view.offer:
        yield Line((f"{view.offer.by} asked {view.offer.to} to take over.",))


def _warning(view: StepView) -> Iterator[Block]:
    if view.warn:
        yield Notice(begun("Careful:", view.warn), Weight.WARNING)


def _with_it(view: StepView) -> Iterator[Block]:
    if view.kind == Action.kind or len(view.commands) == 1:
        yield from commands(view.commands)
    elif view.commands:
        yield Line((_told_of(view.commands),))
    if view.expect:
        yield Line((f"You should see: {on_one_line(view.expect)}",))
    if view.missing:
        yield Line((f"Not set yet: {', '.join(view.missing)}.",))


def _told_of(views: tuple[CommandView, ...]) -> str:
    """That there are commands: one product of several is enough, and a question is read first."""
    products = dict.fromkeys(view.label.split(",")[0] for view in views)
    return f"How? shows {plural(len(views), 'command')}: {', '.join(products)}."


def _pressed(view: StepView) -> tuple[Choices, ...]:
    beside, rest = _divided(view)
    menu = Choices(buttons(rest, view.session, view.visit), "More…", menu=True)
    row = Choices(buttons(beside, view.session, view.visit))
    return Choices(tuple(_answers(view)), "Answer…"), row, menu


def _answers(view: StepView) -> Iterator[Button]:
    """The answers, numbered as they can be typed; a value is typed into its form instead, and after
    the end nothing is asked any more.
    """
    is_numbered = view.field is None and view.status is not Status.COMPLETED
    for number, choice in enumerate(view.choices, 1):
        key = str(number) if is_numbered else ""
        pressed = button(choice, view.session, view.visit, key)
        # Its first choice is the one that types the value.
        yield replace(pressed, asks=True) if view.field and number == 1 else pressed


def _divided(view: StepView) -> tuple[list[Choice], list[Choice]]:
    """What stands beside the answers, and what is behind "More…"."""
    hidden = view.earlier + max(0, len(view.past) - LINES)
    more = _with_earlier(view.more, hidden) if hidden else view.more
    order = _BESIDE_AT_THE_END if view.status is Status.COMPLETED else _BESIDE
    beside = sorted((c for c in more if c.verb in order), key=lambda c: order[c.verb])
    if view.missing and any(choice.verb == Can.VARIABLES for choice in more):
        beside.insert(0, Choice(Can.VARIABLES, "Set what is missing…", MISSING, Tone.ASIDE))
    beside = beside[:ASIDE]
    taken = {(choice.verb, choice.argument) for choice in beside}
    return beside, [choice for choice in more if (choice.verb, choice.argument) not in taken]


def _with_earlier(more: tuple[Choice, ...], hidden: int) -> tuple[Choice, ...]:
    """The same with "Earlier (n)": where it was, else last."""
    label = f"{LABELS[Can.EARLIER]} ({hidden})"
    for at, choice in enumerate(more):
        if choice.verb == Can.EARLIER:
            return (*more[:at], _earlier(label), *more[at + 1 :])
    return (*more, _earlier(label))


def _earlier(label: str) -> Choice:
    return Choice(Can.EARLIER, label, tone=Tone.ASIDE)


def _how(view: HelpView) -> Iterator[Block]:
    yield Heading(view.title)
    if view.prose:
        yield Prose(view.prose)
    yield from commands(view.commands, sources=True)
    if view.expect:
        yield Prose(begun("You should see:", view.expect))
    if view.reference:
        yield Prose(f"Read more: {linked(view.reference.title, view.reference.url)}")
