"""What becomes of teams and channels: they come, go and come back, people join and leave, the app
is installed and taken away. Nobody is asked here whether they may.
"""

from typing import TYPE_CHECKING

from tests.teams.world import CHANNEL, Installed, Place, Team, Tenant, User, guid, opaque

if TYPE_CHECKING:
    from tests.teams.chat import Chat


class Seats:
    """The teams and channels of one Teams."""

    def __init__(self, chat: "Chat") -> None:
        self._chat = chat

    def founds_team(self, tenant: Tenant, name: str) -> Team:
        """A new team with everybody in it, and its General channel, called as the team is. Ada owns
        it.
        """
        id = f"19:{opaque(tenant.name, 'team', name)}@thread.tacv2"
        team = Team(id, name, tenant.id, guid("group", tenant.name, name))
        team.members = {each.id for each in tenant.users.values()}
        team.owners = {tenant.users["ada"].id}
        tenant.teams[id] = team
        self._chat.places[id] = Place(id, CHANNEL, name, tenant.id, team=id)
        return team

    def opens(self, team: Team, name: str) -> Place:
        """A new channel."""
        id = f"19:{opaque(team.id, 'channel', name)}@thread.tacv2"
        place = self._chat.places[id] = Place(id, CHANNEL, name, team.tenant, team=team.id)
        return place

    def creates(self, team: Team, name: str, by: User) -> Place:
        """The same, and the bot is told."""
        place = self.opens(team, name)
        self._chat.rings()
        self._chat.telling.of_team(team, by, "channelCreated", place)
        return place

    def renames(self, place: Place, name: str, by: User) -> None:
        """A channel is called otherwise; the General one with its team."""
        team, place.name = self._chat.team(place), name
        self._chat.rings()
        if place.id == team.id:
            team.name = name
            self._chat.telling.of_team(team, by, "teamRenamed")
        else:
            self._chat.telling.of_team(team, by, "channelRenamed", place)

    def deletes(self, place: Place, by: User, *, deleted: bool = True) -> None:
        """A channel is no more, or is there again."""
        place.deleted = deleted
        self._chat.rings()
        event = "channelDeleted" if deleted else "channelRestored"
        self._chat.telling.of_team(self._chat.team(place), by, event, place)

    def deletes_team(self, team: Team, by: User, *, deleted: bool = True) -> None:
        """A team is no more, or is there again."""
        team.deleted = deleted
        self._chat.rings()
        self._chat.telling.of_team(team, by, "teamDeleted" if deleted else "teamRestored")

    def archives(self, team: Team, by: User, *, archived: bool = True) -> None:
        """Nothing can be written in a team any more, or it can again."""
        team.archived = archived
        self._chat.rings()
        self._chat.telling.of_team(team, by, "teamArchived" if archived else "teamUnarchived")

    def installs(self, place: Place, by: User, *, all_messages: bool) -> None:
        """The app is in the channel's team, in a chat, or somebody's own."""
        made = Installed(all_messages)
        if place.kind == CHANNEL:
            self._chat.team(place).installed = made
        else:
            place.installed = made
        self._chat.rings()
        self._chat.telling.added(place, by)

    def uninstalls(self, place: Place, by: User) -> None:
        """It is not there any more."""
        if place.kind == CHANNEL:
            self._chat.team(place).installed = None
        else:
            place.installed = None
        self._chat.rings()
        self._chat.telling.removed(place, by)

    def joins(self, place: Place, who: User, by: User) -> None:
        """Somebody is in the channel's team, or in a group chat."""
        if place.kind == CHANNEL:
            self._chat.team(place).members.add(who.id)
        else:
            place.people.append(who.id)
        self._chat.rings()
        if self._chat.installed(place):
            self._chat.telling.joined(self._of_events(place), by, who)

    def leaves(self, place: Place, who: User, by: User) -> None:
        """Somebody is not there any more."""
        if place.kind == CHANNEL:
            self._chat.team(place).members.discard(who.id)
        else:
            place.people.remove(who.id)
        self._chat.rings()
        if self._chat.installed(place):
            self._chat.telling.left(self._of_events(place), by, who)

    def _of_events(self, place: Place) -> Place:
        """What is told of a team is told of its General channel."""
        return self._chat.places[place.team] if place.kind == CHANNEL else place
