"""Cards that no view stands behind: a text file to copy from, and what a search found.

https://learn.microsoft.com/microsoftteams/platform/messaging-extensions/how-to/search-commands/respond-to-search
"""

from typing import Any

from bot.cards.card import Card, Document, Heading, Line
from bot.platforms.teams import render
from bot.platforms.teams.markdown import rich, runs
from bot.platforms.teams.surface import OFFER

Payload = dict[str, Any]
_PREVIEW = "application/vnd.microsoft.card.thumbnail"
_BEGIN = "Begin here"


def document(title: str, name: str, text: str) -> list[Payload]:
    """A text file as activities, one below the other, nothing left out."""
    card = Card((Heading(title), Line((name,)), Document(text, name)), title)
    return [render.activity(each) for each in render.written(card, linked=False)]


def offer(label: str, text: str) -> Payload:
    """Something that a search found: what stands in the list, and the card that is posted when it
    is picked, with a button that does what would be typed as `text`.
    """
    act = {"type": "Action.Execute", "title": _BEGIN, "verb": OFFER, "data": {"text": text}}
    body = [rich(runs((label,), weight="Bolder"))]
    content = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.5",
        "body": body,
        "actions": [act],
    }
    preview = {"contentType": _PREVIEW, "content": {"title": label}}
    return {"contentType": render.CARD, "content": content, "preview": preview}
