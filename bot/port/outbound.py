"""What a platform does for the product: answer at once, and send later. Views in, native out.

A reply handle never leaves `receive`: what is answered is a value, `Answer`, and the platform
carries it out while it still holds the handle. Only durable references are stored.
"""

from collections.abc import Mapping, Sequence
from dataclasses import field
from enum import StrEnum
from typing import Protocol

from bot.port.inbound import File, Inbound
from core.frozen import frozen
from core.views import (
    FoldedView,
    FormView,
    GuideView,
    HeaderView,
    HelpView,
    HomeView,
    MembersView,
    NoteView,
    NoticeView,
    PastView,
    SessionsView,
    StatusView,
    StepView,
    TimeView,
    WhereWasIView,
)

Shown = (
    StepView
    | HeaderView
    | FoldedView
    | HelpView
    | PastView
    | WhereWasIView
    | NoteView
    | NoticeView
    | StatusView
    | TimeView
    | SessionsView
    | HomeView
    | GuideView
    | MembersView
)


class Receipt(StrEnum):
    """What became of a message, as a reaction on it."""

    TAKEN = "taken"  # it is a note now
    ANSWERED = "answered"  # it answered the step
    NOT_TAKEN = "not-taken"  # it could not be kept; a whisper says why


@frozen
class Form:
    """A form to open; `token` comes back with what is submitted."""

    token: str
    view: FormView


@frozen
class Suggestion:
    """One completion of a command: what is shown, what is typed."""

    label: str
    text: str


@frozen
class Settled:
    """That a message shows `revision` once the platform has taken the answer.

    Handed back to `Front.settle` then. Whoever dies in between costs nothing: the claim on the
    message ends by itself, and the message is sent anew. `screen` is the message by the
    platform's own names.
    """

    account: str
    message: str
    claim: str
    revision: int
    screen: str = ""


@frozen
class Answer:
    """What somebody is answered with at once; empty means: only acknowledge.

    `replace` is shown in the message that was clicked. `whispers` are seen by who asked alone.
    `form` opens instead of everything else. `errors`, by field, keep a submitted form open.
    `home` fills the Home tab.
    """

    replace: Shown | None = None
    whispers: tuple[Shown, ...] = ()
    form: Form | None = None
    suggestions: tuple[Suggestion, ...] = ()
    errors: Mapping[str, str] = field(default_factory=dict)
    home: HomeView | None = None
    receipt: Receipt | None = None
    settled: Settled | None = None


NOTHING = Answer()


class Front(Protocol):
    """The product, as a platform sees it."""

    async def receive(self, inbound: Inbound) -> Answer:
        """What to answer. Raises nothing: an error is an answer that says what to do."""
        ...

    async def settle(self, settled: Settled) -> None:
        """The platform has taken the answer that carried this."""
        ...


@frozen
class Target:
    """Where a message goes: the workspace, channel and thread by the platform's own names."""

    workspace: str
    channel: str
    thread: str = ""


@frozen
class Upload:
    """A file to post; `title` is what it is, for who cannot see it."""

    name: str
    media_type: str
    content: bytes
    title: str


class Sender(Protocol):
    """What a platform does when nobody waits. Every method may raise a PlatformError."""

    async def post(self, target: Target, shown: Shown, *, mark: str) -> str:
        """Post it, carrying `mark` where the platform can; its durable reference."""
        ...

    async def edit(self, target: Target, reference: str, shown: Shown) -> None:
        """Show something else in the message."""
        ...

    async def withdraw(self, target: Target, reference: str) -> None:
        """Take a message of ours away; what is gone already raises nothing."""
        ...

    async def find(self, target: Target, *, mark: str) -> str | None:
        """The reference of the message that carries `mark`, if it was ever posted there."""
        ...

    async def open_thread(self, target: Target, reference: str) -> str:
        """The thread below a message of the channel `target`, opened if it was not yet."""
        ...

    async def upload(self, target: Target, upload: Upload, *, mark: str) -> str:
        """Post a file; its durable reference."""
        ...

    async def fetch(self, workspace: str, file: File, *, limit: int) -> bytes:
        """A file's bytes. Raises Gone; TooLarge where there are more than `limit`."""
        ...

    async def tell(self, workspace: str, person: str, shown: NoticeView, *, mark: str) -> None:
        """Tell one person, seen by nobody else; `mark` makes a repeated one recognisable."""
        ...

    async def may_write(self, target: Target) -> bool:
        """Whether the bot can post there."""
        ...

    async def lacking(self, target: Target) -> Sequence[str]:
        """What an admin has to grant the bot so that it may write there, by the names that people
        see; nothing where it is only to be let in.
        """
        ...

    async def direct(self, workspace: str, person: str) -> Target:
        """The conversation with one person."""
        ...

    async def link(self, target: Target, reference: str = "") -> str | None:
        """An address that opens the message, or the thread; None where there is none."""
        ...


class TooLarge(Exception):
    """A file is larger than what was asked for; nothing of it was kept."""
