"""The account's own settings: everybody may look at them, an admin changes them."""

from bot.app.desk import Desk
from bot.zones import ZONE_ADVICE, is_zone
from core.access import Actor, may_administer
from core.errors import Because, Refusal
from core.text import cleaned
from storage.people import Account

__all__ = ["HOURS", "Account", "change_settings", "settings_of"]

HOURS = (1, 2160)  # how long an answer to "still fine?" may be awaited, at least and at most
_NAME_LIMIT = 200  # characters


async def settings_of(desk: Desk, actor: Actor) -> Account:
    """The settings of the actor's account."""
    async with desk.storage.work(actor.account) as work:
        return await work.people.account()


async def change_settings(
    desk: Desk,
    actor: Actor,
    *,
    name: str | None = None,
    time_zone: str | None = None,
    verification_hours: int | None = None,
) -> Account | Refusal:
    """Change what is given; the settings as they are then."""
    name = None if name is None else cleaned(name)
    refused = may_administer(actor) or _wrong(name, time_zone, verification_hours)
    if refused:
        return refused
    async with desk.storage.work(actor.account) as work:
        return await work.people.change_account(
            name=name, time_zone=time_zone, verification_hours=verification_hours
        )


def _wrong(name: str | None, time_zone: str | None, hours: int | None) -> Refusal | None:
    least, most = HOURS
    if name is not None and not 1 <= len(name) <= _NAME_LIMIT:
        return _no(f"The name must have 1 to {_NAME_LIMIT} characters.")
    if time_zone is not None and not is_zone(time_zone):
        return _no(f"That time zone is not known: {ZONE_ADVICE}")
    if hours is not None and not least <= hours <= most:
        return _no(f"The hours of verification must be a whole number from {least} to {most}.")
    return None


def _no(message: str) -> Refusal:
    return Refusal(Because.INVALID, message)
