"""Telling one person something, wherever one of their identities can be reached."""

import asyncio
from collections.abc import Mapping, Sequence

import structlog

from bot.port import Gone, Sender, Unauthorized
from core.ids import PersonId, SessionId
from core.views import NoticeView
from storage.people import Contact
from storage.work import Work

PATIENCE = 20.0  # seconds that a platform may take
_log = structlog.get_logger(__name__)


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
