"""Where somebody begins: what waits for them, their sessions, flows to start; for who is new here,
the sample.
"""

from collections.abc import Iterable, Iterator

from bot.app.answers import choice, whispered
from bot.app.chat import Chat
from bot.app.membership import Member
from bot.app.status import client_of, line_of
from bot.app.telling import AT_HOME
from bot.port import Answer
from core.access import may_run_sessions
from core.session.scene import Flows
from core.session.shows import verification_view
from core.session.verbs import LABELS
from core.session.verbs import SessionVerb as Can
from core.verbs import ProductVerb
from core.views import Choice, HomeView, NoticeView, RecentLine, SessionLine, WaitingLine
from storage.flows import FlowRecord
from storage.overview import Counts, Ended, Mine, Shelf

SAMPLE = "sample"  # the name of the flow to try things out with
FLOWS = 5  # that are offered to be started beside the pinned ones
WAITING = 5  # sessions that ask for something; further ones are among the open ones
OPEN = 10  # open sessions; /flow list has them all
RECENT = 5  # completed sessions
_COUNTS = Counts(WAITING, OPEN + WAITING, RECENT)
_GREETING = (
    "I am ResolutionFlow. Type /flow and what is wrong, for instance /flow vpn: I take you through "
    "it step by step, keep everything that is found out, and write the ticket note."
)
_NEW = " To see how that is, try the sample session: it takes about two minutes."


async def home(chat: Chat, member: Member) -> HomeView:
    """What somebody finds when they come to the bot."""
    actor, desk = member.actor, chat.desk
    if actor.id is None or may_run_sessions(actor):
        return HomeView("", (), (), _choices())
    async with desk.storage.work(actor.account) as work:
        mine = await work.overview.sessions(actor.id, desk.clock(), _COUNTS)
        shelf = await work.overview.shelf(actor, FLOWS, named=SAMPLE)
        mine = mine or Mine("", finished=False, count=0)
        listed = (*(each.listed for each in mine.offered), *mine.due, *mine.open)
        flows = await work.histories.flows_of(each.session for each in listed)
    return _view(mine, shelf, flows, is_admin=actor.is_admin)


async def greeting(chat: Chat, member: Member) -> Answer:
    """What the bot says when it comes to a channel, or somebody first comes to it."""
    view = await home(chat, member)
    trying = tuple(each for each in view.choices if each.verb == ProductVerb.SAMPLE)
    if trying:  # nothing else to choose from: it is the one thing to do first
        return whispered(NoticeView(_GREETING + _NEW, trying))
    return whispered(NoticeView(_GREETING), view)


def starting(flows: Iterable[FlowRecord]) -> tuple[Choice, ...]:
    """What begins each of these flows."""
    return tuple(choice(ProductVerb.START, flow.id.hex, label=flow.title) for flow in flows)


def _view(mine: Mine, shelf: Shelf, flows: Flows, *, is_admin: bool) -> HomeView:
    waiting = tuple(_waiting(mine, flows))[:WAITING]
    sessions = tuple(_open(mine, flows, waiting))[:OPEN]
    due = {listed.session.id for listed in mine.due}
    told = sum(each.line.session in due for each in waiting) + len(sessions)
    newcomer = not mine.finished
    can_try = newcomer and shelf.named is not None
    return HomeView(
        mine.name,
        sessions,
        starting((*shelf.used, *shelf.others)[:FLOWS]),
        _choices(can_try=can_try, is_admin=is_admin),
        newcomer=newcomer,
        is_admin=is_admin,
        waiting=waiting,
        more=mine.count - told,
        pinned=starting(shelf.pinned),
        recent=tuple(map(_recent, mine.ended)),
    )


def _waiting(mine: Mine, flows: Flows) -> Iterator[WaitingLine]:
    """Hand-overs first: somebody waits for an answer."""
    for offered in mine.offered:
        line = line_of(flows, offered.listed)
        why = f"{offered.by} asks you to take over."
        yield WaitingLine(line, why, _answers(line, Can.ACCEPT, Can.DECLINE))
    for listed in mine.due:
        line = line_of(flows, listed)
        why = verification_view(flows, listed.session).text
        yield WaitingLine(line, why, _answers(line, Can.FINE, Can.NOT_FINE))


def _answers(line: SessionLine, *verbs: Can) -> tuple[Choice, ...]:
    return tuple(Choice(verb, LABELS[verb], AT_HOME, session=line.session) for verb in verbs)


def _open(mine: Mine, flows: Flows, waiting: Iterable[WaitingLine]) -> Iterator[SessionLine]:
    """Those that are not told of already."""
    told = {each.line.session for each in waiting}
    for listed in mine.open:
        if listed.session.id not in told:
            yield line_of(flows, listed)


def _recent(ended: Ended) -> RecentLine:
    session, title = ended.listed.session, ended.listed.flow_title
    outcome = session.outcome.label if session.outcome else "Completed"
    return RecentLine(session.id, title, client_of(ended.listed), outcome, ended.at)


def _choices(*, can_try: bool = False, is_admin: bool = False) -> tuple[Choice, ...]:
    trying = (ProductVerb.SAMPLE,) if can_try else ()
    admins = (ProductVerb.MEMBERS, ProductVerb.LINK_WORKSPACE) if is_admin else ()
    verbs = (*trying, ProductVerb.FIND, ProductVerb.GUIDE, ProductVerb.LINK, *admins)
    return tuple(choice(verb) for verb in verbs)
