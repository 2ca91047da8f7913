"""A yes or no in a document: the words true and false, nothing that might be meant as a text."""

from typing import Annotated

from pydantic import BeforeValidator


def _flag(value: object) -> bool:
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return value == "true"
    raise ValueError("write true or false")


Flag = Annotated[bool, BeforeValidator(_flag)]
