"""What a flow is, as a value. A draft may be incomplete: only its shape is held here.

Whether a flow makes sense (targets exist, nothing dangles) is judged by `core.flow.check`.
"""

from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType

from pydantic import BaseModel, ConfigDict, Field

from core.flow.node import Node
from core.flow.nodes import AnyNode
from core.flow.variable import Variable

FLOW_ID = r"^[a-z0-9][a-z0-9-]{0,63}$"


class FlowKind(StrEnum):
    """How a flow runs. Troubleshooting branches."""

    TROUBLESHOOTING = "troubleshooting"


class Flow(BaseModel):
    """A flow as its document says it: `flow` is its name, which stays the same over versions."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    flow: str = Field(pattern=FLOW_ID, description="The flow's own name, stable over versions.")
    title: str = Field(description="What people call it.")
    kind: FlowKind = Field(FlowKind.TROUBLESHOOTING, description="How it runs.")
    summary: str | None = Field(None, description="One or two sentences: when to use it.")
    category: str | None = Field(None, description="The shelf it stands on.")
    tags: tuple[str, ...] = Field((), description="Words to find it by.")
    intake: tuple[Variable, ...] = Field((), description="What is asked at the start.")
    start: str | None = Field(None, description="The first node; the first listed if unset.")
    could_not_check: str | None = Field(
        None, description="Where a decision leads that could not be checked and does not say."
    )
    nodes: tuple[AnyNode, ...] = Field((), description="Its steps.")

    @cached_property
    def by_id(self) -> Mapping[str, Node]:
        """Its nodes by id; of two with one id, the first."""
        return MappingProxyType({node.id: node for node in reversed(self.nodes)})

    @property
    def first(self) -> str | None:
        """The id of the node where a session starts; None in an empty draft."""
        return self.start or (self.nodes[0].id if self.nodes else None)

    @cached_property
    def variables(self) -> Mapping[str, Variable]:
        """Every variable by name: the intake's, then those that input steps ask for."""
        intake = {variable.name: variable for variable in self.intake}
        asked = {v.name: v for node in self.nodes if (v := node.asks()) is not None}
        return MappingProxyType(intake | asked | intake)  # also where both ask for one
