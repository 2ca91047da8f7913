"""Where somebody is, and what they may do there. What they may not raises Impossible."""

from typing import TYPE_CHECKING

from tests.teams.filling import Impossible
from tests.teams.world import CHANNEL, PERSONAL, Message, Place, Tenant, User

if TYPE_CHECKING:
    from tests.teams.chat import Chat

DIRECT = "direct"  # somebody's own chat with the bot, where a channel is named


class Access:
    """Of one person."""

    def __init__(self, chat: "Chat", tenant: Tenant, user: User) -> None:
        self._chat = chat
        self._tenant = tenant
        self._user = user

    def place(self, channel: str) -> Place:
        """The channel or chat of that name or id, which they see."""
        if channel == DIRECT:
            return self._chat.direct(self._user)
        found = self.known(channel)
        self.visible(found)
        return found

    def known(self, channel: str) -> Place:
        """The same, though it was deleted."""
        try:
            return self._chat.channel(channel, self._tenant)
        except KeyError as error:
            raise Impossible(f"there is no {channel}") from error

    def message(self, id: str) -> Message:
        """A message before them."""
        found = self._chat.message(id)
        if found is None:
            raise Impossible("there is no such message")
        self.visible(self._chat.places[found.place])
        if found.deleted:
            raise Impossible("This message was deleted.")
        return found

    def own(self, id: str) -> Message:
        """A message that they wrote."""
        message = self.message(id)
        if message.author != self._user.id:
            raise Impossible("it is somebody else's")
        return message

    def visible(self, place: Place) -> None:
        """They see what is there."""
        if place.deleted or (place.kind == CHANNEL and self._chat.team(place).deleted):
            raise Impossible("it was deleted")
        if self._user.id not in self._chat.people(place):
            raise Impossible("there is no such place for them")

    def writable(self, place: Place, thread: str = "") -> None:
        """They can write there."""
        self.visible(place)
        self.workable(place)
        if place.kind == PERSONAL and place.installed is None:
            raise Impossible("the app was taken away")
        if thread and (place.kind != CHANNEL or thread not in place.messages):
            raise Impossible("there is no such thread")

    def workable(self, place: Place) -> None:
        """What stands there can be worked with."""
        if place.kind == CHANNEL and self._chat.team(place).archived:
            raise Impossible("the team is archived")

    def extensible(self, channel: str) -> Place:
        """Where the message extension can be used: they have the app, or it is there."""
        place = self.place(channel)
        own = self._chat.direct(self._user).installed
        if own is None and self._chat.installed(place) is None:
            raise Impossible("they have no such app")
        return place

    def channel(self, channel: str) -> Place:
        """A channel of a team that they own."""
        place = self.place(channel)
        if place.kind != CHANNEL:
            raise Impossible("it is no channel")
        self.owns(place)
        return place

    def managed(self, channel: str) -> Place:
        """Where they decide what apps and people are there: a team of theirs, or any chat."""
        place = self.place(channel)
        if place.kind == CHANNEL:
            self.owns(place)
        return place

    def owns(self, place: Place) -> None:
        """They own the team of a channel."""
        if self._user.id not in self._chat.team(place).owners:
            raise Impossible("they do not own the team")
