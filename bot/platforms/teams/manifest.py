"""The app as Teams is told of it: its manifest, made of the registry in `surface`. Asks nobody, and
loads nothing of the library.

https://learn.microsoft.com/microsoft-365/extensibility/schema, version 1.22
"""

from typing import Any

from bot.platforms.teams.surface import (
    EXTENSIONS,
    PERMISSIONS,
    SCOPES,
    WORDS,
    Extension,
    Word,
    shown,
)
from core.frozen import frozen

TITLE = "ResolutionFlow"  # as people call the bot: @ResolutionFlow
COLOR, OUTLINE = "color.png", "outline.png"  # the icons, in the package
_VERSION = "1.22"
_SCHEMA = f"https://developer.microsoft.com/en-us/json-schemas/teams/v{_VERSION}/MicrosoftTeams.schema.json"
_SHORT = "Guided troubleshooting for IT support, with a ticket note at the end."
_FULL = (
    "ResolutionFlow walks support engineers through a problem, one question at a time, in the"
    " conversation where they are. Every answer, note, file and minute is written down on the way;"
    " at the end there is a note that can go straight into the ticket.\n\n"
    "In a channel or a group chat mention it: “@ResolutionFlow start vpn”. In the chat with it just"
    " write “start vpn”; “help” says what else there is. Replies in the thread become notes;"
    " the menu of any message has “Add as note” and “Start a flow from this message”."
)
_ACCENT = "#1a56c4"
_WHATEVER = "https://resolutionflow/no-single-sign-on"  # must be there and is looked at by nobody


@frozen
class Wanted:
    """For which registration the app is, and what is told of whoever offers it. `domain` is ours,
    "" where that is not known; `version` must rise for Teams to take the app anew.
    """

    client_id: str
    version: str
    website: str
    privacy: str
    terms: str
    domain: str = ""


def manifest(wanted: Wanted) -> dict[str, Any]:
    """What `manifest.json` of the app's package holds."""
    return {
        "$schema": _SCHEMA,
        "manifestVersion": _VERSION,
        "version": wanted.version,
        "id": wanted.client_id,
        "localizationInfo": {"defaultLanguageTag": "en"},
        "developer": {
            "name": TITLE,
            "websiteUrl": wanted.website,
            "privacyUrl": wanted.privacy,
            "termsOfUseUrl": wanted.terms,
        },
        "name": {"short": TITLE, "full": f"{TITLE}: guided troubleshooting"},
        "description": {"short": _SHORT, "full": _FULL},
        "icons": {"color": COLOR, "outline": OUTLINE},
        "accentColor": _ACCENT,
        "bots": [_bot(wanted.client_id)],
        "composeExtensions": [_extension(wanted.client_id)],
        "permissions": ["identity", "messageTeamMembers"],
        "validDomains": [wanted.domain] if wanted.domain else [],
        "defaultInstallScope": "team",
        "defaultGroupCapability": {"team": "bot", "groupchat": "bot"},
        "webApplicationInfo": {"id": wanted.client_id, "resource": _WHATEVER},
        "authorization": {
            "permissions": {
                "resourceSpecific": [{"name": name, "type": "Application"} for name in PERMISSIONS],
            },
        },
    }


def _bot(client_id: str) -> dict[str, Any]:
    return {
        "botId": client_id,
        "scopes": [*SCOPES],
        "supportsFiles": True,
        "isNotificationOnly": False,
        "commandLists": [
            {
                "scopes": [scope],
                "commands": [
                    {"title": word.name, "description": _told(word)} for word in shown(scope)
                ],
            }
            for scope in SCOPES
        ],
    }


def _told(word: Word) -> str:
    return f"{word.says}: {word.name} {word.asks}" if word.asks else word.says


def _extension(client_id: str) -> dict[str, Any]:
    return {"botId": client_id, "commands": [_command(each) for each in EXTENSIONS]}


def _command(extension: Extension) -> dict[str, Any]:
    told = {"id": extension.id, "title": extension.title, "description": extension.says}
    if extension.on_message:
        return {**told, "type": "action", "context": ["message"], "fetchTask": True}
    asked = {"name": WORDS, "title": "What is wrong", "description": "Words of the flow"}
    return {
        **told,
        "type": "query",
        "context": ["compose", "commandBox"],
        "initialRun": True,
        "parameters": [{**asked, "inputType": "text"}],
    }
