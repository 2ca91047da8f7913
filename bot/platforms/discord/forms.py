"""Forms that are open: what each is about, and what was filled in so far, since Discord's modals
carry nothing along and a modal cannot follow a modal.
"""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from pydantic import TypeAdapter

from bot.cards.layout import gathered
from bot.platforms.discord import modal
from bot.platforms.discord.handle import Handle
from bot.port import Form, Memory
from core.frozen import frozen

LASTS = timedelta(hours=1)
_FORM = "form"  # the kind of what is remembered


@frozen
class Draft:
    """A form of somebody's: `filled` by native fields; the rest is where it was opened."""

    form: Form
    user: str
    workspace: str
    channel: str
    thread: str = ""
    message: str = ""
    direct: bool = False
    filled: Mapping[str, str] | None = None

    def values(self) -> tuple[dict[str, str], dict[str, str]]:
        """What was filled in, by field, and errors by field."""
        return gathered(self.filled or {})

    def at(self, handle: Handle) -> Handle:
        """Where it was opened, as who sent it can be answered."""
        return replace(
            handle,
            workspace=self.workspace,
            channel=self.channel,
            thread=self.thread,
            message=self.message if handle.led else handle.message,
            whispered=handle.whispered and not handle.led,
            direct=self.direct,
        )


class Forms:
    """The forms that are open."""

    def __init__(self, memory: Memory) -> None:
        """`memory` keeps them, so that a restart loses nothing."""
        self._memory = memory

    async def open(self, form: Form, handle: Handle) -> str:
        """Keep a form; its key. Raises a StorageError."""
        message = "" if handle.whispered else handle.message
        where = (handle.user, handle.workspace, handle.channel, handle.thread, message)
        key = secrets.token_hex(8)
        await self._keep(key, Draft(form, *where, direct=handle.direct))
        return key

    async def find(self, key: str, user: str) -> Draft | None:
        """The form, if it is that person's and was not taken yet."""
        said = await self._memory.recall(_FORM, key)
        found = None if said is None else _JSON.validate_json(said)
        return found if found is not None and found.user == user else None

    async def fill(self, key: str, draft: Draft, values: Mapping[str, str]) -> Draft:
        """The same with a page filled in."""
        filled = replace(draft, filled={**(draft.filled or {}), **values})
        await self._keep(key, filled)
        return filled

    async def done(self, key: str) -> None:
        """It was taken, and cannot be sent again."""
        await self._memory.forget(_FORM, key)

    async def _keep(self, key: str, draft: Draft) -> None:
        await self._memory.keep(_FORM, key, _JSON.dump_json(draft).decode(), lasts=LASTS)


_JSON: TypeAdapter[Draft] = TypeAdapter(Draft)


def page(draft: Draft, key: str, number: int) -> dict[str, Any]:
    """A page of it as a modal, with what was filled in."""
    return modal.modal(key, draft.form.view, number, draft.filled or {})
