"""Starting a session: find the flow, know the client, see who else is on it, begin."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import field
from datetime import timedelta

from bot import metrics
from bot.app.desk import Desk
from core.access import Actor, may_run_sessions, may_see_flow
from core.errors import Because, Refusal
from core.frozen import frozen
from core.ids import ClientId, FlowId, SessionId
from core.session.deeds import Started
from core.session.engine import begin
from core.session.scene import Event, Moved
from core.session.state import Session
from storage.flows import FlowRecord as FlowRecord
from storage.histories import Listed
from storage.ids import new_id
from storage.places import Spot
from storage.search import Search
from storage.sessions import Identity
from storage.work import Work

AROUND = timedelta(hours=12)  # an open session touched within this time counts as "on it"
STORM = timedelta(minutes=20)  # so many clients within this time are worth a word
LOOKED_AT = 1_000  # characters of a message, to find flows by
_WORDS = 12  # of them, in which it is looked for
_WORD = re.compile(r"[^\W_]{3,60}")
STRANGER = Refusal(
    Because.NOT_ALLOWED,
    "Nobody here knows you yet. Ask a team admin to link this workspace or to make you a member.",
)
_NO_FLOW = Refusal(Because.NOT_FOUND, "There is no such flow, or you cannot see it.")
TAKEN = Refusal(Because.INVALID, "Another session lives in this thread already.")


@frozen
class Found:
    """Flows that fit what was typed; `meant` when only something that looks like it was found.

    `named` is whether what was typed is in their titles or begins their names, not just in their
    texts.
    """

    flows: tuple[FlowRecord, ...]
    meant: bool = False
    named: bool = False


@frozen
class Wanted:
    """What somebody wants to start: a published flow, for which client, with which values.

    `spot` is where the session is to live, if it lives in a chat.
    """

    flow: FlowRecord
    client: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)
    spot: Spot | None = None


@frozen
class Around:
    """What is worth knowing at the start: who is on this flow now, how it last went here, for how
    many clients, this one included, it was opened within STORM.
    """

    others: tuple[Listed, ...] = ()
    last: Listed | None = None
    storm: int = 0


async def find(desk: Desk, who: Identity, words: str, limit: int = 10) -> Found | Refusal:
    """Published flows by name, title, text, or likeness, in this order."""
    actor = await desk.storage.installation.actor(who)
    if actor is None:
        return STRANGER
    async with desk.storage.work(actor.account) as work:
        search = Search(work.raw, actor.account, actor)
        exact = await work.flows.by_name(words.strip().casefold())
        if exact is not None and may_start(actor, exact):
            return Found((exact,), named=True)
        for look in (search.called, search.words):
            if flows := await look(words, limit):
                return Found(tuple(flows), named=look == search.called)
        return Found(tuple(await search.did_you_mean(words)), meant=True)


async def suited(desk: Desk, who: Identity, text: str, limit: int) -> tuple[FlowRecord, ...]:
    """Flows that a whole message may be about: those first that are called by most of its words."""
    actor = await desk.storage.installation.actor(who)
    if actor is None:
        return ()
    words = [*dict.fromkeys(_WORD.findall(text[:LOOKED_AT].casefold()))]
    hits: Counter[FlowId] = Counter()
    flows: dict[FlowId, FlowRecord] = {}
    async with desk.storage.work(actor.account) as work:
        search = Search(work.raw, actor.account, actor)
        for word in words[:_WORDS]:
            called = {flow.id: flow for flow in await search.called(word, limit)}
            flows |= called
            hits.update(called.keys())
    if hits:
        return tuple(flows[id] for id, _ in hits.most_common(limit))
    found = await find(desk, who, text, limit)
    return found.flows if isinstance(found, Found) else ()


def may_start(actor: Actor, flow: FlowRecord) -> bool:
    """Whether a flow is there to be started by `actor`."""
    published = flow.version is not None and flow.archived_at is None
    return published and may_see_flow(actor, flow.ownership)


async def around(desk: Desk, who: Identity, wanted: Wanted) -> Around:
    """Who else is on this flow at this client, and how it ended the last time."""
    actor = await desk.storage.installation.actor(who)
    if actor is None or may_run_sessions(actor):
        return Around()
    async with desk.storage.work(actor.account) as work:
        client = await work.clients.named(wanted.client) if wanted.client else None
        others = await work.histories.open_on(wanted.flow.id, AROUND)
        last = await work.histories.last_closed(wanted.flow.id, client.id) if client else None
        lately = await work.histories.begun_on(wanted.flow.id, desk.clock() - STORM)
    same = tuple(
        other
        for other in others
        if other.session.driver != actor.id
        and (client is None or other.session.client == client.id)
    )
    stormed = {_client_of(listed.session.client, listed.session.variables) for listed in lately}
    stormed.add(_client_of(client.id if client else None, {"client": wanted.client}))
    return Around(same, last, len(stormed - {""}))


def _client_of(client: ClientId | None, variables: Mapping[str, str]) -> str:
    """What tells one client from another; nothing where none is known."""
    return str(client or variables.get("client", "").strip().casefold())


async def startable(desk: Desk, actor: Actor, flow: FlowId) -> FlowRecord | Refusal:
    """A flow that `actor` may start now."""
    async with desk.storage.work(actor.account) as work:
        record = await work.flows.get(flow)
    return record if record is not None and may_start(actor, record) else _NO_FLOW


async def start(
    desk: Desk, who: Identity, wanted: Wanted, *, delivery: str | None = None
) -> Session | Refusal:
    """Begin a session on the newest version. Raises StorageError."""
    actor = await desk.storage.installation.actor(who)
    if actor is None:
        return STRANGER
    try:
        async with desk.storage.work(actor.account) as work:
            began, fresh = await _saved(desk, work, actor, wanted, delivery)
    except _SpotTaken:
        return TAKEN
    metrics.SESSIONS_STARTED.inc(fresh)
    desk.woken.set()
    return began


class _SpotTaken(Exception):
    """Leaves the transaction, so that a session without its place is not kept."""


async def _saved(
    desk: Desk, work: Work, actor: Actor, wanted: Wanted, delivery: str | None
) -> tuple[Session | Refusal, bool]:
    """The session, and whether it is new: a delivery that was handled before begins none."""
    moved = await _begun(desk, work, actor, wanted)
    if isinstance(moved, Refusal):
        return moved, False
    session = moved.session
    began = await work.histories.begin(moved, delivery)
    if began != session.id:  # this delivery was handled before
        return await work.histories.get(began) or session, False
    spot = wanted.spot
    if spot and spot.thread == "":
        await work.places.vacate(spot)  # one session at a time has the focus there
    if spot and await work.places.open(session.id, spot, revision=session.revision) is None:
        raise _SpotTaken
    return session, True


async def _begun(desk: Desk, work: Work, actor: Actor, wanted: Wanted) -> Moved | Refusal:
    record = await work.flows.get(wanted.flow.id)  # as it is by now, not as it was found
    if record is None or not may_see_flow(actor, record.ownership):
        return _NO_FLOW
    version = record.version
    flow = await work.flows.version(version) if version else None
    if version is None or flow is None or record.archived_at is not None:
        return Refusal(Because.NOT_FOUND, "This flow is not published. Publish it, then start it.")
    client, facts = await _client(work, wanted.client)
    given = {name: value for name, value in facts.items() if name in flow.variables}
    given |= wanted.variables
    event = Event(actor, Started(version, given, client))
    return begin({version: flow}, SessionId(new_id()), event, desk.clock())


async def _client(work: Work, name: str) -> tuple[ClientId | None, dict[str, str]]:
    """The client and what is known to fill variables with; an unknown name is just a name."""
    if not name.strip():
        return None, {}
    client = await work.clients.named(name)
    if client is None:
        return None, {"client": name}
    return client.id, {**client.facts, "client": client.name}
