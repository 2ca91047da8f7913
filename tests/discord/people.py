"""People at their clients: they type, write, press and fill in, see what Discord shows them, and are
told what Discord tells them when the app does not answer. Nothing here that a client could not do.

Longer than most: everything that one person can do is in one place.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.discord.filling import Impossible
from tests.discord.world import Channel, Guild, Interaction, Json, Message, Modal, Thread, User

if TYPE_CHECKING:
    from tests.discord.server import Discord

DIRECT = "direct"  # somebody's own conversation with the bot, where a channel is named


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
        raise NotImplementedError

    def message(self, id: str) -> Message:
        """A message before them. Raises Impossible where it is none."""
        raise NotImplementedError

    @property
    def direct(self) -> Channel:
        """Their conversation with the bot."""
        raise NotImplementedError

    def threads(self, channel: str, *, archived: bool = False) -> list[Thread]:
        """The threads of a channel that are open, or (`archived`) the others."""
        raise NotImplementedError

    # What they do in conversations

    async def types(self, command: str, channel: str, thread: str = "") -> Interaction:
        """A slash command, with its slash: "/flow start printer jams". Words after the subcommand
        are its first option. Waits for the first response, or until Discord gives up (see
        `toasts`). Raises Impossible where there is no such command.
        """
        raise NotImplementedError

    async def suggested(self, command: str, channel: str, thread: str = "") -> list[Choice]:
        """What is suggested while this is typed into the command's option."""
        raise NotImplementedError

    async def points(self, id: str, entry: str) -> Interaction:
        """At a message, by an entry of its menu (a message command)."""
        raise NotImplementedError

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
        raise NotImplementedError

    def edits(self, id: str, text: str) -> None:
        """An own message reads differently."""
        raise NotImplementedError

    def deletes(self, id: str) -> None:
        """An own message, or as an admin somebody else's; an ephemeral one is only dismissed."""
        raise NotImplementedError

    def reacts(self, id: str, emoji: str, *, on: bool = True) -> None:
        """A reaction (the emoji itself) comes or goes."""
        raise NotImplementedError

    # What they do with what the app shows

    async def presses(self, id: str, custom_id: str) -> Interaction:
        """A button of a message, as the message is or was. An archived thread is opened by it."""
        raise NotImplementedError

    async def picks(self, id: str, custom_id: str, *values: str) -> Interaction:
        """Options of a select, by their values."""
        raise NotImplementedError

    # What they do in a modal

    def fills(self, custom_id: str, value: str | Sequence[str]) -> None:
        """An input of the modal: a text, or an option's value or several."""
        raise NotImplementedError

    async def submits(self) -> Interaction | None:
        """Send the modal; None where the client says first what is missing (`modal.errors`). It
        closes when the app has answered, and stays where it did not.
        """
        raise NotImplementedError

    def closes(self) -> None:
        """The modal; the app is not told."""
        raise NotImplementedError

    # What they do with places

    def opens_thread(self, id: str, name: str) -> Thread:
        """A thread from a message."""
        raise NotImplementedError

    def archives(self, thread: str, *, archived: bool = True) -> None:
        """Close a thread, or open it again."""
        raise NotImplementedError

    def locks(self, thread: str, *, locked: bool = True) -> None:
        """Lock a thread (and close it), or unlock it: as an admin."""
        raise NotImplementedError

    def renames(self, channel: str, name: str) -> None:
        """A channel or thread has another name: as an admin."""
        raise NotImplementedError

    def deletes_thread(self, thread: str) -> None:
        """A thread is no more: as an admin."""
        raise NotImplementedError

    def deletes_channel(self, channel: str) -> None:
        """A channel is no more, nor are its threads: as an admin."""
        raise NotImplementedError

    def kicks_bot(self) -> None:
        """The bot leaves the guild: as an admin."""
        raise NotImplementedError

    def adds_bot(self) -> None:
        """The bot is in the guild again: as an admin."""
        raise NotImplementedError

    def permits(self, channel: str, permission: str, *, on: bool) -> None:
        """The bot may do something ("View Channels", "Send Messages", …) in a channel from now
        on, or (`on` is false) may not: as an admin.
        """
        raise NotImplementedError


__all__ = ["DIRECT", "Choice", "Impossible", "Json", "Person"]
