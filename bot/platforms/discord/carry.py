"""Carrying out an answer: in the interaction while it lasts, and past it where it does not. Each
part by itself: what fails stops nothing else.
"""

from collections.abc import Awaitable, Mapping
from functools import partial
from typing import Any

import structlog

from bot.logs import new_reference
from bot.platforms.discord import forms, modal, render
from bot.platforms.discord.calls import Calls, Rejected
from bot.platforms.discord.forms import Draft, Forms
from bot.platforms.discord.handle import Handle
from bot.platforms.discord.send import DiscordSender
from bot.platforms.discord.surface import ANYTHING
from bot.platforms.discord.talk import Talk
from bot.port import (
    Answer,
    Form,
    Front,
    Gone,
    PlatformError,
    Receipt,
    Suggestion,
    Target,
    Unauthorized,
)
from bot.port.lanes import Lanes
from bot.port.patience import patiently
from bot.port.sayings import deleted, unreachable
from core.text import shortened
from core.views import NoticeView

RECEIPTS: Mapping[Receipt, str] = {
    Receipt.TAKEN: "✅",
    Receipt.ANSWERED: "☑️",
    Receipt.NOT_TAKEN: "⚠️",
}
CHOICES, CHOICE = 25, 100  # of an autocomplete; characters of its names and values
_GONE = "This form was sent already, or is too old. Open it again."
_log = structlog.get_logger(__name__)


class Carrier:
    """Carries answers out. Raises nothing."""

    def __init__(self, front: Front, calls: Calls, sender: DiscordSender, forms: Forms) -> None:
        """`forms` keeps what is opened."""
        self._front = front
        self._calls = calls
        self._sender = sender
        self._forms = forms
        self._lanes = Lanes()

    def talk(self, handle: Handle) -> Talk:
        """The conversation of an interaction."""
        return Talk(self._calls, handle)

    async def carry_out(self, answer: Answer, handle: Handle, talk: Talk) -> bool:
        """All of it: the form first, as it must be the first response. Whether all was done."""
        done = True
        if answer.form is not None:
            done &= await self._each("form", self._open(answer.form, handle, talk))
        if answer.replace is not None:
            done &= await self._each("replace", self._replace(answer, handle, talk))
        if answer.receipt is not None and handle.message:
            emoji = RECEIPTS[answer.receipt]
            react = partial(self._sender.react, _at(handle), handle.message, emoji)
            done &= await self._each("receipt", patiently(react))
        for shown in answer.whispers:
            for payload in render.messages(shown):
                done &= await self._each("whisper", self._whisper(payload, handle, talk))
        if answer.home is not None:
            home = render.message(answer.home)
            done &= await self._each("home", self._whisper(home, handle, talk, is_theirs=True))
        return await self._each("end", talk.end()) and done

    async def wrong(self, answer: Answer, draft: Draft, handle: Handle, talk: Talk) -> None:
        """A form that was not taken: what is wrong, and a button to it with all that was typed."""
        labels = {field.name: field.label for field in draft.form.view.fields}
        lines = [
            f"{labels[name]}: {sentence}" if name in labels else sentence
            for name, sentence in answer.errors.items()
        ]
        await self.leads(handle, talk, 1, "\n".join(lines), "Fill it in again…")

    async def leads(
        self, handle: Handle, talk: Talk, number: int, sentence: str, label: str
    ) -> None:
        """A button to a page of a form, with a sentence above it."""
        payload = render.led(sentence, modal.leads(handle.form, number), label)
        await self._each("page", self._whisper(payload, handle, talk))
        await self._each("end", talk.end())

    async def page(self, draft: Draft | None, number: int, handle: Handle, talk: Talk) -> None:
        """Open a page of a form, unless it was sent already."""
        if draft is None or not 1 <= number <= modal.pages(draft.form.view):
            gone = render.message(NoticeView(_GONE))
            await self._each("page", self._whisper(gone, handle, talk))
        else:
            shown = forms.page(draft, handle.form, number)
            await self._each("page", talk.open(shown))
        await self._each("end", talk.end())

    async def suggest(self, said: str, found: tuple[Suggestion, ...], talk: Talk) -> None:
        """What can be picked after the subcommand `said`."""
        choices = [
            {"name": shortened(each.label, CHOICE), "value": value}
            for each in found
            if 0 < len(value := _after(said, each.text)) <= CHOICE
        ]
        await self._each("suggestions", talk.suggest(choices[:CHOICES]))

    async def _each(self, what: str, doing: Awaitable[Any]) -> bool:
        try:
            await doing
        except (PlatformError, Rejected) as error:
            _log.warning("discord-not-answered", what=what, why=str(error))
        except Exception as error:
            ref = new_reference()
            _log.error("discord-answer-failed", what=what, ref=ref, exc_info=error)
        else:
            return True
        return False

    async def _open(self, form: Form, handle: Handle, talk: Talk) -> None:
        """By the interaction, or else by a button that makes another one."""
        key = await self._forms.open(form, handle)
        if await talk.open(modal.modal(key, form.view, 1, {})):
            return
        title = form.view.title.rstrip("….")
        sentence = f"To go on, press “{title}…”."
        await self._whisper(render.led(sentence, modal.leads(key, 1), f"{title}…"), handle, talk)

    async def _replace(self, answer: Answer, handle: Handle, talk: Talk) -> None:
        """In the order in which they were decided: an older view must not cover a newer one."""
        assert answer.replace is not None
        payload = render.message(answer.replace)
        async with self._lanes.of(handle.place, handle.message):
            try:
                done = not talk.led and await talk.replace(payload)
                if not done and handle.message and not handle.whispered:
                    show = partial(self._sender.show, _at(handle), handle.message, payload)
                    await patiently(show)
                elif not done:
                    await self._whisper(payload, handle, talk)
            except Gone as error:  # somebody deleted the message
                _log.warning("discord-not-answered", what="replace", why=str(error))
                sorry = render.message(deleted(answer.replace))
                await self._whisper(sorry, handle, talk)
                return
        if answer.settled is not None:
            await self._front.settle(answer.settled)

    async def _whisper(
        self,
        payload: Mapping[str, Any],
        handle: Handle,
        talk: Talk,
        *,
        is_theirs: bool = False,
    ) -> None:
        """Seen by one person: in the interaction, else in their conversation with the bot; where
        they take no messages there they are told so where they are: what is meant for one person
        is not for all to see. Of what `is_theirs` nothing is said there.
        """
        if await talk.whisper(dict(payload)):
            return
        try:
            own = await self._sender.direct(handle.workspace, handle.user)
            await patiently(partial(self._sender.say, own, payload))
        except Unauthorized:
            if not is_theirs:
                sorry = render.message(unreachable())
                await patiently(partial(self._sender.say, _at(handle), sorry))
            raise


def _at(handle: Handle) -> Target:
    return Target(handle.workspace, handle.channel, handle.thread)


def _after(said: str, text: str) -> str:
    """What is typed after the subcommand, of what would be typed after `/flow`."""
    if said == ANYTHING:
        return text
    return text.removeprefix(f"{said} ")
