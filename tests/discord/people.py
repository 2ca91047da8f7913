"""People at their clients: they type, write, press and fill in, see what Discord shows them, and
are told what Discord tells them when the app does not answer. Nothing here that a client could not
do.

Longer than most: everything that one person can do is in one place.
"""

import mimetypes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.discord.acts import Acts
from tests.discord.chat import BOT, Said
from tests.discord.checks_components import BUTTON, SELECT
from tests.discord.filling import Impossible, begun, inputs, submitted, value_of, wrong
from tests.discord.interactions import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL
from tests.discord.parts import every, numbered
from tests.discord.payloads import message_json
from tests.discord.permissions import BITS, of_roles
from tests.discord.typing_in import command_data
from tests.discord.world import (
    DM,
    REPLY,
    SAID,
    STARTER,
    Attachment,
    Channel,
    Guild,
    Interaction,
    Json,
    Message,
    Modal,
    Role,
    Thread,
    User,
)

if TYPE_CHECKING:
    from tests.discord.server import Discord

DIRECT = "direct"  # somebody's own conversation with the bot, where a channel is named
TYPED = 2_000  # characters that a client sends
_LINK = 5  # the style of a button that only opens a page


@dataclass(frozen=True)
class Choice:
    """What is suggested while an option is typed: what is shown, and what is sent for it."""

    name: str
    value: str


@dataclass
class Person:
    """One person in one guild. `toasts` are what Discord told them, oldest first; `modal` is the
    form that they have open.

    A `channel` is a name ("support"), an id, or DIRECT; a `thread` is an id, "" for none.
    """

    discord: "Discord"
    guild: Guild
    user: User
    toasts: list[str] = field(default_factory=list)
    modal: Modal | None = None

    # What they see

    def sees(self, channel: str, thread: str = "") -> list[Message]:
        """What stands in a channel, or in a thread (first the message that it was made from), for
        them, oldest first; with ephemeral messages to them.
        """
        place = self._place(channel, thread)
        found = [*place.standing(self.user.id)]
        root = self.discord.chat.message(thread) if thread else None
        return [root, *found] if root is not None and not root.deleted else found

    def message(self, id: str) -> Message:
        """A message before them. Raises Impossible where it is none."""
        found = self.discord.chat.message(id)
        if found is None or found.only_for not in ("", self.user.id):
            raise Impossible("there is no such message")
        self._visible(self.discord.chat.channels[found.channel])
        if found.deleted:
            raise Impossible("This message was deleted.")
        return found

    @property
    def direct(self) -> Channel:
        """Their conversation with the bot."""
        return self.discord.chat.direct(self.user)

    def threads(self, channel: str, *, archived: bool = False) -> list[Thread]:
        """The threads of a channel that are open, or (`archived`) the others."""
        every = self.discord.chat.threads(self._place(channel))
        return [each for each in every if each.archived == archived]

    # What they do in conversations

    async def types(self, command: str, channel: str, thread: str = "") -> Interaction:
        """A slash command, with its slash: "/flow start printer jams". Words after the subcommand
        are its first option. Waits for the first response, or until Discord gives up (see
        `toasts`). Raises Impossible where there is no such command.
        """
        place = self._commanded(channel, thread)
        return await self._asks(COMMAND, place, command_data(command, self._commands(place)))

    async def suggested(self, command: str, channel: str, thread: str = "") -> list[Choice]:
        """What is suggested while this is typed into the command's option."""
        place = self._commanded(channel, thread)
        data = command_data(command, self._commands(place), focused=True)
        made = await self._asks(AUTOCOMPLETE, place, data)
        return [Choice(each["name"], str(each["value"])) for each in made.choices]

    async def points(self, id: str, entry: str) -> Interaction:
        """At a message, by an entry of its menu (a message command)."""
        message = self.message(id)
        place = self.discord.chat.channels[message.channel]
        named = [c for c in self._commands(place) if c["type"] == 3 and c["name"] == entry]
        if not named or message.only_for or message.kind == STARTER:
            raise Impossible("that is not in this menu")
        self._works_in(place)
        command = named[0]
        data: Json = {"id": command["id"], "name": entry, "type": 3, "target_id": id}
        data["resolved"] = {"messages": {id: message_json(message, self.discord.chat)}}
        if "guild_id" in command:
            data["guild_id"] = command["guild_id"]
        return await self._asks(COMMAND, place, data)

    def writes(
        self,
        text: str,
        channel: str,
        thread: str = "",
        *,
        files: Mapping[str, bytes] | None = None,
        reply_to: str = "",
    ) -> Message:
        """A message; `@ResolutionFlow` in it mentions the bot. A thread that is archived is opened
        by it.
        """
        place = self._place(channel, thread)
        self._writable(place)
        if not text and not files:
            raise Impossible("there is nothing to send")
        if reply_to and self.message(reply_to).channel != place.id:
            raise Impossible("only a message of the same channel can be replied to")
        kept = [self._file(name, content) for name, content in (files or {}).items()]
        kind = REPLY if reply_to else SAID
        said = Said(self._sent(text), files=kept, kind=kind, reply_to=reply_to)
        return self.discord.chat.writes(place, self.user, said)

    def edits(self, id: str, text: str) -> None:
        """An own message reads differently."""
        message = self.message(id)
        if message.author != self.user.id:
            raise Impossible("it is somebody else's")
        self._works_in(self._open_place(message))
        said = Said(self._sent(text), files=message.files, flags=message.flags)
        self.discord.chat.changes(message, said)

    def deletes(self, id: str) -> None:
        """An own message, or as an admin somebody else's; an ephemeral one is only dismissed."""
        message = self.message(id)
        if not message.only_for:
            place = self._open_place(message)
            if message.author != self.user.id:
                self._may(place, "Manage Messages")
        self.discord.chat.deletes(message)

    def reacts(self, id: str, emoji: str, *, on: bool = True) -> None:
        """A reaction (the emoji itself) comes or goes."""
        message = self.message(id)
        place = self._open_place(message)
        if message.only_for:
            raise Impossible("only the two of you see it")
        if on and emoji not in message.reactions:
            self._may(place, "Add Reactions")
        self.discord.chat.reacts(message, self.user, emoji, on=on)

    # What they do with what the app shows

    async def presses(self, id: str, custom_id: str) -> Interaction:
        """A button of a message, as the message is or was. An archived thread is opened by it."""
        message, button = self._found(id, custom_id, BUTTON)
        if button["style"] == _LINK:
            raise Impossible("that button opens a page")
        return await self._works(message, button, {})

    async def picks(self, id: str, custom_id: str, *values: str) -> Interaction:
        """Options of a select, by their values."""
        message, select = self._found(id, custom_id, SELECT)
        wanted = value_of(select, values)
        if len(wanted) < select.get("min_values", 1):
            raise Impossible("more must be chosen")
        return await self._works(message, select, {"values": wanted})

    # What they do in a modal

    def fills(self, custom_id: str, value: str | Sequence[str]) -> None:
        """An input of the modal: a text, or an option's value or several."""
        modal = self._opened()
        found = {each["custom_id"]: each for each in inputs(modal)}
        if custom_id not in found:
            raise Impossible(f"the form has no input {custom_id}")
        modal.typed[custom_id] = value_of(found[custom_id], value)

    async def submits(self) -> Interaction | None:
        """Send the modal; None where the client says first what is missing (`modal.errors`). It
        closes when the app has answered, and stays where it did not.
        """
        modal = self._opened()
        modal.errors = wrong(modal)
        if modal.errors:
            self.discord.chat.rings()
            return None
        about = self.discord.chat.message(modal.of.message)
        data = {"custom_id": modal.custom_id, "components": submitted(modal)}
        place = self.discord.chat.channels[modal.of.channel]
        made = await self._asks(MODAL, place, data, about)
        if made.answered and self.modal is modal:
            self.closes()
        return made

    def closes(self) -> None:
        """The modal; the app is not told."""
        self.modal = None
        self.discord.chat.rings()

    # What they do with places

    def opens_thread(self, id: str, name: str) -> Thread:
        """A thread from a message."""
        message = self.message(id)
        self._may(self.discord.chat.channels[message.channel], "Create Public Threads")
        if message.thread or message.only_for:
            raise Impossible("it has a thread, or cannot have one")
        return self.discord.chat.places.opens_thread(message, name, self.user)

    def archives(self, thread: str, *, archived: bool = True) -> None:
        """Close a thread, or open it again."""
        found = self._thread(thread)
        if (archived and found.owner != self.user.id) or found.locked:
            self._may(found, "Manage Threads")
        self.discord.chat.places.alters(found, archived=archived)

    def locks(self, thread: str, *, locked: bool = True) -> None:
        """Lock a thread (and close it), or unlock it: as an admin."""
        found = self._thread(thread)
        self._may(found, "Manage Threads")
        self.discord.chat.places.alters(found, archived=locked, locked=locked)

    def renames(self, channel: str, name: str) -> None:
        """A channel or thread has another name: as an admin."""
        place = self._place(channel)
        if isinstance(place, Thread):
            self._may(place, "Manage Threads")
            self.discord.chat.places.alters(place, name=name)
        else:
            self._may(place, "Manage Channels")
            self.discord.chat.places.renames(place, name)

    def deletes_thread(self, thread: str) -> None:
        """A thread is no more: as an admin."""
        found = self._thread(thread)
        self._may(found, "Manage Threads")
        self.discord.chat.places.deletes(found)

    def deletes_channel(self, channel: str) -> None:
        """A channel is no more, nor are its threads: as an admin."""
        place = self._place(channel)
        self._may(place, "Manage Channels")
        self.discord.chat.places.deletes(place)

    def shuts_direct(self, *, on: bool = True) -> None:
        """They take no direct messages from now on, or do again."""
        shut = self.discord.chat.shut
        shut.add(self.user.id) if on else shut.discard(self.user.id)

    def kicks_bot(self) -> None:
        """The bot leaves the guild: as an admin."""
        self._rules("Kick Members")
        self.discord.chat.places.kicks_bot(self.guild)

    def adds_bot(self) -> None:
        """The bot is in the guild again: as an admin."""
        self._rules("Manage Server")
        self.discord.chat.places.adds_bot(self.guild)

    def permits(self, channel: str, permission: str, *, on: bool) -> None:
        """The bot may do something ("View Channels", "Send Messages", …) in a channel from now
        on, or (`on` is false) may not: as an admin.
        """
        place = self._place(channel)
        self._may(place, "Manage Roles")
        self.discord.chat.places.permits(place, permission, on=on)

    def grants(self, permission: str, *, on: bool, role: str = BOT) -> None:
        """Whoever has a role, by its name, may do something in the guild from now on, or (`on` is
        false) may not: as an admin.
        """
        self._rules("Manage Roles")
        found = self._role(role)
        self.discord.chat.places.grants(self.guild, found, permission, on=on)

    def gives(self, role: str, *, on: bool = True) -> None:
        """The bot has a role, or has it no more: as an admin."""
        self._rules("Manage Roles")
        self.discord.chat.places.gives(self.guild, self._role(role), on=on)

    # How it is sent

    async def _works(self, message: Message, component: Json, more: Json) -> Interaction:
        place = self.discord.chat.channels[message.channel]
        self._works_in(place)
        data: Json = {
            "custom_id": component["custom_id"],
            "component_type": component["type"],
            "id": component["id"],
        }
        return await self._asks(COMPONENT, place, data | more, message)

    async def _asks(
        self, kind: int, place: Channel, data: Json, message: Message | None = None
    ) -> Interaction:
        """Send an interaction; what came of it is a modal, or what the client says."""
        made = await Acts(self.discord, self.user).asks(kind, place, data, message)
        if made.failed:
            self.toasts.append(made.failed)
        if made.modal:
            shown = tuple(numbered(made.modal["components"]))
            opened = Modal(made.modal["custom_id"], made.modal["title"], shown, made)
            opened.typed = {each["custom_id"]: begun(each) for each in inputs(opened)}
            self.modal = opened
        self.discord.chat.rings()
        return made

    def _commands(self, place: Channel) -> list[Json]:
        """What can be called there: those of the guild, then those of everywhere."""
        kept = self.discord.commands
        if place.kind == DM:
            return [*kept.get("", [])]
        if self.discord.chat.bot.id not in self.guild.members:
            return []
        own = kept.get(place.guild, [])
        names = {(each["type"], each["name"]) for each in own}
        return [*own, *(c for c in kept.get("", []) if (c["type"], c["name"]) not in names)]

    def _commanded(self, channel: str, thread: str) -> Channel:
        place = self._place(channel, thread)
        self._may(place, "Use Application Commands")
        self._works_in(place)
        return place

    def _works_in(self, place: Channel) -> None:
        """A thread that is archived is opened first, by the client, as somebody works in it
        (github.com/discord/discord-api-docs/issues/8474).
        """
        if not isinstance(place, Thread):
            return
        if place.locked:
            self._may(place, "Manage Threads")
        if place.archived:
            self.discord.chat.places.alters(place, archived=False)

    def _sent(self, text: str) -> str:
        if len(text) > TYPED:
            raise Impossible(f"Your message is too long: {len(text)} characters")
        return text.replace(f"@{BOT}", f"<@{self.discord.chat.bot.id}>")

    def _file(self, name: str, content: bytes) -> Attachment:
        if len(content) > self.discord.file_size:
            raise Impossible("Your files are too powerful")
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        chat = self.discord.chat
        return chat.files.keep(chat.ids.next(), name, kind, content)

    # Where it is

    def _place(self, channel: str, thread: str = "") -> Channel:
        """The channel or thread of that name or id, which they see. Raises Impossible."""
        chat = self.discord.chat
        if channel == DIRECT:
            return self.direct
        try:
            found = chat.channel(channel, self.guild)
            found = chat.thread(thread) if thread else found
        except (KeyError, ValueError) as error:
            raise Impossible(f"there is no {thread or channel}") from error
        self._visible(found)
        return found

    def _thread(self, id: str) -> Thread:
        found = self._place(id, id)
        assert isinstance(found, Thread)
        return found

    def _visible(self, place: Channel) -> None:
        if place.deleted or self.discord.chat.parent(place).deleted:
            raise Impossible("it was deleted")
        if not self.discord.chat.may(place, "View Channels", self.user):
            raise Impossible("there is no such place for them")

    def _writable(self, place: Channel) -> None:
        in_thread = isinstance(place, Thread)
        self._may(place, "Send Messages in Threads" if in_thread else "Send Messages")
        if isinstance(place, Thread) and place.locked:
            self._may(place, "Manage Threads")

    def _open_place(self, message: Message) -> Channel:
        """Where a message is; nothing is changed in an archived thread."""
        place = self.discord.chat.channels[message.channel]
        if isinstance(place, Thread) and place.archived:
            raise Impossible("the thread is archived")
        return place

    def _may(self, place: Channel, permission: str) -> None:
        if not self.discord.chat.may(place, permission, self.user):
            raise Impossible(f"they may not: {permission}")

    def _role(self, name: str) -> Role:
        found = [each for each in self.guild.roles.values() if each.name == name]
        if not found:
            raise Impossible(f"there is no role {name}")
        return found[0]

    def _rules(self, permission: str) -> None:
        member = self.guild.members[self.user.id]
        if not of_roles(self.guild, member) & BITS[permission]:
            raise Impossible(f"they may not: {permission}")

    # What is before them

    def _found(self, id: str, custom_id: str, kind: int) -> tuple[Message, Json]:
        """A message, and what of it is meant, now or before."""
        message = self.message(id)
        for version in reversed(message.versions):
            for each in every(version.components):
                if each["type"] == kind and each.get("custom_id") == custom_id:
                    if each.get("disabled"):
                        raise Impossible("it is greyed out")
                    return message, each
        raise Impossible("there is no such button")

    def _opened(self) -> Modal:
        if self.modal is None:
            raise Impossible("no form is open")
        return self.modal
