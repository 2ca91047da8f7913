"""How somebody can be answered: what lives only as long as one answer. Never stored."""

from enum import IntEnum

from core.access import Role
from core.frozen import frozen


class Way(IntEnum):
    """How an interaction came: it decides what it can be answered with."""

    COMMAND = 2
    COMPONENT = 3
    TYPING = 4
    FORM = 5


@frozen
class Handle:
    """Where something was done, and the interaction that it was, "" for none.

    `message` is what was clicked, written or pointed at; `whispered`: only `user` can see it.
    `led`: that message only leads to a form. `form` is the key of the form that was sent, `role`
    what the guild says that they are.
    """

    workspace: str
    user: str
    channel: str
    thread: str = ""
    message: str = ""
    direct: bool = False
    whispered: bool = False
    interaction: str = ""
    token: str = ""
    application: str = ""
    way: Way = Way.COMMAND
    led: bool = False
    form: str = ""
    role: Role | None = None

    @property
    def place(self) -> str:
        """The channel, or the thread, that it was done in."""
        return self.thread or self.channel

    @property
    def replaces(self) -> bool:
        """Whether the answer can be shown in place of a message."""
        return bool(self.message) and self.way in (Way.COMPONENT, Way.FORM)
