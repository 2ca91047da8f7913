"""A command as it was typed, the verbs that there are as values, and which session one is about."""

from collections.abc import Awaitable, Callable

from bot.app.answers import choice, said, whispered
from bot.app.chat import Chat
from bot.app.desk import Desk
from bot.app.ground import spot_of
from bot.app.membership import Member
from bot.app.status import own_sessions
from bot.port import Answer, Origin
from bot.token import Token
from core.frozen import frozen
from core.ids import SessionId
from core.session.verbs import SessionVerb
from core.verbs import ProductVerb
from core.views import SessionLine, SessionsView
from storage.sessions import Asked, Identity, Snapshot


@frozen
class Said:
    """What was typed after its verb: who, where, which delivery."""

    chat: Chat
    member: Member
    by: Origin
    delivery: str
    words: str

    @property
    def desk(self) -> Desk:
        """Where it is done."""
        return self.chat.desk

    @property
    def who(self) -> Identity:
        """Who typed it, as their workspace knows them."""
        return self.member.identity


@frozen
class Verb:
    """A word that does something: `usage` is how it is typed, `says` what it does, in one line.

    `also` are other words for the same. A `bare` one is only meant where nothing comes after it:
    "move" moves a session, "move mailbox" is a flow to look for.
    """

    name: str
    does: Callable[[Said], Awaitable[Answer]]
    usage: str = ""
    says: str = ""
    also: tuple[str, ...] = ()
    bare: bool = False


@frozen
class Here:
    """The session that a command is about, as it stands; `elsewhere` when it was not typed where
    the session lives: then the answer must say which one it is.
    """

    now: Snapshot
    elsewhere: bool = False

    @property
    def id(self) -> SessionId:
        """The session."""
        return self.now.session.id

    @property
    def title(self) -> str:
        """Its flow's title."""
        return self.now.flows[self.now.session.here.version].title

    def token(self, verb: str | SessionVerb, argument: str = "") -> Token:
        """The button of the step as it is now."""
        return Token(self.id, self.now.session.here.visit, verb, argument)

    def told(self, text: str) -> str:
        """`text`, and which session it is about where that is not plain to see."""
        return f"{text} (“{self.title}”)" if self.elsewhere else text


async def session_here(command: Said) -> Here | Answer:
    """The session of the place; else the one that the person has open; else what to do."""
    async with command.desk.storage.work(command.member.actor.account) as work:
        place = await work.places.at(spot_of(command.member, command.by))
    if place is not None:
        return await read(command, place.session, elsewhere=False)
    lines = await own_sessions(command.desk, command.member)
    match lines:
        case ():
            return no_session()
        case (line,):
            return await read(command, line.session, elsewhere=True)
        case _:
            return which_one(lines)


def no_session() -> Answer:
    """That there is none, and how to get one."""
    return said(
        "There is no session here, and you have none open. Type /flow and what is wrong, for "
        "instance /flow vpn, to begin one.",
        choice(ProductVerb.MENU),
        choice(ProductVerb.FIND),
    )


def which_one(lines: tuple[SessionLine, ...]) -> Answer:
    """Several that could be meant."""
    return whispered(SessionsView("Which one? Go on with it, then type that again there.", lines))


async def read(command: Said, session: SessionId, *, elsewhere: bool) -> Here | Answer:
    """The session as it stands."""
    now = await command.desk.storage.sessions.read(Asked(command.who, session))
    return Here(now, elsewhere) if now is not None else no_session()
