"""What is answered when something cannot be done: a sentence that says what to do."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import HTTPException
from pydantic import BaseModel, Field

Documented = dict[int | str, dict[str, Any]]  # by status, as FastAPI documents them


class Failure(BaseModel):
    """What went wrong, in words for who sees it."""

    error: str = Field(examples=["This message was deleted."])
    reference: str | None = None


class Refused(HTTPException):
    """A request that is answered with a sentence. An HTTPException, so that FastAPI lets it pass
    where it reads a body.
    """

    def __init__(
        self, status: int, sentence: str, headers: Mapping[str, str] | None = None
    ) -> None:
        """`sentence` is shown to people."""
        super().__init__(status, sentence, dict(headers or {}))
        self.sentence = sentence


def not_found(what: str) -> Refused:
    """There is no such thing, or who asks must not know of it."""
    return Refused(404, f"There is no such {what}, or it was deleted.")


def wrong_field(error: Mapping[str, Any]) -> str:
    """What pydantic found wrong, naming the field."""
    path = _path([part for part in error["loc"] if part not in ("body", "query", "path")])
    field = f"“{path}”" if path else "The body"
    limit = error.get("ctx", {}).get("max_length")
    match error["type"]:
        case "string_too_long":
            return f"{field} is longer than {limit:,} characters. Shorten it."
        case "too_long":
            return f"{field} has more than {limit} entries."
        case "missing":
            return f"{field} is missing."
        case "extra_forbidden":
            return f"{field} is not known here."
        case "json_invalid":
            return "The body is not JSON."
        case "model_attributes_type":
            return f"{field} must be a JSON object, sent as application/json."
        case _:
            return f"{field} is not right: {error['msg']}."


def _path(parts: Sequence[str | int]) -> str:
    found = ""
    for part in parts:
        found += f"[{part}]" if isinstance(part, int) else f".{part}" if found else part
    return found
