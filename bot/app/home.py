"""Where somebody begins: their open sessions, flows to start; for who is new here, the sample."""

from bot.app.answers import choice, whispered
from bot.app.chat import Chat
from bot.app.membership import Member
from bot.app.start import may_start
from bot.app.status import own_sessions
from bot.port import Answer
from core.ids import FlowId
from core.verbs import ProductVerb
from core.views import Choice, HomeView, NoticeView
from storage.flows import FlowRecord
from storage.work import Work

SAMPLE = "sample"  # the name of the flow to try things out with
FLOWS = 5  # that are offered to be started
_GREETING = (
    "I am ResolutionFlow. Type /flow and what is wrong, for instance /flow vpn: I take you through "
    "it step by step, keep everything that is found out, and write the ticket note."
)
_NEW = " To see how that is, try the sample session: it takes about two minutes."


async def home(chat: Chat, member: Member) -> HomeView:
    """What somebody finds when they come to the bot."""
    actor = member.actor
    sessions = await own_sessions(chat.desk, member)
    async with chat.desk.storage.work(actor.account) as work:
        newcomer = not await work.histories.any_finished()
        flows = await flows_for(work, member)
        person = await work.people.get(actor.id) if actor.id else None
        sample = await work.flows.by_name(SAMPLE) if newcomer else None
    can_try = sample is not None and may_start(actor, sample)
    return HomeView(
        person.name if person else "",
        sessions,
        tuple(choice(ProductVerb.START, flow.id.hex, label=flow.title) for flow in flows),
        _choices(can_try=can_try, is_admin=actor.is_admin),
        newcomer=newcomer,
        is_admin=actor.is_admin,
    )


async def greeting(chat: Chat, member: Member) -> Answer:
    """What the bot says when it comes to a channel, or somebody first comes to it."""
    view = await home(chat, member)
    text = _GREETING + _NEW if view.newcomer else _GREETING
    return whispered(NoticeView(text), view)


async def flows_for(work: Work, member: Member) -> list[FlowRecord]:
    """What this person used lately, filled up with others by title."""
    used: tuple[FlowId, ...] = ()
    if member.actor.id is not None:
        used = await work.histories.used_lately(member.actor.id, FLOWS)
    lately = [await work.flows.get(id) for id in used]
    others = await work.flows.all(member.actor, limit=4 * FLOWS)
    fitting = [
        f for f in (*lately, *others) if f and f.name != SAMPLE and may_start(member.actor, f)
    ]
    return list({flow.id: flow for flow in fitting}.values())[:FLOWS]


def _choices(*, can_try: bool, is_admin: bool) -> tuple[Choice, ...]:
    trying = (ProductVerb.SAMPLE,) if can_try else ()
    admins = (ProductVerb.MEMBERS, ProductVerb.LINK_WORKSPACE) if is_admin else ()
    verbs = (*trying, ProductVerb.FIND, ProductVerb.GUIDE, ProductVerb.LINK, *admins)
    return tuple(choice(verb) for verb in verbs)
