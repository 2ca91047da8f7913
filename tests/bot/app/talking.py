"""People who type commands in a chat, and what they are told."""

from dataclasses import dataclass, field, replace
from itertools import count

from bot.app.chat import Chat
from bot.app.commands import command, suggest
from bot.app.deliver import deliver
from bot.app.desk import Desk
from bot.app.membership import Member, Visitor, identify
from bot.port import Answer, Command, Origin, Shown, Typing
from core.ids import SessionId
from core.views import NoticeView
from storage.places import Place
from tests.company import Company
from tests.recorder import Recorder


@dataclass
class Talk:
    """A company's chat: who types what where, and how the screen is brought up to date."""

    company: Company
    platform: Recorder = field(default_factory=Recorder)
    workspace: str = "Acme IT"
    numbers: "count[int]" = field(default_factory=count)

    @property
    def chat(self) -> Chat:
        """What conversations work with."""
        return Chat(Desk(self.company.storage, self.company.now), {"test": self.platform})

    def at(self, name: str, channel: str = "C1", thread: str = "") -> Origin:
        """Somebody in a channel; in their direct conversation, where it is called D and a name."""
        direct = channel.startswith("D-")
        return Origin(
            "test",
            self.workspace,
            name,
            name.capitalize(),
            channel,
            thread,
            direct=direct,
            threads=not direct,
        )

    async def member(self, name: str) -> Member:
        """Somebody, as the dispatcher finds out who they are."""
        found = await identify(
            self.chat.desk, Visitor("test", self.workspace, name, name.capitalize())
        )
        assert isinstance(found, Member)
        return found

    async def types(
        self,
        name: str,
        text: str,
        channel: str = "C1",
        thread: str = "",
        *,
        delivery: str | None = None,
    ) -> Answer:
        """Somebody types a command."""
        delivery = delivery or f"typed-{next(self.numbers)}"
        said = Command(self.at(name, channel, thread), delivery, text)
        return await command(self.chat, await self.member(name), said)

    async def suggestions(self, name: str, text: str) -> list[str]:
        """What is suggested to be typed."""
        found = await suggest(self.chat, await self.member(name), Typing(self.at(name), text))
        return [suggestion.text for suggestion in found]

    async def shown(self) -> None:
        """Everything that waits to be sent is sent."""
        while await deliver(self.chat.desk, self.chat.senders):
            pass

    async def begins(
        self, name: str = "sam", text: str = "small", channel: str = "C1", thread: str = ""
    ) -> tuple[SessionId, str]:
        """Somebody begins a session there; it, and the thread it lives in."""
        await self.types(name, text, channel, thread)
        session = (await self.sessions(name))[0]
        await self.shown()
        place = await self.place(session)
        assert place is not None
        assert place.spot.thread is not None
        return session, place.spot.thread

    async def sessions(self, name: str) -> list[SessionId]:
        """The sessions that somebody has open, last touched first."""
        async with self.company.storage.work(self.company.account) as work:
            found = await work.histories.open_for(self.company.people[name])
        return [listed.session.id for listed in found]

    async def place(self, session: SessionId) -> Place | None:
        """Where a session lives."""
        async with self.company.storage.work(self.company.account) as work:
            return await work.places.active(session)


def told(answer: Answer) -> str:
    """The words of the one notice that somebody is answered with."""
    return notice(answer).text


def notice(answer: Answer) -> NoticeView:
    """The one notice that somebody is answered with."""
    [found] = [shown for shown in answer.whispers if isinstance(shown, NoticeView)]
    assert replace(answer, whispers=()) == Answer()
    return found


def whisper(answer: Answer) -> Shown:
    """The one thing that is shown to who asked."""
    [found] = answer.whispers
    return found


def labels(answer: Answer) -> list[str]:
    """What can be pressed under the notice."""
    return [choice.label for choice in notice(answer).choices]
