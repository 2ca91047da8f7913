"""A stored message as the JSON that is sent: wire.Message, put together from parts that are JSON
already, so that a card is written out once however many see it.
"""

from datetime import datetime

from bot.platforms.playground.server.connection import Row
from bot.platforms.playground.server.texts import dumps

BESIDE = (  # all but what a message says
    "id, changed, channel, thread, author, at, files, reactions, replies, last_reply, audience,"
    " quote, edited, deleted"
)
COLUMNS = f"{BESIDE}, text, blocks"


def message_json(row: Row) -> str:
    """One line of JSON."""
    return (
        f'{{"id":"m{row["id"]}","version":{row["changed"]},"channel":"{row["channel"]}",'
        f'"thread":{_message(row["thread"])},"author":"{row["author"]}",'
        f'"at":{_moment(row["at"])},"text":{dumps(row["text"])},"blocks":{row["blocks"]},'
        f'"files":{row["files"]},"reactions":{row["reactions"]},"replies":{row["replies"]},'
        f'"last_reply":{_moment(row["last_reply"])},"audience":{dumps(row["audience"])},'
        f'"edited":{_flag(row["edited"])},"deleted":{_flag(row["deleted"])},'
        f'"quote":{_message(row["quote"])}}}'
    )


def _message(number: int | None) -> str:
    return "null" if number is None else f'"m{number}"'


def _moment(time: datetime | None) -> str:
    return "null" if time is None else f'"{time.isoformat()}"'


def _flag(value: bool) -> str:
    return "true" if value else "false"
