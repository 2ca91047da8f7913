"""What Slack sends, in the shapes of docs.slack.dev/reference: messages, users, channels, files,
views, events and interactions. No state changes here.
"""

from collections.abc import Sequence
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from tests.slack.app import App
from tests.slack.world import Channel, File, Json, Message, User, View, escaped, unescaped


def with_ids(blocks: Sequence[Json], name: str) -> tuple[Json, ...]:
    """Blocks as Slack keeps them: with ids where they had none, and what is the default."""
    return tuple(_kept(block, f"{name}{number}") for number, block in enumerate(blocks))


def _kept(block: Json, id: str) -> Json:
    kept: Json = _defaults(block)
    kept.setdefault("block_id", id)
    for number, each in enumerate(_workable(kept)):
        each.setdefault("action_id", f"{id}-{number}")
    return kept


def _workable(block: Json) -> list[Json]:
    if block["type"] == "actions":
        return list(block["elements"])
    held = [block[name] for name in ("accessory", "element") if name in block]
    return [each for each in held if each["type"] != "image"]


def _defaults(value: Any) -> Any:
    if isinstance(value, list):
        return [_defaults(each) for each in value]
    if not isinstance(value, dict):
        return value
    kept = {name: _defaults(each) for name, each in value.items()}
    if kept.get("type") == "plain_text":
        kept.setdefault("emoji", True)
    elif kept.get("type") == "mrkdwn":
        kept.setdefault("verbatim", False)
    return kept


def sent_back(value: Any) -> Any:
    """Blocks in a payload: what is plain_text comes back escaped."""
    if isinstance(value, list | tuple):
        return [sent_back(each) for each in value]
    if not isinstance(value, dict):
        return value
    if value.get("type") == "plain_text":
        return {**value, "text": escaped(value["text"])}
    return {name: sent_back(each) for name, each in value.items()}


def rich(text: str) -> list[Json]:
    """What somebody typed, as blocks of a message event."""
    part = {"type": "text", "text": text}
    section = {"type": "rich_text_section", "elements": [part]}
    return [{"type": "rich_text", "block_id": "typed", "elements": [section]}]


def message_json(
    message: Message, channel: Channel, app: App, team: str, *, metadata: bool = False
) -> Json:
    """A message as events, interactions and histories have it."""
    said: Json = {
        "type": "message",
        "ts": message.ts,
        "user": message.user,
        "text": message.text,
        "team": team,
    }
    if message.blocks:
        said["blocks"] = sent_back(message.blocks)
    elif message.text and not message.by_app and not message.bot_name:
        said["blocks"] = rich(unescaped(message.text))
        said["client_msg_id"] = str(uuid5(NAMESPACE_OID, message.ts))
    if message.subtype:
        said["subtype"] = message.subtype
    if message.by_app:
        said |= bot_parts(app)
    elif message.bot_name:
        said |= {"bot_id": f"B{message.user[1:]}", "username": message.bot_name}
    if message.thread_ts:
        said["thread_ts"] = message.thread_ts
    said |= _about_replies(message, channel)
    if message.edited:
        said["edited"] = {"user": message.user, "ts": message.edited}
    if message.files:
        said |= {"files": [file_json(each, app.base) for each in message.files], "upload": False}
    if message.reactions:
        said["reactions"] = [
            {"name": name, "users": list(users), "count": len(users)}
            for name, users in message.reactions.items()
        ]
    if metadata and message.metadata:
        said["metadata"] = message.metadata
    return said


def bot_parts(app: App) -> Json:
    """What tells that the app wrote a message."""
    return {
        "bot_id": bot_id(app),
        "app_id": app.id,
        "bot_profile": {
            "id": bot_id(app),
            "app_id": app.id,
            "name": app.name,
            "deleted": False,
            "icons": {},
            "updated": 1_700_000_000,
        },
    }


def bot_id(app: App) -> str:
    """The app's B… id."""
    return f"B{app.id[1:]}"


def _about_replies(message: Message, channel: Channel) -> Json:
    if message.in_thread:
        root = channel.messages.get(message.thread_ts)
        return {"parent_user_id": root.user} if root else {}
    replies = channel.replies(message.ts)
    if not replies:
        return {}
    users = list(dict.fromkeys(each.user for each in replies))
    return {
        "thread_ts": message.ts,
        "reply_count": len(replies),
        "reply_users_count": len(users),
        "reply_users": users,
        "latest_reply": replies[-1].ts,
        "is_locked": False,
        "subscribed": False,
    }


def tombstone(message: Message) -> Json:
    """What stands where a message with replies was deleted."""
    return {
        "type": "message",
        "subtype": "tombstone",
        "text": "This message was deleted.",
        "user": "USLACKBOT",
        "hidden": True,
        "ts": message.ts,
        "thread_ts": message.ts,
    }


def user_json(user: User, team: str) -> Json:
    """A user as users.info has it."""
    return {
        "id": user.id,
        "team_id": team,
        "name": user.name,
        "deleted": user.deleted,
        "real_name": user.real_name,
        "tz": user.tz,
        "tz_label": "Central European Time",
        "tz_offset": 3600,
        "profile": {
            "real_name": user.real_name,
            "display_name": user.real_name,
            "real_name_normalized": user.real_name,
            "display_name_normalized": user.real_name,
            "team": team,
        },
        "is_admin": user.is_admin,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": user.is_restricted,
        "is_ultra_restricted": False,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "updated": 1_700_000_000,
        **user.more,
    }


def channel_json(channel: Channel, member: str) -> Json:
    """A channel as conversations.info has it."""
    if channel.kind == "im":
        [other] = [each for each in channel.members if each != member] or [member]
        return {
            "id": channel.id,
            "created": 1_700_000_000,
            "is_im": True,
            "is_archived": False,
            "user": other,
            "is_user_deleted": False,
            "is_open": True,
        }
    private = channel.kind == "group"
    return {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "created": 1_700_000_000,
        "is_channel": not private,
        "is_group": private,
        "is_im": False,
        "is_mpim": False,
        "is_private": private,
        "is_archived": channel.archived,
        "is_general": channel.name == "general",
        "is_shared": False,
        "is_ext_shared": False,
        "is_org_shared": False,
        "is_member": member in channel.members,
        "num_members": len(channel.members),
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }


def file_json(file: File, base: str) -> Json:
    """A file. `base` is where its bytes are."""
    if file.deleted:
        return {"id": file.id, "mode": "tombstone"}
    address = f"{base}/files-pri/{file.id}/{file.secret}"
    return {
        "id": file.id,
        "created": 1_700_000_000,
        "timestamp": 1_700_000_000,
        "name": file.name,
        "title": file.title,
        "mimetype": file.mimetype,
        "filetype": file.name.rpartition(".")[2] or "binary",
        "user": file.user,
        "size": file.size,
        "mode": "hosted",
        "is_external": False,
        "is_public": False,
        "url_private": f"{address}/file",
        "url_private_download": f"{address}/download",
    }


def view_json(view: View, app: App, team: str) -> Json:
    """A view with what Slack adds, and what its inputs hold."""
    values: Json = {}
    for (block_id, action_id), value in view.typed.items():
        values.setdefault(block_id, {})[action_id] = value
    content = {**view.content, "blocks": sent_back(view.content["blocks"])}
    content.setdefault("private_metadata", "")
    content.setdefault("callback_id", "")
    content.setdefault("external_id", "")
    return {
        **content,
        "id": view.id,
        "team_id": team,
        "app_id": app.id,
        "bot_id": bot_id(app),
        "app_installed_team_id": team,
        "hash": view.hash,
        "root_view_id": view.root,
        "previous_view_id": view.previous or None,
        "state": {"values": values},
    }


def event_callback(event: Json, *, app: App, team: str, bot: str, event_id: str, at: float) -> Json:
    """An event in its envelope of the Events API."""
    return {
        "token": app.verification,
        "team_id": team,
        "context_team_id": team,
        "context_enterprise_id": None,
        "api_app_id": app.id,
        "event": event,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": int(at),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": team,
                "user_id": bot,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": f"4-{event_id}",
    }
