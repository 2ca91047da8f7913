"""What Discord refuses of a body: every rule by name, in words, with the page of Discord's
documentation (below docs.discord.com/developers unless it says where) that it comes from.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

INVALID = 50035
LENGTH, NEEDED, CHOICE = "BASE_TYPE_BAD_LENGTH", "BASE_TYPE_REQUIRED", "BASE_TYPE_CHOICES"
TYPE, SHAPE = "STRING_TYPE_CONVERT", "DICT_TYPE_CONVERT"


@dataclass(frozen=True)
class Rule:
    """One rule: `code` is Discord's name for its violation in the body of the error, `error` the
    number of the error.
    """

    name: str
    says: str
    page: str
    code: str = LENGTH
    error: int = INVALID


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
        return f"{self.rule.name} at {self.where}: {self.says} [{self.rule.page}]"


_MESSAGE = "resources/message#create-message"
_PARTS = "components/reference"
_V2 = "components/reference#legacy-message-component-behavior"
_COMMANDS = "interactions/application-commands"
_ANSWERS = "interactions/receiving-and-responding"


def _rows(page: str, code: str, rows: Iterable[tuple[str, str]]) -> list[Rule]:
    return [Rule(name, says, page, code) for name, says in rows]


_EVERY: list[Rule] = [
    Rule("string", "Could not interpret as string.", "reference", TYPE),
    Rule("object", "Only dictionaries may be used in a DictType", "reference", SHAPE),
    Rule("list", "Only iterables may be used in a ListType", "reference", "LIST_TYPE_CONVERT"),
    Rule("number", "Value is not an integer in range.", "reference", "NUMBER_TYPE_COERCE"),
    Rule("boolean", "Must be either true or false.", "reference", "BOOLEAN_TYPE_CONVERT"),
    Rule("required", "This field is required", "reference", NEEDED),
    Rule("query-number", "Value is not an integer in range.", "reference", "NUMBER_TYPE_MAX"),
    Rule("message-empty", "Cannot send an empty message", _MESSAGE, "", 50006),
    Rule("message-content", "Must be 2000 or fewer in length.", _MESSAGE),
    Rule("message-nonce", "A nonce has at most 25 characters.", _MESSAGE),
    Rule("message-flags", "Only some flags can be set.", _MESSAGE, CHOICE),
    Rule("message-attachments", "Must be 10 or fewer in length.", _MESSAGE),
    Rule(
        "message-attachment",
        "An attachment has the number of a file that came along, or an id.",
        "reference#uploading-files",
        "ATTACHMENT_NOT_FOUND",
    ),
    Rule(
        "attachment-name",
        "The referenced attachment was not found",
        "reference#uploading-files",
        "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND",
    ),
    Rule(
        "message-mentions", "parse and a list exclude each other.", _MESSAGE, "MENTIONS_EXCLUSIVE"
    ),
    Rule("message-reference", "Unknown message", _MESSAGE, "MESSAGE_REFERENCE_UNKNOWN_MESSAGE"),
    *_rows(
        "resources/message#embed-object-embed-limits",
        LENGTH,
        [
            ("embeds", "Must be 10 or fewer in length."),
            ("embeds-characters", "Embeds hold 6000 characters in all."),
            ("embed-title", "Must be 256 or fewer in length."),
            ("embed-description", "Must be 4096 or fewer in length."),
            ("embed-fields", "Must be 25 or fewer in length."),
            ("embed-field-name", "Must be between 1 and 256 in length."),
            ("embed-field-value", "Must be between 1 and 1024 in length."),
            ("embed-footer", "Must be 2048 or fewer in length."),
            ("embed-author", "Must be 256 or fewer in length."),
        ],
    ),
    *_rows(
        _V2,
        "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
        [
            ("v2-content", "content cannot be used with IS_COMPONENTS_V2."),
            ("v2-embeds", "embeds cannot be used with IS_COMPONENTS_V2."),
            ("v2-poll", "poll and stickers cannot be used with IS_COMPONENTS_V2."),
        ],
    ),
    Rule(
        "v2-stays", "IS_COMPONENTS_V2 cannot be removed from a message.", _V2, "FLAG_IRREVERSIBLE"
    ),
    Rule("v2-components", "A message has at most 40 components in all.", _V2),
    Rule("v2-characters", "All text displays hold at most 4000 characters.", _V2),
    Rule("legacy-rows", "Must be 5 or fewer in length.", _V2),
    Rule("component-type", "No such component here.", _PARTS, "UNION_TYPE_CHOICES"),
    Rule(
        "component-id",
        "An id is a number of 31 bits that no other component has.",
        f"{_PARTS}#anatomy-of-a-component",
        "COMPONENT_ID_DUPLICATED",
    ),
    Rule("custom-id", "Must be between 1 and 100 in length.", f"{_PARTS}#anatomy-of-a-component"),
    Rule(
        "custom-id-twice",
        "Component custom id cannot be duplicated",
        f"{_PARTS}#anatomy-of-a-component",
        "COMPONENT_CUSTOM_ID_DUPLICATED",
    ),
    Rule("row-buttons", "A row has 1 to 5 buttons.", f"{_PARTS}#action-row"),
    Rule(
        "row-select",
        "A select stands alone in its row.",
        f"{_PARTS}#action-row",
        "COMPONENT_LAYOUT_WIDTH_EXCEEDED",
    ),
    *_rows(
        f"{_PARTS}#button",
        "BUTTON_COMPONENT_INVALID",
        [
            ("button-style", "A style is a number from 1 to 6."),
            ("button-action", "A button has a custom_id, a link button a url of at most 512."),
            ("button-empty", "A button has a label or an emoji."),
            ("button-emoji", "An emoji has a name or an id."),
        ],
    ),
    Rule("button-label", "Must be 80 or fewer in length.", f"{_PARTS}#button"),
    *_rows(
        f"{_PARTS}#string-select",
        LENGTH,
        [
            ("select-options", "Must be between 1 and 25 in length."),
            ("select-placeholder", "Must be 150 or fewer in length."),
            ("option-label", "Must be between 1 and 100 in length."),
            ("option-value", "Must be between 1 and 100 in length."),
            ("option-description", "Must be 100 or fewer in length."),
        ],
    ),
    Rule(
        "option-value-twice",
        "The specified option value is already used",
        f"{_PARTS}#string-select",
        "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
    ),
    Rule(
        "select-values",
        "min_values is 0 to 25, max_values 1 to 25, in order, and enough for the defaults.",
        f"{_PARTS}#string-select",
        "SELECT_COMPONENT_INVALID_VALUES",
    ),
    Rule(
        "select-disabled",
        "In a modal nothing can be disabled.",
        f"{_PARTS}#string-select",
        "COMPONENT_DISABLED_IN_MODAL",
    ),
    Rule("text-display", "Must be between 1 and 4000 in length.", f"{_PARTS}#text-display"),
    Rule("section-texts", "A section has 1 to 3 text displays.", f"{_PARTS}#section"),
    Rule("section-accessory", "A section has an accessory.", f"{_PARTS}#section", NEEDED),
    Rule("container-empty", "Must be between 1 and 40 in length.", f"{_PARTS}#container"),
    Rule("container-color", "A colour is 0 to 16777215.", f"{_PARTS}#container", CHOICE),
    Rule("separator", "spacing is 1 or 2, divider true or false.", f"{_PARTS}#separator", CHOICE),
    Rule("gallery-items", "Must be between 1 and 10 in length.", f"{_PARTS}#media-gallery"),
    Rule(
        "media-url", "A medium has a url.", f"{_PARTS}#unfurled-media-item", "URL_TYPE_INVALID_URL"
    ),
    Rule("media-description", "Must be 1024 or fewer in length.", f"{_PARTS}#thumbnail"),
    *_rows(
        f"{_ANSWERS}#interaction-response-object-modal",
        LENGTH,
        [
            ("modal-title", "Must be between 1 and 45 in length."),
            ("modal-components", "Must be between 1 and 5 in length."),
        ],
    ),
    Rule("label", "Must be between 1 and 45 in length.", f"{_PARTS}#label"),
    Rule("label-description", "Must be 100 or fewer in length.", f"{_PARTS}#label"),
    Rule(
        "label-twice",
        "In a Label the input has no label.",
        f"{_PARTS}#text-input",
        "COMPONENT_LABEL_DUPLICATED",
    ),
    Rule("input-style", "A style is 1 or 2.", f"{_PARTS}#text-input", CHOICE),
    Rule("input-length", "min_length is 0 to 4000, max_length 1 to 4000.", f"{_PARTS}#text-input"),
    Rule("input-value", "A value is within min_length and max_length.", f"{_PARTS}#text-input"),
    Rule("input-placeholder", "Must be 100 or fewer in length.", f"{_PARTS}#text-input"),
    Rule(
        "answer-type",
        "No such answer to such an interaction.",
        f"{_ANSWERS}#interaction-response-object-interaction-callback-type",
        CHOICE,
    ),
    Rule(
        "choices",
        "Must be 25 or fewer in length.",
        f"{_ANSWERS}#interaction-response-object-autocomplete",
    ),
    *_rows(
        f"{_COMMANDS}#application-command-object-application-command-option-choice-structure",
        LENGTH,
        [
            ("choice-name", "Must be between 1 and 100 in length."),
            ("choice-value", "Must be between 1 and 100 in length."),
        ],
    ),
    *_rows(
        f"{_COMMANDS}#application-command-object-application-command-naming",
        "APPLICATION_COMMAND_INVALID_NAME",
        [
            ("command-name", "A name is 1 to 32 small letters, digits, - and _."),
            ("menu-name", "A name is 1 to 32 characters."),
        ],
    ),
    Rule(
        "command-twice",
        "Application command names must be unique",
        _COMMANDS,
        "APPLICATION_COMMANDS_DUPLICATE_NAME",
    ),
    Rule("command-type", "A type is 1, 2 or 3.", _COMMANDS, CHOICE),
    Rule("command-description", "Must be between 1 and 100 in length.", _COMMANDS),
    Rule("menu-description", "Such a command has no description.", _COMMANDS),
    Rule("menu-options", "Such a command has no options.", _COMMANDS),
    Rule("command-options", "Must be 25 or fewer in length.", _COMMANDS),
    Rule("command-choices", "Must be 25 or fewer in length.", _COMMANDS),
    Rule("command-characters", "A command holds 8000 characters in all.", _COMMANDS),
    Rule("command-count", "Too many commands of that type.", _COMMANDS, "", 30030),
    Rule("command-creates", "200 are created a day and guild.", _COMMANDS, "", 30034),
    *_rows(
        f"{_COMMANDS}#application-command-object-application-command-option-structure",
        "APPLICATION_COMMAND_OPTIONS_INVALID",
        [
            ("option-type", "A type is a number from 1 to 11."),
            ("option-mixed", "Subcommands and other options exclude each other."),
            ("option-depth", "A group has subcommands, and they have neither."),
            ("option-order", "Required options must be placed before non-required options"),
            ("option-twice", "Option names must be unique."),
            ("option-suggests", "autocomplete and choices exclude each other."),
            ("option-autocomplete", "Only strings and numbers are suggested."),
        ],
    ),
    Rule(
        "thread-name",
        "Must be between 1 and 100 in length.",
        "resources/channel#start-thread-from-message",
    ),
    Rule(
        "thread-archive",
        "Value must be one of {60, 1440, 4320, 10080}.",
        "resources/channel#start-thread-from-message",
        CHOICE,
    ),
    Rule(
        "channel-name", "Must be between 1 and 100 in length.", "resources/channel#modify-channel"
    ),
]
RULES: Mapping[str, Rule] = {rule.name: rule for rule in _EVERY}


def refusal(name: str, where: str, found: str = "") -> Refusal:
    """What breaks the rule of that name."""
    return Refusal(RULES[name], where, found)
