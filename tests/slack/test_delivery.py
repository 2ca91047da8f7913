"""How what happens gets to an app: signed, in time, tried again, by HTTP or by a socket."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack.clock import HandClock
from tests.slack.samples import actions, button, option, section
from tests.slack.server import Slack
from tests.slack.world import Json


@dataclass
class Door:
    """An app's request URL: what came, and what it answers."""

    answers: Callable[[Json], web.Response] = lambda _: web.Response()
    hangs: bool = False
    came: list[Json] = field(default_factory=list)
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, request: web.Request) -> web.Response:
        body = await request.read()
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.requests.append((headers, body))
        self.came.append(_payload(request.content_type, body))
        self.news.set()
        if self.hangs:
            await self.over.wait()
        return self.answers(self.came[-1])

    async def holds(self, count: int) -> None:
        """Until so much has come."""
        async with asyncio.timeout(10):
            while len(self.came) < count:
                self.news.clear()
                await self.news.wait()


def _payload(content_type: str, body: bytes) -> Json:
    form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
    if content_type != "application/json" and "payload" not in form:
        return dict(form)
    found: Json = json.loads(form.get("payload", body))
    return found


@pytest.fixture
async def door(slack: Slack) -> AsyncIterator[Door]:
    """The app behind signed HTTP."""
    made = Door()
    app = web.Application()
    app.router.add_post("/slack/events", made.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    slack.app.socket_mode = False
    slack.app.request_url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    yield made
    made.over.set()
    await slack.delivery.close()
    await runner.cleanup()


async def test_an_event_comes_signed_and_whole(slack: Slack, door: Door) -> None:
    message = slack.person("sam").writes("5 < 6 & @ResolutionFlow", "support")
    await door.holds(2)
    [headers, *_], [body, *_] = zip(*door.requests, strict=True)
    signed = f"v0:{headers['x-slack-request-timestamp']}:".encode() + body
    mac = hmac.new(slack.app.signing_secret.encode(), signed, hashlib.sha256).hexdigest()
    assert headers["x-slack-signature"] == f"v0={mac}"
    told, mention = sorted(door.came, key=lambda each: each["event"]["type"], reverse=True)
    bot, support = slack.team.bot.id, slack.team.channel("support").id
    assert (told["type"], told["team_id"], told["api_app_id"]) == (
        "event_callback",
        slack.team.id,
        slack.app.id,
    )
    assert told["authorizations"][0]["user_id"] == bot
    event = told["event"]
    assert (event["channel"], event["channel_type"]) == (support, "channel")
    assert event["text"] == f"5 &lt; 6 &amp; <@{bot}>"
    assert mention["event"]["type"] == "app_mention"
    assert mention["event"]["ts"] == event["ts"] == message.ts
    assert mention["event_id"] != told["event_id"]


async def test_an_app_hears_only_what_it_may(slack: Slack, door: Door) -> None:
    sam = slack.person("sam")
    sam.writes("nobody hears this", "general")
    sam.writes("nor this", "cellar")
    slack.team.scopes = slack.team.scopes - {"channels:history"}
    sam.writes("nor this either", "support")
    slack.app.events = slack.app.events - {"message.im"}
    sam.writes("nor that", "direct")
    await slack.delivery.settled()
    assert door.came == []


async def test_changes_of_messages_are_told_with_what_was_before(slack: Slack, door: Door) -> None:
    sam = slack.person("sam")
    root = sam.writes("Rebooted the ruter.", "support")
    sam.edits(root.ts, "Rebooted the router.")
    reply = sam.writes("Twice.", "support", root.ts, files={"a.txt": b"x"})
    sam.deletes(root.ts)
    sam.deletes(reply.ts)
    sam.reacts(sam.writes("hm", "support").ts, "no_entry")
    await door.holds(7)
    events = sorted((each["event"] for each in door.came), key=lambda each: each["event_ts"])
    subtypes = [each.get("subtype", each["type"]) for each in events]
    assert subtypes == [
        "message",
        "message_changed",
        "file_share",
        "message_changed",
        "message_deleted",
        "message",
        "reaction_added",
    ]
    changed, shared, buried, deleted = events[1:5]
    assert changed["message"]["text"] == "Rebooted the router."
    assert changed["previous_message"]["text"] == "Rebooted the ruter."
    assert (shared["thread_ts"], shared["files"][0]["name"]) == (root.ts, "a.txt")
    assert buried["message"]["subtype"] == "tombstone"
    assert deleted["deleted_ts"] == reply.ts
    assert deleted["previous_message"]["thread_ts"] == root.ts


async def test_the_apps_own_messages_come_back_to_it(
    slack: Slack, door: Door, client: AsyncWebClient
) -> None:
    support = slack.team.channel("support").id
    await client.chat_postMessage(channel=support, text="hello")
    await door.holds(1)
    event = door.came[0]["event"]
    assert str(event["bot_id"]).startswith("B")
    assert (event["user"], event["app_id"]) == (slack.team.bot.id, slack.app.id)


async def test_channels_and_the_app_come_and_go(slack: Slack, door: Door) -> None:
    team, ada = slack.team, slack.team.user("ada")
    general = team.channel("general")
    team.lets_in(general, team.bot, ada)
    team.removes(general, team.user("gus"), ada)
    team.removes(general, team.bot, ada)
    team.archives(team.channel("support"), ada)
    team.deletes_channel(team.channel("network"), ada)
    slack.uninstalls(team)
    await door.holds(7)
    events = sorted((each["event"] for each in door.came), key=lambda each: each["event_ts"])
    assert [each["type"] for each in events] == [
        "member_joined_channel",
        "member_left_channel",
        "channel_left",
        "channel_archive",
        "channel_deleted",
        "app_uninstalled",
        "tokens_revoked",
    ]
    assert (events[0]["user"], events[0]["inviter"]) == (team.bot.id, ada.id)


async def test_an_event_that_is_not_taken_comes_again_as_the_same(
    slack: Slack, door: Door, clock: HandClock
) -> None:
    door.answers = lambda _: web.Response(status=500)
    slack.person("sam").writes("hello", "support")
    for number, later in enumerate((1, 60, 300), 1):
        await door.holds(number)
        await asyncio.wait_for(clock.sleeps(), 10)
        clock.passes(later)
    await door.holds(4)
    await slack.delivery.settled()
    assert len({each["event_id"] for each in door.came}) == 1
    tries = [headers.get("x-slack-retry-num") for headers, _ in door.requests]
    assert tries == [None, "1", "2", "3"]
    assert door.requests[1][0]["x-slack-retry-reason"] == "http_error"


async def test_an_app_can_ask_for_no_more_tries(slack: Slack, door: Door) -> None:
    door.answers = lambda _: web.Response(status=500, headers={"x-slack-no-retry": "1"})
    slack.person("sam").writes("hello", "support")
    await slack.delivery.settled()
    assert len(door.came) == 1


async def test_anything_can_be_delivered_again_with_the_same_or_another_id(
    slack: Slack, door: Door
) -> None:
    slack.person("sam").writes("hello", "support")
    await slack.delivery.settled()
    [delivered] = slack.delivery.log
    await slack.delivery.again(delivered)
    await slack.delivery.again(delivered, fresh=True)
    first, same, other = door.came
    assert first == same
    assert first["event"] == other["event"]
    assert first["event_id"] != other["event_id"]


async def test_a_request_url_is_verified(slack: Slack, door: Door) -> None:
    assert not await slack.delivery.verify()
    door.answers = lambda asked: web.json_response({"challenge": asked["challenge"]})
    assert await slack.delivery.verify()


async def test_who_waits_too_long_is_told_so(slack: Slack, door: Door) -> None:
    sam = slack.person("sam")
    door.hangs, slack.delivery.ack = True, 0.05
    await sam.types("/flow vpn", "support")
    assert sam.toasts == ["/flow failed with the error “operation_timeout”"]
    ts = slack.team.writes(
        slack.team.channel("support"), slack.team.bot.id, "x", [actions(button())], by_app=True
    ).ts
    await sam.presses(ts, "v")
    assert "trouble connecting" in sam.toasts[-1]


async def test_a_command_is_answered_at_once_or_at_its_address(slack: Slack, door: Door) -> None:
    sam, kim = slack.person("sam"), slack.person("kim")
    door.answers = lambda _: web.json_response({"text": "At once."})
    await sam.types("/flow vpn is down", "general")
    asked = door.came[0]
    assert (asked["command"], asked["text"], asked["user_name"]) == ("/flow", "vpn is down", "sam")
    assert [each.text for each in sam.sees("general")] == ["At once."]
    assert kim.sees("general") == []
    door.answers = lambda _: web.json_response({"blocks": [section("x" * 3_001)]})
    await sam.types("/flow", "support")
    assert "invalid_command_response" in sam.toasts[-1]


async def test_an_address_is_good_for_five_answers_and_half_an_hour(
    slack: Slack, door: Door, clock: HandClock
) -> None:
    sam = slack.person("sam")
    await sam.types("/flow", "general")
    async with aiohttp.ClientSession() as session:

        async def post(url: str, **body: Any) -> tuple[int, str]:
            async with session.post(url, json=body) as answer:
                return answer.status, await answer.text()

        url = door.came[-1]["response_url"]
        for number in range(4):
            assert (await post(url, text=str(number)))[0] == 200
        everybody = {"response_type": "in_channel", "text": "to all"}
        assert (await post(url, **everybody))[0] == 200
        assert await post(url, text="once more") == (404, '{"ok": false, "error": "used_url"}')
        assert [each.text for each in slack.person("kim").sees("general")] == ["to all"]
        await sam.types("/flow", "general")
        url = door.came[-1]["response_url"]
        assert await post(url, text="") == (400, "no_text")
        clock.passes(1801)
        assert (await post(url, text="late"))[0] == 404


async def test_a_click_can_replace_or_delete_what_was_clicked(
    slack: Slack, door: Door, client: AsyncWebClient
) -> None:
    sam, support = slack.person("sam"), slack.team.channel("support").id
    blocks = [section("Which?"), actions(button(value="yes"))]
    root = await client.chat_postMessage(channel=support, text="root")
    posted = await client.chat_postMessage(
        channel=support, text="which", blocks=blocks, thread_ts=str(root["ts"])
    )
    ts = str(posted["ts"])
    await sam.presses(ts, "yes")
    clicked = next(each for each in door.came if each["type"] == "block_actions")
    assert clicked["container"] == {
        "type": "message",
        "message_ts": ts,
        "channel_id": support,
        "is_ephemeral": False,
        "thread_ts": root["ts"],
    }
    [action] = clicked["actions"]
    assert (action["value"], action["type"], action["action_id"]) == ("yes", "button", "a1")
    assert clicked["message"]["blocks"][1]["elements"][0]["value"] == "yes"
    async with aiohttp.ClientSession() as session:
        url = clicked["response_url"]
        body = {"replace_original": True, "text": "done", "blocks": [section("Done.")]}
        async with session.post(url, json=body) as answer:
            assert answer.status == 200
        assert sam.message(ts).text == "done"
        # What it showed before can be pressed still: a click may cross the answer to another.
        await sam.presses(ts, "yes")
        async with session.post(url, json={"delete_original": True}) as answer:
            assert answer.status == 200
    assert sam.message(str(root["ts"])).text == "root"
    assert [each.text for each in sam.sees("support", str(root["ts"]))] == ["root"]


# Socket Mode


@asynccontextmanager
async def connection(slack: Slack) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """A plain client of the app's."""
    client = AsyncWebClient(base_url=slack.api_url, retry_handlers=[])
    opened = await client.apps_connections_open(app_token=slack.app.token)
    async with aiohttp.ClientSession() as session, session.ws_connect(opened["url"]) as socket:
        hello = await socket.receive_json()
        assert (hello["type"], hello["connection_info"]["app_id"]) == ("hello", slack.app.id)
        yield socket


async def test_envelopes_go_to_one_connection_each_and_are_acknowledged(slack: Slack) -> None:
    sam = slack.person("sam")
    async with connection(slack) as one, connection(slack) as other:
        sam.writes("first", "support")
        sam.writes("second", "support")
        texts = set()
        for socket in (one, other):
            envelope = await socket.receive_json()
            assert envelope["type"] == "events_api"
            assert envelope["retry_attempt"] == 0
            assert not envelope["accepts_response_payload"]
            texts.add(envelope["payload"]["event"]["text"])
            await socket.send_json({"envelope_id": envelope["envelope_id"]})
        assert texts == {"first", "second"}
        await slack.delivery.settled()
        assert all(each.acknowledged for each in slack.delivery.log)


async def test_commands_and_clicks_come_by_socket_and_their_answers_go_back(slack: Slack) -> None:
    sam = slack.person("sam")
    async with connection(slack) as socket:
        typing = asyncio.ensure_future(sam.types("/flow vpn", "support"))
        envelope = await socket.receive_json()
        assert envelope["type"] == "slash_commands"
        answer = {"envelope_id": envelope["envelope_id"], "payload": {"text": "Here."}}
        await socket.send_json(answer)
        await typing
        assert [each.text for each in sam.sees("support")] == ["Here."]
        shown = [actions({"type": "external_select", "action_id": "find", "min_query_length": 1})]
        support, bot = slack.team.channel("support"), slack.team.bot.id
        ts = slack.team.writes(support, bot, "x", shown, by_app=True).ts
        await socket.receive_json()
        asking = asyncio.ensure_future(sam.suggested(ts, "vp"))
        envelope = await socket.receive_json()
        assert envelope["type"] == "interactive"
        assert envelope["payload"]["value"] == "vp"
        answer = {"envelope_id": envelope["envelope_id"], "payload": {"options": [option()]}}
        await socket.send_json(answer)
        assert list(await asking) == [option()]


async def test_an_event_that_no_socket_acknowledges_comes_again(
    slack: Slack, clock: HandClock
) -> None:
    slack.delivery.ack = 0.05
    async with connection(slack) as socket:
        slack.person("sam").writes("hello", "support")
        first = await socket.receive_json()
        await asyncio.wait_for(clock.sleeps(), 10)
        clock.passes(1)
        second = await socket.receive_json()
        await socket.send_json({"envelope_id": second["envelope_id"]})
        await slack.delivery.settled()
    assert (first["retry_attempt"], second["retry_attempt"]) == (0, 1)
    assert first["envelope_id"] != second["envelope_id"]
    assert first["payload"]["event_id"] == second["payload"]["event_id"]


async def test_slack_asks_to_connect_anew(slack: Slack) -> None:
    async with connection(slack) as socket:
        await slack.delivery.sockets.refresh()
        told = await socket.receive_json()
        assert (told["type"], told["reason"]) == ("disconnect", "refresh_requested")
        assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE
    async with connection(slack):
        await slack.delivery.reachable(1)


async def test_a_ticket_is_good_for_one_connection_and_ten_are_enough(slack: Slack) -> None:
    address = f"{slack.url}/link/?ticket=made-up"
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(address)
        sockets = slack.delivery.sockets
        tickets = [sockets.ticket() for _ in range(11)]
        links = [f"{slack.url}/link/?ticket={ticket}" for ticket in tickets]
        opened = [await session.ws_connect(link) for link in links[:10]]
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(links[10])
        for socket in opened:
            await socket.close()
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(links[0])
