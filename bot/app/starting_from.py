"""Starting a flow from a message: a form asks which one, and the message is the first note."""

from dataclasses import replace

from bot.app import pointed as keeping
from bot.app.answers import choice, opened, said
from bot.app.chat import Chat
from bot.app.home import SAMPLE
from bot.app.membership import Member
from bot.app.pins import flow_options
from bot.app.start import suited
from bot.app.starting import Began, begin_here
from bot.app.taking import made_of, take_message, write_anew
from bot.port import Answer, Origin, Pointed, Purpose, Shown, Submitted
from core.frozen import frozen
from core.ids import FlowId
from core.text import NOTE_LIMIT, plural
from core.verbs import ProductVerb as Can
from core.views import FieldKind, FieldView, FormView, NoticeView
from storage.flows import FlowRecord
from storage.ids import as_id

OFFERED = 25  # flows: what a list holds on every platform
_NO_FLOWS = "There are no flows here yet that you could start."


@frozen
class About:
    """A flow to start, and under which key the message is kept that it is about."""

    flow: FlowId
    key: str
    anyway: bool = False


async def asked(chat: Chat, member: Member, at: Pointed, key: str) -> Answer:
    """The form; the flow that fits best is picked already."""
    found = await suited(chat.desk, member.identity, at.text, OFFERED)
    flows = await _offered(chat, member, found)
    if not flows:
        return said(_NO_FLOWS, choice(Can.MENU))
    best = flows[0].id.hex if flows[0] in found else None
    options = flow_options(flows)
    flow = FieldView("flow", "Flow", FieldKind.ONE_OF, required=True, value=best, options=options)
    fields = (flow, text_field(at, "First note"))
    view = FormView("Start a flow", Can.START_FROM, fields, key, submit="Start", prose=about(at))
    return opened(view)


async def sent(
    chat: Chat, member: Member, kept: tuple[Pointed | None, str], form: Submitted
) -> Answer:
    """Begin what was picked; `kept` is the message, if it still is, and its key."""
    at, key = kept
    flow = as_id(form.values.get("flow", ""))
    if flow is None:
        return Answer(errors={"flow": "Pick a flow."})
    at = at or Pointed(form.by, form.delivery, Purpose.START, "", "")
    # As it was sent: it may take another press until the session begins.
    now = replace(at, text=form.values.get("text", ""))
    await keeping.keep_again(chat.desk, member, key, now)
    begun = About(FlowId(flow), key)
    return await start(chat, member, form.by, begun, delivery=form.delivery)


async def start(chat: Chat, member: Member, by: Origin, what: About, *, delivery: str) -> Answer:
    """Begin a session where somebody is, with the message as its first note."""
    began = await begin_here(chat, member, by, what.flow, delivery=delivery, anyway=what.anyway)
    if isinstance(began, Answer):
        return replace(began, whispers=tuple(_with_key(each, what.key) for each in began.whispers))
    at = await keeping.kept(chat.desk, member, what.key)
    told = await _first_note(chat, member, at, began, delivery) if at else ""
    notices = (NoticeView(told),) if told else ()
    return replace(began.answer, whispers=(*began.answer.whispers, *notices))


def text_field(at: Pointed, label: str) -> FieldView:
    """What the message says, to be changed or left."""
    text = at.text.strip() or None
    return FieldView("text", label, FieldKind.TEXT, value=text, limit=NOTE_LIMIT)


def about(at: Pointed) -> str | None:
    """Whose message it is, and what comes along with it."""
    whose = f"{at.author} wrote it, and the note will say so." if at.author else ""
    files = f"With {plural(len(at.files), 'file')}." if at.files else ""
    return " ".join(filter(None, (whose, files))) or None


async def _offered(
    chat: Chat, member: Member, found: tuple[FlowRecord, ...]
) -> tuple[FlowRecord, ...]:
    """What the message may be about, then what is at hand, then others."""
    async with chat.desk.storage.work(member.actor.account) as work:
        shelf = await work.overview.shelf(member.actor, OFFERED, named=SAMPLE)
    each = {flow.id: flow for flow in (*found, *shelf.flows) if flow.name != SAMPLE}
    return tuple(each.values())[:OFFERED]


async def _first_note(chat: Chat, member: Member, at: Pointed, began: Began, delivery: str) -> str:
    """Write the message down in the session that began with it; what of it was not taken, and why.

    One that is part of another session already is written down once more.
    """
    made = await made_of(chat, member, at) if at.message else ()
    if not at.message or any(each.session != began.session for each in made):
        again = f"{delivery}:first"
        return await write_anew(chat, member, at, began.session, delivery=again)
    took = await take_message(chat, member, at, began.session)
    return took.refused or "\n".join(took.problems)


def _with_key(shown: Shown, key: str) -> Shown:
    """Its buttons that begin the flow all the same know what it is about."""
    if not isinstance(shown, NoticeView):
        return shown
    choices = tuple(
        replace(each, argument=f"{each.argument}-{key}") if each.verb == Can.START_ANYWAY else each
        for each in shown.choices
    )
    return replace(shown, choices=choices)
