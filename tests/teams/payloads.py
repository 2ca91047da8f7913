"""How Teams writes what there is, in activities and answers (learn.microsoft.com/microsoftteams/
platform/bots/build-conversational-capability, …/bots/how-to/conversations/
subscribe-to-conversation-events, …/bots/how-to/get-teams-context). Nothing is decided here.
"""

import html
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from tests.teams.world import CHANNEL, PERSONAL, File, Json, Message, Place, Team, Tenant, User

if TYPE_CHECKING:
    from tests.teams.chat import Chat

DOWNLOAD = "application/vnd.microsoft.teams.file.download.info"
CLIENT: Json = {
    "locale": "en-US",
    "country": "US",
    "platform": "Web",
    "timezone": "America/Los_Angeles",
    "type": "clientInfo",
}


def at(seconds: float) -> str:
    """A time as Teams writes it."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def account(user: User) -> Json:
    """Who did something."""
    return {"id": user.id, "name": user.shown, "aadObjectId": user.object_id}


def unnamed(user: User) -> Json:
    """The same in events, where nobody has a name."""
    return {"id": user.id, "aadObjectId": user.object_id}


def bot_account(tenant: Tenant) -> Json:
    """The bot."""
    return {"id": tenant.app.bot, "name": tenant.app.name}


def conversation(place: Place, root: str = "") -> Json:
    """Where something was done: in a channel with the post whose thread it is in."""
    id = f"{place.id};messageid={root}" if root and place.kind == CHANNEL else place.id
    told: Json = {"conversationType": place.kind, "tenantId": place.tenant, "id": id}
    return told if place.kind == PERSONAL else {"isGroup": True, **told}


def channel_data(chat: "Chat", place: Place, **more: object) -> Json:
    """What Teams adds to an activity that is about a place."""
    told: Json = {"tenant": {"id": place.tenant}}
    if place.kind == CHANNEL:
        told |= {
            "teamsChannelId": place.id,
            "teamsTeamId": place.team,
            "channel": {"id": place.id},
            "team": {"id": place.team},
        }
    return told | more


def team_info(team: Team) -> Json:
    """A team, in events."""
    return {"aadGroupId": team.group, "name": team.name, "id": team.id}


def activity(chat: "Chat", place: Place, kind: str, user: User, root: str = "") -> Json:
    """What every activity has: of an event, until it gets an id of its own."""
    tenant, now = chat.tenants[place.tenant], chat.clock.now()
    return {
        "type": kind,
        "id": f"f:{uuid4()}",
        "timestamp": at(now),
        "localTimestamp": at(now)[:-1] + "+00:00",
        "channelId": "msteams",
        "serviceUrl": chat.service_url,
        "from": account(user),
        "conversation": conversation(place, root),
        "recipient": bot_account(tenant),
        "channelData": channel_data(chat, place),
        "locale": "en-US",
        "localTimezone": "America/Los_Angeles",
    }


def message(chat: "Chat", written: Message, kind: str = "message") -> Json:
    """A message of somebody's, as it reads now."""
    place, user = chat.places[written.place], chat.users[written.author]
    tenant, now = chat.tenants[place.tenant], written.shown()
    told = activity(chat, place, kind, user, written.thread)
    entities: list[Json] = [CLIENT]
    for id in written.mentions:
        named = bot_account(tenant) if id == tenant.app.bot else account(chat.users[id])
        mentioned = {"id": named["id"], "name": named["name"]}
        text = f"<at>{named['name']}</at>"
        entities.append({"type": "mention", "mentioned": mentioned, "text": text})
    told |= {
        "id": written.id,
        "textFormat": "plain",
        "text": now.text,
        "attachments": [*_attachments(chat, written, place)],
        "entities": entities,
    }
    if kind == "messageDelete":
        for name in ("text", "textFormat", "attachments"):
            del told[name]
    return told


def _attachments(chat: "Chat", written: Message, place: Place) -> list[Json]:
    """Files come to a bot in a personal chat alone, pictures in a text everywhere."""
    told = [_picture(chat, each) for each in written.files if each.inline]
    if place.kind == PERSONAL:
        told += [_download(chat, each) for each in written.files if not each.inline]
    content = written.shown().html
    return [*told, {"contentType": "text/html", "content": content}] if content else told


def _picture(chat: "Chat", file: File) -> Json:
    address = f"{chat.service_url}v3/attachments/{file.id}/views/original"
    return {"contentType": "image/*", "contentUrl": address}


def _download(chat: "Chat", file: File) -> Json:
    kind = file.name.rpartition(".")[2]
    return {
        "contentType": DOWNLOAD,
        "contentUrl": f"https://acme.sharepoint.example/Documents/{file.name}",
        "name": file.name,
        "content": {
            "downloadUrl": f"{chat.url}/files/{file.id}?tempauth={file.secret}",
            "uniqueId": file.id,
            "fileType": kind,
            "etag": f'"{{{file.id.upper()}}},1"',
        },
    }


def html_of(text: str) -> str:
    """A text as the client sends it beside itself: a paragraph a line, mentions as spans."""
    found, number = [], 0
    for line in text.split("\n"):
        said = html.escape(line, quote=False)
        while "&lt;at&gt;" in said:
            head, _, rest = said.partition("&lt;at&gt;")
            name, _, tail = rest.partition("&lt;/at&gt;")
            said = (
                f'{head}<span itemtype="http://schema.skype.com/Mention" itemscope=""'
                f' itemid="{number}">{name}</span>{tail}'
            )
            number += 1
        found.append(f"<p>{said or '&nbsp;'}</p>")
    return "\r\n".join(found)


def quote_of(chat: "Chat", quoted: Message) -> str:
    """The message that is answered, as it stands in front of an answer in a chat."""
    user = chat.users.get(quoted.author)
    name = user.shown if user else chat.bot_name(quoted)
    id = f"8:orgid:{user.object_id}" if user else quoted.author
    preview = html.escape(chat.preview(quoted), quote=False)
    return (
        '<blockquote itemscope="" itemtype="http://schema.skype.com/Reply"'
        f' itemid="{quoted.id}">\r\n<strong itemprop="mri" itemid="{id}">{name}</strong>'
        f'<span itemprop="time" itemid="{quoted.id}"></span>\r\n'
        f'<p itemprop="preview">{preview}</p>\r\n</blockquote>\r\n'
    )


def pointed(chat: "Chat", written: Message) -> Json:
    """A message as a message extension gets it that somebody points it at
    (…/messaging-extensions/how-to/action-commands/create-task-module).
    """
    place = chat.places[written.place]
    user = chat.users.get(written.author)
    content = written.shown().html or f"<p>{html.escape(written.text, quote=False)}</p>"
    app = chat.tenants[place.tenant].app
    return {
        "linkToMessage": f"https://teams.microsoft.com/l/message/{place.id}/{written.id}",
        "id": written.id,
        "replyToId": written.root or None,
        "createdDateTime": at(int(written.id) / 1000),
        "lastModifiedDateTime": written.edited or None,
        "deleted": False,
        "summary": None,
        "subject": "",
        "importance": "normal",
        "locale": "en-us",
        "body": {"contentType": "html", "content": content},
        "from": {
            "device": None,
            "conversation": None,
            "user": user
            and {
                "userIdentityType": "aadUser",
                "id": user.object_id,
                "displayName": user.shown,
            },
            "application": None
            if user
            else {
                "applicationIdentityType": "bot",
                "id": app.client_id,
                "displayName": app.name,
            },
        },
        "reactions": [],
        "mentions": [],
        "attachments": [],
    }


def member(user: User) -> Json:
    """Somebody in a roster."""
    return {
        "id": user.id,
        "name": user.shown,
        "objectId": user.object_id,
        "aadObjectId": user.object_id,
        "givenName": user.given,
        "surname": user.surname or "Example",
        "email": user.mail,
        "userPrincipalName": user.principal,
        "tenantId": user.tenant,
        "userRole": "guest" if user.guest else "user",
    }
