"""A small Teams for `bench teams`: it signs, takes everything and checks nothing.

`python -m bot.bench.teams_server` prints where it is, and a token as Teams would send.
"""

import asyncio
import json
import time
from itertools import count
from typing import Any

import jwt
import uvloop
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from bot.bench.teams_payloads import CLIENT, NAME, TENANT, USER

ISSUER = "https://api.botframework.com"
_KID = "bench"
_numbers = count(1_600_000_000_000)


class Server:
    """What answers."""

    def __init__(self) -> None:
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.url = ""
        self._posted: list[tuple[str, str, Any]] = []

    def token(self) -> str:
        """Good for a day."""
        now = int(time.time())
        said = {"iss": ISSUER, "aud": CLIENT, "iat": now, "nbf": now, "exp": now + 86_400}
        said["serviceurl"] = self.url
        return jwt.encode(said, self._key, "RS256", {"kid": _KID})

    def application(self) -> web.Application:
        """Where."""
        app = web.Application()
        app.router.add_get("/v1/.well-known/openidconfiguration", self._configuration)
        app.router.add_get("/v1/.well-known/keys", self._keys)
        app.router.add_post("/token", self._token)
        app.router.add_get("/v3/conversations/{id}/members/{user}", self._member)
        app.router.add_post("/v3/conversations/{id}/activities", self._post)
        app.router.add_get("/posted", self._told)
        app.router.add_route("*", "/{rest:.*}", _taken)
        return app

    async def _configuration(self, _: web.Request) -> web.Response:
        address = f"{self.url}/v1/.well-known/keys"
        return web.json_response({"issuer": ISSUER, "jwks_uri": address})

    async def _keys(self, _: web.Request) -> web.Response:
        public = RSAAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        key = {**public, "kid": _KID, "use": "sig", "endorsements": ["msteams"]}
        return web.json_response({"keys": [key]})

    async def _token(self, _: web.Request) -> web.Response:
        found = {"token_type": "Bearer", "expires_in": 86_400, "access_token": self.token()}
        return web.json_response(found)

    async def _member(self, _: web.Request) -> web.Response:
        member = {"id": "29:sam", "aadObjectId": USER, "name": NAME, "tenantId": TENANT}
        return web.json_response({**member, "userRole": "user"})

    async def _post(self, request: web.Request) -> web.Response:
        id = str(next(_numbers))
        self._posted.append((request.match_info["id"], id, await request.json()))
        return web.json_response({"id": id})

    async def _told(self, _: web.Request) -> web.Response:
        return web.json_response(self._posted)


async def _taken(request: web.Request) -> web.Response:
    await request.read()
    return web.json_response({"id": str(next(_numbers))})


async def main() -> None:
    """Serve until killed."""
    server = Server()
    runner = web.AppRunner(server.application(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    print(json.dumps({"url": server.url, "token": server.token()}), flush=True)  # noqa: T201
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main())
