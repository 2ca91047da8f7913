"""Bodies that Discord takes, and what of them can be made too large."""

from tests.discord.world import COMPONENTS_V2, Json


def text(said: str = "x", **more: object) -> Json:
    return {"type": 10, "content": said, **more}


def button(number: int = 1, **more: object) -> Json:
    return {"type": 2, "style": 1, "label": "Yes", "custom_id": f"b{number}", **more}


def link(**more: object) -> Json:
    return {"type": 2, "style": 5, "label": "Docs", "url": "https://a", **more}


def row(*inside: Json) -> Json:
    return {"type": 1, "components": list(inside)}


def option(number: int = 1, **more: object) -> Json:
    return {"label": f"Option {number}", "value": f"v{number}", **more}


def select(count: int = 2, **more: object) -> Json:
    return {"type": 3, "custom_id": "s1", "options": [option(n) for n in range(count)], **more}


def section(*texts: Json, accessory: Json | None = None) -> Json:
    return {"type": 9, "components": list(texts), "accessory": accessory or button()}


def container(*inside: Json, **more: object) -> Json:
    return {"type": 17, "components": list(inside), **more}


def message(*components: Json, **more: object) -> Json:
    return {"flags": COMPONENTS_V2, "components": list(components), **more}


def legacy(**more: object) -> Json:
    return {"content": "x", **more}


def embed(**more: object) -> Json:
    return legacy(embeds=[more])


def text_input(number: int = 1, **more: object) -> Json:
    return {"type": 4, "custom_id": f"t{number}", "style": 1, **more}


def label(component: Json | None = None, **more: object) -> Json:
    return {"type": 18, "label": "Serial number", "component": component or text_input(), **more}


def modal(*components: Json, **more: object) -> Json:
    return {"custom_id": "form", "title": "Title", "components": list(components), **more}


def command(*options: Json, **more: object) -> Json:
    return {"name": "flow", "description": "Guided work", "options": list(options), **more}


def string(number: int = 1, **more: object) -> Json:
    return {"type": 3, "name": f"words{number}", "description": "Words", **more}


def subcommand(number: int = 1, *options: Json, **more: object) -> Json:
    told = {"type": 1, "name": f"start{number}", "description": "Begin", "options": list(options)}
    return told | more


FLOW: list[Json] = [
    command(
        {
            "type": 1,
            "name": "start",
            "description": "Begin",
            "options": [string(0, name="words", autocomplete=True)],
        },
        {"type": 1, "name": "home", "description": "Where you are"},
    ),
    {"name": "Add as note", "type": 3},
]
