"""A command that a step offers for copying, and a reference to read. Nothing here runs anything."""

from pydantic import BaseModel, ConfigDict, Field

from core.flow.flag import Flag


class Command(BaseModel):
    """One command line, its product and version, and whether it changes anything.

    `changes` is None while its author has not said; `check` then asks for it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: str = Field(description="Product and version, for instance 'FortiOS 7.4'.")
    language: str = Field(description="powershell, cmd, bash, fortios, ... decides the quoting.")
    code: str = Field(description="The command; {{name}} stands for a variable.")
    changes: Flag | None = Field(None, description="true when it changes or deletes anything.")
    source: str | None = Field(None, description="Where it is documented.")
    expect: str | None = Field(None, description="What its output looks like when all is well.")


class Reference(BaseModel):
    """Something to read: a title and an address."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = Field(description="What it is called.")
    url: str = Field(description="Its address, beginning with https://.")
