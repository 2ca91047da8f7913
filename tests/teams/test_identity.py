"""Whose tokens are good: Teams' for the bot, and Entra's for the connector."""

import hmac
import json
from base64 import urlsafe_b64decode
from hashlib import sha256
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.teams.bot import Bot
from tests.teams.identity import Wrong
from tests.teams.people import Person
from tests.teams.samples import message
from tests.teams.server import Teams
from tests.teams.world import Json


async def _get(bot: Bot, url: str) -> Json:
    async with bot.session.get(url) as response:
        told: Json = await response.json()
        return told


class Checker:
    """Reads a token as the documentation says that a bot must."""

    def __init__(self, configuration: Json, keys: Json) -> None:
        self.issuer = configuration["issuer"]
        self.keys = {each["kid"]: each for each in keys["keys"]}

    def claims(self, token: str, app: str, service_url: str) -> Json:
        """What it says. Raises InvalidTokenError."""
        head = jwt.get_unverified_header(token)
        if head.get("kid") not in self.keys:
            raise jwt.InvalidTokenError("unknown key")
        told = self.keys[head["kid"]]
        if "msteams" not in told["endorsements"]:
            raise jwt.InvalidTokenError("not endorsed")
        needed: Any = {"require": ["exp", "aud", "iss"]}
        more: Any = {"audience": app, "issuer": self.issuer, "leeway": 300, "options": needed}
        claims: Json = jwt.decode(token, jwt.PyJWK(told), algorithms=["RS256"], **more)
        if claims.get("serviceurl") != service_url:
            raise jwt.InvalidTokenError("another service")
        return claims


async def _checker(bot: Bot) -> Checker:
    configuration = await _get(bot, bot.teams.identity.configuration_url)
    return Checker(configuration, await _get(bot, configuration["jwks_uri"]))


async def test_what_the_bot_gets_is_signed_for_it(sam: Person, bot: Bot, teams: Teams) -> None:
    await sam.types("start vpn", "support")
    [headers] = bot.headers
    token = headers["Authorization"].removeprefix("Bearer ")
    checker = await _checker(bot)
    assert checker.claims(token, teams.app.client_id, teams.service_url)
    assert headers["x-ms-tenant-id"] == teams.tenant.id
    assert headers["x-ms-conversation-id"] == bot.heard[0]["conversation"]["id"]


async def test_the_keys_are_nowhere_near_the_configuration(bot: Bot, teams: Teams) -> None:
    configuration = await _get(bot, teams.identity.configuration_url)
    for name in ("issuer", "jwks_uri"):
        assert not configuration[name].startswith(teams.url)
    assert teams.identity.asked == {"configuration": 1, "keys": 0}


@pytest.mark.parametrize("how", Wrong, ids=lambda how: how.name)
async def test_a_wrong_token_is_wrong(how: Wrong, bot: Bot, teams: Teams) -> None:
    checker, app = await _checker(bot), teams.app.client_id
    good = teams.identity.token(app, teams.service_url)
    assert checker.claims(good, app, teams.service_url)
    token = teams.identity.wrong(how, app, teams.service_url)
    with pytest.raises(jwt.InvalidTokenError):
        checker.claims(token, app, teams.service_url)


async def test_a_token_signed_with_the_public_key_is_a_good_hmac(bot: Bot, teams: Teams) -> None:
    """Otherwise a bot that takes such tokens would refuse it for another reason."""
    token = teams.identity.wrong(Wrong.HS256, teams.app.client_id, teams.service_url)
    said, _, signature = token.rpartition(".")
    told = next(each for each in (await _keys(bot)) if each["kid"] == teams.identity.kid)
    public = jwt.PyJWK(told).key
    secret = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    made = hmac.digest(secret, said.encode(), sha256)
    assert urlsafe_b64decode(signature + "=") == made
    assert json.loads(urlsafe_b64decode(said.split(".")[1] + "=="))["aud"] == teams.app.client_id


async def _keys(bot: Bot) -> list[Json]:
    configuration = await _get(bot, bot.teams.identity.configuration_url)
    keys: list[Json] = (await _get(bot, configuration["jwks_uri"]))["keys"]
    return keys


async def test_a_key_goes_and_another_comes(bot: Bot, teams: Teams) -> None:
    app, before = teams.app.client_id, teams.identity.token(teams.app.client_id, teams.service_url)
    for _ in range(3):
        known = await _checker(bot)
        teams.identity.rotates()
        after = teams.identity.token(app, teams.service_url)
        with pytest.raises(jwt.InvalidTokenError):
            known.claims(after, app, teams.service_url)
        assert (await _checker(bot)).claims(after, app, teams.service_url)
        with pytest.raises(jwt.InvalidTokenError):
            (await _checker(bot)).claims(before, app, teams.service_url)
        before = after


async def test_the_identity_can_be_out_of_reach(bot: Bot, teams: Teams) -> None:
    teams.identity.down = True
    async with bot.session.get(teams.identity.configuration_url) as response:
        assert response.status == 503


# Entra


async def test_a_token_for_the_connector(bot: Bot, teams: Teams) -> None:
    made = (await bot.token()).body
    claims = jwt.decode(made["access_token"], options={"verify_signature": False})
    assert (claims["appid"], claims["tid"]) == (teams.app.client_id, teams.tenant.id)
    assert made["token_type"] == "Bearer"
    assert claims["exp"] - claims["iat"] == made["expires_in"] == 3_599
    assert (await bot.token(None, {"tenant": teams.tenant.name})).status == 200


@pytest.mark.parametrize(
    ("other", "status", "error", "code"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client", 7000215),
        ({"client_secret": ""}, 401, "invalid_client", 7000218),
        ({"client_id": "wrong"}, 400, "unauthorized_client", 700016),
        ({"tenant": "nobody"}, 400, "invalid_request", 90002),
        ({"scope": "https://graph.microsoft.com"}, 400, "invalid_scope", 1002012),
        ({"scope": ""}, 400, "invalid_request", 900144),
        ({"grant_type": ""}, 400, "invalid_request", 900144),
        ({"grant_type": "password"}, 400, "unsupported_grant_type", 70003),
    ],
)
async def test_entra_says_what_is_wrong(
    bot: Bot, other: dict[str, str], status: int, error: str, code: int
) -> None:
    made = await bot.token(None, other)
    assert (made.status, made.body["error"], made.body["error_codes"]) == (status, error, [code])
    assert made.body["error_description"].startswith(f"AADSTS{code}: ")


async def test_an_app_belongs_to_its_tenant(bot: Bot, teams: Teams) -> None:
    other = teams.adds_tenant("globex.example")
    assert (await bot.token(other.app)).status == 200
    assert (await bot.token(other.app, {"tenant": teams.tenant.id})).body["error_codes"] == [700016]
    where = f"/v3/conversations/{teams.chat.channel('support').id}/activities"
    made = await bot.does("POST", where, message(), app=other.app)
    assert (made.status, made.code) == (404, "ConversationNotFound")


async def test_a_token_is_good_for_a_while(bot: Bot, teams: Teams) -> None:
    where = f"/v3/conversations/{teams.chat.channel('support').id}/members"
    token = (await bot.token()).body["access_token"]
    assert (await bot.calls("GET", where, token=token)).status == 200
    teams.entra.forgets()
    assert (await bot.calls("GET", where, token=token)).status == 401
    teams.entra.lives = 0
    assert (await bot.does("GET", where)).status == 401
    assert (await bot.calls("GET", where, token="x.y.z")).status == 401
