"""Cards and activities that Teams takes, to be broken in one place."""

from tests.teams.world import ADAPTIVE, Json


def text(said: str = "Hello", **more: object) -> Json:
    return {"type": "TextBlock", "text": said, "wrap": True, **more}


def execute(title: str = "Go", **more: object) -> Json:
    return {
        "type": "Action.Execute",
        "title": title,
        "verb": "press",
        "data": {"token": title},
        **more,
    }


def with_fallback(title: str = "Go") -> Json:
    data = {"token": title}
    return execute(title, fallback={"type": "Action.Submit", "title": title, "data": data})


def submit(title: str = "Send", **data: object) -> Json:
    return {"type": "Action.Submit", "title": title, "data": data}


def opener(title: str = "Note") -> Json:
    return submit(title, token=title, msteams={"type": "task/fetch"})


def toggle(*targets: object, title: str = "More") -> Json:
    return {"type": "Action.ToggleVisibility", "title": title, "targetElements": list(targets)}


def row(*actions: Json, **more: object) -> Json:
    return {"type": "ActionSet", "actions": list(actions), **more}


def box(*items: Json, **more: object) -> Json:
    return {"type": "Container", "items": list(items), **more}


def field(id: str = "note", **more: object) -> Json:
    return {"type": "Input.Text", "id": id, "label": id.title(), **more}


def choices(*values: str, **more: object) -> Json:
    offered = [{"title": each.title(), "value": each} for each in values]
    told = {"type": "Input.ChoiceSet", "id": "pick1", "label": "Which", "choices": offered}
    return told | more


def card(*body: Json, **more: object) -> Json:
    told = {"type": "AdaptiveCard", "version": "1.5", "body": list(body) or [text()]}
    return told | more


def attached(shown: Json) -> Json:
    return {"contentType": ADAPTIVE, "content": shown}


def message(*body: Json, **more: object) -> Json:
    """A message that shows a card."""
    return {"type": "message", "attachments": [attached(card(*body))], **more}


def dialog(*body: Json, title: str = "Note", **more: object) -> Json:
    shown = card(*body, actions=[submit("Save", form={"token": "t"})])
    value = {"title": title, "height": "medium", "width": "medium", "card": attached(shown)}
    return {"task": {"type": "continue", "value": value | more}}


def shows(shown: Json) -> Json:
    """The answer to a click."""
    return {"statusCode": 200, "type": ADAPTIVE, "value": shown}


def says(text: str) -> Json:
    kind = "application/vnd.microsoft.activity.message"
    return {"statusCode": 200, "type": kind, "value": text}


def found(*titles: str) -> Json:
    """The answer to a query."""
    results = [
        {
            **attached(card(text(each), row(execute("Start")))),
            "preview": {
                "contentType": "application/vnd.microsoft.card.thumbnail",
                "content": {"title": each, "text": f"About {each}"},
            },
        }
        for each in titles
    ]
    kept = {"type": "result", "attachmentLayout": "list", "attachments": results}
    return {"composeExtension": kept}
