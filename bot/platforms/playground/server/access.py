"""Who may come in: this machine alone, or with a password whoever knows it. And never a page of
another site on somebody's behalf.
"""

import hmac
import time
from collections import deque
from collections.abc import Callable
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.requests import Request

from bot.platforms.playground.server.refusals import Refused

COOKIE = "playground"
_KEPT = 7 * 24 * 3600  # seconds that a sign-in counts
_TRIES = 5  # wrong passwords a minute, all people together
_MINUTE = 60.0
_LOCAL_NAMES = {"localhost", "127.0.0.1", "[::1]"}
_PASSED_ON = (b"x-forwarded-", b"forwarded", b"via", b"x-real-ip")  # in lower case, as ASGI has it
_ONLY_HERE = (
    "The playground answers only on the machine it runs on, at http://localhost. To let others in, "
    "set RESOLUTIONFLOW_PLAYGROUND=everyone and RESOLUTIONFLOW_PLAYGROUND_PASSWORD."
)
_OTHER_SITE = "This came from another web site, so nothing was done. Use the playground's own page."


class Door:
    """Lets requests in, or raises Refused."""

    def __init__(self, password: str = "", *, clock: Callable[[], float] = time.time) -> None:
        """Without a `password` only this machine is let in; with one, who signed in with it."""
        self._password = password
        self._clock = clock
        self._wrong: deque[float] = deque()

    def enter(self, request: Request) -> None:
        """Whether anybody there may ask at all: before a page, or before a bot's token."""
        if not self._password and not _is_here(request):
            raise Refused(403, _ONLY_HERE)
        if request.method not in ("GET", "HEAD") and _from_elsewhere(request):
            raise Refused(403, _OTHER_SITE)

    def known(self, request: Request, secret: str) -> None:
        """Whether a person's request is let in."""
        if self._password and not self._signed(request.cookies.get(COOKIE, ""), secret):
            raise Refused(401, "Sign in with the playground's password first.")

    def sign_in(self, password: str, secret: str) -> dict[str, str]:
        """The headers that let somebody in who knows the password."""
        now = self._clock()
        while self._wrong and self._wrong[0] <= now - _MINUTE:
            self._wrong.popleft()
        if len(self._wrong) >= _TRIES:
            wait = str(max(1, round(self._wrong[0] + _MINUTE - now)))
            raise Refused(
                429,
                "Too many wrong passwords. Wait a minute, then try again.",
                {"Retry-After": wait},
            )
        if not hmac.compare_digest(password.encode(), self._password.encode()):
            self._wrong.append(now)
            raise Refused(401, "This is not the playground's password. Try again.")
        until = str(int(now) + _KEPT)
        return _cookie(f"{until}.{self._code(until, secret)}", _KEPT)

    def sign_out(self) -> dict[str, str]:
        """The headers that forget somebody."""
        return _cookie("", 0)

    def _signed(self, cookie: str, secret: str) -> bool:
        until, _, code = cookie.partition(".")
        if not until.isdecimal() or not until.isascii() or len(until) > 12:
            return False
        genuine = hmac.compare_digest(self._code(until, secret).encode(), code.encode())
        return genuine and int(until) > self._clock()

    def _code(self, until: str, secret: str) -> str:
        """Made of the password too: a new one signs everybody out."""
        return hmac.digest(f"{secret}\n{self._password}".encode(), until.encode(), "sha256").hex()


def _cookie(value: str, seconds: int) -> dict[str, str]:
    return {"Set-Cookie": f"{COOKIE}={value}; Max-Age={seconds}; Path=/; HttpOnly; SameSite=Strict"}


def _is_here(request: Request) -> bool:
    """From this machine, straight, and asked for by a name of this machine (no DNS rebinding)."""
    if any(name.startswith(_PASSED_ON) for name, _ in request.headers.raw):
        return False
    host = request.headers.get("host", "")
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    return name.lower() in _LOCAL_NAMES and _loopback(request.client.host if request.client else "")


@lru_cache(maxsize=64)
def _loopback(peer: str) -> bool:
    try:
        address = ip_address(peer)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)


def _from_elsewhere(request: Request) -> bool:
    """Whether a browser says that another site's page sends this."""
    headers = request.headers
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return True
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc.lower() != headers.get("host", "").lower()
