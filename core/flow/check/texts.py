"""Whether a flow's texts are there, fit where they are shown, and are text."""

import re
from collections.abc import Iterator

from core.flow.check.report import about_flow, about_node, warned
from core.flow.model import Flow
from core.flow.node import LABEL_LIMIT, PROSE_LIMIT, Node, Text
from core.flow.nodes import Decision
from core.flow.problem import Problem

TITLE_LIMIT = 100  # characters; a Discord thread's name holds 100
WHOLE_LABEL = 34  # characters; Discord advises 34 to 38 for a button, Slack shows about 30 whole
TAG_LIMIT = 40
_TAGS = (
    "a|abbr|audio|b|base|blockquote|body|br|button|canvas|center|code|dd|details|div|dl|dt|em|"
    "embed|font|form|frame|frameset|h[1-6]|head|hr|html|i|iframe|img|input|ins|kbd|li|link|mark|"
    "marquee|math|meta|noscript|object|ol|option|p|param|pre|q|s|samp|script|select|small|source|"
    "span|strike|strong|style|sub|summary|sup|svg|table|tbody|td|template|textarea|tfoot|th|thead|"
    "title|tr|tt|u|ul|var|video"
)
_HTML = re.compile(rf"<(?:!--|/?(?:{_TAGS})(?=[\s/>])[^<>]*>)", re.IGNORECASE)
_CODE_SPAN = re.compile(r"`[^`\n]*`")


def texts(flow: Flow) -> Iterator[Problem]:
    """Texts that are empty, too long, or hold raw HTML."""
    for text in flow_texts(flow):
        for problem in _lengths(text):
            yield about_flow(*problem, *text.field)
        if _html(text.value):
            yield warned(about_flow("html", _HTML_SAID, *text.field))
    for index, node in enumerate(flow.nodes):
        yield from _of_node(index, node)


def flow_texts(flow: Flow) -> Iterator[Text]:
    """The texts of the flow itself and of its intake."""
    yield Text(("title",), flow.title, TITLE_LIMIT, required=True)
    if flow.summary is not None:
        yield Text(("summary",), flow.summary, PROSE_LIMIT)
    if flow.category is not None:
        yield Text(("category",), flow.category, LABEL_LIMIT)
    for at, tag in enumerate(flow.tags):
        yield Text(("tags", at), tag, TAG_LIMIT, required=True)
    for at, variable in enumerate(flow.intake):
        yield Text(("intake", at, "label"), variable.label, LABEL_LIMIT, required=True)
        if variable.help is not None:
            yield Text(("intake", at, "help"), variable.help, PROSE_LIMIT)


def is_code(text: Text) -> bool:
    """Whether the text is a command's code, where nothing is Markdown."""
    return text.field[-1] == "code"


def _of_node(index: int, node: Node) -> Iterator[Problem]:
    here = (index, node)
    for text in node.texts():
        for code, message in _lengths(text):
            yield about_node(code, message, here, text.field)
        if not is_code(text) and _html(text.value):
            yield warned(about_node("html", _HTML_SAID, here, text.field))
    if isinstance(node, Decision):
        for at, option in enumerate(node.options):
            if WHOLE_LABEL < len(option.label) <= LABEL_LIMIT:
                message = f"{len(option.label)} characters; beyond {WHOLE_LABEL} a button is cut."
                said = f"{message} Shorten it, the question can say more."
                yield warned(about_node("long-label", said, here, ("options", at, "label")))
    yield from _reference(here)


def _reference(here: tuple[int, Node]) -> Iterator[Problem]:
    reference = here[1].reference
    if reference is None:
        return
    if not reference.title.strip():
        yield about_node("empty-text", _EMPTY, here, ("reference", "title"))
    if not re.match(r"https?://[^\s/]", reference.url):
        message = "A reference's address must begin with https:// or http://."
        yield about_node("bad-address", message, here, ("reference", "url"))


def _lengths(text: Text) -> Iterator[tuple[str, str]]:
    """Code and message of what is wrong with a text's length."""
    length = len(text.value)
    if text.required and not text.value.strip():
        yield "empty-text", _EMPTY
    if length > text.limit:
        yield "too-long", f"{length:,} characters; {text.limit:,} are the most. Shorten it."


def _html(text: str) -> bool:
    return "<" in text and bool(_HTML.search(_CODE_SPAN.sub("", text)))


_EMPTY = "This text is empty. Write it."
_HTML_SAID = (
    "Raw HTML is shown as it stands, not as what it means. "
    "Write Markdown, or put it between backticks."
)
