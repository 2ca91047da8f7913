"""What somebody who installs us reads in their browser: plain pages without scripts, under the
policy that the site puts on every answer. Nothing that came with a request is written into them.
"""

import html
from collections.abc import Mapping, Sequence
from string import Template

from slack_bolt import BoltResponse
from starlette.responses import HTMLResponse, Response

from bot.platforms.slack.surface import INSTALL_PATH
from core.frozen import frozen
from core.text import plural

_HEADERS = {"Cache-Control": "no-store"}
_PAGE = Template("""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title – ResolutionFlow</title>
<style>
  body { font: 1.05rem/1.6 system-ui, sans-serif; max-width: 38rem; margin: 4rem auto;
         padding: 0 1rem; color: #1c2430; background: #fff }
  code { background: #eef1f5; padding: .1rem .35rem; border-radius: .25rem }
  a { color: #1a56c4 }
  @media (prefers-color-scheme: dark) {
    body { color: #e4e8ee; background: #14181f } code { background: #262d38 } a { color: #8ab4f8 }
  }
</style>
<h1>$title</h1>
$body
</html>
""")


@frozen
class Page:
    """A heading, and what to do next, as HTML; `wait` is in how many seconds, where that counts."""

    title: str
    lines: Sequence[str]
    status: int = 200
    wait: int = 0

    def html(self) -> str:
        """All of it."""
        body = "\n".join(f"<p>{line}</p>" for line in self.lines)
        return _PAGE.substitute(title=html.escape(self.title), body=body)

    def response(self) -> Response:
        """As the web part answers."""
        headers = {**_HEADERS, "Retry-After": str(self.wait)} if self.wait else _HEADERS
        return HTMLResponse(self.html(), self.status, headers=headers)

    def bolt(self) -> BoltResponse:
        """As Bolt answers."""
        headers: dict[str, str | Sequence[str]] = {"Content-Type": "text/html; charset=utf-8"}
        headers.update(_HEADERS)
        return BoltResponse(status=self.status, body=self.html(), headers=headers)


_ONCE_MORE = f'<a href="{INSTALL_PATH}">Begin again</a>.'
_LINK = (
    "If somebody gave you a link to install ResolutionFlow, ask them for a new one:"
    " each is good for once, for ten minutes."
)

CANCELLED = Page(
    "Not installed",
    ("You declined in Slack, so nothing was changed.", f"Changed your mind? {_ONCE_MORE}"),
)
EXPIRED = Page(
    "This page was used, or is too old",
    (
        "If ResolutionFlow has written to you in Slack, it is installed and all is well.",
        f"If not: {_ONCE_MORE} You have ten minutes for it.",
        _LINK,
    ),
    400,
)
OTHER_BROWSER = Page(
    "This was begun elsewhere",
    (
        "Installing must end in the browser, and in the window, in which it was begun; and this"
        " site must be allowed to keep a cookie.",
        f"Nothing was changed. {_ONCE_MORE}",
        _LINK,
    ),
    400,
)
REFUSED = Page(
    "Slack did not install it",
    (
        f"Slack did not accept what it had sent you here with. {_ONCE_MORE}",
        "If it stays so, whoever runs ResolutionFlow should compare the client id and the client"
        " secret with those of the app, and look into the log.",
    ),
    400,
)
UNREACHABLE = Page(
    "Slack does not answer",
    (f"Wait a minute, then: {_ONCE_MORE}",),
    502,
)
WHOLE_ORGANISATION = Page(
    "Install it in one workspace",
    (
        "You have installed ResolutionFlow for a whole organisation, which it cannot do yet."
        " Nothing was kept here.",
        "Remove it from the organisation in Slack's administration. Then install it again, and"
        " choose one workspace where Slack asks for whom.",
    ),
    400,
)
NO_ADDRESS = Page(
    "ResolutionFlow does not know its own address",
    (
        "Slack would not find the way back here. Whoever runs ResolutionFlow sets"
        " <code>RESOLUTIONFLOW_URL</code> to the address at which people reach it, for instance"
        " <code>https://flow.example.com</code>, and starts it again.",
    ),
    503,
)
# By what Bolt, or Slack, calls them.
FAILURES: Mapping[str, Page] = {
    "access_denied": CANCELLED,
    "invalid_browser": OTHER_BROWSER,
    "invalid_state": EXPIRED,
    "missing_code": EXPIRED,
}


def installed(name: str, workspace: str) -> Page:
    """It is in the workspace of that name."""
    there = f"https://app.slack.com/client/{html.escape(workspace)}"
    return Page(
        "ResolutionFlow is installed",
        (
            f"It is in <strong>{html.escape(name)}</strong> now, and has written to you there:"
            f' <a href="{there}">open Slack</a> and look for its message.',
            "Or type <code>/flow</code> in a channel. You can close this page.",
        ),
    )


def crowded(seconds: int) -> Page:
    """Too many come."""
    return Page(
        "Too many people are installing it right now",
        (f"Wait {plural(seconds, 'second')}, then load this page again: nothing was lost.",),
        429,
        seconds,
    )


def broken(reference: str) -> Page:
    """Something went wrong on our side."""
    return Page(
        "Something went wrong here",
        (
            f"It was not your doing. Try it once more: {_ONCE_MORE}",
            "If it stays so, tell whoever runs ResolutionFlow the reference"
            f" <code>{reference}</code>.",
        ),
        500,
    )
