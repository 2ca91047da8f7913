"""Reading and writing documents: what is read, what is refused with which words, round trips."""

import json
import time

import pytest
from hypothesis import given, settings

from core.errors import DocumentError
from core.flow.check import check
from core.flow.document import (
    PROBLEM_LIMIT,
    SIZE_LIMIT,
    read,
    read_with_positions,
    write_json,
    write_yaml,
)
from core.flow.model import Flow
from core.flow.nodes import Decision, Input, Solution
from core.flow.variable import Variable
from tests.core.flow.documents import VPN, decision, flow, solution
from tests.flows import ODD, valid_flows

HEAD = "flow: a\ntitle: A\n"
MANY = 5_000


def refused(source: str | bytes, name: str = "vpn.yaml") -> list[str]:
    """The lines of the error, without the file's name."""
    with pytest.raises(DocumentError) as caught:
        read(source, name=name)
    lines = str(caught.value).split("\n")
    assert all(line.startswith(f"{name}:") for line in lines)
    assert len(lines) == len(caught.value.problems) <= PROBLEM_LIMIT
    return [line.removeprefix(f"{name}:") for line in lines]


def with_title(text: str) -> str:
    """A document with this title, in YAML."""
    return f"flow: a\ntitle: {text}\nnodes: []\n"


def big(count: int) -> str:
    """A chain of questions that each also lead back."""
    nodes = "".join(
        f"  - decision: n{n}\n    ask: Is number {n} up, as seen from where the user is?\n"
        f"    help: Look at it first, then at the one next to it.\n    options:\n"
        f"      - {{id: yes, label: Yes, to: n{n + 1}}}\n"
        f"      - {{id: no, label: No, to: n{n // 2}}}\n"
        for n in range(count - 1)
    )
    return f"{HEAD}nodes:\n{nodes}  - solution: n{count - 1}\n    resolved: Done.\n"


# --- what is read ---


def test_the_example_reads_and_is_already_in_canonical_form() -> None:
    vpn = read(VPN)
    assert vpn.title == "VPN is down"
    assert vpn.intake[1].required is True
    assert vpn.nodes[0].help == (
        "From outside the site, not over the tunnel:\n\n  ping it, then open its portal."
    )
    assert vpn.nodes[1].commands[0].changes is True
    assert write_yaml(vpn) == VPN


@pytest.mark.parametrize("text", ["yes", "no", "on", "1.10", "0123", "true", "12:30", "1e3", "0x1"])
def test_a_plain_scalar_is_text_whatever_yaml_1_1_makes_of_it(text: str) -> None:
    assert read(with_title(text)).title == text


@pytest.mark.parametrize("empty", ["", "~", "null", "Null"])
def test_an_empty_field_is_as_if_it_were_not_there(empty: str) -> None:
    assert read(f"{HEAD}summary: {empty}\nnodes: {empty}\n") == read(HEAD)
    assert "title: “title” is missing" in refused(with_title(empty))[0]


def test_a_quoted_null_is_a_text() -> None:
    assert read(with_title('"null"')).title == "null"
    assert read(with_title("'~'")).title == "~"


def test_a_byte_order_mark_and_windows_line_ends_are_accepted() -> None:
    source = b"\xef\xbb\xbf" + VPN.replace("\n", "\r\n").encode()
    assert read(source) == read("\ufeff" + VPN) == read(VPN)
    assert read("\ufeff" + write_json(read(VPN)), name="vpn.json") == read(VPN)


def test_json_is_known_by_its_name_or_by_parsing() -> None:
    vpn = read(VPN)
    assert read(write_json(vpn), name="vpn.json") == vpn
    assert read(write_json(vpn), name="vpn.yaml") == vpn
    assert read("{flow: a, title: No JSON}").title == "No JSON"


def test_a_number_in_json_is_the_text_it_is_written_as() -> None:
    for number in ("1.10", "-0", "1e400", "9" * 5_000):
        assert read(f'{{"flow": "a", "title": {number}}}', name="a.json").title == number


def test_texts_are_cleaned_of_what_is_invisible() -> None:
    assert read(with_title('"a\\e[31m\u202eb\\u0007"')).title == "a[31mb"
    assert read('{"flow": "a", "title": "a\\ud800b\\u0000 "}').title == "a\ufffdb"
    assert read('{"flow": "a", "title": "\\ud83d\\udd25"}').title == "🔥"


@pytest.mark.parametrize("text", ["🔥👩🏽‍💻", "שלום", "مرحبا بالعالم", "e\u0301", "a\u200bb", "𝔘"])
def test_odd_unicode_survives(text: str) -> None:
    document = read(with_title(text))
    assert document.title == text
    assert text in write_yaml(document)
    assert text in write_json(document)


def test_html_is_only_text() -> None:
    html = "<script>alert('x')</script> <img src=x onerror=\"y\"> &amp;"
    document = read(json.dumps({"flow": "a", "title": html}))
    assert document.title == read(write_yaml(document)).title == html


# --- round trips ---


@settings(max_examples=60, deadline=None)
@given(valid_flows())
def test_every_valid_flow_survives_yaml_and_json_unchanged(document: Flow) -> None:
    in_yaml, in_json = write_yaml(document), write_json(document)
    assert read(in_yaml) == document
    assert write_yaml(read(in_yaml)) == in_yaml
    assert read(in_json, name="a.json") == document
    assert write_json(read(in_json)) == in_json


@pytest.mark.parametrize("text", ODD)
def test_every_odd_text_survives_in_every_place(text: str) -> None:
    text = text.strip()
    end = Solution(id="end", resolved=text, help=text, next_steps=(text, text))
    question = Decision.model_validate(
        {"decision": "a", "ask": text, "options": [{"id": "b", "label": text, "to": "end"}]}
    )
    document = flow(question, end, title=text).model_copy(update={"tags": (text, "b")})
    assert read(write_yaml(document)) == document
    assert read(write_json(document)) == document


def test_short_maps_are_on_one_line_and_long_ones_are_not() -> None:
    lines = write_yaml(read(VPN)).split("\n")
    assert "      - {id: no, label: No, to: escalate}" in lines
    assert "    verify: {after: 24h, reopen: scope}" in lines
    short = write_yaml(flow(decision("a", yes="b", no="b"), solution("b"))).split("\n")
    assert "      - {id: yes, label: Yes, to: b}" in short
    assert "      - label: Windows 11" in lines
    assert max(len(line) for line in lines if "{" in line) <= 100


def test_the_kind_and_each_variable_s_type_are_always_said_and_other_defaults_never() -> None:
    user = Variable(name="user", label="User")
    document = flow(Input(id="a", ask="Who?", variable=user, to="b"), solution("b"), intake=(user,))
    assert write_yaml(document) == (
        "flow: vpn-down\n"
        "title: VPN is down\n"
        "kind: troubleshooting\n"
        "intake:\n"
        "  - {name: user, label: User, type: text}\n"
        "nodes:\n"
        "  - input: a\n"
        "    ask: Who?\n"
        "    variable: {name: user, label: User, type: text}\n"
        "    to: b\n"
        "  - solution: b\n"
        "    resolved: It works.\n"
    )


def test_a_tab_is_written_so_that_it_can_be_seen() -> None:
    assert 'title: "a\\tb"\n' in write_yaml(flow(title="a\tb"))


def test_prose_is_never_folded() -> None:
    prose = "word " * 100 + "end: really"
    assert f'resolved: "{prose}"' in write_yaml(flow(solution(resolved=prose)))


# --- what is refused: the file ---


def test_more_than_two_megabytes_are_refused_with_the_size() -> None:
    most = HEAD + "#" * (SIZE_LIMIT - len(HEAD))
    assert read(most).flow == "a"
    assert "2,097,153 bytes; 2,097,152 (2 MB) is the most" in refused(most + "#")[0]
    assert "2,097,153 bytes" in refused((most + "#").encode())[0]
    assert "is the most" in refused("é" * (SIZE_LIMIT // 2 + 1))[0]


@pytest.mark.parametrize("source", ["", " \n\t\n", "# only a comment\n", b"\xef\xbb\xbf"])
def test_an_empty_document_is_refused(source: str | bytes) -> None:
    assert "1:1: The document is empty. Begin with flow:, title:, nodes:." in refused(source)


def test_what_is_not_utf_8_is_refused_with_its_place() -> None:
    assert refused(b"flow: a\ntitle: caf\xe9\n")[0].startswith("2:11: The file is not UTF-8 (byte ")
    assert "is UTF-16. Save it" in refused(VPN.encode("utf-16"))[0]


def test_a_nul_or_another_control_character_is_refused_with_its_place() -> None:
    assert refused(b"flow: a\ntitle: a\0b\n")[0].startswith("2:9: Holds a NUL character")
    assert refused("flow: a\ntitle: a\x1b[1m\n")[0].startswith(
        "2:9: Holds the control character U+001B"
    )
    assert refused("flow: a\ntitle: \ud800\n")[0].startswith("2:8: Holds the control character")


def test_a_file_s_name_cannot_break_the_line() -> None:
    with pytest.raises(DocumentError) as caught:
        read("", name="a\n\x1b[31mb" + "c" * 200)
    assert str(caught.value).startswith("a [31mbccc")
    assert "\n" not in str(caught.value)


# --- what is refused: syntax ---


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("flow: a\n\ttitle: b\n", "2:1: A tab cannot indent in YAML. Use spaces."),
        ("flow: a\ntitle: b: c\n", "2:9: A “: ” does not fit here. Put a text that holds one in"),
        ("flow: a\ntitle: 'b\nnodes: []\n", "2:8: The quote that opens here is never closed."),
        ("flow: a\ntitle: @b\n", "2:8: A text that begins with “@” must stand in quotes."),
        ("flow: a\ntitle: [b\nnodes: c\n", "3:6: A bracket that opened above is not closed"),
        ('flow: a\ntitle: "b" c\n', "2:12: This does not fit what stands above"),
        ('flow: a\ntitle: "C:\\Users"\n', "2:13: A \\ in double quotes begins an escape."),
        ('flow: a\ntitle: "a\\q"\n', "2:10: A \\ in double quotes begins an escape."),
        ("flow: a\ntitle: {{client}} is down\n", "2:9: title: A field's name must be text. A text"),
        ("flow: a\nnodes: - b\n", "2:8: A list cannot begin behind a “:”"),
        ("flow: a\n- b\n", "2:1: This does not fit"),
    ],
)  # fmt: skip
def test_malformed_yaml_says_where_and_what_to_do(source: str, says: str) -> None:
    assert refused(source)[0].startswith(says)


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ('{"flow": "a",\n "title": }', "2:11: A value is missing"),
        ('{"flow": "a"\n "title": "b"}', "2:2: A comma is missing before this"),
        ('{"flow": "a",\n "title": "b",}', "2:15: A field's name in double quotes must follow"),
        ('{"flow": "a",\n "title: "b"}', "2:11: A “:” must follow"),
        ('{"flow": "a",\n "title": "b\nc"}', "2:13: A text ends on its own line"),
        ('{"flow": "a"}\n{"flow": "b"}', "2:1: The document ended before this"),
        ('{"flow": "C:\\Users"}', "1:13: After a \\ only JSON's own escapes fit"),
        ('{"flow": "a", "title": NaN}', "1:24: title: NaN is no JSON"),
        ('{"flow": "a", "title": -Infinity}', "1:24: title: -Infinity is no JSON"),
        ('{"flow": "a', "1:10: The quote that opens here is never closed"),
    ],
)
def test_malformed_json_says_where_and_what_to_do(source: str, says: str) -> None:
    assert refused(source, "vpn.json")[0].startswith(says)


@pytest.mark.parametrize("name", ["a.yaml", "a.json"])
@pytest.mark.parametrize(
    "source",
    ["[" * 100_000, "[" * 100_000 + "]" * 100_000, '{"a":' * 100_000, '{"nodes": ' + "[" * 100_000],
)
def test_deep_nesting_is_refused_at_once(source: str, name: str) -> None:
    began = time.perf_counter()
    assert "Nested more than 32 levels deep" in refused(source, name)[0]
    assert time.perf_counter() - began < 1


def test_deep_nesting_in_block_style_is_refused_too() -> None:
    assert "1:65: Nested more than 32 levels deep" in refused("- " * 100_000)[0]


def test_thirty_two_levels_are_read() -> None:
    assert "Nested" not in refused("[" * 32 + "]" * 32)[0]
    assert "Nested" in refused("[" * 33 + "]" * 33)[0]


def test_a_yaml_bomb_is_refused_without_growing() -> None:
    lines = ["l0: &l0 [ha, ha, ha, ha, ha, ha, ha, ha, ha]"]
    lines += [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 12)]
    problems = refused("\n".join(lines))
    assert len(problems) == PROBLEM_LIMIT
    assert problems[0].startswith("1:5: l0: Anchors (&name), aliases (*name) and merge keys (<<)")


def test_more_values_than_any_flow_needs_are_refused() -> None:
    assert "More than 250,000 values" in refused(f"{HEAD}tags: [{'a,' * 260_000}]")[0]


def test_merge_keys_tags_and_second_documents_are_refused() -> None:
    problems = refused("flow: a\ntitle: !!python/name:os.system x\n<<: {a: b}\n---\nflow: b\n")
    assert [problem.split(": ", 1)[0] for problem in problems] == ["2:8", "3:1", "3:1", "4:1"]
    assert "Tags such as !!str have no place in a flow" in problems[0]
    assert "merge keys (<<) are not read" in problems[1]
    assert "A second document begins here" in problems[3]


def test_duplicate_keys_are_refused_and_both_lines_named() -> None:
    assert refused("flow: a\ntitle: A\nflow: b\n") == [
        "3:1: flow: “flow” is already given in line 1. Remove one of the two."
    ]
    source = '{"flow": "a", "title": "A",\n "nodes": [{"solution": "a", "resolved": "b",\n'
    source += '"resolved": "c"}]}'
    assert refused(source, "a.json") == [
        '3:1: nodes[0] "a" › resolved: “resolved” is already given in line 2. '
        "Remove one of the two."
    ]


# --- what is refused: shape ---


@pytest.mark.parametrize(
    ("node", "says"),
    [
        (
            "{solution: a, resolved: b, outcom: c}",
            "» › outcom: There is no field “outcom” here. Did you mean “outcome”?",
        ),
        (
            "{solution: a, resolved: b, zzz: c}",
            "» › zzz: There is no field “zzz” here. Fields here:",
        ),
        ("{action: a, do: b}", "» › to: “to” is missing: The id of the step that comes next."),
        ("{action: a, do: [b], to: c}", "» › do: “do” should be text, not a list."),
        (
            "{action: a, do: {b: c}, to: c}",
            "» › do: “do” should be text, not a map of fields. A text that holds “: ”",
        ),
        ("{action: a, do: b, to: c, commands: x}", "“commands” should be a list, not “x”. Begin"),
        (
            "{action: a, do: b, to: c, commands: [x]}",
            "» › commands[0]: An entry of “commands” should be a map of fields, not “x”. Fields",
        ),
        ("{solution: a, resolved: b, verify: c}", "not “c”. Fields there: after, ask, reopen."),
        (
            "{action: A B, do: b, to: c}",
            "“action” is “A B”, but an id is lower-case letters, digits and hyphens, at most 48. "
            "Perhaps “a-b”?",
        ),
        (
            "{ask: a}",
            "]: A node needs one of decision, action, input, solution, with its id. "
            "Write for instance “decision: its-id”.",
        ),
        ("{descision: a, ask: b}", "solution, with its id. Did you mean “decision”?"),
        ("text", "]: A node needs one of decision, action, input, solution"),
        (
            "{decision: a, ask: b, action: c}",
            "» › action: A node is of one kind; this is decision and action. Make two nodes of it.",
        ),
        ("{decision: a, id: b, ask: c}", "» › id: There is no field “id” here."),
        (
            "{solution: a, resolved: b, outcome: resolvd}",
            "workaround, unresolved, cancelled, resolved-externally, not “resolvd”. "
            "Did you mean “resolved”?",
        ),
        (
            "{solution: a, resolved: b, verify: {after: soon, reopen: a}}",
            "» › verify › after: “after” is “soon”: write a duration as 30m, 24h or 7d.",
        ),
        (
            "{input: a, ask: b, to: c, variable: {name: My Name, label: d}}",
            "variable › name: “name” is “My Name”, but a variable's name is lower-case letters, "
            "digits and _, a letter first, at most 40. Perhaps “my_name”?",
        ),
    ],
)
def test_a_wrong_shape_is_told_in_plain_words(node: str, says: str) -> None:
    (problem,) = refused(f"{HEAD}nodes:\n  - {node}\n")
    assert says.replace("»", '"a"') in problem
    for jargon in ("pydantic", "discriminator", "Input should", "type=", "model", "union"):
        assert jargon not in problem


def test_of_a_single_choice_it_is_not_said_that_it_is_one_of_many() -> None:
    (problem,) = refused(f"{HEAD}kind: troubleshoot\n")
    assert problem.endswith("kind: “kind” should be troubleshooting, not “troubleshoot”.")


@pytest.mark.parametrize("word", ["on", "yes", "1", "True", "maybe", "[]"])
@pytest.mark.parametrize("quote", ["", '"'])
def test_only_true_and_false_are_true_and_false(word: str, quote: str) -> None:
    source = f"{HEAD}intake: [{{name: a, label: b, required: {quote}{word}{quote}}}]\n"
    assert "“required” is " in refused(source)[0]
    assert "write true or false." in refused(source)[0]
    assert read(source.replace(word, "true")).intake[0].required is True
    assert read(source.replace(word, "false")).intake[0].required is False


def test_a_document_that_is_no_map_is_refused() -> None:
    assert refused("- a\n") == ["1:1: A flow is a map of fields: flow:, title:, nodes:."]
    assert refused("[]", "a.json") == ["1:1: A flow is a map of fields: flow:, title:, nodes:."]


def test_all_problems_come_at_once_in_the_document_s_order() -> None:
    source = (
        "flow: A\n"
        "nodes:\n"
        "  - decision: scope\n"
        "    ask: One\n"
        "    ask: Two\n"
        "    options:\n"
        "      - {id: yes, label: Yes, to: end}\n"
        "      - {id: no, label: No, too: end}\n"
        "  - solution: end\n"
        "    resolved: &x Done\n"
    )
    assert [line.split(": ", 2)[:2] for line in refused(source)] == [
        ["1:1", "title"],
        ["1:7", "flow"],
        ["5:5", 'nodes[0] "scope" › ask'],
        ["8:9", 'nodes[0] "scope" › options[1] › to'],
        ["8:29", 'nodes[0] "scope" › options[1] › too'],
        ["10:15", 'nodes[1] "end" › resolved'],
    ]


def test_json_s_problems_have_places_too() -> None:
    source = '{"flow": "a", "title": "😀",\n "nodes": [\n  {"action": "b", "do": 5, "too": "c"}]}'
    assert [line.split(": ", 2)[:2] for line in refused(source, "a.json")] == [
        ["3:3", 'nodes[0] "b" › to'],
        ["3:28", 'nodes[0] "b" › too'],
    ]


def test_columns_count_characters_not_bytes() -> None:
    assert refused("flow: a\ntitle: {é😀: 1, é😀: 2}\n")[1].startswith("2:16: ")


def test_a_field_s_name_is_shown_without_what_could_harm_a_screen() -> None:
    (problem,) = refused(
        '{"flow": "a", "title": "b", "\\u001b[31m\\ud800\\u202e\\nx": 1}', "a.json"
    )
    assert problem.startswith("1:29: [31m\ufffd x: There is no field “[31m\ufffd x” here.")


def test_no_more_than_fifty_problems_are_told() -> None:
    assert len(refused(f"{HEAD}nodes:\n" + "  - {}\n" * 5_000)) == PROBLEM_LIMIT


def test_check_s_problems_can_be_given_places() -> None:
    document, positions = read_with_positions(VPN.replace("to: escalate", "to: esclate"), name="v")
    located = [positions.locate(problem) for problem in check(document)]
    assert [str(problem) for problem in located] == [
        'v:27:33: nodes[0] "scope" › options[1] › to: There is no step “esclate”. '
        "Did you mean “escalate”?"
    ]


def test_a_problem_of_what_is_not_written_is_placed_at_what_is_around_it() -> None:
    document, positions = read_with_positions(f"{HEAD}nodes:\n  - decision: a\n    ask: b\n")
    (problem, *_) = (positions.locate(problem) for problem in check(document))
    assert (problem.code, str(problem.place)) == ("no-options", "flow.yaml:4:5")


# --- size ---


def test_five_thousand_nodes_are_read_written_and_checked_in_seconds() -> None:
    source = big(MANY)
    began = time.perf_counter()
    document = read(source)
    assert len(document.nodes) == MANY
    assert check(document) == ()
    assert read(write_yaml(document)) == document
    assert time.perf_counter() - began < 10  # about 1.5 s on an idle core
