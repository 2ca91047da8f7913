"""What a client makes of what somebody writes: mentions, the same in HTML beside the text, pictures
and files, the message that is quoted.
"""

import mimetypes
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tests.teams import payloads
from tests.teams.chat import Said
from tests.teams.filling import Impossible
from tests.teams.world import File, Message, Place, Tenant

if TYPE_CHECKING:
    from tests.teams.chat import Chat

TYPED = 28_000  # characters that a client sends, about
_PICTURE = "http://schema.skype.com/AMSImage"


@dataclass
class Client:
    """How a client writes, which differs. `old`: it knows no Action.Execute. `wraps` is how it
    frames a text with a mention, `space` what it puts after one
    (github.com/microsoft/botbuilder-dotnet/issues/1934 and 4841).
    """

    old: bool = False
    wraps: str = "{}\n"
    space: str = " "


def said_of(
    chat: "Chat", text: str, place: Place, client: Client, *, files: Sequence[File] = ()
) -> Said:
    """A message as it is sent. Raises Impossible where it is too long."""
    if len(text) > TYPED:
        raise Impossible(f"Your message is too long: {len(text)} characters")
    plain, mentioned = _mentioned(chat, text, place)
    html = payloads.html_of(plain) if plain else ""
    html += "".join(_shown(each) for each in files)
    if mentioned:
        plain = client.wraps.format(plain.replace("</at> ", f"</at>{client.space}"))
    return Said(plain, html=html, format="plain", files=files, mentions=mentioned)


def quoting(chat: "Chat", said: Said, quoted: Message | None) -> Said:
    """The same with the message that it answers in front of it, as chats have it."""
    if quoted is None:
        return said
    html = payloads.quote_of(chat, quoted) + said.html
    return replace(said, html=html, quotes=quoted.id)


def file_of(chat: "Chat", name: str, content: bytes) -> File:
    """A file that comes with a message; "inline:" in front of its name makes a picture in the text
    of it. Raises Impossible.
    """
    inline, name = name.startswith("inline:"), name.removeprefix("inline:")
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if inline and not kind.startswith("image/"):
        raise Impossible("only a picture stands in a text")
    return chat.keeps(name, kind, content, inline=inline)


def _mentioned(chat: "Chat", text: str, place: Place) -> tuple[str, list[str]]:
    """A text with its mentions as Teams writes them, and the ids of who is mentioned: people, and
    the bot where it is.
    """
    found, tenant = [], chat.tenants[place.tenant]
    for name, id in _names(tenant, bot=chat.installed(place) is not None).items():
        said = re.compile(rf"@{re.escape(name)}\b")
        if said.search(text):
            text = said.sub(f"<at>{name}</at>", text)
            found.append(id)
    return text, found


def _names(tenant: Tenant, *, bot: bool) -> dict[str, str]:
    people = {each.shown: each.id for each in tenant.users.values()}
    return ({tenant.app.name: tenant.app.bot} if bot else {}) | people


def _shown(file: File) -> str:
    """How a file stands in the HTML beside the text."""
    if file.inline:
        return f'<p><img alt="image" src="{file.id}" itemscope="image" itemtype="{_PICTURE}"></p>'
    return f'<attachment id="{file.id}"></attachment>'
