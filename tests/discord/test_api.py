"""The REST API as the library calls it: what is done, what is refused, and how."""

import asyncio
import io
from typing import Any

import aiohttp
import discord as library
import pytest
from discord.http import HTTPClient, Route, handle_message_parameters

from tests.discord.filling import Impossible
from tests.discord.limits import Trouble
from tests.discord.samples import FLOW, button, message, row, select, text
from tests.discord.server import Discord
from tests.discord.world import COMPONENTS_V2, EPHEMERAL, REPLY, STARTER, Json, Message
from tests.slack.clock import HandClock


class App:
    """Calls of the API, by the library."""

    def __init__(self, http: HTTPClient, discord: Discord) -> None:
        self.http = http
        self.support = discord.chat.channel("support").id

    async def does(self, method: str, path: str, body: Any = None, **query: object) -> Any:
        more: dict[str, Any] = {"params": {k: str(v) for k, v in query.items()}} if query else {}
        if body is not None:
            more["json"] = body
        return await self.http.request(Route(method, path), **more)

    async def posts(self, *components: Json, where: str = "", **more: object) -> Json:
        body = message(*(components or [text()]), **more)
        told: Json = await self.does("POST", f"/channels/{where or self.support}/messages", body)
        return told

    async def refused(self, method: str, path: str, body: Any = None, **query: object) -> int:
        """The code of the error."""
        with pytest.raises(library.HTTPException) as caught:
            await self.does(method, path, body, **query)
        return caught.value.code


@pytest.fixture
def app(client: HTTPClient, discord: Discord) -> App:
    return App(client, discord)


async def _raw(discord: Discord, path: str, body: bytes, kind: str = "application/json") -> Json:
    headers = {"Authorization": f"Bot {discord.bot_token}", "Content-Type": kind}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{discord.api_url}{path}", data=body, headers=headers) as response,
    ):
        told: Json = await response.json()
        return told


async def test_who_the_bot_is_and_where(app: App, discord: Discord) -> None:
    me = await app.does("GET", "/users/@me")
    assert (me["id"], me["bot"]) == (discord.application_id, True)
    [acme] = await app.does("GET", "/users/@me/guilds")
    guild = await app.does("GET", f"/guilds/{acme['id']}")
    member = await app.does("GET", f"/guilds/{acme['id']}/members/{me['id']}")
    held = {role["id"]: int(role["permissions"]) for role in guild["roles"]}
    assert held[member["roles"][0]] & 1 << 34  # Manage Threads
    channels = await app.does("GET", f"/guilds/{acme['id']}/channels")
    assert [each["name"] for each in channels] == ["support", "network", "general"]
    for path in ("/applications/@me", "/oauth2/applications/@me"):
        assert (await app.does("GET", path))["flags"] & 1 << 19
    discord.message_content = False
    assert not (await app.does("GET", "/applications/@me"))["flags"] & 1 << 19
    assert (await app.does("GET", "/gateway/bot"))["url"] == discord.gateway_url


async def test_a_token_that_is_not_the_bots_is_turned_away(discord: Discord) -> None:
    async with library.Client(intents=library.Intents.none()) as stranger:
        with pytest.raises(library.LoginFailure):
            await stranger.login("wrong")


async def test_what_is_not_there_has_a_code(app: App, discord: Discord) -> None:
    assert await app.refused("GET", "/channels/1") == 10003
    assert await app.refused("GET", "/guilds/1") == 10004
    assert await app.refused("GET", f"/guilds/{discord.guild.id}/members/1") == 10013
    assert await app.refused("GET", f"/channels/{app.support}/messages/1") == 10008
    assert await app.refused("POST", "/users/@me/channels", {"recipient_id": "1"}) == 10013
    assert await app.refused("GET", "/nothing") == 0
    assert (await _raw(discord, f"/channels/{app.support}/messages", b"{"))["code"] == 50109


async def test_a_message_is_written_changed_and_deleted(app: App, discord: Discord) -> None:
    told = await app.posts(text("One"), row(button()))
    assert [each["id"] for each in told["components"]] == [1, 2]
    found = discord.person("sam").message(told["id"])
    assert found.by_app
    path = f"/channels/{app.support}/messages/{told['id']}"
    changed = await app.does("PATCH", path, {"components": [text("Two")]})
    assert changed["edited_timestamp"]
    assert [v.components[0]["content"] for v in found.versions] == ["One", "Two"]
    assert (await app.does("GET", path))["components"] == changed["components"]
    assert await app.refused("PATCH", path, {"components": []}) == 50006
    assert await app.refused("PATCH", path, {"content": "x"}) == 50035
    assert await app.refused("PATCH", path, {"flags": 0}) == 50035
    await app.does("DELETE", path)
    assert await app.refused("PATCH", path, {"components": [text("Three")]}) == 10008


async def test_what_is_wrong_with_a_body_is_said_where_it_is(app: App) -> None:
    with pytest.raises(library.HTTPException) as caught:
        await app.posts(row(button(label="x" * 81)))
    assert caught.value.status == 400
    assert caught.value.code == 50035
    assert "In components.0.components.0.label: Must be 80 or fewer" in caught.value.text


async def test_others_messages_are_not_the_bots_to_change(app: App, discord: Discord) -> None:
    theirs = discord.person("sam").writes("Mine.", "support")
    path = f"/channels/{app.support}/messages/{theirs.id}"
    assert await app.refused("PATCH", path, {"content": "x"}) == 50005
    assert await app.refused("DELETE", path) == 50013


async def test_a_nonce_is_written_once_for_a_few_minutes(
    app: App, discord: Discord, clock: HandClock
) -> None:
    once: Json = {"nonce": 7, "enforce_nonce": True}
    first, again = await app.posts(**once), await app.posts(text("other"), **once)
    assert first["id"] == again["id"]
    assert len(discord.person("sam").sees("support")) == 1
    assert (await app.posts(nonce=7))["id"] != first["id"]
    clock.passes(301)
    assert (await app.posts(**once))["id"] != first["id"]


async def test_messages_are_listed_newest_first(app: App) -> None:
    ids = [(await app.posts(text(str(n))))["id"] for n in range(5)]
    path = f"/channels/{app.support}/messages"

    async def listed(**query: object) -> list[str]:
        return [each["id"] for each in await app.does("GET", path, **query)]

    assert await listed() == ids[::-1]
    assert await listed(limit=2) == [ids[4], ids[3]]
    assert await listed(before=ids[3], limit=2) == [ids[2], ids[1]]
    assert await listed(after=ids[1], limit=2) == [ids[3], ids[2]]
    assert await app.refused("GET", path, limit=101) == 50035


async def test_a_reply_is_to_a_message_that_is_there(app: App, discord: Discord) -> None:
    theirs = discord.person("sam").writes("Why?", "support")
    told = await app.posts(message_reference={"message_id": theirs.id})
    assert told["type"] == REPLY
    assert told["referenced_message"]["id"] == theirs.id
    path, body = f"/channels/{app.support}/messages", message(text())
    gone = body | {"message_reference": {"message_id": "1"}}
    assert await app.refused("POST", path, gone) == 50035


async def test_a_thread_grows_from_a_message_once(app: App, discord: Discord) -> None:
    head = await app.posts()
    path = f"/channels/{app.support}/messages/{head['id']}/threads"
    thread = await app.does("POST", path, {"name": "VPN", "auto_archive_duration": 60})
    assert (thread["id"], thread["parent_id"]) == (head["id"], app.support)
    assert thread["thread_metadata"]["auto_archive_duration"] == 60
    assert await app.refused("POST", path, {"name": "VPN"}) == 160004
    within = f"/channels/{thread['id']}/messages"
    [starter] = await app.does("GET", within)
    assert (starter["type"], starter["referenced_message"]["id"]) == (STARTER, head["id"])
    reply = await app.posts(text("In it"), where=thread["id"])
    assert await app.refused("POST", f"{within}/{reply['id']}/threads", {"name": "x"}) == 50024
    seen = discord.person("kim").sees("support", thread["id"])
    assert [each.id for each in seen] == [head["id"], reply["id"]]
    assert [each.id for each in discord.person("kim").sees("support")] == [head["id"]]


async def _thread(app: App, **more: object) -> str:
    head = await app.posts()
    path = f"/channels/{app.support}/messages/{head['id']}/threads"
    return str((await app.does("POST", path, {"name": "VPN", **more}))["id"])


async def test_in_an_archived_thread_only_posting_is_possible(app: App, discord: Discord) -> None:
    thread = await _thread(app)
    said = await app.posts(where=thread)
    within = f"/channels/{thread}/messages/{said['id']}"
    discord.person("ada").archives(thread)
    assert await app.refused("PATCH", within, {"components": [text("x")]}) == 50083
    assert await app.refused("PUT", f"{within}/reactions/%E2%9C%85/@me") == 50083
    assert await app.refused("DELETE", within) == 50083
    assert await app.refused("PATCH", f"/channels/{thread}", {"name": "x"}) == 50083
    opened = await app.does("PATCH", f"/channels/{thread}", {"archived": False})
    assert not opened["thread_metadata"]["archived"]
    await app.does("PATCH", within, {"components": [text("x")]})
    discord.person("ada").archives(thread)
    await app.posts(where=thread)
    assert not discord.chat.thread(thread).archived


async def test_a_locked_thread_is_for_who_manages_threads(app: App, discord: Discord) -> None:
    thread, ada = await _thread(app), discord.person("ada")
    ada.locks(thread)
    await app.posts(where=thread)
    ada.permits("support", "Manage Threads", on=False)
    assert await app.refused("POST", f"/channels/{thread}/messages", message(text())) == 160005
    assert await app.refused("PATCH", f"/channels/{thread}", {"archived": False}) == 50013
    with pytest.raises(Impossible):
        discord.person("sam").writes("And me?", "support", thread)


async def test_a_deleted_thread_or_channel_is_unknown(app: App, discord: Discord) -> None:
    thread, ada = await _thread(app), discord.person("ada")
    ada.deletes_thread(thread)
    assert await app.refused("POST", f"/channels/{thread}/messages", message(text())) == 10003
    other = await _thread(app)
    ada.deletes_channel("support")
    for gone in (app.support, other):
        assert await app.refused("POST", f"/channels/{gone}/messages", message(text())) == 10003


async def test_a_thread_can_be_renamed_by_who_opened_it(app: App, discord: Discord) -> None:
    discord.person("ada").permits("support", "Manage Threads", on=False)
    thread = await _thread(app)
    assert (await app.does("PATCH", f"/channels/{thread}", {"name": "WLAN"}))["name"] == "WLAN"
    assert await app.refused("PATCH", f"/channels/{thread}", {"name": "x" * 101}) == 50035
    assert await app.refused("PATCH", f"/channels/{thread}", {"locked": True}) == 50013


async def test_permissions_are_counted_channel_by_channel(app: App, discord: Discord) -> None:
    ada, posts = discord.person("ada"), f"/channels/{app.support}/messages"
    thread, head = await _thread(app), await app.posts()
    theirs = discord.person("sam").writes("x", "support")
    reacts = f"{posts}/{theirs.id}/reactions/%E2%9C%85/@me"
    hidden = discord.chat.channel("general").id
    assert await app.refused("POST", f"/channels/{hidden}/messages", message(text())) == 50001
    lacks: list[tuple[str, str, str, Any, int]] = [
        ("Send Messages", "POST", posts, message(text()), 50013),
        (
            "Send Messages in Threads",
            "POST",
            f"/channels/{thread}/messages",
            message(text()),
            50013,
        ),
        ("Create Public Threads", "POST", f"{posts}/{head['id']}/threads", {"name": "x"}, 50013),
        ("Add Reactions", "PUT", reacts, None, 50013),
        ("Read Message History", "GET", f"{posts}/{head['id']}", None, 50013),
        ("View Channels", "GET", f"/channels/{thread}", None, 50001),
    ]
    for permission, method, path, body, code in lacks:
        ada.permits("support", permission, on=False)
        assert await app.refused(method, path, body) == code, permission
        ada.permits("support", permission, on=True)
        await app.does(method, path, body)
    ada.permits("support", "Read Message History", on=False)
    assert await app.does("GET", posts) == []


async def test_reactions_come_and_go(app: App, discord: Discord) -> None:
    theirs = discord.person("sam").writes("x", "support")
    path = f"/channels/{app.support}/messages/{theirs.id}/reactions"
    await app.does("PUT", f"{path}/%E2%9C%85/@me")
    await app.does("PUT", f"{path}/%E2%9C%85/@me")
    assert theirs.reactions == {"✅": [discord.application_id]}
    [reaction] = (await app.does("GET", f"/channels/{app.support}/messages/{theirs.id}"))[
        "reactions"
    ]
    assert (reaction["count"], reaction["me"]) == (1, True)
    await app.does("DELETE", f"{path}/%E2%9C%85/@me")
    assert theirs.reactions == {}
    assert await app.refused("PUT", f"{path}/white_check_mark/@me") == 10014


async def test_a_conversation_of_two(app: App, discord: Discord) -> None:
    gus = discord.person("gus")
    told = await app.does("POST", "/users/@me/channels", {"recipient_id": gus.user.id})
    again = await app.does("POST", "/users/@me/channels", {"recipient_id": gus.user.id})
    assert (told["type"], told["id"]) == (1, again["id"])
    await app.posts(where=told["id"])
    [seen] = gus.sees("direct")
    assert seen.by_app
    assert discord.person("sam").sees("direct") == []


def _with_file(content: bytes) -> Any:
    file = library.File(io.BytesIO(content), "note.txt")
    return handle_message_parameters("See this.", files=[file])


async def test_a_file_comes_along_and_its_address_dies(
    app: App, discord: Discord, clock: HandClock
) -> None:
    with _with_file(b"all of it") as parameters:
        told = await app.http.send_message(int(app.support), params=parameters)
    [file] = told["attachments"]
    assert (file["filename"], file["size"]) == ("note.txt", 9)
    assert await app.http.get_from_cdn(file["url"]) == b"all of it"
    with pytest.raises(library.NotFound):
        await app.http.get_from_cdn(file["url"].replace("hm=", "hm=0"))
    clock.passes(discord.chat.files.lives + 1)
    with pytest.raises(library.NotFound):
        await app.http.get_from_cdn(file["url"])
    anew = await app.does("GET", f"/channels/{app.support}/messages/{told['id']}")
    assert await app.http.get_from_cdn(anew["attachments"][0]["url"]) == b"all of it"


async def test_a_file_over_ten_mebibytes_is_too_large(app: App, discord: Discord) -> None:
    with (
        _with_file(b"x" * (10 * 1024**2 + 1)) as parameters,
        pytest.raises(library.HTTPException) as caught,
    ):
        await app.http.send_message(int(app.support), params=parameters)
    assert (caught.value.status, caught.value.code) == (413, 40005)
    discord.person("ada").permits("support", "Attach Files", on=False)
    with _with_file(b"x") as parameters, pytest.raises(library.Forbidden):
        await app.http.send_message(int(app.support), params=parameters)


async def test_commands_are_overwritten_all_at_once(app: App, discord: Discord) -> None:
    everywhere = f"/applications/{discord.application_id}/commands"
    here = f"/applications/{discord.application_id}/guilds/{discord.guild.id}/commands"
    first = await app.does("PUT", here, FLOW)
    again = await app.does("PUT", here, FLOW)
    assert [each["id"] for each in first] == [each["id"] for each in again]
    assert await app.does("GET", everywhere) == []
    assert [each["name"] for each in await app.does("GET", here)] == ["flow", "Add as note"]
    assert await app.refused("PUT", here, [{"type": 3, "name": str(n)} for n in range(16)]) == 30030
    assert await app.refused("PUT", "/applications/1/commands", FLOW) == 10002
    assert await app.refused("PUT", everywhere, [{"name": "Flow"}]) == 50035


async def test_two_hundred_commands_are_created_a_day(
    app: App, discord: Discord, clock: HandClock
) -> None:
    path = f"/applications/{discord.application_id}/commands"
    for day in range(2):
        for part in range(2):
            names = [f"c{day}-{part}-{n}" for n in range(100)]
            await app.does("PUT", path, [{"name": n, "description": "x"} for n in names])
        assert await app.refused("PUT", path, FLOW) == 30034
        clock.passes(86_401)


async def test_an_app_that_may_not_read_messages_gets_them_empty(
    app: App, discord: Discord
) -> None:
    sam = discord.person("sam")
    theirs, named = sam.writes("VPN", "support"), sam.writes("@ResolutionFlow VPN", "support")
    discord.message_content = False
    path = f"/channels/{app.support}/messages"
    assert (await app.does("GET", f"{path}/{theirs.id}"))["content"] == ""
    assert "VPN" in (await app.does("GET", f"{path}/{named.id}"))["content"]
    assert (await app.posts(text("own")))["components"][0]["content"] == "own"


# Trouble


async def test_a_busy_discord_takes_one_call_a_second(
    app: App, discord: Discord, clock: HandClock
) -> None:
    discord.trouble = Trouble.BUSY
    await app.does("GET", "/users/@me")
    async with aiohttp.ClientSession() as session:
        headers = {"Authorization": f"Bot {discord.bot_token}"}
        async with session.get(f"{discord.api_url}/users/@me", headers=headers) as response:
            told = await response.json()
            assert response.status == 429
            assert told == {
                "message": "You are being rate limited.",
                "retry_after": 1.0,
                "global": False,
            }
            assert response.headers["Retry-After"] == "1"
            assert response.headers["Via"]
            assert response.headers["Content-Type"] == "application/json"
            assert response.headers["X-RateLimit-Remaining"] == "0"
    clock.passes(1)
    await app.does("GET", "/users/@me")


async def test_a_discord_that_is_down_does_nothing_and_one_that_mumbles_does(
    app: App, discord: Discord
) -> None:
    for trouble, seen in ((Trouble.DOWN, 0), (Trouble.MUMBLES, 1)):
        discord.trouble = trouble
        with pytest.raises(library.DiscordServerError):
            await app.posts()
        assert len(discord.person("sam").sees("support")) == seen


async def test_limits_are_told_and_the_library_keeps_them(discord: Discord, app: App) -> None:
    discord.throttle.off = False
    headers = {"Authorization": f"Bot {discord.bot_token}"}
    url = f"{discord.api_url}/channels/{app.support}/messages"
    async with aiohttp.ClientSession() as session:
        for left in (4, 3, 2, 1, 0):
            async with session.post(url, json=message(text()), headers=headers) as response:
                assert response.status == 200
                assert response.headers["X-RateLimit-Remaining"] == str(left)
        async with session.post(url, json=message(text()), headers=headers) as response:
            assert response.status == 429
            assert response.headers["X-RateLimit-Scope"] == "user"
    other = discord.chat.channel("network").id
    await app.posts(where=other)
    assert discord.counts["POST /channels/{}/messages"] == 7


async def test_fifty_calls_a_second_are_the_most(app: App, discord: Discord) -> None:
    discord.throttle.off = False
    url, headers = f"{discord.api_url}/users/@me", {"Authorization": f"Bot {discord.bot_token}"}
    found = []
    async with aiohttp.ClientSession() as session:
        for path in [url] * 25 + [f"{discord.api_url}/users/{discord.application_id}"] * 26:
            async with session.get(path, headers=headers) as response:
                found.append((response.status, response.headers.get("X-RateLimit-Global")))
    assert found == [(200, None)] * 50 + [(429, "true")]


# Interactions


async def _asked(discord: Discord, kind: str = "command") -> tuple[asyncio.Task[Any], Json]:
    """Somebody acts; the app is told so much of it."""
    sam = discord.person("sam")
    discord.commands[""] = _registered(discord)
    doing: asyncio.Task[Any]
    if kind == "command":
        doing = asyncio.create_task(sam.types("/flow start vpn", "support"))
    elif kind == "suggestion":
        doing = asyncio.create_task(sam.suggested("/flow start vp", "support"))
    else:
        doing = asyncio.create_task(sam.presses(kind, "b1"))
    await asyncio.sleep(0)
    [*_, (_, told)] = [each for each in discord.gateway.log if each[0] == "INTERACTION_CREATE"]
    return doing, told


def _registered(discord: Discord) -> list[Json]:
    return [
        {"id": str(n), "type": 1, "application_id": discord.application_id, **each}
        for n, each in enumerate(FLOW, 1)
    ]


def _callback(told: Json) -> str:
    return f"/interactions/{told['id']}/{told['token']}/callback"


def _hook(told: Json) -> str:
    return f"/webhooks/{told['application_id']}/{told['token']}"


async def test_an_answer_is_a_message_and_there_is_one(app: App, discord: Discord) -> None:
    doing, told = await _asked(discord)
    answer = {"type": 4, "data": message(text("Hello"))}
    back = await app.does("POST", _callback(told), answer, with_response=True)
    assert (await doing).answer == 4
    assert await app.refused("POST", _callback(told), answer) == 40060
    [seen] = discord.person("kim").sees("support")
    assert back["resource"]["message"]["id"] == seen.id
    assert back["resource"]["message"]["interaction_metadata"]["id"] == told["id"]
    original = f"{_hook(told)}/messages/@original"
    await app.does("PATCH", original, {"components": [text("Hello again")]})
    assert seen.components[0]["content"] == "Hello again"
    more = await app.does(
        "POST", _hook(told), message(text("And"), flags=COMPONENTS_V2 | EPHEMERAL)
    )
    assert len(discord.person("kim").sees("support")) == 1
    assert len(discord.person("sam").sees("support")) == 2
    assert await app.refused("GET", f"/channels/{app.support}/messages/{more['id']}") == 10008
    await app.does("DELETE", f"{_hook(told)}/messages/{more['id']}")
    await app.does("DELETE", original)
    assert discord.person("sam").sees("support") == []


async def test_a_late_answer_is_unknown_and_the_person_is_told(app: App, discord: Discord) -> None:
    discord.interactions.patience = 0.05
    doing, told = await _asked(discord)
    assert (await doing).failed == "The application did not respond"
    assert discord.person("sam").toasts == ["The application did not respond"]
    assert await app.refused("POST", _callback(told), {"type": 5}) == 10062
    assert await app.refused("POST", _hook(told), message(text())) == 10015


async def test_a_token_dies_after_fifteen_minutes(
    app: App, discord: Discord, clock: HandClock
) -> None:
    doing, told = await _asked(discord)
    await app.does("POST", _callback(told), {"type": 5})
    await doing
    clock.passes(899)
    await app.does("PATCH", f"{_hook(told)}/messages/@original", message(text("Done")))
    clock.passes(2)
    assert await app.refused("POST", _hook(told), message(text())) == 50027
    assert await app.refused("POST", "/webhooks/1/none", message(text())) == 10015


async def test_what_is_deferred_is_filled_by_the_first_follow_up(
    app: App, discord: Discord
) -> None:
    doing, told = await _asked(discord)
    await app.does("POST", _callback(told), {"type": 5, "data": {"flags": EPHEMERAL}})
    await doing
    [seen] = discord.person("sam").sees("support")
    assert seen.loading
    assert discord.person("kim").sees("support") == []
    await app.does("POST", _hook(told), message(text("Done")))
    assert discord.person("sam").sees("support") == [seen]
    assert seen.components[0]["content"] == "Done"
    assert seen.only_for


async def _buttons(app: App, discord: Discord) -> Message:
    told = await app.posts(text("Well?"), row(button(1), button(2)), row(select()))
    return discord.person("sam").message(told["id"])


async def test_a_press_changes_its_message(app: App, discord: Discord) -> None:
    seen = await _buttons(app, discord)
    doing, told = await _asked(discord, seen.id)
    assert (told["data"]["custom_id"], told["message"]["id"]) == ("b1", seen.id)
    assert await app.refused("POST", _callback(told), {"type": 7, "data": {"flags": 0}}) == 50035
    await app.does("POST", _callback(told), {"type": 7, "data": {"components": [text("Well.")]}})
    await doing
    assert seen.components[0]["content"] == "Well."
    # Another one presses what was there a moment ago.
    doing, told = await _asked(discord, seen.id)
    await app.does("POST", _callback(told), {"type": 6})
    assert (await doing).original == seen.id
    original = await app.does("GET", f"{_hook(told)}/messages/@original")
    assert original["id"] == seen.id


async def test_each_interaction_takes_some_answers_only(app: App, discord: Discord) -> None:
    seen = await _buttons(app, discord)
    form = {"custom_id": "f", "title": "T", "components": [text("x")]}
    answers: dict[int, Json] = {
        1: {},
        4: message(text()),
        5: {},
        6: {},
        7: message(text()),
        8: {"choices": []},
        9: form,
    }
    taken = {"command": {4, 5, 9}, "suggestion": {8}, seen.id: {4, 5, 6, 7, 9}}
    for kind, right in taken.items():
        for answer, data in answers.items():
            doing, told = await _asked(discord, kind)
            body = {"type": answer, "data": data}
            if answer in right:
                await app.does("POST", _callback(told), body)
            else:
                assert await app.refused("POST", _callback(told), body) == 50035, (kind, answer)
                doing.cancel()


async def test_counts_by_route_and_calls_in_order(app: App, discord: Discord) -> None:
    await app.posts(text("One"))
    await app.posts(text("Two"))
    posted = [body for method, _, body in discord.calls if method == "POST"]
    assert [each["components"][0]["content"] for each in posted] == ["One", "Two"]
    assert discord.counts["POST /channels/{}/messages"] == 2
