"""What makes a message that was sent before recognisable to the platform it was sent to."""

from base64 import urlsafe_b64encode
from uuid import UUID, uuid5

LENGTH = 22  # characters; Discord's nonce holds 25, the least of all platforms


def mark_of(id: UUID, about: str = "") -> str:
    """The mark of what is known as `id`, or of what is said `about` it: always the same one."""
    named = uuid5(id, about) if about else id
    return urlsafe_b64encode(named.bytes).decode().rstrip("=")
