"""What a ticket note says of the turns that a session can take, at its end and on the way."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from core.flow.node import Certainty
from core.flow.outcome import Outcome
from core.session import deeds
from core.session.deeds import Deed
from core.session.shows import where_was_i
from core.session.state import Status
from core.ticket.parts import Step, What
from core.ticket.prose import as_text
from tests.core.ticket.stories import ad_lockout, printer_offline, vpn_down
from tests.core.ticket.story import BERLIN, JO, MIA, SAM, Story, flow_from, version_of

UTC = ZoneInfo("UTC")


def vpn() -> Story:
    return Story(flow_from("vpn-down"), "09:00", user="jo", device="LT-1", client="Acme")


def printer() -> Story:
    return Story(flow_from("printer-offline"), "09:00", client="Acme", printer="HP")


def lines(story: Story, section: str) -> list[str]:
    """The lines of a section of the plain text."""
    _, found, rest = story.text().partition(f"\n{section.upper()}\n")
    return rest.split("\n\n")[0].splitlines() if found else []


def awaiting() -> Story:
    story = Story(flow_from("ad-lockout"), "09:00", user="jo", client="Acme")
    for at, option in (("09:01", "locked"), ("09:02", "yes")):
        story.chose(at, option)
    story.acted("09:03", "answer", value="WS-1")
    story.chose("09:04", "workstation")
    story.acted("09:05", "done")
    story.acted("09:06", "done")
    story.chose("09:20", "no")
    due = datetime(2026, 11, 24, 9, 20, tzinfo=BERLIN).astimezone(UTC)
    story.do("09:21", deeds.VerificationAwaited(due))
    return story


# On the way


def test_a_session_in_progress_says_where_it_stands() -> None:
    story = vpn()
    story.chose("09:04", "one")
    text = story.text()
    assert "In progress, at the step “Does the internet work on LT-1 with the VPN off?”." in text
    assert "since 23 Nov 2026, 09:00 CET, about 4 minutes worked so far" in text
    assert "OUTCOME" not in text
    assert "NEXT STEPS" not in text


def test_a_parked_session_says_since_when_and_why() -> None:
    story = vpn()
    story.do("24 08:00", deeds.Paused("waiting for the user to come back"))
    assert (
        "Parked on 24 Nov at 08:00 at the step “Who at Acme is affected?”: "
        "waiting for the user to come back." in story.text()
    )
    assert story.text().count("waiting for the user") == 1


def test_a_session_at_an_end_that_nobody_closed_says_so() -> None:
    story = printer()
    story.chose("09:01", "one")
    story.acted("09:02", "done")
    assert "HP prints again. Not completed yet." in story.text()


def test_a_note_about_nothing_but_a_start_is_whole() -> None:
    assert printer().text() == (
        "Printer offline\n\n"
        "In progress, at the step “Who cannot print?”.\n\n"
        "Client: Acme\nEngineer: Sam Keller\n"
        "Time: since 23 Nov 2026, 09:00 CET, about 1 minute worked so far\n"
        "Printer: HP\n"
    )


def test_a_report_up_to_an_entry_tells_the_session_as_it_was() -> None:
    story = vpn_down()
    then = story.report(upto=5)
    assert then.status is Status.ACTIVE
    assert [step.stamp.at.minute for step in then.steps] == [5, 7, 11, 14]
    assert "The VPN client reported wrong credentials." in story.text(upto=5)
    assert "Corrected from" not in story.text(upto=5)
    assert then.notes == ()
    assert story.report(upto=99) == story.report()


def test_a_report_of_every_moment_can_be_made() -> None:
    for story in (vpn_down(), ad_lockout(), printer_offline()):
        for upto in range(1, story.session.revision + 1):
            assert "{{" not in story.markdown(upto=upto)


def test_what_was_taken_back_later_is_not_in_an_earlier_report() -> None:
    story = printer_offline()
    text = story.text(upto=6)
    assert "ignore" not in text
    assert "bad mood" not in text
    assert "teh server" not in text
    assert "the switch port is down" in text


# Answers


def test_a_corrected_answer_is_told_once_with_what_it_was() -> None:
    story = vpn()
    first = story.chose("09:01", "all")
    story.chose("09:02", "yes")
    story.do("09:05", deeds.Corrected(first, "choose", {"option": "one"}), JO)
    assert lines(story, "What was checked") == [
        "- 09:05 – Who at Acme is affected? One user (by Jo Brand). "
        "Corrected from “Everyone” (answered at 09:01 by Sam Keller)."
    ]


def test_an_answer_corrected_twice_names_both() -> None:
    story = vpn()
    first = story.chose("09:01", "all")
    second = story.do("09:02", deeds.Corrected(first, "choose", {"option": "site"}))
    story.do("09:03", deeds.Corrected(second, "choose", {"option": "one"}))
    assert (
        "Corrected from “Everyone” (answered at 09:01) and “One site” (answered at 09:02)."
        in story.text()
    )


def test_a_step_that_was_asked_again_shows_what_it_replaced() -> None:
    story = vpn()
    first = story.chose("09:01", "all")
    story.chose("09:02", "yes")
    story.do("09:03", deeds.Returned(first))
    story.chose("09:04", "one")
    checked = lines(story, "What was checked")
    assert len(checked) == 1
    assert "Corrected from “Everyone”" in checked[0]


def test_a_step_asked_again_and_answered_alike_is_no_correction() -> None:
    story = vpn()
    first = story.chose("09:01", "one")
    story.do("09:03", deeds.Returned(first))
    story.chose("09:04", "one")
    assert "Corrected" not in story.text()
    assert len(lines(story, "What was checked")) == 1


def test_a_note_on_a_step_that_no_longer_stands_is_kept() -> None:
    story = vpn()
    first = story.chose("09:01", "all")
    story.noted("09:02", "gateway pings")
    story.do("09:03", deeds.Corrected(first, "choose", {"option": "one"}))
    assert lines(story, "Notes") == [
        "Does the gateway answer from outside? (dropped when an answer was corrected):",
        "- 09:02, Sam Keller: gateway pings",
    ]
    assert "gateway" not in "\n".join(lines(story, "What was checked"))


def test_a_step_visited_again_is_listed_again_and_says_so() -> None:
    flow = flow_from("printer-offline", power={"to": "reachable"})
    story = Story(flow, "09:00", client="Acme", printer="HP")
    story.chose("09:01", "all")
    story.chose("09:02", "no")
    story.acted("09:03", "done")
    story.chose("09:04", "yes")
    checked = lines(story, "What was checked")
    assert checked[1:] == [
        "- 09:02 – Printer reachable: no.",
        "- 09:04 – Printer reachable, checked again: yes.",
    ]


def test_could_not_check_is_no_negative_answer_and_gives_its_reason() -> None:
    story = vpn()
    story.chose("09:01", "all")
    story.acted("09:02", "could-not-check", option="no", reason="no hotspot at hand.")
    assert lines(story, "What was checked")[1:] == [
        "- 09:02 – Does the gateway answer from outside? COULD NOT BE CHECKED: "
        "no hotspot at hand; went on as if “No”."
    ]
    step = story.report().steps[1]
    assert isinstance(step, Step)
    assert step.certainty is Certainty.NOT_CHECKED
    assert "**Could not be checked**" in story.markdown()


def test_what_could_not_be_found_out_or_done_says_so() -> None:
    story = Story(flow_from("ad-lockout"), "09:00", user="jo")
    story.chose("09:01", "locked")
    story.chose("09:02", "yes")
    story.acted("09:03", "could-not-find-out", reason="the field is empty")
    story.chose("09:04", "workstation")
    story.acted("09:05", "could-not-do", reason="user in a meeting")
    assert "Caller computer COULD NOT BE FOUND OUT: the field is empty." in story.text()
    assert lines(story, "What was done") == [
        "- 09:05 – Remove the stored credentials of jo on (caller computer not set). "
        "COULD NOT BE DONE: user in a meeting."
    ]


def test_a_variable_that_was_never_set_is_a_gap_that_nobody_reads_over() -> None:
    """A note once told "What state is sign-in name in at client right now?" as if it knew."""
    story = Story(flow_from("ad-lockout"), "09:00")
    assert (
        "at the step “What state is (sign-in name not set) in at (client not set)" in story.text()
    )
    story.chose("09:01", "locked")
    assert as_text(story.report().summary[0]) == (
        "The account (sign-in name not set) was locked out in Active Directory."
    )
    assert lines(story, "What was checked") == [
        "- 09:01 – What state is (sign-in name not set) in at (client not set) right now? "
        "Locked out."
    ]


def test_a_gap_reads_in_the_note_as_it_does_at_the_step() -> None:
    story = Story(flow_from("vpn-down"), "09:00", client="Acme")
    story.chose("09:01", "one")
    asked = where_was_i(story.flows, story.session).asked
    assert asked == "Does the internet work on (device not set) with the VPN off?"
    assert f"at the step “{asked}”" in story.text()


def test_a_sentence_that_begins_with_a_gap_begins_with_it() -> None:
    story = Story(flow_from("printer-offline"), "09:00")
    story.chose("09:01", "one")
    story.acted("09:02", "done")
    assert "(printer not set) prints again. Not completed yet." in story.text()


def test_a_title_and_an_answer_show_their_gaps_too() -> None:
    option = {"id": "one", "label": "Only {{printer}}", "to": "queue"}
    flow = flow_from("printer-offline", who={"options": [option]})
    story = Story(flow.model_copy(update={"title": "Printer offline at {{client}}"}), "09:00")
    story.chose("09:01", "one")
    assert story.text().startswith("Printer offline at (client not set)\n")
    assert "Who cannot print? Only (printer not set)." in story.text()


def test_what_is_required_and_not_filled_in_is_listed_at_the_end() -> None:
    story = Story(flow_from("ad-lockout"), "09:00")
    story.chose("09:01", "locked")
    assert story.text().endswith("\n\nNot filled in: Client, Sign-in name.\n")
    assert story.markdown().endswith("\n\n**Not filled in:** Client, Sign-in name.\n")
    story.do("09:02", deeds.VariablesSet({"user": "jo"}))
    assert story.text().endswith("\n\nNot filled in: Client.\n")
    assert "Not filled in" not in story.text(client="Acme Ltd")
    assert story.text(upto=2).endswith("\n\nNot filled in: Client, Sign-in name.\n")


def test_what_may_stay_empty_is_not_listed_as_missing() -> None:
    story = Story(flow_from("vpn-down"), "09:00", client="Acme", user="jo")
    assert "Not filled in" not in story.text()


def test_two_fields_of_one_label_are_listed_once() -> None:
    flow = flow_from("ad-lockout")
    client, user = flow.intake
    label = user.model_copy(update={"name": "other", "label": "Client:"})
    story = Story(flow.model_copy(update={"intake": (client, user, label)}), "09:00", user="jo")
    assert story.text().endswith("\n\nNot filled in: Client.\n")


def test_a_value_asked_for_twice_does_not_rewrite_what_was_done_before() -> None:
    """A loop-back once told that MEET-02 was cleared at 09:45, when it had been WS-114."""
    text = ad_lockout().text()
    assert "09:45 – The stored credentials of j.doe on WS-114 were removed." in text
    assert "10:58 – The stored credentials of j.doe on MEET-02 were removed" in text


def test_a_value_set_late_or_put_right_counts_everywhere() -> None:
    story = awaiting()
    story.do("09:30", deeds.VariablesSet({"caller": "WS-2", "user": "joan"}))
    assert "The stored credentials of joan on WS-2 were removed" in story.text()
    assert "WS-1" not in "\n".join(lines(story, "What was done"))


def test_a_value_found_out_later_is_told_from_the_start_with_the_first_one_found() -> None:
    flow = flow_from("ad-lockout", event={"ask": "Is there an event 4740 from {{caller}}?"})
    story = Story(flow, "09:00", user="jo")
    story.chose("09:01", "locked")
    story.chose("09:02", "yes")
    assert "Is there an event 4740 from (caller computer not set)? Yes." in story.text()
    story.acted("09:03", "answer", value="WS-1")
    assert "Is there an event 4740 from WS-1? Yes." in story.text()


def test_typed_answers_are_no_templates() -> None:
    flow = flow_from("printer-offline")
    ask = flow_from("ad-lockout").by_id["caller"]
    variable = ask.asks()
    assert variable is not None
    free = ask.model_copy(
        update={
            "id": "reachable",
            "to": "queue",
            "variable": variable.model_copy(update={"type": "text", "name": "seen"}),
        }
    )
    nodes = tuple(free if node.id == "reachable" else node for node in flow.nodes)
    story = Story(flow.model_copy(update={"nodes": nodes}), "09:00", printer="HP")
    story.chose("09:01", "all")
    story.acted("09:02", "answer", value="{{printer}} **x**")
    assert "Caller computer: {{printer}} **x**." in story.text()


def test_a_fact_is_a_variable_that_no_check_tells() -> None:
    report = awaiting().report()
    assert [(fact.label, fact.value) for fact in report.facts] == [("Sign-in name", "jo")]
    assert report.client == "Acme"


def test_the_clients_record_names_the_client_not_the_variable() -> None:
    story = Story(flow_from("vpn-down"), "09:00", user="jo", device="LT-1", client="acme")
    text = story.text(client="Acme Ltd")
    assert "Client: Acme Ltd\n" in text
    assert "Who at Acme Ltd is affected?" in text
    assert "acme" not in text


def test_without_a_fix_the_summary_tells_the_last_finding() -> None:
    story = vpn()
    story.chose("09:01", "one")
    story.chose("09:02", "yes")
    story.do("09:03", deeds.CustomStepAdded("Read the log of the client"))
    story.chose("09:04", "yes")
    story.chose("09:05", "certificate")
    story.do("09:06", deeds.Completed(Outcome.ESCALATED))
    assert as_text(story.report().summary[1]) == "The VPN client rejected the certificate."


def test_a_finding_made_again_is_told_in_the_summary_once_and_newest() -> None:
    flow = flow_from("printer-offline", panel={"ask": "Who cannot print?"})
    story = Story(flow, "09:00", printer="HP")
    story.chose("09:01", "all")
    story.chose("09:02", "no")
    story.acted("09:03", "done")
    story.chose("09:04", "fault")
    assert as_text(story.report().summary[0]) == "The panel showed a hardware fault."


# People


def test_people_are_named_with_what_they_were() -> None:
    story = vpn()
    story.chose("09:01", "one", MIA)
    story.do("09:02", deeds.TakenOver(), JO)
    story.do("09:03", deeds.HandoverOffered(SAM), JO)
    story.do("09:04", deeds.HandoverAccepted(), SAM)
    people = story.report().people
    assert (people.started_by, people.drivers) == ("Sam Keller", ("Sam Keller", "Jo Brand"))
    assert people.others == ("Mia Long",)
    assert (
        "People: Sam Keller (started), Jo Brand (take-over at 09:02), "
        "Sam Keller (hand-over at 09:04), Mia Long (took part)\n" in story.text()
    )


def test_who_was_only_asked_or_took_everything_back_did_not_take_part() -> None:
    story = vpn()
    story.do("09:01", deeds.HandoverOffered(JO, "please"))
    story.do("09:02", deeds.HandoverDeclined("no time"), JO)
    note = story.noted("09:03", "oops", MIA)
    story.do("09:04", deeds.NoteDeleted(note), MIA)
    assert "Engineer: Sam Keller\n" in story.text()


def test_somebody_unknown_and_the_product_have_names() -> None:
    story = Story(flow_from("vpn-down"), "09:00", None, user="jo", device="LT-1")
    story.do("09:01", deeds.TakenOver())
    assert "ResolutionFlow (started), Sam Keller (take-over at 09:01)" in story.text()


def test_an_answer_of_somebody_who_did_not_drive_carries_a_name() -> None:
    story = vpn()
    story.chose("09:01", "one", MIA)
    story.chose("09:02", "yes")
    checked = lines(story, "What was checked")
    assert checked[0].endswith("One user (by Mia Long).")
    assert "by" not in checked[1]


def test_the_default_of_a_question_that_was_not_asked_is_no_fact() -> None:
    asked = {"name": "caller", "label": "Caller", "type": "hostname", "default": "dc01"}
    story = Story(flow_from("ad-lockout", caller={"variable": asked}), "09:00", user="jo")
    assert [fact.label for fact in story.report().facts] == ["Sign-in name"]
    story.do("09:01", deeds.VariablesSet({"caller": "ws-1"}))
    assert [fact.value for fact in story.report().facts] == ["jo", "ws-1"]


# The course and the end


def test_a_verification_that_is_awaited_is_not_yet_a_success() -> None:
    text = awaiting().text()
    assert "and the account was unlocked (verification pending)." in text
    assert (
        "Awaiting verification. The fix was put in place at 09:21 "
        "and is to be confirmed on 24 Nov at 09:20." in text
    )


def test_a_verification_that_nobody_answered_says_so() -> None:
    story = awaiting()
    story.do("24 18:00", deeds.VerificationLapsed(), None)
    assert lines(story, "Outcome") == [
        "Resolved. The fix was put in place at 09:21; the verification due on 24 Nov at 09:20 "
        "was not answered, so it was closed on 24 Nov at 18:00."
    ]


def test_what_others_fixed_is_not_told_as_our_fix() -> None:
    flow = flow_from("printer-offline", fixed={"outcome": "resolved-externally"})
    story = Story(flow, "09:00", printer="HP")
    story.chose("09:01", "one")
    story.acted("09:02", "done")
    story.do("09:03", deeds.VerificationAwaited(datetime(2026, 11, 23, 13, 3, tzinfo=UTC)))
    story.do("09:04", deeds.VerificationAnswered(fine=True))
    assert lines(story, "Outcome") == [
        "Resolved externally. The fix was left to others at 09:03 and confirmed at 09:04."
    ]


def test_a_fix_that_did_not_hold_is_told() -> None:
    story = awaiting()
    story.do("24 09:30", deeds.VerificationAnswered(fine=False))
    text = story.text()
    assert "In progress, at the step “Is there an event 4740 for jo on the PDC emulator?”." in text
    assert lines(story, "Outcome so far") == [
        "- 09:21 – The fix was put in place; verification due on 24 Nov at 09:20.",
        "- 24 Nov, 09:30 – Not fine at the verification; the work went on.",
    ]


def test_a_cancelled_session_gives_its_reason_once() -> None:
    story = vpn()
    story.do("09:05", deeds.Cancelled("opened twice, see ticket 4711."))
    text = story.text()
    assert "Cancelled: opened twice, see ticket 4711." in text
    assert text.count("4711") == 1
    assert lines(story, "Outcome") == ["Cancelled."]


def test_a_session_closed_on_the_way_says_at_which_step() -> None:
    story = vpn()
    story.do("09:05", deeds.Completed(Outcome.ESCALATED))
    assert "Closed as escalated at the step “Who at Acme is affected?”." in story.text()


def test_another_outcome_than_the_flows_end_does_not_claim_its_result() -> None:
    story = printer()
    story.chose("09:01", "one")
    story.acted("09:02", "done")
    story.do("09:03", deeds.Completed(Outcome.UNRESOLVED))
    assert "prints again" not in story.text()
    assert "Closed as unresolved." in story.text()


def test_an_outcome_that_is_no_success_is_named_before_its_result() -> None:
    story = vpn()
    story.chose("09:01", "site")
    story.do("09:02", deeds.Completed(Outcome.ESCALATED))
    assert "Escalated. The case was handed to the network team" in story.text()


def test_a_result_too_long_for_the_summary_is_told_in_the_outcome() -> None:
    long = "The spooler was rebuilt. " * 20
    story = Story(flow_from("printer-offline", fixed={"resolved": long}), "09:00", printer="HP")
    story.chose("09:01", "one")
    story.acted("09:02", "done")
    story.do("09:03", deeds.Completed(Outcome.RESOLVED))
    assert lines(story, "Outcome") == [f"Resolved. {long.strip()}"]
    assert story.text().count(long.strip()) == 1


def test_next_steps_are_those_of_the_closing_and_of_the_flows_end() -> None:
    story = vpn_down()
    assert len(lines(story, "Next steps")) == 1
    story.do("10:00", deeds.Reopened())
    story.do("10:01", deeds.Completed(Outcome.RESOLVED, "- Call Jo\n- Order a token"))
    assert lines(story, "Next steps") == [
        "- Call Jo.",
        "- Order a token.",
        "- Check whether automatic renewal reaches the other laptops at Acme Ltd.",
    ]


def test_next_steps_written_from_those_of_the_flows_end_are_told_once() -> None:
    story = vpn_down()
    (step,) = lines(story, "Next steps")
    story.do("10:00", deeds.Reopened())
    story.do("10:01", deeds.Completed(Outcome.RESOLVED, f"{step.rstrip('.')}\nOrder a token"))
    assert lines(story, "Next steps") == [step, "- Order a token."]


@pytest.mark.parametrize(
    ("deed", "what"),
    [(deeds.Paused("x"), What.PARKED), (deeds.Cancelled("x"), What.CANCELLED)],
)
def test_turns_are_told_with_their_reason(deed: Deed, what: What) -> None:
    story = vpn()
    story.do("09:01", deed)
    turn = story.report().turns[0]
    assert (turn.what, turn.text, turn.until) == (what, "x", None)


def test_a_parked_period_ends_where_the_work_went_on() -> None:
    story = vpn()
    story.do("09:01", deeds.Paused("lunch"))
    story.do("10:01", deeds.Resumed())
    story.do("10:05", deeds.Paused("no reply"))
    story.do("24 08:00", deeds.Cancelled("no reply for a day"))
    assert "Parked: 09:01–10:01, lunch\nParked: 10:05 to 24 Nov, 08:00, no reply\n" in story.text()


def test_a_change_of_the_flows_version_is_told_and_older_answers_stand() -> None:
    story = vpn()
    story.chose("09:01", "one")
    newer = version_of("vpn-down", 2)
    story.flows[newer] = story.flows[story.version]
    story.do("09:02", deeds.Upgraded(newer))
    story.chose("09:03", "yes")
    assert "Flow: on a newer version from 09:02\n" in story.text()
    assert len(lines(story, "What was checked")) == 2


def test_a_custom_step_of_several_lines_keeps_them() -> None:
    story = vpn()
    story.do("09:01", deeds.CustomStepAdded("Did this\nthen that"), MIA)
    assert lines(story, "What was done") == [
        "- 09:01 – CUSTOM (by Mia Long):",
        "    Did this",
        "    then that",
    ]
    assert "**CUSTOM** (by Mia Long):\n  > Did this  \n  > then that\n" in story.markdown()


def test_a_kept_out_note_can_go_in_again() -> None:
    story = vpn()
    note = story.noted("09:01", "hidden")
    story.do("09:02", deeds.NoteKeptOut(note))
    assert "hidden" not in story.text()
    story.do("09:03", deeds.NoteKeptOut(note, out=False))
    assert "hidden" in story.text()


def test_files_alone_are_evidence() -> None:
    story = vpn()
    file = story.do("09:01", deeds.Attached("ab" * 32, "log.txt", "text/plain", 2_048))
    assert lines(story, "Evidence")[1:] == ["- 09:01, Sam Keller, file: log.txt (2.0 kB)"]
    story.do("09:02", deeds.NoteDeleted(file))
    assert "log.txt" not in story.text()


def test_the_scratchpad_is_in_the_report_and_not_in_the_standard_note() -> None:
    story = vpn()
    story.do("09:01", deeds.ScratchpadSaved("first"))
    story.do("09:02", deeds.ScratchpadSaved("call back at noon"))
    assert story.report().scratchpad == "call back at noon"
    assert "call back" not in story.text()


def test_confirmed_minutes_count_until_the_close_and_inferred_ones_after_a_reopening() -> None:
    story = vpn()
    story.do("09:10", deeds.Completed(Outcome.UNRESOLVED, minutes=30))
    story.noted("09:12", "for the record")
    assert (story.report().minutes, story.report().confirmed) == (30, True)
    story.do("11:00", deeds.Reopened())
    story.noted("11:04", "x")
    assert (story.report().minutes, story.report().confirmed) == (34, False)
    story.do("11:10", deeds.Completed(Outcome.RESOLVED, minutes=50))
    assert (story.report().minutes, story.report().confirmed) == (50, True)


def test_the_summary_is_at_most_three_sentences_of_findings_and_result() -> None:
    for story in (vpn_down(), ad_lockout(), printer_offline()):
        summary = [as_text(line) for line in story.report().summary]
        assert 1 <= len(summary) <= 3
        rest = story.text().split("\n\n", 2)[2]
        found = [line for line in summary[:-1] if line in rest]
        assert found == []
