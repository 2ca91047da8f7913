"""What the bot is told of what happens: what it may hear where it is installed.

Shapes: learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/
subscribe-to-conversation-events, …/conversation-messages, …/channel-messages-for-bots-and-agents.
"""

from typing import TYPE_CHECKING

from tests.teams import payloads
from tests.teams.world import CHANNEL, PERSONAL, Json, Message, Place, Team, Tenant, User

if TYPE_CHECKING:
    from tests.teams.chat import Chat
    from tests.teams.delivery import Delivery


class Telling:
    """Tells the bots."""

    def __init__(self, chat: "Chat", delivery: "Delivery") -> None:
        self._chat = chat
        self._delivery = delivery

    def hears(self, message: Message) -> bool:
        """Whether the bot hears of what somebody writes: where it was given the permission, where
        it is mentioned, and in its personal chats.
        """
        place = self._chat.places[message.place]
        installed = self._chat.installed(place)
        if message.by_app or installed is None or place.blocked:
            return False
        bot = self._chat.tenants[place.tenant].app.bot
        return place.kind == PERSONAL or installed.all_messages or bot in message.mentions

    # Messages

    def wrote(self, message: Message) -> None:
        """A message."""
        if self.hears(message):
            self._tells(message.place, payloads.message(self._chat, message))

    def changed(self, message: Message, event: str = "editMessage", *, heard: bool = True) -> None:
        """A message that reads differently, or is there again."""
        if heard or self.hears(message):
            told = payloads.message(self._chat, message, "messageUpdate")
            told["channelData"]["eventType"] = event
            self._tells(message.place, told)

    def deleted(self, message: Message) -> None:
        """A message that is no more."""
        if self.hears(message):
            told = payloads.message(self._chat, message, "messageDelete")
            told["channelData"]["eventType"] = "softDeleteMessage"
            self._tells(message.place, told)

    def reacted(self, message: Message, user: User, kind: str, *, on: bool) -> None:
        """A reaction on a message of the bot's."""
        place = self._chat.places[message.place]
        if not message.by_app or self._chat.installed(place) is None:
            return
        told = payloads.activity(self._chat, place, "messageReaction", user, message.thread)
        told["from"] = payloads.unnamed(user)
        told["reactionsAdded" if on else "reactionsRemoved"] = [{"type": kind}]
        told["replyToId"] = message.id
        self._tells(message.place, told)

    # Places

    def added(self, place: Place, user: User) -> None:
        """Somebody added the app to a team (at that channel), a chat, or for themselves."""
        self._installation(place, user, "add")
        members = [{"id": self._tenant(place).app.bot}]
        if place.kind == PERSONAL:
            members.append(payloads.unnamed(user))
        self._members(place, user, {"membersAdded": members}, "teamMemberAdded")

    def removed(self, place: Place, user: User) -> None:
        """Somebody took it away again."""
        members = [{"id": self._tenant(place).app.bot}]
        if place.kind != PERSONAL:
            self._members(place, user, {"membersRemoved": members}, "teamMemberRemoved")
        self._installation(place, user, "remove")

    def joined(self, place: Place, by: User, who: User) -> None:
        """Somebody came to a team or a chat where the app is."""
        self._members(place, by, {"membersAdded": [payloads.unnamed(who)]}, "teamMemberAdded")

    def left(self, place: Place, by: User, who: User) -> None:
        """Somebody is no more there."""
        self._members(place, by, {"membersRemoved": [payloads.unnamed(who)]}, "teamMemberRemoved")

    def of_team(self, team: Team, by: User, event: str, channel: Place | None = None) -> None:
        """What became of a team, or of one of its channels."""
        if team.installed is None:
            return
        place = self._chat.places[team.id]
        told = payloads.activity(self._chat, place, "conversationUpdate", by)
        told["from"] = payloads.unnamed(by)
        data: Json = {"team": payloads.team_info(team), "eventType": event}
        if channel is not None:
            data["channel"] = {"id": channel.id, "name": channel.name}
        told["channelData"] = data | {"tenant": {"id": team.tenant}}
        self._tells(place.id, told)

    def _installation(self, place: Place, user: User, action: str) -> None:
        told = payloads.activity(self._chat, place, "installationUpdate", user)
        told["action"] = action
        told["channelData"] |= self._about(place) | {"source": {"name": "message"}}
        self._tells(place.id, told)

    def _members(self, place: Place, user: User, members: Json, event: str) -> None:
        told = payloads.activity(self._chat, place, "conversationUpdate", user) | members
        told["from"] = payloads.unnamed(user)
        told["channelData"] |= self._about(place)
        if place.kind == CHANNEL:
            told["channelData"]["eventType"] = event
        self._tells(place.id, told)

    def _about(self, place: Place) -> Json:
        if place.kind != CHANNEL:
            return {}
        team = payloads.team_info(self._chat.team(place))
        return {"team": team, "settings": {"selectedChannel": {"id": place.id}}}

    def _tenant(self, place: Place) -> Tenant:
        return self._chat.tenants[place.tenant]

    def _tells(self, place: str, told: Json) -> None:
        self._delivery.tell(self._tenant(self._chat.places[place]).app, told)
