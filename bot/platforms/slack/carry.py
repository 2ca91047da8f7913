"""Carrying out an answer while its handle lasts: the clicked message by its response_url, whispers,
a form by its trigger, a reaction, the Home tab. Each by itself: what fails stops nothing else.

https://docs.slack.dev/interactivity/handling-user-interaction
"""

import asyncio
from collections.abc import Awaitable, Mapping
from contextlib import suppress
from typing import Any

import structlog
from aiohttp import ClientError, ClientSession
from pydantic_core import to_json

from bot.platforms.slack import modal, render
from bot.platforms.slack.calls import Answered, Rejected
from bot.platforms.slack.handle import Handle
from bot.platforms.slack.installations import Installations
from bot.platforms.slack.send import SlackSender
from bot.port import (
    Answer,
    Form,
    Front,
    Gone,
    PlatformError,
    RateLimited,
    Receipt,
    Shown,
    Unauthorized,
    Unavailable,
)
from bot.port.lanes import Lanes
from bot.port.sayings import deleted
from bot.token import Token
from core.frozen import frozen
from core.views import Choice, NoticeView

RECEIPTS: Mapping[Receipt, str] = {
    Receipt.TAKEN: "white_check_mark",
    Receipt.ANSWERED: "ballot_box_with_check",
    Receipt.NOT_TAKEN: "warning",
}
PLACE = ("channel", "thread", "message")  # what a form must bring back of where it was opened
_USES = 4  # of a response_url's five, for whispers: one is left for the message itself
_PAGES = 8  # whispers at once
_TRIGGER = {"exchanged_trigger_id", "expired_trigger_id", "invalid_trigger_id"}
PATIENCE = 30.0  # seconds in all that a limit is waited for, where nothing else would say it again
_DONE = {"already_reacted", "no_reaction"}
_JSON = {"Content-Type": "application/json"}
_NO_FORM = "This form could not be opened. Try again; if it stays, tell an admin."
_log = structlog.get_logger(__name__)


@frozen
class View:
    """A form on screen; `hash` is which state of it, "" where that is not known."""

    id: str
    hash: str = ""


class Carrier:
    """Carries answers out. Raises nothing."""

    def __init__(
        self,
        front: Front,
        installations: Installations,
        sender: SlackSender,
        session: ClientSession,
    ) -> None:
        """`session` posts to response_urls."""
        self._front = front
        self._installations = installations
        self._sender = sender
        self._session = session
        self._lanes = Lanes()
        self._hurried = asyncio.Event()

    def hurry(self) -> None:
        """From now on no limit is waited for."""
        self._hurried.set()

    async def carry_out(self, answer: Answer, handle: Handle) -> None:
        """All of it; the form first, since its trigger lasts three seconds."""
        if answer.form is not None and not await self._each(
            "form", self._open(answer.form, handle)
        ):
            sorry = render.message(NoticeView(_NO_FORM))
            await self._each("whisper", self._whisper(sorry, handle))
        if answer.replace is not None:
            await self._each("replace", self._replace(answer, handle))
        if answer.receipt is not None:
            await self._each("receipt", self._react(answer.receipt, handle))
        for number, payload in enumerate(whispers(answer)):
            await self._each("whisper", self._whisper(payload, handle, use=number < _USES))
        if answer.home is not None:
            await self.fill_home(answer, handle)

    async def fill_home(self, answer: Answer, handle: Handle) -> None:
        """The Home tab; to who has none it says why."""
        if answer.home is not None:
            home = render.home(answer.home)
        else:
            blocks = [each for told in whispers(answer) for each in told["blocks"]]
            home = {"type": "home", "blocks": blocks}
        publish = self._patiently(handle, "views.publish", user_id=handle.user, view=home)
        await self._each("home", publish)

    async def tell(self, answer: Answer, handle: Handle) -> None:
        """The whispers as messages of the direct conversation: they are to stay."""
        for shown in answer.whispers:
            await self._each("tell", self._say(shown, handle))

    async def has_spoken(self, workspace: str, channel: str) -> bool:
        """Whether anything stands in a direct conversation already."""
        try:
            found = await self._installations.call(
                workspace, "conversations.history", channel=channel, limit=1
            )
        except (PlatformError, Rejected):
            return False
        return bool(found.get("messages"))

    async def update(self, was: View, shown: Mapping[str, Any], handle: Handle) -> bool:
        """Show something else in a form that is open, unless it is another one by now; whether it
        is shown.
        """
        which = {"view_id": was.id, **({"hash": was.hash} if was.hash else {})}
        return await self._each("view", self._call(handle, "views.update", **which, view=shown))

    async def loading(self, title: str, handle: Handle) -> View | None:
        """Open a form that says it is on its way; None where that failed."""
        view = modal.loading(title)
        try:
            found = await self._call(handle, "views.open", trigger_id=handle.trigger, view=view)
        except (PlatformError, Rejected):
            return None
        return View(found["view"]["id"], found["view"].get("hash", ""))

    async def _each(self, what: str, doing: Awaitable[Any]) -> bool:
        """Do it; whether it was done."""
        try:
            await doing
        except (PlatformError, Rejected) as error:
            _log.warning("slack-not-answered", what=what, why=str(error))
        except Exception as error:
            _log.error("slack-answer-failed", what=what, exc_info=error)
        else:
            return True
        return False

    async def _open(self, form: Form, handle: Handle) -> None:
        """By its trigger, or else by a button that gives another one."""
        if handle.trigger:
            try:
                view = modal.modal(form, about(handle))
                await self._call(handle, "views.open", trigger_id=handle.trigger, view=view)
                return
            except PlatformError as error:
                _log.warning("slack-form-not-opened", why=str(error))
            except Rejected as error:
                if error.error not in _TRIGGER:
                    raise
        await self._whisper(render.message(opener(form)), handle)

    async def _replace(self, answer: Answer, handle: Handle) -> None:
        """In the order in which they were decided: an older view must not cover a newer one."""
        assert answer.replace is not None
        payload = render.message(answer.replace, update=True)
        async with self._lanes.of(handle.channel, handle.message):
            try:
                await self._show(payload, handle)
            except Gone as error:  # somebody deleted the message, or the conversation
                _log.warning("slack-not-answered", what="replace", why=str(error))
                sorry = render.message(deleted(answer.replace))
                await self._whisper(sorry, handle, use=False)
                return
        if answer.settled is not None:
            await self._front.settle(answer.settled)

    async def _show(self, payload: Mapping[str, Any], handle: Handle) -> None:
        """In place of what was clicked. Raises a PlatformError."""
        if handle.response:
            await self._respond(handle.response, {"replace_original": True, **payload})
        elif handle.message and not handle.whispered:
            where = {"channel": handle.channel, "ts": handle.message, "parse": "none"}
            await self._call(handle, "chat.update", **where, **payload)
        else:
            await self._whisper(payload, handle)

    async def _react(self, receipt: Receipt, handle: Handle) -> None:
        where = {"channel": handle.channel, "timestamp": handle.message}
        try:
            await self._patiently(handle, "reactions.add", **where, name=RECEIPTS[receipt])
        except Rejected as error:
            if error.error not in _DONE:
                raise

    async def _whisper(
        self, payload: Mapping[str, Any], handle: Handle, *, use: bool = True
    ) -> None:
        """To one person, in the thread they look at; where we are no member by response_url."""
        respond = handle.response if use else ""
        if respond and not handle.thread:
            await self._respond(respond, _ephemeral(payload))
            return
        where = {"channel": handle.channel, "user": handle.user}
        if handle.thread:
            where["thread_ts"] = handle.thread
        try:
            if not handle.channel:
                raise Gone("no channel")
            post = self._call if respond else self._patiently
            await post(handle, "chat.postEphemeral", **where, **payload)
        except (Gone, Unauthorized, RateLimited):
            if respond:
                await self._respond(respond, _ephemeral(payload))
                return
            own = await self._sender.direct(handle.workspace, handle.user)
            await self._patiently(handle, "chat.postMessage", channel=own.channel, **payload)

    async def _say(self, shown: Shown, handle: Handle) -> None:
        own = await self._sender.direct(handle.workspace, handle.user)
        for payload in render.messages(shown):
            await self._patiently(handle, "chat.postMessage", channel=own.channel, **payload)

    async def _respond(self, address: str, payload: Mapping[str, Any]) -> None:
        """Raises a PlatformError."""
        try:
            said = to_json(payload)
            async with self._session.post(address, data=said, headers=_JSON) as response:
                match response.status:
                    case status if status < 300:
                        return
                    case 404 | 410:
                        raise Gone("the response_url is used up")
                    case 429:
                        raise RateLimited(float(response.headers.get("Retry-After", "1")))
                    case status if status >= 500:
                        raise Unavailable(f"Slack answered {status}")
                    case status:
                        raise Rejected("response_url", (await response.text())[:200])
        except (ClientError, TimeoutError, OSError) as error:
            raise Unavailable("Slack does not answer") from error

    async def _patiently(self, handle: Handle, method: str, **body: Any) -> Answered:
        """A call that nobody would make again: a limit is waited for."""
        clock = asyncio.get_running_loop().time
        until = clock() + PATIENCE
        while True:
            try:
                return await self._call(handle, method, **body)
            except RateLimited as error:
                if self._hurried.is_set() or clock() + error.retry_after > until:
                    raise
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._hurried.wait(), error.retry_after)

    async def _call(self, handle: Handle, method: str, **body: Any) -> Answered:
        return await self._installations.call(handle.workspace, method, **body)


def whispers(answer: Answer) -> list[dict[str, Any]]:
    """All pages of all that one person is told; of what has too many, the first leads on."""
    every = [render.messages(shown) for shown in answer.whispers]
    if sum(map(len, every)) > _PAGES:
        every = [[render.message(shown)] for shown in answer.whispers]
    return [page for pages in every for page in pages]


def opener(form: Form) -> NoticeView:
    """A button that opens a form, for where none could be opened."""
    token = Token.unpack(form.token)
    title = form.view.title.rstrip("….")
    button = Choice(token.verb, f"{title}…", token.argument)
    return NoticeView(f"To go on, press “{title}…”.", (button,), token.session, token.visit)


def about(handle: Handle) -> dict[str, str]:
    """Where a form is opened, for who will have sent it."""
    message = "" if handle.whispered else handle.message
    found = zip(PLACE, (handle.channel, handle.thread, message), strict=True)
    return {name: value for name, value in found if value}


def _ephemeral(payload: Mapping[str, Any]) -> dict[str, Any]:
    return {"response_type": "ephemeral", "replace_original": False, **payload}
