"""What Teams sends: read, decided by the product, answered within five seconds. What makes no sense
is refused; a failure of ours is a sentence for who waits, or asks Teams to tell it again.

The product commits before Teams is answered; where it takes longer, Teams is told that we are at
it, and the answer follows.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any, TypeVar

import structlog

from bot.logs import new_reference
from bot.platforms.teams.carry import Carrier
from bot.platforms.teams.controls import NothingPicked
from bot.platforms.teams.dialog import Sent
from bot.platforms.teams.events import Events
from bot.platforms.teams.forms import Forms
from bot.platforms.teams.handle import Handle
from bot.platforms.teams.incoming import Forged, Incoming, NotNow
from bot.platforms.teams.places import at
from bot.port import NOTHING, Answer, Clicked, Form, Front, Inbound, Submitted
from bot.port.lanes import Lanes
from bot.port.once import Once
from bot.port.sayings import apology
from core.frozen import frozen
from core.views import NoticeView

Json = Mapping[str, Any]
_T = TypeVar("_T")
PATIENCE = 4.0  # seconds after which Teams is told that we are at it: it waits five
_UNREADABLE = (KeyError, TypeError, ValueError, IndexError, AttributeError)
_FORGED: Json = {"statusCode": 400, "type": "application/vnd.microsoft.error"}
_NO_FORM = "This form could not be shown again."
_WAIT = "One moment: it takes longer than usual. I will write to you."
_log = structlog.get_logger(__name__)


@frozen
class Reply:
    """What a request is answered with."""

    status: int = 200
    body: Json | None = None


class _Misunderstood(Exception):
    """What was sent makes no sense."""


class _Waiting:
    """Somebody waits for an answer; not any more once they were told to go on."""

    over = False


class Receiver:
    """Answers what comes in."""

    def __init__(
        self,
        front: Front,
        incoming: Incoming,
        events: Events,
        carrier: Carrier,
        *,
        forms: Forms,
    ) -> None:
        """`incoming` and `events` read, `carrier` sends what does not fit into an answer; `forms`
        are those that are open.
        """
        self._forms = forms
        self._front = front
        self._incoming = incoming
        self._events = events
        self._carrier = carrier
        self._once = Once()
        self._lanes = Lanes()
        self._tasks: set[asyncio.Task[Reply]] = set()
        self._invokes: Mapping[str, Callable[[Json, _Waiting], Awaitable[Reply]]] = {
            "adaptiveCard/action": self._pressed,
            "task/fetch": self._fetched,
            "task/submit": self._submitted,
            "composeExtension/query": self._searched,
            "composeExtension/fetchTask": self._pointed,
            "composeExtension/submitAction": self._submitted,
            "fileConsent/invoke": self._consented,
        }

    async def take(self, activity: Json) -> Reply:
        """Answer one activity of Teams'. Raises nothing."""
        waiting = _Waiting()
        is_invoke = activity["type"] == "invoke"
        doing = self._invoked(activity, waiting) if is_invoke else self._happened(activity)
        task = self._begun(_read(doing, activity))
        try:
            async with asyncio.timeout(PATIENCE):
                return await asyncio.shield(task)
        except TimeoutError:
            if task.done():
                return task.result()
            waiting.over = True
            # Told once more it is taken once, and not at all if it should fail after all.
            return Reply(body=_told(activity, _WAIT)) if is_invoke else Reply(503)

    async def finish(self) -> None:
        """Everything that came in is answered."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._carrier.finish()

    async def _happened(self, activity: Json) -> Reply:
        """What nobody waits for; what happens in one conversation is taken in its order."""
        async with self._lanes.of(*_where(activity)):
            if activity["type"] == "message":
                came = await _understood(self._incoming.written(activity))
                every = [] if came is None else [came]
            else:
                every = [*await _understood(self._events.happened(activity))]
            for inbound, handle in every:
                # An older client's click may come again and again, as others do.
                if isinstance(inbound, Clicked) or self._once.take(inbound):
                    self._carrier.told(await self._answered(inbound), handle)
        return Reply()

    async def _invoked(self, activity: Json, waiting: _Waiting) -> Reply:
        take = self._invokes.get(str(activity.get("name")))
        if take is None:
            _log.info("teams-unknown-invoke", name=str(activity.get("name"))[:60])
            return _refused(f"No such invoke: {str(activity.get('name'))[:60]}")
        try:
            return await take(activity, waiting)
        except (NothingPicked, NotNow) as error:
            return Reply(body=_told(activity, str(error)))
        except Forged as error:
            _log.warning("teams-forged")
            return Reply(body={**_FORGED, "value": _bad_request(str(error))})

    async def _pressed(self, activity: Json, waiting: _Waiting) -> Reply:
        """Pressed again and again, told once or twice: the product answers with what is now."""
        inbound, handle = await _understood(self._incoming.pressed(activity))
        answer = await self._answered(inbound)
        return self._replied(self._carrier.pressed, answer, handle, waiting)

    async def _fetched(self, activity: Json, waiting: _Waiting) -> Reply:
        """A button that opens a form."""
        inbound, handle, key = await _understood(self._incoming.asked(activity))
        answer = await self._answered(inbound)
        fresh, held = await self._forms.opened(key, handle.user) if key else ("", {})
        if not key or waiting.over:
            return self._replied(self._carrier.asked, answer, handle, waiting)
        return Reply(body=self._carrier.opened(answer, handle, fresh, held))

    async def _pointed(self, activity: Json, waiting: _Waiting) -> Reply:
        """An entry in the menu of a message."""
        inbound, handle = await _understood(self._incoming.pointed(activity))
        answer = await self._answered(inbound) if self._once.take(inbound) else NOTHING
        return self._replied(self._carrier.asked, answer, handle, waiting)

    async def _submitted(self, activity: Json, waiting: _Waiting) -> Reply:
        """A form that was sent: at most once, unless it was not taken."""
        came = await _understood(self._incoming.submitted(activity))
        sent, inbound, handle = came
        errors = sent.errors if sent.is_last else {}
        if errors or not sent.is_last:
            return await self._again(came, errors, waiting)
        if not self._once.take(inbound):
            return Reply()
        answer = await self._answered(inbound)
        if not answer.errors:
            await self._forms.done(sent)
            return self._replied(self._carrier.sent, answer, handle, waiting)
        self._once.undo(inbound)
        return await self._again(came, answer.errors, waiting)

    async def _again(
        self, came: tuple[Sent, Submitted, Handle], errors: Mapping[str, str], waiting: _Waiting
    ) -> Reply:
        """A form that has another page, or something wrong in it. Where it cannot be shown, all
        that was typed is put by.
        """
        sent, inbound, handle = came
        form = None if waiting.over else await self._form(inbound)
        if form is None or waiting.over:
            await self._forms.put_by(sent, handle.user)
            return Reply(body=self._carrier.put_by(sent, errors or {"": _NO_FORM}, handle))
        if not errors:
            return Reply(body=self._carrier.onward(form, sent))
        await self._forms.again(form, sent, errors)
        return Reply(body=self._carrier.again(form, sent, errors))

    async def _form(self, sent: Submitted) -> Form | None:
        """The form that was sent, as it is now: opening it changes nothing."""
        delivery = f"{sent.delivery}:again"
        asked = await self._answered(Clicked(sent.by, delivery, sent.token, sent.message))
        return asked.form

    async def _searched(self, activity: Json, _: _Waiting) -> Reply:
        answer = await self._answered(await _understood(self._incoming.searched(activity)))
        return Reply(body=self._carrier.found(answer.suggestions))

    async def _consented(self, activity: Json, _: _Waiting) -> Reply:
        await self._carrier.consent(*await _understood(self._incoming.consented(activity)))
        return Reply()

    def _replied(
        self,
        carry: Callable[[Answer, Handle], Json | None],
        answer: Answer,
        handle: Handle,
        waiting: _Waiting,
    ) -> Reply:
        if waiting.over:
            self._carrier.told(answer, handle)
            return Reply()
        return Reply(body=carry(answer, handle))

    async def _answered(self, inbound: Inbound) -> Answer:
        """A sentence for who waits where the product could not answer."""
        try:
            return await self._front.receive(inbound)
        except Exception as error:
            self._once.undo(inbound)
            reference = new_reference()
            _log.error("teams-failed", ref=reference, exc_info=error)
            sentence = apology(reference)
            is_form = isinstance(inbound, Submitted)
            return Answer(errors={"": sentence}) if is_form else _said(sentence)

    def _begun(self, doing: Coroutine[Any, Any, Reply]) -> asyncio.Task[Reply]:
        task = asyncio.create_task(doing)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


async def _read(doing: Coroutine[Any, Any, Reply], activity: Json) -> Reply:
    """What cannot be read is refused; what could not be looked at, Teams tells again, unless
    somebody waits.
    """
    try:
        return await doing
    except _Misunderstood as error:
        _log.warning("teams-misunderstood", exc_info=error.__cause__)
        return _refused("That is no activity that we understand.")
    except Exception as error:
        reference = new_reference()
        _log.error("teams-not-taken", ref=reference, exc_info=error)
        if activity["type"] == "invoke":
            return Reply(body=_told(activity, apology(reference)))
        return Reply(503)


async def _understood(reading: Awaitable[_T]) -> _T:
    """What was read; what raises afterwards is no mistake of who sent it."""
    try:
        return await reading
    except (NothingPicked, NotNow, Forged):
        raise
    except _UNREADABLE as error:
        raise _Misunderstood from error


def _where(activity: Json) -> tuple[str, str]:
    try:
        found = at(activity)
        return found.channel, found.root
    except _UNREADABLE as error:
        raise _Misunderstood from error


def _told(activity: Json, sentence: str) -> Json | None:
    """A sentence, as the answer to that invoke; None where it takes none."""
    match activity.get("name"):
        case "adaptiveCard/action":
            return {
                "statusCode": 200,
                "type": "application/vnd.microsoft.activity.message",
                "value": sentence,
            }
        case "composeExtension/query":
            return {"composeExtension": {"type": "message", "text": sentence}}
        case "fileConsent/invoke":
            return None
        case _:
            return {"task": {"type": "message", "value": sentence}}


def _refused(why: str) -> Reply:
    return Reply(400, {"error": _bad_request(why)})


def _bad_request(why: str) -> Json:
    return {"code": "BadRequest", "message": why}


def _said(sentence: str) -> Answer:
    return Answer(whispers=(NoticeView(sentence),))
