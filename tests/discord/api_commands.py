"""The app's commands, everywhere ("") or in one guild
(docs.discord.com/developers/interactions/application-commands).
"""

from tests.discord.calls import Call, Refused, passes
from tests.discord.checks import command_refusals
from tests.discord.rules import refusal
from tests.discord.world import Json

DAY = 86_400.0
CREATES = 200  # a day and guild


async def overwrite(call: Call) -> list[Json]:
    """PUT /applications/{application}/commands, or those of a guild: all at once"""
    where = _where(call)
    passes(command_refusals(call.body))
    before = {_named(each): each for each in call.discord.commands.get(where, [])}
    new = [each for each in call.body if _named(each) not in before]
    _counts(call, where, len(new))
    version = call.chat.ids.next()
    made = [
        _whole(call, each, before.get(_named(each), {}).get("id") or call.chat.ids.next())
        | {"version": version}
        | ({"guild_id": where} if where else {})
        for each in call.body
    ]
    call.discord.commands[where] = made
    return made


async def listed(call: Call) -> list[Json]:
    """GET /applications/{application}/commands, or those of a guild"""
    return call.discord.commands.get(_where(call), [])


def _where(call: Call) -> str:
    if call.names["application"] != call.chat.bot.id:
        raise Refused(10002)
    if "guild" not in call.names:
        return ""
    guild = call.chat.guilds.get(call.names["guild"])
    if guild is None or call.chat.bot.id not in guild.members:
        raise Refused(50001)
    return guild.id


def _counts(call: Call, where: str, created: int) -> None:
    now = call.chat.clock.now()
    kept = [each for each in call.discord.created.get(where, []) if each > now - DAY]
    if len(kept) + created > CREATES:
        passes([refusal("command-creates", "/")])
    call.discord.created[where] = [*kept, *[now] * created]


def _named(command: Json) -> tuple[int, str]:
    return command.get("type", 1), command["name"]


def _whole(call: Call, command: Json, id: str) -> Json:
    """A command as Discord keeps it."""
    told: Json = {
        "id": id,
        "application_id": call.chat.bot.id,
        "type": command.get("type", 1),
        "name": command["name"],
        "name_localizations": None,
        "description": command.get("description", ""),
        "description_localizations": None,
        "default_member_permissions": command.get("default_member_permissions"),
        "dm_permission": True,
        "contexts": command.get("contexts"),
        "integration_types": command.get("integration_types") or [0],
        "nsfw": command.get("nsfw", False),
    }
    return told | {"options": command["options"]} if command.get("options") else told
