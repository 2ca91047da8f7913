"""What Discord's gateway hands in: read, decided by the product, answered within three seconds.

The product commits before Discord is answered; where it takes longer, Discord is told in time that
an answer will come, and it follows.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any

import discord
import structlog

from bot.logs import new_reference
from bot.platforms.discord import modal
from bot.platforms.discord.calls import Rejected
from bot.platforms.discord.carry import Carrier
from bot.platforms.discord.following import Following
from bot.platforms.discord.forms import Draft, Forms
from bot.platforms.discord.handle import Handle, Way
from bot.platforms.discord.incoming import Came, Incoming, typed
from bot.platforms.discord.missed import Missed
from bot.platforms.discord.talk import Talk
from bot.port import NOTHING, Answer, Front, Inbound, PlatformError, Submitted, Typing
from bot.port.lanes import Lanes
from bot.port.once import Once
from bot.port.sayings import apology
from core.views import NoticeView

PATIENCE = 2.0  # seconds after which Discord is told that we are at it: it waits three
MISUNDERSTOOD = (KeyError, TypeError, ValueError, IndexError, AttributeError)
_KNOWN = 20_000  # interactions of which this process knows that they came
_log = structlog.get_logger(__name__)


class Receiver:
    """Answers what comes in. Raises nothing."""

    def __init__(
        self,
        front: Front,
        incoming: Incoming,
        carrier: Carrier,
        forms: Forms,
        *,
        missed: Missed,
        following: Following,
    ) -> None:
        """`forms` are those that are open. `missed` is told what was not, `following` what the
        product knows.
        """
        self._missed = missed
        self._front = front
        self._following = following
        self._incoming = incoming
        self._carrier = carrier
        self._forms = forms
        self._once = Once()
        self._told: OrderedDict[int, None] = OrderedDict()
        self._lanes = Lanes()
        self._tasks: set[asyncio.Task[Any]] = set()

    async def interaction(self, told: discord.Interaction) -> None:
        """A command, a click, a form, or what is typed so far: each is answered once."""
        if told.id in self._told:
            return
        self._told[told.id] = None
        if len(self._told) > _KNOWN:
            self._told.popitem(last=False)
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await _safely(self._interaction(told))
        finally:
            self._tasks.discard(task)

    def happens(self, channel: int, reading: Coroutine[Any, Any, Came | None]) -> None:
        """What nobody waits for; what happens in one channel is taken in its order."""
        task = self._later(self._happened(channel, reading))
        task.add_done_callback(lambda _: reading.close())  # where it was ended before its turn

    def does(self, doing: Coroutine[Any, Any, None]) -> None:
        """Something of our own: what comes in is not finished before it."""
        self._later(doing)

    async def told(self, channel: int, came: Came) -> bool:
        """The product is told in its turn; whether it knows it now, and who is told of it does."""
        inbound, handle = came
        async with self._lanes.of(channel):
            answer = await self._answered(inbound)
        if not handle.user:  # nobody did it, and nobody is told
            return answer == NOTHING
        return await self._carrier.carry_out(answer, handle, self._carrier.talk(handle))

    async def finish(self) -> None:
        """Everything that came in is answered."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _interaction(self, told: discord.Interaction) -> None:
        handle, why = await self._handle(told)
        talk = self._carrier.talk(handle)
        if why:
            await self._carrier.carry_out(_said(why), handle, talk)
            return
        data: Any = told.data
        page = modal.ids(str(data.get("custom_id", "")))
        if page is not None:
            handle = replace(handle, form=page[0])
            await self._of_form(told, page[1], handle, talk)
            return
        try:
            came = self._incoming.done(told, handle)
        except MISUNDERSTOOD as error:
            _log.warning("discord-misunderstood", exc_info=error)
            await self._carrier.carry_out(_said(_OUTDATED), handle, talk)
            return
        if came is None or not self._once.take(came[0]):
            await talk.end()
            return
        if isinstance(came[0], Typing):
            await self._suggest(came[0], told, talk)
            return
        answer = await self._decided(came[0], talk)
        await self._carrier.carry_out(answer, came[1], talk)

    async def _handle(self, told: discord.Interaction) -> tuple[Handle, str]:
        """How who did it is answered; and why there is nothing but a sentence to say, "" if not."""
        try:
            handle = await self._incoming.handle(told)
        except Exception as error:
            reference = new_reference()
            _log.error("discord-failed", ref=reference, exc_info=error)
            return self._incoming.bare(told), apology(reference)
        return handle, "" if handle.workspace else _NO_GUILD

    async def _of_form(
        self, told: discord.Interaction, number: int, handle: Handle, talk: Talk
    ) -> None:
        """A page of a form that was sent, or a button that leads to one."""
        draft = await self._forms.find(handle.form, handle.user)
        if draft is None or handle.way is Way.COMPONENT:
            return await self._carrier.page(draft, number, handle, talk)
        data: Any = told.data
        draft = await self._forms.fill(handle.form, draft, modal.values(data))
        if number < (of := modal.pages(draft.form.view)):
            said = f"That was page {number} of {of}. It is kept; go on with the next."
            label = f"Page {number + 1} of {of}…"
            return await self._carrier.leads(handle, talk, number + 1, said, label)
        return await self._submitted(told, draft, handle, talk)

    async def _submitted(
        self, told: discord.Interaction, draft: Draft, handle: Handle, talk: Talk
    ) -> None:
        sent, there = self._incoming.submitted(told, draft, handle)
        _, errors = draft.values()
        if not errors and not self._once.take(sent):
            await self._carrier.page(None, 1, handle, talk)
            return
        answer = Answer(errors=errors) if errors else await self._decided(sent, talk)
        if answer.errors:
            self._once.undo(sent)
            await self._carrier.wrong(answer, draft, handle, talk)
            return
        await self._forms.done(handle.form)
        await self._carrier.carry_out(answer, there, talk)

    async def _suggest(self, typing: Typing, told: discord.Interaction, talk: Talk) -> None:
        answer = await self._answered(typing)
        data: Any = told.data
        await self._carrier.suggest(typed(data)[0], answer.suggestions, talk)

    async def _happened(self, channel: int, reading: Coroutine[Any, Any, Came | None]) -> None:
        async with self._lanes.of(channel):
            came = await reading
            if came is None:
                return
            inbound, handle = came
            answer = await self._answered(inbound) if self._once.take(inbound) else NOTHING
            self._missed.done(int(handle.message or 0))
            await self._following.told(inbound, handle, answer)
        if answer != NOTHING:
            await self._carrier.carry_out(answer, handle, self._carrier.talk(handle))

    async def _decided(self, inbound: Inbound, talk: Talk) -> Answer:
        """What the product says; where that takes long, Discord is told so meanwhile."""
        waits: list[asyncio.Task[None]] = []

        def tell() -> None:
            waits.append(asyncio.create_task(_safely(talk.wait())))

        timer = asyncio.get_running_loop().call_later(PATIENCE, tell)
        try:
            return await self._answered(inbound)
        finally:
            timer.cancel()
            await asyncio.gather(*waits)

    async def _answered(self, inbound: Inbound) -> Answer:
        """A sentence for who waits where the product could not answer."""
        try:
            return await self._front.receive(inbound)
        except Exception as error:
            self._once.undo(inbound)
            reference = new_reference()
            _log.error("discord-failed", ref=reference, exc_info=error)
            sentence = apology(reference)
            is_form = isinstance(inbound, Submitted)
            return Answer(errors={"": sentence}) if is_form else _said(sentence)

    def _later(self, doing: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(_safely(doing))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


async def _safely(doing: Coroutine[Any, Any, None]) -> None:
    """Nobody else hears of it."""
    try:
        await doing
    except MISUNDERSTOOD as error:
        _log.warning("discord-misunderstood", exc_info=error)
    except (PlatformError, Rejected) as error:
        _log.warning("discord-not-answered", what="all", why=str(error))
    except Exception as error:
        _log.error("discord-not-taken", ref=new_reference(), exc_info=error)


def _said(sentence: str) -> Answer:
    return Answer(whispers=(NoticeView(sentence),))


_NO_GUILD = "I know nobody here yet. Use /flow in a server that ResolutionFlow was added to, first."
_OUTDATED = (
    "This is of another version of ResolutionFlow. Restart Discord (Ctrl-R), and try it again."
)
