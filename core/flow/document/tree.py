"""A document's values with the places they stand at, grown without recursion.

Every scalar is text, or None for an empty one: what a text means is the model's business.
"""

from dataclasses import dataclass, field, replace

from core.errors import DocumentError
from core.flow.document.source import Source
from core.flow.nodes import KINDS
from core.flow.problem import Path, Place, Problem
from core.frozen import frozen
from core.text import cleaned, shortened

DEPTH_LIMIT = 32  # levels of nesting; a flow needs eight
VALUE_LIMIT = 250_000  # lists, maps and texts: 5,000 nodes of 50
PROBLEM_LIMIT = 50

Value = str | list["Value"] | dict[str, "Value"] | None


@dataclass(slots=True)
class Tree:
    """One value: what it is, where it starts, and for a map where each key stands."""

    offset: int
    value: "str | list[Tree] | dict[str, Tree] | None"
    keys: dict[str, int] = field(default_factory=dict)

    def plain(self) -> Value:
        """The value alone, texts cleaned, keys without a value left out."""
        if isinstance(self.value, str):
            return cleaned(self.value)
        if isinstance(self.value, list):
            return [child.plain() for child in self.value]
        if isinstance(self.value, dict):
            return {k: v.plain() for k, v in self.value.items() if v.value is not None}
        return None


@frozen
class Positions:
    """Where each value of a document stands."""

    source: Source
    tree: Tree

    def at(self, path: Path, *, key: bool = False) -> Place:
        """The place of the value at `path`, or of its key; of the nearest there is around it."""
        here, offset = self.tree, self.tree.offset
        for step in path:
            child: Tree | None = None
            if isinstance(here.value, dict) and isinstance(step, str):
                child = here.value.get(step)
            elif isinstance(here.value, list) and isinstance(step, int):
                child = here.value[step] if step < len(here.value) else None
            if child is None:
                break
            offset = here.keys[str(step)] if key and here.keys else child.offset
            here = child
        return self.source.place(offset)

    def locate(self, problem: Problem, *, key: bool = False) -> Problem:
        """The problem with its place, unless it has one, and its node's id."""
        place = problem.place or self.at(problem.path, key=key)
        return replace(problem, place=place, node=problem.node or self._node(problem.path))

    def _node(self, path: Path) -> str | None:
        """The id of the node that `path` leads into."""
        nodes = self.tree.value.get("nodes") if isinstance(self.tree.value, dict) else None
        if path[:1] != ("nodes",) or len(path) < 2 or nodes is None:
            return None
        index = path[1]
        if not isinstance(nodes.value, list) or not isinstance(index, int):
            return None
        node = nodes.value[index].value if index < len(nodes.value) else None
        kind = next((k for k in KINDS if k in node), None) if isinstance(node, dict) else None
        id = node[kind].value if isinstance(node, dict) and kind else None
        return shortened(cleaned(id), 48) if isinstance(id, str) else None


class Grower:
    """Grows a tree from the outside in, as a parser comes upon its parts; collects problems."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.root: Tree | None = None
        self.problems: list[Problem] = []
        self._count = 0
        self._open: list[Tree] = []
        self._steps: list[str | int] = []  # to each open one but the root
        self._keys: list[tuple[str, int] | None] = []  # each open map's, without its value yet

    def enter(self, empty: "list[Tree] | dict[str, Tree]", offset: int) -> None:
        """A list or a map begins. Raises DocumentError when it is one too deep, or a key."""
        if len(self._open) >= DEPTH_LIMIT:
            raise self._stop("too-deep", offset, _TOO_DEEP)
        if self._wants_key():
            raise self._stop("key-not-text", offset, _KEY_NOT_TEXT)
        tree = Tree(offset, empty)
        self._steps += self._step()
        self._add(tree)
        self._open.append(tree)
        self._keys.append(None)

    def leave(self) -> None:
        """The innermost list or map ends."""
        self._open.pop()
        self._keys.pop()
        del self._steps[-1:]

    def scalar(self, text: str | None, offset: int) -> None:
        """A key, or a value that is neither list nor map."""
        if self._wants_key():
            self._keys[-1] = ("null" if text is None else cleaned(text), offset)
        else:
            self._add(Tree(offset, text))

    def report(self, code: str, offset: int, message: str) -> None:
        """Note a problem and go on. Raises DocumentError when there are too many."""
        place = self.source.place(offset)
        self.problems.append(Problem(code, message, self._path(), place=place))
        if len(self.problems) >= PROBLEM_LIMIT:
            raise DocumentError(self.located())

    def located(self) -> tuple[Problem, ...]:
        """The problems so far, with the node each is in."""
        if self.root is None:
            return tuple(self.problems)
        positions = Positions(self.source, self.root)
        return tuple(positions.locate(problem) for problem in self.problems)

    def _wants_key(self) -> bool:
        return (
            bool(self._open) and self._keys[-1] is None and isinstance(self._open[-1].value, dict)
        )

    def _add(self, tree: Tree) -> None:
        self._count += 1
        if self._count > VALUE_LIMIT:
            raise self._stop("too-many", tree.offset, _TOO_MANY)
        if not self._open:
            self.root = self.root or tree
            return
        parent = self._open[-1]
        if isinstance(parent.value, list):
            parent.value.append(tree)
        elif isinstance(parent.value, dict):
            self._put(parent, parent.value, tree)

    def _put(self, parent: Tree, items: dict[str, Tree], tree: Tree) -> None:
        pending = self._keys[-1]
        assert pending is not None
        key, offset = pending
        if key in items:
            first = self.source.place(parent.keys[key])
            shown = shortened(key, 40)
            what = f"“{shown}” is already given in line {first.line}. Remove one of the two."
            self.report("duplicate-key", offset, what)
        else:
            items[key] = tree
            parent.keys[key] = offset
        self._keys[-1] = None

    def _step(self) -> Path:
        """From the innermost open list or map to what comes next in it."""
        if not self._open:
            return ()
        value, key = self._open[-1].value, self._keys[-1]
        if isinstance(value, list):
            return (len(value),)
        return (key[0],) if key else ()

    def _path(self) -> Path:
        return (*self._steps, *self._step())

    def _stop(self, code: str, offset: int, message: str) -> DocumentError:
        path = () if code == "too-deep" else self._path()
        self.problems.append(Problem(code, message, path, place=self.source.place(offset)))
        return DocumentError(self.located())


_TOO_DEEP = f"Nested more than {DEPTH_LIMIT} levels deep; a flow needs eight. Is a [ too many?"
_TOO_MANY = f"More than {VALUE_LIMIT:,} values. Split the document into several flows."
_KEY_NOT_TEXT = (
    "A field's name must be text. A text that begins with {{ or [ must stand in quotes: "
    '"{{client}} is down".'
)
