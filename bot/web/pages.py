"""The pages that need nobody to be signed in: what this is, and how it is."""

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from bot import metrics as counted
from bot.app import health
from bot.app.desk import Desk

_HOME = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>ResolutionFlow</title>
<style>
  body { font: 1.05rem/1.6 system-ui, sans-serif; max-width: 38rem; margin: 4rem auto;
         padding: 0 1rem; color: #1c2430; background: #fff }
  code { white-space: nowrap; background: #eef1f5; padding: .1rem .35rem; border-radius: .25rem }
  .open { display: inline-block; padding: .6rem 1.1rem; border-radius: .4rem; font-weight: 600;
          color: #fff; background: #1a56c4; text-decoration: none }
  @media (prefers-color-scheme: dark) {
    body { color: #e4e8ee; background: #14181f } code { background: #262d38 } a { color: #8ab4f8 }
    .open { color: #0c1424; background: #8ab4f8 }
  }
</style>
<h1>ResolutionFlow is up</h1>
<p>Guided troubleshooting for IT support engineers: one step at a time, every answer recorded,
and a ticket note at the end.</p>
<h2>What to do next</h2>
{playground}<ul>
  <li>Walk through a flow in your terminal: <code>resolutionflow walk vpn-down</code></li>
  <li>See which flows there are: <code>resolutionflow flows list</code></li>
  <li>Something is odd? <code>resolutionflow doctor</code> says what to do.</li>
</ul>
<p>For whoever runs it: <a href="/healthz">healthz</a>, <a href="/readyz">readyz</a>,
<a href="/metrics">metrics</a>.</p>
</html>
"""


_PLAYGROUND = """<p><a class="open" href="/playground">Open the playground</a></p>
<p>It is a chat in the browser: type <code>/flow vpn</code> there.</p>
"""


async def home(request: Request) -> Response:
    """What this is and what to do next."""
    playground = _PLAYGROUND if request.app.state.playground else ""
    return HTMLResponse(_HOME.replace("{playground}", playground))


async def healthz(request: Request) -> Response:
    """The process is up. Asks nobody else."""
    return JSONResponse({"status": "ok", "product": "resolutionflow"})


async def readyz(request: Request) -> Response:
    """Requests can be served: the database answers and has the right schema."""
    why = await health.unready(_desk(request))
    if why is None:
        return JSONResponse({"status": "ready"})
    return JSONResponse({"status": "not ready", "error": why}, status_code=503)


async def metrics(request: Request) -> Response:
    """For Prometheus."""
    desk = _desk(request)
    found = await health.tally(desk)
    counted.UP.set(found is not None)
    if found is not None:
        counted.MESSAGES_BEHIND.set(found.messages_behind)
        counted.JOBS_DEAD.set(found.jobs_dead)
    in_use, size = health.pool(desk)
    counted.POOL_IN_USE.set(in_use)
    counted.POOL_SIZE.set(size)
    return Response(generate_latest(counted.REGISTRY), media_type=CONTENT_TYPE_LATEST)


def _desk(request: Request) -> Desk:
    desk = request.app.state.desk
    assert isinstance(desk, Desk)
    return desk
