"""Forms that were opened for somebody: each is good for one accepted submission."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.platforms.playground.server.connection import Connect
from bot.platforms.playground.server.texts import dumps, storable

NEEDED = "Fill this in."
NOT_OFFERED = "Choose one of what is offered."


@dataclass(frozen=True, slots=True)
class Open:
    """A form, and where what comes of it is shown. `body` is a wire.Form."""

    id: str
    channel: str
    thread: int | None
    message: str
    body: Mapping[str, Any]


class Forms:
    """The forms, over `connect`."""

    def __init__(self, connect: Connect) -> None:
        """`connect` as Store's."""
        self._connect = connect

    async def open(
        self, owner: str, channel: str, *, thread: int | None, message: str, body: Mapping[str, Any]
    ) -> str:
        """Keep what was opened for somebody; its id."""
        form = f"o{secrets.token_hex(8)}"
        async with self._connect() as connection:
            await connection.execute(_OPEN, form, owner, channel, thread, message, dumps(body))
        return form

    async def one(self, owner: str, form: str) -> Open | None:
        """A form of somebody's that was not accepted yet."""
        async with self._connect() as connection:
            row = await connection.fetchrow(_ONE, storable(form), owner)
        if row is None:
            return None
        body = json.loads(row["body"])
        return Open(row["id"], row["channel"], row["thread"], row["message"], body)

    async def accept(self, form: str) -> None:
        """It cannot be sent again."""
        async with self._connect() as connection:
            await connection.execute(_ACCEPT, form)

    async def prune(self) -> None:
        """Forget what was opened over a day ago."""
        async with self._connect() as connection:
            await connection.execute(_PRUNE)


def faults_in(body: Mapping[str, Any], values: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with what was filled in, by field, as far as the form itself says."""
    found: dict[str, str] = {}
    for field in body["fields"]:
        name, value = field["name"], values.get(field["name"], "")
        if not value.strip():
            if field["required"]:
                found[name] = NEEDED
        elif field["kind"] in ("one-of", "some-of", "person"):
            if not _offered(field, value):
                found[name] = NOT_OFFERED
        elif len(value) > field["limit"]:
            found[name] = f"Use at most {field['limit']:,} characters."
    return found


def unknown_in(body: Mapping[str, Any], values: Mapping[str, str]) -> str | None:
    """A value for which the form has no field."""
    names = {field["name"] for field in body["fields"]}
    return next((name for name in values if name not in names), None)


def _offered(field: Mapping[str, Any], value: str) -> bool:
    options = {option for option, _ in field["options"]}
    if value in options:
        return True
    return field["kind"] == "some-of" and set(value.split(", ")) <= options


_OPEN = """
INSERT INTO playground.form (id, owner, channel, thread, message, body)
VALUES ($1, $2, $3, $4, $5, $6)
"""
_ONE = """
SELECT id, channel, thread, message, body FROM playground.form
WHERE id = $1 AND owner = $2 AND NOT accepted
"""
_ACCEPT = "UPDATE playground.form SET accepted = true WHERE id = $1"
_PRUNE = "DELETE FROM playground.form WHERE at < now() - interval '1 day'"
