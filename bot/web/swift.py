"""Routes that are served before the framework: what happens most should not pay for what it needs
not. Which they are is said by who serves them.
"""

from collections.abc import Sequence

from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.web.failing import Safely


class Swift:
    """ASGI: `routes` first, safely; everything else is for `app`."""

    def __init__(self, app: ASGIApp, routes: Sequence[BaseRoute]) -> None:
        """A request that fits no route whole, its method too, is the app's to refuse."""
        self._app = app
        self._routes = [(route, Safely(route.handle)) for route in routes]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http":
            for route, served in self._routes:
                match, found = route.matches(scope)
                if match is Match.FULL:
                    scope.update(found, route=route)
                    await served(scope, receive, send)
                    return
        await self._app(scope, receive, send)
