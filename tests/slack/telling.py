"""What the app is told of what happens in a workspace: where it listens, may hear, and is there.

Shapes: docs.slack.dev/reference/events. Nothing changes here.
"""

import re
from typing import TYPE_CHECKING

from tests.slack.delivery import Delivered
from tests.slack.payloads import event_callback
from tests.slack.world import Channel, Json, Message

if TYPE_CHECKING:
    from tests.slack.team import Team

_EVENTS = {"channel": "message.channels", "group": "message.groups", "im": "message.im"}
_LINK = re.compile(r"https?://[^\s<>|]+")


class Telling:
    """Tells the app of one workspace."""

    def __init__(self, team: "Team") -> None:
        self._team = team

    def event(self, kind: str, event: Json, channel: Channel | None = None) -> Delivered | None:
        """Tell it, if it is subscribed, has the scope, and the bot is in the channel."""
        team = self._team
        subscribed = _EVENTS[channel.kind] if kind == "message" and channel else kind
        if not team.installed or not team.app.hears(subscribed, team.scopes):
            return None
        if channel is not None and team.bot.id not in channel.members:
            return None
        event = {"type": kind, **event}
        event.setdefault("event_ts", team.ts())
        payload = event_callback(
            event,
            app=team.app,
            team=team.id,
            bot=team.bot.id,
            event_id=team.ids.next("Ev"),
            at=team.clock.now(),
        )
        return team.delivery.tell(payload)

    def wrote(self, channel: Channel, message: Message) -> None:
        """A message; a mention of the app, or a link of its domains, is an event of its own too."""
        said = self._team.json(message, channel)
        self._of_message(channel, said)
        if message.by_app or channel.kind == "im":
            return
        told = {**said, "channel": channel.id, "event_ts": message.ts}
        if f"<@{self._team.bot.id}>" in message.text:
            told.pop("subtype", None)
            self.event("app_mention", {**told, "type": "app_mention"}, channel)
        links = [
            {"url": url, "domain": domain}
            for url in _LINK.findall(message.text)
            for domain in self._team.app.domains
            if url.partition("//")[2].partition("/")[0] == domain
        ]
        if links:
            link = {"channel": channel.id, "message_ts": message.ts, "user": message.user}
            self.event("link_shared", {**link, "links": links, "is_bot_user_member": True}, channel)

    def changed(self, channel: Channel, before: Json, after: Json) -> None:
        """A message that reads differently, or is a tombstone now."""
        ts = self._team.ts()
        told = {"subtype": "message_changed", "hidden": True, "ts": ts}
        self._of_message(channel, {**told, "message": after, "previous_message": before})

    def deleted(self, channel: Channel, before: Json) -> None:
        """A message that is no more."""
        ts = self._team.ts()
        told = {"subtype": "message_deleted", "hidden": True, "ts": ts, "deleted_ts": before["ts"]}
        self._of_message(channel, {**told, "previous_message": before})

    def _of_message(self, channel: Channel, event: Json) -> None:
        where = {"channel": channel.id, "channel_type": channel.kind}
        self.event("message", {"event_ts": event["ts"], **event, **where}, channel)
