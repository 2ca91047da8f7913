"""The server's own small things: its secrets, its people, its channels, its faults. Messages,
files, forms and undelivered events have stores of their own beside this one.
"""

import secrets
from dataclasses import dataclass
from typing import Any

from bot.platforms.playground import wire
from bot.platforms.playground.server.connection import Connect, Connection, Row
from bot.platforms.playground.server.refusals import Refused

WORKSPACE = "playground"
WORKSPACE_NAME = "Playground"
BOT = wire.User(
    id="resolutionflow", name="ResolutionFlow", about="Type /flow, or mention it", bot=True
)
_PEOPLE = (
    ("sam", "Sam", "Engineer", False),
    ("kim", "Kim", "Engineer, Sam's colleague", False),
    ("vic", "Vic", "Viewer, first line", False),
    ("ada", "Ada", "Admin", False),
    ("gus", "Gus", "Guest from another company", True),
)
_CHANNELS = (
    ("c1", "support", "Where first line asks for help", True),
    ("c2", "network", "Firewalls, VPNs, lines", True),
    ("c3", "general", "Everything else; ResolutionFlow was not let in", False),
)


@dataclass(frozen=True, slots=True)
class App:
    """What the server's one bot proves itself with, and what it verifies events with."""

    token: str
    secret: str


@dataclass(frozen=True, slots=True)
class Place:
    """A channel as it is stored. `owner`: whose conversation with the bot it is."""

    id: str
    name: str
    about: str
    owner: str | None
    writable: bool
    opened: bool

    @property
    def shown(self) -> wire.Channel:
        """As it is sent."""
        return wire.Channel(
            id=self.id,
            name=self.name,
            direct=self.owner is not None,
            writable=self.writable,
            about=self.about,
        )


@dataclass(frozen=True, slots=True)
class Everything:
    """What hardly ever changes, read at once."""

    users: dict[str, wire.User]
    places: dict[str, Place]
    faults: wire.Faults


class Store:
    """Over `connect`, which lends a connection of asyncpg's to a database with the schema."""

    def __init__(self, connect: Connect) -> None:
        """`connect` as storage's Database.raw."""
        self.connect = connect

    async def app(self) -> App:
        """The bot's token and secret; the first call ever makes them, and everything to begin."""
        async with self.connect() as connection:
            found = await connection.fetchrow("SELECT token, secret FROM playground.app")
            if found is None:
                async with connection.transaction():
                    await _begin(connection)
                found = await connection.fetchrow("SELECT token, secret FROM playground.app")
        assert found is not None
        return App(found["token"], found["secret"])

    async def everything(self) -> Everything:
        """People, channels and faults, as they are now."""
        async with self.connect() as connection:
            users = await connection.fetch("SELECT * FROM playground.user ORDER BY position")
            places = await connection.fetch("SELECT * FROM playground.channel ORDER BY number")
            faults = await connection.fetchval("SELECT faults FROM playground.app")
        return Everything(
            {row["id"]: _user(row) for row in users},
            {row["id"]: _place(row) for row in places},
            wire.Faults.model_validate_json(faults or "{}"),
        )

    async def set_faults(self, faults: wire.Faults) -> None:
        """What to do wrong from now on."""
        async with self.connect() as connection:
            await connection.execute(
                "UPDATE playground.app SET faults = $1", faults.model_dump_json()
            )

    async def add_channel(self, name: str, *, writable: bool) -> Place:
        """A new channel. Refused where the name is taken."""
        async with self.connect() as connection:
            row = await connection.fetchrow(_ADD_CHANNEL, name, writable)
        if row is None:
            raise Refused(409, f"There is a channel #{name} already. Choose another name.")
        return _place(row)

    async def let_in(self, channel: str, *, writable: bool, event: str) -> Place | None:
        """Let the bot into a channel, or out of it; `event` is told it when that is new.

        None where there is no such channel.
        """
        async with self.connect() as connection:
            row = await connection.fetchrow(_LET_IN, channel, writable, event)
        return None if row is None else _place(row)

    async def direct(self, user: str, *, event: str | None) -> Place:
        """Somebody's conversation with the bot, made at first use.

        With `event` it is the person who opens it: the bot is told so, the first time.
        """
        async with self.connect() as connection:
            await connection.execute(_DIRECT, user, direct_of(user).id, BOT.name)
            if event is not None:
                await connection.execute(_OPENED, user, event)
            row = await connection.fetchrow(
                "SELECT * FROM playground.channel WHERE owner = $1", user
            )
        assert row is not None
        return _place(row)

    async def home_shown(self, user: str, actions: list[int]) -> None:
        """What somebody can press on their home tab now."""
        async with self.connect() as connection:
            await connection.execute(_HOME_SHOWN, user, actions)

    async def home_has(self, user: str, action: int) -> bool:
        """Whether somebody's home tab had that button when it was last shown."""
        async with self.connect() as connection:
            return bool(await connection.fetchval(_HOME_HAS, user, action))


def direct_of(user: str) -> Place:
    """Somebody's conversation with the bot, as it will be."""
    return Place(f"d-{user}", BOT.name, "", user, writable=True, opened=True)


async def _begin(connection: Connection) -> None:
    """Two processes that begin at once begin once."""
    await connection.execute(
        "INSERT INTO playground.app (token, secret) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        secrets.token_urlsafe(32),
        secrets.token_urlsafe(32),
    )
    for position, (user, name, about, guest) in enumerate(_PEOPLE):
        await connection.execute(_ADD_USER, user, position, name, about, guest)
    for channel, name, about, writable in _CHANNELS:
        await connection.execute(_FIRST_CHANNEL, channel, name, about, writable)


def _user(row: Row) -> wire.User:
    return wire.User(id=row["id"], name=row["name"], about=row["about"], guest=row["guest"])


def _place(row: Row) -> Place:
    found: dict[str, Any] = {name: row[name] for name in Place.__slots__}
    return Place(**found)


_ADD_USER = """
INSERT INTO playground.user (id, position, name, about, guest) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT DO NOTHING
"""
_FIRST_CHANNEL = """
INSERT INTO playground.channel (id, name, about, writable) VALUES ($1, $2, $3, $4)
ON CONFLICT DO NOTHING
"""
_ADD_CHANNEL = """
INSERT INTO playground.channel (id, name, writable)
SELECT 'c' || coalesce(max(substr(id, 2)::bigint), 0) + 1, $1, $2
FROM playground.channel WHERE owner IS NULL
ON CONFLICT DO NOTHING RETURNING *
"""
_LET_IN = """
WITH before AS (
    SELECT id, writable FROM playground.channel WHERE id = $1 AND owner IS NULL FOR UPDATE
), told AS (
    INSERT INTO playground.undelivered (channel, event)
    SELECT id, $3 FROM before WHERE writable <> $2
)
UPDATE playground.channel c SET writable = $2, changed = nextval('playground.change')
FROM before WHERE c.id = before.id RETURNING c.*
"""
_DIRECT = """
INSERT INTO playground.channel (id, name, owner, opened) VALUES ($2, $3, $1, false)
ON CONFLICT DO NOTHING
"""
_OPENED = """
WITH opened AS (
    UPDATE playground.channel SET opened = true, changed = nextval('playground.change')
    WHERE owner = $1 AND NOT opened RETURNING id
)
INSERT INTO playground.undelivered (channel, event) SELECT id, $2 FROM opened
"""
_HOME_SHOWN = """
INSERT INTO playground.home (owner, actions) VALUES ($1, $2)
ON CONFLICT (owner) DO UPDATE SET actions = excluded.actions
"""
_HOME_HAS = "SELECT $2 = ANY (actions) FROM playground.home WHERE owner = $1"
