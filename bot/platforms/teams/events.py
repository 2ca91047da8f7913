"""From Teams' events to what a person did, or what became of a channel. A delivery is named after
what was done: the same thing told again is the same one.

https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/subscribe-to-conversation-events
"""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from bot.platforms.teams.handle import Handle
from bot.platforms.teams.incoming import Came, Incoming, is_bots, named, origin
from bot.platforms.teams.places import At, Kind, Places, at, id_of, key_of
from bot.platforms.teams.said import said
from bot.platforms.teams.surface import NAME, TITLE
from bot.platforms.teams.verify import tenant_of
from bot.port import Allowed, Closed, Deleted, Edited, Installed, Loss, Memory, Reacted, Reaction

Json = Mapping[str, Any]
# Today bots are told of reactions to their own messages alone; should that change, it counts.
_KEEPS_OUT = ("1f6ab", "26d4", "no_entry", "noentry", "prohibited")  # in the name of a reaction
_DELETED = "softDeleteMessage"
_LOST = {
    "channelDeleted": Loss.DELETED,
    "teamDeleted": Loss.DELETED,
    "teamHardDeleted": Loss.DELETED,
    "teamArchived": Loss.ARCHIVED,
}
_BACK = {"channelRestored", "teamRestored", "teamUnarchived"}
_THERE = "there"  # the kind of what is remembered: where the app was added


class Events:
    """Reads events: none, one, or what becomes of each channel of a team. Raises as Incoming."""

    def __init__(self, incoming: Incoming, places: Places, memory: Memory) -> None:
        """`memory` knows where the app was added."""
        self._incoming = incoming
        self._places = places
        self._memory = memory

    async def happened(self, activity: Json) -> Sequence[Came]:
        """What an activity means that is no message and no invoke."""
        match activity["type"]:
            case "messageUpdate" | "messageDelete":
                return [] if is_bots(activity) else [await self._changed(activity)]
            case "messageReaction":
                return await self._reacted(activity)
            case "conversationUpdate":
                return await self._of_conversation(activity)
            case "installationUpdate":
                return await self._of_app(activity)
            case _:
                return []

    async def _of_app(self, activity: Json) -> Sequence[Came]:
        """The app came, or went: what is told when it is made newer takes nothing away."""
        match activity.get("action"):
            case "add" | "add-upgrade":
                return await self._added(activity)
            case "remove":
                return await self._removed(activity)
            case _:
                return []

    async def _changed(self, activity: Json) -> Came:
        """Somebody changed what they wrote, took it back, or brought it back."""
        handle = await self._incoming.handle(activity, str(activity["id"]))
        event = (activity.get("channelData") or {}).get("eventType")
        is_deleted = activity["type"] == "messageDelete" or event == _DELETED
        by, where = origin(handle), (handle.channel, handle.message)
        when = str(activity.get("timestamp") or "")
        if is_deleted:
            return Deleted(by, named(handle, "deleted", *where, when), handle.message), handle
        text = said(activity, str(activity["recipient"]["id"])).text
        delivery = named(
            handle, "changed", *where, sha256(f"{event} {when} {text}".encode()).hexdigest()
        )
        return Edited(by, delivery, handle.message, text), handle

    async def _reacted(self, activity: Json) -> Sequence[Came]:
        handle = await self._incoming.handle(activity, str(activity["replyToId"]))
        found: list[Came] = []
        for name, is_added in (("reactionsAdded", True), ("reactionsRemoved", False)):
            for each in activity.get(name) or ():
                if any(sign in str(each.get("type", "")).casefold() for sign in _KEEPS_OUT):
                    delivery = named(handle, "reaction", _told(activity), name)
                    keeps = Reaction.KEEP_OUT
                    reacted = Reacted(origin(handle), delivery, handle.message, keeps, is_added)
                    found.append((reacted, handle))
        return found

    async def _of_conversation(self, activity: Json) -> Sequence[Came]:
        me = str(activity["recipient"]["id"])
        if _has(activity.get("membersAdded"), me):
            return await self._added(activity)
        if _has(activity.get("membersRemoved"), me):
            return await self._removed(activity)
        event = str((activity.get("channelData") or {}).get("eventType") or "")
        if event in _LOST:
            return await self._closed(activity, _LOST[event], event)
        if event in _BACK:
            return await self._back(activity, event)
        return []

    async def _added(self, activity: Json) -> Sequence[Came]:
        """The app was added: Teams tells it twice, of the app and of its bot, and again where we
        died over it.
        """
        where = at(activity)
        handle = await self._incoming.handle(activity, "")
        since = await self._memory.recall(_THERE, key_of(where.channel))
        if since is None:
            since = _told(activity)
            await self._memory.keep(_THERE, key_of(where.channel), since)
        delivery = named(handle, "installed", where.channel, since)
        return [(Installed(origin(handle), delivery, TITLE), handle)]

    async def _removed(self, activity: Json) -> Sequence[Came]:
        where = at(activity)
        await self._memory.forget(_THERE, key_of(where.channel))
        return await self._closed(activity, Loss.REMOVED, "removed")

    async def _closed(self, activity: Json, loss: Loss, why: str) -> Sequence[Came]:
        """Every channel that is lost, each by itself."""
        workspace, told = tenant_of(activity), _told(activity)
        found: list[Came] = []
        for channel in await self._channels(activity, at(activity), alone=why == "channelDeleted"):
            handle = Handle(workspace, "", "", channel)
            delivery = named(handle, "closed", channel, why, told)
            found.append((Closed(NAME, workspace, channel, loss, delivery), handle))
        return found

    async def _back(self, activity: Json, event: str) -> Sequence[Came]:
        """Channels that can be written in again."""
        workspace, told = tenant_of(activity), _told(activity)
        alone = event == "channelRestored"
        found: list[Came] = []
        for channel in await self._channels(activity, at(activity), alone=alone):
            handle = Handle(workspace, "", "", channel)
            delivery = named(handle, "back", channel, event, told)
            found.append((Allowed(NAME, workspace, channel, delivery), handle))
        return found

    async def _channels(self, activity: Json, where: At, *, alone: bool) -> list[str]:
        """The channel that an event is about, or all those of its team that we know."""
        data = activity.get("channelData") or {}
        if alone:
            return [id_of((data.get("channel") or {}).get("id") or where.channel)]
        team = str((data.get("team") or {}).get("id") or "")
        if where.kind is not Kind.CHANNEL or not team:
            return [where.channel]
        return [*dict.fromkeys([*await self._places.of_team(team), where.channel])]


def _told(activity: Json) -> str:
    """By what that it was told is known."""
    return str(activity.get("id") or activity.get("timestamp") or "")


def _has(members: Any, me: str) -> bool:
    return any(str(each.get("id")) == me for each in members or ())
