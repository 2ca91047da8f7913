"""How Discord is reached: the values, as they were set. Nothing is asked here."""

from collections.abc import Mapping
from dataclasses import field

from core.access import Role
from core.frozen import frozen

API_URL = "https://discord.com/api/v10"
GATEWAY_URL = "wss://gateway.discord.gg/"


@frozen
class Application:
    """The bot's token, the guild that belongs to the first account ("" for the only one it is in),
    where Discord is (`api_url` ends without a slash), and what that guild's roles, by name or id,
    stand for.
    """

    token: str = field(repr=False)
    guild: str = ""
    api_url: str = API_URL
    gateway_url: str = GATEWAY_URL
    roles: Mapping[str, Role] = field(default_factory=dict)
