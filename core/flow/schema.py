"""The published JSON Schema of a flow's document, for editors and other programs.

It says what can be read. Whether a flow makes sense is judged by `core.flow.check`, not here.
"""

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from core.flow.model import Flow
from core.flow.nodes import KINDS

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, Any]:
    """The schema as JSON values: a flow's fields, and one definition for each kind of node."""
    generated = Flow.model_json_schema(by_alias=True, schema_generator=_Readable)
    definitions = generated.pop("$defs")
    head = {"$schema": DIALECT, "title": "ResolutionFlow document"}
    return {**head, **_without(generated, "title"), "$defs": dict(sorted(definitions.items()))}


class _Readable(GenerateJsonSchema):
    """Pydantic's generator, without titles that only repeat a field's name."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        """Never: the name says it."""
        return False

    def tagged_union_schema(self, schema: core_schema.TaggedUnionSchema) -> JsonSchemaValue:
        """One of the kinds of node, told apart by the field that carries the id."""
        union = super().tagged_union_schema(schema)
        kinds = ", ".join(KINDS)
        return {"description": f"A step, of one kind: {kinds}.", "oneOf": union["oneOf"]}

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        """A type or null as one list of types where that is possible."""
        nullable = super().nullable_schema(schema)
        kinds = nullable.get("anyOf", [])
        if len(kinds) == 2 and set(kinds[0]) == {"type"}:
            return {"type": [kinds[0]["type"], "null"]}
        return nullable

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """Without the default null: it says no more than that the field may be left out."""
        inner = super().default_schema(schema)
        return _without(inner, "default") if inner.get("default", "") is None else inner


def _without(schema: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in schema.items() if name != key}
