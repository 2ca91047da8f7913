"""Whether a flow holds together: every way leads somewhere, every step is used, every run ends.

All in time linear in nodes and exits, without recursion: a flow may be a chain of thousands.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from core.flow.check.looks import alike
from core.flow.check.report import about_flow, about_node, warned
from core.flow.model import Flow
from core.flow.nodes import Decision
from core.flow.problem import Problem
from core.flow.suggest import did_you_mean
from core.text import plural, shortened

OPTION_LIMIT = 25  # a Discord message holds 25 buttons
_HINTS = 10  # dangling targets that get a suggestion: each compares with every id

Edges = Mapping[str, list[str]]


def structure(flow: Flow) -> Iterator[Problem]:
    """What is wrong with the flow's nodes and the ways between them."""
    if not flow.nodes:
        yield about_flow(
            "no-nodes", "The flow has no steps. Add a first one under nodes:.", "nodes"
        )
        return
    yield from _duplicates(flow)
    yield from _decisions(flow)
    yield from _targets(flow)
    if flow.first in flow.by_id:
        yield from _ways(flow)


def _duplicates(flow: Flow) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, node in enumerate(flow.nodes):
        if node.id in seen:
            message = f"Another step is already called “{node.id}”. Give this one an id of its own."
            yield about_node("duplicate-node", message, (index, node), ("id",))
        seen.add(node.id)
    for index, other in alike([node.id for node in flow.nodes]):
        message = f"The id looks like “{other}”. Rename one, or they will be mixed up."
        yield warned(about_node("look-alike", message, (index, flow.nodes[index]), ("id",)))


def _decisions(flow: Flow) -> Iterator[Problem]:
    for index, node in enumerate(flow.nodes):
        if isinstance(node, Decision):
            yield from _options(index, node)


def _options(index: int, node: Decision) -> Iterator[Problem]:
    here, count = (index, node), len(node.options)
    if not count:
        message = "A question without answers is a dead end. Add options."
        yield about_node("no-options", message, here, ("options",))
    if count == 1:
        message = "A question with one answer decides nothing. Add an answer, or make it an action."
        yield warned(about_node("one-option", message, here, ("options",)))
    if count > OPTION_LIMIT:
        message = f"{count} answers; {OPTION_LIMIT} are the most. Split the question in two."
        yield about_node("too-many-options", message, here, ("options",))
    seen: set[str] = set()
    for at, option in enumerate(node.options):
        if option.id in seen:
            message = f"Another answer here has the id “{option.id}”. Give this one its own."
            yield about_node("duplicate-option", message, here, ("options", at, "id"))
        seen.add(option.id)
    yield from _labels(index, node)


def _labels(index: int, node: Decision) -> Iterator[Problem]:
    here, options = (index, node), node.options
    seen: set[str] = set()
    for at, option in enumerate(options):
        label = " ".join(option.label.casefold().split())
        if label and label in seen:
            message = f"Another answer here is also called “{shortened(option.label, 60)}”."
            said = f"{message} Nobody can tell them apart: rename one."
            yield about_node("duplicate-label", said, here, ("options", at, "label"))
        seen.add(label)
    for field in ("id", "label"):
        for at, other in alike([str(getattr(option, field)) for option in options]):
            message = f"This looks like “{shortened(other, 60)}”. Rename one of the two."
            yield warned(about_node("look-alike", message, here, ("options", at, field)))


def _targets(flow: Flow) -> Iterator[Problem]:
    hints = 0
    named = [("start", flow.start), ("could_not_check", flow.could_not_check)]
    for field, to in named:
        if to is not None and to not in flow.by_id:
            code = "unknown-start" if field == "start" else "dangling-target"
            yield about_flow(code, _no_such_step(to, flow.by_id), field)
    for index, node in enumerate(flow.nodes):
        for way in node.exits():
            if way.to not in flow.by_id:
                hints += 1
                message = _no_such_step(way.to, flow.by_id if hints <= _HINTS else ())
                yield about_node("dangling-target", message, (index, node), way.field)


def _no_such_step(to: str, ids: Iterable[str]) -> str:
    hint = did_you_mean(to, ids) or " Name a step of this flow, or add this one."
    return f"There is no step “{shortened(to, 60)}”.{hint}"


def _ways(flow: Flow) -> Iterator[Problem]:
    """Steps that no run comes to, and steps from which no run comes to an end."""
    edges = _edges(flow)
    reached = _reached([flow.first or ""], edges)
    for index, node in enumerate(flow.nodes):
        if node.id not in reached and flow.by_id[node.id] is node:
            message = "No way leads here from the start. Lead an answer here, or remove the step."
            yield about_node("unreachable", message, (index, node))
    ending = _reached(_last(flow), _reversed(edges))
    stuck = [id for id in reached if id not in ending]
    if stuck and stuck[0] == flow.first:
        message = "No solution can be reached from the start. Add one, and let a way lead there."
        yield about_flow("no-end", message, "nodes")
    else:
        yield from _traps(flow, stuck, edges)


def _edges(flow: Flow) -> Edges:
    """The ids that each id leads to; what leads nowhere has its own problem already."""
    edges: dict[str, list[str]] = {}
    for id, node in flow.by_id.items():
        to = [way.to for way in node.exits()]
        if isinstance(node, Decision) and not node.could_not_check and flow.could_not_check:
            to.append(flow.could_not_check)
        edges[id] = [target for target in to if target in flow.by_id]
    return edges


def _reversed(edges: Edges) -> Edges:
    back: dict[str, list[str]] = defaultdict(list)
    for id, targets in edges.items():
        for target in targets:
            back[target].append(id)
    return back


def _reached(starts: Iterable[str], edges: Edges) -> dict[str, None]:
    """Every id that can be reached from `starts`, nearest first."""
    found = dict.fromkeys(starts)
    queue = list(found)
    for id in queue:
        for target in edges.get(id, ()):
            if target not in found:
                found[target] = None
                queue.append(target)
    return found


def _last(flow: Flow) -> list[str]:
    """Where a way ends: solutions, and steps whose exits are missing, which is reported as such."""
    return [
        id
        for id, node in flow.by_id.items()
        if node.ends or not any(True for _ in node.exits()) or _dangles(flow, id)
    ]


def _dangles(flow: Flow, id: str) -> bool:
    return any(way.to not in flow.by_id for way in flow.by_id[id].exits())


def _traps(flow: Flow, stuck: list[str], edges: Edges) -> Iterator[Problem]:
    """One problem for each group of steps that lead only to each other."""
    places = {node.id: index for index, node in reversed(list(enumerate(flow.nodes)))}
    inside, back, told = set(stuck), _reversed(edges), set[str]()
    both = {id: [n for n in (*edges[id], *back.get(id, ())) if n in inside] for id in stuck}
    for id in stuck:
        if id in told:
            continue
        group = _reached([id], both)
        told.update(group)
        rest = f", and from {plural(len(group) - 1, 'more step')}" if len(group) > 1 else ""
        message = f"From here{rest} no solution can be reached. Lead a way out to one."
        yield about_node("no-way-out", message, (places[id], flow.by_id[id]))
