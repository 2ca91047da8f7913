"""What is in a workspace: people, channels, messages with all that they ever said, files, views.

Plain state; who may do what, and who is told, is not decided here.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

Json = dict[str, Any]
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Ids:
    """Ids as Slack's look, the same in every run."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def next(self, prefix: str) -> str:
        """One that nobody has."""
        number, said = next(self._numbers) * 7_368_787 + 36**7, ""
        while number:
            number, digit = divmod(number, 36)
            said = _ALPHABET[digit] + said
        return f"{prefix}0{said}"


@dataclass
class User:
    """Somebody; the bot is one too. `more` is what Slack says of them besides."""

    id: str
    name: str
    real_name: str
    is_restricted: bool = False
    is_bot: bool = False
    is_admin: bool = False
    deleted: bool = False
    tz: str = "Europe/Berlin"
    more: Json = field(default_factory=dict)


@dataclass(frozen=True)
class Version:
    """What a message, or a Home tab, said for a while. Numbers grow over the whole workspace."""

    number: int
    text: str
    blocks: tuple[Json, ...]


@dataclass
class File:
    """A file, or (`content` is None) one that is announced only. `size` is what was announced."""

    id: str
    name: str
    title: str
    user: str
    mimetype: str
    size: int
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    content: bytes | None = None
    shared: bool = False
    deleted: bool = False


@dataclass
class Message:
    """One message. `only_for` sees it alone, where it is not "". `by_app`: ours wrote it."""

    ts: str
    channel: str
    user: str
    versions: list[Version]
    thread_ts: str = ""
    subtype: str = ""
    only_for: str = ""
    by_app: bool = False
    bot_name: str = ""
    metadata: Json | None = None
    edited: str = ""
    deleted: bool = False
    broadcast: bool = False
    reactions: dict[str, list[str]] = field(default_factory=dict)
    files: list[File] = field(default_factory=list)
    unfurls: Json = field(default_factory=dict)

    @property
    def text(self) -> str:
        """What it says now."""
        return self.versions[-1].text

    @property
    def blocks(self) -> tuple[Json, ...]:
        """What it shows now."""
        return self.versions[-1].blocks

    @property
    def in_thread(self) -> bool:
        """Whether it stands below another one."""
        return bool(self.thread_ts) and self.thread_ts != self.ts


@dataclass
class Channel:
    """A channel (`channel`), a private one (`group`), or a conversation of two (`im`)."""

    id: str
    name: str
    kind: str
    members: set[str] = field(default_factory=set)
    archived: bool = False
    deleted: bool = False
    messages: dict[str, Message] = field(default_factory=dict)

    def replies(self, ts: str) -> list[Message]:
        """What stands below a message, oldest first."""
        found = [each for each in self.messages.values() if each.thread_ts == ts != each.ts]
        there = (each for each in found if not each.deleted and not each.only_for)
        return sorted(there, key=lambda each: each.ts)

    def standing(self, thread: str, viewer: str) -> Iterator[Message]:
        """What somebody sees in the channel, or in a thread with its root, oldest first."""
        for each in sorted(self.messages.values(), key=lambda message: message.ts):
            if each.deleted or each.only_for not in ("", viewer):
                continue
            here = each.ts == thread or each.thread_ts == thread if thread else not each.in_thread
            if here or (not thread and each.broadcast):
                yield each


@dataclass
class View:
    """A modal or a Home tab. `typed` is what is in its inputs, by block_id and action_id."""

    id: str
    content: Json
    user: str
    hash: str
    version: int
    root: str
    previous: str = ""
    typed: dict[tuple[str, str], Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def blocks(self) -> list[Json]:
        """What it shows."""
        return list(self.content["blocks"])


def unescaped(text: str) -> str:
    """Text as it was typed."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def escaped(text: str) -> str:
    """Text as Slack stores what somebody typed."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
