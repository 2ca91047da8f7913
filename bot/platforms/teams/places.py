"""Conversations and people as Teams told of them: where each is reached later, when nobody waits.

https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/send-proactive-messages
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from hashlib import sha256
from typing import Any

from pydantic import TypeAdapter

from bot.port import Memory
from core.frozen import frozen

Json = Mapping[str, Any]
Named = tuple[str, ...]
# Kinds of what is remembered.
_PLACE, _SERVICE, _PERSON, _CHAT = "place", "service", "person", "chat"
_THREAD = ";messageid="
_KNOWN = 20_000
_LONGEST = 200  # characters of a key
_ID = re.compile(r"[!-~]{1,1000}")


class Kind(StrEnum):
    """What a conversation is, as Teams calls it."""

    CHANNEL = "channel"
    GROUP = "groupChat"
    PERSONAL = "personal"


@frozen
class Place:
    """A conversation: the address of the service it is reached by, and the team it is in, "" for
    none.
    """

    service: str
    kind: Kind
    team: str = ""


@frozen
class At:
    """Where an activity happened."""

    channel: str
    kind: Kind
    root: str = ""


class Places:
    """What was told, and remembered. Every method may raise a StorageError."""

    def __init__(self, memory: Memory) -> None:
        """`memory` is the same for every process."""
        self._memory = memory
        self._places: dict[str, Place] = {}
        self._services: dict[Named, str] = {}
        self._people: dict[Named, str] = {}
        self._chats: dict[Named, str] = {}

    async def met(self, workspace: str, channel: str, place: Place) -> None:
        """A conversation was heard from; its team is not told every time."""
        known = await self.of(channel)
        if known is not None and not place.team:
            place = replace(place, team=known.team)
        if known != place:
            await self._memory.keep(_PLACE, key_of(channel), _JSON.dump_json(place).decode())
            _remember(self._places, channel, place)
        await self._keep(self._services, _SERVICE, (workspace,), place.service)

    async def service_of(self, workspace: str, channel: str = "") -> str | None:
        """The service that a tenant was last heard from by: all of it moves when it moves. Where
        none of it is known, a conversation's.
        """
        known = await self._recall(self._services, _SERVICE, (workspace,))
        place = await self.of(channel) if channel and not known else None
        return place.service if place is not None else known

    async def of(self, channel: str) -> Place | None:
        """A conversation; None where none of that name was ever heard from."""
        known = self._places.get(channel)
        if known is None:
            said = await self._memory.recall(_PLACE, key_of(channel))
            if said is None:
                return None
            known = _JSON.validate_json(said)
            _remember(self._places, channel, known)
        return known

    async def of_team(self, team: str) -> list[str]:
        """The channels of a team that were heard from, which their keys name as they are short."""
        every = await self._memory.all(_PLACE) if team else {}
        return [name for name, said in every.items() if _JSON.validate_json(said).team == team]

    async def met_person(self, workspace: str, user: str, account: str) -> None:
        """Somebody's own id, and the one by which the bot knows them."""
        await self._keep(self._people, _PERSON, (workspace, user), account)

    async def account_of(self, workspace: str, user: str) -> str | None:
        """The id by which the bot knows somebody."""
        return await self._recall(self._people, _PERSON, (workspace, user))

    async def met_chat(self, workspace: str, user: str, channel: str) -> None:
        """The conversation that somebody has with the bot alone."""
        await self._keep(self._chats, _CHAT, (workspace, user), channel)

    async def chat_of(self, workspace: str, user: str) -> str | None:
        """That conversation, if there was any yet."""
        return await self._recall(self._chats, _CHAT, (workspace, user))

    async def lost_chat(self, workspace: str, user: str) -> None:
        """It is not there any more: another is begun."""
        self._chats.pop((workspace, user), None)
        await self._memory.forget(_CHAT, key_of(workspace, user))

    async def is_chat(self, channel: str) -> bool:
        """Whether it is somebody's own conversation with the bot."""
        place = await self.of(channel)
        return (place.kind if place else _kind(channel)) is Kind.PERSONAL

    async def _keep(self, known: dict[Named, str], kind: str, of: Named, value: str) -> None:
        if known.get(of) != value:
            if await self._memory.recall(kind, key_of(*of)) != value:
                await self._memory.keep(kind, key_of(*of), value)
            _remember(known, of, value)

    async def _recall(self, known: dict[Named, str], kind: str, of: Named) -> str | None:
        value = known.get(of) or await self._memory.recall(kind, key_of(*of))
        if value:
            _remember(known, of, value)
        return value


def at(activity: Json) -> At:
    """Where an activity happened. Raises KeyError, TypeError, ValueError."""
    conversation = activity["conversation"]
    return at_conversation(conversation["id"], conversation.get("conversationType"))


def at_conversation(id: str, told: str | None = None) -> At:
    """Where that is; `told` is its kind, as Teams calls it. Raises ValueError."""
    channel, _, root = id_of(id).partition(_THREAD)
    kind = Kind(told) if told else _kind(id_of(channel))
    return At(id_of(channel), kind, id_of(root) if root and kind is Kind.CHANNEL else "")


def id_of(told: object) -> str:
    """An id as Teams writes them. Raises ValueError where it is none."""
    if not isinstance(told, str) or not _ID.fullmatch(told) or not told.strip("."):
        raise ValueError("that is no id")
    return told


def conversation(channel: str, thread: str = "") -> str:
    """The id of a conversation as the connector takes it."""
    return f"{channel}{_THREAD}{thread}" if thread else channel


def _kind(channel: str) -> Kind:
    if channel.endswith(("@thread.tacv2", "@thread.skype")):
        return Kind.CHANNEL
    return Kind.GROUP if channel.startswith("19:") else Kind.PERSONAL


def key_of(*parts: str) -> str:
    """A key of what is remembered."""
    text = " ".join(parts)
    return text if len(text) <= _LONGEST else sha256(text.encode()).hexdigest()


def _remember(known: dict[Any, Any], key: Any, value: Any) -> None:
    if len(known) >= _KNOWN:
        known.clear()
    known[key] = value


_JSON: TypeAdapter[Place] = TypeAdapter(Place)
