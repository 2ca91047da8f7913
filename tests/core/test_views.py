"""Views: what is to be seen of a session, and that nothing is offered which would be refused."""

from datetime import timedelta

import pytest

from core.errors import Because, Refusal
from core.flow.command import Command, Reference
from core.flow.model import Flow
from core.flow.node import Certainty, Tone
from core.flow.nodes import Action, Decision, Input
from core.flow.nodes.decision import Option
from core.flow.outcome import Outcome
from core.flow.variable import Variable, VariableType
from core.session import forms
from core.session.shows import (
    Known,
    as_if_view,
    folded_view,
    header_view,
    help_view,
    session_line,
    step_view,
    verification_view,
    where_was_i,
)
from core.session.state import Status
from core.session.texts import Texts
from core.session.verbs import LABELS, SessionVerb, correcting
from core.views import (
    Choice,
    FieldKind,
    FieldOption,
    HelpView,
    OfferView,
    Person,
    StepView,
    needs_recap,
)
from tests.core.session.vpn import SCOPE, VPN, edition
from tests.play import MORNING, Play, person, play

NAMES = {person("sam"): "Sam", person("kim"): "Kim"}


def choices(view: StepView) -> list[str]:
    """The labels of a step's own choices."""
    return [choice.label for choice in view.choices]


def more(view: StepView) -> set[str]:
    """The verbs offered besides."""
    return {choice.verb for choice in view.more}


def test_a_step_shows_what_it_asks_and_its_answers() -> None:
    view = play(VPN).start().view
    assert (view.kind, view.prose, view.flow_title) == ("decision", "Who is affected?", "VPN down")
    assert choices(view) == ["One user", "One site", "Everyone", "Couldn't check"]
    assert view.choices[0] == Choice("choose", "One user", "one-user")
    assert view.choices[-1].tone is Tone.ASIDE
    assert (view.visit, view.revision, view.driver, view.client) == (1, 1, "Sam", None)


def test_path_most_traveled_stands_beside_its_option() -> None:
    walk = play(VPN).start()
    known = Known(counts={"all": "7 of 9"})
    view = walk.view
    assert {choice.count for choice in view.choices} == {None}
    counted = step_view(walk.flows, walk.session, known).choices
    assert [choice.count for choice in counted] == [None, None, "7 of 9", None]


def test_values_are_filled_in_and_unset_ones_read_as_such() -> None:
    walk = play(VPN).start().choose("One user")
    assert walk.view.prose == "Which gateway does (client not set) use?"
    assert walk.view.missing == ("Client",)
    view = walk.set(client="Acme").view
    assert (view.prose, view.missing) == ("Which gateway does Acme use?", ())


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("Acme", "Acme"),
        ("svc_backup", "svc_backup"),
        ("**Acme**", "\\*\\*Acme\\*\\*"),
        ("_a_", "\\_a\\_"),
        ("[x](http://e.vil)", "\\[x\\](http://e.vil)"),
        ("<!channel>", "\\<!channel\\>"),
        ("\\\\srv\\share", "\\\\\\\\srv\\\\share"),
        ("# big", "\\# big"),
        ("- item", "\\- item"),
        ("https://a.b/c_d-e", "https://a.b/c_d-e"),
        ("{{seats}}", "{{seats}}"),
    ],
)
def test_a_value_cannot_change_how_prose_reads(value: str, shown: str) -> None:
    texts = Texts(VPN, {"client": value})
    assert texts.prose("{{client}}") == shown
    assert texts.plain("{{client}}") == value


def test_within_code_a_value_stands_as_it_is() -> None:
    texts = Texts(VPN, {"client": "a*b`c"})
    assert texts.prose("Run `x {{client}}` for {{client}}") == "Run `x a*b'c` for a\\*b\\`c"
    assert texts.prose("```\nx {{client}}\n```\n{{client}}") == "```\nx a*b'c\n```\na\\*b\\`c"


def test_a_label_stands_within_its_sentence() -> None:
    flow = edition(
        intake=(Variable(name="ip", label="IP address"), Variable(name="os", label="OS version"))
    )
    assert Texts(flow, {}).plain("{{ip}}, {{os}}, {{what}}") == (
        "(IP address not set), (OS version not set), (what not set)"
    )


def test_a_line_is_one_plain_line() -> None:
    line = Texts(VPN, {"client": "A*"}).line
    assert line("## Is **4740**\non `dc01` of *{{client}}*? See [this](x).") == (
        "Is 4740 on dc01 of A*? See this."
    )
    assert line("- a snake_case_name * 2") == "a snake_case_name * 2"
    assert len(line("word " * 100)) <= 150


def test_earlier_answers_are_lines_with_who_and_when() -> None:
    walk = play(VPN).start().at(minutes=5).by("kim").choose("Everyone").could_not_check()
    line = walk.view.past[0]
    assert (line.seq, line.asked, line.answer, line.by) == (
        2,
        "Who is affected?",
        "Everyone",
        "Kim",
    )
    assert (line.at, line.certainty) == (MORNING + timedelta(minutes=5), Certainty.CHECKED)
    assert walk.view.past[1].certainty is Certainty.NOT_CHECKED


def test_an_answer_is_told_by_the_names_and_the_flow_of_now() -> None:
    walk = play(VPN).start().by("kim").choose("Everyone")
    for name in ("Kim", "Kim Jo"):
        known = walk.known({person("kim"): name})
        assert step_view(walk.flows, walk.session, known).past[0].by == name
    first = SCOPE.model_copy(update={"ask": "Who is it?"})
    other = edition(nodes=(first, *VPN.nodes[1:]))
    [line] = step_view(dict.fromkeys(walk.flows, other), walk.session, known).past
    assert line.asked == "Who is it?"


def test_eight_answers_are_shown_and_the_others_counted() -> None:
    walk = play(VPN).start().choose("Everyone")
    for _ in range(10):
        walk.choose("Look again")
    assert (len(walk.view.past), walk.view.earlier) == (8, 3)
    assert walk.view.past[0].seq == 5
    assert SessionVerb.EARLIER in more(walk.view)


def test_who_is_unknown_is_somebody_and_nobody_is_the_product() -> None:
    known = Known(names=NAMES)
    assert known.name(person("kim")) == "Kim"
    assert known.name(person("gone")) == "somebody"
    assert known.name(None) == "ResolutionFlow"


def test_commands_are_filled_and_say_what_they_miss() -> None:
    walk = play(VPN).start().choose("Everyone")
    (command,) = walk.view.commands
    assert (command.code, command.missing, command.changes) == (
        "ping <Gateway>",
        ("Gateway",),
        False,
    )
    assert walk.view.missing == ("Gateway",)
    (command,) = walk.set(gateway="10.0.0.1").view.commands
    assert (command.code, command.missing, command.label) == ("ping 10.0.0.1", (), "Any")


def test_help_is_there_when_there_is_anything_to_help() -> None:
    walk = play(VPN).start()
    assert not walk.view.can_help
    walk.choose("Everyone")
    assert walk.view.can_help
    assert SessionVerb.HELP in more(walk.view)
    view = help_view(walk.flows, walk.session)
    assert isinstance(view, HelpView)
    assert (view.title, view.prose) == ("Does (gateway not set) answer?", "Ping it.")
    assert len(view.commands) == 1


def test_a_manual_alone_is_help_too() -> None:
    node = Action(
        id="a",
        do="Do it.",
        to="a",
        warn="Mind {{client}}.",
        expect="Green.",
        reference=Reference(title="Manual", url="https://a.b"),
    )
    walk = play(edition(nodes=(node,))).start()
    assert walk.view.can_help
    assert (walk.view.warn, walk.view.expect) == ("Mind (client not set).", "Green.")
    reference = help_view(walk.flows, walk.session).reference
    assert reference is not None
    assert reference.title == "Manual"


# What is offered besides


def test_a_fresh_step_offers_no_way_back() -> None:
    view = play(VPN).start().view
    assert more(view) == {
        "note",
        "variables",
        "custom-step",
        "scratchpad",
        "pause",
        "hand-over",
        "take-over",
        "finish",
        "cancel",
        "ticket",
    }


def test_back_carries_the_answer_that_it_goes_back_to() -> None:
    walk = play(VPN).start().choose("Everyone").correct("Who", "One site")
    back = next(choice for choice in walk.view.more if choice.verb == SessionVerb.BACK)
    assert back.argument == "3"
    assert SessionVerb.CORRECT in more(walk.view)


def test_a_flow_without_variables_offers_none() -> None:
    option = Option(id="x", label="X", to="a")
    flow = Flow(flow="f", title="F", nodes=(Decision(id="a", ask="A?", options=(option,)),))
    assert SessionVerb.VARIABLES not in more(play(flow).start().view)


def at_the_end() -> Play:
    """At an end that is to be verified."""
    return play(VPN).start().choose("One site").choose("Done")


def test_each_status_offers_what_leads_out_of_it() -> None:
    walk = at_the_end()
    assert choices(walk.view) == ["Verify after 24h", "Complete…"]
    assert SessionVerb.FINISH not in more(walk.view)
    walk.pause("parts")
    assert (choices(walk.view), walk.view.parked) == (["Resume"], "parts")
    assert SessionVerb.FINISH in more(walk.view)
    walk.resume().verify_in(hours=24)
    assert choices(walk.view) == ["Yes, still fine", "No, it came back"]
    assert walk.view.due == MORNING + timedelta(days=1)
    walk.still_fine(True)
    assert (choices(walk.view), walk.view.outcome) == (["Reopen"], "Resolved")
    assert more(walk.view) == {"note", "variables", "scratchpad", "ticket"}


def test_a_hand_over_that_waits_is_shown_with_its_answers() -> None:
    view = play(VPN).start().hand_over("kim").view
    assert view.offer == OfferView("Kim", "Sam")
    assert {"accept", "decline", "withdraw", "take-over"} <= more(view)
    assert "hand-over" not in more(view)


def test_every_verb_has_a_label_and_a_name_that_fits_a_token() -> None:
    assert set(LABELS) == set(SessionVerb)
    assert all(len(verb) <= 12 and len(LABELS[verb]) <= 30 for verb in SessionVerb)


# Other views


def test_a_branch_by_hand_is_offered_for_each_answer() -> None:
    walk = play(VPN).start().could_not_check()
    refused = walk.refusal
    assert isinstance(refused, Refusal)
    assert refused.because is Because.NEEDS_CHOICE
    view = as_if_view(walk.flows, walk.session, "could-not-check", refused)
    assert view.text == refused.message
    assert [(choice.label, choice.argument) for choice in view.choices] == [
        ("Go on as if “One user”", "one-user"),
        ("Go on as if “One site”", "one-site"),
        ("Go on as if “Everyone”", "all"),
    ]
    walk.refused("Pick the branch").could_not_check(as_if=view.choices[1].argument).shows("Restart")


def test_what_is_asked_when_it_is_due() -> None:
    walk = at_the_end().verify_in(hours=1)
    view = verification_view(walk.flows, walk.session)
    assert view.text == "Is it still up?"
    assert [choice.verb for choice in view.choices] == ["fine", "not-fine"]


@pytest.mark.parametrize(
    ("minutes", "needed"), [(0, False), (15, False), (15.1, True), (900, True)]
)
def test_a_recap_is_needed_after_a_quarter_of_an_hour(minutes: float, needed: bool) -> None:
    assert needs_recap(MORNING, MORNING + timedelta(minutes=minutes)) is needed
    assert needs_recap(None, MORNING) is False


def test_where_was_i_is_three_plain_lines() -> None:
    walk = play(VPN).start()
    view = where_was_i(walk.flows, walk.session, walk.known())
    assert (view.about, view.known) == ("VPN down", "Nothing yet.")
    walk.choose("One user").answer("10.0.0.1").choose("Yes").choose("Done")
    known = walk.known()
    view = where_was_i(walk.flows, walk.session, Known(known.past, 0, client="Acme"))
    assert view.about == "VPN down for Acme"
    assert view.known == (
        "Gateway: 10.0.0.1 · Does 10.0.0.1 answer? Yes · Restart it: done (and 1 answer before)"
    )
    assert view.asked == "The tunnel is up."


def test_the_header_and_a_line_of_a_list() -> None:
    walk = at_the_end().pause("parts")
    known = Known(names=NAMES, client="Acme")
    header = header_view(walk.flows, walk.session, known)
    assert (header.flow_title, header.client, header.driver) == ("VPN down", "Acme", "Sam")
    assert (header.status, header.since, header.parked) == (Status.PAUSED, MORNING, "parts")
    line = session_line(walk.flows, walk.session, known)
    assert (line.at, line.client, line.status) == ("The tunnel is up.", "Acme", Status.PAUSED)


# Forms


def test_an_input_asks_for_its_value_with_what_is_known() -> None:
    walk = play(VPN).start().choose("One user").answer("10.0.0.1").back()
    assert walk.view.field is not None
    form = forms.input_form(walk.flows, walk.session, "answer")
    assert form is not None
    (field,) = form.fields
    assert (field.name, field.label, field.value, field.required) == (
        "value",
        "Gateway",
        "10.0.0.1",
        True,
    )
    assert form.prose == "Which gateway does (client not set) use?"
    assert forms.input_form(walk.flows, walk.correct("Who", "Everyone").session, "answer") is None


def test_variables_are_fields_of_their_kind() -> None:
    kinds = {
        VariableType.LONG_TEXT: FieldKind.TEXT,
        VariableType.SELECT: FieldKind.ONE_OF,
        VariableType.MULTI_SELECT: FieldKind.SOME_OF,
        VariableType.NUMBER: FieldKind.NUMBER,
        VariableType.DATE: FieldKind.DATE,
    }
    for type in VariableType:
        variable = Variable(name="a", label="A", type=type, options=("x",), default="d", help="h")
        field = forms.variable_field(variable, None)
        assert field.kind is kinds.get(type, FieldKind.LINE)
        assert (field.value, field.options, field.help) == ("d", (FieldOption("x", "x"),), "h")
        assert forms.variable_field(variable, "v").value == "v"
    walk = play(VPN).start(client="Acme")
    form = forms.variables_form(walk.flows, walk.session)
    assert [(field.name, field.value) for field in form.fields] == [
        ("client", "Acme"),
        ("seats", "5"),
        ("gateway", None),
    ]
    assert len(forms.variables_form(walk.flows, walk.session, ["seats"]).fields) == 1


def test_completing_knows_what_the_end_says_and_what_was_inferred() -> None:
    walk = at_the_end().set(client="Acme")
    form = forms.completing_form(walk.flows, walk.session, minutes=25)
    values = {field.name: field.value for field in form.fields}
    assert values == {"outcome": "resolved", "next_steps": "Call Acme.", "minutes": "25"}
    assert Outcome.CANCELLED not in {option.value for option in form.fields[0].options}
    early = play(VPN).start()
    blank = forms.completing_form(early.flows, early.session)
    assert {field.value for field in blank.fields} == {None}


def test_the_variables_of_the_intake_come_first_in_their_form() -> None:
    flow = Flow.model_validate(
        {
            "flow": "ordered",
            "title": "Ordered",
            "intake": [{"name": "client", "label": "Client"}, {"name": "user", "label": "User"}],
            "nodes": [
                {
                    "input": "hours",
                    "ask": "How many?",
                    "variable": {"name": "hours", "label": "Hours"},
                    "to": "end",
                },
                {"solution": "end", "resolved": "Done."},
            ],
        }
    )
    walk = play(flow).start()
    form = forms.variables_form(walk.flows, walk.session)
    assert [field.label for field in form.fields] == ["Client", "User", "Hours"]


def test_completing_warns_of_what_is_still_empty() -> None:
    walk = play(VPN).start()
    prose = forms.completing_form(walk.flows, walk.session).prose
    assert prose is not None
    assert prose.startswith("The ticket note lacks: Client.")
    walk.set(client="Acme")
    assert forms.completing_form(walk.flows, walk.session).prose is None


def test_a_correction_shows_the_answer_and_its_submission_is_the_deed() -> None:
    walk = play(VPN).start().choose("Everyone").could_not_check()
    form = forms.correction_form(walk.flows, walk.session, walk.trail[1])
    (field,) = form.fields
    assert (form.argument, form.prose, field.value) == ("2", "Who is affected?", "choose:all")
    for option in field.options:
        trial = play(VPN).start().choose("Everyone")
        trial.does(correcting(int(form.argument), {"answer": option.value}))
        if option.value == field.value:
            trial.refused("That is the answer already.")
        elif option.value == "could-not-check":
            trial.refused("Pick the branch")
    labels = [option.label for option in field.options]
    assert "Couldn't check, go on as if “One site”" in labels
    checked = forms.correction_form(walk.flows, walk.session, walk.trail[2])
    assert checked.fields[0].value == "could-not-check"


def test_a_correction_of_a_value_holds_the_value() -> None:
    walk = play(VPN).start().choose("One user").answer("10.0.0.1")
    form = forms.correction_form(walk.flows, walk.session, walk.trail[2])
    assert [(field.name, field.value) for field in form.fields] == [
        ("answer", "answer"),
        ("value", "10.0.0.1"),
    ]
    walk.does(correcting(3, {"answer": "answer", "value": "10.0.0.2"})).knows(gateway="10.0.0.2")


def test_a_correction_shows_the_step_as_the_version_of_now_has_it() -> None:
    newer = edition(nodes=(Action(id="scope", do="Count them.", to="scope"),))
    walk = play(VPN, newer).start().choose("Everyone").upgrade(node="scope")
    form = forms.correction_form(walk.flows, walk.session, walk.trail[1])
    assert form.prose == "Count them."
    assert form.fields[0].value is None


def test_every_form_names_its_deed_and_its_limits() -> None:
    kim = Person(person("kim"), "Kim")
    made = [
        forms.note_form(),
        forms.pause_form(),
        forms.handover_form([kim], kim),
        forms.declining_form(),
        forms.custom_step_form(),
        forms.scratchpad_form("0800"),
        forms.cancelling_form(),
    ]
    assert all(form.verb in set(SessionVerb) and len(form.title) <= 24 for form in made)
    assert all(field.limit >= 300 for form in made for field in form.fields)
    assert made[2].fields[0].value == str(kim.id)
    assert made[2].fields[0].options == (FieldOption(str(kim.id), "Kim"),)
    assert made[5].fields[0].value == "0800"


def test_a_question_with_a_placeholder_in_a_command_says_so_once() -> None:
    node = Input(
        id="a",
        ask="{{client}}, {{client}}?",
        variable=Variable(name="v", label="V"),
        to="a",
        commands=(Command(label="Any", language="bash", code="id {{client}} {{seats}}"),),
    )
    flow = edition(nodes=(node,), intake=(Variable(name="client", label="Client"),))
    assert play(flow).start().view.missing == ("Client", "seats")


def test_a_folded_answer_stays_readable_when_it_stands_no_more() -> None:
    walk = play(VPN).start().choose("Everyone").back()
    answered = next(entry for entry in walk.trail if entry.answers)
    view = folded_view(walk.flows, walk.session, answered, walk.known(NAMES))
    assert view.line is not None
    assert (view.line.answer, view.struck) == ("Everyone", True)
    answered = walk.choose("One user").standing[-1]
    assert not folded_view(walk.flows, walk.session, answered, walk.known(NAMES)).struck


def test_a_step_of_several_paragraphs_is_called_by_its_first() -> None:
    flow = Flow.model_validate(
        {
            "flow": "ready",
            "title": "Ready",
            "nodes": [
                {"action": "fix", "do": "Make it **ready**:\n \n- paper\n- toner", "to": "end"},
                {"solution": "end", "resolved": "It prints."},
            ],
        }
    )
    walk = play(flow).start()
    assert session_line(walk.flows, walk.session).at == "Make it ready:"
    walk.choose("Done")
    assert walk.view.past[0].asked == "Make it ready:"
