"""The address at which somebody takes the bot into a server, and who the bot is by its token. Asks
nobody, and loads nothing of the library.

https://docs.discord.com/developers/topics/oauth2#bot-authorization-flow
"""

from base64 import b64decode
from binascii import Error
from urllib.parse import urlencode

from bot.platforms.discord.surface import PERMISSIONS, SCOPES, permissions

_PAGE = "https://discord.com/oauth2/authorize"


def address(application_id: str) -> str:
    """Where an admin of a server takes the bot in, with all that it needs."""
    asked = {
        "client_id": application_id,
        "permissions": str(permissions()),
        "scope": " ".join(SCOPES),
    }
    return f"{_PAGE}?{urlencode(asked)}"


def application_of(token: str) -> str | None:
    """The application's id, which a token begins with; None where it does not. An application that
    is older than 2016 has another id than its bot: asking Discord is surer.
    """
    first = token.partition(".")[0]
    try:
        padded = first + "=" * (-len(first) % 4)
        told = b64decode(padded, altchars=b"-_", validate=True).decode("ascii")
    except (Error, ValueError):
        return None
    return told if told.isdecimal() else None


def reasons() -> list[str]:
    """A line for each permission: its name, and what would not work without it."""
    width = max(map(len, PERMISSIONS))
    return [f"{name:<{width}}  to {why}" for name, (_, why) in PERMISSIONS.items()]
