"""How what somebody presses or sends away goes to the bot, and what the client makes of the answer
(learn.microsoft.com/adaptive-cards/authoring-cards/universal-action-model; dialogs:
learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/task-modules/task-modules-bots).
"""

from typing import TYPE_CHECKING, Any

from tests.teams import payloads
from tests.teams.chat import Said
from tests.teams.world import ADAPTIVE, Asked, Json, Message, Place, User

if TYPE_CHECKING:
    from tests.teams.server import Teams

# What the client says where no answer came, or a wrong one.
UNREACHABLE = "Unable to reach app. Please try again."
WRONG = "Something went wrong. Please try again."


class Acts:
    """What one person does."""

    def __init__(self, teams: "Teams", user: User) -> None:
        self._teams = teams
        self._user = user

    async def asks(
        self,
        name: str,
        place: Place,
        value: Json,
        *,
        message: Message | None = None,
        root: str = "",
    ) -> Asked:
        """Send an invoke, and wait until it is answered, or not."""
        chat = self._teams.chat
        at = root or (message.thread if message else "")
        told = payloads.activity(chat, place, "invoke", self._user, at)
        told |= {"name": name, "value": value, "entities": [payloads.CLIENT]}
        source = "compose" if name.startswith("composeExtension") else "message"
        told["channelData"]["source"] = {"name": source}
        if message is not None and source == "message" and name != "task/submit":
            told["replyToId"] = message.id
        made = Asked(str(told["id"]), name, self._user.id, place.id, value)
        made.message = message.id if message else ""
        app = chat.tenants[place.tenant].app
        answer = await self._teams.delivery.ask(app, told)
        made.status, made.took = answer.status, answer.took
        made.body = answer.body if isinstance(answer.body, dict) else {}
        made.failed = _failed(made.status, answer.body)
        return made

    def sends_value(self, message: Message, data: Json) -> None:
        """What an older client does for Action.Execute, and each for Action.Submit: a message that
        nobody sees, with a value.
        """
        chat = self._teams.chat
        place = chat.places[message.place]
        told = payloads.activity(chat, place, "message", self._user, message.thread)
        told |= {"value": data, "replyToId": message.id, "entities": [payloads.CLIENT]}
        told["channelData"] |= {"source": {"name": "message"}}
        self._teams.delivery.tell(chat.tenants[place.tenant].app, told)

    def shows(self, message: Message, asked: Asked) -> str:
        """What comes of the answer to a click: a card for who clicked, or what the client says."""
        body = asked.body
        kind, value = str(body.get("type", "")), body.get("value")
        if kind == ADAPTIVE and isinstance(value, dict):
            self._teams.chat.says(message, Said(cards=[value]), only_for=self._user.id)
            return ""
        if kind.endswith("activity.message"):
            return str(value)
        return WRONG


def dialog_of(body: Json) -> tuple[str, Any]:
    """What is answered to a dialog: "continue" and what it shows, "message" and a sentence, or
    nothing.
    """
    task = body.get("task") or {}
    return str(task.get("type", "")), task.get("value")


def _failed(status: int, body: Any) -> str:
    if not status:
        return UNREACHABLE
    return "" if status < 400 else WRONG
