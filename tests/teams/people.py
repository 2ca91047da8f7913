"""People at their clients: they write, press and fill in, see what Teams shows them, and are told
what Teams tells them when the bot does not answer. Nothing here that a client could not do.

Longer than most: everything that one person can do is in one place.
"""

import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import uuid4

from tests.teams import payloads
from tests.teams.acts import WRONG, Acts, dialog_of
from tests.teams.chat import BOT, Said
from tests.teams.checks import CONSENT
from tests.teams.desk import Desk, Screen
from tests.teams.filling import Impossible, sent, value_of, wrong
from tests.teams.parts import Pressable, begun, elements, pressables, visibility
from tests.teams.world import (
    CHANNEL,
    PERSONAL,
    Asked,
    Dialog,
    File,
    Json,
    Message,
    Place,
    Tenant,
    User,
)

if TYPE_CHECKING:
    from tests.teams.server import Teams

DIRECT = "direct"  # somebody's own chat with the bot, where a channel is named
TYPED = 28_000  # characters that a client sends, about
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
    they have open, `extension` where they opened it. `old`: their client is an older one, which
    knows no Action.Execute.

    A `channel` is the name of a channel ("support") or group chat ("crew"), an id, or DIRECT; a
    `thread` is the id of the post that it hangs on, "" for none.
    """

    teams: "Teams"
    tenant: Tenant
    user: User
    toasts: list[str] = field(default_factory=list)
    dialog: Dialog | None = None
    old: bool = False
    desk: Desk = field(init=False)

    def __post_init__(self) -> None:
        self.desk = Desk(self.user.id)

    # What they see

    def sees(self, channel: str, thread: str = "") -> list[Message]:
        """What stands in a chat, at the top of a channel, or in a thread (first the post that it
        hangs on), oldest first.
        """
        return [*self.teams.chat.standing(self._place(channel), thread)]

    def message(self, id: str) -> Message:
        """A message before them. Raises Impossible where it is none."""
        found = self.teams.chat.message(id)
        if found is None:
            raise Impossible("there is no such message")
        self._visible(self.teams.chat.places[found.place])
        if found.deleted:
            raise Impossible("This message was deleted.")
        return found

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
        return self.teams.chat.direct(self.user)

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
        place = self._place(channel)
        self._writable(place, thread)
        if not text and not files:
            raise Impossible("there is nothing to send")
        quoted = self.message(reply_to) if reply_to else None
        if quoted is not None and (quoted.place != place.id or place.kind == CHANNEL):
            raise Impossible("only a message of the same chat can be quoted")
        kept = [self._file(name, content) for name, content in (files or {}).items()]
        said = self._said(text, place, kept, quoted)
        return self.teams.chat.writes(place, self.user.id, _in(said, thread))

    def edits(self, id: str, text: str) -> None:
        """An own message reads differently."""
        message = self._own(id)
        place = self.teams.chat.places[message.place]
        self._writable(place)
        quoted = self.teams.chat.message(message.quotes) if message.quotes else None
        self.teams.chat.changes(message, self._said(text, place, message.files, quoted))

    def deletes(self, id: str) -> None:
        """An own message, or as an owner of the team somebody else's or the bot's."""
        message = self.message(id)
        place = self.teams.chat.places[message.place]
        self._writable(place)
        if message.author != self.user.id:
            if place.kind != CHANNEL:
                raise Impossible("it is not theirs")
            self._owns(place)
        self.teams.chat.deletes(message)

    def undoes(self, id: str) -> None:
        """A message that they deleted is there again."""
        found = self.teams.chat.message(id)
        if found is None or not found.deleted or found.author != self.user.id:
            raise Impossible("there is nothing to undo")
        self.teams.chat.undeletes(found)

    def reacts(self, id: str, kind: str, *, on: bool = True) -> None:
        """A reaction ("like", "heart", …) comes or goes."""
        message = self.message(id)
        self._writable(self.teams.chat.places[message.place])
        self.teams.chat.reacts(message, self.user.id, kind, on=on)

    # What they do with cards

    async def presses(self, id: str, named: str) -> Asked | None:
        """An action of a message's card, as the card is or was for them, by its handle, id or
        title; None where the client does it alone, or says first what is missing.
        """
        message = self.message(id)
        screen, pressed = self.desk.found(message, named)
        self._workable(message, screen, pressed)
        if pressed.kind == "Action.ToggleVisibility":
            screen.toggles(pressed.action)
            self.teams.chat.rings()
            return None
        if pressed.kind not in ("Action.Execute", "Action.Submit"):
            raise Impossible("that button opens something else")
        data = self._gathered(screen, pressed)
        if data is None:
            return None
        return await self._presses(message, pressed, data)

    async def picks(self, id: str, input: str, *values: str, press: str = "") -> Asked | None:
        """Choices of a menu on a card, by their values; then the button beside it, or `press`."""
        self.enters(id, input, ",".join(values))
        return await self.presses(id, press or self._beside(id, input))

    def enters(self, id: str, input: str, value: str) -> None:
        """Something into an input of a message's card."""
        screen = self.screen(id)
        field, path = screen.input(input)
        if not screen.sees((*path, field)):
            raise Impossible("it is hidden")
        screen.typed[input] = value_of(field, value)

    async def opens(self, id: str, named: str) -> None:
        """Press what shows an action that is hidden, where it is."""
        screen, pressed = self.desk.found(self.message(id), named)
        hidden = [e for e in pressed.hidden_by if not screen.shown[e]]
        for each in hidden:
            await self.presses(id, self._shows(screen, each).handle)

    async def looks(self, id: str) -> Asked | None:
        """At a message whose card refreshes itself, for them: None where it does not."""
        message = self.message(id)
        refresh = message.shown(self.user.id).card.get("refresh")
        if refresh is None or self.old:
            return None
        place = self.teams.chat.places[message.place]
        users = refresh.get("userIds")
        few = users is None and len(self.teams.chat.people(place)) <= 60
        return await self._refreshes(message, few or self.user.id in (users or ()))

    async def refreshes(self, id: str) -> Asked | None:
        """The same by "Refresh card" in the message's menu."""
        return await self._refreshes(self.message(id), True, "manual")

    # What they do in a dialog

    def fills(self, input: str, value: str) -> None:
        """An input of the dialog."""
        dialog = self._opened()
        screen = Screen(dialog.card, dialog.typed, dialog.shown)
        field, path = screen.input(input)
        if not screen.sees((*path, field)):
            raise Impossible("it is hidden")
        dialog.typed[input] = value_of(field, value)

    async def submits(self, named: str = "") -> Asked | None:
        """Send the dialog, by its only button or that one; None where the client says first what
        is missing (`dialog.errors`). It stays where no answer came.
        """
        dialog = self._opened()
        screen = Screen(dialog.card, dialog.typed, dialog.shown)
        pressed = self._submit(screen, named)
        if pressed.kind == "Action.ToggleVisibility":
            screen.toggles(pressed.action)
            return None
        dialog.errors = self._wrong(screen, pressed)
        if dialog.errors:
            self.teams.chat.rings()
            return None
        data = pressed.data | sent(dialog.card, dialog.typed)
        return await self._submits(dialog, data)

    def closes(self) -> None:
        """The dialog; the bot is not told."""
        self.dialog = None
        self.teams.chat.rings()

    # What they do with the message extension

    async def searches(
        self, text: str, channel: str, thread: str = "", *, command: str = "start"
    ) -> list[Choice]:
        """What is found while this is typed into the search of a message extension."""
        place = self._extensible(channel)
        name = "initialRun" if not text else "search"
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
        place = self._place(channel)
        self._writable(place, thread)
        card = choice.attachment["content"]
        said = Said(cards=[card], root=thread, via_app=True)
        return self.teams.chat.writes(place, self.user.id, said)

    async def points(self, id: str, command: str) -> Asked:
        """At a message, by a command of its menu."""
        message = self.message(id)
        place = self.teams.chat.places[message.place]
        self._extensible(place.id)
        value = {
            "commandId": command,
            "commandContext": "message",
            "requestId": uuid4().hex,
            "messagePayload": payloads.pointed(self.teams.chat, message),
            "context": _THEME,
        }
        return await self._fetches(place, value, message)

    async def begins(self, command: str, channel: str, thread: str = "") -> Asked:
        """A command of the message extension, from where messages are written."""
        place = self._extensible(channel)
        value = {
            "commandId": command,
            "commandContext": "compose",
            "requestId": uuid4().hex,
            "context": _THEME,
        }
        return await self._fetches(place, value, None, thread)

    # What they do with files

    async def accepts(self, id: str, *, accepted: bool = True) -> Asked:
        """A file that the bot wants to give them, or (`accepted` is false) they want none."""
        message = self.message(id)
        asked = [each for each in message.others if each["contentType"] == CONSENT]
        if not asked or self.teams.chat.places[message.place].kind != PERSONAL:
            raise Impossible("nobody asks that")
        content = asked[0]["content"]
        value: Json = {"type": "fileUpload", "action": "accept" if accepted else "decline"}
        value["context"] = content.get(f"{value['action']}Context") or {}
        if accepted:
            value["uploadInfo"] = self._upload(str(asked[0]["name"]), content["sizeInBytes"])
        return await self._asks("fileConsent/invoke", self.direct, value, message)

    # What they do with places

    def installs(self, channel: str, *, all_messages: bool | None = None) -> None:
        """The app in the team of a channel (as its owner), in a group chat, or for themselves."""
        place = self._manages(channel)
        hears = self.teams.chat.all_messages if all_messages is None else all_messages
        self.teams.chat.seats.installs(place, self.user, all_messages=hears)

    def uninstalls(self, channel: str) -> None:
        """The app is not there any more."""
        place = self._manages(channel)
        if self.teams.chat.installed(place) is None:
            raise Impossible("it is not there")
        self.teams.chat.seats.uninstalls(place, self.user)

    def shuts_direct(self, *, on: bool = True) -> None:
        """They block the bot, or do not any more."""
        self.direct.blocked = on
        self.teams.chat.rings()

    def creates_channel(self, name: str, beside: str) -> Place:
        """A channel in the team of another one, as an owner."""
        place = self._channel(beside)
        return self.teams.chat.seats.creates(self.teams.chat.team(place), name, self.user)

    def renames(self, channel: str, name: str) -> None:
        """A channel (or with its General one the team) is called otherwise, as an owner."""
        self.teams.chat.seats.renames(self._channel(channel), name, self.user)

    def deletes_channel(self, channel: str) -> None:
        """A channel is no more, as an owner."""
        self.teams.chat.seats.deletes(self._channel(channel), self.user)

    def restores_channel(self, channel: str) -> None:
        """It is there again, as an owner."""
        place = self.teams.chat.channel(channel, self.tenant)
        self._owns(place)
        self.teams.chat.seats.deletes(place, self.user, deleted=False)

    def deletes_team(self, channel: str) -> None:
        """The team of a channel is no more, as an owner."""
        team = self.teams.chat.team(self._channel(channel))
        self.teams.chat.seats.deletes_team(team, self.user)

    def restores_team(self, channel: str) -> None:
        """It is there again, as an owner."""
        place = self.teams.chat.channel(channel, self.tenant)
        self._owns(place)
        self.teams.chat.seats.deletes_team(self.teams.chat.team(place), self.user, deleted=False)

    def archives(self, channel: str, *, archived: bool = True) -> None:
        """Nothing can be written in the team of a channel any more, or it can again."""
        team = self.teams.chat.team(self._channel(channel))
        self.teams.chat.seats.archives(team, self.user, archived=archived)

    def adds(self, name: str, channel: str) -> None:
        """Somebody comes to the team of a channel (as its owner) or to a group chat."""
        place = self._manages(channel)
        self.teams.chat.seats.joins(place, self.tenant.users[name], self.user)

    def removes(self, name: str, channel: str) -> None:
        """Somebody is taken out again; oneself leaves."""
        place = self._manages(channel) if name != self.user.name else self._place(channel)
        self.teams.chat.seats.leaves(place, self.tenant.users[name], self.user)

    # How it is sent

    async def _presses(self, message: Message, pressed: Pressable, data: Json) -> Asked | None:
        action = pressed.action
        place = self.teams.chat.places[message.place]
        asked = (pressed.data.get("msteams") or {}).get("type")
        if asked == "task/fetch":
            value: Json = {"data": data, "context": _THEME}
            made = await self._asks("task/fetch", place, value, message)
            self._shows_dialog(made)
            return made
        if action["type"] == "Action.Submit":
            Acts(self.teams, self.user).sends_value(message, data)
            await self.teams.delivery.settled()
            return None
        if self.old:
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
        place = self.teams.chat.places[message.place]
        names = ("type", "id", "title", "verb", "data")
        told = {name: action[name] for name in names if name in action}
        value = {"action": told, "trigger": trigger}
        made = await self._asks("adaptiveCard/action", place, value, message)
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
        place = self.teams.chat.places[of.place]
        value: Json = {"data": data, "context": _THEME}
        name, message = "task/submit", self.teams.chat.message(of.message)
        if dialog.extension:
            name = "composeExtension/submitAction"
            value = {**of.value, **value}
        made = await self._asks(name, place, value, message)
        if not made.failed and self.dialog is dialog:
            self.dialog = None
            self._shows_dialog(made, dialog.extension)
        self.teams.chat.rings()
        return made

    async def _fetches(
        self, place: Place, value: Json, message: Message | None, root: str = ""
    ) -> Asked:
        made = await self._asks("composeExtension/fetchTask", place, value, message, root)
        self._shows_dialog(made, str(value["commandId"]))
        return made

    async def _asks(
        self,
        name: str,
        place: Place,
        value: Json,
        message: Message | None = None,
        root: str = "",
    ) -> Asked:
        acts = Acts(self.teams, self.user)
        made = await acts.asks(name, place, value, message, root)
        if made.failed:
            self.toasts.append(made.failed)
        self.teams.chat.rings()
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
        self.teams.chat.rings()

    # What they may

    def _workable(self, message: Message, screen: Screen, pressed: Pressable) -> None:
        place = self.teams.chat.places[message.place]
        if place.kind == CHANNEL and self.teams.chat.team(place).archived:
            raise Impossible("the team is archived")
        if not screen.sees(pressed.path):
            raise Impossible("it is hidden")
        if pressed.action.get("isEnabled") is False:
            raise Impossible("it is greyed out")

    def _gathered(self, screen: Screen, pressed: Pressable) -> Json | None:
        """What an action sends with what was typed; None where something is missing."""
        missing = self._wrong(screen, pressed)
        if missing:
            self.toasts += missing.values()
            return None
        if pressed.action.get("associatedInputs") == "none":
            return pressed.data
        return pressed.data | sent(screen.card, screen.typed)

    def _wrong(self, screen: Screen, pressed: Pressable) -> dict[str, str]:
        if pressed.action.get("associatedInputs") == "none":
            return {}
        return wrong(screen.card, screen.typed, screen.shown)

    def _submit(self, screen: Screen, named: str) -> Pressable:
        if named:
            found = screen.action(named)
            if found is None:
                raise Impossible("there is no such button")
            return found
        every = [each for each in pressables(screen.card) if each.kind == "Action.Submit"]
        if len(every) != 1:
            raise Impossible("which button?")
        return every[0]

    def _beside(self, id: str, input: str) -> str:
        """The handle of the button that stands after an input, among what it is in."""
        screen = self.screen(id)
        field, path = screen.input(input)
        found = [each for each in pressables(screen.card) if each.kind != "Action.OpenUrl"]
        near = [each for each in found if each.path[: len(path)] == path]
        after = [each for each in near if _after(screen.card, field, each)]
        if not (after or near):
            raise Impossible("there is no button beside it")
        return (after or near)[0].handle

    def _shows(self, screen: Screen, id: str) -> Pressable:
        for each in pressables(screen.card):
            targets = each.action.get("targetElements") or ()
            named = [t if isinstance(t, str) else t["elementId"] for t in targets]
            if id in named and screen.sees(each.path):
                return each
        raise Impossible("nothing shows it")

    def _said(self, text: str, place: Place, files: list[File], quoted: Message | None) -> Said:
        if len(text) > TYPED:
            raise Impossible(f"Your message is too long: {len(text)} characters")
        said, mentioned = self._mentioned(text, place)
        html = payloads.html_of(said) if said else ""
        html += "".join(_shown(each) for each in files)
        if quoted is not None:
            html = payloads.quote_of(self.teams.chat, quoted) + html
        # The client of Teams ends what has a mention with a line's end.
        ending = "\n" if mentioned else ""
        return Said(
            f"{said}{ending}",
            html=html,
            format="plain",
            files=files,
            mentions=mentioned,
            quotes=quoted.id if quoted else "",
        )

    def _mentioned(self, text: str, place: Place) -> tuple[str, list[str]]:
        found = []
        names = {self.tenant.app.name: self.tenant.app.bot} | {
            each.shown: each.id for each in self.tenant.users.values()
        }
        here = self.teams.chat.installed(place) is not None
        for name, id in names.items():
            said = re.compile(rf"@{re.escape(name)}\b")
            if said.search(text) and (here or not id.startswith("28:")):
                text = said.sub(f"<at>{name}</at>", text)
                found.append(id)
        return text, found

    def _file(self, name: str, content: bytes) -> File:
        inline = name.startswith("inline:")
        name = name.removeprefix("inline:")
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        if inline and not kind.startswith("image/"):
            raise Impossible("only a picture stands in a text")
        return self.teams.chat.keeps(name, kind, content, inline=inline)

    def _upload(self, name: str, size: int) -> Json:
        file = self.teams.drive.place(name, size)
        return {
            "contentUrl": f"https://acme.sharepoint.example/Documents/{name}",
            "name": name,
            "uploadUrl": f"{self.teams.url}/uploads/{file.id}?tempauth={file.secret}",
            "uniqueId": file.id,
            "fileType": name.rpartition(".")[2],
        }

    # Where it is

    def _place(self, channel: str) -> Place:
        """The channel or chat of that name or id, which they see. Raises Impossible."""
        if channel == DIRECT:
            return self.direct
        try:
            found = self.teams.chat.channel(channel, self.tenant)
        except KeyError as error:
            raise Impossible(f"there is no {channel}") from error
        self._visible(found)
        return found

    def _visible(self, place: Place) -> None:
        if place.deleted or (place.kind == CHANNEL and self.teams.chat.team(place).deleted):
            raise Impossible("it was deleted")
        if self.user.id not in self.teams.chat.people(place):
            raise Impossible("there is no such place for them")

    def _writable(self, place: Place, thread: str = "") -> None:
        self._visible(place)
        if place.kind == CHANNEL and self.teams.chat.team(place).archived:
            raise Impossible("the team is archived")
        if place.kind == PERSONAL and place.installed is None:
            raise Impossible("the app was taken away")
        if thread and (place.kind != CHANNEL or thread not in place.messages):
            raise Impossible("there is no such thread")

    def _extensible(self, channel: str) -> Place:
        """Where the message extension can be used: they have the app, or it is there."""
        place = self._place(channel)
        if self.direct.installed is None and self.teams.chat.installed(place) is None:
            raise Impossible("they have no such app")
        return place

    def _own(self, id: str) -> Message:
        message = self.message(id)
        if message.author != self.user.id:
            raise Impossible("it is somebody else's")
        return message

    def _channel(self, channel: str) -> Place:
        place = self._place(channel)
        if place.kind != CHANNEL:
            raise Impossible("it is no channel")
        self._owns(place)
        return place

    def _manages(self, channel: str) -> Place:
        place = self._place(channel)
        if place.kind == CHANNEL:
            self._owns(place)
        return place

    def _owns(self, place: Place) -> None:
        if self.user.id not in self.teams.chat.team(place).owners:
            raise Impossible("they do not own the team")

    def _opened(self) -> Dialog:
        if self.dialog is None:
            raise Impossible("no dialog is open")
        return self.dialog


def _in(said: Said, root: str) -> Said:
    return Said(**{**vars(said), "root": root})


def _shown(file: File) -> str:
    """How a file stands in the text beside the text."""
    if file.inline:
        kind = "http://schema.skype.com/AMSImage"
        return f'<p><img alt="image" src="{file.id}" itemscope="image" itemtype="{kind}"></p>'
    return f'<attachment id="{file.id}"></attachment>'


def _choice(attachment: Json) -> Choice:
    preview = (attachment.get("preview") or attachment)["content"]
    return Choice(str(preview.get("title", "")), str(preview.get("text", "")), attachment)


def _after(card: Json, field: Json, pressed: Pressable) -> bool:
    """Whether an action comes after an input in reading order."""
    order = [id(each) for each, _ in elements(card)]
    at = id(pressed.path[-1]) if pressed.path else -1
    return at not in order or order.index(at) > order.index(id(field))
