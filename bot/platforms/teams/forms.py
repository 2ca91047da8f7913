"""Forms of several pages: what was filled in so far. A form of one page brings all of it along."""

import json
from dataclasses import replace
from datetime import timedelta

from bot.platforms.teams.dialog import Sent
from bot.port import Memory

KEY = "key"  # of what a form is about: by which it is known while it is open
_FORM = "form"  # the kind of what is remembered
_LASTS = timedelta(days=1)


class Forms:
    """The forms that are open. Every method may raise a StorageError."""

    def __init__(self, memory: Memory) -> None:
        """`memory` keeps pages, so that a restart loses nothing."""
        self._memory = memory

    async def fill(self, sent: Sent) -> Sent:
        """The same with what was filled in on pages before. Raises KeyError."""
        if sent.pages == 1:
            return sent
        kept = await self._memory.recall(_FORM, sent.about[KEY])
        filled = {**(json.loads(kept) if kept else {}), **sent.filled}
        said = json.dumps(filled, ensure_ascii=False)
        await self._memory.keep(_FORM, sent.about[KEY], said, lasts=_LASTS)
        return replace(sent, filled=filled)

    async def done(self, sent: Sent) -> None:
        """It was taken."""
        if sent.pages > 1:
            await self._memory.forget(_FORM, sent.about[KEY])
