"""The starter flows: sound, walkable by every answer, with commands that always fill."""

from collections import deque
from pathlib import Path

import pytest

from core.flow import template
from core.flow.check import check
from core.flow.document import read
from core.flow.model import Flow
from core.flow.node import Node, Verb
from core.flow.variable import VariableType
from core.session.commands import fill
from core.session.state import Status
from core.session.variables import with_defaults
from core.session.verbs import answering
from tests.play import Play, play

STARTERS = sorted((Path(__file__).parents[2] / "storage" / "starter").glob("*.yaml"))
EXAMPLES = {
    VariableType.CLIENT: "Acme Ltd",
    VariableType.EMAIL: "sam.o'neill@acme.example",
    VariableType.HOSTNAME: "fs01.acme.example",
    VariableType.IP: "192.0.2.10",
    VariableType.NUMBER: "24",
    VariableType.TEXT: "<d9683b4c@mail.acme.example>",
}
Step = tuple[str, Verb]  # a node's id, and what is answered there


@pytest.fixture(params=STARTERS, ids=lambda path: path.stem)
def flow(request: pytest.FixtureRequest) -> Flow:
    path: Path = request.param
    return read(path.read_bytes(), name=path.name)


def examples(flow: Flow) -> dict[str, str]:
    return {name: EXAMPLES[variable.type] for name, variable in flow.variables.items()}


def answer(walk: Play, verb: Verb) -> None:
    """Answer as somebody at the screen would; an input gets a value that it takes."""
    asked = walk.node.asks()
    typed = {"value": EXAMPLES[asked.type]} if asked and verb.name == "answer" else {}
    walk.does(answering(walk.session.here.visit, verb.name, verb.argument, typed))
    assert walk.refusal is None, f"{walk.session.here.node}, {verb.label}: {walk.refusal}"


def verbs(node: Node) -> tuple[Verb, ...]:
    return () if node.ends else node.verbs()


def walked(flow: Flow, steps: tuple[Step, ...]) -> Play:
    walk = play(flow).start()
    for id, verb in steps:
        assert walk.session.here.node == id
        answer(walk, verb)
    return walk


def shortest_ways(flow: Flow) -> dict[str, tuple[Step, ...]]:
    """How to get to each node that can be reached, with the fewest answers."""
    assert flow.first is not None
    ways: dict[str, tuple[Step, ...]] = {flow.first: ()}
    queue = deque(ways)
    while queue:
        id = queue.popleft()
        for verb in verbs(flow.by_id[id]):
            way = (*ways[id], (id, verb))
            reached = walked(flow, way).session.here.node
            if reached not in ways:
                ways[reached] = way
                queue.append(reached)
    return ways


def test_there_are_starters() -> None:
    assert {"ad-lockout", "m365-mail-not-delivered", "vpn-down"} <= {p.stem for p in STARTERS}


def test_it_is_without_problems_and_named_like_its_file(flow: Flow) -> None:
    assert flow.flow in {path.stem for path in STARTERS}
    assert check(flow) == ()


def test_every_answer_of_every_step_leads_on_to_an_end_or_to_a_step_seen_before(
    flow: Flow,
) -> None:
    ways = shortest_ways(flow)
    assert set(ways) == set(flow.by_id), "every step can be reached"
    for id, way in ways.items():
        for verb in verbs(flow.by_id[id]):
            walk, seen = walked(flow, (*way, (id, verb))), {step for step, _ in (*way, (id, verb))}
            while not walk.node.ends and walk.session.here.node not in seen:
                seen.add(walk.session.here.node)
                answer(walk, walk.node.verbs()[0])
            assert walk.session.status is Status.ACTIVE
    for id, way in ways.items():
        if not flow.by_id[id].ends:
            assert _ends_from(flow, id), f"from {id} no end can be reached"
        else:
            walked(flow, way).replayed()


def _ends_from(flow: Flow, id: str) -> bool:
    seen, open_ends = {id}, [id]
    while open_ends:
        node = flow.by_id[open_ends.pop()]
        if node.ends:
            return True
        fresh = {way.to for way in node.exits()} - seen
        seen |= fresh
        open_ends.extend(fresh)
    return False


def test_every_command_fills_with_and_without_values(flow: Flow) -> None:
    known = flow.variables
    for node in flow.nodes:
        for command in node.commands:
            used = template.names(command.code)
            for values in ({}, with_defaults(flow, {}), examples(flow)):
                filled = fill(command, known, values)
                where = f"{node.id}: {filled.code}"
                assert not template.names(filled.code), where
                assert "{{" not in filled.code, where
                unset = {known[name].label for name in used if name not in values}
                assert set(filled.missing) == unset, where


def test_every_variable_in_a_text_is_one_that_the_flow_knows(flow: Flow) -> None:
    for node in flow.nodes:
        for text in node.texts():
            assert set(template.names(text.value)) <= set(flow.variables), f"{node.id} {text.field}"
