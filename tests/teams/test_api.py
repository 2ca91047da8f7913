"""The connector as a bot calls it: what is done, what is refused, and how."""

import asyncio
import json
from urllib.parse import quote

import pytest

from tests.slack.clock import HandClock
from tests.teams.bot import Bot, Reply, listening
from tests.teams.filling import Impossible
from tests.teams.limits import Trouble
from tests.teams.people import DIRECT, Person
from tests.teams.samples import message, text
from tests.teams.server import Teams, serving
from tests.teams.world import Json, Place


@pytest.fixture
def support(teams: Teams) -> Place:
    return teams.chat.channel("support")


def _at(id: str, more: str = "") -> str:
    return f"/v3/conversations/{quote(id, safe='')}{more}"


async def _posts(bot: Bot, id: str, **more: object) -> Reply:
    return await bot.does("POST", _at(id, "/activities"), message(text("Hello"), **more))


async def _begins(bot: Bot, member: str, **more: object) -> Reply:
    tenant = bot.teams.tenant.id
    body = {
        "bot": {"id": bot.teams.app.bot},
        "members": [{"id": member}],
        "channelData": {"tenant": {"id": tenant}},
        "tenantId": tenant,
        "isGroup": False,
    }
    return await bot.does("POST", "/v3/conversations", body | more)


# Messages


async def test_a_post_is_sent_changed_and_deleted(
    sam: Person, bot: Bot, support: Place, teams: Teams
) -> None:
    made = await _posts(bot, support.id, summary="Hello")
    id = made.body["id"]
    assert made.status == 201
    assert [each.id for each in sam.sees("support")] == [id]
    where = _at(support.id, f"/activities/{id}")
    assert (await bot.does("PUT", where, message(text("Two")))).body == {"id": id}
    assert [v.card["body"][0]["text"] for v in sam.message(id).versions] == ["Hello", "Two"]
    assert (await bot.does("DELETE", where)).status == 200
    for method in ("PUT", "DELETE"):
        gone = await bot.does(method, where, message())
        assert (gone.status, gone.code) == (404, "ActivityNotFoundInConversation")
    with pytest.raises(Impossible, match="deleted"):
        sam.message(id)
    assert bot.heard == []


async def test_a_thread_is_answered_in(sam: Person, bot: Bot, support: Place) -> None:
    root = (await _posts(bot, support.id)).body["id"]
    thread = f"{support.id};messageid={root}"
    encoded = (await _posts(bot, thread)).body["id"]
    bare = f"/v3/conversations/{thread}/activities"
    plain = (await bot.does("POST", bare, message())).body["id"]
    below = _at(support.id, f"/activities/{encoded}")
    replied = (await bot.does("POST", below, message())).body["id"]
    assert [each.id for each in sam.sees("support")] == [root]
    assert [each.id for each in sam.sees("support", root)] == [root, encoded, plain, replied]
    for nowhere in ("1", encoded):
        found = await _posts(bot, f"{support.id};messageid={nowhere}")
        assert (found.status, found.code) == (404, "ActivityNotFoundInConversation")
    changed = await bot.does("PUT", _at(thread, f"/activities/{plain}"), message(text("Other")))
    assert changed.status == 200


async def test_a_thread_is_begun_in_a_channel(sam: Person, bot: Bot, support: Place) -> None:
    body = {
        "isGroup": True,
        "channelData": {"channel": {"id": support.id}},
        "activity": message(text("Head")),
    }
    made = (await bot.does("POST", "/v3/conversations", body)).body
    assert made["id"] == f"{support.id};messageid={made['activityId']}"
    assert made["serviceUrl"] == bot.teams.service_url
    await _posts(bot, made["id"])
    assert len(sam.sees("support", made["activityId"])) == 2
    there = await bot.does("POST", "/v3/conversations", body | {"channelData": _channel("19:x")})
    assert there.code == "ConversationNotFound"


def _channel(id: str) -> Json:
    return {"channel": {"id": id}}


async def test_one_person_is_written_to(sam: Person, bot: Bot, teams: Teams) -> None:
    """By either of their ids; it is the same chat each time."""
    made = [await _begins(bot, id) for id in (sam.user.id, sam.user.object_id)]
    assert [each.body["id"] for each in made] == [sam.direct.id] * 2
    await _posts(bot, sam.direct.id)
    assert len(sam.sees(DIRECT)) == 1
    assert teams.person("kim").sees(DIRECT) == []


async def test_who_is_nobody_cannot_be_written_to(sam: Person, bot: Bot, teams: Teams) -> None:
    elsewhere = {"tenantId": teams.adds_tenant("globex.example").id}
    with teams.allowing() as refused:
        wrong = (await _begins(bot, "29:nobody"), await _begins(bot, sam.user.id, **elsewhere))
        for found in wrong:
            assert (found.status, found.code) == (400, "BadSyntax")
    assert [each.split()[0] for each in refused] == ["member", "member"]


async def test_where_the_app_is_not_nothing_can_be_said(
    sam: Person, bot: Bot, teams: Teams, support: Place
) -> None:
    general = teams.chat.channel("general")
    assert general.id == general.team
    found = await _posts(bot, general.id)
    assert (found.status, found.code) == (403, "BotNotInConversationRoster")
    assert (await bot.does("GET", _at(general.id, "/members"))).status == 403
    assert (await bot.does("GET", f"/v3/teams/{general.team}")).status == 403
    teams.person("ada").uninstalls("support")
    assert (await _posts(bot, support.id)).code == "BotNotInConversationRoster"
    sam.uninstalls("crew")
    crew = teams.chat.channel("crew")
    assert (await _posts(bot, crew.id)).code == "BotNotInConversationRoster"
    assert (await _posts(bot, "19:nowhere@thread.v2")).code == "ConversationNotFound"


async def test_who_has_not_the_app_cannot_be_written_to(
    sam: Person, bot: Bot, teams: Teams
) -> None:
    sam.uninstalls(DIRECT)
    assert (await _posts(bot, sam.direct.id)).status == 201  # as he is in a team that has it
    ada = teams.person("ada")
    for channel in ("support", "network"):
        ada.removes("sam", channel)
    sam.removes("sam", "crew")
    blocked = await _posts(bot, sam.direct.id)
    assert (blocked.status, blocked.body["errorCode"]) == (403, 209)
    assert json.loads(blocked.body["message"])["subCode"] == "MessageWritesBlocked"
    assert (await _begins(bot, sam.user.id)).code == "ForbiddenOperationException"


async def test_who_blocks_the_bot_hears_nothing(sam: Person, bot: Bot) -> None:
    sam.shuts_direct()
    assert (await _posts(bot, sam.direct.id)).code == "ConversationBlockedByUser"
    assert (await _begins(bot, sam.user.id)).code == "ConversationBlockedByUser"
    sam.shuts_direct(on=False)
    assert (await _posts(bot, sam.direct.id)).status == 201


async def test_an_archived_team_and_a_deleted_channel(
    bot: Bot, teams: Teams, support: Place
) -> None:
    ada = teams.person("ada")
    ada.archives("support")
    assert (await _posts(bot, support.id)).body["errorCode"] == 209
    ada.archives("support", archived=False)
    ada.deletes_channel("support")
    assert (await _posts(bot, support.id)).code == "ConversationNotFound"
    ada.restores_channel("support")
    assert (await _posts(bot, support.id)).status == 201
    ada.deletes_team("support")
    assert (await _posts(bot, support.id)).code == "ConversationNotFound"


async def test_others_messages_are_not_the_bots_to_change(
    sam: Person, bot: Bot, support: Place
) -> None:
    theirs = sam.writes("Mine.", "support")
    where = _at(support.id, f"/activities/{theirs.id}")
    for method in ("PUT", "DELETE"):
        found = await bot.does(method, where, message())
        assert (found.status, found.code) == (403, "NotEnoughPermissions")


async def test_what_is_wrong_is_said_and_remembered(bot: Bot, teams: Teams, support: Place) -> None:
    with teams.allowing() as refused:
        found = await bot.says_wrong(support.id, message(text("")))
        assert (found.status, found.code) == (400, "BadSyntax")
        assert "text-empty at /attachments/0/content/body/0/text" in found.body["error"]["message"]
        large = await bot.says_wrong(support.id, message(text("x" * 30_000)))
        assert (large.status, large.code) == (413, "MessageSizeTooBig")
    assert [each.split()[0] for each in refused] == ["text-empty", "card-size"]
    assert teams.refused == []


async def test_a_refusal_fails_whoever_serves() -> None:
    async def says_wrong() -> None:
        async with serving(Teams()) as teams, listening(teams) as bot:
            await bot.says_wrong(teams.chat.channel("support").id, message(text("")))

    with pytest.raises(AssertionError, match="text-empty"):
        await says_wrong()


async def test_a_body_that_is_none(bot: Bot, support: Place) -> None:
    found = await bot.does("POST", _at(support.id, "/activities"), [])
    assert (found.status, found.code) == (400, "BadSyntax")
    bot.teams.refused.clear()


async def test_typing_has_no_id(bot: Bot, sam: Person, support: Place) -> None:
    made = await bot.does("POST", _at(support.id, "/activities"), {"type": "typing"})
    assert (made.status, made.body) == (201, {})
    assert sam.sees("support") == []


async def test_reactions_come_and_go(sam: Person, bot: Bot, support: Place, teams: Teams) -> None:
    theirs = sam.writes("Mine.", "support")
    where = _at(f"{support.id};messageid={theirs.id}", f"/activities/{theirs.id}/reactions")
    for _ in range(2):
        assert (await bot.does("PUT", f"{where}/like")).status == 200
    assert theirs.reactions == {"like": [teams.app.bot]}
    assert (await bot.does("DELETE", f"{where}/like")).status == 200
    assert theirs.reactions == {}
    with teams.allowing():
        assert (await bot.does("PUT", f"{where}/wrong%20one")).status == 400


# People and teams


async def test_who_is_there(bot: Bot, teams: Teams, support: Place) -> None:
    everybody = (await bot.does("GET", _at(support.id, "/members"))).body
    assert {each["name"] for each in everybody} == {"Sam", "Kim", "Vic", "Ada", "Gus"}
    assert [each["userRole"] for each in everybody if each["name"] == "Gus"] == ["guest"]
    gus = teams.chat.user("gus")
    for id in (gus.id, gus.object_id, gus.principal):
        found = (await bot.does("GET", _at(support.id, f"/members/{quote(id, safe='')}"))).body
        assert found["userPrincipalName"] == "gus_elsewhere.example#EXT#@acme.example"
        assert found["tenantId"] == teams.tenant.id
    teams.person("ada").removes("gus", "support")
    gone = await bot.does("GET", _at(support.id, f"/members/{gus.id}"))
    assert (gone.status, gone.code) == (404, "MemberNotFoundInConversation")


async def test_a_long_roster_comes_in_pages(bot: Bot, teams: Teams, support: Place) -> None:
    for n in range(60):
        user = teams.chat.meets(teams.tenant, f"p{n}", f"P{n}")
        teams.chat.team(support).members.add(user.id)
    first = (await bot.does("GET", _at(support.id, "/pagedMembers?pageSize=2"))).body
    assert len(first["members"]) == 50
    more = f"/pagedMembers?pageSize=50&continuationToken={first['continuationToken']}"
    rest = (await bot.does("GET", _at(support.id, more))).body
    assert len(rest["members"]) == 15
    assert "continuationToken" not in rest


async def test_what_a_team_has(bot: Bot, support: Place) -> None:
    team = (await bot.does("GET", f"/v3/teams/{quote(support.team)}")).body
    assert (team["name"], team["memberCount"]) == ("Helpdesk", 5)
    found = (await bot.does("GET", f"/v3/teams/{quote(support.team)}/conversations")).body
    assert found["conversations"] == [
        {"id": support.team, "name": None},
        {"id": support.id, "name": "support"},
    ]
    assert (await bot.does("GET", "/v3/teams/19:x")).status == 404


# Files


async def test_pictures_need_the_token_and_files_a_while(
    sam: Person, bot: Bot, teams: Teams, clock: HandClock
) -> None:
    files = {"inline:a.png": b"picture", "b.txt": b"file"}
    sam.writes("See", DIRECT, files=files)
    await teams.delivery.settled()
    picture, file, html = bot.heard[0]["attachments"]
    assert html["contentType"] == "text/html"
    path = picture["contentUrl"].removeprefix(teams.service_url.rstrip("/"))
    assert (await bot.does("GET", path)).body == b"picture"
    assert (await bot.calls("GET", path, token="none")).status == 401
    url = file["content"]["downloadUrl"]
    assert (file["name"], file["content"]["fileType"]) == ("b.txt", "txt")
    async with bot.session.get(url) as response:
        assert await response.read() == b"file"
    async with bot.session.get(url.partition("?")[0]) as response:
        assert response.status == 401
    clock.passes(3_601)
    async with bot.session.get(url) as response:
        assert response.status == 401


async def test_files_of_channels_do_not_come_to_bots(sam: Person, bot: Bot, teams: Teams) -> None:
    sam.writes("See", "support", files={"b.txt": b"file"})
    await teams.delivery.settled()
    [html] = bot.heard[0]["attachments"]
    assert html["contentType"] == "text/html"
    assert "<attachment id=" in html["content"]


# Limits and troubles


async def test_a_conversation_takes_so_many(bot: Bot, teams: Teams, support: Place) -> None:
    teams.throttle.off = False
    crew = teams.chat.channel("crew")
    for _ in range(7):
        assert (await _posts(bot, support.id)).status == 201
    late = await _posts(bot, support.id)
    assert (late.status, late.code, late.headers["Retry-After"]) == (429, "Throttled", "1")
    assert (await _posts(bot, crew.id)).status == 201


@pytest.mark.parametrize(("most", "span"), [(7, 1.0), (8, 2.0), (60, 30.0), (1_800, 3_600.0)])
async def test_each_window_counts(teams: Teams, clock: HandClock, most: int, span: float) -> None:
    """As many as fit, spread so that only this window is full; one more waits for the first."""
    throttle = teams.throttle
    throttle.off = False
    step = span / most * 0.9
    smaller = {7: 0.0, 8: 0.15, 60: 0.26, 1_800: 0.6}[most]
    for _ in range(most):
        assert throttle.count("send", "here", "app") == 0
        clock.passes(max(step if most > 8 else smaller, smaller))
    assert throttle.count("send", "here", "app") > 0
    clock.passes(span)
    assert throttle.count("send", "here", "app") == 0


async def test_a_teams_in_trouble(bot: Bot, support: Place, sam: Person, clock: HandClock) -> None:
    teams = bot.teams
    teams.breaks(Trouble.DOWN)
    assert (await _posts(bot, support.id)).status == 502
    assert sam.sees("support") == []
    teams.breaks(Trouble.MUMBLES)
    assert (await _posts(bot, support.id)).status == 502
    assert len(sam.sees("support")) == 1
    teams.breaks(Trouble.FLAKY)
    found = [(await _posts(bot, support.id)).status for _ in range(4)]
    assert found == [412, 502, 504, 201]
    teams.breaks(Trouble.BUSY)
    assert [(await _posts(bot, support.id)).status for _ in range(2)] == [201, 429]
    teams.breaks(Trouble.SLOW)
    slow = asyncio.create_task(_posts(bot, support.id))
    await clock.sleeps()
    clock.passes(1.0)
    assert (await slow).status == 201
    teams.breaks(None)
    assert (await _posts(bot, support.id)).status == 201
