"""What conversations work with: the desk, and the chat platforms by name. No logic here."""

from collections.abc import Mapping

from bot.app.desk import Desk
from bot.port import Origin, Sender
from core.frozen import frozen


@frozen
class Chat:
    """The desk, and every platform's sender by its name."""

    desk: Desk
    senders: Mapping[str, Sender]

    def sender(self, by: Origin) -> Sender:
        """The platform that somebody speaks from."""
        return self.senders[by.platform]
