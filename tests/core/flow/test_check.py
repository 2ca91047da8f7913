"""What check finds, and what it does not: each rule with a flow that breaks only it."""

import time

import pytest
from hypothesis import given, settings

from core.flow.check import check
from core.flow.check.changing import changing
from core.flow.command import Reference
from core.flow.model import Flow
from core.flow.nodes import Action, Decision, Input, Solution
from core.flow.nodes.decision import Option
from core.flow.nodes.solution import Verify
from core.flow.problem import Problem, Severity, errors
from core.flow.template import fill, malformed, names
from core.flow.variable import Variable, VariableType
from tests.core.flow.documents import action, command, decision, flow, found, solution
from tests.flows import valid_flows

MANY = 5_000
LONG = 100_000


def only(checked: Flow) -> Problem:
    """The flow's one problem."""
    (problem,) = check(checked)
    return problem


@settings(max_examples=60, deadline=None)
@given(valid_flows())
def test_a_valid_flow_has_no_errors(checked: Flow) -> None:
    assert errors(check(checked)) == ()


# --- structure ---


def test_a_small_flow_is_fine() -> None:
    assert found(flow(decision("a", yes="b", no="end"), action("b", "a"), solution())) == []


def test_a_flow_without_steps() -> None:
    assert found(flow()) == ["no-nodes"]


def test_an_unknown_start() -> None:
    problem = only(flow(decision("scope", yes="end", no="end"), solution(), start="scoop"))
    assert (problem.code, problem.path, problem.node) == ("unknown-start", ("start",), None)
    assert problem.message == "There is no step “scoop”. Did you mean “scope”?"


def test_a_dangling_target_names_its_field_and_a_likely_one() -> None:
    problem = only(flow(decision("a", yes="gatway", no="gateway"), solution("gateway")))
    assert problem.code == "dangling-target"
    assert problem.path == ("nodes", 0, "options", 0, "to")
    assert (problem.node, problem.field) == ("a", ("options", 0, "to"))
    assert problem.where == 'nodes[0] "a" › options[0] › to'
    assert problem.message == "There is no step “gatway”. Did you mean “gateway”?"


def test_every_way_out_may_dangle() -> None:
    verify = Verify(after="1h", reopen="nowhere")
    assert found(flow(Solution(id="end", resolved="It works.", verify=verify))) == [
        "dangling-target"
    ]
    assert found(flow(solution(), could_not_check="nowhere")) == ["dangling-target"]
    one = Action(id="a", do="Do it.", to="end", could_not_do="nowhere")
    assert found(flow(one, solution())) == ["dangling-target"]


def test_duplicate_ids() -> None:
    assert found(flow(action("a", "end"), solution(), solution())) == ["duplicate-node"]
    double = Option(id="yes", label="Sure", to="end")
    question = decision("a", yes="end", no="end")
    question = question.model_copy(update={"options": (*question.options, double)})
    assert found(flow(question, solution())) == ["duplicate-option"]


def test_an_unreachable_step() -> None:
    problem = only(flow(action("a", "end"), action("b", "end"), solution()))
    assert (problem.code, problem.node) == ("unreachable", "b")


def test_a_step_reached_only_when_it_could_not_be_checked_is_reached() -> None:
    question = decision("a", yes="end", no="end")
    assert found(flow(question, solution(), solution("other"), could_not_check="other")) == []


def test_a_question_without_answers_and_one_with_a_single_answer() -> None:
    assert found(flow(decision("a"), solution())) == ["no-options", "unreachable"]
    assert found(flow(decision("a", yes="end"), solution())) == ["one-option?"]


def test_no_end_at_all() -> None:
    assert found(flow(action("a", "b"), action("b", "a"))) == ["no-end"]


def test_a_circle_without_a_way_out_is_told_once() -> None:
    start = decision("a", yes="b", no="end")
    trapped = flow(start, action("b", "c"), action("c", "b"), solution())
    problem = only(trapped)
    assert (problem.code, problem.node) == ("no-way-out", "b")
    assert "1 more step" in problem.message


def test_two_circles_without_a_way_out_are_two_problems() -> None:
    start = decision("a", yes="b", no="c", maybe="end")
    assert found(flow(start, action("b", "b"), action("c", "c"), solution())) == ["no-way-out"] * 2


def test_a_circle_whose_only_way_out_dangles_is_told_as_dangling_only() -> None:
    start = decision("a", yes="b", no="end")
    assert found(flow(start, decision("b", yes="a", no="nowhere"), solution())) == [
        "dangling-target"
    ]


def test_more_than_twenty_five_answers() -> None:
    many = {f"answer-{number}": "end" for number in range(26)}
    assert found(flow(decision("a", **many), solution())) == ["too-many-options"]
    many.popitem()
    assert found(flow(decision("a", **many), solution())) == []


@pytest.mark.parametrize(
    ("one", "other"), [("gateway-1", "gateway-l"), ("o1", "0l"), ("ab", "a-b")]
)
def test_ids_that_differ_only_by_look(one: str, other: str) -> None:
    assert found(flow(decision("s", yes=one, no=other), solution(one), solution(other))) == [
        "look-alike?"
    ]


@pytest.mark.parametrize(
    ("one", "other", "code"),
    [
        ("Yes", "yes ", "duplicate-label"),
        ("Oben", "Оben", "look-alike?"),  # the second begins with a Cyrillic letter
        ("Up", "U\u200bp", "look-alike?"),
        ("Ｕp", "Up", "look-alike?"),
    ],
)
def test_labels_that_cannot_be_told_apart(one: str, other: str, code: str) -> None:
    options = (Option(id="a", label=one, to="end"), Option(id="b", label=other, to="end"))
    assert found(flow(Decision(id="x", ask="Which?", options=options), solution())) == [code]


# --- texts ---


def test_empty_texts() -> None:
    assert only(flow(solution(resolved=" "))).message == "This text is empty. Write it."
    assert found(flow(solution(), title="")) == ["empty-text"]


def test_texts_that_are_too_long() -> None:
    assert found(flow(solution(resolved="x" * 3_000), title="x" * 100)) == []
    assert found(flow(solution(resolved="x" * 3_001))) == ["too-long"]
    assert found(flow(solution(), title="x" * 101)) == ["too-long"]
    assert "101 characters; 100 are the most" in only(flow(solution(), title="x" * 101)).message


@pytest.mark.parametrize(
    ("length", "codes"),
    [(34, []), (35, ["long-label?"]), (75, ["long-label?"]), (76, ["too-long"])],
)
def test_a_label_that_a_button_cuts(length: int, codes: list[str]) -> None:
    options = (Option(id="a", label="x" * length, to="end"), Option(id="b", label="No", to="end"))
    assert found(flow(Decision(id="x", ask="Which?", options=options), solution())) == codes


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("<script>alert(1)</script>", ["html?"]),
        ("<IMG src=x onerror=alert(1)>", ["html?"]),
        ("a <br/> b", ["html?"]),
        ("<!-- hidden -->", ["html?"]),
        ("write `<br>` there", []),
        ("ping <server name>, then 1 < 2 > 0", []),
        ("<https://acme.com>", []),
    ],
)
def test_raw_html_in_prose(text: str, codes: list[str]) -> None:
    assert found(flow(solution(resolved=text))) == codes


@pytest.mark.parametrize(
    ("url", "codes"),
    [
        ("https://acme.com", []),
        ("javascript:alert(1)", ["bad-address"]),
        ("acme.com", ["bad-address"]),
        ("https://", ["bad-address"]),
    ],
)
def test_a_reference_that_is_no_web_address(url: str, codes: list[str]) -> None:
    end = Solution(id="end", resolved="Done.", reference=Reference(title="Manual", url=url))
    assert found(flow(end)) == codes


# --- variables ---

NAME = Variable(name="server", label="Server")


def test_a_variable_that_nothing_asks_for() -> None:
    problem = only(flow(solution(resolved="{{server}} {{ servr }}"), intake=(NAME,)))
    assert problem.code == "undefined-variable"
    assert problem.message == "Nothing asks for {{servr}}. Did you mean “server”?"
    assert found(flow(solution(), title="{{server}} down")) == ["undefined-variable"]


def test_a_variable_in_a_command_counts_as_used_and_must_be_asked_for() -> None:
    end = Solution(id="end", resolved="Done.", commands=(command("ping {{server}}", "cmd"),))
    assert found(flow(end)) == ["undefined-variable"]
    assert found(flow(end, intake=(NAME,))) == []


def test_a_variable_that_an_input_asks_for_is_known_everywhere() -> None:
    asks = Input(id="a", ask="Which?", variable=NAME, to="end")
    assert found(flow(asks, solution(resolved="{{server}} is up."))) == []


def test_a_variable_of_the_intake_that_nothing_uses() -> None:
    client = Variable(name="acme", label="Client", type=VariableType.CLIENT)
    by_name = Variable(name="client", label="Client")
    problem = only(flow(solution(), intake=(NAME, client, by_name)))
    assert (problem.code, problem.severity) == ("unused-variable", Severity.WARNING)
    assert problem.path == ("intake", 0)


@pytest.mark.parametrize(
    "text", ["{{server}", "{{Server Name}}", "{{ }}", "{{server", "{{1a}}", "{{a-b}}", "{{{server}"]
)
def test_a_variable_written_wrongly(text: str) -> None:
    assert found(flow(solution(resolved=text))) == ["malformed-variable"]


def test_double_braces_that_belong_to_the_code_are_left_alone() -> None:
    def codes(code: str) -> list[str]:
        end = Solution(id="end", resolved="Done.", commands=(command(code, "bash"),))
        return found(flow(end))

    assert codes("docker ps --format '{{.Names}}'") == []
    assert codes("ping {{Server Name}}") == ["malformed-variable"]


def test_the_same_variable_defined_twice() -> None:
    asks = Input(id="a", ask="Which?", variable=NAME, to="end")
    other = NAME.model_copy(update={"type": VariableType.HOSTNAME})
    end = solution(resolved="{{server}}")
    assert found(flow(asks, end, intake=(NAME,))) == []
    assert found(flow(asks, end, intake=(other,))) == ["duplicate-variable"]
    assert found(flow(end, intake=(NAME, NAME))) == ["duplicate-variable"]


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"type": "select"}, ["no-choices"]),
        ({"type": "multi-select"}, ["no-choices"]),
        ({"type": "select", "options": ("a", "b, c")}, []),
        ({"type": "multi-select", "options": ("a", "b, c")}, ["comma-in-choice"]),
        ({"type": "select", "options": ("a", "A")}, ["duplicate-choice"]),
        ({"type": "select", "options": ("a", " ")}, ["empty-text"]),
        ({"type": "select", "options": ("a", "b"), "default": "c"}, ["bad-default"]),
        ({"type": "select", "options": ("a", "b"), "default": "b"}, []),
        ({"options": ("a",)}, ["needless-options"]),
        ({"type": "ip", "default": "10.0.0"}, ["bad-default"]),
        ({"type": "ip", "default": "10.0.0.1"}, []),
        ({"pattern": r"[A-Z]{3}\d+", "default": "ABC12"}, []),
        ({"pattern": r"[A-Z]{3}\d+", "default": "abc"}, ["bad-default"]),
        ({"pattern": "[A-Z"}, ["bad-pattern"]),
        ({"pattern": "(" * 200}, ["bad-pattern"]),
        ({"pattern": "(a+)+b"}, ["bad-pattern"]),
        ({"pattern": r"((\d*x?)*)y"}, ["bad-pattern"]),
        ({"pattern": r"([a-z]+\.){2,}"}, ["bad-pattern"]),
        ({"pattern": r"(\(a\+\))+[(+]*\d{1,3}(\.\d+)?"}, []),
    ],
)
def test_a_variable_that_cannot_be_given_a_value(
    changes: dict[str, object], codes: list[str]
) -> None:
    variable = Variable.model_validate({"name": "server", "label": "Server", **changes})
    assert found(flow(solution(resolved="{{server}}"), intake=(variable,))) == codes
    asks = Input(id="a", ask="Which?", variable=variable, to="end")
    assert found(flow(asks, solution())) == codes


# --- commands ---

CHANGING = [
    ("powershell", "Set-ADUser -Identity {{user}} -Enabled $true"),
    ("powershell", "Get-ADUser x | Unlock-ADAccount"),
    ("PowerShell", "restart-service Spooler"),
    ("powershell", "Invoke-Command -ComputerName x -ScriptBlock { Restart-Service Spooler }"),
    ("powershell", "Remove-MailboxPermission -Identity x -User y -AccessRights FullAccess"),
    ("powershell", "ipconfig /flushdns"),
    ("powershell", "& net stop spooler"),
    ("powershell", "rm C:\\x -Recurse"),
    ("cmd", "net stop spooler && net start spooler"),
    ("cmd", "sc \\\\srv01 stop spooler"),
    ("cmd", "C:\\Windows\\System32\\sc.exe config spooler start= auto"),
    ("cmd", "net user bob /active:yes /domain"),
    ("cmd", 'reg delete "HKLM\\Software\\x" /f'),
    ("cmd", "ipconfig /release"),
    ("cmd", "netsh winsock reset"),
    ("cmd", "chkdsk c: /f"),
    ("cmd", "icacls c:\\x /grant:r bob:F"),
    ("cmd", "shutdown /r /t 0"),
    ("bash", "sudo systemctl restart nginx"),
    ("bash", "cat x | sudo tee /etc/y"),
    ("bash", "journalctl --vacuum-time=2d"),
    ("sh", "ip link set eth0 down"),
    ("fortios", "diagnose vpn ike restart"),
    ("fortios", "diag sys session clear"),
    ("FortiOS", "execute reboot"),
    ("fortios", "exec vpn ipsec tunnel up site-b"),
    ("fortios", "config system interface\n edit wan1\n set status down\nend"),
    ("Cisco IOS", "clear crypto sa"),
    ("cisco", "configure terminal"),
    ("cisco", "reload"),
    ("sql", "DELETE FROM x"),
]
READING = [
    ("powershell", "Get-ADUser -Identity {{user}} -Properties LockedOut"),
    ("powershell", "Test-NetConnection x -Port 443 # then Restart-Service x"),
    ("powershell", "$s = New-Object System.Net.Sockets.TcpClient; Start-Sleep 2"),
    ("powershell", "Remove-Item C:\\x -WhatIf"),
    ("powershell", "Write-Host 'Restart-Service x'"),
    ("powershell", "net start"),
    ("cmd", "net start"),
    ("cmd", "net user bob /domain"),
    ("cmd", "ipconfig /all"),
    ("cmd", "sc query spooler"),
    ("cmd", "reg query HKLM\\Software"),
    ("cmd", "netsh interface ip show config"),
    ("cmd", "chkdsk c:"),
    ("cmd", "rem net stop spooler"),
    ("bash", "systemctl status nginx"),
    ("bash", "ip route"),
    ("bash", "# rm -rf /"),
    ("fortios", "get vpn ipsec tunnel summary"),
    ("fortios", "diagnose debug flow filter clear"),
    ("fortios", "diagnose vpn ike log filter clear"),
    ("fortios", "execute ping 10.0.0.1"),
    ("cisco", "show crypto isakmp sa"),
    ("sql", "SELECT 1"),
    ("brainfog", "rm -rf /"),
]


@pytest.mark.parametrize(("language", "code"), CHANGING)
def test_code_that_clearly_changes_something(language: str, code: str) -> None:
    def codes(changes: bool | None, warn: str | None = None) -> list[str]:
        step = action("a", "end", warn=warn)
        step = step.model_copy(update={"commands": (command(code, language, changes),)})
        user = Variable(name="user", label="User")
        return [c for c in found(flow(step, solution(), intake=(user,))) if "unused" not in c]

    assert codes(None) == ["unsaid-change"]
    assert codes(False) == ["denied-change"]
    assert codes(True) == ["no-warning"]
    assert codes(True, " ") == ["no-warning"]
    assert codes(True, "It is gone.") == []


@pytest.mark.parametrize(("language", "code"), READING)
def test_code_that_reads_or_is_unknown(language: str, code: str) -> None:
    assert changing(code, language) is None


def test_a_command_that_does_not_say_what_it_is() -> None:
    bare = command("Get-Service", changes=None).model_copy(update={"source": None, "language": " "})
    end = Solution(id="end", resolved="Done.", commands=(bare,))
    assert found(flow(end)) == ["no-language", "unsaid-change?", "no-source?"]
    problem = check(flow(end))[1]
    assert problem.where == 'nodes[0] "end" › commands[0] › changes'
    assert str(problem).startswith("warning: nodes[0]")


def test_code_that_is_empty_or_too_long() -> None:
    end = Solution(id="end", resolved="Done.", commands=(command(" "), command("x" * 3_001)))
    assert found(flow(end)) == ["empty-text", "too-long"]


def test_problems_come_in_the_document_s_order_the_flow_s_own_first() -> None:
    first = Solution(id="a", resolved="Done.", commands=(command(" "),))
    checked = flow(first, action("b", "nowhere"), title="", could_not_check="nowhere")
    assert [problem.where for problem in check(checked)] == [
        "could_not_check",
        "title",
        'nodes[0] "a" › commands[0] › code',
        'nodes[1] "b" › to',
        'nodes[1] "b"',
    ]


# --- templates ---


def test_names_are_found_once_and_filled_everywhere() -> None:
    text = "{{a}} {{ b_1 }} {{a}} {{A}} {{b"
    assert names(text) == ("a", "b_1")
    assert malformed(text) == ("{{A}}", "{{b")
    assert fill(text, str.upper) == "A B_1 A {{A}} {{b"
    assert (names("{{{a}}}"), malformed("{{{a}}}")) == (("a",), ())  # a variable in braces


def test_what_is_filled_in_is_not_filled_again() -> None:
    assert fill("{{a}}", lambda _: "{{a}}") == "{{a}}"


# --- size ---


@pytest.mark.parametrize(
    "text",
    [
        "{" * LONG, "{{" + " " * LONG, "{{a " * (LONG // 4), "<a " * (LONG // 3), "`" * LONG,
        "'" * LONG + '"', "a-" * (LONG // 2), "Set-" * (LONG // 4), "<!-" * (LONG // 3),
        "{{" + "a" * LONG, "net " * (LONG // 4),
    ],
)  # fmt: skip
def test_long_hostile_text_takes_no_longer_than_long_text(text: str) -> None:
    end = Solution(id="end", resolved=text, commands=(command(text), command(text, "bash")))
    began = time.perf_counter()
    check(flow(end))
    changing(text, "powershell")
    fill(text, str.upper)
    assert time.perf_counter() - began < 2  # about 0.1 s on an idle core


@pytest.mark.parametrize("shape", ["chain", "circle", "dangling", "fan"])
def test_five_thousand_steps_are_checked_in_linear_time_and_without_recursion(shape: str) -> None:
    targets = {"circle": "step-0", "dangling": "steq-{}"}

    def to(number: int) -> str:
        last = number == MANY - 1
        if shape == "dangling" or (shape == "circle" and last):
            return targets[shape].format(number)
        return "end" if last or shape == "fan" else f"step-{number + 1}"

    steps = (action(f"step-{number}", to(number)) for number in range(MANY))
    checked = flow(*steps, solution())
    began = time.perf_counter()
    codes = {problem.code for problem in check(checked)}
    assert time.perf_counter() - began < 5  # about 0.1 s on an idle core
    assert (
        codes
        == {
            "chain": set(),
            "circle": {"unreachable", "no-end"},
            "dangling": {"unreachable", "dangling-target"},
            "fan": {"unreachable"},
        }[shape]
    )
