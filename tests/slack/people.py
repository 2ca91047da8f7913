"""People at their clients: they type, write, press and fill in, see what Slack shows them, and are
told what Slack tells them when the app does not answer. Nothing here that a client could not do.

Longer than most: everything that one person can do is in one place.
"""

import mimetypes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.slack.acts import Acts
from tests.slack.api_views import change, push
from tests.slack.calls import Refused
from tests.slack.checks import elements_of, message_refusals, suggestion_refusals, view_refusals
from tests.slack.delivery import Reply
from tests.slack.filling import Impossible, missing, options_of, value_of
from tests.slack.payloads import sent_back, view_json
from tests.slack.team import Team
from tests.slack.world import Channel, File, Json, Message, User, View, escaped

if TYPE_CHECKING:
    from tests.slack.server import Slack

HOME, VIEW = "home", "view"  # where something can be worked, beside a message's ts
TYPED = 40_000  # characters that a client sends
# What Slack says when an app does not answer, by what it is about.
_TROUBLE = "We had some trouble connecting. Try again?"
_OPTIONS = "We had trouble loading these options."


@dataclass
class Person:
    """One person in one workspace. `toasts` are what Slack told them, oldest first."""

    slack: "Slack"
    team: Team
    user: User
    toasts: list[str] = field(default_factory=list)

    @property
    def acts(self) -> Acts:
        """How Slack tells of what they do."""
        return Acts(self.slack, self.team, self.user)

    # What they see

    def sees(self, channel: str, thread: str = "") -> list[Message]:
        """What stands in a channel or a thread for them, oldest first."""
        place = self._channel(channel)
        return [*place.standing(thread, self.user.id)]

    def message(self, ts: str) -> Message:
        """A message before them. Raises Impossible where it is none."""
        found = self.team.message(ts, self.user.id)
        if found is None:
            raise Impossible("there is no such message")
        if found.deleted:
            raise Impossible("This message was deleted.")
        return found

    @property
    def view(self) -> View | None:
        """The modal on top."""
        stack = self.team.stacks.get(self.user.id)
        return self.team.views[stack[-1]] if stack else None

    @property
    def home(self) -> View | None:
        """The Home tab as it was published last."""
        return self.team.homes.get(self.user.id)

    @property
    def direct(self) -> Channel:
        """Their conversation with the bot."""
        return self.team.direct(self.user)

    # What they do in conversations

    async def types(self, command: str, channel: str) -> Reply:
        """A slash command, with its slash, in a channel: there are none in threads. It is there
        while the app is installed (docs.slack.dev/interactivity/implementing-slash-commands).
        """
        place = self._writable(channel)
        name, _, text = command.partition(" ")
        if name not in self.team.app.commands or not self.team.installed:
            raise Impossible(f"{name} is not a valid command")
        payload = self.acts.command(place, name, text)
        reply = await self.slack.delivery.ask("command", payload)
        if reply.failed:
            self._told(f"{name} failed with the error “{reply.failed}”")
        else:
            self._answered(payload["response_url"], reply)
        return reply

    def writes(
        self,
        text: str,
        channel: str,
        thread: str = "",
        *,
        files: Mapping[str, bytes] | None = None,
        broadcast: bool = False,
    ) -> Message:
        """A message; `@ResolutionFlow` in it mentions the bot."""
        place = self._writable(channel)
        attached = [self._file(name, content) for name, content in (files or {}).items()]
        return self.team.writes(
            place,
            self.user.id,
            self._sent(text),
            thread_ts=thread,
            files=attached,
            broadcast=broadcast,
        )

    def edits(self, ts: str, text: str) -> None:
        """An own message reads differently."""
        self.team.changes(self._own(ts), self._sent(text), (), edited=True)

    def deletes(self, ts: str) -> None:
        """An own message, or as an admin somebody else's; a whisper is only dismissed."""
        self.team.deletes(self.message(ts))

    def reacts(self, ts: str, name: str, *, on: bool = True) -> None:
        """A reaction comes or goes."""
        self.team.reacts(self.message(ts), self.user.id, name, on=on)

    # What they do with what the app shows

    async def presses(self, where: str, handle: str) -> Reply:
        """A button by its value or action_id, or an option of a menu by its value: on a message (by
        ts) as it is or was, on HOME, or on the VIEW.
        """
        block, element, picked = self._found(where, handle)
        action: Json = {
            "type": element["type"],
            "action_id": element["action_id"],
            "block_id": block["block_id"],
            "action_ts": self.team.ts(),
        }
        if element["type"] == "button":
            action["text"] = sent_back(element["text"])
            action |= {name: element[name] for name in ("value", "style") if name in element}
        else:
            action["selected_option"] = sent_back(picked)
            if "placeholder" in element:
                action["placeholder"] = sent_back(element["placeholder"])
        return await self._works(where, action)

    async def suggested(self, where: str, text: str, action_id: str = "") -> Sequence[Json]:
        """The options that an external_select shows while they type into it."""
        block, element = self._external(where, action_id)
        if len(text) < element.get("min_query_length", 3):
            return []
        if where in (HOME, VIEW):
            about = self.acts.about_view(self._content(where))
        else:
            about = self.acts.about_message(self.message(where))
        payload = about | {
            "type": "block_suggestion",
            "action_id": element["action_id"],
            "block_id": block["block_id"],
            "value": text,
        }
        reply = await self.slack.delivery.ask("interaction", payload)
        body = reply.body or {}
        if reply.failed or suggestion_refusals(body):
            self._told(_OPTIONS)
            return []
        groups = body.get("option_groups") or [{"options": body.get("options") or []}]
        return [option for group in groups for option in group["options"]]

    async def chooses(self, where: str, option: Json, action_id: str = "") -> Reply:
        """One of those that were suggested."""
        block, element = self._external(where, action_id)
        action = {
            "type": "external_select",
            "action_id": element["action_id"],
            "block_id": block["block_id"],
            "selected_option": option,
            "action_ts": self.team.ts(),
        }
        return await self._works(where, action)

    async def points(self, ts: str, callback_id: str) -> Reply:
        """At a message, by an entry of its menu."""
        message = self.message(ts)
        if message.only_for or self.team.app.shortcut(callback_id).kind != "message":
            raise Impossible("that is not in this menu")
        return await self._asks(self.acts.pointing(message, callback_id))

    async def begins(self, callback_id: str) -> Reply:
        """The global shortcut."""
        if self.team.app.shortcut(callback_id).kind != "global":
            raise Impossible("that is not in this menu")
        return await self._asks(self.acts.beginning(callback_id))

    def opens_home(self, tab: str = HOME) -> None:
        """The Home tab, or the `messages` with the bot."""
        event: Json = {"user": self.user.id, "channel": self.direct.id, "tab": tab}
        if tab == HOME and self.home is not None:
            event |= {"view": view_json(self.home, self.team.app, self.team.id)}
        self.team.event("app_home_opened", event)

    # What they do in a modal

    def fills(self, block_id: str, value: Any) -> None:
        """An input of the modal: a text, an option's value, or several. Raises Impossible."""
        view = self._open()
        inputs = {b["block_id"]: b["element"] for b in view.blocks if b["type"] == "input"}
        if block_id not in inputs:
            raise Impossible(f"the view has no input {block_id}")
        element = inputs[block_id]
        view.typed[block_id, element["action_id"]] = value_of(element, value)

    async def submits(self) -> Reply | None:
        """Send the modal; None where the client says first what is missing."""
        view = self._open()
        view.errors = missing(view)
        if view.errors:
            self.team.rings()
            return None
        reply = await self.slack.delivery.ask("interaction", self.acts.submission(view))
        if reply.failed:
            self._told(_TROUBLE)
            return reply
        try:
            self._goes_on(view, reply.body or {})
        except (Refused, KeyError, TypeError) as error:
            self._told(f"{_TROUBLE} ({error})")
        self.team.rings()
        return reply

    async def closes(self, *, everything: bool = False) -> None:
        """The modal on top, or all of them."""
        stack = self.team.stacks.get(self.user.id) or []
        gone = [stack.pop() for _ in range(len(stack) if everything else 1) if stack]
        self.team.rings()
        for id in gone:
            view = self.team.views[id]
            if view.content.get("notify_on_close"):
                told = self.acts.closing(view, everything=everything)
                await self.slack.delivery.ask("interaction", told)

    def _goes_on(self, view: View, body: Json) -> None:
        """What the answer to a submission does. Raises Refused."""
        stack = self.team.stacks.get(self.user.id) or []
        match body.get("response_action"):
            case None:
                if view.id in stack:
                    stack.remove(view.id)
            case "clear":
                stack.clear()
            case "errors":
                inputs = {each["block_id"] for each in view.blocks if each["type"] == "input"}
                errors = body["errors"]
                if not errors or errors.keys() - inputs or not all(errors.values()):
                    raise Refused(f"errors for {sorted(errors.keys() - inputs)}")
                view.errors = dict(errors)
            case "update":
                change(self.team, view, _modal(body))
            case "push":
                push(self.team, _modal(body), self.user.id)
            case other:
                raise Refused(f"response_action {other}")

    # How it is sent

    def _sent(self, text: str) -> str:
        if len(text) > TYPED:
            raise Impossible(f"Your message is too long: {len(text)} characters")
        bot = self.team.app.name
        return escaped(text).replace(f"@{bot}", f"<@{self.team.bot.id}>")

    def _file(self, name: str, content: bytes) -> File:
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        id = self.team.ids.next("F")
        file = File(id, name, name, self.user.id, kind, len(content), content=content)
        self.team.files[file.id] = file
        return file

    def _channel(self, name: str) -> Channel:
        if name == "direct":
            return self.direct
        channel = self.team.channel(name)
        if channel.kind != "channel" and self.user.id not in channel.members:
            raise Impossible(f"there is no channel {name}")
        return channel

    def _writable(self, name: str) -> Channel:
        channel = self._channel(name)
        if channel.archived or channel.deleted:
            raise Impossible("the channel is archived")
        return channel

    def _own(self, ts: str) -> Message:
        message = self.message(ts)
        if message.user != self.user.id:
            raise Impossible("it is somebody else's")
        return message

    def _open(self) -> View:
        if self.view is None:
            raise Impossible("no view is open")
        return self.view

    def _content(self, where: str) -> View:
        if where == VIEW:
            return self._open()
        if self.home is None:
            raise Impossible("the Home tab is empty")
        return self.home

    async def _works(self, where: str, action: Json) -> Reply:
        if where in (HOME, VIEW):
            about = self.acts.on_view(self._content(where))
        else:
            about = self.acts.on_message(self.message(where))
        return await self._asks(about | {"actions": [action]})

    async def _asks(self, payload: Json) -> Reply:
        """Send an interaction; Slack does not look at what a 200 says."""
        reply = await self.slack.delivery.ask("interaction", payload)
        if reply.failed:
            self._told(f"{_TROUBLE} ({reply.failed})")
        return reply

    def _told(self, toast: str) -> None:
        self.toasts.append(toast)
        self.team.rings()

    def _answered(self, address: str, reply: Reply) -> None:
        """What the answer to a command says at once."""
        body = reply.body or ({"text": reply.text} if reply.text else {})
        if not body:
            return
        if refusals := message_refusals(body):
            self._told(f"the command failed: invalid_command_response {refusals[0]}")
            return
        self.slack.response_urls[address.rpartition("/")[2]].says(body)

    def _found(self, where: str, handle: str) -> tuple[Json, Json, Json]:
        """The block, the element and the option that the handle means, now or before."""
        for blocks in self._shown(where):
            for block in blocks:
                for element in elements_of(block):
                    if element["type"] == "button":
                        if handle in (element.get("value"), element["action_id"]):
                            return block, element, {}
                        continue
                    for option in options_of(element):
                        if option["value"] == handle:
                            return block, element, option
        raise Impossible("there is no such button")

    def _shown(self, where: str) -> Sequence[Sequence[Json]]:
        """What it shows, then what it showed before."""
        if where in (HOME, VIEW):
            return [self._content(where).blocks]
        return [version.blocks for version in reversed(self.message(where).versions)]

    def _external(self, where: str, action_id: str) -> tuple[Json, Json]:
        for blocks in self._shown(where):
            for block in blocks:
                for element in elements_of(block):
                    wanted = not action_id or element.get("action_id") == action_id
                    if element["type"] == "external_select" and wanted:
                        return block, element
        raise Impossible("there is no such menu")


def _modal(body: Json) -> Json:
    view: Json = body["view"]
    if refusals := view_refusals(view, kind="modal"):
        raise Refused(str(refusals[0]))
    return view
