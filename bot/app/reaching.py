"""Telling one person something, wherever one of their identities can be reached; and the address of
where a session lives.
"""

import asyncio
from collections.abc import Mapping, Sequence

import structlog

from bot.port import Gone, PlatformError, Sender, Target, Unauthorized
from core.frozen import frozen
from core.ids import PersonId, SessionId
from core.views import NoticeView
from storage.people import Contact
from storage.places import Place
from storage.work import Work

PATIENCE = 20.0  # seconds that a platform may take
_log = structlog.get_logger(__name__)


@frozen
class Home:
    """Where a session lives, by its platform's own names."""

    platform: str
    target: Target


async def contacts_of(work: Work, session: SessionId, person: PersonId) -> list[Contact]:
    """Where somebody can be told about a session: best in the workspace where it lives now.

    Who was merged into somebody else is reached as that person.
    """
    found = await work.people.get(person)
    contacts = await work.people.contacts((found and found.merged_into) or person)
    here = await work.places.active(session)
    home = here.spot.workspace if here else None
    return sorted(contacts, key=lambda contact: contact.workspace != home)


async def tell_one(
    senders: Mapping[str, Sender], contacts: Sequence[Contact], notice: NoticeView, *, mark: str
) -> bool:
    """Tell them where it works first; False where nobody is left to be told.

    Raises PlatformError: Unauthorized only when no other way was left.
    """
    barred: Unauthorized | None = None
    for contact in contacts:
        if contact.platform not in senders:
            continue
        sender = senders[contact.platform]
        try:
            async with asyncio.timeout(PATIENCE):
                await sender.tell(contact.of, contact.external_id, notice, mark=mark)
        except Gone:
            continue
        except Unauthorized as error:
            barred = error
        else:
            return True
    if barred is not None:
        raise barred
    _log.info("nobody to tell", mark=mark)
    return False


async def home_at(work: Work, place: Place | None) -> Home | None:
    """A place as its platform calls it; None where the session lives nowhere."""
    if place is None:
        return None
    workspaces = {workspace.id: workspace for workspace in await work.people.workspaces()}
    workspace = workspaces[place.spot.workspace]
    target = Target(workspace.external_id, place.spot.channel, place.spot.thread or "")
    return Home(workspace.platform, target)


async def shared_home(work: Work, session: SessionId) -> Home | None:
    """Where a session lives, if others can get there: what has no threads may be one's own."""
    place = await work.places.active(session)
    return None if place is None or place.spot.thread == "" else await home_at(work, place)


async def link_to_home(
    senders: Mapping[str, Sender], home: Home | None, *, patience: float = PATIENCE
) -> str | None:
    """An address that opens it; None where there is none. `patience` in seconds."""
    sender = senders.get(home.platform) if home else None
    if home is None or sender is None:
        return None
    try:
        async with asyncio.timeout(patience):
            return await sender.link(home.target)
    except (PlatformError, TimeoutError):
        return None
