"""Random flows that are valid: every step can be reached, and from every step an end can be.

They branch, loop back, verify, ask for values, name variables, and hold odd but legal texts.
"""

from dataclasses import dataclass, field

from hypothesis import strategies as st

from core.flow.command import Command, Reference
from core.flow.model import Flow
from core.flow.node import Node
from core.flow.nodes import Action, Decision, Input, Solution
from core.flow.nodes.decision import Option
from core.flow.nodes.solution import Verify
from core.flow.outcome import Outcome
from core.flow.variable import Variable, VariableType
from core.text import cleaned

MOST_NODES = 12  # before the ends that close what is left open
MOST_OPTIONS = 4

ODD = (
    "yes", "no", "null", "~", "true", "1.10", "0123", "0x1f", "1e3", "12:30:45", "2026-03-31",
    "# x", "x # y", ": ", "a: b", "a:", "- a", "-", "[a, b]", "{a: b}", "*a", "&a", "!a", "%a",
    "@a", "`a`", "'a'", '"a"', 'it\'s "so"', "C:\\Users\\x", "<<", "=", "|", ">", "?", "...", "---",
    "a\tb", "two\nlines", "two\n\n  indented\nlines", "line\n\ttab", "line \n  \nline",
    "\"it's\": so", "odd\u2029\nlines",
    "#\n#",
    "🔥 fire", "👩🏽‍💻", "é e\u0301", "שלום עולם", "مرحبا", "\ufeffa", "a\u2029b", "a\u00a0b",
    "zero\u200bwidth", "a\ufffeb", "x" * 1_100 + ": y", "null\n", "Is it up?", "<server>",
)  # fmt: skip
_TYPED = (
    Variable(name="client", label="Client", type=VariableType.CLIENT),
    Variable(name="gateway", label="Gateway", type=VariableType.IP, required=True),
    Variable(name="server", label="Server", type=VariableType.HOSTNAME, default="dc01"),
    Variable(name="seats", label="Seats", type=VariableType.NUMBER, help="As licensed."),
    Variable(name="note", label="Note", type=VariableType.LONG_TEXT),
    Variable(name="site", label="Site", type=VariableType.SELECT, options=("North", "South")),
    Variable(name="asset", label="Asset", pattern=r"[A-Z]{2}\d{4}"),
)
_COMMANDS = (
    Command(
        label="Windows Server 2022",
        language="powershell",
        code="Get-Service -Name Spooler",
        changes=False,
        source="https://learn.microsoft.com/powershell",
    ),
    Command(
        label="FortiOS 7.4",
        language="fortios",
        code="get vpn ipsec tunnel summary\nget router info routing-table all",
        changes=False,
        source="FortiOS 7.4 CLI Reference",
        expect='One line a tunnel: "up"',
    ),
)
_CHANGING = Command(
    label="systemd 255",
    language="bash",
    code="sudo systemctl restart strongswan",
    changes=True,
    source="systemctl(1)",
)
_WORD = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="{"), min_size=1, max_size=12
)
_ODD_TEXT = st.one_of(st.sampled_from(ODD), _WORD).map(cleaned).filter(bool)
_STEP_IDS = [f"step-{n}" for n in range(MOST_NODES)]
_ODD_IDS = ["yes", "no", "null", "true", "0123", "1-10", "1e3", "on", *_STEP_IDS]
_KINDS: tuple[type[Node], ...] = (Decision, Decision, Action, Input, Solution)
_OPTION_IDS = ("yes", "no", "null", "1-10")
_LABELS = ("Yes", "No", "null", "1.10: “up”, # not {down}")


@dataclass
class Draft:
    """A graph that grows: what kind each node is, and where its ways lead so far."""

    kinds: list[type[Node]] = field(default_factory=list)
    ways: list[list[int | None]] = field(default_factory=list)  # per node, to which node

    def add(self, kind: type[Node], ways: int) -> int:
        """A new node with so many ways out that lead nowhere yet; its number."""
        self.kinds.append(kind)
        self.ways.append([None] * ways)
        return len(self.kinds) - 1

    def open(self) -> list[tuple[int, int]]:
        """The ways that lead nowhere yet."""
        return [
            (node, way)
            for node, ways in enumerate(self.ways)
            for way, to in enumerate(ways)
            if to is None
        ]


@st.composite
def _graphs(draw: st.DrawFn) -> Draft:
    """A tree that reaches every node, its open ways closed by loops, jumps and ends.

    Every node has at least one way within the tree, whose leaves are ends: so all can end.
    """
    draft = Draft()
    for _ in range(draw(st.integers(1, MOST_NODES))):
        open_ways = draft.open()
        if draft.kinds and not open_ways:
            break
        kind = draw(st.sampled_from(_KINDS))
        ways = draw(st.integers(2, MOST_OPTIONS)) if kind is Decision else int(not kind.ends)
        if open_ways:
            node, way = draw(st.sampled_from(open_ways))
            draft.ways[node][way] = len(draft.kinds)
        draft.add(kind, ways)
    for node, way in draft.open():
        within_tree = any(to is not None and to > node for to in draft.ways[node])
        if within_tree and draw(st.booleans()):
            draft.ways[node][way] = draw(st.integers(0, len(draft.kinds) - 1))
        else:
            draft.ways[node][way] = draft.add(Solution, 0)
    return draft


@st.composite
def valid_flows(draw: st.DrawFn) -> Flow:
    """A flow in which `core.flow.check` finds no error."""
    draft = draw(_graphs())
    ids = [
        *draw(st.sampled_from((_STEP_IDS, _ODD_IDS))),
        *(f"end-{n}" for n in range(len(draft.kinds))),
    ]
    intake = draw(st.lists(st.sampled_from(_TYPED), max_size=3, unique=True))
    asked = [_asked(number) for number, kind in enumerate(draft.kinds) if kind is Input]
    texts = _texts([variable.name for variable in (*intake, *asked)])
    anywhere = st.none() | st.sampled_from(ids[: len(draft.kinds)])
    return Flow(
        flow=draw(st.sampled_from(("vpn-down", "null", "1-10"))),
        title=draw(texts)[:100].strip(),
        summary=draw(st.none() | texts),
        category=draw(st.none() | st.just("Network: WAN")),
        tags=tuple(draw(st.lists(st.sampled_from(("vpn", "no", "1.10", "a, b")), max_size=2))),
        intake=tuple(intake),
        start=draw(st.sampled_from((None, ids[0]))),
        could_not_check=draw(anywhere),
        nodes=tuple(
            draw(_node(kind, ids[number], [ids[to or 0] for to in ways], (number, texts, anywhere)))
            for number, (kind, ways) in enumerate(zip(draft.kinds, draft.ways, strict=True))
        ),
    )


def _asked(number: int) -> Variable:
    return Variable(name=f"value_{number}", label=f"Value {number}", help="Look.", default="x")


def _texts(names: list[str]) -> st.SearchStrategy[str]:
    if not names:
        return _ODD_TEXT
    naming = st.sampled_from(names).map(lambda name: f"Is {{{{{name}}}}} up, {{{{ {name} }}}}?")
    return naming | _ODD_TEXT


Around = tuple[int, st.SearchStrategy[str], st.SearchStrategy[str | None]]


@st.composite
def _node(draw: st.DrawFn, kind: type[Node], id: str, to: list[str], around: Around) -> Node:
    number, texts, anywhere = around
    prose, may_be = draw(texts), st.none() | texts.map(lambda text: text[:300].strip())
    common = draw(_common(texts))
    if kind is Decision:
        options = tuple(
            Option(id=option, label=label, to=target, finding=draw(may_be))
            for option, label, target in zip(_OPTION_IDS, _LABELS, to, strict=False)
        )
        return Decision(id=id, ask=prose, options=options, could_not_check=draw(anywhere), **common)
    if kind is Action:
        return Action(
            id=id, do=prose, done=draw(may_be), to=to[0], could_not_do=draw(anywhere), **common
        )
    if kind is Input:
        return Input(
            id=id,
            ask=prose,
            variable=_asked(number),
            to=to[0],
            could_not_check=draw(anywhere),
            **common,
        )
    back = draw(anywhere)
    return Solution(
        id=id,
        resolved=prose,
        outcome=draw(st.sampled_from(Outcome)),
        next_steps=tuple(draw(st.lists(st.sampled_from(("Tell the user.", "no")), max_size=2))),
        verify=Verify(after=draw(st.sampled_from(("30m", "24h"))), reopen=back) if back else None,
        **common,
    )


@st.composite
def _common(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> dict[str, object]:
    """The fields that every kind has: mostly none, and a changing command only with a warning."""
    if not draw(st.booleans()):
        return {}
    may_be = st.none() | texts
    warn = draw(may_be)
    commands = draw(st.lists(st.sampled_from(_COMMANDS), max_size=2))
    if warn:
        commands.append(_CHANGING)
    reference = Reference(title="Manual: VPN", url="https://docs.fortinet.com/x?a=1#b")
    return {
        "help": draw(may_be),
        "warn": warn,
        "expect": draw(may_be),
        "commands": tuple(commands),
        "reference": draw(st.sampled_from((None, reference))),
    }
