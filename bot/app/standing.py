"""Whether what a session's thread hangs on is still there. Not every platform tells that somebody
deleted it: there it is found out once it matters, by bringing it up to date.
"""

import asyncio

from bot.app.chat import Chat
from bot.app.ground import PATIENCE
from bot.app.membership import Member
from bot.app.showing import known_of
from bot.port import Gone, Origin, PlatformError, Target
from core.session.scene import Showing
from core.session.shows import header_view
from storage.places import Place


async def stands(chat: Chat, member: Member, by: Origin, place: Place) -> bool:
    """Whether the header of a place in the workspace of `by` is there, as far as the platform says.
    Raises StorageError.
    """
    async with chat.desk.storage.work(member.actor.account) as work:
        header = await work.places.header(place.id)
        now = await work.histories.get(place.session)
        if header is None or now is None:
            return True
        known = await known_of(work, now)
        flows = await work.histories.flows(now, tuple(known.past))
    target, shown = Target(by.workspace, place.spot.channel), header_view(flows, now, known)
    try:
        async with asyncio.timeout(PATIENCE):
            await chat.sender(by).edit(target, header, shown)
    except Gone:
        return False
    except (PlatformError, TimeoutError):
        return True
    async with chat.desk.storage.work(member.actor.account) as work:
        await work.places.redraw(place.session, Showing.HEADER)  # it may have covered a newer one
    return True
