"""The site: its routes, and what every answer carries. Pages are in their own modules."""

from collections.abc import Sequence

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.telemetry import TelemetryConfig
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from bot.app.desk import Desk
from bot.web.failing import Safely, misunderstood, refuse
from bot.web.pages import healthz, home, metrics, readyz
from bot.web.swift import Swift

# FastAPI's own would put what people wrote into spans, and costs as much as a route.
_NO_TELEMETRY: TelemetryConfig = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,
}


def site(
    desk: Desk,
    *,
    chat: APIRouter | None = None,
    swift: Sequence[BaseRoute] = (),
    doors: Sequence[BaseRoute] = (),
) -> ASGIApp:
    """The ASGI application; `app.state.desk` is where its pages work.

    `chat` is the playground's server; `doors` are where chat platforms tell what happened. `swift`
    of it and they are served before all else.
    `/openapi.json` describes `chat`; there is no page that shows it, as such load from elsewhere.
    """
    app = FastAPI(
        title="ResolutionFlow",
        summary="The public API of the playground, a chat in the browser.",
        docs_url=None,
        redoc_url=None,
        telemetry=_NO_TELEMETRY,
        middleware=[Middleware(Safely)],
        exception_handlers={HTTPException: refuse, RequestValidationError: misunderstood},
    )
    app.router.routes.extend(
        [
            Route("/", home),
            Route("/healthz", healthz),
            Route("/readyz", readyz),
            Route("/metrics", metrics),
            *doors,
        ]
    )
    if chat is not None:
        app.include_router(chat)
    app.state.desk = desk
    app.state.playground = chat is not None
    return Swift(app, (*swift, *doors))
