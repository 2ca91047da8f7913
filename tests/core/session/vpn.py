"""A small flow that has one of everything, for the tests of this room."""

from core.flow.command import Command
from core.flow.model import Flow
from core.flow.nodes import Action, Decision, Input, Solution
from core.flow.nodes.decision import Option
from core.flow.nodes.solution import Verify
from core.flow.outcome import Outcome
from core.flow.variable import Variable, VariableType

SCOPE = Decision(
    id="scope",
    ask="Who is affected?",
    options=(
        Option(id="one-user", label="One user", to="gateway"),
        Option(id="one-site", label="One site", to="restart"),
        Option(id="all", label="Everyone", to="online"),
    ),
)
GATEWAY = Input(
    id="gateway",
    ask="Which gateway does {{client}} use?",
    variable=Variable(name="gateway", label="Gateway", type=VariableType.IP),
    to="online",
    could_not_check="restart",
)
ONLINE = Decision(
    id="online",
    ask="Does {{gateway}} answer?",
    options=(
        Option(id="yes", label="Yes", to="restart"),
        Option(id="no", label="No", to="down"),
        Option(id="again", label="Look again", to="online"),
    ),
    could_not_check="down",
    help="Ping it.",
    commands=(Command(label="Any", language="bash", code="ping {{gateway}}", changes=False),),
)
RESTART = Action(id="restart", do="Restart it.", done="Restarted it.", to="up", could_not_do="down")
UP = Solution(
    id="up",
    resolved="The tunnel is up.",
    verify=Verify(after="24h", ask="Is it still up?", reopen="online"),
    next_steps=("Call {{client}}.",),
)
DOWN = Solution(id="down", resolved="The line is down.", outcome=Outcome.ESCALATED)

NODES = (SCOPE, GATEWAY, ONLINE, RESTART, UP, DOWN)
VPN = Flow(
    flow="vpn-down",
    title="VPN down",
    intake=(
        Variable(name="client", label="Client", required=True),
        Variable(name="seats", label="Seats", type=VariableType.NUMBER, default="5"),
    ),
    nodes=NODES,
)


def edition(of: Flow = VPN, **changes: object) -> Flow:
    """Another edition of a flow. (`model_copy` would copy its cached index of nodes as well.)"""
    return Flow.model_validate({name: getattr(of, name) for name in Flow.model_fields} | changes)
