"""What is said about where a session came to live, where that is not what somebody would expect."""

from collections.abc import AsyncIterator, Iterable

from bot.app.answers import choice, said
from bot.app.chat import Chat
from bot.app.ground import Ground, Why, link_to
from bot.app.membership import Member
from bot.app.showing import client_name
from bot.port import NOTHING, Answer
from core.frozen import frozen
from core.ids import SessionId
from core.session.shows import Known, session_line
from core.session.state import Status
from core.verbs import ProductVerb
from core.views import Choice, SessionLine
from storage.places import Place, Spot

Named = tuple[SessionId, str]  # a session, and its flow's title


@frozen
class Remark:
    """Something worth saying, with what can be pressed about it."""

    text: str
    choices: tuple[Choice, ...] = ()


def remarked(remarks: Iterable[Remark]) -> Answer:
    """All of them in one whisper; nothing where there is nothing to say."""
    told = list(remarks)
    if not told:
        return NOTHING
    choices = (each for remark in told for each in remark.choices)
    return said("\n\n".join(remark.text for remark in told), *choices)


async def on_ground(
    chat: Chat, member: Member, where: Ground, session: Named, does: str
) -> AsyncIterator[Remark]:
    """Why it `does` (begins, goes on) somewhere else than where it was asked for."""
    id, title = session
    match where.why:
        case Why.HERE:
            return
        case Why.BESIDE:
            yield Remark(
                f"This thread has a session already, so “{title}” {does} in a thread of its own "
                "in this channel."
            )
        case Why.ALONE:
            link = await link_to(chat, member, await place_of(chat, member, id))
            text = f"I cannot write in this channel, so “{title}” {does} in our direct conversation"
            ask = f"{_first(where)}, then press “Move it here” or type /flow move."
            moving = choice(ProductVerb.MOVE, session=id)
            yield Remark(f"{text}: {link}\n{ask}" if link else f"{text}.\n{ask}", (moving,))


def _first(where: Ground) -> str:
    if not where.lacking:
        return "Let me in here"
    return f"Ask an admin to grant me {', '.join(where.lacking)} here"


async def focus_at(chat: Chat, member: Member, spot: Spot) -> SessionId | None:
    """The session that has the focus in a conversation without threads."""
    if spot.thread != "":
        return None
    async with chat.desk.storage.work(member.actor.account) as work:
        place = await work.places.at(spot)
    return place.session if place is not None and place.moved_to is None else None


async def left_behind(
    chat: Chat, member: Member, before: SessionId | None, now: SessionId
) -> AsyncIterator[Remark]:
    """How to get back to the session that had the focus, if another one took it."""
    line = await line_of(chat, member, before) if before and before != now else None
    if line is None or line.status is Status.COMPLETED:
        return
    client = f" for {line.client}" if line.client else ""
    back = choice(ProductVerb.OPEN, label="Back to it", session=line.session)
    yield Remark(
        f"“{line.flow_title}”{client} waits meanwhile, and nothing of it is lost. "
        "To go back to it: /flow list.",
        (back,),
    )


async def place_of(chat: Chat, member: Member, session: SessionId) -> Place | None:
    """Where a session lives now."""
    async with chat.desk.storage.work(member.actor.account) as work:
        return await work.places.active(session)


async def line_of(chat: Chat, member: Member, session: SessionId) -> SessionLine | None:
    """A session as one line; None where there is none."""
    async with chat.desk.storage.work(member.actor.account) as work:
        found = await work.histories.get(session)
        if found is None:
            return None
        known = Known(names=await work.people.names(), client=await client_name(work, found))
        return session_line(await work.histories.flows(found), found, known)
