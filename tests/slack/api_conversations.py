"""conversations.*, users.*, team.*, bots.* and auth.test: what the app may look at
(docs.slack.dev/reference/methods).
"""

import base64
import binascii
from collections.abc import Sequence

from tests.slack.calls import Call, Refused
from tests.slack.payloads import bot_id, channel_json, message_json, tombstone, user_json
from tests.slack.world import Channel, Json, Message

MOST = 1_000  # items a page


async def info(call: Call) -> Json:
    """conversations.info"""
    channel = call.channel()
    call.scoped(channel, "read")
    return {"channel": channel_json(channel, call.team.bot.id)}


async def listed(call: Call) -> Json:
    """conversations.list"""
    names = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}
    wanted = [names.get(kind, "") for kind in call.text("types", "public_channel").split(",")]
    if "" in wanted:
        raise Refused("invalid_types")
    found = []
    for channel in call.team.channels.values():
        hidden = channel.kind != "channel" and call.team.bot.id not in channel.members
        archived = channel.archived and call.flag("exclude_archived")
        if channel.kind in wanted and not (channel.deleted or hidden or archived):
            call.scoped(channel, "read")
            found.append(channel_json(channel, call.team.bot.id))
    page, cursor = _page(call, found, 100)
    return {"channels": page, "response_metadata": {"next_cursor": cursor}}


async def opened(call: Call) -> Json:
    """conversations.open, with one person"""
    if call.args.get("channel"):
        return {"channel": {"id": call.channel().id}}
    users = call.text("users").split(",")
    if len(users) != 1:
        raise Refused("method_not_supported_for_channel_type")
    user = call.team.users.get(users[0])
    if user is None:
        raise Refused("user_not_found")
    if user.is_bot:
        raise Refused("cannot_dm_bot")
    if user.deleted:
        raise Refused("user_disabled")
    channel = call.team.direct(user)
    whole = call.flag("return_im")
    return {"channel": channel_json(channel, call.team.bot.id) if whole else {"id": channel.id}}


async def history(call: Call) -> Json:
    """conversations.history: newest first, what is not in threads only"""
    channel = _readable(call)
    every = [each for each in channel.standing("", "") if not each.only_for]
    return _told(call, channel, [*reversed(_between(call, every))])


async def replies(call: Call) -> Json:
    """conversations.replies: the root, then what stands below it"""
    channel = _readable(call)
    asked = channel.messages.get(call.text("ts"))
    root = channel.messages.get(asked.thread_ts, asked) if asked and asked.in_thread else asked
    if asked is None or root is None or asked.only_for:
        raise Refused("thread_not_found")
    below = channel.replies(root.ts)
    if root.deleted and not below:
        raise Refused("thread_not_found")
    return _told(call, channel, [root, *_between(call, below)])


async def members(call: Call) -> Json:
    """conversations.members"""
    channel = call.channel()
    call.scoped(channel, "read")
    page, cursor = _page(call, [{"id": id} for id in sorted(channel.members)], 100)
    ids = [each["id"] for each in page]
    return {"members": ids, "response_metadata": {"next_cursor": cursor}}


def _readable(call: Call) -> Channel:
    channel = call.channel()
    call.scoped(channel, "history")
    if call.team.bot.id not in channel.members:
        raise Refused("not_in_channel")
    return channel


def _between(call: Call, messages: Sequence[Message]) -> list[Message]:
    oldest, latest = call.text("oldest", "0"), call.text("latest", "9" * 10)
    exact = {oldest, latest} if call.flag("inclusive") else set()
    try:
        low, high = float(oldest), float(latest)
    except ValueError:
        raise Refused("invalid_ts_oldest") from None
    return [each for each in messages if low < float(each.ts) < high or each.ts in exact]


def _told(call: Call, channel: Channel, messages: Sequence[Message]) -> Json:
    metadata = call.flag("include_all_metadata")
    team = call.team
    told = [
        tombstone(each)
        if each.deleted
        else message_json(each, channel, team.app, team.id, metadata=metadata)
        for each in messages
    ]
    page, cursor = _page(call, told, 100)
    answer: Json = {"messages": page, "has_more": bool(cursor)}
    return answer | ({"response_metadata": {"next_cursor": cursor}} if cursor else {})


def _page(call: Call, every: Sequence[Json], usual: int) -> tuple[list[Json], str]:
    """A page, and the cursor of the next."""
    try:
        limit = int(call.text("limit", str(usual))) or usual
    except ValueError:
        raise Refused("invalid_limit") from None
    if not 0 < limit <= MOST:
        raise Refused("invalid_limit")
    start = 0
    if cursor := call.text("cursor", ""):
        try:
            start = int(base64.b64decode(cursor, validate=True).decode().removeprefix("next:"))
        except (ValueError, binascii.Error):
            raise Refused("invalid_cursor") from None
    end = start + limit
    following = base64.b64encode(f"next:{end}".encode()).decode() if end < len(every) else ""
    return [*every[start:end]], following


async def user_info(call: Call) -> Json:
    """users.info"""
    return {"user": user_json(call.user(), call.team.id)}


async def user_list(call: Call) -> Json:
    """users.list"""
    every = [user_json(each, call.team.id) for each in call.team.users.values()]
    page, cursor = _page(call, every, 100)
    return {"members": page, "response_metadata": {"next_cursor": cursor}}


async def team_info(call: Call) -> Json:
    """team.info"""
    team = call.team
    return {"team": {"id": team.id, "name": team.name, "domain": team.domain, "icon": {}}}


async def bot_info(call: Call) -> Json:
    """bots.info"""
    app = call.team.app
    if call.text("bot") != bot_id(app):
        raise Refused("bot_not_found")
    told = {"id": bot_id(app), "app_id": app.id, "user_id": call.team.bot.id, "name": app.name}
    return {"bot": {**told, "deleted": False, "updated": 1_700_000_000, "icons": {}}}


async def auth_test(call: Call) -> Json:
    """auth.test"""
    if call.grant.kind == "app":
        return {"app_id": call.grant.app or call.slack.app.id, "app_name": call.slack.app.name}
    team = call.team
    return {
        "url": f"https://{team.domain}.slack.com/",
        "team": team.name,
        "user": team.bot.name,
        "team_id": team.id,
        "user_id": team.bot.id,
        "bot_id": bot_id(team.app),
        "is_enterprise_install": False,
    }


async def api_test(call: Call) -> Json:
    """api.test"""
    if error := call.text("error", ""):
        raise Refused(error, args=call.args)
    return {"args": call.args}


async def connections_open(call: Call) -> Json:
    """apps.connections.open"""
    slack = call.slack
    if not slack.app.socket_mode:
        raise Refused("socket_mode_not_enabled")
    ticket = slack.delivery.sockets.ticket()
    address = slack.url.replace("http://", "ws://", 1)
    return {"url": f"{address}/link/?ticket={ticket}&app_id={slack.app.id}"}
