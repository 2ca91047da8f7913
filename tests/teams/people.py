"""People at their clients: they write, press and fill in, see what Teams shows them, and are told
what Teams tells them when the bot does not answer. Nothing here that a client could not do.

Longer than most: everything that one person can do is in one place.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from uuid import uuid4

from tests.teams import payloads
from tests.teams.access import DIRECT, Access
from tests.teams.acts import WRONG, Acts, dialog_of
from tests.teams.chat import BOT, Said
from tests.teams.checks import CONSENT
from tests.teams.desk import Desk, Screen
from tests.teams.filling import Impossible
from tests.teams.parts import Pressable, begun, visibility
from tests.teams.world import (
    CHANNEL,
    PERSONAL,
    Asked,
    Dialog,
    Json,
    Message,
    Place,
    Tenant,
    User,
)
from tests.teams.writing import Client, file_of, quoting, said_of

if TYPE_CHECKING:
    from tests.teams.chat import Chat
    from tests.teams.server import Teams

__all__ = ["DIRECT", "Choice", "Person"]
_THEME: Json = {"theme": "default"}


@dataclass(frozen=True)
class Choice:
    """What is suggested while something is searched for: what is shown, and what is sent for it."""

    name: str
    text: str
    attachment: Json


@dataclass
class Person:
    """One person in one tenant. `toasts` are what Teams told them, oldest first; `dialog` is what
    they have open, `client` how their client writes, and whether it is an old one.

    A `channel` is the name of a channel ("support") or group chat ("crew"), an id, or DIRECT; a
    `thread` is the id of the post that it hangs on, "" for none.
    """

    teams: "Teams"
    tenant: Tenant
    user: User
    toasts: list[str] = field(default_factory=list)
    dialog: Dialog | None = None
    client: Client = field(default_factory=Client)
    desk: Desk = field(init=False)
    access: Access = field(init=False)

    def __post_init__(self) -> None:
        self.desk = Desk(self.user.id)
        self.access = Access(self.chat, self.tenant, self.user)

    @property
    def chat(self) -> "Chat":
        """Where all happens."""
        return self.teams.chat

    # What they see

    def sees(self, channel: str, thread: str = "") -> list[Message]:
        """What stands in a chat, at the top of a channel, or in a thread (first the post that it
        hangs on), oldest first.
        """
        return [*self.chat.standing(self.access.place(channel), thread)]

    def message(self, id: str) -> Message:
        """A message before them. Raises Impossible where it is none."""
        return self.access.message(id)

    def card(self, id: str) -> Json:
        """The card of a message as they see it: the last one for all, or one that answered what
        they pressed since; {} for none.
        """
        return self.message(id).shown(self.user.id).card

    def screen(self, id: str) -> Screen:
        """The same with what they typed into it, and what they have shown or hidden."""
        return self.desk.screen(self.message(id))

    @property
    def direct(self) -> Place:
        """Their chat with the bot."""
        return self.chat.direct(self.user)

    # What they do in conversations

    async def types(self, text: str, channel: str, thread: str = "") -> Message:
        """Words to the bot: with a mention of it, but in their chat with it. Waits until it was
        told.
        """
        said = text if channel == DIRECT else f"@{BOT} {text}"
        message = self.writes(said, channel, thread)
        await self.teams.delivery.settled()
        return message

    def writes(
        self,
        text: str,
        channel: str,
        thread: str = "",
        *,
        files: Mapping[str, bytes] | None = None,
        reply_to: str = "",
    ) -> Message:
        """A message: a new post, or an answer in a thread; `@ResolutionFlow` or `@Kim` in it
        mentions. `reply_to` quotes a message, in a chat. A file whose name begins with "inline:"
        is a picture in the text.
        """
        place = self.access.place(channel)
        self.access.writable(place, thread)
        if not text and not files:
            raise Impossible("there is nothing to send")
        quoted = self.message(reply_to) if reply_to else None
        if quoted is not None and (quoted.place != place.id or place.kind == CHANNEL):
            raise Impossible("only a message of the same chat can be quoted")
        kept = [file_of(self.chat, name, content) for name, content in (files or {}).items()]
        said = quoting(self.chat, said_of(self.chat, text, place, self.client, files=kept), quoted)
        return self.chat.writes(place, self.user.id, replace(said, root=thread))

    def edits(self, id: str, text: str) -> None:
        """An own message reads differently."""
        message = self.access.own(id)
        place = self.chat.places[message.place]
        self.access.writable(place)
        said = said_of(self.chat, text, place, self.client, files=message.files)
        self.chat.changes(message, quoting(self.chat, said, self.chat.message(message.quotes)))

    def deletes(self, id: str) -> None:
        """An own message, or as an owner of the team somebody else's or the bot's."""
        message = self.message(id)
        place = self.chat.places[message.place]
        self.access.writable(place)
        if message.author != self.user.id:
            if place.kind != CHANNEL:
                raise Impossible("it is not theirs")
            self.access.owns(place)
        self.chat.deletes(message)

    def undoes(self, id: str) -> None:
        """A message that they deleted is there again."""
        found = self.chat.message(id)
        if found is None or not found.deleted or found.author != self.user.id:
            raise Impossible("there is nothing to undo")
        self.chat.undeletes(found)

    def reacts(self, id: str, kind: str, *, on: bool = True) -> None:
        """A reaction ("like", "heart", …) comes or goes."""
        message = self.message(id)
        self.access.writable(self.chat.places[message.place])
        self.chat.reacts(message, self.user.id, kind, on=on)

    # What they do with cards

    async def presses(self, id: str, named: str) -> Asked | None:
        """An action of a message's card, as the card is or was for them, by its handle, id or
        title; None where the client does it alone, or says first what is missing.
        """
        message = self.message(id)
        screen, pressed = self.desk.found(message, named)
        self.access.workable(self.chat.places[message.place])
        if not screen.sees(pressed.path):
            raise Impossible("it is hidden")
        if pressed.action.get("isEnabled") is False:
            raise Impossible("it is greyed out")
        if pressed.kind == "Action.ToggleVisibility":
            screen.toggles(pressed.action)
            self.chat.rings()
            return None
        if pressed.kind not in ("Action.Execute", "Action.Submit"):
            raise Impossible("that button opens something else")
        if missing := screen.wrong(pressed):
            self.toasts += missing.values()
            return None
        return await self._presses(message, pressed, screen.sent(pressed))

    async def picks(self, id: str, input: str, *values: str, press: str = "") -> Asked | None:
        """Choices of a menu on a card, by their values; then the button beside it, or `press`."""
        self.enters(id, input, ",".join(values))
        return await self.presses(id, press or self.screen(id).beside(input).handle)

    def enters(self, id: str, input: str, value: str) -> None:
        """Something into an input of a message's card."""
        self.screen(id).enters(input, value)

    async def opens(self, id: str, named: str) -> None:
        """Press what shows an action that is hidden, where it is."""
        screen, pressed = self.desk.found(self.message(id), named)
        hidden = [each for each in pressed.hidden_by if not screen.shown.get(each)]
        for each in hidden:
            await self.presses(id, screen.shows(each).handle)

    async def looks(self, id: str) -> Asked | None:
        """At a message whose card refreshes itself, for them: None where it does not."""
        message = self.message(id)
        refresh = message.shown(self.user.id).card.get("refresh")
        if refresh is None or self.client.old:
            return None
        place = self.chat.places[message.place]
        users = refresh.get("userIds")
        few = users is None and len(self.chat.people(place)) <= 60
        return await self._refreshes(message, few or self.user.id in (users or ()))

    async def refreshes(self, id: str) -> Asked | None:
        """The same by "Refresh card" in the message's menu."""
        return await self._refreshes(self.message(id), True, "manual")

    # What they do in a dialog

    def fills(self, input: str, value: str) -> None:
        """An input of the dialog."""
        self._form().enters(input, value)

    async def submits(self, named: str = "") -> Asked | None:
        """Send the dialog, by its only button or that one; None where the client says first what
        is missing (`dialog.errors`). It stays where no answer came.
        """
        dialog, screen = self._opened(), self._form()
        pressed = screen.submit(named)
        if pressed.kind == "Action.ToggleVisibility":
            screen.toggles(pressed.action)
            return None
        dialog.errors = screen.wrong(pressed)
        if dialog.errors:
            self.chat.rings()
            return None
        return await self._submits(dialog, screen.sent(pressed))

    def closes(self) -> None:
        """The dialog; the bot is not told."""
        self.dialog = None
        self.chat.rings()

    # What they do with the message extension

    async def searches(
        self, text: str, channel: str, thread: str = "", *, command: str = "start"
    ) -> list[Choice]:
        """What is found while this is typed into the search of a message extension."""
        place = self.access.extensible(channel)
        name = "words" if text else "initialRun"  # what the manifest calls it; what Teams does
        value = {
            "commandId": command,
            "parameters": [{"name": name, "value": text or "true"}],
            "queryOptions": {"skip": 0, "count": 25},
        }
        made = await self._asks("composeExtension/query", place, value, root=thread)
        result = made.body.get("composeExtension") or {}
        if result.get("type") == "message":
            self.toasts.append(str(result["text"]))
        return [_choice(each) for each in result.get("attachments") or ()]

    def posts(self, choice: Choice, channel: str, thread: str = "") -> Message:
        """The card of what was found."""
        place = self.access.place(channel)
        self.access.writable(place, thread)
        card = choice.attachment["content"]
        said = Said(cards=[card], root=thread, via_app=True)
        return self.chat.writes(place, self.user.id, said)

    async def points(self, id: str, command: str) -> Asked:
        """At a message, by a command of its menu."""
        message = self.message(id)
        place = self.chat.places[message.place]
        self.access.extensible(place.id)
        value = {
            "commandId": command,
            "commandContext": "message",
            "requestId": uuid4().hex,
            "messagePayload": payloads.pointed(self.chat, message),
            "context": _THEME,
        }
        return await self._fetches(place, value, message=message)

    async def begins(self, command: str, channel: str, thread: str = "") -> Asked:
        """A command of the message extension, from where messages are written."""
        place = self.access.extensible(channel)
        value = {
            "commandId": command,
            "commandContext": "compose",
            "requestId": uuid4().hex,
            "context": _THEME,
        }
        return await self._fetches(place, value, root=thread)

    # What they do with files

    async def accepts(self, id: str, *, accepted: bool = True) -> Asked:
        """A file that the bot wants to give them, or (`accepted` is false) they want none."""
        message = self.message(id)
        asked = [each for each in message.others if each["contentType"] == CONSENT]
        if not asked or self.chat.places[message.place].kind != PERSONAL:
            raise Impossible("nobody asks that")
        content = asked[0]["content"]
        value: Json = {"type": "fileUpload", "action": "accept" if accepted else "decline"}
        value["context"] = content.get(f"{value['action']}Context") or {}
        if accepted:
            value["uploadInfo"] = self._upload(str(asked[0]["name"]), content["sizeInBytes"])
        return await self._asks("fileConsent/invoke", self.direct, value, message=message)

    # What they do with places

    def installs(self, channel: str, *, all_messages: bool | None = None) -> None:
        """The app in the team of a channel (as its owner), in a group chat, or for themselves."""
        place = self.access.managed(channel)
        hears = self.chat.all_messages if all_messages is None else all_messages
        self.chat.seats.installs(place, self.user, all_messages=hears)

    def uninstalls(self, channel: str) -> None:
        """The app is not there any more."""
        place = self.access.managed(channel)
        if self.chat.installed(place) is None:
            raise Impossible("it is not there")
        self.chat.seats.uninstalls(place, self.user)

    def shuts_direct(self, *, on: bool = True) -> None:
        """They block the bot, or do not any more."""
        self.direct.blocked = on
        self.chat.rings()

    def creates_channel(self, name: str, beside: str) -> Place:
        """A channel in the team of another one, as an owner."""
        place = self.access.channel(beside)
        return self.chat.seats.creates(self.chat.team(place), name, self.user)

    def renames(self, channel: str, name: str) -> None:
        """A channel (or with its General one the team) is called otherwise, as an owner."""
        self.chat.seats.renames(self.access.channel(channel), name, self.user)

    def deletes_channel(self, channel: str) -> None:
        """A channel is no more, as an owner."""
        self.chat.seats.deletes(self.access.channel(channel), self.user)

    def restores_channel(self, channel: str) -> None:
        """It is there again, as an owner."""
        place = self.chat.channel(channel, self.tenant)
        self.access.owns(place)
        self.chat.seats.deletes(place, self.user, deleted=False)

    def deletes_team(self, channel: str) -> None:
        """The team of a channel is no more, as an owner."""
        team = self.chat.team(self.access.channel(channel))
        self.chat.seats.deletes_team(team, self.user)

    def restores_team(self, channel: str) -> None:
        """It is there again, as an owner."""
        place = self.chat.channel(channel, self.tenant)
        self.access.owns(place)
        self.chat.seats.deletes_team(self.chat.team(place), self.user, deleted=False)

    def archives(self, channel: str, *, archived: bool = True) -> None:
        """Nothing can be written in the team of a channel any more, or it can again."""
        team = self.chat.team(self.access.channel(channel))
        self.chat.seats.archives(team, self.user, archived=archived)

    def adds(self, name: str, channel: str) -> None:
        """Somebody comes to the team of a channel (as its owner) or to a group chat."""
        place = self.access.managed(channel)
        self.chat.seats.joins(place, self.tenant.users[name], self.user)

    def removes(self, name: str, channel: str) -> None:
        """Somebody is taken out again; oneself leaves."""
        place = (
            self.access.managed(channel) if name != self.user.name else self.access.place(channel)
        )
        self.chat.seats.leaves(place, self.tenant.users[name], self.user)

    # How it is sent

    async def _presses(self, message: Message, pressed: Pressable, data: Json) -> Asked | None:
        action = pressed.action
        place = self.chat.places[message.place]
        asked = (pressed.data.get("msteams") or {}).get("type")
        if asked == "task/fetch":
            value: Json = {"data": data, "context": _THEME}
            made = await self._asks("task/fetch", place, value, message=message)
            self._shows_dialog(made)
            return made
        if action["type"] == "Action.Submit":
            Acts(self.teams, self.user).sends_value(message, data)
            await self.teams.delivery.settled()
            return None
        if self.client.old:
            await self._falls_back(message, action, data)
            return None
        return await self._executes(message, action | {"data": data}, "manual")

    async def _falls_back(self, message: Message, action: Json, data: Json) -> None:
        fallback = action.get("fallback")
        if not isinstance(fallback, dict):
            raise Impossible("their client does not show that button")
        typed = {k: v for k, v in data.items() if k not in (action.get("data") or {})}
        Acts(self.teams, self.user).sends_value(message, (fallback.get("data") or {}) | typed)
        await self.teams.delivery.settled()

    async def _executes(self, message: Message, action: Json, trigger: str) -> Asked:
        place = self.chat.places[message.place]
        names = ("type", "id", "title", "verb", "data")
        told = {name: action[name] for name in names if name in action}
        value = {"action": told, "trigger": trigger}
        made = await self._asks("adaptiveCard/action", place, value, message=message)
        if not made.failed and not message.deleted:
            said = Acts(self.teams, self.user).shows(message, made)
            if said:
                self.toasts.append(said)
                made.failed = said if said == WRONG else ""
        return made

    async def _refreshes(
        self, message: Message, wanted: bool, trigger: str = "automatic"
    ) -> Asked | None:
        refresh = message.shown(self.user.id).card.get("refresh")
        if refresh is None or not wanted:
            return None
        return await self._executes(message, refresh["action"], trigger)

    async def _submits(self, dialog: Dialog, data: Json) -> Asked:
        of = dialog.of
        place = self.chat.places[of.place]
        value: Json = {"data": data, "context": _THEME}
        name, message = "task/submit", self.chat.message(of.message)
        if dialog.extension:
            name = "composeExtension/submitAction"
            value = {**of.value, **value}
        made = await self._asks(name, place, value, message=message)
        if not made.failed and self.dialog is dialog:
            self.dialog = None
            self._shows_dialog(made, dialog.extension)
        self.chat.rings()
        return made

    async def _fetches(
        self, place: Place, value: Json, *, message: Message | None = None, root: str = ""
    ) -> Asked:
        made = await self._asks(
            "composeExtension/fetchTask", place, value, message=message, root=root
        )
        self._shows_dialog(made, str(value["commandId"]))
        return made

    async def _asks(
        self,
        name: str,
        place: Place,
        value: Json,
        *,
        message: Message | None = None,
        root: str = "",
    ) -> Asked:
        acts = Acts(self.teams, self.user)
        made = await acts.asks(name, place, value, message=message, root=root)
        if made.failed:
            self.toasts.append(made.failed)
        self.chat.rings()
        return made

    def _shows_dialog(self, made: Asked, extension: str = "") -> None:
        """What comes of an answer: a dialog, a sentence, or nothing."""
        if made.failed:
            return
        kind, value = dialog_of(made.body)
        if kind == "message":
            self.toasts.append(str(value))
        elif kind == "continue" and "card" in value:
            card = value["card"]["content"]
            self.dialog = Dialog(
                str(value["title"]), card, made, extension, begun(card), shown=visibility(card)
            )
        self.chat.rings()

    # What they have before them

    def _upload(self, name: str, size: int) -> Json:
        file = self.teams.drive.place(name, size)
        return {
            "contentUrl": f"https://acme.sharepoint.example/Documents/{name}",
            "name": name,
            "uploadUrl": f"{self.teams.url}/uploads/{file.id}?tempauth={file.secret}",
            "uniqueId": file.id,
            "fileType": name.rpartition(".")[2],
        }

    def _form(self) -> Screen:
        dialog = self._opened()
        return Screen(dialog.card, dialog.typed, dialog.shown)

    def _opened(self) -> Dialog:
        if self.dialog is None:
            raise Impossible("no dialog is open")
        return self.dialog


def _choice(attachment: Json) -> Choice:
    preview = (attachment.get("preview") or attachment)["content"]
    return Choice(str(preview.get("title", "")), str(preview.get("text", "")), attachment)
