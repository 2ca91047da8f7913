"""How the soak's processes talk: views as JSON, a sender over HTTP, one JSON object a line."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any

import httpx
from pydantic import TypeAdapter

from bot.port import File, Gone, RateLimited, Shown, Target, Unavailable, Upload
from core.views import HeaderView, NoteView, NoticeView, StepView

Json = dict[str, Any]
_VIEWS: Mapping[type, TypeAdapter[Any]] = {
    view: TypeAdapter(view) for view in (StepView, HeaderView, NoteView, NoticeView)
}


def shown_to_json(shown: Shown) -> Json:
    """A view as the screen stores it."""
    return {
        "view": type(shown).__name__,
        **_VIEWS[type(shown)].dump_python(shown, mode="json"),
    }


class HttpSender:
    """Implements bot.port.Sender against the screen's HTTP interface."""

    def __init__(self, address: str) -> None:
        self._client = httpx.AsyncClient(base_url=address, timeout=5, trust_env=False)

    async def post(self, target: Target, shown: Shown, *, mark: str) -> str:
        body = {"mark": mark, "shown": shown_to_json(shown)}
        answer = await self._ask("POST", f"/{target.channel}/messages", json=body)
        reference: str = answer["reference"]
        return reference

    async def edit(self, target: Target, reference: str, shown: Shown) -> None:
        body = {"shown": shown_to_json(shown)}
        await self._ask("PUT", f"/{target.channel}/messages/{reference}", json=body)

    async def withdraw(self, target: Target, reference: str) -> None:
        raise NotImplementedError("no place is lost in the soak")

    async def find(self, target: Target, *, mark: str) -> str | None:
        answer = await self._ask("GET", f"/{target.channel}/messages", params={"mark": mark})
        reference: str | None = answer["reference"]
        return reference

    async def tell(self, workspace: str, person: str, shown: NoticeView, *, mark: str) -> None:
        raise NotImplementedError("the soak tells nobody")

    async def open_thread(self, target: Target, reference: str) -> str:
        raise NotImplementedError("the soak's channels have no threads")

    async def upload(self, target: Target, upload: Upload, *, mark: str) -> str:
        raise NotImplementedError("the soak posts no files")

    async def fetch(self, workspace: str, file: File, *, limit: int) -> bytes:
        raise NotImplementedError("nobody attaches files in the soak")

    async def may_write(self, target: Target) -> bool:
        return True

    async def lacking(self, target: Target) -> Sequence[str]:
        return ()

    async def direct(self, workspace: str, person: str) -> Target:
        raise NotImplementedError("the soak has no direct conversations")

    async def link(self, target: Target, reference: str = "") -> str | None:
        return None

    async def _ask(self, method: str, path: str, **request: Any) -> Json:
        try:
            answer = await self._client.request(method, path, **request)
        except httpx.HTTPError as error:
            raise Unavailable(str(error)) from error
        match answer.status_code:
            case 200 | 201:
                body: Json = answer.json()
                return body
            case 404:
                raise Gone(path)
            case 429:
                raise RateLimited(float(answer.headers["Retry-After"]))
            case status if status >= 500:
                raise Unavailable(str(status))
            case status:
                raise AssertionError(f"the screen refused a request of ours: {status}")


async def ask(socket: str, command: Json, patience: float = 4.0) -> Json | None:
    """The answer to a command; None where none came, so that nothing is known."""
    try:
        async with asyncio.timeout(patience):
            reader, writer = await asyncio.open_unix_connection(socket, limit=2**22)
            try:
                writer.write(json.dumps(command).encode() + b"\n")
                line = await reader.readline()
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return None
    answer: Json | None = json.loads(line) if line.endswith(b"\n") else None
    return answer
