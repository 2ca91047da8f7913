"""What people see of each view: read aloud, block by block."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.cards import card_of
from bot.cards.card import (
    NO_SESSION,
    Block,
    Button,
    Card,
    Choices,
    Code,
    Document,
    Facts,
    Heading,
    Line,
    Notice,
    Parts,
    Prose,
)
from bot.token import Token, TokenTooLarge
from core.flow.node import Tone
from core.session.verbs import SessionVerb as Can
from core.verbs import ProductVerb
from core.views import Choice, HelpView, HomeView, NoticeView, StepView
from tests.gallery import ACTION, ASKING, AT, DECISION, GALLERY, OTHER, SESSION, person


def lines(card: Card) -> list[Parts]:
    return [block.parts for block in card.blocks if isinstance(block, Line)]


def pressed(card: Card) -> list[list[str]]:
    """The labels of each row; a menu's begin with its own."""
    return [
        [*([f"[{block.label}]"] if block.menu else []), *(b.label for b in block.buttons)]
        for block in card.blocks
        if isinstance(block, Choices)
    ]


def kinds(card: Card) -> list[type[Block]]:
    return [type(block) for block in card.blocks]


def meaning(button: Button) -> Token:
    return Token.unpack(button.token)


def step(view: StepView = DECISION, **changes: object) -> Card:
    return card_of(replace(view, **changes))  # type: ignore[arg-type]


def test_a_decision_shows_what_was_answered_then_what_is_asked_then_the_answers() -> None:
    card = step()
    assert lines(card) == [
        ("VPN is down · Acme Ltd · Sam",),
        ("✓ Who at Acme Ltd is affected? Everyone",),
        ("? Does vpn.acme.com answer from outside the client's network? could not be checked",),
        ("✓ Restart the router: done",),
        ("✓ VPN port (TCP): 443 (corrected)",),
        ("How? shows 3 commands: OpenSSL 3, Windows 10/11, FortiOS 7.4.",),
    ]
    [asked] = [block for block in card.blocks if isinstance(block, Prose)]
    assert asked.lead
    assert asked.text.startswith("### Is the certificate that **vpn.acme.com** shows")
    assert pressed(card)[:2] == [
        ["Valid", "Expired", "Wrong name or chain", "Couldn't check"],
        ["How?", "Back", "Add a note…"],
    ]
    assert pressed(card)[2][0] == "[More…]"
    assert {"Park…", "Hand over…", "Finish…"} < set(pressed(card)[2])
    assert "Add a note…" in card.summary
    assert "Park…" not in card.summary


def test_an_answers_button_says_what_to_type_and_how_often_it_was_taken() -> None:
    first, *_ = answers = [*step().buttons()][:4]
    assert [button.key for button in answers] == ["1", "2", "3", "4"]
    assert (first.label, first.count, answers[3].tone) == ("Valid", "7 of 9", Tone.ASIDE)
    assert meaning(first) == Token(SESSION, 5, "choose", "valid")
    assert meaning([*step().buttons()][5]) == Token(SESSION, 5, Can.BACK, "4")
    assert all(not button.key for button in [*step().buttons()][4:])


def test_an_action_warns_first_and_shows_its_command() -> None:
    card = step(ACTION)
    order = [kind for kind in kinds(card) if kind in (Notice, Prose, Code)]
    assert order == [Notice, Prose, Code]
    [warning] = [block for block in card.blocks if isinstance(block, Notice)]
    assert warning.text == "**Careful:** Drops **every** tunnel for about a minute."
    [command] = [block for block in card.blocks if isinstance(block, Code)]
    assert command == Code("diagnose vpn ike restart", "fortios", "FortiOS 7.4 · changes things")
    assert ("You should see: Phase 1 comes up within a minute.",) in lines(card)
    assert ("Not set yet: Client, VPN gateway.",) in lines(card)
    assert pressed(card)[1][0] == "Set what is missing…"
    assert card.summary.splitlines()[1:4] == [
        "Careful: Drops every tunnel for about a minute.",
        "Restart the IKE service on the gateway.",
        "1 Done · 2 Couldn't do it",
    ]


def test_a_warning_that_is_a_list_stays_one() -> None:
    [warning] = [b for b in step(ACTION, warn="- a\n- b").blocks if isinstance(b, Notice)]
    assert warning.text == "**Careful:**\n\n- a\n- b"


def test_one_command_of_a_decision_is_shown_several_stand_behind_how() -> None:
    assert Code in kinds(step(commands=DECISION.commands[:1]))
    assert Code not in kinds(step())


def test_a_value_is_entered_in_its_form_not_by_number() -> None:
    card = step(ASKING)
    assert pressed(card)[0] == ["Enter VPN gateway", "Couldn't find out"]
    assert all(not button.key for button in card.buttons())


def test_the_last_eight_answers_are_shown_the_others_are_a_button() -> None:
    past = tuple(replace(line, asked=f"Question {n}?") for n, line in enumerate(DECISION.past * 3))
    card = step(past=past, earlier=2)
    assert [str(parts[0])[2:12] for parts in lines(card)[1:3]] == ["Question 4", "Question 5"]
    assert len([parts for parts in lines(card) if str(parts[0])[0] in "✓?✗"]) == 8
    assert "Earlier (6)" in pressed(card)[1]
    known = (*DECISION.more, Choice(Can.EARLIER, "Earlier", tone=Tone.ASIDE))
    labels = [label for row in pressed(step(earlier=2, more=known)) for label in row]
    assert [label for label in labels if label.startswith("Earlier")] == ["Earlier (2)"]


def test_a_step_says_why_nothing_is_asked_now() -> None:
    assert ("Parked: the customer is back at 14:00",) in lines(card_of(GALLERY["step, parked"]))
    due = AT + timedelta(days=1)
    waiting = ("Waiting to see whether the fix holds", "; asked ", due)
    assert waiting in lines(card_of(GALLERY["step, awaiting"]))
    assert ("Completed: Resolved",) in lines(card_of(GALLERY["step, completed"]))


def test_a_hand_over_that_waits_can_be_answered_beside_the_step() -> None:
    card = card_of(GALLERY["step, offered"])
    assert ("Sam asked Kim to take over.",) in lines(card)
    assert pressed(card)[1][:2] == ["Accept", "Decline…"]


def test_nothing_is_there_twice_or_empty() -> None:
    card = card_of(GALLERY["step, first and bare"])
    assert kinds(card) == [Line, Prose, Choices]
    assert lines(card) == [("VPN is down",)]


def test_the_header_tells_the_session_at_a_glance() -> None:
    card = card_of(GALLERY["header"])
    assert card.blocks == (
        Heading("VPN is down · Acme Ltd"),
        Line(("Active",)),
        Line(("Driven by Sam · since ", AT)),
    )
    assert lines(card_of(GALLERY["header, completed"]))[0] == ("Completed: Resolved",)
    assert lines(card_of(GALLERY["header, bare"]))[1] == ("Driven by nobody · since ", AT)


def test_a_folded_step_is_one_line() -> None:
    assert card_of(GALLERY["folded"]).blocks == (
        Line(("✓ Who at Acme Ltd is affected? Everyone, by Sam, ", AT + timedelta(minutes=2))),
    )
    assert card_of(GALLERY["folded, left open"]).blocks == (Line(("Is it up? — left open",)),)


def test_a_folded_answer_that_stands_no_more_is_struck_through() -> None:
    [line] = card_of(GALLERY["folded, struck"]).blocks
    assert isinstance(line, Line)
    assert line.struck
    assert str(line.parts[0]).startswith("✓ Who at Acme Ltd is affected? Everyone, by Sam")


def test_after_the_end_the_ticket_note_is_at_hand_and_nothing_is_numbered() -> None:
    more = (Choice(Can.NOTE, "Add a note…"), Choice(Can.TICKET, "Ticket note"))
    completed = GALLERY["step, completed"]
    assert isinstance(completed, StepView)
    card = card_of(replace(completed, more=more))
    assert pressed(card)[:2] == [["Reopen"], ["Ticket note", "Add a note…"]]
    assert not any(button.key for button in card.buttons())


def test_help_shows_how_with_what_it_rests_on() -> None:
    card = card_of(GALLERY["help"])
    assert kinds(card)[:3] == [Heading, Prose, Code]
    assert ("Source: OpenSSL: s_client",) in lines(card)
    link = "[OpenSSL \\[s\\_client\\]](<https://docs.openssl.org/3.0/man1/s_client/>)"
    assert card.blocks[-1] == Prose(f"Read more: {link}")
    odd = HelpView("How", None)
    assert kinds(card_of(odd)) == [Heading]


def test_every_answer_can_be_corrected_from_the_past() -> None:
    card = card_of(GALLERY["past"])
    [menu] = [block for block in card.blocks if isinstance(block, Choices)]
    assert menu.menu
    assert [meaning(button).argument for button in menu.buttons] == ["2", "3", "4", "5"]
    assert menu.buttons[0].label == "Who at Acme Ltd is affected? Everyone"
    assert {meaning(button).verb for button in menu.buttons} == {Can.CORRECT}
    labels = [button.label for button in card_of(GALLERY["past, a thousand"]).buttons()]
    assert labels[:2] == ["Look again? Everyone", "Look again? Everyone (2)"]
    assert len(set(labels)) == 1_000


def test_where_was_i_is_three_lines() -> None:
    card = card_of(GALLERY["where was I"])
    [facts] = [block for block in card.blocks if isinstance(block, Facts)]
    assert [name for name, _ in facts.pairs] == ["About", "Known", "Now"]


def test_a_note_is_there_to_copy_as_it_is() -> None:
    [document] = [b for b in card_of(GALLERY["note"]).blocks if isinstance(b, Document)]
    assert document.text.startswith("# VPN is down\n\nIt works.")
    assert document.name == "ticket-note.md"


def test_a_note_is_named_so_that_it_fits_on_the_way_and_at_the_end() -> None:
    assert card_of(GALLERY["note"]).blocks[0] == Heading("Ticket note")
    assert card_of(GALLERY["note"]).summary.startswith("Ticket note\n# VPN is down")


def test_a_notice_is_plain_text_and_its_choices_know_their_session() -> None:
    card = card_of(NoticeView("*No* <b>mark</b>\n- here", (Choice("join", "Join", session=OTHER),)))
    assert card.blocks[0] == Prose("\\*No\\* \\<b\\>mark\\</b\\>  \n\\- here", lead=True)
    assert card.summary == "*No* <b>mark</b>\n- here\nJoin"
    [join] = card.buttons()
    assert meaning(join) == Token(OTHER, 0, "join")
    [here] = card_of(NoticeView("Go?", (Choice("join", "Join", session=OTHER),), SESSION)).buttons()
    assert meaning(here).session == OTHER
    accept, _ = card_of(GALLERY["notice, of a session"]).buttons()
    assert meaning(accept) == Token(SESSION, 5, Can.ACCEPT)
    started = [*card_of(GALLERY["notice"]).buttons()][1]
    assert meaning(started) == Token(NO_SESSION, 0, ProductVerb.START_ANYWAY, person(1).hex)


def test_status_leads_on_to_the_step_and_the_note() -> None:
    card = card_of(GALLERY["status"])
    assert "Recorded: 3 answers, 1 note, 0 files" in card.summary
    assert [(meaning(b).verb, meaning(b).visit) for b in card.buttons()] == [
        (ProductVerb.OPEN, 5),
        (Can.TICKET, 5),
    ]


def test_time_is_told_whole_and_by_what_took_it() -> None:
    said = card_of(GALLERY["time"]).summary
    assert "1 h 25 min altogether" in said
    assert "By step\nIs it up?: 1 h 0 min\nRestart it.: 25 min\nBy person\nSam: 1 h 20 min" in said
    assert "\n0 min altogether" in card_of(GALLERY["time, none"]).summary


def test_each_session_of_a_list_can_be_gone_on_with() -> None:
    card = card_of(GALLERY["sessions"])
    assert [meaning(button).session for button in card.buttons()] == [SESSION, OTHER]
    assert [button.label for button in card.buttons()] == [
        "Go on: VPN is down · Acme Ltd",
        "Go on: VPN is down · Acme Ltd (2)",
    ]
    at = "VPN is down · Acme Ltd · at “Is the certificate in date?” · Sam · since "
    assert lines(card)[0] == (at, AT)
    assert "There are none." in card_of(GALLERY["sessions, none"]).summary


def test_home_begins_with_the_sample_for_a_newcomer_and_with_ones_sessions_else() -> None:
    new = card_of(GALLERY["home, newcomer"])
    assert meaning(next(new.buttons())).verb == ProductVerb.SAMPLE
    known = card_of(GALLERY["home"])
    assert meaning(next(known.buttons())) == Token(SESSION, 0, ProductVerb.OPEN)
    assert kinds(card_of(GALLERY["home, bare"])) == [Heading]


def test_home_tells_what_waits_then_what_is_open_pinned_and_done() -> None:
    card = card_of(GALLERY["home, full"])
    assert [block.text for block in card.blocks if isinstance(block, Prose)] == [
        "**Waits for you**",
        "**Your open sessions**",
        "**Pinned flows**",
        "**Start another flow**",
        "**Completed lately**",
    ]
    assert pressed(card) == [
        ["Accept: VPN is down · Acme Ltd", "Decline: VPN is down · Acme Ltd…"],
        ["Yes, still fine: VPN is down · Acme Ltd", "No, it came back: VPN is down · Acme Ltd"],
        ["Go on: VPN is down · Acme Ltd"],
        ["Open sessions"],
        ["VPN is down"],
        ["AD account locked out", "Mail not delivered"],
        ["Pin a flow…"],
        [
            "[Read a ticket note…]",
            "Ticket note: Printer offline · Acme Ltd",
            "Ticket note: Printer offline · Acme Ltd (2)",
        ],
        ["Find a flow…", "What can I type?", "Link another chat…"],
    ]


def test_home_tells_times_as_times_and_why_something_waits() -> None:
    at = "VPN is down · Acme Ltd · at “Is the certificate in date?”"
    offered, due, _, more, done, _ = lines(card_of(GALLERY["home, full"]))
    assert offered == (f"Kim asks you to take over. {at} · since ", AT)
    asked = AT + timedelta(days=1)
    assert due == (f"Is the VPN still up? {at} · since ", AT, "; asked ", asked)
    assert more == ("There are 33 more.",)
    assert done == ("Printer offline · Acme Ltd · Resolved · ", AT)


def test_what_is_answered_at_home_is_about_its_own_session() -> None:
    accept, decline, fine, *_ = map(meaning, card_of(GALLERY["home, full"]).buttons())
    assert accept.session == decline.session != fine.session
    assert [token.verb for token in (accept, decline, fine)] == [Can.ACCEPT, Can.DECLINE, Can.FINE]


def test_a_newcomers_home_begins_with_the_sample_whatever_waits() -> None:
    view = GALLERY["home, full"]
    assert isinstance(view, HomeView)
    assert pressed(card_of(replace(view, newcomer=True)))[0] == [
        "Find a flow…",
        "What can I type?",
        "Link another chat…",
    ]


def test_many_pinned_flows_are_behind_one_control() -> None:
    menus = [labels for labels in pressed(card_of(GALLERY["home, longest"])) if labels[0][0] == "["]
    assert [labels[0] for labels in menus] == [
        "[Start a pinned flow…]",
        "[Start a flow…]",
        "[Read a ticket note…]",
    ]


def test_the_guide_says_what_to_type() -> None:
    card = card_of(GALLERY["guide"])
    [typed] = [block for block in card.blocks if isinstance(block, Facts)]
    assert typed.pairs[1] == ("/flow note <text>", ("adds a note",))


def test_roles_are_offered_to_who_may_give_them() -> None:
    card = card_of(GALLERY["members"])
    sam, ada = card.buttons()
    assert (sam.label, ada.label) == ("Sam (engineer)", "Ada (team admin)")
    assert meaning(ada) == Token(NO_SESSION, 0, ProductVerb.ROLE, person(2).hex)
    assert not [*card_of(GALLERY["members, not to be changed"]).buttons()]


def test_a_note_can_be_had_as_a_file_where_it_can_be_asked_for_again() -> None:
    meant = [meaning(button) for button in card_of(GALLERY["note"]).buttons()]
    kinds = ("md", "html")
    assert meant == [Token(SESSION, 0, ProductVerb.NOTE_FILE, kind) for kind in kinds]
    assert not [*card_of(GALLERY["note, on its own"]).buttons()]


def test_a_button_that_could_not_come_back_is_never_shown() -> None:
    with pytest.raises(TokenTooLarge):
        step(choices=(Choice("choose", "Yes", "x" * 49),))


@pytest.mark.parametrize("name", GALLERY)
def test_every_card_says_itself_in_plain_words(name: str) -> None:
    assert card_of(GALLERY[name]).summary.strip()
