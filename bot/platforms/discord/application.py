"""How Discord is reached: the values, as they were set. Nothing is asked here."""

from dataclasses import field

from core.frozen import frozen

API_URL = "https://discord.com/api/v10"
GATEWAY_URL = "wss://gateway.discord.gg/"


@frozen
class Application:
    """The bot's token, the guild that belongs to the first account ("" for the only one it is in),
    and where Discord is; `api_url` ends without a slash.
    """

    token: str = field(repr=False)
    guild: str = ""
    api_url: str = API_URL
    gateway_url: str = GATEWAY_URL
