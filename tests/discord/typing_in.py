"""What a client makes of a slash command as somebody types it: which command, which subcommand, and
what goes into its option.
"""

from collections.abc import Iterable

from tests.discord.checks_commands import GROUP, SUBCOMMAND
from tests.discord.filling import Impossible
from tests.discord.world import Json

MOST = 6_000  # characters of an option


def command_data(text: str, commands: Iterable[Json], *, focused: bool = False) -> Json:
    """The data of the interaction; `focused`: the option is being typed still. Raises
    Impossible.
    """
    if not text.startswith("/"):
        raise Impossible("a command begins with a slash")
    name, _, rest = text[1:].partition(" ")
    named = [each for each in commands if each["type"] == 1 and each["name"] == name]
    if not named:
        raise Impossible(f"there is no command /{name}")
    command = named[0]
    told: Json = {"id": command["id"], "name": name, "type": 1}
    if "guild_id" in command:
        told["guild_id"] = command["guild_id"]
    options = _options(command.get("options") or [], rest.lstrip(), f"/{name}", focused)
    return told | {"options": options} if options else told


def _options(options: list[Json], rest: str, said: str, focused: bool) -> list[Json]:
    nested = [each for each in options if each["type"] in (SUBCOMMAND, GROUP)]
    if nested:
        word, _, after = rest.partition(" ")
        chosen = [each for each in nested if each["name"] == word]
        if not chosen:
            names = ", ".join(each["name"] for each in nested)
            raise Impossible(f"{said} needs one of: {names}")
        below = chosen[0].get("options") or []
        inside = _options(below, after.lstrip(), f"{said} {word}", focused)
        told: Json = {"type": chosen[0]["type"], "name": word}
        return [told | ({"options": inside} if inside else {})]
    if any(each.get("required") for each in options[bool(rest) :]):
        raise Impossible(f"{said}: an option is missing")
    if not rest and not focused:
        return []
    if not options:
        raise Impossible(f"{said} takes no words")
    return [_value(options[0], rest, focused)]


def _value(option: Json, rest: str, focused: bool) -> Json:
    told: Json = {"type": option["type"], "name": option["name"], "value": rest}
    if focused:
        if not option.get("autocomplete"):
            raise Impossible("nothing is suggested there")
        return told | {"focused": True}
    if len(rest) > min(option.get("max_length") or MOST, MOST):
        raise Impossible("that is too long for the option")
    if len(rest) < (option.get("min_length") or 0):
        raise Impossible("that is too short for the option")
    offered = [each["value"] for each in option.get("choices") or []]
    if offered and rest not in offered:
        raise Impossible(f"{rest} is not offered")
    return told
