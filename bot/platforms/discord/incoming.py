"""From Discord's interactions to what a person did, and the handle to answer them with.

https://docs.discord.com/developers/interactions/receiving-and-responding
"""

from collections.abc import Mapping
from dataclasses import replace
from os.path import splitext
from typing import Any

import discord

from bot.platforms.discord import modal
from bot.platforms.discord.forms import Draft
from bot.platforms.discord.handle import Handle, Way
from bot.platforms.discord.markdown import plain
from bot.platforms.discord.places import Places
from bot.platforms.discord.ranks import Ranks
from bot.platforms.discord.surface import ANYTHING, HOME, NAME, NOTE, START
from bot.platforms.discord.whereabouts import Whereabouts
from bot.port import (
    Clicked,
    Command,
    File,
    Inbound,
    Opened,
    Origin,
    Pointed,
    Purpose,
    Submitted,
    Typing,
)
from core.access import Role

Json = Mapping[str, Any]
Came = tuple[Inbound, Handle]
_PURPOSES = {NOTE: Purpose.NOTE, START: Purpose.START}
_MENU = 3  # the type of a message command


class Incoming:
    """Reads what people do with us; what happens by itself is `events`'s."""

    def __init__(self, whereabouts: Whereabouts, places: Places, ranks: Ranks) -> None:
        """`whereabouts` know whose direct conversation it is, `ranks` who somebody is."""
        self._whereabouts = whereabouts
        self.places = places
        self.ranks = ranks

    async def handle(self, told: discord.Interaction) -> Handle:
        """How who did it is answered. Raises a PlatformError, a StorageError."""
        found = self.bare(told)
        workspace = await self.guild(found.user, told.guild_id)
        at = await self.places.of(told.channel_id or 0, told.guild_id, told.channel)
        return replace(
            found, workspace=workspace, channel=at.channel, thread=at.thread, direct=at.direct
        )

    def bare(self, told: discord.Interaction) -> Handle:
        """The same without what may have to be asked for: the workspace, and the place."""
        message = told.message
        return Handle(
            "",
            str(told.user.id),
            str(told.channel_id),
            message=str(message.id) if message is not None else "",
            direct=told.guild_id is None,
            whispered=message is not None and message.flags.ephemeral,
            interaction=str(told.id),
            token=told.token,
            application=str(told.application_id),
            way=Way(told.type.value),
            led=message is not None and _leads(message),
            role=self.ranks.of(told.user, told.client.guilds),
        )

    async def guild(self, user: str, guild: int | None) -> str:
        """The guild that something was done in, or that somebody is in. Raises as `handle`."""
        if guild is None:
            return await self._whereabouts.of(user)
        await self._whereabouts.saw(user, str(guild))
        return str(guild)

    def done(self, told: discord.Interaction, handle: Handle) -> Came | None:
        """What was done, of everything but forms; None for what means nothing. Raises KeyError,
        TypeError, ValueError.
        """
        data: Any = told.data
        by = origin(handle, told.user.display_name)
        delivery = named(handle, "interaction", handle.interaction)
        if handle.way is Way.COMPONENT:
            picked = data.get("values") or [data["custom_id"]]
            message = "" if handle.whispered else handle.message
            return Clicked(by, delivery, picked[0], message), handle
        if data.get("type") == _MENU:
            return self._pointed(data, by, delivery, handle)
        said, words = typed(data)
        text = words if said == ANYTHING else f"{said} {words}".strip()
        if handle.way is Way.TYPING:
            return Typing(by, words if said == ANYTHING else f"{said} {words}"), handle
        if said == HOME:
            return Opened(by), handle
        return Command(by, delivery, text), handle

    def submitted(self, told: discord.Interaction, draft: Draft, handle: Handle) -> Came:
        """A form of which every page was filled in."""
        there = draft.at(handle)
        values, _ = draft.values()
        delivery = named(there, "form", handle.form)
        by = origin(there, told.user.display_name)
        return Submitted(by, delivery, draft.form.token, values, draft.message), there

    def _pointed(self, data: Json, by: Origin, delivery: str, handle: Handle) -> Came:
        message = data["resolved"]["messages"][data["target_id"]]
        author = message["author"]
        names = {str(each["id"]): called(each) for each in message.get("mentions") or ()}
        return Pointed(
            by,
            delivery,
            _PURPOSES[data["name"]],
            str(message["id"]),
            plain(message.get("content") or "", names) or texts(message),
            author="" if str(author["id"]) == handle.user else called(author),
            files=files(message, handle.place),
        ), replace(handle, message=str(message["id"]))


def _leads(message: discord.Message) -> bool:
    """Whether a button of ours on it leads to a page of a form."""
    rows = (row for row in message.components if isinstance(row, discord.ActionRow))
    return any(modal.ids(each.custom_id or "") for row in rows for each in row.children)


def origin(handle: Handle, name: str) -> Origin:
    """Who, and where."""
    return Origin(
        platform=NAME,
        workspace=handle.workspace,
        user=handle.user,
        name=name,
        channel=handle.channel,
        thread=handle.thread,
        guest=handle.role is Role.GUEST,
        direct=handle.direct,
        threads=not handle.direct,
        role=handle.role,
    )


def typed(data: Json) -> tuple[str, str]:
    """The subcommand, and what was typed after it. Raises KeyError, ValueError."""
    [said, *_] = data["options"]
    words = [str(each["value"]) for each in said.get("options") or ()]
    return str(said["name"]), " ".join(words)


def files(message: Json, place: str) -> tuple[File, ...]:
    """The files of a message; Discord's address of one is good for a day, so it is not kept."""
    return tuple(
        File(
            _file_name(each),
            str(each.get("content_type") or "application/octet-stream").partition(";")[0],
            int(each["size"]),
            f"{place}-{message['id']}-{each['id']}",
        )
        for each in message.get("attachments") or ()
    )


def texts(message: Json) -> str:
    """What an app's message says in its embeds and components."""
    said = [
        part
        for embed in message.get("embeds") or ()
        for part in (embed.get("title"), embed.get("description"), *_fields(embed))
        if part
    ]
    return "\n".join([*said, *_contents(message.get("components") or ())])


def called(user: Json) -> str:
    """A user's name as others read it."""
    return str(user.get("global_name") or user["username"])


def named(handle: Handle, *what: str) -> str:
    """What was done, however often it is told."""
    return ":".join((NAME, handle.workspace, *what))


def _file_name(attachment: Json) -> str:
    """As its sender called it: what Discord made of that may say nothing any more."""
    name, title = str(attachment["filename"]), attachment.get("title")
    return f"{title}{splitext(name)[1]}" if title else name


def _fields(embed: Json) -> list[str]:
    return [f"{each['name']}: {each['value']}" for each in embed.get("fields") or ()]


def _contents(components: Any) -> list[str]:
    found: list[str] = []
    for each in components:
        if "content" in each:
            found.append(str(each["content"]))
        found += _contents(each.get("components") or ())
    return found
