"""From words to a flow: what is found begins, or is offered to be begun."""

import re

from bot.app.answers import choice, opened, said, whispered
from bot.app.commands.said import Said
from bot.app.home import SAMPLE, home
from bot.app.start import Found, find
from bot.app.starting import sample_here, start_here
from bot.port import Answer
from core.errors import Refusal
from core.frozen import frozen
from core.text import shortened
from core.verbs import ProductVerb
from core.views import Choice, FieldView, FormView
from storage.flows import FlowRecord

SHOWN = 60  # characters of what was typed, where it is said again
_ANYWAY = re.compile(r"(.+?)\s+anyway", re.IGNORECASE | re.DOTALL)
_FOR = re.compile(r"\s+for\s+", re.IGNORECASE)
_FIND = FormView(
    "Find a flow",
    ProductVerb.FIND,
    (FieldView("words", "What is it about?", help="For instance: vpn", required=True),),
    submit="Find",
)


@frozen
class Search:
    """What was looked for, and what was found; `client` where the words end in a known one,
    `unknown` where they end in a name that is none.
    """

    words: str
    found: Found
    client: str = ""
    unknown: str = ""

    @property
    def only(self) -> FlowRecord | None:
        """The one flow that is meant: the only one called so, or the one of this very title."""
        words, flows = self.words.casefold(), self.found.flows if self.found.named else ()
        exact = [each for each in flows if words in (each.name, each.title.casefold())]
        real = [each for each in flows if each.name != SAMPLE]  # nobody tries things out by chance
        return next((found[0] for found in (exact, real) if len(found) == 1), None)


async def menu(command: Said) -> Answer:
    """Where somebody begins."""
    return whispered(await home(command.chat, command.member))


async def sample(command: Said) -> Answer:
    """The sample session."""
    return await sample_here(command.chat, command.member, command.by, delivery=command.delivery)


async def start(command: Said) -> Answer:
    """Begin the flow that fits; several, or only alike ones, are offered."""
    if not command.words:
        return opened(_FIND)
    anyway = _ANYWAY.fullmatch(command.words)
    search = await _searched(command, anyway[1] if anyway else command.words)
    if isinstance(search, Refusal):
        return said(search.message)
    if search.only is None or search.unknown:
        return _offered(search)
    return await start_here(
        command.chat,
        command.member,
        command.by,
        search.only.id,
        delivery=command.delivery,
        anyway=anyway is not None,
        client=search.client,
    )


async def look(command: Said) -> Answer:
    """Offer the flows that fit; none begins by itself."""
    if not command.words:
        return opened(_FIND)
    search = await _searched(command, command.words)
    return said(search.message) if isinstance(search, Refusal) else _offered(search)


async def _searched(command: Said, words: str) -> Search | Refusal:
    found = await find(command.desk, command.who, words)
    if isinstance(found, Refusal):
        return found
    if found.named:
        return Search(words, found)
    for split in _FOR.finditer(words[-200:]):
        at = len(words) - len(words[-200:])
        left, name = words[: at + split.start()], words[at + split.end() :]
        async with command.desk.storage.work(command.member.actor.account) as work:
            client = await work.clients.named(name)
        again = await find(command.desk, command.who, left)
        if isinstance(again, Found) and again.named:
            return Search(left, again, client.name if client else "", "" if client else name)
    return Search(words, found)


def _offered(search: Search) -> Answer:
    typed, found = f"“{shortened(search.words, SHOWN)}”", search.found
    if not found.flows:
        return said(
            f"No flow fits {typed}. Try another word for it, or look at what there is. In a "
            "session, /flow note and your words write something down.",
            choice(ProductVerb.FIND),
            choice(ProductVerb.MENU),
        )
    choices = [_start(flow) for flow in found.flows]
    if search.unknown:
        name = shortened(search.unknown, SHOWN)
        told = f"No client is called “{name}” here. Begin without one; you can set it on the way."
        return said(told, *choices)
    if found.meant:
        return said(f"No flow is called {typed}. Did you mean:", *choices)
    if not found.named:
        return said(f"No flow is called {typed}, but this is in their texts:", *choices)
    if search.client:  # a button carries no client: nothing that was typed may be lost
        lines = (f"/flow start {flow.name} for {search.client}" for flow in found.flows)
        return said("\n".join(("Which one? Type it:", *lines)))
    return said("Which one?" if len(choices) > 1 else "Begin this one?", *choices)


def _start(flow: FlowRecord) -> Choice:
    return choice(ProductVerb.START, flow.id.hex, label=flow.title)
