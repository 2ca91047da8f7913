"""What people do with flows: bring in, hand out, list, clone, publish, archive.

A draft may be incomplete, publishing may not. Every save is a compare-and-set on the draft.
"""

from pydantic import ValidationError

from bot.app.desk import Desk
from core.access import Actor, Ownership, Visibility, may_change_flow, may_see_flow, may_write_flows
from core.errors import Because, Refusal
from core.flow.check import check
from core.flow.model import Flow
from core.flow.problem import Problem, errors
from core.frozen import frozen
from storage.flows import FlowRecord
from storage.work import Work

__all__ = ["FlowRecord", "Saved", "archive", "bring_in", "clone", "hand_out", "listed", "publish"]


@frozen
class Saved:
    """What became of a flow: `published` is its newest version's number, 0 for none.

    `changed` is False when it was exactly so before. `problems` are those that `check` found.
    """

    record: FlowRecord
    changed: bool
    problems: tuple[Problem, ...] = ()


async def bring_in(
    desk: Desk,
    actor: Actor,
    flow: Flow,
    *,
    visibility: Visibility = Visibility.ACCOUNT,
    replace_draft: bool = False,
) -> Saved | Refusal:
    """Save `flow` as the draft of the flow of its name, made if there is none."""
    async with desk.storage.work(actor.account) as work:
        record = await work.flows.by_name(flow.flow)
        if record is None:
            return await _create(work, actor, flow, visibility)
        refused = may_change_flow(actor, record.ownership)
        if refused:
            return refused if may_see_flow(actor, record.ownership) else _taken(flow.flow)
        held = await work.flows.draft(record.id)
        if flow == (held or await _published(work, record)):
            return Saved(record, changed=False, problems=check(flow))
        if held is not None and not replace_draft:
            return _other_draft(record)
        if not await work.flows.save_draft(record.id, flow, expected=record.draft_revision):
            return _stale(record)
        return await _saved(work, flow)


async def publish(desk: Desk, actor: Actor, name: str) -> Saved | Refusal:
    """Make the draft the newest version; `Saved` with errors in it when it may not be one yet."""
    async with desk.storage.work(actor.account) as work:
        record = await _to_change(work, actor, name)
        if isinstance(record, Refusal):
            return record
        draft = await work.flows.draft(record.id)
        if draft is None:
            return Refusal(Because.INVALID, f"“{name}” has no draft: there is nothing to publish.")
        problems = check(draft)
        if errors(problems):
            return Saved(record, changed=False, problems=problems)
        # Holds the row, and finds out whether somebody saved another draft since it was read.
        if not await work.flows.save_draft(record.id, draft, expected=record.draft_revision):
            return _stale(record)
        await work.flows.publish(record.id, draft, by=actor.id)
        return await _saved(work, draft)


async def hand_out(desk: Desk, actor: Actor, name: str, *, draft: bool = False) -> Flow | Refusal:
    """The newest version, or the draft, which only who may change the flow can see."""
    async with desk.storage.work(actor.account) as work:
        record = await (_to_change if draft else _to_see)(work, actor, name)
        if isinstance(record, Refusal):
            return record
        found = await (work.flows.draft(record.id) if draft else _published(work, record))
        if found is not None:
            return found
        lacks = "no draft" if draft else "not been published; its draft may be exported"
        return Refusal(Because.NOT_FOUND, f"“{name}” has {lacks}.")


async def listed(desk: Desk, actor: Actor, *, archived: bool = False) -> list[FlowRecord]:
    """The flows that `actor` may see, by title."""
    async with desk.storage.work(actor.account) as work:
        return await work.flows.all(actor, archived=archived)


async def clone(
    desk: Desk, actor: Actor, name: str, to: str, *, title: str | None = None
) -> Saved | Refusal:
    """A draft of one's own from what is published, under another name; ids of steps stay."""
    source = await hand_out(desk, actor, name)
    if isinstance(source, Refusal):
        return source
    try:
        fields = source.model_dump(by_alias=True)
        copy = Flow.model_validate({**fields, "flow": to, "title": title or source.title})
    except ValidationError:
        rule = "lower-case letters, digits and hyphens, at most 64"
        return Refusal(Because.INVALID, f"“{to}” cannot be a flow's name: {rule}.")
    async with desk.storage.work(actor.account) as work:
        return await _create(work, actor, copy, Visibility.PRIVATE)


async def archive(
    desk: Desk, actor: Actor, name: str, *, archived: bool = True
) -> FlowRecord | Refusal:
    """Take a flow out of every list, or bring it back; sessions that run go on."""
    async with desk.storage.work(actor.account) as work:
        record = await _to_change(work, actor, name)
        if isinstance(record, FlowRecord):
            await work.flows.archive(record.id, archived=archived)
        return record


async def _create(work: Work, actor: Actor, flow: Flow, visibility: Visibility) -> Saved | Refusal:
    refused = may_write_flows(actor)
    if refused:
        return refused
    if await work.flows.create(flow, Ownership(actor.id, visibility)) is None:
        return _taken(flow.flow)
    return await _saved(work, flow)


async def _saved(work: Work, flow: Flow) -> Saved:
    record = await work.flows.by_name(flow.flow)
    assert record is not None
    return Saved(record, changed=True, problems=check(flow))


async def _published(work: Work, record: FlowRecord) -> Flow | None:
    return await work.flows.version(record.version) if record.version else None


async def _to_see(work: Work, actor: Actor, name: str) -> FlowRecord | Refusal:
    record = await work.flows.by_name(name)
    if record is None or not may_see_flow(actor, record.ownership):
        return Refusal(Because.NOT_FOUND, f"There is no flow “{name}”, or you cannot see it.")
    return record


async def _to_change(work: Work, actor: Actor, name: str) -> FlowRecord | Refusal:
    record = await _to_see(work, actor, name)
    if isinstance(record, Refusal):
        return record
    return may_change_flow(actor, record.ownership) or record


def _taken(name: str) -> Refusal:
    return Refusal(Because.INVALID, f"The name “{name}” is taken. Give the flow another one.")


def _stale(record: FlowRecord) -> Refusal:
    return Refusal(
        Because.STALE, f"Somebody changed the draft of “{record.name}” meanwhile. Look at it again."
    )


def _other_draft(record: FlowRecord) -> Refusal:
    return Refusal(
        Because.NEEDS_CHOICE,
        f"“{record.name}” has a draft with other changes. Export or publish it first, "
        "or replace it.",
    )
