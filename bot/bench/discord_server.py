"""A small Discord for `bench discord`: it takes everything and checks nothing.

`python -m bot.bench.discord_server` prints where it is.
"""

import asyncio
import json
from itertools import count

import uvloop
from aiohttp import web

from bot.bench.discord_payloads import ALL, APPLICATION, CHANNEL, GUILD, Json, guild

_numbers = count(1_500_000_000_000_000_000)


async def _callback(request: web.Request) -> web.Response:
    await request.read()
    if "with_response" in request.query:
        return _json({"interaction": {"id": request.match_info["id"], "type": 3}})
    return web.Response(status=204)


async def _message(request: web.Request) -> web.Response:
    said = await request.json()
    return _json({**said, "id": str(next(_numbers)), "channel_id": CHANNEL})


async def _thread(request: web.Request) -> web.Response:
    return _json({"id": request.match_info["message"], "parent_id": CHANNEL})


async def _nothing(request: web.Request) -> web.Response:
    await request.read()
    me = {"id": APPLICATION, "username": "ResolutionFlow", "discriminator": "0", "avatar": None}
    found: Json = {
        **guild(),
        "guild_id": GUILD,
        "user": me,
        "roles": [{"id": GUILD, "permissions": ALL}],
        "type": 0,
        "components": [],
    }
    if request.path.endswith("/users/@me"):
        found = me
    return _json(found)


def _json(found: Json) -> web.Response:
    # As Discord says it: with more behind it, the library reads no JSON.
    return web.Response(body=json.dumps(found), headers={"Content-Type": "application/json"})


def application() -> web.Application:
    """What answers."""
    app = web.Application()
    app.router.add_post("/api/v10/interactions/{id}/{token}/callback", _callback)
    app.router.add_post("/api/v10/channels/{channel}/messages", _message)
    app.router.add_post("/api/v10/channels/{channel}/messages/{message}/threads", _thread)
    app.router.add_route("*", "/{rest:.*}", _nothing)
    return app


async def main() -> None:
    """Serve until killed."""
    runner = web.AppRunner(application(), access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(json.dumps({"port": runner.addresses[0][1]}), flush=True)  # noqa: T201
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main())
