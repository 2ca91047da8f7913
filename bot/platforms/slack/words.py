"""What somebody wrote in Slack, as plain text: names for mentions, addresses as they are.

The marks: https://docs.slack.dev/messaging/formatting-message-text#retrieving-messages
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

# Everything else between < and > is what somebody typed.
_MARK = re.compile(r"<([@#!][^<>\n]*|[a-z][a-z0-9+.-]*:[^<>\n]*)>", re.IGNORECASE)
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")
_SCHEMES = ("mailto:", "tel:", "https://", "http://")
_EVERYBODY = {"here", "channel", "everyone"}


def mentioned(text: str) -> list[str]:
    """The users whom a text mentions, in order."""
    return list(dict.fromkeys(_MENTION.findall(text)))


def without(text: str, user: str) -> str:
    """The text without its mentions of `user`."""
    mention = rf"<@{re.escape(user)}(?:\|[^<>]*)?>:?"
    alone = re.sub(rf"^{mention}[ \t]*|[ \t]*{mention}$", "", text, flags=re.MULTILINE)
    return re.sub(rf"[ \t]*{mention}[ \t]*", " ", alone).strip()


def plain(text: str, names: Mapping[str, str]) -> str:
    """The text as its writer read it; `names` are those of the users it mentions."""
    return unescaped(_MARK.sub(lambda found: _said(found[1], names), text))


def unescaped(text: str) -> str:
    """The three characters that Slack escapes, as they are."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _said(mark: str, names: Mapping[str, str]) -> str:
    what, _, label = mark.partition("|")
    if what.startswith("@"):
        return f"@{names.get(what[1:]) or label.lstrip('@') or what[1:]}"
    if what.startswith("#"):
        return f"#{label or what[1:]}"
    if what.startswith("!"):
        return _special(what[1:], label)
    return _address(what, label)


def _special(what: str, label: str) -> str:
    """A group, a time, or everybody."""
    kind, *rest = what.split("^")
    if kind in _EVERYBODY:
        return f"@{kind}"
    if kind == "date" and rest and not label:
        return _moment(rest[0])
    return label or f"@{rest[0] if rest else kind}"


def _moment(seconds: str) -> str:
    try:
        return f"{datetime.fromtimestamp(int(seconds), UTC):%Y-%m-%d %H:%M UTC}"
    except (ValueError, OverflowError, OSError):
        return seconds


def _address(what: str, label: str) -> str:
    scheme = next((s for s in _SCHEMES if what.lower().startswith(s)), "")
    bare = what[len(scheme) :]
    shown = bare if scheme in ("mailto:", "tel:") else what
    if not label:
        return shown
    if label in (what, bare) or scheme == "tel:":
        return label
    return f"{label} ({shown})"
