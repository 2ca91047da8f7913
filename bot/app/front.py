"""The product as chat platforms see it: every Inbound comes in here, every Answer goes out.

Who somebody is, is found out here, and no error gets past: it becomes words that say what to do,
with a reference that is in the log. What is done about it is in the modules it is handed to.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import assert_never

import structlog

from bot.app import clicks, closing, installing, outside, pointing, replies
from bot.app.answered import Answered
from bot.app.answers import said
from bot.app.chat import Chat
from bot.app.commands import command, is_command, suggest
from bot.app.desk import Desk, Identity
from bot.app.home import greeting, home
from bot.app.membership import Member, Visitor, identify
from bot.logs import new_reference
from bot.port import (
    NOTHING,
    Allowed,
    Answer,
    Arrived,
    Clicked,
    Closed,
    Command,
    Deleted,
    Edited,
    Inbound,
    Installed,
    Opened,
    Origin,
    Pointed,
    Reacted,
    Replied,
    Sender,
    Settled,
    Submitted,
    Typing,
)
from core.access import may_run_sessions
from core.errors import Refusal
from core.ids import WorkspaceId
from core.session.state import Status
from storage.errors import StorageError
from storage.places import Place, Spot

_SPOKEN = 5_000  # guests and threads remembered as told
_log = structlog.get_logger(__name__)


class Front:
    """Implements bot.port.Front."""

    def __init__(self, desk: Desk, senders: Mapping[str, Sender]) -> None:
        """`senders` are the platforms by name."""
        self._chat = Chat(desk, senders)
        self._answered = Answered(desk)
        self._workspaces: dict[tuple[str, str], WorkspaceId] = {}
        self._told: dict[tuple[str, ...], None] = {}

    async def receive(self, inbound: Inbound) -> Answer:
        """What to answer. Raises nothing."""
        try:
            return await self._received(inbound)
        except StorageError as error:
            _log.warning("not-saved", what=type(inbound).__name__, exc_info=error)
            return _told(inbound, str(error))
        except Exception as error:
            reference = new_reference()
            _log.error("inbound-failed", ref=reference, what=type(inbound).__name__, exc_info=error)
            return _told(
                inbound,
                "Something went wrong here, and it was not your doing. Try again; if it stays, "
                f"tell an admin the reference {reference}.",
            )

    async def settle(self, settled: Settled) -> None:
        """The platform has taken an answer: the message is up to date. Raises nothing."""
        self._answered.add(settled)

    async def settled(self) -> None:
        """Everything that was settled so far is stored. Raises nothing."""
        await self._answered.flush()

    async def _received(self, inbound: Inbound) -> Answer:
        match inbound:
            case Clicked() | Submitted():
                with self._answered.pressing(inbound):
                    answer = await self._pressed(inbound)
                    if answer.settled is not None:
                        self._answered.expect(answer.settled)
                    return answer
            case Command(reply=Replied() as reply) if await self._is_said_to_session(inbound):
                return await self._wrote(reply)
            case Command():
                member = await self._member(inbound.by)
                if isinstance(member, Refusal):
                    return await self._stranger(inbound, member)
                return await command(self._chat, member, inbound)
            case Replied() | Edited() | Deleted() | Reacted():
                return await self._wrote(inbound)
            case Typing():
                member = await self._member(inbound.by)
                if isinstance(member, Refusal):
                    return NOTHING
                return Answer(suggestions=await suggest(self._chat, member, inbound))
            case Opened():
                member = await self._member(inbound.by)
                if isinstance(member, Refusal):
                    return said(member.message)
                return Answer(home=await home(self._chat, member))
            case Arrived():
                return await self._arrived(inbound)
            case Closed():
                await closing.closed(self._chat.desk, inbound)
                return NOTHING
            case Allowed():
                await closing.allowed(self._chat.desk, inbound)
                return NOTHING
            case Pointed():
                member = await self._member(inbound.by)
                if isinstance(member, Refusal):
                    return said(member.message)
                return await pointing.pointed(self._chat, member, inbound)
            case Installed():
                return await installing.installed(self._chat, inbound)
            case _ as never:
                assert_never(never)

    async def _pressed(self, inbound: Clicked | Submitted) -> Answer:
        """First as if who pressed were known: a click should cost one read and one write."""
        by = inbound.by
        workspace = self._workspaces.get((by.platform, by.workspace))
        if workspace is not None:
            answer = await clicks.pressed(self._chat, Identity(workspace, by.user), inbound)
            if answer is not None:
                return answer
        member = await self._member(by)
        if isinstance(member, Refusal):
            return said(member.message)
        answer = await clicks.pressed(self._chat, member.identity, inbound)
        if answer is not None:
            return answer
        return await outside.pressed(self._chat, member, inbound)

    async def _wrote(self, inbound: Replied | Edited | Deleted | Reacted) -> Answer:
        """What is written matters where a session lives, or lived; elsewhere it is not ours, but
        for a file that somebody gives us alone.
        """
        given = pointing.given(inbound) if isinstance(inbound, Replied) else None
        if given is not None and await self._place(inbound.by) is None:
            return await self._received(given)
        if not await self._is_ours(inbound):
            return NOTHING
        member = await self._member(inbound.by)
        if isinstance(member, Member):
            member = may_run_sessions(member.actor) or member
        if isinstance(member, Refusal):
            return self._told_once(inbound.by, member)
        match inbound:
            case Replied():
                answer = await replies.replied(self._chat, member, inbound)
                unheard = answer == NOTHING and replies.unheard(inbound)
                return self._told_once(inbound.by, unheard) if unheard else answer
            case Edited():
                return await replies.edited(self._chat, member, inbound)
            case Deleted():
                return await replies.deleted(self._chat, member, inbound)
            case Reacted():
                return await replies.reacted(self._chat, member, inbound)
            case _ as never:
                assert_never(never)

    async def _is_said_to_session(self, typed: Command) -> bool:
        """Whether a session goes on there that it belongs to rather than being a command."""
        by, storage = typed.by, self._chat.desk.storage
        found = await storage.installation.home(by.platform, by.workspace)
        if found is None or is_command(typed.text):
            return False
        async with storage.work(found.account) as work:
            place = await work.places.at(Spot(found.workspace, by.channel, by.thread))
            lives = place is not None and place.moved_to is None
            now = await work.histories.get(place.session) if place and lives else None
        return now is not None and now.status is Status.ACTIVE

    async def _place(self, by: Origin) -> Place | None:
        """What lives, or lived, there."""
        found = await self._chat.desk.storage.installation.home(by.platform, by.workspace)
        if found is None:
            return None
        async with self._chat.desk.storage.work(found.account) as work:
            return await work.places.at(Spot(found.workspace, by.channel, by.thread))

    async def _is_ours(self, inbound: Replied | Edited | Deleted | Reacted) -> bool:
        by, storage = inbound.by, self._chat.desk.storage
        found = await storage.installation.home(by.platform, by.workspace)
        if found is None:
            return False
        spot = Spot(found.workspace, by.channel, by.thread)
        async with storage.work(found.account) as work:
            below = replace(spot, thread=inbound.message)
            if await work.places.at(spot) or await work.places.at(below):
                return True
            # Not every platform says in which thread the message is that got a reaction.
            return await work.sources.get(spot, inbound.message) is not None

    async def _arrived(self, inbound: Arrived) -> Answer:
        by, desk = inbound.by, self._chat.desk
        if not by.direct:  # whoever it was that let us in
            await desk.storage.outbox.let_in(by.platform, by.workspace, by.channel)
            desk.woken.set()
        member = await self._member(by)
        if isinstance(member, Refusal):
            return NOTHING
        if by.direct:
            async with desk.storage.work(member.actor.account) as work:
                if await work.places.at(Spot(member.identity.workspace, by.channel)):
                    return NOTHING  # we know each other, and the step stays the last thing there
        return await greeting(self._chat, member)

    async def _stranger(self, typed: Command, refusal: Refusal) -> Answer:
        """Nobody we know: a code is the one thing that they can type."""
        from bot.app.commands.link import entered_by

        known = await entered_by(self._chat, visitor_of(typed.by), typed)
        return known or said(refusal.message)

    async def _member(self, by: Origin) -> Member | Refusal:
        member = await identify(self._chat.desk, visitor_of(by))
        if isinstance(member, Member):
            self._workspaces[by.platform, by.workspace] = member.identity.workspace
        return member

    def _told_once(self, by: Origin, refusal: Refusal) -> Answer:
        key = (by.platform, by.workspace, by.user, by.channel, by.thread)
        if key in self._told:
            return NOTHING
        if len(self._told) >= _SPOKEN:
            self._told.clear()
        self._told[key] = None
        return said(refusal.message)


def _told(inbound: Inbound, sentence: str) -> Answer:
    """What went wrong; a form stays open with what was typed into it."""
    return Answer(errors={"": sentence}) if isinstance(inbound, Submitted) else said(sentence)


def visitor_of(by: Origin) -> Visitor:
    """Who that is, as membership asks it."""
    return Visitor(by.platform, by.workspace, by.user, by.name, guest=by.guest, role=by.role)
