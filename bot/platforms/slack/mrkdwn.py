"""Plain text and times as Slack's mrkdwn, for the small lines that cannot be rich text; and plain
text as the `text` beside a message's blocks.

mrkdwn has no escape but for &, < and > (docs.slack.dev/messaging/formatting-message-text): a text
with what could be marks is shown as plain_text instead, or as rich text.
"""

import re
from datetime import datetime

from bot.cards.card import Parts
from bot.cards.splitting import split_text
from bot.platforms.slack.limits import SLACK
from bot.platforms.slack.rich import FORMAT, fallback

# A mark that something could be within, an emoji's name, a > that quotes its line even as &gt;.
_MARKS = re.compile(
    r"(?<![A-Za-z0-9])([*_~])\S.*\1|`.*`|:[^\s:]+:|^\s*(?:>|&gt;)", re.MULTILINE | re.DOTALL
)
_ANY = re.compile(r"[*_~`>]|:\S|&gt;")  # quicker, and nearly no text has one
_ELSEWHERE = "… (the message has it all)"


def escaped(text: str) -> str:
    """`text` with nothing in it that Slack follows: a link, a mention, a date."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def is_plain(text: str) -> bool:
    """Whether nothing in `text` would be a mark."""
    return not _ANY.search(text) or not _MARKS.search(text)


def line(parts: Parts) -> str:
    """Text and times on one line, these in the reader's own zone."""
    return "".join(time(part) if isinstance(part, datetime) else escaped(part) for part in parts)


def time(at: datetime) -> str:
    """A time, as the reader's own clock shows it."""
    return f"<!date^{int(at.timestamp())}^{FORMAT}|{fallback(at)}>"


def beside(summary: str, most: int) -> str:
    """What a notification and a screen reader say of a message, in at most `most` characters; what
    is longer says where the rest is.
    """
    if SLACK.size(summary) <= most:
        return escaped(summary)
    first, *_ = split_text(summary, most - len(_ELSEWHERE) - 1, SLACK.size)
    return f"{escaped(first)} {_ELSEWHERE}"
