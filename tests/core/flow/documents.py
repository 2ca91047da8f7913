"""Small flows and documents to test with: each says only what the test is about."""

from core.flow.check import check
from core.flow.command import Command
from core.flow.model import Flow
from core.flow.nodes import Action, AnyNode, Decision, Solution
from core.flow.nodes.decision import Option
from core.flow.problem import Severity
from core.flow.variable import Variable

VPN = """\
flow: vpn-down
title: VPN is down
kind: troubleshooting
summary: When one user or a whole site cannot connect.
category: Network
tags: [vpn, remote, "1.10"]
intake:
  - {name: client, label: Client, type: client}
  - {name: gateway, label: Gateway, type: ip, required: true}
start: scope
could_not_check: escalate
nodes:
  - decision: scope
    ask: Is {{gateway}} reachable?
    help: |
      From outside the site, not over the tunnel:

        ping it, then open its portal.
    commands:
      - label: Windows 11
        language: powershell
        code: Test-NetConnection {{gateway}} -Port 443
        changes: false
        source: https://learn.microsoft.com/powershell/module/nettcpip/test-netconnection
    options:
      - {id: yes, label: Yes, to: restart, finding: "The gateway answered: reachable."}
      - {id: no, label: No, to: escalate}
  - action: restart
    do: Restart the tunnel.
    warn: Everyone on the tunnel is cut off for a minute.
    commands:
      - label: FortiOS 7.4
        language: fortios
        code: |
          diagnose vpn ike restart
          diagnose vpn ike gateway list
        changes: true
        source: FortiOS 7.4 CLI Reference
    done: The tunnel was restarted.
    to: fixed
  - solution: fixed
    resolved: The tunnel came up again.
    verify: {after: 24h, reopen: scope}
  - solution: escalate
    resolved: Handed to the provider.
    outcome: escalated
    next_steps: [Call the provider.]
"""


def flow(
    *nodes: AnyNode,
    intake: tuple[Variable, ...] = (),
    start: str | None = None,
    could_not_check: str | None = None,
    title: str = "VPN is down",
) -> Flow:
    """A flow of these nodes."""
    return Flow(
        flow="vpn-down",
        title=title,
        intake=intake,
        start=start,
        could_not_check=could_not_check,
        nodes=nodes,
    )


def decision(id: str, ask: str = "Is it up?", /, **to: str) -> Decision:
    """A question whose options are given as `id="target"`; the label is the id."""
    options = tuple(Option(id=key, label=key.capitalize(), to=to[key]) for key in to)
    return Decision(id=id, ask=ask, options=options)


def action(id: str, to: str, do: str = "Restart it.", warn: str | None = None) -> Action:
    """Something to do."""
    return Action(id=id, do=do, to=to, warn=warn)


def solution(id: str = "end", resolved: str = "It works.") -> Solution:
    """An end."""
    return Solution(id=id, resolved=resolved)


def command(code: str, language: str = "powershell", changes: bool | None = False) -> Command:
    """A command with a source."""
    return Command(label="It", language=language, code=code, changes=changes, source="Manual")


def found(flow: Flow) -> list[str]:
    """The codes of the flow's problems; a warning's with a question mark."""
    mark = {Severity.ERROR: "", Severity.WARNING: "?"}
    return [problem.code + mark[problem.severity] for problem in check(flow)]
