"""What a platform gives the contract suite: itself, with our adapter and a product of the test's,
and Sam, who uses it. A platform passes when every test of test_platforms.py does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from bot.port import Sender, Target
from tests.contracts.product import Product


class Fault(Enum):
    """What a platform can be made to do wrong."""

    BUSY = "it takes one call a second"
    DOWN = "it refuses every call"
    MUMBLES = "it does what it is asked, and its answer is lost"


class Kind(Enum):
    """What is delivered straight to the adapter's door."""

    MESSAGE = "message"
    COMMAND = "command"


class Lack(Enum):
    """What a platform truly cannot, and what takes its place."""

    SIZES = "it does not say how large a file is: that is found out while it is fetched"
    LOST = "what was posted is not found where the answer was lost: it is posted again"
    ROOTS = "no thread ends with the message that it hangs on: it goes on without"


@dataclass(frozen=True)
class Seen:
    """What somebody sees: the words, and what can be pressed."""

    text: str
    tokens: Sequence[str] = ()


@dataclass(frozen=True)
class Opened:
    """A form on screen; `values` is what it holds already."""

    id: str
    title: str
    values: Mapping[str, str]


@dataclass(frozen=True)
class Outcome:
    """What came of something Sam waited for."""

    form: Opened | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    failed: str = ""


class Harness(Protocol):
    """A platform under test. `here` is a channel that the bot was let into, `shut` one it was not,
    `files` where people and the bot can give each other files; `sam` is Sam's id, `kim` somebody
    else's. `typed` is how many characters one can type into one field of a form.
    """

    product: Product
    sender: Sender
    stranger: Sender
    here: Target
    shut: Target
    files: Target
    sam: str
    kim: str
    typed: int
    lacks: frozenset[Lack]

    async def types(self, text: str, target: Target | None = None) -> Outcome:
        """Sam types a command, in `here` unless elsewhere."""
        ...

    async def presses(self, message: str, token: str) -> Outcome:
        """Sam presses the button that carries `token`."""
        ...

    async def fills(self, form: str, values: Mapping[str, str]) -> Outcome:
        """Sam sends a form."""
        ...

    async def writes(
        self, text: str, target: Target | None = None, *, file: bytes | None = None
    ) -> str:
        """Sam writes a message; its reference."""
        ...

    async def rewrites(self, message: str, text: str) -> None:
        """Sam changes it."""
        ...

    async def deletes(self, message: str) -> None:
        """Sam deletes it, or one of the bot's."""
        ...

    async def sees(self, message: str, who: str = "") -> Seen | None:
        """A message as Sam, or `who`, sees it."""
        ...

    async def whispers(self, target: Target | None = None) -> Sequence[Seen]:
        """What only Sam sees there, oldest first."""
        ...

    async def reactions(self, message: str) -> Sequence[str]:
        """The bot's reactions on it."""
        ...

    async def home(self) -> Seen:
        """Sam's home tab."""
        ...

    async def suggests(self, text: str) -> Sequence[str]:
        """What Sam is offered while typing `/flow text`."""
        ...

    async def delivers(self, kind: Kind, event: str, *, genuine: bool = True) -> bool:
        """Something of Sam's comes to the adapter's door as the event `event`; whether it is taken.

        It is the same message or command each time. Not `genuine`: somebody else sends it.
        """
        ...

    async def breaks(self, fault: Fault | None) -> None:
        """From now on the platform does this wrong; None: nothing."""
        ...
