"""What somebody wrote in Slack, as plain text: names for mentions, addresses as they are.

The marks: https://docs.slack.dev/messaging/formatting-message-text#retrieving-messages
"""

import re
from collections.abc import Mapping

_MARK = re.compile(r"<([^<>\n]+)>")
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")
_SCHEMES = ("mailto:", "tel:", "https://", "http://")


def mentioned(text: str) -> list[str]:
    """The users whom a text mentions, in order."""
    return list(dict.fromkeys(_MENTION.findall(text)))


def without(text: str, user: str) -> str:
    """The text without its mentions of `user`."""
    bare = re.sub(rf"<@{re.escape(user)}(?:\|[^<>]*)?>:?", " ", text)
    return "\n".join(" ".join(line.split(" ")).strip() for line in bare.split("\n")).strip()


def plain(text: str, names: Mapping[str, str]) -> str:
    """The text as its writer read it; `names` are those of the users it mentions."""
    said = _MARK.sub(lambda found: _said(found[1], names), text)
    return said.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _said(mark: str, names: Mapping[str, str]) -> str:
    what, _, label = mark.partition("|")
    if what.startswith("@"):
        return f"@{names.get(what[1:]) or label.lstrip('@') or what[1:]}"
    if what.startswith("#"):
        return f"#{label or what[1:]}"
    if what.startswith("!"):
        return label or f"@{what[1:].partition('^')[0]}"
    return _address(what, label)


def _address(what: str, label: str) -> str:
    bare = next((what.removeprefix(s) for s in _SCHEMES if what.startswith(s)), what)
    if not label:
        return what
    if label in (what, bare) or what.startswith(("mailto:", "tel:")):
        return label
    return f"{label} ({what})"
