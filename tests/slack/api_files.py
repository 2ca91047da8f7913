"""files.*: uploading in three steps, looking up, and the addresses of bytes
(docs.slack.dev/messaging/working-with-files).
"""

import mimetypes
import secrets

from aiohttp import web

from tests.slack.calls import Call, Refused, missing, passes
from tests.slack.checks import message_refusals
from tests.slack.payloads import file_json
from tests.slack.world import Channel, File, Json


async def upload_url(call: Call) -> Json:
    """files.getUploadURLExternal"""
    name, length = call.text("filename"), call.text("length")
    if not length.isdigit() or int(length) == 0:
        raise Refused("invalid_arguments")
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    team = call.team
    file = File(team.ids.next("F"), name, name, team.bot.id, kind, int(length))
    team.files[file.id] = file
    ticket = secrets.token_urlsafe(12)
    call.slack.uploads[ticket] = file
    return {"upload_url": f"{call.slack.url}/upload/v1/{ticket}", "file_id": file.id}


async def complete(call: Call) -> Json:
    """files.completeUploadExternal"""
    asked = call.args.get("files")
    if not isinstance(asked, list) or not asked:
        raise missing("files")
    files = [_uploaded(call, each) for each in asked]
    if call.args.get("channel_id"):
        channel = _shared_in(call)
        text, blocks = call.text("initial_comment", ""), call.args.get("blocks") or ()
        if blocks or text:
            passes(message_refusals({"text": text, "blocks": blocks}))
        call.team.writes(
            channel,
            call.team.bot.id,
            text,
            blocks,
            thread_ts=call.text("thread_ts", ""),
            files=files,
            by_app=True,
        )
    return {"files": [file_json(each, call.slack.url) for each in files]}


def _shared_in(call: Call) -> Channel:
    """Where the files go. This page has its own names for what is wrong with a channel."""
    try:
        channel = call.channel("channel_id")
    except Refused:
        raise Refused("invalid_channel") from None
    if channel.archived or call.team.bot.id not in channel.members:
        raise Refused("posting_to_channel_denied")
    return channel


def _uploaded(call: Call, asked: Json) -> File:
    file = call.team.files.get(asked.get("id", ""))
    if file is None or file.content is None:
        raise Refused("file_not_found")
    if file.shared:
        raise Refused("file_update_failed")
    file.title = asked.get("title") or file.name
    return file


async def info(call: Call) -> Json:
    """files.info: a file that the bot can see"""
    file = call.team.files.get(call.text("file"))
    if file is None:
        raise Refused("file_not_found")
    if file.deleted:
        raise Refused("file_deleted")
    return {"file": file_json(file, call.slack.url), "comments": [], "content_highlight_html": None}


async def put_bytes(request: web.Request, uploads: dict[str, File]) -> web.Response:
    """The bytes of an upload: as they are, or as a form's file."""
    file = uploads.pop(request.match_info["ticket"], None)
    if file is None:
        return web.Response(status=404, text="not found")
    if request.content_type.startswith("multipart/"):
        form = await request.post()
        [field] = [each for each in form.values() if isinstance(each, web.FileField)]
        content = field.file.read()
    else:
        content = await request.read()
    if len(content) != file.size:
        return web.Response(status=400, text="size does not match")
    file.content = content
    return web.Response(text=f"OK - {len(content)}")
