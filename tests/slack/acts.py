"""What Slack says of an act of somebody's: the payloads of interactions and commands
(docs.slack.dev/reference/interaction-payloads). Nothing is sent here.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.slack.payloads import message_json, view_json
from tests.slack.team import Team
from tests.slack.world import Channel, Json, Message, User, View

if TYPE_CHECKING:
    from tests.slack.server import Slack


@dataclass(frozen=True)
class Acts:
    """Of one person in one workspace."""

    slack: "Slack"
    team: Team
    user: User

    def command(self, channel: Channel, name: str, text: str) -> Json:
        """A slash command."""
        named = {"channel": channel.name, "group": "privategroup", "im": "directmessage"}
        return {
            "token": self.team.app.verification,
            "team_id": self.team.id,
            "team_domain": self.team.domain,
            "channel_id": channel.id,
            "channel_name": named[channel.kind],
            "user_id": self.user.id,
            "user_name": self.user.name,
            "command": name,
            "text": text.strip(),
            "api_app_id": self.team.app.id,
            "is_enterprise_install": "false",
            "response_url": self._answered_at(channel),
            "trigger_id": self._trigger(),
        }

    def on_message(self, message: Message) -> Json:
        """Something worked on a message."""
        about = self.about_message(message)
        channel = self.team.channels[message.channel]
        answered = {"response_url": self._answered_at(channel, message)}
        return about | answered | {"type": "block_actions", "trigger_id": self._trigger()}

    def on_view(self, view: View) -> Json:
        """Something worked on a modal or the Home tab."""
        about = self.about_view(view)
        return about | {"type": "block_actions", "trigger_id": self._trigger(view.id)}

    def pointing(self, message: Message, callback_id: str) -> Json:
        """A message's shortcut."""
        channel = self.team.channels[message.channel]
        return self._common() | {
            "type": "message_action",
            "callback_id": callback_id,
            "trigger_id": self._trigger(),
            "response_url": self._answered_at(channel, message),
            "channel": {"id": channel.id, "name": _name(channel)},
            "message_ts": message.ts,
            "message": message_json(message, channel, self.team.app, self.team.id),
            "action_ts": self.team.ts(),
        }

    def beginning(self, callback_id: str) -> Json:
        """The global shortcut: it says of no channel, and of no app."""
        common = self._common()
        del common["api_app_id"]
        told = {"type": "shortcut", "callback_id": callback_id, "action_ts": self.team.ts()}
        return common | told | {"trigger_id": self._trigger()}

    def submission(self, view: View) -> Json:
        """A modal that is sent."""
        told = {"type": "view_submission", "response_urls": []}
        return self._of_view(view) | told | {"trigger_id": self._trigger(view.id)}

    def closing(self, view: View, *, everything: bool) -> Json:
        """A modal that is closed."""
        return self._of_view(view) | {"type": "view_closed", "is_cleared": everything}

    def about_view(self, view: View) -> Json:
        """Where it is, for an act on a view."""
        return self._of_view(view) | {"container": {"type": "view", "view_id": view.id}}

    def about_message(self, message: Message) -> Json:
        """Where it is, for an act on a message; of a whisper Slack does not say what it says."""
        channel = self.team.channels[message.channel]
        container: Json = {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": channel.id,
            "is_ephemeral": bool(message.only_for),
        }
        if message.thread_ts:
            container["thread_ts"] = message.thread_ts
        about = self._common() | {"container": container, "state": {"values": {}}}
        about["channel"] = {"id": channel.id, "name": _name(channel)}
        if not message.only_for:
            about["message"] = message_json(message, channel, self.team.app, self.team.id)
        return about

    def _of_view(self, view: View) -> Json:
        return self._common() | {"view": view_json(view, self.team.app, self.team.id)}

    def _common(self) -> Json:
        """What every interaction says."""
        user = {"id": self.user.id, "username": self.user.name, "name": self.user.name}
        return {
            "user": {**user, "team_id": self.team.id},
            "team": {"id": self.team.id, "domain": self.team.domain},
            "api_app_id": self.team.app.id,
            "token": self.team.app.verification,
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _trigger(self, view: str = "") -> str:
        return self.slack.triggers.make(self.team, self.user.id, view)

    def _answered_at(self, channel: Channel, original: Message | None = None) -> str:
        return self.slack.response_url(self.team, channel.id, self.user.id, original)


def _name(channel: Channel) -> str:
    return "privategroup" if channel.kind == "group" else channel.name
