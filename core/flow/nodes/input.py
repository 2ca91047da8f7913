"""An input: a value to find out and write down, kept as a variable."""

from collections.abc import Iterator
from typing import ClassVar

from pydantic import Field

from core.errors import Because, Refusal
from core.flow.node import (
    LABEL_LIMIT,
    NODE_ID,
    PROSE_LIMIT,
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
from core.flow.variable import Variable

ANSWER = "answer"
COULD_NOT_FIND_OUT = "could-not-find-out"


class Input(Node):
    """A question answered with a value, which later texts use as {{name}}."""

    kind: ClassVar[str] = "input"

    id: str = Field(alias="input", pattern=NODE_ID, description="The step's id.")
    ask: str = Field(description="The question.")
    variable: Variable = Field(description="The variable that the answer sets.")
    to: str = Field(description="The id of the step that comes next.")
    could_not_check: str | None = Field(None, description="Where to go without a value.")

    @property
    def prose(self) -> str:
        """The question."""
        return self.ask

    def asks(self) -> Variable:
        """The variable that the answer sets."""
        return self.variable

    def verbs(self) -> tuple[Verb, ...]:
        """A form, or could not find out."""
        aside = Verb(COULD_NOT_FIND_OUT, "Couldn't find out", tone=Tone.ASIDE)
        return (Verb(ANSWER, f"Enter {self.variable.label}"), aside)

    def exits(self) -> Iterator[Exit]:
        """The next node, and where to go without a value."""
        yield Exit(self.to, self.variable.label, ("to",))
        if self.could_not_check is not None:
            yield Exit(self.could_not_check, "Couldn't find out", ("could_not_check",))

    def act(self, verb: str, values: Values, otherwise: str | None) -> Taken | Refusal:
        """Keep `values['value']` in canonical form and go on."""
        if verb == COULD_NOT_FIND_OUT:
            return Taken(self.could_not_check or self.to)
        if verb != ANSWER:
            return Refusal(Because.INVALID, f"An input cannot be answered with “{verb}”.")
        value = self.variable.accept(values.get("value", ""))
        if isinstance(value, Refusal):
            return value
        if not value:
            return Refusal(
                Because.INVALID,
                f"{self.variable.label} is empty. Type it, or choose “Couldn't find out”.",
            )
        return Taken(self.to, {"value": value}, {self.variable.name: value})

    def finding(self, verb: str, values: Values) -> Finding:
        """The label with its value."""
        if verb == COULD_NOT_FIND_OUT:
            return Finding(self.variable.label, "could not be found out", Certainty.NOT_CHECKED)
        return Finding(self.variable.label, values.get("value", ""), Certainty.CHECKED)

    def own_texts(self) -> Iterator[Text]:
        """The question and the variable's label."""
        yield Text(("ask",), self.ask, PROSE_LIMIT, required=True)
        yield Text(("variable", "label"), self.variable.label, LABEL_LIMIT, required=True)
