"""The site: its routes, and what every answer carries. Pages are in their own modules."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Route

from bot.app.desk import Desk
from bot.web.failing import Safely, refuse
from bot.web.pages import healthz, home, metrics, readyz


def site(desk: Desk) -> Starlette:
    """The ASGI application; `app.state.desk` is where its pages work."""
    app = Starlette(
        routes=[
            Route("/", home),
            Route("/healthz", healthz),
            Route("/readyz", readyz),
            Route("/metrics", metrics),
        ],
        middleware=[Middleware(Safely)],
        exception_handlers={HTTPException: refuse},
    )
    app.state.desk = desk
    return app
