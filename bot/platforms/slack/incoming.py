"""From what Slack sends to what a person did, and the handle to answer them with.

A delivery is named after what was done, not after the event that told it: the same message told
again under a new event id is the same one. Payloads: https://docs.slack.dev/reference/events,
.../interaction-payloads
"""

from collections.abc import Mapping
from typing import Any

from bot.platforms.slack import modal
from bot.platforms.slack.handle import Handle
from bot.platforms.slack.installations import Installations
from bot.platforms.slack.profiles import Profiles
from bot.platforms.slack.said import whole
from bot.platforms.slack.send import SlackSender
from bot.platforms.slack.surface import BEGIN, NAME, RESUME
from bot.platforms.slack.words import mentioned, plain, without
from bot.port import (
    Clicked,
    Command,
    File,
    Inbound,
    Origin,
    PlatformError,
    Pointed,
    Purpose,
    Submitted,
    Typing,
)

Payload = Mapping[str, Any]
Came = tuple[Inbound, Handle]


class Incoming:
    """Reads what people do at Slack's surfaces; what happens by itself is `events`'s."""

    def __init__(
        self, installations: Installations, profiles: Profiles, sender: SlackSender
    ) -> None:
        """`sender` knows people's direct conversations."""
        self.installations = installations
        self.profiles = profiles
        self._sender = sender

    async def command(self, body: Payload) -> Came:
        """`/flow` and what was typed after it."""
        handle = Handle(
            workspace=body["team_id"],
            user=body["user_id"],
            channel=body["channel_id"],
            response=body.get("response_url", ""),
            trigger=body.get("trigger_id", ""),
            direct=await self._is_direct(body["team_id"], body["user_id"], body["channel_id"]),
        )
        by = await self.origin(handle, called=body.get("user_name", ""))
        text = await self.read(handle.workspace, body.get("text") or "")
        return Command(by, _named(handle, "command", handle.trigger), text), handle

    async def action(self, body: Payload) -> Came | None:
        """A button that was pressed, or an entry of a menu that was picked."""
        action = body["actions"][0]
        handle = await self._clicked(body)
        by = await self.origin(handle, called=body["user"].get("name", ""))
        what = (handle.channel, handle.message, action.get("action_ts", handle.trigger))
        delivery = _named(handle, "click", handle.user, *what)
        if action["type"] == "external_select":
            words = action["selected_option"]["value"]
            return Command(by, delivery, f"start {words}"), handle
        picked = action.get("selected_option") or action
        token = picked.get("value", "")
        message = "" if handle.whispered else handle.message
        return (Clicked(by, delivery, token, message), handle) if token else None

    async def submission(self, body: Payload) -> Came:
        """A form that was sent."""
        view = body["view"]
        about = modal.about(view)
        workspace, user = workspace_of(body), body["user"]["id"]
        channel = about.get("channel") or (await self._own(body)).channel
        handle = Handle(
            workspace=workspace,
            user=user,
            channel=channel,
            thread=about.get("thread", ""),
            message=about.get("message", ""),
            trigger=body.get("trigger_id", ""),
            direct=await self._is_direct(workspace, user, channel),
            view=view["id"],
        )
        by = await self.origin(handle, called=body["user"].get("name", ""))
        delivery = _named(handle, "form", view["id"])
        values = modal.values(view)
        return Submitted(by, delivery, about["token"], values, handle.message), handle

    async def page(self, body: Payload) -> Came:
        """A page of a form that has another: the form is asked for again, to show that one."""
        sent, handle = await self.submission(body)
        assert isinstance(sent, Submitted)
        delivery = f"{sent.delivery}:{handle.trigger}"
        return Clicked(sent.by, delivery, sent.token, sent.message), handle

    async def suggestion(self, body: Payload) -> Came:
        """Somebody types into a list that asks us for its entries."""
        handle = await self._clicked(body)
        by = await self.origin(handle, called=body["user"].get("name", ""))
        return Typing(by, body.get("value", "")), handle

    async def shortcut(self, body: Payload) -> Came:
        """An entry of the menu of a message, or of the composer's."""
        called = body["user"].get("name", "")
        if body["type"] == "shortcut":
            handle = await self._own(body)
            by = await self.origin(handle, called=called)
            words = "start" if body["callback_id"] == BEGIN else ""
            return Command(by, _named(handle, "shortcut", handle.trigger), words), handle
        message, channel = body["message"], body["channel"]["id"]
        workspace, user = workspace_of(body), body["user"]["id"]
        handle = Handle(
            workspace=workspace,
            user=user,
            channel=channel,
            thread=message.get("thread_ts") or "",
            message=message["ts"],
            response=body.get("response_url", ""),
            trigger=body.get("trigger_id", ""),
            direct=await self._is_direct(workspace, user, channel),
        )
        delivery = _named(handle, "shortcut", handle.trigger)
        if body["callback_id"] == RESUME:
            below = await self.origin(handle, called=called, thread=handle.thread or message["ts"])
            return Command(below, delivery, "resume"), handle
        by = await self.origin(handle, called=called)
        return Pointed(
            by,
            delivery,
            Purpose(body["callback_id"]),
            message["ts"],
            await self.read(workspace, whole(message)),
            author=await self._author(workspace, user, message),
            files=files(message),
        ), handle

    async def origin(
        self, handle: Handle, *, called: str = "", thread: str | None = None
    ) -> Origin:
        """Who, and where. Without threads of its own, a direct conversation is one place."""
        who = await self.profiles.of(handle.workspace, handle.user, called=called)
        below = handle.thread if thread is None else thread
        root = below == handle.message and thread is None  # the message that a thread hangs under
        return Origin(
            platform=NAME,
            workspace=handle.workspace,
            user=handle.user,
            name=who.name,
            channel=handle.channel,
            thread="" if handle.direct or root else below,
            guest=who.guest,
            direct=handle.direct,
            threads=not handle.direct,
        )

    async def read(self, workspace: str, text: str) -> str:
        """What was written, as plain text; a mention of the bot itself is left out."""
        there = await self.installations.of(workspace)
        if there is not None:
            text = without(text, there.bot)
        users = mentioned(text)
        names = {user: (await self.profiles.of(workspace, user)).name for user in users}
        return plain(text, names)

    async def _clicked(self, body: Payload) -> Handle:
        container = body.get("container", {})
        if container.get("type") == "view" or "channel" not in body:
            return await self._own(body)
        workspace, user = workspace_of(body), body["user"]["id"]
        channel = body["channel"]["id"]
        shown = body.get("message", {})
        return Handle(
            workspace=workspace,
            user=user,
            channel=channel,
            thread=container.get("thread_ts") or shown.get("thread_ts") or "",
            message=container.get("message_ts", ""),
            response=body.get("response_url", ""),
            trigger=body.get("trigger_id", ""),
            direct=await self._is_direct(workspace, user, channel),
            whispered=bool(container.get("is_ephemeral")),
        )

    async def _own(self, body: Payload) -> Handle:
        """What is done in no channel is done in the conversation with us."""
        workspace, user = workspace_of(body), body["user"]["id"]
        try:
            channel = (await self._sender.direct(workspace, user)).channel
        except PlatformError:
            channel = ""
        trigger = body.get("trigger_id", "")
        return Handle(workspace, user, channel, trigger=trigger, direct=True)

    async def _is_direct(self, workspace: str, user: str, channel: str) -> bool:
        """Whether that is the conversation with us: two people have such channels too."""
        if not channel.startswith("D"):
            return False
        try:
            return (await self._sender.direct(workspace, user)).channel == channel
        except PlatformError:
            return True

    async def _author(self, workspace: str, user: str, message: Payload) -> str:
        """Who wrote a message, "" where that is who points at it."""
        writer = message.get("user", "")
        if writer == user:
            return ""
        if not writer or message.get("bot_id"):
            return str(message.get("username") or "A bot")
        return (await self.profiles.of(workspace, writer)).name


def workspace_of(body: Payload) -> str:
    """The workspace in which we hear of it; of who did it that may be another, in a channel that
    several share, and in an organisation `team` may be null. Raises KeyError.
    """
    view, team, user = (body.get(name) or {} for name in ("view", "team", "user"))
    [authorized, *_] = body.get("authorizations") or [{}]
    found = (
        view.get("app_installed_team_id")
        or team.get("id")
        or authorized.get("team_id")
        or body.get("team_id")
        or user.get("team_id")
    )
    if not found:
        raise KeyError("team")
    return str(found)


def files(message: Payload) -> tuple[File, ...]:
    """The files of a message that can still be had."""
    return tuple(
        File(
            str(file.get("name") or file.get("title") or "file"),
            str(file.get("mimetype") or "application/octet-stream"),
            int(file.get("size") or 0),
            file["id"],
        )
        for file in message.get("files") or ()
        if file.get("id") and file.get("mode") not in ("tombstone", "hidden_by_limit")
    )


def _named(handle: Handle, *what: str) -> str:
    return ":".join((NAME, handle.workspace, *what))
