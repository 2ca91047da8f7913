"""What a person in a chat can do and see, whatever carries it: the port that stories are told on.

Channels are known by name; `direct` is somebody's own conversation with ResolutionFlow.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

DIRECT = "direct"
POINTS = {"Add as note": "note", "Start a flow from this": "start"}  # of a message's own menu


class Failed(Exception):
    """The chat refused what was done; the message is what it said."""


@contextmanager
def refusing(impossible: type[Exception]) -> Iterator[None]:
    """What no client lets anybody do is what the chat refuses."""
    try:
        yield
    except impossible as error:
        raise Failed(str(error)) from error


@dataclass(frozen=True)
class Place:
    """A channel, or the thread below one of its messages."""

    channel: str
    thread: str = ""


@dataclass(frozen=True)
class Offered:
    """A button, or (`menu`) an entry of a menu; `handle` is the driver's own."""

    label: str
    handle: str
    key: str = ""
    menu: bool = False


@dataclass(frozen=True)
class Seen:
    """A message as somebody reads it: plain words, blocks one below the other.

    `private`: nobody else sees it. `document` is a text to copy whole.
    """

    id: str
    author: str
    by_bot: bool
    text: str
    buttons: tuple[Offered, ...] = ()
    private: bool = False
    document: str = ""
    reactions: frozenset[str] = frozenset()
    files: tuple[str, ...] = ()
    version: int = 0

    def offered(self, label: str) -> Offered | None:
        """The button with this label, or with this and a count: "Read on" is "Read on (2 of 4)"."""
        named = [button for button in self.buttons if button.label == label]
        counted = [button for button in self.buttons if button.label.startswith(f"{label} (")]
        return next(iter(named + counted), None)


@dataclass(frozen=True)
class SeenField:
    """A question of an open form; `value` in the words of its options, where it has such."""

    label: str
    value: str
    options: tuple[str, ...] = ()
    error: str = ""


@dataclass(frozen=True)
class SeenForm:
    """A form that is open; `error` is what it says of itself as a whole."""

    title: str
    text: str
    submit: str
    fields: tuple[SeenField, ...]
    error: str = ""


class Driver(Protocol):
    """Everybody in the story, before their screens. Doing raises Failed where the chat refuses."""

    async def goes(self, who: str, place: Place) -> None:
        """Look at a place from now on."""
        ...

    async def looks(self, who: str) -> Sequence[Seen]:
        """What stands there now, oldest first: in a thread its root too."""
        ...

    async def remembers(self, who: str) -> Sequence[Seen]:
        """What stood there before and reads differently now, oldest first."""
        ...

    async def waits(self, who: str, seconds: float) -> None:
        """Until something may have changed, at most so long."""
        ...

    async def form(self, who: str) -> SeenForm | None:
        """The form that is open."""
        ...

    async def home(self, who: str) -> Seen:
        """The Home tab, opened anew."""
        ...

    async def suggests(self, who: str, text: str) -> Sequence[str]:
        """What is suggested while this is typed."""
        ...

    async def types(self, who: str, text: str) -> None:
        """Send a command, with its slash."""
        ...

    async def writes(
        self, who: str, text: str, *, files: Mapping[str, bytes], quoting: Seen | None
    ) -> None:
        """Send a message."""
        ...

    async def presses(self, who: str, message: Seen, button: Offered) -> None:
        """Press a button, or pick an entry of a menu."""
        ...

    async def fills(self, who: str, values: Mapping[str, str]) -> None:
        """Fill the form that is open, by labels, and send it."""
        ...

    async def edits(self, who: str, message: Seen, text: str) -> None:
        """Change an own message."""
        ...

    async def deletes(self, who: str, message: Seen) -> None:
        """Take an own message back."""
        ...

    async def reacts(self, who: str, message: Seen, reaction: str, *, on: bool) -> None:
        """Put a reaction on a message, or take it off."""
        ...

    async def points(self, who: str, message: Seen, entry: str) -> None:
        """Pick an entry of a message's own menu: one of POINTS."""
        ...

    async def lets_in(self, channel: str) -> None:
        """Let ResolutionFlow write in a channel."""
        ...

    async def lets_out(self, channel: str) -> None:
        """Take ResolutionFlow out of a channel."""
        ...
