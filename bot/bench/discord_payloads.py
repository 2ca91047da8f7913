"""What Discord tells of a command and of a click, as `bench discord` hands it to the library."""

from collections.abc import Iterator
from itertools import count
from typing import Any

Json = dict[str, Any]
APPLICATION, GUILD, CHANNEL, USER = "1001", "1002", "1003", "1004"
NAME = "Sam"
ALL = str((1 << 50) - 1)
_numbers = count(1_600_000_000_000_000_000)


def ready() -> Json:
    """That the bot has signed in."""
    me = _member(APPLICATION, "ResolutionFlow", bot=True)["user"]
    return {"v": 10, "user": me, "guilds": [], "application": {"id": APPLICATION, "flags": 0}}


def guild() -> Json:
    """The guild, when the bot comes to it."""
    everyone = {"id": GUILD, "name": "@everyone", "permissions": ALL, "position": 0}
    return {
        "id": GUILD,
        "name": "Bench",
        "owner_id": USER,
        "roles": [{**everyone, "color": 0, "hoist": False, "managed": False, "mentionable": False}],
        "emojis": [],
        "features": [],
        "members": [_member(APPLICATION, "ResolutionFlow", bot=True)],
        "channels": [_channel()],
        "threads": [],
        "member_count": 2,
        "large": False,
    }


def typed(words: str) -> Json:
    """`/flow do words`."""
    words_ = {"name": "words", "type": 3, "value": words}
    option = {"name": "do", "type": 1, "options": [words_]}
    data = {"id": "1005", "name": "flow", "type": 1, "options": [option]}
    return {**_interaction(2, _channel()), "data": data}


def clicked(message: str, thread: str, token: str, components: list[Json]) -> Json:
    """A button of a message in a thread."""
    author = {"id": APPLICATION, "username": "ResolutionFlow", "discriminator": "0", "bot": True}
    told = _interaction(3, _thread(thread))
    shown = {
        "id": message,
        "channel_id": thread,
        "author": {**author, "avatar": None},
        "content": "",
        "timestamp": "2026-11-27T10:00:00+00:00",
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "attachments": [],
        "embeds": [],
        "pinned": False,
        "type": 0,
        "flags": 1 << 15,
        "components": _numbered(components),
    }
    data = {"custom_id": token, "component_type": 2, "id": 9}
    return {**told, "message": shown, "data": data}


def yes(components: list[Json]) -> str:
    """The token of the button "Yes"; "" where there is none."""
    for each in _nested(components):
        if each["type"] == 2 and each["label"].endswith("Yes"):
            return str(each["custom_id"])
    return ""


def _interaction(kind: int, channel: Json) -> Json:
    number = str(next(_numbers))
    return {
        "id": number,
        "application_id": APPLICATION,
        "type": kind,
        "token": f"token-{number}",
        "version": 1,
        "guild_id": GUILD,
        "channel_id": channel["id"],
        "channel": channel,
        "member": {**_member(USER, NAME), "permissions": ALL},
        "app_permissions": ALL,
        "locale": "en-GB",
        "guild_locale": "en-GB",
        "entitlements": [],
        "authorizing_integration_owners": {"0": GUILD},
        "context": 0,
        "attachment_size_limit": 10_485_760,
    }


def _member(id: str, name: str, *, bot: bool = False) -> Json:
    user = {"id": id, "username": name.lower(), "discriminator": "0", "avatar": None, "bot": bot}
    joined = {"joined_at": "2026-01-01T00:00:00+00:00", "deaf": False, "mute": False, "flags": 0}
    return {"user": {**user, "global_name": name}, "roles": [], "nick": None, **joined}


def _channel() -> Json:
    return {
        "id": CHANNEL,
        "guild_id": GUILD,
        "type": 0,
        "name": "support",
        "position": 0,
        "permission_overwrites": [],
        "permissions": ALL,
    }


def _thread(id: str) -> Json:
    state = {"archived": False, "auto_archive_duration": 1440, "locked": False}
    return {
        "id": id,
        "guild_id": GUILD,
        "parent_id": CHANNEL,
        "owner_id": APPLICATION,
        "type": 11,
        "name": "Circle",
        "message_count": 1,
        "member_count": 2,
        "permissions": ALL,
        "thread_metadata": {**state, "archive_timestamp": "2026-11-27T10:00:00+00:00"},
    }


def _nested(components: list[Json]) -> Iterator[Json]:
    for each in components:
        yield each
        yield from _nested(each.get("components", []))


def _numbered(components: list[Json]) -> list[Json]:
    """As Discord gives them back: each with an id."""
    numbers = count(1)

    def one(each: Json) -> Json:
        found = {"id": next(numbers), **each}
        if "components" in each:
            found["components"] = [one(inner) for inner in each["components"]]
        return found

    return [one(each) for each in components]
