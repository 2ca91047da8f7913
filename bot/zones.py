"""Which names of time zones are known on this machine. Nothing else about time is here."""

from zoneinfo import ZoneInfo

ZONE_ADVICE = "it must be the name of a time zone, for instance Europe/Berlin or UTC."


def is_zone(name: str) -> bool:
    """Whether `name` is one of the IANA time zone database."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # not found; a path; a directory such as "Europe"
        return False
    return bool(name)
