"""A chat platform in memory, as strict as a real one, that can be told to misbehave."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from bot.port import File, Gone, Shown, Target, TooLarge, Unavailable, Upload
from core.views import HeaderView, NoticeView, StepView


@dataclass
class Message:
    """A message on screen: everything it ever showed, the newest last."""

    target: Target
    mark: str
    history: list[Shown]
    deleted: bool = False

    @property
    def shows(self) -> Shown:
        """What it shows now."""
        return self.history[-1]

    @property
    def step(self) -> StepView:
        """The step that it shows now."""
        assert isinstance(self.shows, StepView)
        return self.shows


@dataclass
class Recorder:
    """Implements bot.port.Sender. `log` holds the calls as they came, `told` what people heard.

    `faults` are raised by the next calls, one each; `broken` by every call to that channel or
    person; `failing` by every call of that name; `losing` says which calls succeed although their
    answer is lost. `files` can be fetched; the bot was not let into the channels in `closed`, and
    `lacks` something there.
    """

    messages: dict[str, Message] = field(default_factory=dict)
    told: list[tuple[str, str, NoticeView]] = field(default_factory=list)
    uploads: dict[str, tuple[Target, Upload]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    lacks: tuple[str, ...] = ()
    failing: dict[str, Exception] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    faults: list[Exception] = field(default_factory=list)
    broken: dict[str, Exception] = field(default_factory=dict)
    losing: list[str] = field(default_factory=list)
    marks: set[str] = field(default_factory=set)
    meanwhile: Callable[[str], "asyncio.Future[None] | None"] | None = None

    async def post(self, target: Target, shown: Shown, *, mark: str) -> str:
        await self._called("post", target.channel)
        reference = f"m{len(self.messages) + 1}"
        self.messages[reference] = Message(target, mark, [shown])
        self._answered("post")
        return reference

    async def edit(self, target: Target, reference: str, shown: Shown) -> None:
        await self._called("edit", target.channel)
        message = self.messages.get(reference)
        if message is None or message.deleted or message.target != target:
            raise Gone(reference)
        message.history.append(shown)
        self._answered("edit")

    async def withdraw(self, target: Target, reference: str) -> None:
        await self._called("withdraw", target.channel)
        message = self.messages.get(reference)
        if message is not None and message.target == target:
            message.deleted = True
        self._answered("withdraw")

    async def find(self, target: Target, *, mark: str) -> str | None:
        await self._called("find", target.channel)
        here = ((r, m) for r, m in self.messages.items() if m.target == target and not m.deleted)
        return next((r for r, m in here if m.mark == mark), None)

    async def open_thread(self, target: Target, reference: str) -> str:
        await self._called("open_thread", target.channel)
        if reference not in self.messages:
            raise Gone(reference)
        return reference

    async def upload(self, target: Target, upload: Upload, *, mark: str) -> str:
        await self._called("upload", target.channel)
        reference = f"f{mark}"  # what was posted with this mark is not posted again
        self.uploads.setdefault(reference, (target, upload))
        self._answered("upload")
        return reference

    async def fetch(self, workspace: str, file: File, *, limit: int) -> bytes:
        await self._called("fetch", file.reference)
        content = self.files.get(file.reference)
        if content is None:
            raise Gone(file.reference)
        if len(content) > limit:
            raise TooLarge(file.name)
        return content

    async def tell(self, workspace: str, person: str, shown: NoticeView, *, mark: str) -> None:
        await self._called("tell", person)
        if mark not in self.marks:
            self.marks.add(mark)
            self.told.append((workspace, person, shown))
        self._answered("tell")

    async def may_write(self, target: Target) -> bool:
        await self._called("may_write", target.channel)
        return target.channel not in self.closed

    async def lacking(self, target: Target) -> Sequence[str]:
        await self._called("lacking", target.channel)
        return self.lacks

    async def direct(self, workspace: str, person: str) -> Target:
        await self._called("direct", person)
        return Target(workspace, f"D-{person}")

    async def link(self, target: Target, reference: str = "") -> str | None:
        await self._called("link", target.channel)
        return f"https://chat.example/{target.channel}/{target.thread or reference}"

    async def _called(self, call: str, where: str) -> None:
        self.log.append(call)
        await asyncio.sleep(0)
        if self.meanwhile is not None and (held := self.meanwhile(call)) is not None:
            await held
        if call in self.failing:
            raise self.failing[call]
        if where in self.broken:
            raise self.broken[where]
        if self.faults:
            raise self.faults.pop(0)

    def _answered(self, call: str) -> None:
        if call in self.losing:
            self.losing.remove(call)
            raise Unavailable("the connection broke before the answer came")

    def at(self, channel: str) -> list[Message]:
        """What a channel shows, oldest first."""
        return [m for m in self.messages.values() if m.target.channel == channel and not m.deleted]

    def step(self, channel: str = "C1") -> Message:
        """The one step message of a channel."""
        [found] = [m for m in self.at(channel) if isinstance(m.shows, StepView)]
        return found

    def header(self, channel: str = "C1") -> Message:
        """The one header of a channel."""
        [found] = [m for m in self.at(channel) if isinstance(m.shows, HeaderView)]
        return found

    @contextmanager
    def held(self, call: str) -> Iterator["Hold"]:
        """Stop the next `call` before it does anything, until let go."""
        hold = Hold(call)
        self.meanwhile = hold.reached
        try:
            yield hold
        finally:
            self.meanwhile = None
            hold.release()


class Hold:
    """One call that is kept waiting: its worker stands still, as in a long pause."""

    def __init__(self, call: str) -> None:
        self.begun = asyncio.Event()
        self._call = call
        self._go: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def reached(self, call: str) -> "asyncio.Future[None] | None":
        if call != self._call or self.begun.is_set():
            return None
        self.begun.set()
        return self._go

    def release(self) -> None:
        if not self._go.done():
            self._go.set_result(None)
