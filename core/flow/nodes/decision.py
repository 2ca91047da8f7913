"""A decision: a question with labelled exits, and always "Couldn't check"."""

from collections.abc import Iterator
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

from core.errors import Because, Refusal
from core.flow.node import (
    LABEL_LIMIT,
    NODE_ID,
    OPTION_ID,
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

CHOOSE = "choose"
COULD_NOT_CHECK = "could-not-check"


class Option(BaseModel):
    """One labelled exit of a decision. `finding` is how its choice reads in a ticket note."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=OPTION_ID, description="Its own name, stable over versions.")
    label: str = Field(description="The answer as its button says it.")
    to: str = Field(description="The id of the step that this answer leads to.")
    finding: str | None = Field(None, description="A sentence for the ticket note.")


class Decision(Node):
    """A question. Its `could_not_check` exit, or the flow's, takes what nobody could look at."""

    kind: ClassVar[str] = "decision"

    id: str = Field(alias="decision", pattern=NODE_ID, description="The step's id.")
    ask: str = Field(description="The question.")
    options: tuple[Option, ...] = Field((), description="The answers, each leading to a step.")
    could_not_check: str | None = Field(None, description="Where to go when nobody could look.")

    @property
    def prose(self) -> str:
        """The question."""
        return self.ask

    def option(self, id: str) -> Option | None:
        """The option with this id, if there is one."""
        for option in self.options:
            if option.id == id:
                return option
        return None

    def verbs(self) -> tuple[Verb, ...]:
        """One verb an option, then "Couldn't check"."""
        choices = tuple(Verb(CHOOSE, option.label, option.id) for option in self.options)
        return (*choices, Verb(COULD_NOT_CHECK, "Couldn't check", tone=Tone.ASIDE))

    def exits(self) -> Iterator[Exit]:
        """Each option's target, then that of "Couldn't check"."""
        for index, option in enumerate(self.options):
            yield Exit(option.to, option.label, ("options", index, "to"))
        if self.could_not_check is not None:
            yield Exit(self.could_not_check, "Couldn't check", ("could_not_check",))

    def act(self, verb: str, values: Values, otherwise: str | None) -> Taken | Refusal:
        """Choose `values['option']`; or could not check, if need be with a branch by hand."""
        picked = self.option(values.get("option", ""))
        kept = {"option": picked.id} if picked else {}
        if verb == CHOOSE:
            return Taken(picked.to, kept) if picked else _no_such_option(self)
        if verb == COULD_NOT_CHECK:
            to = picked.to if picked else self.could_not_check or otherwise
            return Taken(to, kept) if to else _pick_by_hand(self)
        return Refusal(Because.INVALID, f"A decision cannot be answered with “{verb}”.")

    def finding(self, verb: str, values: Values) -> Finding:
        """The question with the label chosen, or that it could not be checked."""
        picked = self.option(values.get("option", ""))
        if verb == COULD_NOT_CHECK:
            went_on = f"could not be checked; went on as if “{picked.label}”" if picked else ""
            return Finding(self.ask, went_on or "could not be checked", Certainty.NOT_CHECKED)
        if picked is None:
            return Finding(self.ask, "not answered", Certainty.NOT_CHECKED)
        return Finding(self.ask, picked.label, Certainty.CHECKED, picked.finding)

    def own_texts(self) -> Iterator[Text]:
        """The question, the labels, the sentences for the note."""
        yield Text(("ask",), self.ask, PROSE_LIMIT, required=True)
        for index, option in enumerate(self.options):
            yield Text(("options", index, "label"), option.label, LABEL_LIMIT, required=True)
            if option.finding is not None:
                yield Text(("options", index, "finding"), option.finding, SENTENCE_LIMIT)


def _no_such_option(node: Decision) -> Refusal:
    labels = ", ".join(f"“{option.label}”" for option in node.options)
    return Refusal(Because.INVALID, f"That is none of the answers here: {labels}.")


def _pick_by_hand(node: Decision) -> Refusal:
    return Refusal(
        Because.NEEDS_CHOICE,
        "The flow does not say where to go when this could not be checked. "
        "Pick the branch to go on with; the record will say that it was not checked.",
    )
