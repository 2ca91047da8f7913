"""Whatever somebody sends, Discord refuses it or takes it: it never falls over."""

from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import Any

import aiohttp
import pytest

from tests.discord.checks import (
    command_refusals,
    edit_refusals,
    message_refusals,
    modal_refusals,
    suggestion_refusals,
    thread_refusals,
)
from tests.discord.samples import (
    FLOW,
    button,
    command,
    container,
    label,
    link,
    message,
    modal,
    row,
    section,
    select,
    string,
    text,
    text_input,
)
from tests.discord.server import Discord
from tests.discord.world import Interaction, Json

ROUGH: list[Any] = ["", -1, [], {"a": 1}]
JUNK: list[Any] = [
    None,
    "",
    "x" * 200,
    0,
    -1,
    10**12,
    1.5,
    True,
    [],
    {},
    [1],
    [[]],
    {"a": 1},
    ["x"],
]

MESSAGE = message(
    text(id=3),
    section(text(), accessory={"type": 11, "media": {"url": "https://a"}}),
    row(button(emoji={"name": "👍"}), link()),
    row(select()),
    container(
        text(), {"type": 14, "spacing": 1}, {"type": 12, "items": [{"media": {"url": "https://a"}}]}
    ),
    {"type": 13, "file": {"url": "attachment://a"}},
    allowed_mentions={"parse": [], "users": ["1"]},
    attachments=[],
    nonce="1",
    enforce_nonce=True,
    message_reference={"message_id": "1", "fail_if_not_exists": False},
)
LEGACY: Json = {
    "content": "x",
    "embeds": [
        {
            "title": "x",
            "footer": {"text": "x"},
            "author": {"name": "x"},
            "fields": [{"name": "x", "value": "y"}],
        }
    ],
    "components": [row(button())],
}
MODAL = modal(text(), label(), label(select()), row(text_input(3, label="x")))
COMMANDS = [*FLOW, command(string(choices=[{"name": "x", "value": "y"}]), name="other")]
ANSWERS: list[Json] = [
    {"type": 4, "data": MESSAGE},
    {"type": 7, "data": MESSAGE},
    {"type": 9, "data": MODAL},
    {"type": 8, "data": {"choices": [{"name": "x", "value": "y"}]}},
]


def _changed(value: Any, junk: Sequence[Any] = JUNK) -> Iterator[Any]:
    """Copies of it, each with one part that is something else."""
    for path in _paths(value):
        for each in junk:
            copy = deepcopy(value)
            here = copy
            for step in path[:-1]:
                here = here[step]
            here[path[-1]] = each
            yield copy


def _paths(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if at:
        yield at
    if isinstance(value, dict | list):
        for step, inside in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _paths(inside, (*at, step))


def test_every_check_takes_everything() -> None:
    for body in [*JUNK, *_changed(MODAL)]:
        modal_refusals(body)
    for body in [*JUNK, *_changed(COMMANDS)]:
        command_refusals(body)
    for body in [*JUNK, *_changed({"choices": [{"name": "x", "value": "y"}]})]:
        suggestion_refusals(body)
    for body in [*_changed(MESSAGE), *_changed(LEGACY)]:
        message_refusals(body)
        edit_refusals(body, before=0)
    for body in _changed({"name": "x", "auto_archive_duration": 60, "archived": True}):
        thread_refusals(body, new=True)


@pytest.mark.parametrize("where", ["post", "edit", "thread", "change", "commands", "callback"])
async def test_no_call_falls_over(discord: Discord, where: str) -> None:
    support, sam = discord.chat.channel("support"), discord.person("sam")
    head, other = sam.writes("x", "support"), sam.writes("y", "support")
    thread = discord.chat.places.opens_thread(other, "y", discord.bot)
    calls: dict[str, tuple[str, str, list[Any]]] = {
        "post": (f"/channels/{support.id}/messages", "POST", [MESSAGE, LEGACY]),
        "edit": (f"/channels/{support.id}/messages/{head.id}", "PATCH", [MESSAGE, LEGACY]),
        "thread": (f"/channels/{support.id}/messages/{head.id}/threads", "POST", [{"name": "x"}]),
        "change": (f"/channels/{thread.id}", "PATCH", [{"name": "x", "archived": False}]),
        "commands": (f"/applications/{discord.bot.id}/commands", "PUT", [COMMANDS]),
        "callback": ("/interactions/1/1/callback", "POST", ANSWERS),
    }
    path, method, bodies = calls[where]
    head.author = discord.bot.id
    head.by_app = True
    headers = {"Authorization": f"Bot {discord.bot_token}"}
    found = set()
    async with aiohttp.ClientSession(headers=headers) as session:
        for body in bodies:
            for each in [*JUNK, *_changed(body, ROUGH)]:
                if where == "callback":
                    path = _asked(discord)
                async with session.request(method, discord.api_url + path, json=each) as response:
                    found.add(response.status)
    assert found <= {200, 204, 400, 403, 404}
    assert 400 in found


def _asked(discord: Discord) -> str:
    """A new interaction, and where it is answered."""
    chat, number = discord.chat, len(discord.interactions.made)
    channel = chat.channel("support")
    message = next(iter(channel.messages.values()))
    kind = (3, 5, 2, 4)[number % 4]
    made = Interaction(
        chat.ids.next(), f"t{number}", kind, message.author, channel.guild, channel.id, 0, {}
    )
    made.message = message.id if kind in (3, 5) else ""
    discord.interactions.begin(made)
    return f"/interactions/{made.id}/{made.token}/callback"
