"""What a client does with the inputs of a modal: takes values of the right kind, and says what is
missing before anything is sent.
"""

from collections.abc import Sequence
from typing import Any

from tests.slack.world import Json, View


class Impossible(Exception):
    """No client lets anybody do that; the message says what is in the way."""


def options_of(element: Json) -> list[Json]:
    """What a menu offers by itself, groups too."""
    groups = element.get("option_groups") or []
    return [*(element.get("options") or []), *(o for group in groups for o in group["options"])]


def missing(view: View) -> dict[str, str]:
    """What must be filled in still, by block_id, in the client's words."""
    found = {}
    for block in view.blocks:
        if block["type"] != "input" or block.get("optional"):
            continue
        value = view.typed[block["block_id"], block["element"]["action_id"]]
        if not any(each for name, each in value.items() if name != "type"):
            found[block["block_id"]] = "Please complete this required field."
    return found


def value_of(element: Json, value: Any) -> Json:
    """A value as view.state has it. Raises Impossible where the client does not take it."""
    kind, options = element["type"], options_of(element)
    told: Json = {"type": kind}
    if kind in ("static_select", "radio_buttons"):
        told["selected_option"] = _among(options, value) if value else None
    elif kind in ("checkboxes", "multi_static_select"):
        told["selected_options"] = [_among(options, each) for each in value]
    elif kind == "datepicker":
        told["selected_date"] = value or None
    elif kind == "timepicker":
        told["selected_time"] = value or None
    else:
        most = element.get("max_length", 3_000)
        if len(value) > most:
            raise Impossible(f"at most {most} characters fit")
        told["value"] = value or None
    return told


def _among(options: Sequence[Json], value: str) -> Json:
    for option in options:
        if option["value"] == value:
            return option
    raise Impossible(f"“{value}” is not offered")
