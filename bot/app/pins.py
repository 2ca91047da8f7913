"""Pinning: the flows that somebody keeps at hand, one by one or all at once in a form."""

from collections.abc import Iterable, Sequence

from bot.app.desk import Desk
from bot.app.start import startable
from core.access import Actor, may_run_sessions
from core.errors import Because, Refusal
from core.ids import FlowId
from core.verbs import ProductVerb
from core.views import FieldKind, FieldOption, FieldView, FormView
from storage.flows import FlowRecord
from storage.ids import as_id
from storage.overview import Shelf

OFFERED = 100  # flows that the form offers; any other is pinned by its name
FIELD = "flows"  # of the form
_NOTHING = Refusal(Because.NOT_FOUND, "There are no flows here yet that you could pin.")
_NOBODY = Refusal(Because.NOT_ALLOWED, "Only a person can pin a flow.")


async def shelf_of(desk: Desk, actor: Actor) -> Shelf:
    """The flows that `actor` may pin, those that are pinned first."""
    async with desk.storage.work(actor.account) as work:
        return await work.overview.shelf(actor, OFFERED)


async def pin(desk: Desk, actor: Actor, flow: FlowId) -> FlowRecord | Refusal:
    """Pin a flow, once."""
    record = may_run_sessions(actor) or await startable(desk, actor, flow)
    if isinstance(record, Refusal) or actor.id is None:
        return record if isinstance(record, Refusal) else _NOBODY
    async with desk.storage.work(actor.account) as work:
        await work.pins.add(actor.id, [flow])
    return record


async def unpin(desk: Desk, actor: Actor, flow: FlowId) -> None:
    """Take a flow off again."""
    if actor.id is not None:
        async with desk.storage.work(actor.account) as work:
            await work.pins.remove(actor.id, [flow])


async def pin_form(desk: Desk, actor: Actor, prose: str | None = None) -> FormView | Refusal:
    """The flows to choose from, those that are pinned checked."""
    refused = may_run_sessions(actor)
    shelf = await shelf_of(desk, actor)
    offered = _offered(shelf)
    if refused or not offered:
        return refused or _NOTHING
    more = len(offered) == OFFERED
    field = FieldView(
        FIELD,
        "Pinned flows",
        FieldKind.SOME_OF,
        help="There are more: /flow pin and a flow's name pins any." if more else None,
        value=", ".join(flow.id.hex for flow in shelf.pinned if flow in offered) or None,
        options=flow_options(offered),
    )
    return FormView("Pin flows", ProductVerb.PIN, (field,), prose=prose)


async def choose(desk: Desk, actor: Actor, chosen: str) -> tuple[FlowRecord, ...] | Refusal:
    """Pin what was checked in the form and unpin what was not; what is pinned then."""
    refused = may_run_sessions(actor)
    if refused or actor.id is None:
        return refused or _NOBODY
    wanted = {as_id(text.strip()) for text in chosen.split(",")}
    async with desk.storage.work(actor.account) as work:
        offered = _offered(await work.overview.shelf(actor, OFFERED))
        await work.pins.remove(actor.id, [f.id for f in offered if f.id not in wanted])
        await work.pins.add(actor.id, [f.id for f in offered if f.id in wanted])
        return (await work.overview.shelf(actor, 0)).pinned


def pinned_like(pinned: Iterable[FlowRecord], words: str) -> list[FlowRecord]:
    """Those that `words` describe: the one of this very name or title, else all that fit."""
    wanted, every = " ".join(words.casefold().split()), list(pinned)
    exact = [flow for flow in every if wanted in (flow.name, flow.title.casefold())]
    return exact or [flow for flow in every if _is_like(flow, wanted.split())]


def _is_like(flow: FlowRecord, wanted: list[str]) -> bool:
    told = f"{flow.title} {flow.name}".casefold()
    return all(word in told for word in wanted)


def _offered(shelf: Shelf) -> tuple[FlowRecord, ...]:
    """The pinned ones, then the rest by title."""
    rest = sorted((*shelf.used, *shelf.others), key=lambda flow: flow.title.casefold())
    return (*shelf.pinned, *rest)[:OFFERED]


def flow_options(flows: Sequence[FlowRecord]) -> tuple[FieldOption, ...]:
    """By title; where two are the same, by name too."""
    titles = [flow.title for flow in flows]
    return tuple(
        FieldOption(flow.id.hex, flow.title if titles.count(flow.title) == 1 else _both(flow))
        for flow in flows
    )


def _both(flow: FlowRecord) -> str:
    return f"{flow.title} ({flow.name})"
