"""Where a session can live for somebody who speaks from a place in a chat: right there, in a thread
of its own beside, or in their direct conversation where the bot was not let in.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from bot.app.chat import Chat
from bot.app.membership import Member
from bot.app.reaching import home_at, link_to_home
from bot.port import Gone, Origin, PlatformError, Target, Unauthorized
from core.errors import Because, Refusal
from core.frozen import frozen
from storage.places import Place, Spot

PATIENCE = 1.0  # seconds that a platform may take while somebody waits
_SHUT_OUT = Refusal(
    Because.NOT_ALLOWED,
    "I cannot write in this channel, and I could not open our direct conversation either. "
    "Let me into the channel, or write to me directly, and try again.",
)


class Why(StrEnum):
    """How a session's ground came to be."""

    HERE = "here"  # where it was asked for
    BESIDE = "beside"  # in another thread of the channel: this one has a session
    ALONE = "alone"  # in the direct conversation: the bot may not write here


@frozen
class Ground:
    """Where a session can live, and why there; `lacking` is what an admin has to grant first."""

    spot: Spot
    why: Why
    lacking: Sequence[str] = ()

    def beside(self) -> "Ground":
        """Where else, when that thread has a session."""
        return replace(self, spot=replace(self.spot, thread=None), why=Why.BESIDE)


def spot_of(member: Member, by: Origin) -> Spot:
    """The place somebody speaks from."""
    return Spot(member.identity.workspace, by.channel, by.thread)


async def ground_for(chat: Chat, member: Member, by: Origin) -> Ground | Refusal:
    """Where a session can live, unless another one has that thread: then `beside`."""
    here = spot_of(member, by)
    if not by.direct and not await may_write(chat, by):
        return await _alone(chat, member, by)
    if by.threads and not by.direct and not by.thread:
        return Ground(replace(here, thread=None), Why.HERE)
    return Ground(here, Why.HERE)


async def link_to(chat: Chat, member: Member, place: Place | None) -> str | None:
    """An address that opens a session's place; None where there is none."""
    async with chat.desk.storage.work(member.actor.account) as work:
        home = await home_at(work, place)
    return await link_to_home(chat.senders, home, patience=PATIENCE)


async def may_write(chat: Chat, by: Origin) -> bool:
    """Whether the bot may write where somebody speaks from, as far as the platform says; when it
    does not, it is tried.
    """
    try:
        async with asyncio.timeout(PATIENCE):
            return await chat.sender(by).may_write(Target(by.workspace, by.channel, by.thread))
    except (Unauthorized, Gone):
        return False
    except (PlatformError, TimeoutError):
        return True


async def _alone(chat: Chat, member: Member, by: Origin) -> Ground | Refusal:
    try:
        async with asyncio.timeout(PATIENCE):
            target = await chat.sender(by).direct(by.workspace, by.user)
    except (PlatformError, TimeoutError):
        return _SHUT_OUT
    spot = Spot(member.identity.workspace, target.channel, target.thread)
    return Ground(spot, Why.ALONE, await _lacking(chat, by))


async def _lacking(chat: Chat, by: Origin) -> Sequence[str]:
    try:
        async with asyncio.timeout(PATIENCE):
            return await chat.sender(by).lacking(Target(by.workspace, by.channel, by.thread))
    except (PlatformError, TimeoutError):
        return ()
