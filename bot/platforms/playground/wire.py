"""The playground's public API as types: what its server and any bot or client send each other.

`/openapi.json` is made from these. Lengths are in characters (code points), sizes in bytes, times
UTC in ISO 8601. Ids are opaque strings; a thread is named by the message it hangs under.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

MESSAGE_LIMIT = 12_000  # characters of all blocks together
TEXT_LIMIT = 40_000  # of a message's plain text, or of what a person writes
BLOCK_LIMIT = 3_000  # of one block's text; a document's is MESSAGE_LIMIT
BLOCKS = 50  # of a message
ACTIONS = 25  # buttons of a message
LABEL_LIMIT = 75
OPTIONS = 100  # of one select
SELECTS = 5  # of a message
ACTION_BYTES = 100
FIELDS = 100  # of a form
VALUE_LIMIT = 40_000
FILE_LIMIT = 30 * 1024**2  # bytes; above what the product keeps, which says so itself
MARK_LIMIT = 64
REACTIONS = ("taken", "answered", "not-taken", "no-entry", "thumbs-up", "eyes")
ANSWER_WITHIN = 3.0  # seconds that a bot may take to answer an event somebody waits for
SIGNATURE, TIMESTAMP, RETRY = "Playground-Signature", "Playground-Timestamp", "Playground-Retry"

Short = Annotated[str, Field(max_length=LABEL_LIMIT)]
Medium = Annotated[str, Field(max_length=BLOCK_LIMIT)]
Action = Annotated[str, Field(min_length=1, max_length=ACTION_BYTES, pattern=r"^[\x21-\x7e]+$")]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Time(_Model):
    """A time within text, shown in the reader's zone."""

    time: datetime


Parts = Annotated[list[Medium | Time], Field(max_length=50)]


class HeadingBlock(_Model):
    """A title: plain text on one line."""

    type: Literal["heading"] = "heading"
    text: Annotated[str, Field(max_length=300)]


class MarkdownBlock(_Model):
    """CommonMark; HTML in it is text."""

    type: Literal["markdown"] = "markdown"
    text: Medium


class LineBlock(_Model):
    """One small line of plain text and times."""

    type: Literal["line"] = "line"
    parts: Parts
    struck: bool = False


class CodeBlock(_Model):
    """Text to copy as it is."""

    type: Literal["code"] = "code"
    text: Medium
    language: Short = ""
    caption: Annotated[str, Field(max_length=300)] = ""


class FactsBlock(_Model):
    """Names and values."""

    type: Literal["facts"] = "facts"
    pairs: Annotated[list[tuple[Short, Parts]], Field(max_length=30)]


class NoticeBlock(_Model):
    """CommonMark that must not be overlooked."""

    type: Literal["notice"] = "notice"
    text: Medium
    weight: Literal["info", "warning"] = "info"


class Button(_Model):
    """A button; `action` comes back when it is pressed, `key` is what to type instead."""

    action: Action
    label: Annotated[str, Field(min_length=1, max_length=LABEL_LIMIT)]
    style: Literal["main", "aside", "end"] = "main"
    badge: Short = ""
    key: Annotated[str, Field(max_length=30)] = ""


class ActionsBlock(_Model):
    """Buttons."""

    type: Literal["actions"] = "actions"
    buttons: Annotated[list[Button], Field(min_length=1, max_length=ACTIONS)]


class SelectBlock(_Model):
    """A menu; picking an entry is like pressing its button."""

    type: Literal["select"] = "select"
    label: Annotated[str, Field(min_length=1, max_length=LABEL_LIMIT)]
    options: Annotated[list[Button], Field(min_length=1, max_length=OPTIONS)]


class DocumentBlock(_Model):
    """A whole text to copy or save."""

    type: Literal["document"] = "document"
    text: Annotated[str, Field(max_length=MESSAGE_LIMIT)]
    name: Short


Block = Annotated[
    HeadingBlock
    | MarkdownBlock
    | LineBlock
    | CodeBlock
    | FactsBlock
    | NoticeBlock
    | ActionsBlock
    | SelectBlock
    | DocumentBlock,
    Field(discriminator="type"),
]


class Content(_Model):
    """What a bot's message shows; `text` says it all without blocks.

    All blocks together have at most MESSAGE_LIMIT characters, ACTIONS buttons and SELECTS selects,
    and every action is there once.
    """

    text: Annotated[str, Field(max_length=TEXT_LIMIT)] = ""
    blocks: Annotated[list[Block], Field(max_length=BLOCKS)] = []


class User(_Model):
    """Somebody who can be played, or the bot. `about` says who that is, in a few words."""

    id: str
    name: str
    about: str = ""
    guest: bool = False
    bot: bool = False


class Channel(_Model):
    """A channel, or (`direct`) somebody's conversation with the bot, which has no threads.

    `writable` is whether the bot was let in.
    """

    id: str
    name: str
    direct: bool = False
    writable: bool = True
    about: str = ""


class FileInfo(_Model):
    """A file; its bytes are at `/api/as/{user}/files/{id}`."""

    id: str
    name: str
    media_type: str
    size: int


class Message(_Model):
    """A message as one person sees it. `version` grows with each change: a lower one is older.

    `thread` is None for a message of the channel itself; those tell how many `replies` they have.
    `audience` is who alone sees it, else None. A deleted message keeps its id and nothing else.
    """

    id: str
    version: int
    channel: str
    thread: str | None
    author: str
    at: datetime
    text: str
    blocks: list[Block] = []
    files: list[FileInfo] = []
    reactions: dict[str, list[str]] = {}
    replies: int = 0
    last_reply: datetime | None = None
    audience: str | None = None
    edited: bool = False
    deleted: bool = False
    quote: str | None = None


class Field_(_Model):  # noqa: N801 - "Field" is pydantic's
    """One question of a form."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    label: Annotated[str, Field(min_length=1, max_length=200)]
    kind: Literal["line", "text", "number", "date", "one-of", "some-of", "person"] = "line"
    help: Annotated[str, Field(max_length=1_000)] = ""
    required: bool = False
    value: Annotated[str, Field(max_length=VALUE_LIMIT)] = ""
    options: Annotated[
        list[tuple[Annotated[str, Field(max_length=200)], Annotated[str, Field(max_length=200)]]],
        Field(max_length=OPTIONS),
    ] = []
    limit: Annotated[int, Field(ge=1, le=VALUE_LIMIT)] = 500


class Form(_Model):
    """A form to fill in; options are (value, label). Several values are joined with ", "."""

    token: Action
    title: Annotated[str, Field(min_length=1, max_length=100)]
    prose: Medium = ""
    submit: Annotated[str, Field(min_length=1, max_length=30)] = "Save"
    fields: Annotated[list[Field_], Field(min_length=1, max_length=FIELDS)]


class OpenForm(_Model):
    """A form that was opened for one person; its `id` is good for one accepted submission."""

    id: str
    form: Form


class Suggestion(_Model):
    """A completion of `/flow `."""

    label: Annotated[str, Field(max_length=200)]
    text: Annotated[str, Field(max_length=200)]


class Happened(StrEnum):
    """What an event tells the bot."""

    COMMAND = "command"  # text
    CLICK = "click"  # message, action
    SUBMIT = "submit"  # form (its id), token, values, message
    MESSAGE = "message"  # message, text, files, mentioned, quote
    CHANGED = "message-changed"  # message, text, version
    DELETED = "message-deleted"  # message
    REACTION = "reaction"  # message, reaction, added
    SUGGEST = "suggest"  # text
    HOME = "home"
    JOINED = "joined"  # the bot was let into the channel, or the conversation was just opened
    LEFT = "left"  # the bot was let out of the channel
    POINTED = "pointed"  # purpose, message, text, files, author ("" where that is the user)


class Event(_Model):
    """What the bot is told, signed. `id` is the same however often it is delivered.

    The signature is `v1=` and the HMAC-SHA256, in hex, of the timestamp (Unix seconds), a dot and
    the body, with the bot's secret as key. Messages, changes, deletions, reactions, `joined` and
    `left` are delivered again, up to three times, when the bot does not answer with 200 in time.
    """

    id: str
    type: Happened
    at: datetime
    workspace: str
    user: User
    channel: Channel
    thread: str | None = None
    text: str = ""
    message: str = ""
    version: int = 0
    action: str = ""
    form: str = ""
    token: str = ""
    values: dict[str, str] = {}
    files: list[FileInfo] = []
    mentioned: bool = False
    quote: str | None = None
    reaction: str = ""
    added: bool = True
    purpose: str = ""
    author: str = ""


class BotAnswer(_Model):
    """The body of the bot's answer to an event. Only what fits the event is carried out.

    `replace` shows in the clicked message, `whispers` are seen by the user alone, `reaction` is
    put on the user's message, or the one pointed at. A `form` opens for who clicked; `errors`, by
    field, keep a submitted form open.
    """

    replace: Content | None = None
    whispers: Annotated[list[Content], Field(max_length=10)] = []
    form: Form | None = None
    suggestions: Annotated[list[Suggestion], Field(max_length=25)] = []
    errors: dict[str, str] = {}
    home: Content | None = None
    reaction: str | None = None


class Posted(_Model):
    """A message or file is there now."""

    id: str


class NewBotMessage(Content):
    """A message of the bot. The same `mark` in the same place posts once: the first one's id."""

    channel: str
    thread: str | None = None
    mark: Annotated[str, Field(max_length=MARK_LIMIT)] = ""
    audience: str | None = None


class Write(_Model):
    """What a person writes; `files` are ids of uploads, `quote` the id of a message."""

    text: Annotated[str, Field(max_length=TEXT_LIMIT)] = ""
    thread: str | None = None
    files: Annotated[list[str], Field(max_length=10)] = []
    quote: str | None = None


class TypedCommand(_Model):
    """What was typed after `/flow `."""

    channel: str
    thread: str | None = None
    text: Annotated[str, Field(max_length=TEXT_LIMIT)] = ""


class Click(_Model):
    """A button of a message was pressed, or an entry of its menu picked."""

    message: str
    action: Action


class Point(_Model):
    """An entry of a message's own menu: a note of a session, or a flow to start about it."""

    purpose: Literal["note", "start"]


class Fill(_Model):
    """A form's values by field name."""

    values: dict[str, Annotated[str, Field(max_length=VALUE_LIMIT)]]


class Outcome(_Model):
    """What came of a command, click or form: a form to fill in, errors by field, or words.

    `failed` says in words that the bot could not be reached or did not answer in time.
    """

    form: OpenForm | None = None
    errors: dict[str, str] = {}
    failed: str = ""


class Faults(_Model):
    """What the server does wrong on purpose, for trying out; everything off by default."""

    drop_events: Annotated[float, Field(ge=0, le=1)] = 0.0  # share of events not delivered once
    repeat_events: Annotated[float, Field(ge=0, le=1)] = 0.0  # share delivered twice, new ids too
    delay: Annotated[float, Field(ge=0, le=10)] = 0.0  # seconds before each event
    lose_answers: Annotated[float, Field(ge=0, le=1)] = 0.0  # bot calls done but answered 502
    unavailable: Annotated[float, Field(ge=0, le=1)] = 0.0  # bot calls refused with 503
    rate: Annotated[int, Field(ge=0, le=10_000)] = 0  # bot calls a second a channel; 0: no limit
