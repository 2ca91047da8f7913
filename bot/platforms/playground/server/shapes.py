"""Bodies of the API that only its clients and administrators use; what bots see is in wire."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from bot.platforms.playground import wire


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Limits(_Model):
    """What a client may want to know before it sends something."""

    text: int = wire.TEXT_LIMIT
    file: int = wire.FILE_LIMIT
    files: int = 10
    reactions: list[str] = list(wire.REACTIONS)


class Workspace(_Model):
    """Who and what is here; the bot is one of the users."""

    id: str
    name: str
    users: list[wire.User]
    channels: list[wire.Channel]
    limits: Limits = Limits()


class NewChannel(_Model):
    """A channel to make. Letters, digits and dashes."""

    name: Annotated[str, Field(min_length=1, max_length=40, pattern=r"^#?[\w-]+$")]
    writable: bool = True


class ChannelChange(_Model):
    """Whether the bot is let in."""

    writable: bool


class NewText(_Model):
    """What a message says now."""

    text: Annotated[str, Field(max_length=wire.TEXT_LIMIT)]


class Thread(_Model):
    """A message and what hangs under it, oldest first."""

    root: wire.Message
    messages: list[wire.Message]


class Found(_Model):
    """The message that carries a mark, if there is one."""

    id: str | None


class Direct(_Model):
    """Whose conversation with the bot."""

    user: str


class Password(_Model):
    """The playground's password."""

    password: Annotated[str, Field(max_length=1_000)]
