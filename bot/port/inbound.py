"""What a person did, as a platform's `receive` hands it in: one closed union, the same for all.

`delivery` is unique for what was done, however often the platform delivers it, and however it
numbers its deliveries: it is made from the identity of the message, click or form.
"""

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from core.access import Role
from core.frozen import frozen


@frozen
class Origin:
    """Who did something, and where, by the platform's own names.

    `thread` is "" in the channel itself. `direct`: a conversation with the bot alone. `threads`:
    whether a thread can be opened in this channel. `role` is what the workspace itself says that
    they are, where the settings give its word that meaning.
    """

    platform: str
    workspace: str
    user: str
    name: str
    channel: str
    thread: str = ""
    guest: bool = False
    direct: bool = False
    threads: bool = True
    role: Role | None = None


@frozen
class File:
    """A file that came with a message; `size` in bytes, `reference` is what `Sender.fetch` takes.

    Name, size and type are what the sender says: nothing here is checked.
    """

    name: str
    media_type: str
    size: int
    reference: str


class Reaction(StrEnum):
    """The reactions that mean something."""

    KEEP_OUT = "keep-out"  # the no-entry sign: this message stays out of the ticket


@frozen
class Clicked:
    """A button was pressed, or an entry of a menu picked, on the message `message`.

    `message` is "" where the platform does not say, or where only who clicked can see it.
    """

    by: Origin
    delivery: str
    token: str
    message: str = ""


@frozen
class Submitted:
    """A form was sent; `token` is the one it was opened with."""

    by: Origin
    delivery: str
    token: str
    values: Mapping[str, str] = field(default_factory=dict)
    message: str = ""


@frozen
class Replied:
    """A message was written. `meant`: it mentions the bot, or quotes it, or is in a direct
    conversation: where chat has no threads, only such count.
    """

    by: Origin
    message: str
    text: str
    files: tuple[File, ...] = ()
    meant: bool = False


@frozen
class Command:
    """`/flow text`, or a mention of the bot with `text` after it.

    `reply` is the message that it was typed in, where it need not be a command: in a conversation
    without threads, what no command begins with belongs to the session that goes on there.
    """

    by: Origin
    delivery: str
    text: str
    reply: Replied | None = None


@frozen
class Edited:
    """A message reads differently now; `delivery` is another for each change."""

    by: Origin
    delivery: str
    message: str
    text: str


@frozen
class Deleted:
    """A message was taken back."""

    by: Origin
    delivery: str
    message: str


@frozen
class Reacted:
    """A reaction was put on a message, or (`added` false) taken off again."""

    by: Origin
    delivery: str
    message: str
    reaction: Reaction
    added: bool = True


@frozen
class Typing:
    """Somebody types a command and wants suggestions for `text`."""

    by: Origin
    text: str


@frozen
class Opened:
    """Somebody opened the bot's Home tab."""

    by: Origin


@frozen
class Arrived:
    """The bot was added to a channel, or somebody opened a conversation with it for the first
    time: the moment to say what it is.
    """

    by: Origin
    delivery: str


class Purpose(StrEnum):
    """What somebody picked from the menu of a message."""

    NOTE = "note"  # write it down in a session
    START = "start"  # begin a session about it


@frozen
class Pointed:
    """Somebody pointed at a message, by its menu. `author` is who wrote it, "" where that is who
    points; `by` is the place of the message.
    """

    by: Origin
    delivery: str
    purpose: Purpose
    message: str
    text: str
    author: str = ""
    files: tuple[File, ...] = ()


class Loss(StrEnum):
    """Why the bot cannot be in a channel any more."""

    ARCHIVED = "archived"
    DELETED = "deleted"
    REMOVED = "removed"  # the bot was
    LOCKED = "locked"  # a thread was, by an admin, who can open it again


@frozen
class Closed:
    """A channel in which the bot can write no more, or ("") a whole workspace; with a `thread`,
    only that thread, whose root is gone, or that is locked. Nobody in particular did it.
    """

    platform: str
    workspace: str
    channel: str
    loss: Loss
    delivery: str
    thread: str = ""


@frozen
class Allowed:
    """The bot may write where it could not: in a thread of a channel, in a channel ("" for both:
    anywhere in the workspace). Nobody in particular did it, and nobody is greeted for it.
    """

    platform: str
    workspace: str
    channel: str
    delivery: str
    thread: str = ""


@frozen
class Installed:
    """Somebody installed the product into their workspace; `code` is what they brought with them
    to link it to an account, "" for none. `workspace_name` is what people call it.
    """

    by: Origin
    delivery: str
    workspace_name: str
    code: str = ""


Inbound = (
    Command
    | Clicked
    | Submitted
    | Replied
    | Edited
    | Deleted
    | Reacted
    | Typing
    | Opened
    | Arrived
    | Pointed
    | Closed
    | Allowed
    | Installed
)
