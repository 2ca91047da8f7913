"""What an answer is carried out with while Slack still holds the door open. Never stored."""

from core.frozen import frozen


@frozen
class Handle:
    """Where somebody did something. `thread` is the one that they look at, also where a direct
    conversation has none for us; `message` is the one that was clicked or written.

    `response` is a response_url (30 minutes, five times), `trigger` a trigger_id (3 seconds,
    once); "" where there is none. `whispered`: the message is seen by them alone.
    """

    workspace: str
    user: str
    channel: str
    thread: str = ""
    message: str = ""
    response: str = ""
    trigger: str = ""
    direct: bool = False
    whispered: bool = False
    view: str = ""
