"""From an event of the playground (wire.Event, as a plain dict) to what a person did.

A delivery is named after what was done, not after the event that told it, wherever there is
something to name it after: the same message told again under a new id is the same one.
"""

from collections.abc import Mapping
from typing import Any

from bot.platforms.playground.wire import Happened
from bot.port import (
    Arrived,
    Clicked,
    Closed,
    Command,
    Deleted,
    Edited,
    File,
    Inbound,
    Loss,
    Opened,
    Origin,
    Pointed,
    Purpose,
    Reacted,
    Reaction,
    Replied,
    Submitted,
    Typing,
)

NAME = "playground"
_REACTIONS = {"no-entry": Reaction.KEEP_OUT}

Event = Mapping[str, Any]


def inbound(event: Event) -> Inbound | None:
    """What was done; None where it means nothing here. Raises KeyError, TypeError, ValueError."""
    if event["user"].get("bot"):
        return None  # our own messages come back like everybody's
    by = _origin(event)
    match event["type"]:
        case Happened.CLICK:
            return Clicked(by, _told(event), event["action"], event["message"])
        case Happened.SUBMIT:
            delivery = _delivery(event, "form", event["form"])
            return Submitted(by, delivery, event["token"], event["values"], event["message"])
        case Happened.COMMAND:
            return Command(by, _told(event), event["text"])
        case Happened.MESSAGE:
            return _message(by, event)
        case Happened.SUGGEST:
            return Typing(by, event["text"])
        case Happened.HOME:
            return Opened(by)
        case Happened.JOINED:
            return Arrived(by, _told(event))
        case Happened.LEFT:
            return Closed(NAME, by.workspace, by.channel, Loss.REMOVED, _told(event))
        case Happened.POINTED:
            return _pointed(by, event)
        case _:
            return _change(by, event)


def _change(by: Origin, event: Event) -> Inbound | None:
    """What happened to a message that was there already."""
    message = event["message"]
    match event["type"]:
        case Happened.CHANGED:
            delivery = _delivery(event, "changed", message, str(event["version"]))
            return Edited(by, delivery, message, event["text"])
        case Happened.DELETED:
            return Deleted(by, _delivery(event, "deleted", message), message)
        case Happened.REACTION if event["reaction"] in _REACTIONS:
            reaction = _REACTIONS[event["reaction"]]
            delivery = _delivery(event, "reaction", message, str(event["version"]))
            return Reacted(by, delivery, message, reaction, event["added"])
        case _:
            return None


def _message(by: Origin, event: Event) -> Inbound:
    """A message; where there are threads, a mention of the bot is a command, as `/flow` is.

    A mention that carries files is no command: they would be lost.
    """
    message, text = event["message"], event["text"]
    if event["mentioned"] and by.threads and not event["files"]:
        return Command(by, _delivery(event, "message", message), text)
    meant = event["mentioned"] or event["quote"] is not None
    return Replied(by, message, text, _files(event), meant)


def _pointed(by: Origin, event: Event) -> Inbound:
    purpose, message, text = Purpose(event["purpose"]), event["message"], event["text"]
    return Pointed(by, _told(event), purpose, message, text, event["author"], _files(event))


def _files(event: Event) -> tuple[File, ...]:
    return tuple(
        File(file["name"], file["media_type"], file["size"], file["id"]) for file in event["files"]
    )


def _origin(event: Event) -> Origin:
    user, channel = event["user"], event["channel"]
    direct = channel["direct"]
    return Origin(
        platform=NAME,
        workspace=event["workspace"],
        user=user["id"],
        name=user["name"],
        channel=channel["id"],
        thread=event["thread"] or "",
        guest=user["guest"],
        direct=direct,
        threads=not direct,
    )


def _told(event: Event) -> str:
    """For what has no identity but that of its event."""
    return _delivery(event, "event", event["id"])


def _delivery(event: Event, *what: str) -> str:
    return ":".join((NAME, event["workspace"], *what))
