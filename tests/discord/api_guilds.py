"""Who the bot is, where it is, and who else is there (docs.discord.com/developers/resources)."""

from typing import TYPE_CHECKING

from tests.discord.calls import Call, Refused
from tests.discord.payloads import (
    bot_permissions,
    channel_json,
    guild_json,
    member_json,
    role_json,
    user_json,
)
from tests.discord.world import Json, Thread

if TYPE_CHECKING:
    from tests.discord.server import Discord

_CONTENT_LIMITED = 1 << 19  # docs: resources/application#application-object-application-flags


def application_json(discord: "Discord") -> Json:
    """The app; its flags tell which privileged intents it may have."""
    bot = discord.chat.bot
    owner = user_json(discord.chat.user("ada"))
    return {
        "id": bot.id,
        "name": bot.shown,
        "icon": None,
        "description": "",
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "owner": owner,
        "team": None,
        "flags": _CONTENT_LIMITED if discord.message_content else 0,
        "bot": user_json(bot),
        "approximate_guild_count": len(discord.chat.guilds),
    }


async def me(call: Call) -> Json:
    """GET /users/@me"""
    return user_json(call.chat.bot) | {"verified": True, "mfa_enabled": False, "email": None}


async def user(call: Call) -> Json:
    """GET /users/{user}"""
    found = call.chat.users.get(call.names["user"])
    if found is None:
        raise Refused(10013)
    return user_json(found)


async def application(call: Call) -> Json:
    """GET /applications/@me and /oauth2/applications/@me"""
    return application_json(call.discord)


async def my_guilds(call: Call) -> list[Json]:
    """GET /users/@me/guilds"""
    bot = call.chat.bot.id
    return [
        {
            "id": guild.id,
            "name": guild.name,
            "icon": None,
            "banner": None,
            "owner": False,
            "permissions": str(bot_permissions(guild, bot)),
            "features": [],
        }
        for guild in call.chat.guilds.values()
        if bot in guild.members
    ]


async def fetch(call: Call) -> Json:
    """GET /guilds/{guild}"""
    return guild_json(call.guild())


async def roles(call: Call) -> list[Json]:
    """GET /guilds/{guild}/roles"""
    return [role_json(each, n) for n, each in enumerate(call.guild().roles.values())]


async def member(call: Call) -> Json:
    """GET /guilds/{guild}/members/{user}"""
    found = call.guild().members.get(call.names["user"])
    if found is None:
        raise Refused(10007 if call.names["user"] in call.chat.users else 10013)
    return member_json(found)


async def channels(call: Call) -> list[Json]:
    """GET /guilds/{guild}/channels: all but threads, seen or not"""
    guild = call.guild()
    every = call.chat.channels.values()
    there = [c for c in every if c.guild == guild.id and not c.deleted]
    return [channel_json(each, call.chat) for each in there if not isinstance(each, Thread)]


async def gateway(call: Call) -> Json:
    """GET /gateway"""
    return {"url": call.discord.gateway_url}


async def gateway_bot(call: Call) -> Json:
    """GET /gateway/bot"""
    limit = {"total": 1000, "remaining": 999, "reset_after": 14_400_000, "max_concurrency": 1}
    return {"url": call.discord.gateway_url, "shards": 1, "session_start_limit": limit}
