"""Starting in a chat: see who else is on it, find the session a place there, say what is special.

Where everything is as expected nothing is said: the session's own messages do that.
"""

from dataclasses import replace

from bot.app.answers import choice, said, whispered
from bot.app.chat import Chat
from bot.app.ground import Ground, ground_for
from bot.app.home import SAMPLE
from bot.app.meeting import memory, storm, who_else
from bot.app.membership import Member
from bot.app.placing import focus_at, left_behind, on_ground, remarked
from bot.app.start import TAKEN, Around, Wanted, around, start, startable
from bot.port import Answer, Origin
from core.errors import Refusal
from core.frozen import frozen
from core.ids import FlowId, SessionId
from core.session.state import Session
from core.verbs import ProductVerb

_NO_SAMPLE = "The sample flow is not here any more. Type /flow and what is wrong, or find a flow."


@frozen
class Began:
    """A session that began, and what is worth saying about it."""

    session: SessionId
    answer: Answer


async def start_here(
    chat: Chat,
    member: Member,
    by: Origin,
    flow: FlowId,
    *,
    delivery: str,
    anyway: bool = False,
    client: str = "",
) -> Answer:
    """Begin a session where somebody is; first, unless `anyway`, say who else is on the flow."""
    began = await begin_here(
        chat, member, by, flow, delivery=delivery, anyway=anyway, client=client
    )
    return began.answer if isinstance(began, Began) else began


async def begin_here(
    chat: Chat,
    member: Member,
    by: Origin,
    flow: FlowId,
    *,
    delivery: str,
    anyway: bool = False,
    client: str = "",
) -> Began | Answer:
    """The same, for who has more to do with the session; an Answer where none began."""
    record = await startable(chat.desk, member.actor, flow)
    if isinstance(record, Refusal):
        return said(record.message, choice(ProductVerb.FIND), choice(ProductVerb.MENU))
    wanted = Wanted(record, client)
    seen = await around(chat.desk, member.identity, wanted)
    if seen.others and not anyway:
        return whispered(await who_else(chat, member, wanted, seen))
    return await _begin(chat, member, by, (wanted, seen), delivery)


async def sample_here(chat: Chat, member: Member, by: Origin, *, delivery: str) -> Answer:
    """Begin the sample session."""
    async with chat.desk.storage.work(member.actor.account) as work:
        record = await work.flows.by_name(SAMPLE)
    if record is None or isinstance(await startable(chat.desk, member.actor, record.id), Refusal):
        return said(_NO_SAMPLE, choice(ProductVerb.FIND), choice(ProductVerb.MENU))
    began = await _begin(chat, member, by, (Wanted(record), Around()), delivery)
    return began.answer if isinstance(began, Began) else began


async def _begin(
    chat: Chat, member: Member, by: Origin, what: tuple[Wanted, Around], delivery: str
) -> Began | Answer:
    wanted, seen = what
    where = await ground_for(chat, member, by)
    if isinstance(where, Refusal):
        return said(where.message)
    before = await focus_at(chat, member, where.spot)
    began = await _start(chat, member, wanted, where, delivery)
    if began is TAKEN and where.spot.thread:  # another one has that thread
        where = where.beside()
        began = await _start(chat, member, wanted, where, delivery)
    if isinstance(began, Refusal):
        return said(began.message)
    named = began.id, wanted.flow.title
    remarks = [remark async for remark in on_ground(chat, member, where, named, "begins")]
    remarks += [*storm(wanted, seen), *memory(seen, chat.desk.clock())]
    remarks += [remark async for remark in left_behind(chat, member, before, began.id)]
    return Began(began.id, remarked(remarks))


async def _start(
    chat: Chat, member: Member, wanted: Wanted, where: Ground, delivery: str
) -> Session | Refusal:
    placed = replace(wanted, spot=where.spot)
    return await start(chat.desk, member.identity, placed, delivery=delivery)
