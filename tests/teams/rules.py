"""What Teams refuses: every rule by name, in words, with the page of documentation that it comes
from (below learn.microsoft.com, unless it says where).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

BAD = "BadSyntax"
_TEAMS = "microsoftteams/platform"
_FORMAT = f"{_TEAMS}/bots/how-to/format-your-bot-messages"
_MESSAGES = f"{_TEAMS}/bots/build-conversational-capability"
_MENTIONS = f"{_TEAMS}/bots/how-to/conversations/channel-and-group-conversations#work-with-mentions"
_PROACTIVE = f"{_TEAMS}/bots/how-to/conversations/send-proactive-messages"
_FILES = f"{_TEAMS}/bots/how-to/bots-filesv4"
_REST = "azure/bot-service/rest-api/bot-framework-rest-connector-api-reference"
_CARDS = f"{_TEAMS}/task-modules-and-cards/cards"
_UNIVERSAL = "adaptive-cards/authoring-cards/universal-action-model"
_DIALOGS = f"{_TEAMS}/task-modules-and-cards/task-modules"
_EXTENSIONS = f"{_TEAMS}/messaging-extensions/how-to"
_SCHEMA = "adaptivecards.io/explorer"


@dataclass(frozen=True)
class Rule:
    """One rule: `status` and `code` are those of the answer where the connector refuses."""

    name: str
    says: str
    page: str
    status: int = 400
    code: str = BAD


@dataclass(frozen=True)
class Refusal:
    """A rule that a body breaks, and where: a JSON pointer."""

    rule: Rule
    where: str
    found: str = ""

    @property
    def says(self) -> str:
        """What is wrong, in words."""
        return f"{self.rule.says} ({self.found})" if self.found else self.rule.says

    def __str__(self) -> str:
        """With its name and place."""
        return f"{self.rule.name} at {self.where or '/'}: {self.says} [{self.rule.page}]"


def _rows(page: str, *rows: tuple[str, str]) -> Iterable[Rule]:
    return [Rule(name, says, page) for name, says in rows]


_ACTIVITIES = [
    *_rows(
        _REST,
        ("json", "The body is a JSON object."),
        ("activity-type", "An activity that is sent is a message, or says that one types."),
        ("activity-property", "An activity has no such property."),
        ("activity-shape", "That property is something else."),
        ("attachment", "An attachment is an object with a contentType and a content or address."),
        ("attachment-layout", "Attachments are a list or a carousel."),
        ("activity-empty", "A message has a text or an attachment."),
        ("importance", "A message is of low, normal, high or urgent importance."),
        ("conversation-shape", "A conversation is begun with one member, or in a channel."),
    ),
    Rule("text-format", "A text is plain, markdown or xml.", _FORMAT),
    Rule("attachment-type", "Teams shows no such attachment.", f"{_CARDS}/cards-reference"),
    Rule(
        "split",
        "A text with an attachment is split in two messages, and the id of neither is told.",
        f"{_TEAMS}/bots/how-to/conversations/conversation-messages#send-a-message",
    ),
    Rule("suggested", "Actions are suggested in a personal chat, at most six imBack.", _MESSAGES),
    Rule("mention", "A mention is in the text, and in the entities, with an id.", _MENTIONS),
    Rule(
        "mention-card",
        "A mention is in the card's text, and in its entities.",
        f"{_CARDS}/cards-format",
    ),
    Rule("activity-size", "Message size too large.", _FORMAT, 413, "MessageSizeTooBig"),
    Rule(
        "card-size",
        "A card holds 28 KB.",
        "microsoftteams/limits-specifications-teams",
        413,
        "MessageSizeTooBig",
    ),
    Rule("member", "A member is a person of the tenant, by id.", _PROACTIVE),
    Rule("consent", "Whoever gets a file is asked with a name and a size in bytes.", _FILES),
    Rule(
        "reaction",
        "A reaction is one of Teams' own, by id.",
        f"{_TEAMS}/agents-in-teams/agent-reactions",
    ),
]
_SHAPES = [
    *_rows(
        f"{_SCHEMA}/AdaptiveCard.html",
        ("card-type", "A card is an AdaptiveCard."),
        ("card-version", "A card is of a version from 1.0 to 1.5."),
        ("card-empty", "A card shows something."),
        ("element-type", "There is no such element here."),
        ("property", "There is no such property."),
        ("required", "This property must be there."),
        ("string", "This is a string."),
        ("boolean", "This is true or false."),
        ("number", "This is a number."),
        ("object", "This is an object."),
        ("list", "This is a list."),
        ("value", "This is one of the values that are listed."),
        ("id-twice", "An id is there once."),
    ),
    Rule("text-empty", "A text says something.", f"{_SCHEMA}/TextBlock.html"),
    Rule("address", "An address is of https, or data of a picture.", f"{_CARDS}/cards-reference"),
    *_rows(
        f"{_SCHEMA}/Input.ChoiceSet.html",
        ("choices-empty", "There is something to choose."),
        ("choice", "A choice has a title and a value."),
        ("choice-twice", "Two choices have two values."),
        ("choice-value", "What is chosen at first is one of the choices."),
        ("choice-comma", "Where several are chosen a comma stands between them."),
    ),
    Rule("facts-empty", "A list of facts has one.", f"{_SCHEMA}/FactSet.html"),
    Rule("columns-empty", "A row of columns has one.", f"{_SCHEMA}/ColumnSet.html"),
    Rule("width", "A width is auto, stretch, a weight, or pixels.", f"{_SCHEMA}/Column.html"),
    *_rows(
        "adaptive-cards/authoring-cards/input-validation",
        ("input-label", "An input has a label."),
        ("input-error", "An input that can be wrong has words for it."),
        ("input-range", "What is in an input at first fits."),
    ),
    *_rows(
        f"{_CARDS}/cards-actions#adaptive-cards-actions",
        ("action-type", "There is no such action here."),
        ("action-title", "A button says what it does."),
        ("submit-data", "What an action sends is an object."),
        ("submit-msteams", "What is asked of Teams is something that Teams does."),
    ),
    Rule("actions-empty", "A row of buttons has one.", f"{_SCHEMA}/ActionSet.html"),
    Rule("actions-many", "At most six buttons are primary.", f"{_CARDS}/design-effective-cards"),
    Rule("toggle-targets", "What is toggled is there.", f"{_SCHEMA}/Action.ToggleVisibility.html"),
    *_rows(
        f"{_UNIVERSAL}#actionexecute",
        ("execute-verb", "A verb is a string that is not empty."),
        ("execute-version", "That is of version 1.4."),
        ("execute-fallback", "What an older client does instead is Action.Submit."),
    ),
    *_rows(
        f"{_UNIVERSAL}#refresh-mechanism",
        ("refresh", "A card is refreshed by an Action.Execute."),
        ("refresh-users", "At most sixty people are refreshed by themselves."),
    ),
]
_ANSWERS = [
    *_rows(
        f"{_UNIVERSAL}#response-format",
        ("answer-card", "A click is answered with statusCode, type and value."),
        ("answer-type", "There is no such answer to a click."),
        ("answer-status", "The status of an answer fits its type."),
        ("answer-value", "The value of an answer fits its type."),
    ),
    *_rows(
        f"{_DIALOGS}/task-modules-bots",
        ("task", "A task is to continue, with a dialog, or a message."),
        ("task-message", "A message of a dialog says something."),
    ),
    *_rows(
        f"{_DIALOGS}/invoking-task-modules",
        ("dialog-title", "A dialog has a title."),
        ("dialog-size", "A size is small, medium, large, or pixels."),
        ("dialog-card", "A dialog has a card as an attachment, or an https address."),
        ("dialog-actions", "In a dialog an action is submitted, or opens a page."),
        ("dialog-msteams", "In a dialog nothing else is asked of Teams."),
    ),
    *_rows(
        f"{_EXTENSIONS}/search-commands/respond-to-search",
        ("extension", "A query is answered with a composeExtension."),
        ("extension-type", "It is a result, a message, auth or config."),
        ("extension-layout", "Results are a list or a grid."),
        ("extension-result", "A result is a card, and one of Adaptive Cards has a preview."),
        ("extension-many", "At most 25 results were asked for."),
    ),
    *_rows(
        f"{_EXTENSIONS}/action-commands/respond-to-task-module-submit",
        ("extension-preview", "A preview is a message with one card."),
    ),
    *_rows(
        "azure/bot-service/rest-api/bot-framework-rest-connector-send-and-receive-messages",
        ("answer-crash", "A bot answers what it is sent."),
        ("answer-json", "What is answered is a JSON object."),
    ),
]
RULES: Mapping[str, Rule] = {rule.name: rule for rule in [*_ACTIVITIES, *_SHAPES, *_ANSWERS]}


def refusal(name: str, where: str, found: object = "") -> Refusal:
    """What breaks the rule of that name."""
    return Refusal(RULES[name], where, str(found)[:80])
