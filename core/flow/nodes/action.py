"""An action: something to do, then on to the next node."""

from collections.abc import Iterator
from typing import ClassVar

from pydantic import Field

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

DONE = "done"
COULD_NOT_DO = "could-not-do"


class Action(Node):
    """A thing to do. `done` is its past tense for the ticket note."""

    kind: ClassVar[str] = "action"

    id: str = Field(alias="action", pattern=NODE_ID, description="The step's id.")
    do: str = Field(description="What is to be done.")
    done: str | None = Field(None, description="What was done, as a sentence for the ticket note.")
    to: str = Field(description="The id of the step that comes next.")
    could_not_do: str | None = Field(None, description="Where to go when it could not be done.")

    @property
    def prose(self) -> str:
        """The task."""
        return self.do

    def verbs(self) -> tuple[Verb, ...]:
        """Done, or could not be done."""
        return (Verb(DONE, "Done"), Verb(COULD_NOT_DO, "Couldn't do it", tone=Tone.ASIDE))

    def exits(self) -> Iterator[Exit]:
        """The next node, and where to go otherwise."""
        yield Exit(self.to, "Done", ("to",))
        if self.could_not_do is not None:
            yield Exit(self.could_not_do, "Couldn't do it", ("could_not_do",))

    def act(self, verb: str, values: Values, otherwise: str | None) -> Taken | Refusal:
        """Go on; without an exit of its own, what could not be done goes on all the same."""
        if verb == DONE:
            return Taken(self.to)
        if verb == COULD_NOT_DO:
            return Taken(self.could_not_do or self.to)
        return Refusal(Because.INVALID, f"An action cannot be answered with “{verb}”.")

    def finding(self, verb: str, values: Values) -> Finding:
        """What was done, or that it could not be."""
        if verb == COULD_NOT_DO:
            return Finding(self.do, "could not be done", Certainty.NOT_DONE)
        return Finding(self.do, "done", Certainty.DONE, self.done)

    def own_texts(self) -> Iterator[Text]:
        """The task and its past tense."""
        yield Text(("do",), self.do, PROSE_LIMIT, required=True)
        if self.done is not None:
            yield Text(("done",), self.done, SENTENCE_LIMIT)
