"""Forms of several pages: what was filled in so far, and what they held when they were opened once
more. A form of one page brings all of it along.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from bot.platforms.teams import dialog
from bot.platforms.teams.dialog import Sent
from bot.platforms.teams.places import key_of
from bot.port import Form, Memory

KEY = "key"  # of what a form is about: by which it is known while it is open
_FORM, _PUT_BY = "form", "put-by"  # kinds of what is remembered
_LASTS = timedelta(days=1)
_FILLED, _HELD, _WRONG = "filled", "held", "wrong"


class Forms:
    """The forms that are open. Every method may raise a StorageError."""

    def __init__(self, memory: Memory) -> None:
        """`memory` keeps pages, so that a restart loses nothing."""
        self._memory = memory

    async def fill(self, sent: Sent) -> Sent:
        """The same with what was filled in on pages before. Where that is not known any more, as if
        nothing of it was sent yet: then its first page comes next. Raises KeyError.
        """
        if sent.pages == 1:
            return sent
        said = await self._memory.recall(_FORM, sent.about[KEY])
        kept: dict[str, dict[str, str]] = json.loads(said) if said else {}
        if not kept and sent.page > 1:
            await self._keep(sent, {_HELD: sent.values})
            return replace(sent, page=0, held=sent.values)
        kept[_FILLED] = {**kept.get(_FILLED, {}), **sent.filled}
        await self._keep(sent, kept)
        held, wrong = kept.get(_HELD, {}), kept.get(_WRONG, {})
        return replace(sent, filled=kept[_FILLED], held=held, wrong=wrong)

    async def again(self, form: Form, sent: Sent, errors: Mapping[str, str]) -> None:
        """It is to be sent once more, with all that it has now: maybe from a page in the middle."""
        pages = dialog.pages(dialog.holding(form, sent.values).view)
        if len(pages) > 1:
            filled = {each.name: each.value or "" for page in pages for each in page.fields}
            kept = {_FILLED: filled, _HELD: sent.values, _WRONG: dict(errors)}
            await self._keep(sent, kept)

    async def put_by(self, sent: Sent, user: str) -> None:
        """It can neither be taken now nor shown again: who opens it later finds it filled."""
        said = json.dumps(sent.values, ensure_ascii=False)
        await self._memory.keep(_PUT_BY, key_of(user, sent.about[KEY]), said, lasts=_LASTS)

    async def opened(self, key: str, user: str) -> tuple[str, Mapping[str, str]]:
        """One that was put by is opened once more: by which key it is known now, and what was
        filled in, by field; nothing where that is not known any more, or was somebody else's.
        """
        fresh = fresh_key()
        said = await self._memory.recall(_PUT_BY, key_of(user, key))
        held: dict[str, str] = json.loads(said) if said else {}
        if held:
            kept = json.dumps({_HELD: held}, ensure_ascii=False)
            await self._memory.keep(_FORM, fresh, kept, lasts=_LASTS)
        return fresh, held

    async def done(self, sent: Sent) -> None:
        """It was taken."""
        if sent.pages > 1:
            await self._memory.forget(_FORM, sent.about[KEY])

    async def _keep(self, sent: Sent, kept: Mapping[str, Mapping[str, str]]) -> None:
        said = json.dumps(kept, ensure_ascii=False)
        await self._memory.keep(_FORM, sent.about[KEY], said, lasts=_LASTS)


def fresh_key() -> str:
    """What a form is known by that is opened now."""
    return secrets.token_hex(8)
