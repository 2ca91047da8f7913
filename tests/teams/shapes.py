"""Adaptive Cards of version 1.5 as a table: each element and action, its properties and what they
are (adaptivecards.io/explorer; what Teams adds: learn.microsoft.com/microsoftteams/platform/
task-modules-and-cards/cards/cards-format).
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Is:
    """What a property is: one of the kinds that `checks_cards` knows. `among` are the values of
    an enum, or the types of elements.
    """

    kind: str
    among: tuple[str, ...] = ()
    needed: bool = False


_Shape = Mapping[str, Is]


def _needed(of: Is) -> Is:
    return Is(of.kind, of.among, True)


def _one(*values: str) -> Is:
    return Is("one", values)


TEXT, WORDS, FLAG, NUMBER, WHOLE = Is("text"), Is("words"), Is("flag"), Is("number"), Is("whole")
URL, ANY, OBJECT = Is("url"), Is("any"), Is("object")
ACTION, ACTIONS, SELECTS = Is("action"), Is("actions"), Is("select")
_SPACING = _one("default", "none", "small", "medium", "large", "extraLarge", "padding")
_ACROSS = _one("left", "center", "right")
_DOWN = _one("top", "center", "bottom")
_STYLE = _one("default", "emphasis", "good", "attention", "warning", "accent")
_HEIGHT = _one("auto", "stretch")
_COLORS = _one("default", "dark", "light", "accent", "good", "warning", "attention")
_SIZE = _one("default", "small", "medium", "large", "extraLarge")
_WEIGHT = _one("default", "lighter", "bolder")
_FONT = _one("default", "monospace")

INPUTS = (
    "Input.Text",
    "Input.Number",
    "Input.Date",
    "Input.Time",
    "Input.Toggle",
    "Input.ChoiceSet",
)
ELEMENTS = (
    "TextBlock",
    "Image",
    "RichTextBlock",
    "Container",
    "ColumnSet",
    "FactSet",
    "ImageSet",
    "ActionSet",
    "Table",
    *INPUTS,
)
_COMMON: _Shape = {
    "id": WORDS,
    "isVisible": FLAG,
    "requires": OBJECT,
    "fallback": Is("instead", ELEMENTS),
    "height": _HEIGHT,
    "separator": FLAG,
    "spacing": _SPACING,
}
_INPUT: _Shape = {**_COMMON, "id": _needed(WORDS), "label": TEXT, "isRequired": FLAG} | {
    "errorMessage": TEXT
}
_BOX: _Shape = {
    "selectAction": SELECTS,
    "style": _STYLE,
    "verticalContentAlignment": _DOWN,
    "bleed": FLAG,
    "minHeight": TEXT,
    "backgroundImage": ANY,
    "rtl": FLAG,
}
_RUN: _Shape = {
    "color": _COLORS,
    "fontType": _FONT,
    "isSubtle": FLAG,
    "size": _SIZE,
    "weight": _WEIGHT,
}
SHAPES: Mapping[str, _Shape] = {
    "TextBlock": {
        **_COMMON,
        **_RUN,
        "text": _needed(WORDS),
        "horizontalAlignment": _ACROSS,
        "maxLines": WHOLE,
        "wrap": FLAG,
        "style": _one("default", "heading", "columnHeader"),
    },
    "RichTextBlock": {
        **_COMMON,
        "inlines": Is("inlines", ("TextRun",), True),
        "horizontalAlignment": _ACROSS,
    },
    "TextRun": {
        **_RUN,
        "text": _needed(WORDS),
        "highlight": FLAG,
        "italic": FLAG,
        "strikethrough": FLAG,
        "underline": FLAG,
        "selectAction": SELECTS,
    },
    "Image": {
        **_COMMON,
        "url": _needed(URL),
        "altText": TEXT,
        "backgroundColor": TEXT,
        "height": TEXT,
        "width": TEXT,
        "horizontalAlignment": _ACROSS,
        "selectAction": SELECTS,
        "size": _one("auto", "stretch", "small", "medium", "large"),
        "style": _one("default", "person"),
        "msteams": OBJECT,
    },
    "ImageSet": {
        **_COMMON,
        "images": Is("elements", ("Image",), True),
        "imageSize": _one("auto", "stretch", "small", "medium", "large"),
    },
    "Container": {**_COMMON, **_BOX, "items": Is("elements", ELEMENTS, True)},
    "ColumnSet": {
        **_COMMON,
        "columns": Is("elements", ("Column",), True),
        "selectAction": SELECTS,
        "style": _STYLE,
        "bleed": FLAG,
        "minHeight": TEXT,
        "horizontalAlignment": _ACROSS,
    },
    "Column": {
        **_COMMON,
        **_BOX,
        "items": Is("elements", ELEMENTS),
        "width": Is("width"),
        "fallback": Is("instead", ("Column",)),
    },
    "FactSet": {**_COMMON, "facts": Is("facts", (), True)},
    "ActionSet": {**_COMMON, "actions": _needed(ACTIONS), "horizontalAlignment": _ACROSS},
    "Table": {
        **_COMMON,
        "columns": Is("objects", (), True),
        "rows": Is("elements", ("TableRow",), True),
        "firstRowAsHeader": FLAG,
        "firstRowAsHeaders": FLAG,  # as the renderers call it
        "showGridLines": FLAG,
        "gridStyle": _STYLE,
        "horizontalCellContentAlignment": _ACROSS,
        "verticalCellContentAlignment": _DOWN,
    },
    "TableRow": {
        "cells": Is("elements", ("TableCell",), True),
        "style": _STYLE,
        "horizontalCellContentAlignment": _ACROSS,
        "verticalCellContentAlignment": _DOWN,
    },
    "TableCell": {**_BOX, "items": Is("elements", ELEMENTS, True)},
    "Input.Text": {
        **_INPUT,
        "isMultiline": FLAG,
        "maxLength": WHOLE,
        "placeholder": TEXT,
        "regex": TEXT,
        "style": _one("text", "tel", "url", "email", "password"),
        "inlineAction": SELECTS,
        "value": TEXT,
    },
    "Input.Number": {
        **_INPUT,
        "max": NUMBER,
        "min": NUMBER,
        "placeholder": TEXT,
        "value": NUMBER,
    },
    "Input.Date": {**_INPUT, "max": TEXT, "min": TEXT, "placeholder": TEXT, "value": TEXT},
    "Input.Time": {**_INPUT, "max": TEXT, "min": TEXT, "placeholder": TEXT, "value": TEXT},
    "Input.Toggle": {
        **_INPUT,
        "title": _needed(TEXT),
        "value": TEXT,
        "valueOff": TEXT,
        "valueOn": TEXT,
        "wrap": FLAG,
    },
    "Input.ChoiceSet": {
        **_INPUT,
        "choices": Is("choices"),
        "choices.data": OBJECT,
        "isMultiSelect": FLAG,
        "style": _one("compact", "expanded", "filtered"),
        "value": TEXT,
        "placeholder": TEXT,
        "wrap": FLAG,
    },
}
_PRESSED: _Shape = {
    "id": WORDS,
    "title": TEXT,
    "iconUrl": URL,
    "style": _one("default", "positive", "destructive"),
    "mode": _one("primary", "secondary"),
    "tooltip": TEXT,
    "isEnabled": FLAG,
    "requires": OBJECT,
    "fallback": Is("instead-of-action"),
}
_SENT: _Shape = {"data": Is("data"), "associatedInputs": _one("auto", "none")}
ACTION_SHAPES: Mapping[str, _Shape] = {
    "Action.OpenUrl": {**_PRESSED, "url": _needed(URL)},
    "Action.Submit": {**_PRESSED, **_SENT, "msteams": OBJECT},
    "Action.Execute": {**_PRESSED, **_SENT, "verb": Is("verb", (), True)},
    "Action.ShowCard": {**_PRESSED, "card": Is("card", (), True)},
    "Action.ToggleVisibility": {**_PRESSED, "targetElements": Is("targets", (), True)},
}
CARD: _Shape = {
    "$schema": TEXT,
    "version": Is("any", (), True),
    "body": Is("elements", ELEMENTS),
    "actions": ACTIONS,
    "selectAction": SELECTS,
    "refresh": Is("refresh"),
    "authentication": OBJECT,
    "fallbackText": TEXT,
    "backgroundImage": ANY,
    "minHeight": TEXT,
    "rtl": FLAG,
    "speak": TEXT,
    "lang": TEXT,
    "verticalContentAlignment": _DOWN,
    "msteams": Is("msteams"),
    "metadata": OBJECT,
}
