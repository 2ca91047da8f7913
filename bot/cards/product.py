"""The cards of the product outside of any session: home, guide, members."""

from collections.abc import Iterator

from bot.cards.card import Block, Card, Choices, Facts, Heading, Line, Prose
from bot.cards.pressing import buttons, distinct, opening, row
from bot.cards.saying import card
from bot.cards.session import session_blocks
from core.access import Role
from core.verbs import PRODUCT_LABELS, ProductVerb
from core.views import Choice, GuideView, HomeView, MembersView

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
    yield Heading(f"Hello, {view.name}" if view.name else "Hello")
    if view.newcomer:
        yield Prose(_WELCOME)
        yield from row(view.choices)
    if view.sessions:
        yield Prose("**Your open sessions**")
        yield from session_blocks(view.sessions)
    if view.flows:
        yield Prose("**Start a flow**")
        yield from _flows(view.flows)
    if not view.newcomer:
        yield from row(view.choices)


def _flows(flows: tuple[Choice, ...]) -> tuple[Choices, ...]:
    return row(flows) if len(flows) <= AT_ONCE else opening(flows, "Start a flow…")
