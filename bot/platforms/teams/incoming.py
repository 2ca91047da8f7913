"""From Teams' invokes and messages to what a person did, and the handle to answer them with.

https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/conversation-basics
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.platforms.teams import controls, dialog
from bot.platforms.teams.controls import PICK, PRESS
from bot.platforms.teams.forms import KEY, Forms
from bot.platforms.teams.handle import Handle
from bot.platforms.teams.heard import Heard
from bot.platforms.teams.places import At, Kind, Place, Places, at, at_conversation, id_of, key_of
from bot.platforms.teams.profiles import Profiles
from bot.platforms.teams.said import Said, card_texts, files, is_withheld, linked, plain, said
from bot.platforms.teams.surface import HOME, NAME, NOTE, OFFER, START_FROM, WORDS
from bot.platforms.teams.verify import tenant_of
from bot.platforms.teams.whispers import AT
from bot.port import (
    Clicked,
    Command,
    Inbound,
    Opened,
    Origin,
    Pointed,
    Purpose,
    Replied,
    Submitted,
    Typing,
)
from core.frozen import frozen

Json = Mapping[str, Any]
Came = tuple[Inbound, Handle]
_PURPOSES = {NOTE: Purpose.NOTE, START_FROM: Purpose.START}
_BOT = "28:"  # begins the id of every bot
_VERBS = (PRESS, PICK, HOME, OFFER)
_FORGED = "This button is not one of ours."
_NOT_SAID = "Teams does not say now whether you are in that conversation. Try again in a minute."
KEPT = "kept"  # in a button's data: by which key a form was put by


class Forged(ValueError):
    """An action that no card of ours has; the message is safe to show."""


class NotNow(ValueError):
    """It cannot be told now whether somebody may do that; the message is safe to show."""


@frozen
class Consent:
    """Whether somebody wants the file `key`: where to put it, None where not."""

    key: str
    upload: Json | None


class Incoming:
    """Reads what people do with us; what happens by itself is `events`'s. Every method raises
    KeyError, TypeError, ValueError for what makes no sense, and may raise a StorageError.
    """

    def __init__(self, places: Places, profiles: Profiles, heard: Heard, forms: Forms) -> None:
        """`places` remember where we are, `heard` whether messages without a mention come,
        `forms` what was filled in so far.
        """
        self._forms = forms
        self._places = places
        self._profiles = profiles
        self._heard = heard

    async def handle(self, activity: Json, message: str) -> Handle:
        """Who did it, and where: `message` is what it is about."""
        where = at(activity)
        workspace, user = await self._met(activity, where)
        named = str(activity["from"].get("name") or "")
        account = id_of(activity["from"]["id"])
        profile = await self._profiles.of(workspace, where.channel, account, called=named)
        return Handle(
            workspace,
            user,
            named or profile.name,
            where.channel,
            thread="" if where.root == message else where.root,
            message=message,
            direct=where.kind is Kind.PERSONAL,
            threads=where.kind is Kind.CHANNEL,
            guest=profile.guest,
        )

    async def pressed(self, activity: Json) -> Came:
        """A button of a card, or an entry of a menu; or what the message extension offered. Raises
        Forged.
        """
        action = activity["value"]["action"]
        data = action.get("data") or {}
        if action.get("verb") not in _VERBS:
            raise Forged(_FORGED)
        handle = await self._worked(activity, _about(activity), data)
        by = origin(handle)
        if action.get("verb") == HOME:
            return Opened(by), handle
        delivery = named(handle, "click", handle.channel, id_of(activity["id"]))
        if action.get("verb") == OFFER:
            return Command(by, delivery, _text(data["text"])), replace(handle, message="")
        return Clicked(by, delivery, controls.pressed(data), handle.message), handle

    async def asked(self, activity: Json) -> tuple[Inbound, Handle, str]:
        """A button that opens a form; and by which key one was put by, "" for none."""
        data = activity["value"]["data"]
        kept = data.get(KEPT)
        return (*await self._clicked(activity, data), id_of(kept) if kept else "")

    async def consented(self, activity: Json) -> tuple[Consent, Handle]:
        """A file that somebody wants or not."""
        value = activity["value"]
        handle = await self.handle(activity, _about(activity))
        upload = value["uploadInfo"] if value.get("action") == "accept" else None
        if upload is not None:
            _text(upload["uploadUrl"]), _text(upload["name"]), _text(upload["contentUrl"])
        return Consent(id_of(value["context"]["key"]), upload), handle

    async def _clicked(self, activity: Json, data: Json) -> Came:
        """A button whose token is in `data`."""
        handle = await self._worked(activity, _about(activity), data)
        delivery = named(handle, "click", handle.channel, id_of(activity["id"]))
        token = controls.pressed(data)
        return Clicked(origin(handle), delivery, token, handle.message), handle

    async def submitted(self, activity: Json) -> tuple[dialog.Sent, Submitted, Handle]:
        """A form that was sent; what it is about came along with it."""
        said = dialog.sent(activity["value"]["data"])
        id_of(said.about[KEY])
        message = said.about.get("message", "")
        handle = await self._worked(activity, id_of(message) if message else "", said.about)
        sent = await self._forms.fill(said)
        delivery = named(handle, "form", sent.about[KEY])
        by = origin(handle)
        return sent, Submitted(by, delivery, sent.token, sent.values, handle.message), handle

    async def searched(self, activity: Json) -> Typing:
        """Something typed into the search of the message extension."""
        handle = await self.handle(activity, "")
        given = {each.get("name"): each.get("value") for each in activity["value"]["parameters"]}
        return Typing(origin(handle), str(given.get(WORDS) or ""))

    async def pointed(self, activity: Json) -> Came:
        """An entry in the menu of a message."""
        value = activity["value"]
        purpose = _PURPOSES[value["commandId"]]
        message = value["messagePayload"]
        handle = await self.handle(activity, id_of(message["id"]))
        body, attachments = message.get("body") or {}, message.get("attachments") or ()
        text = str(body.get("content") or "")
        text = plain(text) if body.get("contentType") == "html" else text
        lines = [text, *linked(attachments)]
        writer = (message.get("from") or {}).get("user") or {}
        is_own = writer.get("id") == handle.user
        return Pointed(
            origin(handle),
            named(handle, "pointed", id_of(activity["id"])),
            purpose,
            handle.message,
            "\n".join(filter(None, lines)) or _shown(attachments),
            author="" if is_own else str(writer.get("displayName") or _app(message)),
            files=files(message),
        ), handle

    async def written(self, activity: Json) -> Came | None:
        """A message; None where it means nothing here."""
        me = str(activity["recipient"]["id"])
        if is_bots(activity):
            return None
        value = activity.get("value")
        if isinstance(value, Mapping) and not str(activity.get("text") or "").strip():
            return await self._clicked(activity, value)
        handle = await self.handle(activity, id_of(activity["id"]))
        handle = replace(handle, withheld=not handle.direct and is_withheld(activity))
        found = said(activity, me)
        if not handle.direct:
            await self._heard.noticed(handle, mentioned=found.mentions)
        return self._meant(activity, found, handle), handle

    def _meant(self, activity: Json, found: Said, handle: Handle) -> Inbound:
        """In a channel a mention is a command; elsewhere, and to us alone, it is one unless a
        session goes on there that it may be a note of.
        """
        by, came = origin(handle), files(activity)
        addressed = found.mentions or found.quotes or bool(handle.direct and came)
        reply = Replied(by, handle.message, found.text, came, addressed)
        is_typed = (found.mentions or handle.direct) and not (came or found.quotes)
        if not is_typed:
            return reply
        if found.text.casefold() == HOME:
            return Opened(by)
        delivery = named(handle, "message", handle.channel, handle.message)
        return Command(by, delivery, found.text, None if handle.threads else reply)

    async def _worked(self, activity: Json, message: str, data: Json) -> Handle:
        """The same of somebody who worked with a card, which may be about another place: one where
        they are, whatever the card says.
        """
        handle = await self.handle(activity, message)
        place = data.get(AT)
        if not place or not handle.direct:
            return handle
        spot = at_conversation(str(place))
        if spot.kind is Kind.PERSONAL:
            return handle
        account = id_of(activity["from"]["id"])
        is_theirs = await self._profiles.is_in(handle.workspace, spot.channel, account)
        if is_theirs is None:
            raise NotNow(_NOT_SAID)
        return replace(handle, spot=spot) if is_theirs else handle

    async def _met(self, activity: Json, where: At) -> tuple[str, str]:
        """Remember where that is, and whom we met; the tenant and the person."""
        workspace, sender = tenant_of(activity), activity["from"]
        account = id_of(sender["id"])
        user = id_of(sender.get("aadObjectId") or account)
        service = str(activity["serviceUrl"]).rstrip("/")
        if not workspace:
            raise ValueError("of no tenant")
        team = (activity.get("channelData") or {}).get("team") or {}
        place = Place(service, where.kind, str(team.get("id") or ""))
        await self._places.met(workspace, where.channel, place)
        await self._places.met_person(workspace, user, account)
        if where.kind is Kind.PERSONAL:
            await self._places.met_chat(workspace, user, where.channel)
        return workspace, user


def origin(handle: Handle) -> Origin:
    """Who, and where."""
    spot = handle.spot or At(handle.channel, _kind_of(handle), handle.thread)
    return Origin(
        platform=NAME,
        workspace=handle.workspace,
        user=handle.user,
        name=handle.name,
        channel=spot.channel,
        thread=spot.root,
        guest=handle.guest,
        direct=spot.kind is Kind.PERSONAL,
        threads=spot.kind is Kind.CHANNEL,
    )


def _kind_of(handle: Handle) -> Kind:
    if handle.direct:
        return Kind.PERSONAL
    return Kind.CHANNEL if handle.threads else Kind.GROUP


def named(handle: Handle, *what: str) -> str:
    """What was done, however often it is told."""
    return key_of(":".join((NAME, handle.workspace, *what)))


def is_bots(activity: Json) -> bool:
    """Whether a bot did it, such as ourselves."""
    writer = activity["from"]
    return str(writer["id"]).startswith(_BOT) or writer.get("role") == "bot"


def _text(told: object) -> str:
    if not isinstance(told, str):
        raise TypeError("that is no text")
    return told


def _about(activity: Json) -> str:
    """The message that was worked with; "" where that is none."""
    told = activity.get("replyToId")
    return id_of(told) if told else ""


def _app(message: Json) -> str:
    application = (message.get("from") or {}).get("application") or {}
    return str(application.get("displayName") or "somebody")


def _shown(attachments: Any) -> str:
    """What an app's message says in its cards."""
    return "\n".join(text for each in attachments for text in card_texts(each.get("content")))
