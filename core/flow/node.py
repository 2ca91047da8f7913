"""What every node of a flow is: the texts all kinds share, and what a kind must be able to say.

A kind is one file in core/flow/nodes and one line in its registry. Nothing here names a kind.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import field
from enum import StrEnum
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

from core.errors import Refusal
from core.flow.command import Command, Reference
from core.flow.variable import Variable
from core.frozen import frozen

NODE_ID = r"^[a-z0-9][a-z0-9-]{0,47}$"
OPTION_ID = r"^[a-z0-9][a-z0-9-]{0,31}$"

Values = Mapping[str, str]


class Tone(StrEnum):
    """How a verb is meant: the ordinary way on, a way around, or an ending."""

    MAIN = "main"
    ASIDE = "aside"
    END = "end"


@frozen
class Verb:
    """One thing that can be done at a node: `name` and `argument` go into the button's token."""

    name: str
    label: str
    argument: str = ""
    tone: Tone = Tone.MAIN


@frozen
class Exit:
    """One way out of a node: where it leads, what it is called, which field names it."""

    to: str
    label: str
    field: tuple[str | int, ...]


@frozen
class Taken:
    """What acting at a node means: the next node, the values worth keeping, what it sets."""

    to: str
    values: Values = field(default_factory=dict)
    sets: Values = field(default_factory=dict)


class Certainty(StrEnum):
    """Whether a finding was seen, or could not be looked at."""

    CHECKED = "checked"
    NOT_CHECKED = "not-checked"
    DONE = "done"
    NOT_DONE = "not-done"


@frozen
class Finding:
    """What one step contributes to a ticket note, with {{variables}} still unfilled.

    `asked` is the question or task, `answer` what came of it, `sentence` both in one sentence
    where the flow's author gave one.
    """

    asked: str
    answer: str
    certainty: Certainty
    sentence: str | None = None


@frozen
class Text:
    """One text of a node, for whoever must look at all of them: its field, limit and value."""

    field: tuple[str | int, ...]
    value: str
    limit: int  # characters
    required: bool = False


PROSE_LIMIT = 3_000  # characters; a Slack section holds 3,000
LABEL_LIMIT = 75  # characters; a Slack button holds 75, Discord's 80
CODE_LIMIT = 3_000
SENTENCE_LIMIT = 300


class Node(BaseModel, ABC):
    """One step of a flow. `id` is written under the kind's own name: `decision: scope`."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    kind: ClassVar[str]
    ends: ClassVar[bool] = False

    id: str = Field(pattern=NODE_ID)
    help: str | None = Field(None, description="How to do this, for someone new to it.")
    commands: tuple[Command, ...] = ()
    warn: str | None = Field(None, description="What can go wrong, shown before anything else.")
    expect: str | None = Field(None, description="What is seen when it worked.")
    reference: Reference | None = None

    @property
    @abstractmethod
    def prose(self) -> str:
        """What the step says, as Markdown with {{variables}}."""

    @abstractmethod
    def verbs(self) -> tuple[Verb, ...]:
        """What can be done here, in the order in which it is offered."""

    @abstractmethod
    def exits(self) -> Iterator[Exit]:
        """Every way out, named fields first to last; an end has none."""

    @abstractmethod
    def act(self, verb: str, values: Values, otherwise: str | None) -> Taken | Refusal:
        """What acting means. `otherwise` is where the flow sends what could not be checked."""

    @abstractmethod
    def finding(self, verb: str, values: Values) -> Finding:
        """What an accepted act contributes to the ticket note."""

    def asks(self) -> Variable | None:
        """The variable that this step sets, if it asks for one."""
        return None

    def own_texts(self) -> Iterator[Text]:
        """The texts that only this kind has."""
        return iter(())

    def texts(self) -> Iterator[Text]:
        """Every text of the node with its limit."""
        yield from self.own_texts()
        for name in ("help", "warn", "expect"):
            value: str | None = getattr(self, name)
            if value is not None:
                yield Text((name,), value, PROSE_LIMIT)
        for index, command in enumerate(self.commands):
            yield Text(("commands", index, "label"), command.label, LABEL_LIMIT, required=True)
            yield Text(("commands", index, "code"), command.code, CODE_LIMIT, required=True)
            if command.expect is not None:
                yield Text(("commands", index, "expect"), command.expect, PROSE_LIMIT)
