"""A ticket note as one HTML page that needs nothing else: it reads on a phone, and prints.

No script, no link, nothing fetched; the page forbids itself all of that. What people wrote
cannot become a mark.
"""

import re
import unicodedata
from collections.abc import Iterator
from html import escape
from typing import assert_never

from core.ticket.blocks import Block, Heading, Item, Items, Label, Pairs, Paragraph, Title
from core.ticket.outline import outline
from core.ticket.parts import Report
from core.ticket.prose import Line, Span, Style, flat


def render(report: Report) -> str:
    """The note as an HTML document, to be encoded as UTF-8, ending in one newline."""
    body = "\n".join(_block(block) for block in outline(report))
    return _PAGE.format(title=escaped(flat(report.title)), style=_STYLE, body=body)


def escaped(text: str) -> str:
    """Literal text, in an element or an attribute; without characters that no page may hold."""
    return escape(_CONTROLS.sub("", text))


def _block(block: Block) -> str:
    match block:
        case Title(text=text):
            return f"<h1>{_turned(flat(text))}</h1>"
        case Heading(text=text):
            return f"<h2>{escaped(text)}</h2>"
        case Label(text=text):
            return f"<h3>{_turned(text)}</h3>"
        case Paragraph(sentences=sentences):
            return f"<p>{' '.join(_line(sentence) for sentence in sentences)}</p>"
        case Pairs(pairs=pairs):
            named = (f"<dt>{_turned(name)}</dt><dd>{_turned(value)}</dd>" for name, value in pairs)
            return "\n".join(("<dl>", *(f"<div>{pair}</div>" for pair in named), "</dl>"))
        case Items(items=items):
            return "\n".join(("<ul>", *(f"<li>{''.join(_item(i))}</li>" for i in items), "</ul>"))
        case _ as never:
            assert_never(never)


def _item(item: Item) -> Iterator[str]:
    yield _line(item.line)
    if item.quote:
        # Breaks of its own: where the note is pasted, the style stays behind.
        yield f"<blockquote>{'<br>'.join(map(escaped, item.quote.split(_BREAK)))}</blockquote>"
    if item.code:
        # The first line break in it is none; the focus is for who scrolls by keyboard.
        yield f'<pre tabindex="0">\n{escaped(item.code)}</pre>'


def _line(line: Line) -> str:
    return "".join(_span(span) for span in line)


def _span(span: Span) -> str:
    text = _turned(span.text)
    match span.style:
        case Style.PLAIN:
            return text
        case Style.CODE:
            return f"<code>{text}</code>"
        case Style.STRONG:
            return f"<strong>{text}</strong>"
        case Style.ALERT:
            return f'<strong class="alert">{text}</strong>'
        case Style.STRUCK:
            return f"<s>{text}</s>"


def _turned(text: str) -> str:
    """Literal text; what runs from right to left does not turn the line around it."""
    turns = any(unicodedata.bidirectional(character) in _TURNING for character in text)
    return f"<bdi>{escaped(text)}</bdi>" if turns else escaped(text)


_BREAK = "\n"
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_TURNING = {"R", "AL", "RLE", "RLO", "LRE", "LRO", "PDF", "RLI", "LRI", "FSI", "PDI"}

# Paper is light whatever the reader's screen is. The alert has a frame, to be seen in black ink.
_STYLE = """\
:root {
  color-scheme: light;
  --ink: #1b212b; --soft: #566072; --line: #d5dbe3; --paper: #ffffff; --shade: #f3f5f8;
  --alert: #9a3208;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    color-scheme: dark;
    --ink: #e4e8ee; --soft: #a2adbc; --line: #3a4453; --paper: #14181f; --shade: #1f2630;
    --alert: #ffb37c;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; background: var(--paper); color: var(--ink); overflow-wrap: anywhere;
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", Arial, sans-serif;
  font-variant-numeric: tabular-nums;
}
main { max-width: 50rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
h1 { margin: 0 0 0.75rem; font-size: 1.75rem; line-height: 1.2; }
h2 {
  margin: 2rem 0 0.5rem; padding-bottom: 0.25rem; border-bottom: 1px solid var(--line);
  font-size: 1.125rem; line-height: 1.3;
}
h3 { margin: 1rem 0 0.25rem; font-size: 1rem; line-height: 1.4; }
p { margin: 0.5rem 0; }
h1 + p { font-size: 1.0625rem; }
dl {
  display: grid; grid-template-columns: fit-content(38%) 1fr; gap: 0.25rem 1.25rem;
  margin: 1.25rem 0; padding: 0.75rem 1rem; border-radius: 0.5rem; background: var(--shade);
}
dl div { display: grid; grid-column: 1 / -1; grid-template-columns: subgrid; }
dt { color: var(--soft); }
dd { margin: 0; }
ul { margin: 0.25rem 0; padding-left: 1.25rem; }
ul + p { margin-top: 1.25rem; }
li { margin: 0.25rem 0; }
li::marker { color: var(--soft); }
blockquote {
  margin: 0.375rem 0 0.625rem; padding: 0.125rem 0 0.125rem 0.875rem;
  border-left: 3px solid var(--line); unicode-bidi: plaintext; white-space: pre-wrap;
}
pre, code { font-family: ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; }
pre {
  margin: 0.375rem 0 0.625rem; padding: 0.625rem 0.875rem; border: 1px solid var(--line);
  border-radius: 0.375rem; background: var(--shade); overflow-x: auto;
  font-size: 0.8125rem; line-height: 1.5; overflow-wrap: normal; tab-size: 4;
}
code {
  padding: 0.0625rem 0.25rem; border-radius: 0.25rem; background: var(--shade); font-size: 0.9em;
}
s { color: var(--soft); }
strong.alert {
  display: inline-block; padding: 0 0.3125rem; border: 1px solid; border-radius: 0.25rem;
  color: var(--alert); line-height: 1.3;
}
@media (max-width: 34rem) {
  main { padding: 1.25rem 1rem 2.5rem; }
  dl { display: block; }
  dl div { display: block; }
  dl div + div { margin-top: 0.5rem; }
  dt { font-size: 0.875rem; line-height: 1.3; }
}
@page { margin: 18mm 16mm; }
@media print {
  html { font-size: 10pt; }
  body { line-height: 1.4; }
  main { max-width: none; padding: 0; }
  h2 { margin-top: 1.5rem; }
  dl { padding: 0; background: none; }
  pre {
    white-space: pre-wrap; overflow-wrap: anywhere; orphans: 8; widows: 8;
    -webkit-box-decoration-break: clone; box-decoration-break: clone;
  }
  pre, code { background: none; }
  h1, h2, h3 { break-after: avoid; }
  dl div, li:not(:has(pre, blockquote)) { break-inside: avoid; }
  p, li { orphans: 3; widows: 3; }
}"""

_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{style}
</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""
