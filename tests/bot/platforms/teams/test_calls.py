"""Calls of the connector: what each answer means, whom the bot's token is shown to, and what cannot
be made of an id.
"""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from aiohttp import ClientError, ClientSession
from yarl import URL

from bot.platforms.teams import calls as module
from bot.platforms.teams.answers import Rejected
from bot.platforms.teams.application import Application, Registration
from bot.platforms.teams.calls import Calls, talking
from bot.platforms.teams.outside import outside
from bot.platforms.teams.places import Kind, Place, Places
from bot.platforms.teams.registrations import Registrations
from bot.platforms.teams.tokens import Tokens
from bot.port import (
    Gone,
    Memory,
    PlatformError,
    RateLimited,
    Target,
    TooLarge,
    Unauthorized,
    Unavailable,
)
from bot.port.patience import patiently
from tests.bot.platforms.teams.wire import Answer, Wire, listening

TENANT, CHANNEL = "tenant-acme", "19:abc@thread.tacv2"
ACME = Registration("client-acme", secrets.token_urlsafe(), TENANT)
HERE = Target(TENANT, CHANNEL)
HELLO = {"type": "message", "text": "Hello"}
POSTED = Answer(201, {"id": "17"})
NOWHERE = "http://127.0.0.1:9"


@dataclass
class Ground:
    """The connector, Entra, somebody else, and who calls."""

    connector: Wire
    entra: Wire
    elsewhere: Wire
    session: ClientSession
    memory: Memory
    application: Application

    @property
    def calls(self) -> Calls:
        registrations = Registrations(self.application, self.memory)
        tokens = Tokens(self.session, self.application.token_url)
        places = Places(self.memory)
        return Calls(
            self.application, self.session, registrations, places, tokens, files=self.session
        )

    def token(self, token: str) -> Answer:
        return Answer(body={"access_token": token, "expires_in": 3600})


@pytest.fixture
async def ground(wire: Wire, other: Wire, memory: Memory) -> AsyncIterator[Ground]:
    async with listening() as entra, talking() as session:
        application = Application(ACME, "", f"{entra.url}/token", wire.url)
        made = Ground(wire, entra, other, session, memory, application)
        entra.says(made.token("one"))
        yield made


@pytest.fixture
def calls(ground: Ground) -> Calls:
    return ground.calls


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_FIRST", 0.001)


async def test_an_activity_is_posted_in_its_thread_with_the_bots_token(
    calls: Calls, ground: Ground
) -> None:
    ground.connector.says(POSTED)
    assert await calls.post(Target(TENANT, CHANNEL, "16"), HELLO) == "17"
    [asked] = ground.connector.asked
    assert asked.path == f"/v3/conversations/{CHANNEL};messageid=16/activities"
    assert (asked.method, asked.bearer, json.loads(asked.body)) == ("POST", "one", HELLO)


async def test_a_conversation_is_called_where_it_was_heard_from(
    calls: Calls, ground: Ground
) -> None:
    ground.elsewhere.says(POSTED)
    place = Place(f"{ground.elsewhere.url}/emea", Kind.CHANNEL)
    await Places(ground.memory).met(TENANT, CHANNEL, place)
    await calls.post(HERE, HELLO)
    assert [each.path for each in ground.elsewhere.asked] == [
        f"/emea/v3/conversations/{CHANNEL}/activities"
    ]
    assert ground.connector.asked == []


MEANS: list[tuple[Answer, type[Exception]]] = [
    (Answer(400, {"error": {"code": "BadSyntax", "message": "Bad"}}), Rejected),
    (Answer(401), Unauthorized),
    (Answer(403, {"error": {"code": "BotNotInConversationRoster"}}), Unauthorized),
    (Answer(403, {"errorCode": 209, "message": "{}"}), Unauthorized),
    (Answer(404, {"error": {"code": "ConversationNotFound"}}), Gone),
    (Answer(405), Rejected),
    (Answer(410), Gone),
    (Answer(413, {"error": {"code": "MessageSizeTooBig"}}), Rejected),
    (Answer(429), RateLimited),
    (Answer(501), Unavailable),
    (Answer(200, b"<html>A proxy</html>"), Unavailable),
    (Answer(200, []), Unavailable),
    (Answer(200, {"id": ""}), Unavailable),
    (Answer(204), Unavailable),
    (Answer(403, b"\xff\xfe"), Unauthorized),
    (Answer(404, {"error": "x"}), Gone),
    (Answer(301, headers={"Location": "/"}), Unavailable),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "means"), MEANS)
async def test_what_an_answer_means(
    calls: Calls, ground: Ground, answer: Answer, means: type[Exception]
) -> None:
    ground.connector.says(answer)
    with pytest.raises(means) as raised:
        await calls.post(HERE, HELLO)
    assert type(raised.value) is means


@pytest.mark.parametrize("status", [412, 500, 502, 503, 504])
async def test_what_passes_is_tried_again_and_then_said(
    calls: Calls, ground: Ground, status: int
) -> None:
    ground.connector.says(Answer(status), Answer(status), POSTED)
    assert await calls.post(HERE, HELLO) == "17"
    assert len(ground.connector.asked) == 3
    ground.connector.asked.clear()
    ground.connector.says(Answer(status))
    with pytest.raises(Unavailable):
        await calls.post(HERE, HELLO)
    assert len(ground.connector.asked) == module.TRIES


async def test_who_waits_longer_between_tries_each_time(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_FIRST", 0.05)
    ground.connector.says(Answer(502))
    loop = asyncio.get_running_loop()
    began = loop.time()
    with pytest.raises(Unavailable):
        await ground.calls.post(HERE, HELLO)
    assert loop.time() - began > 0.05 * (0.5 + 1 + 2)


async def test_a_token_that_is_not_taken_any_more_is_renewed_at_once(
    calls: Calls, ground: Ground
) -> None:
    ground.entra.says(ground.token("one"), ground.token("two"))
    ground.connector.says(POSTED)
    await calls.post(HERE, HELLO)
    ground.connector.says(Answer(401), POSTED)
    assert await calls.post(HERE, HELLO) == "17"
    assert [each.bearer for each in ground.connector.asked] == ["one", "one", "two"]


async def test_credentials_that_are_refused_are_tried_once_more_and_no_longer(
    calls: Calls, ground: Ground
) -> None:
    ground.connector.says(Answer(401))
    for _ in range(2):
        with pytest.raises(Unauthorized):
            await calls.post(HERE, HELLO)
    assert len(ground.connector.asked) == 4


async def test_what_entra_says_is_what_is_said(calls: Calls, ground: Ground) -> None:
    told = {"error": "invalid_client", "error_description": "AADSTS7000222: It has expired."}
    ground.entra.says(Answer(401, told))
    with pytest.raises(Unauthorized, match="AADSTS7000222"):
        await calls.post(HERE, HELLO)
    ground.entra.says(Answer(503))
    with pytest.raises(Unavailable):
        await calls.post(HERE, HELLO)
    assert ground.connector.asked == []


async def test_nobody_speaks_for_a_tenant_that_is_not_registered(
    calls: Calls, ground: Ground
) -> None:
    with pytest.raises(Unauthorized):
        await calls.post(Target("tenant-rival", CHANNEL), HELLO)
    assert ground.connector.asked == []
    assert ground.entra.asked == []


@pytest.mark.parametrize(
    ("told", "seconds"),
    [("3", 3), ("0", 0.1), ("1.5", 1.5), ("", 5), ("soon", 5), ("-4", 0.1), ("nan", 5), ("inf", 5)],
)
async def test_a_limit_says_how_long(
    calls: Calls, ground: Ground, told: str, seconds: float
) -> None:
    ground.connector.says(Answer(429, headers={"Retry-After": told}))
    with pytest.raises(RateLimited) as limited:
        await calls.post(HERE, HELLO)
    assert limited.value.retry_after == seconds


async def test_a_limit_may_say_until_when(calls: Calls, ground: Ground) -> None:
    until = format_datetime(datetime.now(UTC) + timedelta(seconds=40), usegmt=True)
    ground.connector.says(Answer(429, headers={"Retry-After": until}))
    with pytest.raises(RateLimited) as limited:
        await calls.post(HERE, HELLO)
    assert 35 < limited.value.retry_after <= 40


async def test_a_limit_is_kept_for_its_conversation_alone(calls: Calls, ground: Ground) -> None:
    ground.connector.says(Answer(429, headers={"Retry-After": "30"}), POSTED)
    with pytest.raises(RateLimited):
        await calls.post(HERE, HELLO)
    with pytest.raises(RateLimited) as limited:
        await calls.post(Target(TENANT, CHANNEL, "16"), HELLO)
    assert 25 < limited.value.retry_after <= 30
    assert len(ground.connector.asked) == 1
    assert await calls.post(Target(TENANT, "19:other@thread.tacv2"), HELLO) == "17"


async def test_what_nobody_would_do_again_waits_for_a_limit(calls: Calls, ground: Ground) -> None:
    ground.connector.says(Answer(429, headers={"Retry-After": "0.2"}), POSTED)
    assert await patiently(lambda: calls.post(HERE, HELLO)) == "17"
    ground.connector.says(Answer(429, headers={"Retry-After": "60"}))
    with pytest.raises(RateLimited):
        await patiently(lambda: calls.post(HERE, HELLO))


async def test_where_nobody_listens_that_is_said(ground: Ground) -> None:
    ground.application = replace(ground.application, service_url=NOWHERE)
    with pytest.raises(Unavailable):
        await ground.calls.post(HERE, HELLO)


ODD = [
    "..",
    ".",
    "a/../../b",
    "../activities",
    "a?b=c",
    "a#b",
    "a%2F..%2Fb",
    "a\\..\\b",
    "a b",
    "é\n",
]


@pytest.mark.parametrize("odd", ODD)
async def test_no_id_leads_anywhere_else(calls: Calls, ground: Ground, odd: str) -> None:
    ground.connector.says(POSTED)

    async def tries(do: Callable[[], Awaitable[object]], before: str, after: str) -> None:
        ground.connector.asked.clear()
        try:
            await do()
        except Gone:
            assert ground.connector.asked == []
            return
        [asked] = ground.connector.asked
        middle = asked.path.removeprefix(before).removesuffix(after)
        assert f"{before}{middle}{after}" == asked.path
        assert not {*middle} & {"/", "?", "#", "\\"}
        assert not {*asked.path.split("/")[1:]} & {".", "..", ""}

    start = "/v3/conversations/"
    await tries(lambda: calls.post(Target(TENANT, odd), HELLO), start, "/activities")
    activity = f"{start}{CHANNEL}/activities/"
    await tries(lambda: calls.put(HERE, odd, HELLO), activity, "")
    await tries(lambda: calls.delete(HERE, odd), activity, "")
    await tries(lambda: calls.react(HERE, odd, "like"), activity, "/reactions/like")
    await tries(lambda: calls.member(TENANT, CHANNEL, odd), f"{start}{CHANNEL}/members/", "")
    await tries(lambda: calls.roster(TENANT, odd), start, "/pagedmembers?pageSize=50")
    threaded = Target(TENANT, CHANNEL, odd)
    await tries(lambda: calls.post(threaded, HELLO), f"{start}{CHANNEL};messageid=", "/activities")


async def test_a_conversation_is_begun_with_a_person(calls: Calls, ground: Ground) -> None:
    ground.connector.says(Answer(201, {"id": "a:1"}))
    assert await calls.converse(TENANT, "29:sam") == "a:1"
    [asked] = ground.connector.asked
    assert asked.path == "/v3/conversations"
    assert json.loads(asked.body) == {
        "isGroup": False,
        "bot": {"id": "28:client-acme"},
        "members": [{"id": "29:sam"}],
        "tenantId": TENANT,
        "channelData": {"tenant": {"id": TENANT}},
    }
    for odd in (Answer(200, {}), Answer(200, {"id": None}), Answer(200, b"x")):
        ground.connector.says(odd)
        with pytest.raises(Unavailable):
            await calls.converse(TENANT, "29:sam")


# Files

NOT_GIVEN = {
    **dict.fromkeys((400, 404, 410), Gone),
    **dict.fromkeys((401, 403), Unauthorized),
    **dict.fromkeys((412, 500, 502, 503), Unavailable),
    429: RateLimited,
}
NOT_TAKEN = {
    **dict.fromkeys((401, 403, 404), Gone),
    **dict.fromkeys((302, 416, 500, 503), Unavailable),
    429: RateLimited,
}


async def test_a_file_of_the_connectors_is_asked_for_with_the_token(
    calls: Calls, ground: Ground
) -> None:
    ground.connector.says(Answer(body=b"PNG"))
    address = f"{ground.connector.url}/v3/attachments/1/views/original"
    assert await calls.fetch(TENANT, address, limit=3) == b"PNG"
    assert [each.bearer for each in ground.connector.asked] == ["one"]


async def test_the_token_is_shown_to_nobody_else(calls: Calls, ground: Ground) -> None:
    port = ground.connector.url.rpartition(":")[2]
    host = ground.elsewhere.url.removeprefix("http://")
    for address in (
        f"{ground.elsewhere.url}/a",
        f"http://127.0.0.1:{port}@{host}/a",
        f"http://localhost:{port}/a",
        f"http://127.0.0.1:{port}.a.example/a",
        f"http://127.0.0.1:{port}\\@{host}/a",
        f"http://127.0.0.1:{port}%2f@{host}/a",
        "//a.example/a",
        "file:///etc/passwd",
        "ftp://a.example/a",
        "http://169.254.169.254/latest/meta-data",
        "http://[::1/a",
        "",
    ):
        with pytest.raises(PlatformError):
            await calls.fetch(TENANT, address, limit=10)
    assert [each.bearer for each in ground.elsewhere.asked if each.bearer] == []
    assert ground.connector.asked == []
    assert ground.entra.asked == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_the_token_does_not_follow_where_it_is_sent_on(
    calls: Calls, ground: Ground, status: int
) -> None:
    ground.elsewhere.says(POSTED)
    ground.connector.says(Answer(status, headers={"Location": f"{ground.elsewhere.url}/a"}))
    with pytest.raises(Unavailable):
        await calls.post(HERE, HELLO)
    with pytest.raises(PlatformError):
        await calls.fetch(TENANT, f"{ground.connector.url}/a", limit=10)
    assert ground.elsewhere.asked == []


async def test_a_file_is_not_read_further_than_was_asked_for(calls: Calls, ground: Ground) -> None:
    address = f"{ground.connector.url}/a"
    ground.connector.says(Answer(body=bytes(3_000_000)))
    assert len(await calls.fetch(TENANT, address, limit=3_000_000)) == 3_000_000
    with pytest.raises(TooLarge):
        await calls.fetch(TENANT, address, limit=2_999_999)
    ground.connector.says(Answer(body=b""))
    assert await calls.fetch(TENANT, address, limit=0) == b""


async def test_a_file_that_is_elsewhere_is_found_there(calls: Calls, ground: Ground) -> None:
    there = Answer(302, headers={"Location": "/files/b"})
    ground.connector.says(there, Answer(body=b"LOG"))
    address = f"{ground.connector.url}/v3/attachments/1/views/original"
    assert await calls.fetch(TENANT, address, limit=10) == b"LOG"
    assert [(each.path, each.bearer) for each in ground.connector.asked] == [
        ("/v3/attachments/1/views/original", "one"),
        ("/files/b", ""),
    ]
    ground.connector.says(there)
    with pytest.raises(Unavailable):
        await calls.fetch(TENANT, address, limit=10)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
async def test_an_address_that_was_the_permission_is_none_any_more(
    calls: Calls, ground: Ground, status: int
) -> None:
    ground.connector.says(Answer(status))
    with pytest.raises(Gone):
        await calls.fetch(TENANT, f"{ground.connector.url}/files/a?tempauth=1", limit=10)
    assert [each.bearer for each in ground.connector.asked] == [""]


@pytest.mark.parametrize(("status", "means"), NOT_GIVEN.items())
async def test_what_it_means_that_there_is_no_file(
    calls: Calls, ground: Ground, status: int, means: type[Exception]
) -> None:
    ground.connector.says(Answer(status))
    with pytest.raises(means) as raised:
        await calls.fetch(TENANT, f"{ground.connector.url}/v3/attachments/1", limit=10)
    assert type(raised.value) is means


async def test_a_file_is_put_where_somebody_agreed_to_have_it(calls: Calls, ground: Ground) -> None:
    ground.connector.says(Answer(201, {}))
    await calls.store(TENANT, f"{ground.connector.url}/up?x=1", b"abc")
    [asked] = ground.connector.asked
    assert (asked.method, asked.path, asked.body) == ("PUT", "/up?x=1", b"abc")
    assert asked.headers["Content-Range"] == "bytes 0-2/3"
    assert asked.bearer == ""


@pytest.mark.parametrize(("status", "means"), NOT_TAKEN.items())
async def test_what_it_means_that_a_file_cannot_be_put(
    calls: Calls, ground: Ground, status: int, means: type[Exception]
) -> None:
    ground.connector.says(Answer(status, headers={"Location": ground.elsewhere.url}))
    with pytest.raises(means) as raised:
        await calls.store(TENANT, f"{ground.connector.url}/up", b"abc")
    assert type(raised.value) is means
    assert ground.elsewhere.asked == []


async def test_a_file_is_put_nowhere_that_could_be_within(calls: Calls, ground: Ground) -> None:
    for address in (f"{ground.elsewhere.url}/a", "http://10.0.0.1/", "file:///tmp/a", "", "x"):
        with pytest.raises(PlatformError):
            await calls.store(TENANT, address, b"abc")
    assert ground.elsewhere.asked == []


# Where nobody asks who speaks


async def test_whoever_is_on_this_machine_is_shown_no_token(ground: Ground) -> None:
    ground.application = replace(ground.application, unauthenticated=True, service_url=NOWHERE)
    ground.elsewhere.says(POSTED)
    await Places(ground.memory).met(TENANT, CHANNEL, Place(ground.elsewhere.url, Kind.CHANNEL))
    assert await ground.calls.post(HERE, HELLO) == "17"
    assert await ground.calls.post(Target("anybody", CHANNEL), HELLO) == "17"
    assert [each.bearer for each in ground.elsewhere.asked] == ["", ""]
    assert ground.entra.asked == []


@pytest.mark.parametrize(
    "address", ["https://169.254.169.254/latest", "https://10.0.0.5/x", "https://[::1]:8443/x"]
)
async def test_a_file_within_is_not_asked_for(calls: Calls, address: str) -> None:
    with pytest.raises(Gone):
        await calls.fetch(TENANT, address, limit=100)


async def test_a_name_that_leads_within_is_not_asked() -> None:
    async with outside() as files, listening() as within:
        port = URL(within.url).port
        with pytest.raises(ClientError):
            await files.get(f"http://localhost:{port}/x")
    assert within.asked == []
