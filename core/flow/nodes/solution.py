"""A solution: an end, with what came of it and, where it matters, a time to verify it."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field, field_validator

from core.errors import Because, Refusal
from core.flow.node import (
    NODE_ID,
    PROSE_LIMIT,
    SENTENCE_LIMIT,
    Certainty,
    Exit,
    Finding,
    Node,
    Taken,
    Text,
    Tone,
    Values,
    Verb,
)
from core.flow.outcome import Outcome

COMPLETE = "complete"
AWAIT = "await"
LONGEST_WAIT = timedelta(days=90)
_SPAN = re.compile(r"([1-9]\d{0,3}) ?(m|h|d)")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def span(text: str) -> timedelta:
    """`30m`, `24h` or `7d` as a duration. Raises ValueError for anything else."""
    match = _SPAN.fullmatch(text)
    if not match:
        raise ValueError("write a duration as 30m, 24h or 7d")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


class Verify(BaseModel):
    """A quiet period before a session is closed, what to ask after it, where "no" leads."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    after: str = Field(
        description="30m, 24h or 7d.", json_schema_extra={"pattern": f"^{_SPAN.pattern}$"}
    )
    ask: str = Field("Is it still fine?", description="What is asked after that time.")
    reopen: str = Field(description="The node where the session goes on when it is not.")

    @field_validator("after")
    @classmethod
    def _is_span(cls, text: str) -> str:
        if span(text) > LONGEST_WAIT:
            raise ValueError("wait 90 days at most")
        return text

    @property
    def period(self) -> timedelta:
        """The quiet period."""
        return span(self.after)


class Solution(Node):
    """An end of the flow. `resolved` says what came of it, in the past tense, for the note."""

    kind: ClassVar[str] = "solution"
    ends: ClassVar[bool] = True

    id: str = Field(alias="solution", pattern=NODE_ID, description="The step's id.")
    resolved: str = Field(description="What came of it, in the past tense.")
    outcome: Outcome = Field(Outcome.RESOLVED, description="How the session ends.")
    next_steps: tuple[str, ...] = Field((), description="What remains to be done, by whom.")
    verify: Verify | None = Field(None, description="A quiet period before it is closed.")

    @property
    def prose(self) -> str:
        """What came of it."""
        return self.resolved

    def verbs(self) -> tuple[Verb, ...]:
        """Complete; or wait and verify first, where the flow asks for it."""
        complete = Verb(COMPLETE, "Complete…", tone=Tone.END)
        if self.verify is None:
            return (complete,)
        return (Verb(AWAIT, f"Verify after {self.verify.after}", tone=Tone.END), complete)

    def exits(self) -> Iterator[Exit]:
        """None but the way back when the fix did not hold."""
        if self.verify is not None:
            yield Exit(self.verify.reopen, "It came back", ("verify", "reopen"))

    def act(self, verb: str, values: Values, otherwise: str | None) -> Taken | Refusal:
        """An end is completed or verified, not acted on."""
        return Refusal(Because.INVALID, "This is an end: complete the session, or go back.")

    def finding(self, verb: str, values: Values) -> Finding:
        """What came of it."""
        return Finding(self.resolved, self.outcome.label, Certainty.DONE, self.resolved)

    def own_texts(self) -> Iterator[Text]:
        """What came of it, and what comes next."""
        yield Text(("resolved",), self.resolved, PROSE_LIMIT, required=True)
        for index, step in enumerate(self.next_steps):
            yield Text(("next_steps", index), step, SENTENCE_LIMIT, required=True)
        if self.verify is not None:
            yield Text(("verify", "ask"), self.verify.ask, SENTENCE_LIMIT, required=True)
