"""One activity of every kind that Teams tells, as it tells it: what happened in a small story."""

import json
from collections.abc import Iterator
from typing import Any

from bot.port import Answer, Form, Suggestion, Upload
from core.verbs import ProductVerb
from core.views import Choice, FieldKind, FieldView, FormView, HomeView, NoticeView
from tests.bot.platforms.teams.earshot import TOKEN, Earshot
from tests.teams.people import DIRECT
from tests.teams.world import Json

REASON = FieldView("reason", "Why?", FieldKind.TEXT)
FORM = Form(TOKEN, FormView("Why?", "Save", (REASON,)))
ASKS = Choice(ProductVerb.FIND, "Find…")  # opens a form
MANY = tuple(Choice(ProductVerb.PIN, f"Flow {number}", f"{number:032x}") for number in range(30))
LOG = Upload("vpn.bin", "application/octet-stream", b"\0" * 100, "A log")
Path = tuple[str | int, ...]


async def every(place: Earshot) -> dict[str, Json]:
    """By what it is."""
    await _messages(place)
    await _clicks(place)
    await _forms(place)
    await _extension(place)
    await _files(place)
    await _places(place)
    found: dict[str, Json] = {}
    for each in place.server.delivery.log:
        found.setdefault(_name(each.activity), each.activity)
    place.product.told.clear()
    place.product.answer = Answer()
    copy: dict[str, Json] = json.loads(json.dumps(found))
    return copy


async def _messages(place: Earshot) -> None:
    sam = place.sam
    post = await sam.types("start vpn", "support")
    answer = sam.writes("It is slow, @Kim", "support", post.id, files={"inline:a.png": b"PNG"})
    sam.edits(answer.id, "It was slow")
    sam.deletes(answer.id)
    sam.undoes(answer.id)
    mine = await place.shown()
    sam.reacts(mine, "1f6ab_prohibited")
    sam.reacts(mine, "1f6ab_prohibited", on=False)
    step = await place.shown(target=place.crew)
    sam.writes("Yes", "crew", reply_to=step)
    sam.writes("See", DIRECT, files={"vpn.log": b"down"})
    await place.quiet()


async def _clicks(place: Earshot) -> None:
    sam = place.sam
    id = await place.shown()
    await sam.presses(id, "Menu")
    sam.client.old = True
    await sam.presses(id, "Menu")
    sam.client.old = False
    where = place.support
    lots = await place.adapter.sender.post(where, NoticeView("Which?", MANY), mark="many")
    [list_] = [e for e in sam.card(lots)["body"] if e["type"] == "Input.ChoiceSet"]
    await sam.picks(lots, list_["id"], list_["choices"][3]["value"])
    place.product.answer = Answer(home=HomeView("Acme", (), ()))
    await sam.types("home", DIRECT)
    await place.quiet()
    place.product.answer = Answer(home=HomeView("Acme", (), ()))
    await sam.looks(sam.sees(DIRECT)[-1].id)
    place.product.answer = Answer()


async def _forms(place: Earshot) -> None:
    sam = place.sam
    id = await place.shown(ASKS)
    place.product.answer = Answer(form=FORM)
    await sam.presses(id, "Find…")
    place.product.answer = Answer()
    sam.fills("in.reason", "Because")
    await sam.submits()


async def _extension(place: Earshot) -> None:
    sam = place.sam
    post = await sam.types("anything", "support")
    place.product.answer = Answer(suggestions=(Suggestion("VPN down", "vpn-down"),))
    [found] = await sam.searches("vpn", "support", post.id)
    card = sam.posts(found, "support", post.id)
    await sam.presses(card.id, "Begin here")
    place.product.answer = Answer(form=FORM)
    await sam.points(post.id, "note")
    place.product.answer = Answer()
    sam.fills("in.reason", "Because")
    await sam.submits()
    await place.quiet()


async def _files(place: Earshot) -> None:
    sender, sam = place.adapter.sender, place.sam
    for accepted in (True, False):
        id = await sender.upload(place.alone, LOG, mark=f"log {accepted}")
        await sam.accepts(id, accepted=accepted)
    await place.quiet()


async def _places(place: Earshot) -> None:
    ada = place.server.person("ada")
    ada.removes("vic", "network")
    ada.adds("vic", "network")
    ada.deletes_channel("network")
    ada.restores_channel("network")
    ada.archives("network")
    ada.archives("network", archived=False)
    ada.renames("network", "net")
    ada.uninstalls("net")
    ada.installs("net")
    ada.deletes_team("net")
    ada.restores_team("net")
    place.server.person("kim").uninstalls(DIRECT)
    place.server.person("kim").installs(DIRECT)
    await place.quiet()


def _name(activity: Json) -> str:
    data, value = activity.get("channelData") or {}, activity.get("value") or {}
    action, is_message = value.get("action") or "", activity["type"] == "message"
    parts = [
        activity["type"],
        activity.get("name") or activity.get("action") or data.get("eventType") or "",
        action["verb"] if isinstance(action, dict) else action,
        activity["conversation"]["conversationType"] if is_message else "",
        "value" if is_message and value else "",
        *(name for name in ("reactionsAdded", "reactionsRemoved") if activity.get(name)),
    ]
    return " ".join(filter(None, map(str, parts)))


def paths(value: Any, at: Path = ()) -> Iterator[Path]:
    """Each place in it, from the outside in."""
    if at:
        yield at
    if isinstance(value, dict):
        for name, within in value.items():
            yield from paths(within, (*at, name))
    elif isinstance(value, list):
        for number, within in enumerate(value):
            yield from paths(within, (*at, number))


def changed(activity: Json, at: Path, *instead: object) -> Json:
    """The same with something else there, or without it."""
    made: Any = json.loads(json.dumps(activity))
    inside = made
    for key in at[:-1]:
        inside = inside[key]
    if instead:
        inside[at[-1]] = instead[0]
    else:
        del inside[at[-1]]
    return dict(made)
