"""What somebody may have meant by a name that does not exist."""

from collections.abc import Iterable
from difflib import get_close_matches

_MOST = 500  # names compared; beyond, only those that start alike


def did_you_mean(wrong: str, names: Iterable[str]) -> str:
    """` Did you mean “scope”?` with a space in front, or nothing when no name is close."""
    known = list(names)
    if len(known) > _MOST:
        known = [name for name in known if name[:3] == wrong[:3]][:_MOST]
    close = get_close_matches(wrong[:80], known, n=1, cutoff=0.6)
    return f" Did you mean “{close[0]}”?" if close else ""
