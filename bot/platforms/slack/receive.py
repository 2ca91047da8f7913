"""What Slack's doors hand in: read, decided by the product, acknowledged, then carried out.

The product commits before Slack is told; where it takes too long, Slack is told in time all the
same (3 s) and the answer follows. https://docs.slack.dev/interactivity/handling-user-interaction
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Hashable, Mapping
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

import structlog
from slack_bolt import BoltResponse

from bot.cards.layout import gathered
from bot.logs import new_reference
from bot.platforms.slack import acknowledging, modal
from bot.platforms.slack.acknowledging import Acknowledged
from bot.platforms.slack.carry import Carrier, View
from bot.platforms.slack.events import Events
from bot.platforms.slack.handle import Handle
from bot.platforms.slack.homes import Homes
from bot.platforms.slack.incoming import Came, Incoming, Payload
from bot.platforms.slack.installations import Installation
from bot.port import (
    NOTHING,
    Answer,
    Arrived,
    Clicked,
    Command,
    Front,
    Inbound,
    Installed,
    Opened,
    Submitted,
)
from bot.port.lanes import Lanes, Priority
from bot.port.once import Once
from bot.port.sayings import apology
from core.frozen import frozen
from core.views import NoticeView

PATIENCE = 2.3  # seconds after which Slack is told that we are at it
LOADING = 1.2  # seconds after which a form that is to come is announced
CROWD, HURRIED = 200, 0.5  # under way: more have waited before we see them, and are told sooner
AT_ONCE = 32  # clicks that are decided; more would only wait for the database, for less long
STANDING_BACK = 0.25  # seconds for which what is left of a click lets others be decided first
_OPENS = "…"  # ends the label of a button that opens a form
Read = Awaitable[Came | None]
Coming = asyncio.Future[Came | None]
# What is wrong where a payload is not as Slack's pages say.
MISUNDERSTOOD = (KeyError, TypeError, ValueError, IndexError, AttributeError, RecursionError)
_log = structlog.get_logger(__name__)


@frozen
class _Way:
    """How something is acknowledged: what Slack is told, and what is left to carry out.

    `opens`: a form is to be expected. `view` is the form that was sent, if one was. What has the
    same `turn`, unless it is None, is decided one after the other.
    """

    acknowledge: Callable[[Answer], Acknowledged] = acknowledging.plainly
    opens: bool = False
    view: Payload | None = None
    turn: Hashable = None

    def told(self) -> Mapping[str, Any] | None:
        """What Slack is told before anything is known, or where there is nothing to say."""
        return self.acknowledge(NOTHING)[0]


_PLAIN = _Way()


class Receiver:
    """Answers what comes in. Every method gives what is acknowledged; what is raised went wrong
    before anything was done.
    """

    def __init__(self, front: Front, incoming: Incoming, carrier: Carrier, homes: Homes) -> None:
        """`homes` keep Home tabs up to date and know whom we have greeted."""
        self._front = front
        self._incoming = incoming
        self._events = Events(incoming)
        self._carrier = carrier
        self._homes = homes
        self._once = Once()
        self._lanes = Lanes()
        self._gate = asyncio.Semaphore(AT_ONCE)
        self._deciding = Priority()
        self._tasks: set[asyncio.Future[Any]] = set()

    async def command(self, body: Payload) -> BoltResponse:
        """`/flow`."""
        way = _Way(acknowledging.with_a_whisper)
        return await self._taken(self._incoming.command(body), way)

    async def action(self, body: Payload) -> BoltResponse:
        """A button, or an entry of a menu."""
        if (body.get("view") or {}).get("type") == "modal":
            return _ack()  # nothing in our forms does anything before they are sent
        label = (body["actions"][0].get("text") or {}).get("text", "")
        return await self._taken(self._incoming.action(body), _Way(opens=label.endswith(_OPENS)))

    async def submission(self, body: Payload) -> BoltResponse:
        """A form that was sent: it closes, or says what is wrong, or goes on."""
        view = body["view"]
        way = _Way(lambda answer: acknowledging.of_form(view, answer), view=view)
        read = self._incoming.page if modal.following(view) else self._incoming.submission
        return await self._taken(read(body), way)

    async def suggestion(self, body: Payload) -> BoltResponse:
        """What somebody can pick from while they type."""
        way = _Way(acknowledging.with_options)
        return await self._taken(self._incoming.suggestion(body), way)

    async def shortcut(self, body: Payload) -> BoltResponse:
        """An entry of a menu of Slack's own."""
        return await self._taken(self._incoming.shortcut(body))

    async def event(self, body: Payload, there: Installation) -> BoltResponse:
        """Something happened. What is written in one thread is taken in its order."""
        event = body["event"]
        message = event.get("message") or event
        thread = message.get("thread_ts") or message.get("ts")
        if event["type"] not in ("message", "app_mention"):
            return await self._taken(self._events.read(body, there))
        turn = there.workspace, event.get("channel"), thread
        return await self._taken(self._events.read(body, there), _Way(turn=turn))

    async def installed(self, inbound: Installed, handle: Handle) -> None:
        """We were installed: whoever did it is welcomed."""
        await self._carrier.tell(await self._answered(inbound), handle)

    async def close(self) -> None:
        """As `finish`, without waiting for anything that Slack asks patience for."""
        self._carrier.hurry()
        await self.finish()

    async def finish(self) -> None:
        """Everything that was acknowledged is carried out."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _taken(self, read: Read, way: _Way = _PLAIN) -> BoltResponse:
        """Raises what went wrong before it was known what came: Slack is to tell that again."""
        came: Coming = asyncio.get_running_loop().create_future()
        deciding = asyncio.ensure_future(self._decided(read, came, way.turn))
        self._keep(deciding)
        await asyncio.wait({deciding}, timeout=self._patience(way))
        if not deciding.done():
            self._later(self._late(came, deciding, way))
            return _ack(acknowledging.meanwhile() if way.view is not None else way.told())
        answer, here = deciding.result(), came.result()
        if here is None:
            return _ack(way.told())
        told, rest = way.acknowledge(answer)
        self._later(self._carried(here, rest))
        return _ack(told)

    def _patience(self, way: _Way) -> float:
        if len(self._tasks) > CROWD:
            return HURRIED
        return LOADING if way.opens else PATIENCE

    async def _decided(self, read: Read, came: Coming, turn: Hashable) -> Answer:
        """What to answer; `came` is set as soon as it is known what came."""
        async with nullcontext() if turn is None else self._lanes.of(turn):
            try:
                here = await self._read(read)
                came.set_result(here)
            finally:
                if not came.done():
                    came.set_result(None)
            if here is None:
                return NOTHING
            answer = await self._answered(here[0])
        if answer.errors:  # the form stays open, and is sent again
            self._once.undo(here[0])
        return answer

    async def _read(self, read: Read) -> Came | None:
        """What came; None where it means nothing, came before, or cannot be understood."""
        try:
            came = await read
            if came is None or not self._once.take(came[0]):
                return None
        except MISUNDERSTOOD as error:
            _log.warning("slack-misunderstood", exc_info=error)
            return None
        try:
            is_heard = not isinstance(came[0], Arrived) or await self._homes.is_first(came[0])
        except Exception:
            self._once.undo(came[0])
            raise
        return came if is_heard else None

    async def _answered(self, inbound: Inbound) -> Answer:
        """What the product says; a sentence for who waits where it could not."""
        try:
            if isinstance(inbound, Clicked):
                with self._deciding:
                    async with self._gate:
                        return await self._front.receive(inbound)
            if not isinstance(inbound, Submitted):
                return await self._front.receive(inbound)
            values, errors = gathered(inbound.values)
            if errors:
                return Answer(errors=errors)
            return await self._front.receive(replace(inbound, values=values))
        except Exception as error:
            self._once.undo(inbound)
            reference = new_reference()
            _log.error("slack-failed", ref=reference, exc_info=error)
            return _apology(reference, inbound)

    async def _carried(self, came: Came, answer: Answer, late: Handle | None = None) -> None:
        inbound, handle = came[0], late or came[1]
        if answer.form is None:
            await self._deciding.over(STANDING_BACK)
        if isinstance(inbound, Arrived) and handle.direct:
            await self._carrier.tell(answer, handle)
        elif isinstance(inbound, Opened):
            await self._carrier.fill_home(answer, handle)
        else:
            await self._carrier.carry_out(answer, handle)
        if isinstance(inbound, Submitted) and answer.errors:
            return
        if isinstance(inbound, Opened):
            self._homes.look(inbound.by)
        elif isinstance(inbound, Clicked | Submitted | Command):
            self._homes.refresh(inbound.by.workspace, inbound.by.user)

    async def _late(self, came: Coming, deciding: "asyncio.Future[Answer]", way: _Way) -> None:
        """Slack was told already: what is decided is carried out when it is."""
        found = await came
        if found is None:
            await deciding
            return
        _, handle = found
        # What a form says while it is being saved has a state that Slack does not tell.
        shown = View(str(way.view["id"])) if way.view is not None else None
        if way.opens and handle.trigger:
            shown = await self._carrier.loading("One moment", handle)
        answer = await deciding
        handle = replace(handle, trigger="")  # used, or too old
        if shown is not None:
            view = acknowledging.late(way.view, answer, handle)
            if await self._carrier.update(shown, view, handle):
                answer = acknowledging.unsaid(answer)
            else:
                answer = acknowledging.unseen(answer)
        await self._carried(found, answer, handle)

    def _later(self, doing: Coroutine[Any, Any, None]) -> None:
        self._keep(asyncio.ensure_future(_safely(doing)))

    def _keep(self, task: "asyncio.Future[Any]") -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _safely(doing: Coroutine[Any, Any, None]) -> None:
    """Nobody waits for it any more who could be told."""
    try:
        await doing
    except Exception as error:
        _log.error("slack-not-carried-out", ref=new_reference(), exc_info=error)


def _ack(body: Mapping[str, Any] | None = None) -> BoltResponse:
    return BoltResponse(status=200, body=dict(body) if body is not None else "")


def _apology(reference: str, inbound: Inbound) -> Answer:
    sentence = apology(reference)
    if isinstance(inbound, Submitted):
        return Answer(errors={"": sentence})
    return Answer(whispers=(NoticeView(sentence),))
