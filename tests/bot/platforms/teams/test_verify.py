"""Who may speak to us as Teams: who shows a token of Microsoft's that is for one of our apps, of
its service and its tenant; and nobody else, whatever they show.
"""

import base64
import json
import secrets
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import jwt
import pytest
from structlog.typing import EventDict

from bot.platforms.teams.application import Application, Registration
from bot.platforms.teams.calls import talking
from bot.platforms.teams.keys import ISSUER, Keys
from bot.platforms.teams.registrations import Registrations
from bot.platforms.teams.verify import Stranger, Verifier
from bot.port import Memory, Unavailable
from tests.teams.identity import HOUR, Wrong
from tests.teams.keys import Key
from tests.teams.server import Teams, serving
from tests.teams.world import Json

PEER = "203.0.113.7"
LEEWAY = 300


@dataclass
class Place:
    """Teams, and who looks at what it sends; time passes when a test says so."""

    teams: Teams
    keys: Keys
    registrations: Registrations
    application: Application
    later: float = 0.0

    def now(self) -> float:
        return time.time() + self.later

    def __post_init__(self) -> None:
        self.verifier = Verifier(self.application, self.keys, self.registrations, now=self.now)

    @property
    def activity(self) -> Json:
        return {
            "type": "message",
            "channelId": "msteams",
            "serviceUrl": self.teams.service_url,
            "conversation": {"id": "19:a@thread.tacv2", "tenantId": self.teams.tenant.id},
            "channelData": {"tenant": {"id": self.teams.tenant.id}},
        }

    def token(self, **claims: object) -> str:
        """One of Microsoft's, with other claims; None takes one away."""
        identity = self.teams.identity
        said = identity.claims(self.teams.app.client_id, self.teams.service_url) | claims
        told = json.dumps({name: value for name, value in said.items() if value is not None})
        key = identity._current
        return jwt.api_jws.encode(told.encode(), key.private, "RS256", headers={"kid": key.kid})

    async def check(
        self, token: str | None = None, activity: Json | None = None, peer: str = PEER
    ) -> int:
        """What is answered: 200, or the status of a refusal."""
        shown = self.token() if token is None else token
        header = shown if " " in shown or not shown else f"Bearer {shown}"
        try:
            await self.verifier.check(header, activity or self.activity, peer)
        except Stranger as error:
            return error.status
        return 200


@pytest.fixture
async def place(memory: Memory) -> AsyncIterator[Place]:
    async with serving(Teams()) as teams, talking() as session:
        app = teams.app
        own = Registration(app.client_id, app.secret, app.tenant)
        application = Application(own, teams.identity.configuration_url, "", "")
        registrations = Registrations(application, memory)
        keys = Keys(session, teams.identity.configuration_url)
        yield Place(teams, keys, registrations, application)


async def test_teams_may_speak_to_us(place: Place) -> None:
    assert await place.check() == 200
    assert await place.check() == 200
    assert place.teams.identity.asked == {"configuration": 1, "keys": 1}


async def test_the_issuer_of_old_is_one_too(place: Place) -> None:
    assert await place.check(place.token(iss=ISSUER)) == 200


@pytest.mark.parametrize("how", Wrong)
async def test_a_wrong_token_is_refused(place: Place, how: Wrong) -> None:
    teams = place.teams
    token = teams.identity.wrong(how, teams.app.client_id, teams.service_url)
    assert await place.check(token) == 401
    assert await place.check() == 200
    assert await place.check(token) == 401


@pytest.mark.parametrize(
    "shown",
    [
        "", "Bearer ", "Bearer", "Bearer x", "Bearer a.b.c", "Bearer ..", "Basic c2FtOnB3", "x y z",
        "Bearer \x00", "Bearer é", "bearer",
    ],
)  # fmt: skip
async def test_what_is_no_token_is_refused(place: Place, shown: str) -> None:
    assert await place.check(shown) == 401


async def test_a_token_is_one_however_its_scheme_is_written(place: Place) -> None:
    assert await place.check(f"bearer {place.token()}") == 200


async def test_a_header_that_is_deeper_than_deep_is_refused(place: Place) -> None:
    for deep in ("[" * 50_000, '{"a":' * 20_000, '{"alg":"RS256","kid":' + "[" * 20_000):
        head = base64.urlsafe_b64encode(deep.encode()).rstrip(b"=").decode()
        assert await place.check(f"{head}.e30.AA") == 401
        good = base64.urlsafe_b64encode(b'{"alg":"RS256"}').rstrip(b"=").decode()
        assert await place.check(f"{good}.{head}.AA") == 401


@pytest.mark.parametrize("kid", [None, 5, [], {}, "", "no-such", "../../etc/passwd", "x" * 10_000])
async def test_whatever_key_is_named(place: Place, kid: object) -> None:
    claims = place.teams.identity.claims(place.teams.app.client_id, place.teams.service_url)
    key = place.teams.identity._current

    def coded(said: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(said).encode()).rstrip(b"=").decode()

    said = f"{coded({'alg': 'RS256', 'typ': 'JWT', 'kid': kid})}.{coded(claims)}"
    signature = jwt.get_algorithm_by_name("RS256").sign(said.encode(), key.private)
    signed = f"{said}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"
    assert await place.check(signed) == 401


@pytest.mark.parametrize("algorithm", ["RS384", "RS512", "PS256"])
async def test_another_algorithm_is_refused(place: Place, algorithm: str) -> None:
    key = place.teams.identity._current
    claims = place.teams.identity.claims(place.teams.app.client_id, place.teams.service_url)
    token = jwt.encode(claims, key.private, algorithm, headers={"kid": key.kid})
    assert await place.check(token) == 401


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": "soon"}, {"exp": None}, {"exp": -1}, {"nbf": "now"}, {"nbf": "x" * 10}, {"aud": []},
        {"aud": None}, {"aud": 5}, {"iss": None}, {"iss": 5}, {"iss": []}, {"serviceurl": None},
        {"serviceurl": 5}, {"serviceurl": ""}, {"iat": "x"}, {"exp": []},
    ],
)  # fmt: skip
async def test_claims_that_make_no_sense_are_refused(place: Place, claims: Json) -> None:
    assert await place.check(place.token(**claims)) == 401


async def test_clocks_may_differ_by_five_minutes(place: Place) -> None:
    now = int(time.time())
    assert await place.check(place.token(exp=now - LEEWAY + 30)) == 200
    assert await place.check(place.token(exp=now - LEEWAY - 30)) == 401
    assert await place.check(place.token(nbf=now + LEEWAY - 30)) == 200
    assert await place.check(place.token(nbf=now + LEEWAY + 30)) == 401


async def test_a_token_that_was_good_is_not_good_for_ever(place: Place) -> None:
    token = place.token()
    place.later = HOUR + LEEWAY - 30
    assert await place.check(token) == 200
    place.later = HOUR + LEEWAY + 30
    assert await place.check(token) == 401


async def test_a_key_that_is_no_more_signs_nothing_for_long(place: Place) -> None:
    token = place.token(exp=int(time.time()) + 10 * 365 * 24 * HOUR)
    assert await place.check(token) == 200
    place.teams.identity.rotates()
    await place.keys.read()
    place.later = 2 * HOUR
    assert await place.check(token) == 401


async def test_a_service_is_the_same_with_and_without_its_last_slash(place: Place) -> None:
    service = place.teams.service_url.rstrip("/")
    for claimed in (service, f"{service}/"):
        for said in (service, f"{service}/"):
            told = {**place.activity, "serviceUrl": said}
            assert await place.check(place.token(serviceurl=claimed), told) == 200


@pytest.mark.parametrize(
    "said",
    ["https://evil.example/", "", None, 5, [], {}, "http://127.0.0.1:9", "https://smba.trafficmanager.net/amer"],
)  # fmt: skip
async def test_a_service_that_differs_is_refused(place: Place, said: object) -> None:
    assert await place.check(activity={**place.activity, "serviceUrl": said}) == 401


async def test_no_service_is_none_that_a_token_could_be_for(place: Place) -> None:
    for claimed in (None, "", "/", 5):
        for said in ("", "/", None):
            told = {**place.activity, "serviceUrl": said}
            assert await place.check(place.token(serviceurl=claimed), told) == 401


async def test_a_service_is_not_made_of_something_else(place: Place) -> None:
    told = {**place.activity, "serviceUrl": 5}
    assert await place.check(place.token(serviceurl="5"), told) == 401


@pytest.mark.parametrize("channel", ["directline", "webchat", "emulator", "", None, ["msteams"], 5])
async def test_only_teams_is_heard_whatever_the_key_vouches_for(
    place: Place, channel: object
) -> None:
    """Whoever has the secret of a Web Chat says who they are as they like."""
    assert await place.check(activity={**place.activity, "channelId": channel}) in (401, 403)
    identity = place.teams.identity
    free = Key.make("free")
    identity._other = free
    place.keys._tried = None
    claims = identity.claims(place.teams.app.client_id, place.teams.service_url)
    assert await place.check(free.sign(claims)) == 200
    told = {**place.activity, "channelId": channel}
    assert await place.check(free.sign(claims), told) in (401, 403)


@pytest.mark.parametrize(
    "told",
    [
        {"channelData": {"tenant": {"id": "rival"}}},
        {"channelData": {}, "conversation": {"id": "19:a", "tenantId": "rival"}},
        {"channelData": None, "conversation": None},
        {"channelData": {"tenant": None}, "conversation": {"id": "19:a"}},
        {"channelData": "x", "conversation": 5},
        {"channelData": {"tenant": {"id": ["x"]}}},
        {"channelData": {"tenant": "x"}, "conversation": []},
    ],
)
async def test_what_is_of_another_tenant_is_refused(place: Place, told: Json) -> None:
    assert await place.check(activity=place.activity | told) == 403


async def test_each_registration_speaks_for_its_tenant_until_it_is_taken_away(
    place: Place,
) -> None:
    rival = place.teams.adds_tenant("rival.example")
    token = place.teams.identity.token(rival.app.client_id, place.teams.service_url)
    activity = {
        **place.activity,
        "conversation": {"id": "19:b"},
        "channelData": {"tenant": {"id": rival.id}},
    }
    assert await place.check(token, activity) == 401
    made = Registration(rival.app.client_id, rival.app.secret, rival.id)
    await place.registrations.keep(made)
    assert await place.check(token, activity) == 200
    assert await place.check(token) == 403
    assert await place.check(activity=activity) == 403
    await place.registrations.keep(replace(made, client_secret=secrets.token_urlsafe()))
    assert await place.check(token, activity) == 200
    assert await place.registrations.forget(rival.id)
    assert await place.check(token, activity) == 401
    assert await place.check() == 200


async def test_where_nobody_says_which_keys_count_nobody_is_refused_for_it(place: Place) -> None:
    place.teams.identity.down = True
    with pytest.raises(Unavailable):
        await place.check()
    assert await place.check("") == 401
    place.keys._tried = None
    place.teams.identity.down = False
    assert await place.check() == 200


# Where whoever is on this machine may speak


@pytest.fixture
async def open_place(place: Place) -> Place:
    application = replace(place.application, unauthenticated=True)
    return Place(place.teams, place.keys, place.registrations, application)


async def test_who_is_on_this_machine_needs_no_token_where_that_is_set(
    open_place: Place, place: Place
) -> None:
    for peer in ("127.0.0.1", "::1", "127.8.8.8"):
        assert await open_place.check("", peer=peer) == 200
        assert await place.check("", peer=peer) == 401


@pytest.mark.parametrize("peer", ["", "10.0.0.1", PEER, "0.0.0.0", "localhost.evil.example", "::"])
async def test_who_is_elsewhere_needs_one(open_place: Place, peer: str) -> None:
    assert await open_place.check("", peer=peer) == 401
    assert await open_place.check(peer=peer) == 200


@pytest.mark.parametrize(
    "service",
    [
        "https://evil.example", "http://10.0.0.1", "", None, "http://localhost.evil.example", "x",
        "http://127.0.0.1@evil.example/", "http://[::1", 5, "file://localhost/etc/passwd",
    ],
)  # fmt: skip
async def test_what_is_not_signed_makes_us_call_nobody_else(
    open_place: Place, service: object
) -> None:
    told = {**open_place.activity, "serviceUrl": service}
    assert await open_place.check("", told, peer="127.0.0.1") == 403


async def test_that_it_is_set_is_told_loudly(place: Place, log: list[EventDict]) -> None:
    Verifier(place.application, place.keys, place.registrations)
    assert log == []
    Verifier(replace(place.application, unauthenticated=True), place.keys, place.registrations)
    [line] = log
    assert (line["event"], line["log_level"]) == ("teams-unauthenticated", "warning")
    assert "TEAMS_ALLOW_UNAUTHENTICATED" in line["what"]
