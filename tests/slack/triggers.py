"""What somebody's act lets the app do: open a view with a trigger (once, within 3 s), answer at a
response_url (5 times, within 30 minutes; docs.slack.dev/interactivity/handling-user-interaction).
"""

import secrets
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.slack.calls import Refused, passes
from tests.slack.checks import message_refusals
from tests.slack.clock import Clock
from tests.slack.team import Team
from tests.slack.world import Json, Message

LIVES, URL_LIVES, URL_USES = 3.0, 1800.0, 5


@dataclass
class Trigger:
    """One trigger_id; `view` is the modal that it came from."""

    team: str
    user: str
    made: float
    view: str = ""
    spent: bool = False


class Triggers:
    """All that were given out. `lives` is in seconds."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._made: dict[str, Trigger] = {}
        self.lives = LIVES

    def make(self, team: Team, user: str, view: str = "") -> str:
        """A new one."""
        id = f"{len(self._made) + 1}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self._made[id] = Trigger(team.id, user, self._clock.now(), view)
        return id

    def spend(self, id: str, team: Team) -> Trigger:
        """Use it. Raises Refused."""
        found = self._made.get(id)
        if found is None or found.team != team.id:
            raise Refused("invalid_trigger_id")
        if found.spent:
            raise Refused("exchanged_trigger_id")
        if self._clock.now() - found.made > self.lives:
            raise Refused("expired_trigger_id")
        found.spent = True
        return found


@dataclass
class ResponseUrl:
    """Where one act can be answered; `original` is the message that was worked."""

    team: Team
    channel: str
    user: str
    made: float
    original: Message | None = None
    uses: int = 0

    def answer(self, body: Json, now: float) -> None:
        """Do what the app posts there. Raises Refused."""
        if now - self.made > URL_LIVES:
            raise Refused("expired_url")
        if self.uses >= URL_USES:
            raise Refused("used_url")
        self._does(body)
        self.uses += 1

    def _does(self, body: Json) -> None:
        original = self.original
        if _is(body, "delete_original"):
            if original is None or original.deleted:
                raise Refused("message_not_found")
            self.team.deletes(original)
            return
        passes(message_refusals({n: body[n] for n in ("text", "blocks", "metadata") if n in body}))
        text, blocks = body.get("text") or "", body.get("blocks") or ()
        if _is(body, "replace_original") and original is not None and original.by_app:
            if original.deleted:
                raise Refused("message_not_found")
            self.team.changes(original, text, blocks, edited=False)
            return
        self.says(body)

    def says(self, body: Json) -> Message:
        """A new message, of one person or of all; also where the bot is not in the channel."""
        channel = self.team.channels[self.channel]
        if channel.archived:
            raise Refused("is_archived")
        text, blocks = body.get("text") or "", body.get("blocks") or ()
        thread: Any = body.get("thread_ts") or ""
        if body.get("response_type") != "in_channel":
            return self.team.whispers(channel, self.user, text, blocks, thread)
        bot = self.team.bot.id
        return self.team.writes(channel, bot, text, blocks, thread_ts=thread, by_app=True)


def _is(body: Json, name: str) -> bool:
    return str(body.get(name, "")).lower() == "true"


def refused(error: Refused) -> web.Response:
    """How a response_url says no: 404 where it is used up, else 400 and the bare name."""
    if error.error in ("expired_url", "used_url"):
        return web.json_response({"ok": False, "error": error.error}, status=404)
    if error.error == "message_not_found":
        return web.json_response({"ok": False, "error": error.error}, status=404)
    return web.Response(status=400, text=error.error)
