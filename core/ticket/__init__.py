"""From a session to a ticket note: what it says is a report, how it is written is a format.

A format is one module with a `render`, and its line in FORMATS.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from core.ticket import html, markdown, text
from core.ticket.parts import Report
from core.ticket.report import report
from core.ticket.worked import in_both, rounded, worked

FORMATS: Mapping[str, Callable[[Report], str]] = MappingProxyType(
    {"markdown": markdown.render, "text": text.render, "html": html.render}
)

__all__ = ["FORMATS", "Report", "in_both", "report", "rounded", "worked"]
