"""views.*: modals and Home tabs (docs.slack.dev/reference/methods/views.open and beside it)."""

import secrets
from typing import Any

from tests.slack.calls import Call, Refused, missing, passes
from tests.slack.checks import view_refusals
from tests.slack.payloads import view_json, with_ids
from tests.slack.team import Team
from tests.slack.world import Json, View

DEEP = 3  # modals, one over the other


async def opened(call: Call) -> Json:
    """views.open"""
    content = _content(call, "modal")
    trigger = call.slack.triggers.spend(call.text("trigger_id"), call.team)
    view = put(call.team, content, trigger.user)
    call.team.stacks[trigger.user] = [view.id]
    return _told(call, view)


async def pushed(call: Call) -> Json:
    """views.push"""
    content = _content(call, "modal")
    trigger = call.slack.triggers.spend(call.text("trigger_id"), call.team)
    stack = call.team.stacks.get(trigger.user) or []
    if not stack or not trigger.view:
        raise Refused("not_found")
    return _told(call, push(call.team, content, trigger.user))


async def updated(call: Call) -> Json:
    """views.update"""
    view = _found(call)
    content = _content(call, "modal")
    asked = call.text("hash", "")
    if asked and asked != view.hash:
        raise Refused("hash_conflict")
    change(call.team, view, content)
    return _told(call, view)


async def published(call: Call) -> Json:
    """views.publish"""
    user, app = call.text("user_id"), call.slack.app
    content = _content(call, "home")
    if not app.has_home:
        raise Refused("not_enabled")
    if user not in call.team.users:
        raise Refused("user_not_found")
    home, asked = call.team.homes.get(user), call.text("hash", "")
    if home is not None and asked and asked != home.hash:
        raise Refused("hash_conflict")
    if home is None:
        home = call.team.homes[user] = put(call.team, content, user)
    else:
        change(call.team, home, content)
    return _told(call, home)


def put(team: Team, content: Json, user: str, previous: View | None = None) -> View:
    """A view that was not there before."""
    id = team.ids.next("V")
    root = previous.root if previous else id
    number = team.rings()
    view = View(id, _kept(content, number), user, _hash(number), number, root)
    view.previous = previous.id if previous else ""
    team.views[id] = view
    _typed(view)
    return view


def push(team: Team, content: Json, user: str) -> View:
    """A modal over those that are open. Raises Refused."""
    stack = team.stacks[user]
    if len(stack) >= DEEP:
        raise Refused("push_limit_reached")
    view = put(team, content, user, team.views[stack[-1]])
    stack.append(view.id)
    return view


def change(team: Team, view: View, content: Json) -> None:
    """A view shows something else; what was typed stays where the same input is still there."""
    view.version = team.rings()
    view.content = _kept(content, view.version)
    view.hash = _hash(view.version)
    view.errors = {}
    _typed(view)


def _typed(view: View) -> None:
    """What is in the inputs at first."""
    held = view.typed
    view.typed = {}
    for block in view.blocks:
        if block["type"] == "input":
            key = (block["block_id"], block["element"]["action_id"])
            view.typed[key] = held.get(key, initial(block["element"]))


def initial(element: Json) -> Any:
    """The value of an input that nobody has touched, as view.state has it."""
    kind = element["type"]
    value: Json = {"type": kind}
    if kind in ("plain_text_input", "email_text_input", "url_text_input", "number_input"):
        value["value"] = element.get("initial_value") or None
    elif kind in ("static_select", "external_select", "radio_buttons"):
        value["selected_option"] = element.get("initial_option")
    elif kind in ("checkboxes", "multi_static_select", "multi_external_select"):
        value["selected_options"] = element.get("initial_options") or []
    elif kind == "datepicker":
        value["selected_date"] = element.get("initial_date")
    elif kind == "timepicker":
        value["selected_time"] = element.get("initial_time")
    return value


def _kept(content: Json, number: int) -> Json:
    blocks = [*with_ids(content.get("blocks") or [], f"{number:x}-")]
    return {**content, "blocks": blocks}


def _hash(number: int) -> str:
    return f"{number}.{secrets.token_hex(4)}"


def _content(call: Call, kind: str) -> Json:
    view = call.args.get("view")
    if not isinstance(view, dict):
        raise missing("view")
    passes(view_refusals(view, kind=kind), view=True)
    external = view.get("external_id")
    taken = [each.content.get("external_id") for each in call.team.views.values()]
    if external and call.method in ("views.open", "views.push") and external in taken:
        raise Refused("duplicate_external_id")
    return view


def _found(call: Call) -> View:
    id, external = call.text("view_id", ""), call.text("external_id", "")
    if not id and not external:
        raise missing("view_id")
    open = {id for stack in call.team.stacks.values() for id in stack}
    for view in call.team.views.values():
        if view.id in open and (view.id == id or external == view.content.get("external_id", id)):
            return view
    raise Refused("not_found")


def _told(call: Call, view: View) -> Json:
    return {"view": view_json(view, call.team.app, call.team.id)}
