"""Commands: a ticket's text never becomes shell. The shells that are here are asked themselves."""

import ast
import re
import shutil
import sqlite3
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.flow.command import Command
from core.flow.variable import Variable, VariableType
from core.session.commands import FilledCommand, fill
from tests.core.session.powershell import Word, words

NASTY = (
    "'; Remove-Item C:\\ -Recurse; '",
    '"; rm -rf / #',
    "$(reboot)",
    "`reboot`",
    "${IFS}",
    "\u2018; Get-Process; \u2019",
    "\u201a\u201b\u201c\u201d\u201e",
    "a & b | c > d < e ^ f % g ! h",
    "%PATH%",
    "O'Brien",
    "it''s",
    "\\",
    "\\'",
    "x\\",
    "~root",
    "*",
    "{a,b}",
    "#",
    "$'\\n'",
    "\u00a0",
    "a\u3000b",
    "@(1)",
    "=",
    "--%",
    "-Recurse",
    "\u2013Recurse",
    "reboot",
    "x y",
    "x; y",
)
BROKEN = ("a\nb", "a\tb", "a\x00b", "a\x1b[2Jb", "a\u2028b", "a\u202eb", "a\u200bb", "\x85", "a\r")
LANGUAGES = ("bash", "sh", "powershell", "cmd", "sql", "python", "fortios", "cisco", "esoteric", "")
PRINTABLE = st.characters(exclude_categories=("Cc", "Cf", "Cs", "Zl", "Zp"))
ANYTHING = st.text(PRINTABLE, min_size=1) | st.sampled_from(NASTY)
SHELLS = [shell for shell in ("bash", "sh", "zsh", "busybox") if shutil.which(shell)]
QUICKLY = settings(max_examples=25, deadline=None, derandomize=True)
MISSING = ("User name",)


def filled(code: str, value: str, language: str = "bash", type: str = "text") -> FilledCommand:
    """A command with one variable, `x`, in it."""
    variable = Variable(
        name="x", label="User name", type=VariableType(type), options=("One site", "Two; sites")
    )
    return fill(Command(label="Any", language=language, code=code), {"x": variable}, {"x": value})


def printed(shell: str, code: str) -> str:
    """What a shell prints when it runs `code`."""
    done = subprocess.run([shell, "-c", code], capture_output=True, timeout=10, check=True)
    assert not done.stderr, done.stderr
    return done.stdout.decode()


# POSIX shells


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    "code",
    [
        "printf '%s\\n' x={{x}}",
        "printf '%s\\n' x={{ x }}",
        "printf '%s\\n' x=\"{{x}}\"",
        "printf '%s\\n' x='{{x}}'",
        "(printf '%s\\n' x={{x}}) || echo \"it's\"",
        "V=x={{x}}; printf '%s\\n' \"$V\"",
        "printf \\\"; printf '\\b%s\\n' x={{x}}",
    ],
)
@QUICKLY
@given(values=st.lists(ANYTHING, min_size=1, max_size=30))
def test_a_shell_reads_exactly_the_value(shell: str, code: str, values: list[str]) -> None:
    results = [filled(code, value, shell) for value in values]
    assert not any(result.missing for result in results)
    output = printed(shell, "\n".join(result.code for result in results))
    lines = output.replace('"\b', "").split("\n")[:-1]
    assert lines == [f"x={value}" for value in values]


@pytest.mark.parametrize("shell", SHELLS)
@QUICKLY
@given(value=ANYTHING)
def test_within_a_longer_string_it_is_the_value_or_a_placeholder(shell: str, value: str) -> None:
    for code in ('printf %s "CN={{x}},OU=x"', "printf %s 'CN={{x}},OU=x'"):
        result = filled(code, value, shell)
        shown = "<User name>" if result.missing else value
        assert printed(shell, result.code) == f"CN={shown},OU=x"


@pytest.mark.parametrize("value", ["Karin Müller", "O'Brien", "ACME\\kim", "a.b@c.de", "東京"])
def test_names_of_people_go_into_longer_strings(value: str) -> None:
    for code in ('printf %s "CN={{x}},OU=x"', "printf %s 'CN={{x}},OU=x'"):
        assert printed("bash", filled(code, value).code) == f"CN={value},OU=x"


@pytest.mark.parametrize(
    "code",
    [
        "{{x}}",
        "sudo {{x}} now",
        "true; {{x}}",
        "true | '{{x}}'",
        "A=1 {{x}}",
        ". {{x}}",
        "if {{x}}; then true; fi",
        "echo $({{x}})",
        "cat > {{x}}",
        "cat < '{{x}}'",
        "bash -c {{x}}",
        'ssh host "cat {{x}}"',
        "eval echo {{x}}",
        "echo ${{x}}",
        "echo $'{{x}}'",
        "echo \\{{x}}",
        "echo `id {{x}}`",
        'echo "$(id {{x}})"',
        'echo "${a:-{{x}}}"',
        "echo $(( 1 + {{x}} ))",
        "[[ {{x}} -eq 1 ]]",
        "cat <<EOF\n{{x}}\nEOF",
        "echo # it's {{x}}",
        "echo 'open {{x}}",
        "find . -name x -exec {{x}} ;",
        "echo {{x}}{{x}}",
        "awk {{x}}",
    ],
)
@pytest.mark.parametrize("value", ["a[$(reboot)]", "; reboot #", "' `reboot` '", "-x; reboot"])
def test_where_it_would_run_or_rule_a_command_a_placeholder_stands(code: str, value: str) -> None:
    result = filled(code, value)
    assert "<User name>" in result.code
    assert "reboot" not in result.code
    assert result.missing == MISSING


def test_a_word_of_its_own_is_no_option() -> None:
    assert filled("rm {{x}}", "-rf /").missing == MISSING
    assert filled('rm "{{x}}"', "-rf /").missing == MISSING


def test_a_dash_is_no_option_after_the_end_of_options_or_within_a_word() -> None:
    assert filled("rm -- {{x}}", "-rf").code == "rm -- '-rf'"
    assert filled("mount --user={{x}}", "-rf").code == "mount --user='-rf'"


def test_not_even_a_host_name_is_run() -> None:
    assert filled("{{x}}", "reboot", "bash", "hostname").missing == MISSING
    assert filled("& {{x}}", "reboot", "cmd", "hostname").missing == MISSING
    assert filled("{{x}}", "reboot", "powershell", "hostname").code == "'reboot'"
    assert filled("& {{x}}", "reboot", "powershell", "hostname").missing == MISSING


# PowerShell


@QUICKLY
@given(value=ANYTHING)
@pytest.mark.parametrize(
    "code",
    [
        "Get-ADUser -Identity {{x}}",
        'Get-ADUser -Identity "{{x}}"',
        "Get-ADUser -Identity '{{x}}'",
        "Get-ADUser -Identity \u2018{{x}}\u2019",
        "Get-ADUser -Filter {Name -eq '{{x}}'} # it's",
        'Get-ADUser "it`"s" \'a\'\'b\' "c""d" {{x}} | Select-Object Name',
        "$user = {{x}}",
    ],
)
def test_powershell_reads_exactly_the_value(code: str, value: str) -> None:
    result = filled(code, value, "powershell")
    shown = "<User name>" if result.missing else value
    bare = re.sub(r"[\"'\u2018]?\{\{x\}\}[\"'\u2019]?", "SLOT", code)
    if result.missing:
        assert value.startswith(("-", "\u2013", "\u2014", "\u2015"))
        return
    expected = [Word(shown, True) if w.text == "SLOT" else w for w in words(bare)]
    assert words(result.code) in (expected, [Word(w.text, w.quoted) for w in expected]) or (
        result.code == code.replace("{{x}}", value)
    )


@QUICKLY
@given(value=ANYTHING)
def test_within_a_powershell_string_nothing_expands_or_ends(value: str) -> None:
    for code in ('Set-X "CN={{x}},OU=x" -Y', "Set-X 'CN={{x}},OU=x' -Y"):
        result = filled(code, value, "powershell")
        shown = "<User name>" if result.missing else value
        assert words(result.code) == [Word("Set-X"), Word(f"CN={shown},OU=x", True), Word("-Y")]


@pytest.mark.parametrize("value", NASTY)
@pytest.mark.parametrize(
    "code",
    [
        "& {{x}}",
        ". '{{x}}'",
        "Invoke-Expression {{x}}",
        "iex '{{x}}'",
        "powershell -Command {{x}}",
        'Get-X "$(Get-Y {{x}})"',
        'Get-X @"\n{{x}}\n"@',
        "Get-X `{{x}}",
        "Get-X ${{x}}",
        'Get-X "$env{{x}}"',
        "cmd /c dir '{{x}}'",
        "Get-X --% {{x}}",
        "Get-X <# it's #> {{x}}",
        "Get-X;# it's\nGet-Y 'a {{x}}'",
        "Get-X '{{x}}'{{x}}",
        "Get-X;# it's\nGet-Y 'a {{x}} b' # 'c",
    ],
)
def test_what_powershell_would_run_or_expand_gets_only_plain_words(code: str, value: str) -> None:
    result = filled(code, value, "powershell")
    if re.fullmatch(r"\w+", value, re.ASCII) or value == "x y":
        return
    assert result.missing == MISSING
    assert result.code == re.sub(r"\{\{x\}\}", "<User name>", code)


def test_the_filter_within_a_string_is_a_language_too() -> None:
    code = "Get-ADUser -Filter \"Name -eq '{{x}}'\""
    assert filled(code, "kim", "powershell").code == "Get-ADUser -Filter \"Name -eq 'kim'\""
    assert filled(code, "O'Brien", "powershell").missing == MISSING
    assert filled(code, "x' -or Name -like '*", "powershell").missing == MISSING


@pytest.mark.parametrize("value", ["a&calc", 'a" /add "', "a|b", "%PATH%", "x\\"])
def test_a_program_on_windows_may_read_its_arguments_once_more(value: str) -> None:
    assert filled("az vm show --name {{x}}", value, "powershell").missing == MISSING
    assert not filled("Get-AzVM -Name {{x}}", value, "powershell").missing
    assert filled("Get-AzVM | az vm show -n '{{x}}'", value, "powershell").missing == MISSING


# Others


@pytest.mark.parametrize("value", [value for value in NASTY if value not in {"reboot", "x y"}])
@pytest.mark.parametrize("language", ["cmd", "fortios", "cisco", "esoteric", ""])
@pytest.mark.parametrize("code", ["show {{x}}", "show '{{x}}'", "show abc{{x}}"])
def test_without_known_quoting_only_plain_values_pass(language: str, code: str, value: str) -> None:
    result = filled(code, value, language)
    assert (result.code, result.missing) == (code.replace("{{x}}", "<User name>"), MISSING)


@QUICKLY
@given(value=ANYTHING, language=st.sampled_from(("cmd", "fortios", "esoteric")))
def test_within_quotes_that_nobody_escapes_only_words_pass(value: str, language: str) -> None:
    result = filled('show "{{x}}"', value, language)
    if not result.missing:
        assert not set(value) & set('"%^&|<>!`$;*?(){}[]~#\n')
        assert result.code == f'show "{value}"'


def test_an_account_name_is_as_plain_as_a_host_name() -> None:
    assert filled("net user {{x}} /domain", "ksmith", "cmd").code == "net user ksmith /domain"
    assert filled('net user "{{x}}"', "Kim O'Hara", "cmd").code == 'net user "Kim O\'Hara"'
    assert filled("start {{x}}", "calc", "cmd").missing == MISSING


@QUICKLY
@given(value=ANYTHING)
def test_sql_reads_exactly_the_value(value: str) -> None:
    for code in ("SELECT {{x}}", "SELECT '{{x}}' -- it's"):
        result = filled(code, value, "sql")
        if result.missing:
            assert "\\" in value or value.startswith(("-", "\u2013", "\u2014", "\u2015"))
            continue
        assert sqlite3.connect(":memory:").execute(result.code).fetchone() == (value,)


def test_sql_that_may_take_a_backslash_for_an_escape_gets_none() -> None:
    assert filled("SELECT '{{x}}'", "\\' OR 1=1 -- ", "sql").missing == MISSING


@QUICKLY
@given(value=ANYTHING)
def test_python_reads_exactly_the_value(value: str) -> None:
    for code in ("f({{x}})", 'f("{{x}}")', "f('{{x}}')"):
        result = filled(code, value, "python")
        if not result.missing:
            call = ast.parse(result.code, mode="eval").body
            assert isinstance(call, ast.Call)
            assert ast.literal_eval(call.args[0]) == value


# Every language


@pytest.mark.parametrize(
    ("type", "value"),
    [
        ("ip", "10.0.0.5"),
        ("ip", "fe80::1"),
        ("ip", "::1"),
        ("number", "-5"),
        ("number", "1.5"),
        ("date", "2026-03-31"),
        ("hostname", "dc01.acme.com"),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_plain_by_type_stands_bare(type: str, value: str, language: str) -> None:
    for code in ("ping -t {{x}}", 'ping "{{x}}"', "ping '{{x}}:80'", "ping {{x}}:80"):
        result = filled(code, value, language, type)
        assert result == FilledCommand(code.replace("{{x}}", value))


@pytest.mark.parametrize("type", list(VariableType))
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_value_is_judged_by_what_it_is_not_by_what_its_type_says(
    type: VariableType, language: str
) -> None:
    """A session's values outlive a change of their variable's type in a newer version."""
    for value in ("x; reboot", "fe80::1%$(reboot)", "1 & reboot", "a.b\nreboot"):
        result = filled("ping -t {{x}}", value, language, type.value)
        assert "reboot" not in result.code or result.code == f"ping -t {value!r}" or result.missing
        assert filled("{{x}}", value, language, type.value).code != value


def test_an_address_with_a_made_up_zone_is_no_ip() -> None:
    variable = Variable(name="x", label="IP", type=VariableType.IP)
    assert variable.accept("fe80::1%eth0") == "fe80::1%eth0"
    assert not isinstance(variable.accept("fe80::1%;reboot"), str)
    assert filled("ping {{x}}", "fe80::1%eth0", "bash", "ip").code == "ping 'fe80::1%eth0'"


@pytest.mark.parametrize("value", BROKEN)
@pytest.mark.parametrize("language", LANGUAGES)
def test_line_breaks_and_what_nobody_sees_never_pass(language: str, value: str) -> None:
    for code in ("show {{x}}", 'show "{{x}}"', "show 'a {{x}}'"):
        for type in ("long-text", "hostname"):
            result = filled(code, value, language, type)
            assert (result.code, result.missing) == (code.replace("{{x}}", "<User name>"), MISSING)


@QUICKLY
@given(code=st.text(st.sampled_from("ab '\"`$(){}\\#\n|;&<>@%\u2019\u201d=-{{x}}")), value=ANYTHING)
@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_the_author_wrote_it_stays(language: str, code: str, value: str) -> None:
    assert filled(code, value, language).code == code
    result = filled(code + "{{x}}" + code, value, language)
    assert result.code.startswith(code[:-1])


def test_an_empty_value_shows_what_belongs_there() -> None:
    for code, shown in (("ping {{x}}", "ping <User name>"), ("ping '{{x}}'", "ping '<User name>'")):
        assert filled(code, "") == FilledCommand(shown, MISSING)
    unknown = fill(Command(label="Any", language="bash", code="ping {{y}} {{y}}"), {}, {})
    assert unknown == FilledCommand("ping <y> <y>", ("y",))


def test_a_label_cannot_break_out_either() -> None:
    variable = Variable(name="x", label="User\n'$(reboot)'\"`")
    result = fill(Command(label="Any", language="bash", code="id '{{x}}'"), {"x": variable}, {})
    assert result.code == "id '<User (reboot)>'"


def test_a_long_text_costs_no_more_than_its_length() -> None:
    for language in LANGUAGES:
        filled("show '{{x}} a' \"{{x}} b\" {{x}}", "a b" * 20_000, language)
        filled("'" * 3_000 + "{{x}}" + '"' * 3_000, "a b", language)
