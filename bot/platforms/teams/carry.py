"""Carrying out an answer: what goes into the body of Teams' own request, and what is sent beside
it. Each part by itself: what fails stops nothing else.
"""

import asyncio
from collections.abc import Awaitable, Coroutine, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import structlog

from bot.logs import new_reference
from bot.platforms.teams import dialog, papers, render
from bot.platforms.teams.answers import Rejected
from bot.platforms.teams.forms import KEY, fresh_key
from bot.platforms.teams.handle import Handle
from bot.platforms.teams.incoming import KEPT, Consent
from bot.platforms.teams.send import TeamsSender
from bot.platforms.teams.whispers import AT, place_of, placed
from bot.port import (
    Answer,
    Form,
    Front,
    Gone,
    PlatformError,
    Receipt,
    Shown,
    Suggestion,
    Target,
    Unauthorized,
)
from bot.port.lanes import Lanes
from bot.port.patience import patiently
from bot.port.sayings import deleted, unreachable
from core.views import NoticeView

Payload = dict[str, Any]
# https://learn.microsoft.com/microsoftteams/platform/agents-in-teams/agent-reactions
RECEIPTS: Mapping[Receipt, str] = {
    Receipt.TAKEN: "1f4cc_pushpin",
    Receipt.ANSWERED: "2705_whiteheavycheckmark",
    Receipt.NOT_TAKEN: "1f440_eyes",
}
FOUND = 25  # results of a search that Teams shows
BRIEF = 300  # characters of what is told right where somebody pressed
_SENTENCE = "application/vnd.microsoft.activity.message"
_ALONE = "I wrote to you in our chat."
_BELOW = "See below."
_DONE = "Done."
_NO_FILES = (
    "What you attached did not reach me: Microsoft Teams hands bots no files of channels and group "
    "chats. Send the file to me here, and it goes to the session that you have open."
)
_KEPT, _AGAIN = "What you typed is kept.", "Open it again…"
_NO_FILE = "That file is not waiting any more. Ask for it again."
_NOT_PUT = "The file could not be put there now. Press it again in a minute."
_log = structlog.get_logger(__name__)


class Carrier:
    """Carries answers out. Raises nothing."""

    def __init__(self, front: Front, sender: TeamsSender) -> None:
        """`front` hears what was settled."""
        self._front = front
        self._sender = sender
        self._lanes = Lanes()
        self._tasks: set[asyncio.Task[None]] = set()
        self._hinted: set[tuple[str, str]] = set()

    async def finish(self) -> None:
        """Everything was sent."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def pressed(self, answer: Answer, handle: Handle) -> Payload:
        """The body of an Action.Execute's answer: the card for who pressed, at once; everybody
        else sees it once the message itself is changed.
        """
        told = self._besides(answer, handle)
        if answer.form is not None:
            self._later("form", self._leads(answer.form, handle))
            told = told or (_BELOW if handle.direct else _ALONE)
        if answer.home is not None:
            return _body(render.CARD, render.card(answer.home))
        if answer.replace is not None and not told:
            return _body(render.CARD, render.card(answer.replace))
        return _body(_SENTENCE, told or _DONE)

    def asked(self, answer: Answer, handle: Handle) -> Payload | None:
        """The body of what wants a dialog: the dialog, or a sentence in its place."""
        return self.opened(answer, handle, fresh_key(), {})

    def opened(
        self, answer: Answer, handle: Handle, key: str, values: Mapping[str, str]
    ) -> Payload | None:
        """The same with what a form holds already; it is known by `key` from now on."""
        if answer.form is not None:
            about = {KEY: key, "message": handle.message}
            about |= {AT: place} if handle.spot and (place := place_of(handle)) else {}
            return _task("continue", dialog.dialog(answer.form, about, values=values))
        return _task("message", self._besides(answer, handle) or _DONE)

    def sent(self, answer: Answer, handle: Handle) -> Payload | None:
        """The body of a sent form's answer: nothing closes it."""
        told = self._besides(answer, handle)
        return _task("message", told) if told else None

    def put_by(self, sent: dialog.Sent, errors: Mapping[str, str], handle: Handle) -> Payload:
        """A form that cannot be shown again: what is wrong, and in their chat a way back to it."""
        told = "\n".join(errors.values())
        data = {"token": sent.token, KEPT: sent.about[KEY]}
        led = render.led(f"{told}\n{_KEPT}", data, _AGAIN)
        self._later("form", self._whisper(led, handle))
        return _task("message", f"{told}\n{_BELOW if handle.direct else _ALONE}")

    def again(self, form: Form, sent: dialog.Sent, errors: Mapping[str, str]) -> Payload:
        """A form that was not taken: the same again, with what is wrong and all that was typed."""
        shown = dialog.dialog(form, sent.about, values=sent.values, errors=errors)
        return _task("continue", shown)

    def onward(self, form: Form, sent: dialog.Sent) -> Payload:
        """The next page of a form."""
        held = dialog.holding(form, sent.held)
        return _task("continue", dialog.page(held, sent.about, sent.page + 1, errors=sent.wrong))

    def found(self, suggestions: tuple[Suggestion, ...]) -> Payload:
        """What a search found, each with a button that does it."""
        every = [papers.offer(each.label, each.text) for each in suggestions[:FOUND] if each.text]
        listed = {"type": "result", "attachmentLayout": "list", "attachments": every}
        return {"composeExtension": listed}

    def told(self, answer: Answer, handle: Handle) -> None:
        """What is answered to what was written, or done, with nothing waiting for a body."""
        if handle.withheld and answer.receipt is not None:
            answer = self._with_hint(answer, handle)
        self._besides(answer, handle, brief=False)
        if answer.form is not None:
            self._later("form", self._leads(answer.form, handle))
        if answer.home is not None:
            home = render.message(answer.home)
            self._later("home", self._whisper(home, handle, is_theirs=True))

    def _with_hint(self, answer: Answer, handle: Handle) -> Answer:
        """Of a file that did not come is told once to each, while we run."""
        who = handle.workspace, handle.user
        if who in self._hinted:
            return answer
        self._hinted.add(who)
        return replace(answer, whispers=(*answer.whispers, NoticeView(_NO_FILES)))

    async def consent(self, consent: Consent, handle: Handle) -> None:
        """Somebody agreed to have a file, or not. Where that fails they can press again."""
        target = _at(handle)
        try:
            if consent.upload is None:
                await self._sender.declined(target, consent.key)
            else:
                await self._sender.consented(target, consent.key, consent.upload)
        except Gone as error:
            _log.warning("teams-not-answered", what="file", why=str(error))
            self._later("whispers", self._whispers([NoticeView(_NO_FILE)], handle))
        except PlatformError as error:
            _log.warning("teams-not-answered", what="file", why=str(error))
            self._later("whispers", self._whispers([NoticeView(_NOT_PUT)], handle))
            return
        if handle.message:
            await self._each("file", self._sender.withdraw(target, handle.message))

    def _besides(self, answer: Answer, handle: Handle, *, brief: bool = True) -> str:
        """Everything but forms and home is on its way; what is to be told right there."""
        if answer.replace is not None:
            self._later("replace", self._replace(answer, handle))
        if answer.receipt is not None and handle.message:
            react = partial(
                self._sender.react, _at(handle), handle.message, RECEIPTS[answer.receipt]
            )
            self._later("receipt", patiently(react))
        briefly = [each for each in answer.whispers if brief and _is_brief(each)]
        rest = [each for each in answer.whispers if each not in briefly]
        if rest:
            self._later("whispers", self._whispers(rest, handle))
        told = [each.text for each in briefly if isinstance(each, NoticeView)]
        if rest and brief:
            told.append(_BELOW if handle.direct else _ALONE)
        return "\n".join(told)

    async def _replace(self, answer: Answer, handle: Handle) -> None:
        """In the order in which they were decided: an older view must not cover a newer one."""
        assert answer.replace is not None
        async with self._lanes.of(handle.channel, handle.message):
            if not handle.message:
                await self._whispers([answer.replace], handle)
                return
            try:
                activity = render.message(answer.replace)
                await self._sender.show(_at(handle), handle.message, activity)
            except Gone as error:  # somebody deleted the message
                _log.warning("teams-not-answered", what="replace", why=str(error))
                await self._whispers([deleted(answer.replace)], handle)
                return
        if answer.settled is not None:
            await self._front.settle(answer.settled)

    async def _leads(self, form: Form, handle: Handle) -> None:
        """To a form that nothing was opened for: by a button."""
        title = form.view.title.rstrip("….")
        led = render.led(f"To go on, press “{title}…”.", {"token": form.token}, f"{title}…")
        await self._whisper(led, handle)

    async def _whispers(self, every: list[Any], handle: Handle) -> None:
        """One below the other; where the first cannot be said, the others are not tried."""
        for shown in every:
            for activity in render.messages(shown):
                if not await self._whisper(activity, handle):
                    return

    async def _whisper(
        self, activity: Mapping[str, Any], handle: Handle, *, is_theirs: bool = False
    ) -> bool:
        """In one person's conversation with the bot; whether that could be. Where not, they are
        told so where they are: what is meant for one person is not for all to see. What `is_theirs`
        is about no other place.
        """
        told = activity if is_theirs else placed(activity, place_of(handle))

        async def say(own: Target) -> None:
            await patiently(partial(self._sender.say, own, told))

        try:
            await self._sender.alone(handle.workspace, handle.user, say)
        except (Unauthorized, Gone):
            if handle.direct:
                raise
            below = handle.thread or (handle.message if handle.threads else "")
            there = Target(handle.workspace, handle.channel, below)
            sorry = render.message(unreachable(handle.name))
            await patiently(partial(self._sender.say, there, sorry))
            return False
        return True

    def _later(self, what: str, doing: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.create_task(self._each(what, doing))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _each(self, what: str, doing: Awaitable[Any]) -> None:
        try:
            await doing
        except (PlatformError, Rejected) as error:
            _log.warning("teams-not-answered", what=what, why=str(error))
        except Exception as error:
            ref = new_reference()
            _log.error("teams-answer-failed", what=what, ref=ref, exc_info=error)


def _is_brief(shown: Shown) -> bool:
    return isinstance(shown, NoticeView) and not shown.choices and len(shown.text) <= BRIEF


def _body(kind: str, value: Any) -> Payload:
    return {"statusCode": 200, "type": kind, "value": value}


def _task(kind: str, value: Any) -> Payload:
    return {"task": {"type": kind, "value": value}}


def _at(handle: Handle) -> Target:
    return Target(handle.workspace, handle.channel, handle.thread)
