"""The Web API: what it does, and by which name it refuses."""

import json
from collections.abc import Awaitable
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack.app import MANIFEST
from tests.slack.checks import A_BLOCK, CHARACTERS
from tests.slack.clock import HandClock
from tests.slack.limits import Trouble
from tests.slack.methods import METHODS
from tests.slack.samples import actions, asked, button, home, modal, mrkdwn, section
from tests.slack.server import Slack, serving
from tests.slack.world import Json

MARK = {"event_type": "mark", "event_payload": {"mark": "m"}}


async def refusal(doing: Awaitable[Any]) -> Json:
    """How it was refused."""
    with pytest.raises(SlackApiError) as error:
        await doing
    data = error.value.response.data
    assert isinstance(data, dict)
    return data


async def name(doing: Awaitable[Any]) -> str:
    return str((await refusal(doing))["error"])


@pytest.fixture
def support(slack: Slack) -> str:
    return slack.team.channel("support").id


async def test_who_calls_is_told_who_they_are(slack: Slack, client: AsyncWebClient) -> None:
    found = await client.auth_test()
    assert found["team_id"] == slack.team.id
    assert found["user_id"] == slack.team.bot.id
    assert str(found["bot_id"]).startswith("B")
    assert "chat:write" in found.headers["x-oauth-scopes"]


async def test_tokens_are_asked_for_and_looked_at(slack: Slack) -> None:
    def with_token(token: str) -> AsyncWebClient:
        return AsyncWebClient(token, base_url=slack.api_url, retry_handlers=[])

    assert await name(with_token("").auth_test()) == "not_authed"
    assert await name(with_token("xoxb-no").auth_test()) == "invalid_auth"
    app = with_token(slack.app.token)
    assert await name(app.chat_postMessage(channel="C1", text="x")) == "not_allowed_token_type"
    bot = with_token(slack.bot_token)
    opening = bot.apps_connections_open(app_token=slack.bot_token)
    assert await name(opening) == "not_allowed_token_type"
    assert (await bot.auth_revoke())["revoked"]
    assert await name(bot.auth_test()) == "token_revoked"


async def test_a_missing_scope_is_named(slack: Slack, support: str) -> None:
    grant = slack.grants(slack.team, frozenset({"channels:read"}))
    client = AsyncWebClient(grant.token, base_url=slack.api_url)
    said = await refusal(client.chat_postMessage(channel=support, text="x"))
    assert said == {
        "ok": False,
        "error": "missing_scope",
        "needed": "chat:write",
        "provided": "channels:read",
    }


async def test_what_there_is_not_is_an_unknown_method(client: AsyncWebClient) -> None:
    assert await name(client.api_call("chat.sing")) == "unknown_method"
    assert all(method.page.endswith(method.name) for method in METHODS.values())


async def test_a_message_is_posted_changed_and_deleted(
    slack: Slack, client: AsyncWebClient, support: str
) -> None:
    posted = await client.chat_postMessage(
        channel=support, text="one", blocks=[section("One")], metadata=MARK
    )
    ts = str(posted["ts"])
    assert posted["message"]["metadata"] == MARK
    await client.chat_update(channel=support, ts=ts, text="two", blocks=[section("Two")])
    await client.chat_update(channel=support, ts=ts, text="three")
    message = slack.person("sam").message(ts)
    assert [version.text for version in message.versions] == ["one", "two", "three"]
    assert message.blocks == ()
    history = await client.conversations_history(channel=support, include_all_metadata=True)
    assert history["messages"][0]["metadata"] == MARK
    assert "metadata" not in (await client.conversations_history(channel=support))["messages"][0]
    await client.chat_delete(channel=support, ts=ts)
    assert await name(client.chat_update(channel=support, ts=ts, text="x")) == "message_not_found"
    assert await name(client.chat_delete(channel=support, ts=ts)) == "message_not_found"


async def test_others_messages_are_let_be(
    slack: Slack, client: AsyncWebClient, support: str
) -> None:
    ts = slack.person("sam").writes("mine", "support").ts
    assert await name(client.chat_update(channel=support, ts=ts, text="x")) == "cant_update_message"
    assert await name(client.chat_delete(channel=support, ts=ts)) == "cant_delete_message"


async def test_a_channel_must_be_there_open_and_joined(
    slack: Slack, client: AsyncWebClient, support: str
) -> None:
    def post(channel: str) -> Awaitable[Any]:
        return client.chat_postMessage(channel=channel, text="x")

    assert await name(post("C0NOWHERE")) == "channel_not_found"
    assert await name(post(slack.team.channel("general").id)) == "not_in_channel"
    assert await name(post(slack.team.channel("cellar").id)) == "channel_not_found"
    slack.team.archives(slack.team.channel("support"), slack.team.user("ada"))
    assert await name(post(support)) == "is_archived"


async def test_what_is_wrong_with_a_payload_is_said_with_its_place(
    client: AsyncWebClient, support: str
) -> None:
    said = await refusal(
        client.chat_postMessage(channel=support, text="x", blocks=[section("x" * 3_001)])
    )
    assert said["error"] == "invalid_blocks"
    [message] = said["response_metadata"]["messages"]
    assert "[json-pointer:/blocks/0/text/text]" in message
    whole = [section("x" * 3_000)] * 5
    posting = client.chat_postMessage(channel=support, text="x", blocks=whole)
    assert await name(posting) == "msg_blocks_too_long"
    nothing = client.api_call("chat.postMessage", json={"channel": support, "text": ""})
    assert await name(nothing) == "no_text"
    longer = client.chat_postMessage(channel=support, text="x" * 40_001)
    assert await name(longer) == "msg_too_long"


async def test_all_blocks_of_a_message_hold_so_much_wherever_it_is_shown(
    slack: Slack, client: AsyncWebClient, support: str
) -> None:
    whole = [section("x" * 3_000)] * 4
    rest = CHARACTERS - 12_000 - 4 * A_BLOCK
    most, over = [*whole, section("x" * rest)], [*whole, section("x" * (rest + 1))]
    ts = str((await client.chat_postMessage(channel=support, text="x", blocks=most))["ts"])
    await client.chat_update(channel=support, ts=ts, text="x", blocks=most)
    sam = slack.team.user("sam").id
    for call in (
        client.chat_postMessage(channel=support, text="x", blocks=over),
        client.chat_update(channel=support, ts=ts, text="x", blocks=over),
        client.chat_postEphemeral(channel=support, user=sam, text="x", blocks=over),
    ):
        assert await name(call) == "msg_blocks_too_long"


async def test_a_thread_has_its_replies_and_a_tombstone_when_its_root_goes(
    slack: Slack, client: AsyncWebClient, support: str
) -> None:
    root = str((await client.chat_postMessage(channel=support, text="root"))["ts"])
    reply = await client.chat_postMessage(channel=support, text="r", thread_ts=root, metadata=MARK)
    assert reply["message"]["thread_ts"] == root
    found = await client.conversations_replies(channel=support, ts=root, include_all_metadata=True)
    assert [each["text"] for each in found["messages"]] == ["root", "r"]
    assert found["messages"][0]["reply_count"] == 1
    assert found["messages"][1]["metadata"] == MARK
    top = await client.conversations_history(channel=support)
    assert [each["text"] for each in top["messages"]] == ["root"]
    await client.chat_delete(channel=support, ts=root)
    found = await client.conversations_replies(channel=support, ts=root)
    assert found["messages"][0]["subtype"] == "tombstone"
    await client.chat_delete(channel=support, ts=str(reply["ts"]))
    looking = client.conversations_replies(channel=support, ts=root)
    assert await name(looking) == "thread_not_found"


async def test_below_a_message_that_is_gone_it_is_posted_in_the_channel_unasked(
    client: AsyncWebClient, support: str
) -> None:
    root = str((await client.chat_postMessage(channel=support, text="root"))["ts"])
    await client.chat_delete(channel=support, ts=root)
    posted = await client.chat_postMessage(channel=support, text="r", thread_ts=root)
    assert "thread_ts" not in posted["message"]


async def test_a_whisper_is_for_one_person_who_is_there(
    slack: Slack, client: AsyncWebClient, support: str
) -> None:
    sam, kim = slack.person("sam"), slack.person("kim")
    await client.chat_postEphemeral(channel=support, user=sam.user.id, text="psst")
    assert [each.text for each in sam.sees("support")] == ["psst"]
    assert kim.sees("support") == []
    assert (await client.conversations_history(channel=support))["messages"] == []
    slack.team.removes(slack.team.channel("support"), kim.user, sam.user)
    whisper = client.chat_postEphemeral(channel=support, user=kim.user.id, text="psst")
    assert await name(whisper) == "user_not_in_channel"


async def test_reactions_come_and_go_once(
    slack: Slack, client: AsyncWebClient, support: str
) -> None:
    ts = slack.person("sam").writes("hello", "support").ts
    where = {"channel": support, "timestamp": ts}
    await client.reactions_add(**where, name="white_check_mark")
    assert await name(client.reactions_add(**where, name="white_check_mark")) == "already_reacted"
    await client.reactions_remove(**where, name="white_check_mark")
    assert await name(client.reactions_remove(**where, name="white_check_mark")) == "no_reaction"
    assert await name(client.reactions_add(**where, name="Not A Name")) == "invalid_name"


async def test_a_direct_conversation_is_opened_with_a_person(
    slack: Slack, client: AsyncWebClient
) -> None:
    sam = slack.person("sam")
    opened = await client.conversations_open(users=sam.user.id)
    again = await client.conversations_open(users=[sam.user.id])
    assert opened["channel"]["id"] == again["channel"]["id"] == sam.direct.id
    await client.chat_postMessage(channel=sam.user.id, text="hello")
    assert [each.text for each in sam.sees("direct")] == ["hello"]
    nobody = client.conversations_open(users="U0NOBODY")
    assert await name(nobody) == "user_not_found"


async def test_people_channels_and_links_can_be_looked_at(
    slack: Slack, client: AsyncWebClient, support: str
) -> None:
    gus = (await client.users_info(user=slack.team.user("gus").id))["user"]
    assert (gus["is_restricted"], gus["name"]) == (True, "gus")
    assert len((await client.users_list(limit=2))["members"]) == 2
    info = (await client.conversations_info(channel=support))["channel"]
    assert (info["is_member"], info["name"]) == (True, "support")
    listed = (await client.conversations_list())["channels"]
    assert {each["name"]: each["is_member"] for each in listed} == {
        "support": True,
        "network": True,
        "general": False,
    }
    members = (await client.conversations_members(channel=support))["members"]
    assert slack.team.bot.id in members
    ts = slack.person("sam").writes("hello", "support").ts
    link = (await client.chat_getPermalink(channel=support, message_ts=ts))["permalink"]
    assert link.endswith(f"/archives/{support}/p{ts.replace('.', '')}")


async def test_pages_follow_each_other(slack: Slack, client: AsyncWebClient, support: str) -> None:
    for number in range(5):
        slack.person("sam").writes(str(number), "support")
    seen: list[str] = []
    cursor = ""
    while True:
        page = await client.conversations_history(channel=support, limit=2, cursor=cursor or None)
        seen += [each["text"] for each in page["messages"]]
        cursor = (page.get("response_metadata") or {}).get("next_cursor", "")
        if not cursor:
            break
    assert seen == ["4", "3", "2", "1", "0"]
    bad = client.conversations_history(channel=support, cursor="nonsense")
    assert await name(bad) == "invalid_cursor"


async def test_views_open_once_in_time_and_change_by_their_hash(
    slack: Slack, client: AsyncWebClient, clock: HandClock
) -> None:
    team, sam = slack.team, slack.person("sam")

    def trigger(view: str = "") -> str:
        return slack.triggers.make(team, sam.user.id, view)

    first = trigger()
    opened = (await client.views_open(trigger_id=first, view=modal(section())))["view"]
    assert await name(client.views_open(trigger_id=first, view=modal(section()))) == (
        "exchanged_trigger_id"
    )
    assert await name(client.views_open(trigger_id="1.2", view=modal(section()))) == (
        "invalid_trigger_id"
    )
    late = trigger()
    clock.passes(3.5)
    assert await name(client.views_open(trigger_id=late, view=modal(section()))) == (
        "expired_trigger_id"
    )
    old = opened["hash"]
    changed = await client.views_update(view_id=opened["id"], view=modal(asked()), hash=old)
    assert changed["view"]["hash"] != old
    again = client.views_update(view_id=opened["id"], view=modal(section()), hash=old)
    assert await name(again) == "hash_conflict"
    for _ in range(2):
        await client.views_push(trigger_id=trigger(opened["id"]), view=modal(section()))
    deeper = client.views_push(trigger_id=trigger(opened["id"]), view=modal(section()))
    assert await name(deeper) == "push_limit_reached"
    said = await refusal(client.views_open(trigger_id=trigger(), view=modal()))
    assert said["error"] == "invalid_arguments"
    assert said["response_metadata"]["messages"]


async def test_the_home_tab_is_published(slack: Slack, client: AsyncWebClient) -> None:
    sam = slack.person("sam")
    first = await client.views_publish(user_id=sam.user.id, view=home(section("Hello")))
    await client.views_publish(user_id=sam.user.id, view=home(actions(button())))
    assert sam.home is not None
    assert sam.home.blocks[0]["type"] == "actions"
    stale = client.views_publish(
        user_id=sam.user.id, view=home(section()), hash=first["view"]["hash"]
    )
    assert await name(stale) == "hash_conflict"


async def test_a_file_is_put_up_in_three_steps_and_fetched_with_a_token(
    slack: Slack, client: AsyncWebClient, support: str
) -> None:
    root = str((await client.chat_postMessage(channel=support, text="root"))["ts"])
    content = b"# VPN is down\n" * 100
    await client.files_upload_v2(
        channel=support,
        thread_ts=root,
        filename="note.md",
        title="Ticket note",
        content=content.decode(),
        initial_comment="The note.",
    )
    [_, shared] = slack.person("sam").sees("support", root)
    assert (shared.text, shared.files[0].title, shared.subtype) == (
        "The note.",
        "Ticket note",
        "file_share",
    )
    info = (await client.files_info(file=shared.files[0].id))["file"]
    headers = {"Authorization": f"Bearer {slack.bot_token}"}
    async with aiohttp.ClientSession() as session:
        async with session.get(info["url_private"], headers=headers) as answer:
            assert await answer.read() == content
        async with session.get(info["url_private"], allow_redirects=False) as answer:
            assert answer.status == 302
        ticket = await client.files_getUploadURLExternal(filename="x", length=3)
        async with session.post(ticket["upload_url"], data=b"four") as answer:
            assert answer.status == 400
    unfinished = client.files_completeUploadExternal(
        files=[{"id": str(ticket["file_id"])}], channel_id=support
    )
    assert await name(unfinished) == "file_not_found"


async def test_a_link_is_unfurled_once_it_was_written(
    slack: Slack, client: AsyncWebClient, support: str
) -> None:
    url = "https://resolutionflow.example/s/1"
    ts = slack.person("sam").writes(f"see {url}", "support").ts
    shown = {url: {"blocks": [section("A session")]}}
    await client.chat_unfurl(channel=support, ts=ts, unfurls=shown)
    other = client.chat_unfurl(channel=support, ts=ts, unfurls={"https://x": shown[url]})
    assert await name(other) == "cannot_unfurl_url"


# Installing


async def test_it_is_installed_by_a_code_that_is_good_for_once(slack: Slack) -> None:
    query = {
        "client_id": slack.app.client_id,
        "scope": "chat:write,commands",
        "redirect_uri": "http://127.0.0.1/slack/oauth_redirect",
        "state": "s1",
    }
    async with (
        aiohttp.ClientSession() as session,
        session.get(
            f"{slack.url}/oauth/v2/authorize", params=query, allow_redirects=False
        ) as answer,
    ):
        assert answer.status == 302
        back = dict(part.split("=") for part in answer.headers["Location"].split("?")[1].split("&"))
    assert back["state"] == "s1"
    client = AsyncWebClient(base_url=slack.api_url, retry_handlers=[])
    asked = {
        "client_id": slack.app.client_id,
        "client_secret": slack.app.client_secret,
        "code": back["code"],
        "redirect_uri": query["redirect_uri"],
    }
    wrong = client.api_call("oauth.v2.access", data={**asked, "client_secret": "a guess"})
    assert await name(wrong) == "bad_client_secret"
    found = await client.api_call("oauth.v2.access", data=asked)
    assert (found["team"]["id"], found["scope"]) == (slack.team.id, "chat:write,commands")
    assert await name(client.api_call("oauth.v2.access", data=asked)) == "invalid_code"
    bot = AsyncWebClient(str(found["access_token"]), base_url=slack.api_url)
    assert (await bot.auth_test())["user_id"] == found["bot_user_id"]


async def test_tokens_rotate_and_a_refresh_token_is_good_for_once(clock: HandClock) -> None:
    settings = {**MANIFEST["settings"], "token_rotation_enabled": True}
    async with serving(Slack({**MANIFEST, "settings": settings}, clock=clock)) as slack:
        client = AsyncWebClient(base_url=slack.api_url, retry_handlers=[])
        old = slack.tokens[slack.bot_token]
        asked = {
            "client_id": slack.app.client_id,
            "client_secret": slack.app.client_secret,
            "grant_type": "refresh_token",
            "refresh_token": old.refresh,
        }
        found = await client.api_call("oauth.v2.access", data=asked)
        assert found["expires_in"] == 12 * 3600
        assert await name(client.api_call("oauth.v2.access", data=asked)) == "invalid_refresh_token"
        bot = AsyncWebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])
        await bot.auth_test()
        clock.passes(12 * 3600 + 1)
        assert await name(bot.auth_test()) == "token_expired"


async def test_an_app_that_is_uninstalled_has_no_token_any_more(
    slack: Slack, client: AsyncWebClient
) -> None:
    slack.uninstalls(slack.team)
    assert await name(client.auth_test()) == "account_inactive"


# How often, and in trouble


async def test_a_method_is_called_so_often_a_minute_and_then_waits(
    slack: Slack, client: AsyncWebClient, support: str, clock: HandClock
) -> None:
    ts = str((await client.chat_postMessage(channel=support, text="x"))["ts"])
    for number in range(50):
        await client.chat_update(channel=support, ts=ts, text=str(number))
    with pytest.raises(SlackApiError) as error:
        await client.chat_update(channel=support, ts=ts, text="x")
    response = error.value.response
    assert (response.status_code, response["error"]) == (429, "ratelimited")
    assert response.headers["Retry-After"] == "60"
    # Other methods, and other workspaces, go on.
    await client.auth_test()
    clock.passes(60)
    await client.chat_update(channel=support, ts=ts, text="x")


async def test_a_channel_takes_one_message_a_second_after_a_short_burst(
    slack: Slack, client: AsyncWebClient, support: str, clock: HandClock
) -> None:
    for _ in range(4):
        await client.chat_postMessage(channel=support, text="x")
    assert await name(client.chat_postMessage(channel=support, text="x")) == "ratelimited"
    await client.chat_postMessage(channel=slack.team.channel("network").id, text="x")
    clock.passes(1)
    await client.chat_postMessage(channel=support, text="x")
    assert await name(client.chat_postMessage(channel=support, text="x")) == "ratelimited"


async def test_what_is_wrong_with_slack_is_seen_from_outside(
    slack: Slack, client: AsyncWebClient, support: str, clock: HandClock
) -> None:
    slack.trouble = Trouble.DOWN
    with pytest.raises(SlackApiError) as error:
        await client.auth_test()
    assert error.value.response.status_code == 503
    slack.trouble = Trouble.BUSY
    await client.auth_test()
    assert await name(client.auth_test()) == "ratelimited"
    slack.trouble = Trouble.MUMBLES
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel=support, text="said")
    slack.trouble = None
    assert [each.text for each in slack.person("sam").sees("support")] == ["said"]


async def test_arguments_come_as_a_form_or_as_json(slack: Slack, support: str) -> None:
    headers = {"Authorization": f"Bearer {slack.bot_token}"}
    address = f"{slack.api_url}chat.postMessage"
    blocks = [{"type": "section", "text": mrkdwn("Hello")}]
    async with aiohttp.ClientSession(headers=headers) as session:
        form = {"channel": support, "text": "a", "blocks": json.dumps(blocks)}
        async with session.post(address, data=form) as answer:
            assert (await answer.json())["ok"]
        async with session.post(address, json={**form, "blocks": blocks}) as answer:
            assert (await answer.json())["ok"]
