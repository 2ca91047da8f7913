"""What we know of ourselves at Slack: our app, and each workspace that it is installed in."""

import json
from collections.abc import Mapping
from dataclasses import asdict, field, replace
from typing import Any

from core.frozen import frozen

KIND = "installation"  # as which the memory keeps them


@frozen
class Application:
    """Our app as Slack knows it, and where Slack is; `url` ends with a slash. Empty: not set.

    `public_url` is where others reach us, without a slash at its end.
    """

    url: str
    token: str = field(default="", repr=False)  # of one workspace's bot
    app_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    authorize_url: str = ""
    public_url: str = ""


@frozen
class Installation:
    """Us in one workspace. `url` is the workspace's own address, with a slash at its end; `until`
    is when the token ends, in Unix seconds (0: never), and `renewal` what it is renewed with.
    """

    workspace: str
    name: str
    url: str
    token: str = field(repr=False)
    bot: str  # the bot's user
    bot_id: str
    scopes: str = ""
    installer: str = ""
    renewal: str = field(default="", repr=False)
    until: float = 0.0

    def dumps(self) -> str:
        """As it is remembered."""
        return json.dumps(asdict(self))

    @classmethod
    def loads(cls, text: str | None) -> "Installation | None":
        """As it was remembered, None where nothing is; what a later version remembered besides is
        left out.
        """
        if not text:
            return None
        found = json.loads(text)
        known = cls.__dataclass_fields__
        return cls(**{name: value for name, value in found.items() if name in known})

    def renewed(self, answer: Mapping[str, Any], now: float) -> "Installation":
        """With what an `oauth.v2.access` answered at `now` (Unix seconds)."""
        lasts = float(answer.get("expires_in") or 0)
        return replace(
            self,
            token=answer["access_token"],
            renewal=answer.get("refresh_token") or "",
            until=now + lasts if lasts else 0.0,
            scopes=answer.get("scope") or self.scopes,
        )
