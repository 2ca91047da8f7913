"""What was done is done once, however often a platform tells it: retries come with the same ids,
and sometimes with others.
"""

from collections import OrderedDict

from bot.port.inbound import Command, Inbound, Opened, Replied, Typing

_KNOWN = 20_000


class Once:
    """The deliveries that this process has taken. What failed may come again."""

    def __init__(self) -> None:
        """Nothing came yet."""
        self._taken: OrderedDict[str, type[Inbound]] = OrderedDict()

    def take(self, inbound: Inbound) -> bool:
        """Whether it is the first time."""
        name = _name(inbound)
        if not name:
            return True
        known = self._taken.get(name)
        # Slack tells twice of a mention, and need not tell both times that there are files.
        is_more = known is Command and isinstance(inbound, Replied)
        if known is not None and not is_more:
            return False
        self._taken[name] = type(inbound)
        if len(self._taken) > _KNOWN:
            self._taken.popitem(last=False)
        return True

    def undo(self, inbound: Inbound) -> None:
        """It was not done after all."""
        self._taken.pop(_name(inbound), None)


def _name(inbound: Inbound) -> str:
    match inbound:
        case Replied(by=by, message=message):
            return f"{by.platform}:{by.workspace}:message:{by.channel}:{message}"
        case Opened() | Typing():
            return ""
        case _:
            return inbound.delivery
