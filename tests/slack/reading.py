"""What somebody reads on a Slack screen: blocks, mrkdwn and rich text as plain words, and what can
be pressed. Nothing is asked of the server here.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.slack.checks import elements_of
from tests.slack.filling import options_of
from tests.slack.world import Json, unescaped

Names = Mapping[str, str]  # of users and channels, by id
_MARKDOWN = MarkdownIt("commonmark")
_REFERENCE = re.compile(r"<([^<>\n]+)>")
_INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff]")
_MARKS = [re.compile(rf"(?<![\w{m}])[{m}](?=\S)([^{m}\n]+?)(?<=\S)[{m}](?![\w{m}])") for m in "*_~"]
_CODE = re.compile(r"```\n?(.*?)\n?```|`([^`\n]+)`", re.DOTALL)


def words(blocks: Sequence[Json], names: Names) -> str:
    """Blocks as plain words, one below the other; no buttons."""
    said = [_block(each, names) for each in blocks]
    return "\n".join(each for each in said if each)


def marked(text: str, names: Names) -> str:
    """mrkdwn as it is read."""
    said = _REFERENCE.sub(lambda found: _reference(found[1], names), text)
    pieces = []
    end = 0
    for code in _CODE.finditer(said):
        pieces += [_unmarked(said[end : code.start()]), code[1] or code[2] or ""]
        end = code.end()
    return _INVISIBLE.sub("", unescaped("".join([*pieces, _unmarked(said[end:])])))


def _unmarked(text: str) -> str:
    for mark in _MARKS:
        text = mark.sub(r"\1", text)
    return re.sub(r"^&gt; ?", "", text, flags=re.MULTILINE)


def _reference(inside: str, names: Names) -> str:
    what, _, label = inside.partition("|")
    match what[:1]:
        case "@" | "#":
            return what[0] + names.get(what[1:], label or what[1:])
        case "!":
            return label or f"@{what[1:].partition('^')[0]}"
        case _:
            return label or what


def _block(block: Json, names: Names) -> str:
    match block["type"]:
        case "section":
            texts = [block["text"]] if "text" in block else []
            return "\n".join(_text(each, names) for each in [*texts, *block.get("fields", [])])
        case "header":
            return _text(block["text"], names)
        case "context":
            said = (_text(e, names) if "text" in e else e["alt_text"] for e in block["elements"])
            return " ".join(said)
        case "markdown":
            return _prose(_MARKDOWN.parse(block["text"]))
        case "rich_text":
            return "\n".join(_rich(each, names) for each in block["elements"])
        case "image":
            return str(block["alt_text"])
        case "table":
            return "\n".join(" ".join(_cell(c, names) for c in row) for row in block["rows"])
        case _:
            return ""


def _text(given: Json, names: Names) -> str:
    if given["type"] == "mrkdwn":
        return marked(given["text"], names)
    return _INVISIBLE.sub("", given["text"])


def _cell(cell: Json, names: Names) -> str:
    return str(cell["text"]) if cell["type"] == "raw_text" else _block(cell, names)


def _rich(element: Json, names: Names) -> str:
    if element["type"] == "rich_text_list":
        return "\n".join(_rich(each, names) for each in element["elements"])
    return "".join(_part(each, names) for each in element["elements"])


def _part(part: Json, names: Names) -> str:
    match part["type"]:
        case "text":
            return _INVISIBLE.sub("", part["text"])
        case "link":
            return str(part.get("text") or part["url"])
        case "emoji":
            return f":{part['name']}:"
        case "user":
            return f"@{names.get(part['user_id'], part['user_id'])}"
        case "channel":
            return f"#{names.get(part['channel_id'], part['channel_id'])}"
        case "date":
            return str(part.get("fallback", part["timestamp"]))
        case "broadcast":
            return f"@{part['range']}"
        case _:
            return ""


def _prose(tokens: Sequence[Token]) -> str:
    said = []
    for token in tokens:
        if token.type == "inline":
            said.append(_prose(token.children or []) + "\n")
        elif token.type in {"softbreak", "hardbreak"}:
            said.append("\n")
        else:
            said.append(token.content)
    return "".join(said)


def workable(blocks: Sequence[Json]) -> Iterator[tuple[str, str, bool]]:
    """What can be pressed, in reading order: its label, its value, whether it is in a menu. A menu
    that is searched by typing is pressed to begin with: its label is what stands in it.
    """
    for block in blocks:
        for element in elements_of(block):
            if element["type"] == "button":
                yield element["text"]["text"], element.get("value") or element["action_id"], False
            elif element["type"] == "external_select":
                yield element["placeholder"]["text"], element["action_id"], False
            for option in options_of(element):
                yield option["text"]["text"], option["value"], True


def searches(blocks: Sequence[Json]) -> list[str]:
    """The action_ids of menus that are searched by typing."""
    every = [each for block in blocks for each in elements_of(block)]
    return [each["action_id"] for each in every if each["type"] == "external_select"]
