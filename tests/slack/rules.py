"""What Slack refuses of a payload: every rule by name, in words, with the page of Slack's
documentation (below docs.slack.dev/reference unless it says where) that it comes from.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

BLOCKS, ARGUMENTS = "invalid_blocks", "invalid_arguments"


@dataclass(frozen=True)
class Rule:
    """One rule; `error` is what Slack calls its violation, of a view always `invalid_arguments`
    where it would be `invalid_blocks` of a message.
    """

    name: str
    says: str
    page: str
    error: str = BLOCKS


@dataclass(frozen=True)
class Refusal:
    """A rule that a payload breaks, and where: a JSON pointer."""

    rule: Rule
    where: str
    found: str = ""

    def __str__(self) -> str:
        """As Slack says it in response_metadata."""
        found = f" ({self.found})" if self.found else ""
        return f"[ERROR] {self.rule.name}: {self.rule.says}{found} [json-pointer:{self.where}]"


_KIT = "block-kit/blocks"
_ELEMENTS = "block-kit/block-elements"
_OBJECTS = "block-kit/composition-objects"
_BLOCKS_TOO_LONG = "github.com/slackapi/bolt-js/issues/2509"


def _rows(page: str, error: str, rows: Iterable[tuple[str, str]]) -> list[Rule]:
    return [Rule(name, says, page, error) for name, says in rows]


_EVERY: list[Rule] = [
    Rule("text-empty", "text must be more than 0 characters", f"{_OBJECTS}/text-object"),
    Rule("text-length", "text must be at most 3,000 characters", f"{_OBJECTS}/text-object"),
    Rule("text-type", "a text is plain_text or mrkdwn", f"{_OBJECTS}/text-object"),
    Rule("text-plain", "this text must be plain_text", f"{_OBJECTS}/text-object"),
    Rule("block-type", "no such type of block here", _KIT),
    Rule("block-shape", "not the shape of such a block or element", _KIT),
    Rule("block-id-length", "block_id has at most 255 characters", _KIT),
    Rule("block-id-twice", "block_id must be unique", _KIT),
    Rule("action-id-length", "action_id has at most 255 characters", f"{_ELEMENTS}/button-element"),
    Rule("action-id-twice", "action_id must be unique", f"{_ELEMENTS}/button-element"),
    Rule("element-type", "no such element in such a block", _ELEMENTS),
    Rule("element-surface", "no such element on such a surface", _ELEMENTS),
    Rule(
        "focus-twice", "only one element may have focus_on_load", f"{_ELEMENTS}/datepicker-element"
    ),
    Rule("message-blocks", "a message has at most 50 blocks", _KIT),
    Rule(
        "message-characters",
        "all blocks hold about 13,200 characters, and each further block takes 125 of them",
        _BLOCKS_TOO_LONG,
        "msg_blocks_too_long",
    ),
    Rule(
        "message-text",
        "text has at most 40,000 characters",
        "methods/chat.postMessage",
        "msg_too_long",
    ),
    Rule(
        "update-text",
        "in an update, text has at most 4,000 characters",
        "methods/chat.update; github.com/seratch/ChatGPT-in-Slack/issues/102",
        "msg_too_long",
    ),
    Rule("message-empty", "a message has text or blocks", "methods/chat.postMessage", "no_text"),
    *_rows(
        "docs.slack.dev/messaging/message-metadata",
        "invalid_metadata_format",
        [
            ("metadata-shape", "metadata is an event_type and an event_payload, nothing else"),
            ("metadata-type", "event_type is a word"),
            ("metadata-payload", "event_payload is an object"),
        ],
    ),
    *_rows(
        f"{_KIT}/section-block",
        BLOCKS,
        [
            ("section-empty", "a section has text or fields"),
            ("section-text", "a section's text has at most 3,000 characters"),
            ("section-fields", "a section has at most 10 fields"),
            ("section-field", "a field has at most 2,000 characters"),
        ],
    ),
    Rule("header-text", "a header has at most 150 characters", f"{_KIT}/header-block"),
    Rule("context-elements", "a context has 1 to 10 elements", f"{_KIT}/context-block"),
    Rule("actions-elements", "actions have 1 to 25 elements", f"{_KIT}/actions-block"),
    Rule(
        "context-actions", "context_actions have 1 to 5 elements", f"{_KIT}/context-actions-block"
    ),
    Rule(
        "markdown-text",
        "a message's markdown has at most 12,000 characters in all",
        f"{_KIT}/markdown-block",
    ),
    *_rows(
        f"{_KIT}/image-block",
        BLOCKS,
        [
            ("image-source", "an image has one of image_url and slack_file"),
            ("image-url", "image_url has at most 3,000 characters"),
            ("image-alt", "an image has an alt_text of at most 2,000 characters"),
            ("image-title", "an image's title has at most 2,000 characters"),
        ],
    ),
    *_rows(
        f"{_KIT}/input-block",
        BLOCKS,
        [
            ("input-label", "an input has a label of at most 2,000 characters"),
            ("input-hint", "a hint has at most 2,000 characters"),
        ],
    ),
    *_rows(
        f"{_KIT}/table-block",
        BLOCKS,
        [
            ("table-rows", "a table has 1 to 100 rows"),
            ("table-columns", "a row has 1 to 20 cells"),
            ("table-cell", "a cell is raw_text or rich_text"),
            ("table-twice", "a message has at most one table"),
        ],
    ),
    *_rows(
        f"{_KIT}/rich-text-block",
        BLOCKS,
        [
            ("rich-text", "rich_text holds sections, lists, preformatted text and quotes"),
            ("rich-text-list", "a list holds sections and is bullet or ordered"),
            ("rich-text-part", "no such part of a rich text, or something of it is missing"),
        ],
    ),
    *_rows(
        f"{_ELEMENTS}/button-element",
        BLOCKS,
        [
            ("button-text", "a button's text has at most 75 characters"),
            ("button-value", "a button's value has at most 2,000 characters"),
            ("button-url", "a button's url has at most 3,000 characters"),
            ("button-style", "a style is primary or danger"),
            ("button-label", "accessibility_label has at most 75 characters"),
        ],
    ),
    *_rows(
        f"{_OBJECTS}/option-object",
        BLOCKS,
        [
            ("option-text", "an option's text has 1 to 75 characters"),
            ("option-value", "an option's value has 1 to 150 characters"),
            ("option-description", "an option's description has at most 75 characters"),
            (
                "option-url",
                "only an overflow menu's options have a url, of at most 3,000 characters",
            ),
        ],
    ),
    Rule(
        "group-label", "a group's label has 1 to 75 characters", f"{_OBJECTS}/option-group-object"
    ),
    *_rows(
        f"{_ELEMENTS}/select-menu-element",
        BLOCKS,
        [
            ("select-options", "a select has 1 to 100 options, a group too"),
            ("select-groups", "a select has 1 to 100 groups"),
            ("select-either", "a select has options or option_groups, not both"),
            ("select-initial", "what is selected at first is one of the options, exactly"),
            ("select-placeholder", "a placeholder has at most 150 characters"),
            ("select-query", "min_query_length is a number of characters, 0 to 100"),
            ("select-most", "max_selected_items is at least 1"),
        ],
    ),
    Rule(
        "overflow-options",
        "an overflow menu has 2 to 5 options",
        f"{_ELEMENTS}/overflow-menu-element",
    ),
    Rule("radio-options", "radio buttons are 1 to 10", f"{_ELEMENTS}/radio-button-group-element"),
    Rule("checkbox-options", "checkboxes are 1 to 10", f"{_ELEMENTS}/checkboxes-element"),
    *_rows(
        f"{_ELEMENTS}/plain-text-input-element",
        BLOCKS,
        [
            ("text-input-length", "max_length is 1 to 3,000 and min_length 0 to 3,000, in order"),
            ("text-input-initial", "initial_value is within max_length, at most 3,000 characters"),
        ],
    ),
    Rule("date-format", "initial_date is YYYY-MM-DD", f"{_ELEMENTS}/datepicker-element"),
    Rule("time-format", "initial_time is HH:mm", f"{_ELEMENTS}/timepicker-element"),
    *_rows(
        f"{_OBJECTS}/confirmation-dialog-object",
        BLOCKS,
        [
            ("confirm-title", "a confirmation's title has at most 100 characters"),
            ("confirm-text", "a confirmation's text has at most 300 characters"),
            ("confirm-button", "confirm and deny have at most 30 characters"),
        ],
    ),
    *_rows(
        "views/modal-views",
        ARGUMENTS,
        [
            ("view-type", "a view is a modal or a home, as the method wants it"),
            ("view-blocks", "a view has at most 100 blocks, a modal at least one"),
            ("view-title", "a modal has a title of 1 to 24 characters"),
            ("view-submit", "submit has 1 to 24 characters"),
            ("view-close", "close has 1 to 24 characters"),
            ("view-needs-submit", "a modal with inputs has submit"),
            ("view-metadata", "private_metadata has at most 3,000 characters"),
            ("view-callback", "callback_id has at most 255 characters"),
            ("view-external", "external_id has at most 255 characters"),
            ("view-unknown", "no such field of a view"),
        ],
    ),
    Rule("home-buttons", "a home has no title, submit or close", "views/home-tab-views", ARGUMENTS),
    Rule("view-size", "a view is at most 250 KB", "methods/views.open", "view_too_large"),
    Rule(
        "reply-options",
        "at most 100 options, or 100 groups, are suggested",
        "interaction-payloads/block_suggestion-payload",
        "invalid_options",
    ),
]
RULES: Mapping[str, Rule] = {rule.name: rule for rule in _EVERY}


def refusal(name: str, where: str, found: str = "") -> Refusal:
    """What breaks the rule of that name."""
    return Refusal(RULES[name], where, found)
