"""The published schema: valid itself, takes what is written, refuses what cannot be read."""

import json

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from core.errors import DocumentError
from core.flow.document import read, write_json
from core.flow.model import Flow
from core.flow.nodes import KINDS
from core.flow.schema import schema
from tests.core.flow.documents import VPN
from tests.flows import valid_flows

VALIDATOR = Draft202012Validator(schema())


def test_it_is_a_valid_schema_of_the_dialect_it_names() -> None:
    Draft202012Validator.check_schema(schema())
    assert schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema()["title"] == "ResolutionFlow document"
    assert json.loads(json.dumps(schema())) == schema()


def test_it_takes_the_example() -> None:
    VALIDATOR.validate(json.loads(write_json(read(VPN))))


@settings(max_examples=30, deadline=None)
@given(valid_flows())
def test_it_takes_every_valid_flow_as_written(flow: Flow) -> None:
    VALIDATOR.validate(json.loads(write_json(flow)))


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": "A"},
        {"flow": "A b", "title": "A"},
        {"flow": "a", "title": "A", "kind": "dance"},
        {"flow": "a", "title": "A", "titel": "B"},
        {"flow": "a", "title": ["A"]},
        {"flow": "a", "title": "A", "tags": "b"},
        {"flow": "a", "title": "A", "nodes": [{"ask": "b"}]},
        {"flow": "a", "title": "A", "nodes": ["b"]},
        {"flow": "a", "title": "A", "nodes": [{"id": "b", "ask": "c"}]},
        {"flow": "a", "title": "A", "nodes": [{"decision": "b", "ask": "c", "action": "d"}]},
        {"flow": "a", "title": "A", "nodes": [{"action": "b", "do": "c"}]},
        {"flow": "a", "title": "A", "nodes": [{"solution": "B", "resolved": "c"}]},
        {"flow": "a", "title": "A", "nodes": [{"solution": "b", "resolved": "c", "outcome": "d"}]},
        {"flow": "a", "title": "A", "intake": [{"name": "b", "label": "B", "required": "yes"}]},
        {
            "flow": "a",
            "title": "A",
            "nodes": [
                {"solution": "b", "resolved": "c", "verify": {"after": "soon", "reopen": "b"}}
            ],
        },
    ],
)
def test_it_refuses_what_cannot_be_read(wrong: dict[str, object]) -> None:
    assert not VALIDATOR.is_valid(wrong)
    with pytest.raises(DocumentError):
        read(json.dumps(wrong), name="a.json")


def test_it_reads_well() -> None:
    """Every kind is named, every field described, nothing titled only to repeat its name."""
    definitions = schema()["$defs"]
    refs = [kind["$ref"] for kind in schema()["properties"]["nodes"]["items"]["oneOf"]]
    assert refs == [f"#/$defs/{kind.__name__}" for kind in KINDS.values()]
    for kind, model in KINDS.items():
        assert kind in definitions[model.__name__]["required"]
    for definition in (schema(), *definitions.values()):
        assert "description" in definition
        for field in definition.get("properties", {}).values():
            assert "title" not in field
