"""Every view, with what is ordinary and with the longest and oddest that can be: what each platform
must be able to show. Shared by the tests of cards, layout and the platforms' contracts. One long
file, since it is nothing but examples.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from bot.port import Shown
from core.access import Role
from core.flow.command import Reference
from core.flow.node import CODE_LIMIT, LABEL_LIMIT, PROSE_LIMIT, Certainty, Tone
from core.flow.nodes import Input
from core.flow.variable import Variable, VariableType
from core.ids import PersonId, SessionId
from core.session.state import Status
from core.session.verbs import LABELS
from core.session.verbs import SessionVerb as Can
from core.verbs import PRODUCT_LABELS, ProductVerb
from core.views import (
    Choice,
    CommandView,
    FieldKind,
    FieldOption,
    FieldView,
    FoldedView,
    FormView,
    GuideView,
    HeaderView,
    HelpView,
    HomeView,
    MemberLine,
    MembersView,
    NoteView,
    NoticeView,
    OfferView,
    PastLine,
    PastView,
    RecentLine,
    SessionLine,
    SessionsView,
    StatusView,
    StepView,
    TimeLine,
    TimeView,
    WaitingLine,
    WhereWasIView,
)

ODD = (
    "שלום עולם", "مرحبا بالعالم", "👩🏽\u200d💻", "👨\u200d👩\u200d👧\u200d👦", "🇩🇪",
    "e\u0301\u0323", "Z\u0337\u0322a\u0338l\u0336g\u0337o\u0335", "zero\u200bwidth", "𝕏𝕐",
    "日本語のテキスト",
    "<script>alert(1)</script>", "<!channel>", "<@U1>", "@everyone", "&lt;b&gt;", "**not bold",
    "`tick", "](https://a.example)", "[x](javascript:alert(1))", "# no title", "- no item",
    "1. no item", "> no quote", "\\", "||hidden||", "~~gone~~", "{{client}}", "a|b",
    "%s %(x)s {0}", '"quoted"', "it's", "\u00a0", "C:\\Users\\x", "C #", "---", "~~~",
)  # fmt: skip

SESSION = SessionId(UUID("01a205fc-c336-748c-9ced-f2b676180cf9"))
OTHER = SessionId(UUID("01a205fc-c336-748c-9ced-f2b676180cfa"))
AT = datetime(2026, 3, 31, 7, 2, tzinfo=UTC)


def person(number: int) -> PersonId:
    """The nth of many people."""
    return PersonId(UUID(int=2**127 + number))


def long(words: str, length: int) -> str:
    """`words` over and over, `length` characters of them, ending in one that is told apart."""
    text = (f"{words} " * (length // (len(words) + 1) + 1))[: length - 4].rstrip()
    return f"{text} end"


ODDITIES = " ".join(ODD)
_QUIET = (
    Can.HELP, Can.NOTE, Can.VARIABLES, Can.CORRECT, Can.CUSTOM_STEP, Can.SCRATCHPAD, Can.PAUSE,
    Can.HAND_OVER, Can.TICKET,
)  # fmt: skip
_MORE = (
    *(Choice(verb, LABELS[verb], tone=Tone.ASIDE) for verb in _QUIET),
    Choice(Can.BACK, LABELS[Can.BACK], "4", Tone.ASIDE),
    Choice(Can.FINISH, LABELS[Can.FINISH], tone=Tone.END),
    Choice(Can.CANCEL, LABELS[Can.CANCEL], tone=Tone.END),
)
_COULD_NOT = Choice("could-not-check", "Couldn't check", tone=Tone.ASIDE)
_ASKED = PastLine(
    2,
    "Who at Acme Ltd is affected?",
    "Everyone",
    Certainty.CHECKED,
    "Sam",
    AT + timedelta(minutes=2),
)
_PAST = (
    _ASKED,
    PastLine(
        3,
        "Does vpn.acme.com answer from outside the client's network?",
        "could not be checked",
        Certainty.NOT_CHECKED,
        "Sam",
        AT + timedelta(minutes=4),
    ),
    PastLine(4, "Restart the router.", "done", Certainty.DONE, "Kim", AT + timedelta(minutes=9)),
    PastLine(
        5,
        "VPN port (TCP)",
        "443",
        Certainty.CHECKED,
        "Sam",
        AT + timedelta(minutes=11),
        corrected=True,
    ),
)
_COMMANDS = (
    CommandView(
        "OpenSSL 3, the certificate",
        "bash",
        "openssl s_client -connect vpn.acme.com:443 -servername vpn.acme.com </dev/null",
        False,
        "`notAfter` lies in the future.",
        "OpenSSL: s_client",
    ),
    CommandView("Windows 10/11", "powershell", "Test-NetConnection vpn.acme.com -Port 443", False),
    CommandView("FortiOS 7.4", "fortios", "diagnose vpn ssl list", None, None, None, ("Gateway",)),
)

DECISION = StepView(
    session=SESSION,
    revision=6,
    visit=5,
    flow_title="VPN is down",
    kind="decision",
    prose="Is the certificate that **vpn.acme.com** shows in date, with the right name and a "
    "complete chain?\n\n- Look at the dates first.\n- Then at the *whole* chain.",
    status=Status.ACTIVE,
    choices=(
        Choice("choose", "Valid", "valid", count="7 of 9"),
        Choice("choose", "Expired", "expired"),
        Choice("choose", "Wrong name or chain", "wrong"),
        _COULD_NOT,
    ),
    more=_MORE,
    commands=_COMMANDS,
    past=_PAST,
    client="Acme Ltd",
    driver="Sam",
)
ACTION = replace(
    DECISION,
    kind="action",
    prose="Restart the IKE service on the gateway.",
    warn="Drops **every** tunnel for about a minute.",
    expect="Phase 1 comes up within a minute.",
    commands=(CommandView("FortiOS 7.4", "fortios", "diagnose vpn ike restart", True),),
    choices=(Choice("done", "Done"), Choice("could-not-do", "Couldn't do it", tone=Tone.ASIDE)),
    missing=("Client", "VPN gateway"),
)
ASKING = replace(
    DECISION,
    kind=Input.kind,
    prose="Which address does the client connect to?",
    commands=(),
    field=Variable(name="gateway", label="VPN gateway", type=VariableType.HOSTNAME),
    choices=(
        Choice("answer", "Enter VPN gateway"),
        Choice("could-not-find-out", "Couldn't find out", tone=Tone.ASIDE),
    ),
)


def _longest_option(n: int) -> Choice:
    label = f"{long(f'option {n}', LABEL_LIMIT - 4)} {n}"
    return Choice("choose", label, f"{'o' * 29}-{n:02}", count="99 of 99")


_LONG_LINE = PastLine(
    7,
    long("asked", 150),
    long("answered", 150),
    Certainty.NOT_DONE,
    "Nobody " * 10,
    AT,
    corrected=True,
)
_LONGEST = replace(
    DECISION,
    revision=10**6,
    visit=36**7 - 1,
    status=Status.PAUSED,
    flow_title=long("title", 100),
    prose=long("question", PROSE_LIMIT),
    warn=long("warning", PROSE_LIMIT),
    expect=long("expected", PROSE_LIMIT),
    choices=(*(_longest_option(n) for n in range(25)), _COULD_NOT),
    commands=tuple(
        CommandView(
            f"{long('product', LABEL_LIMIT - 4)} {n}",
            "powershell",
            "\n".join([long(f"Get-Thing-{n}", 74)] * (CODE_LIMIT // 75)),
            n % 2 == 0,
            long("seen", PROSE_LIMIT),
            long("source", 300),
        )
        for n in range(6)
    ),
    kind="action",
    past=tuple(replace(_LONG_LINE, seq=n) for n in range(8)),
    earlier=992,
    missing=tuple(f"{long('label', LABEL_LIMIT - 4)} {n}" for n in range(12)),
    client=long("client", 200),
    offer=OfferView("Kim " * 20, "Sam " * 20),
    parked=long("parked", 300),
    due=AT + timedelta(days=1),
)
_FORTY = replace(
    DECISION,
    choices=tuple(Choice("choose", f"Option number {n}", f"option-{n}") for n in range(40)),
)
_ODDEST = replace(
    DECISION,
    flow_title=ODDITIES[:100],
    prose=f"{ODDITIES}\n\n```\n{ODDITIES}\n```",
    warn=ODDITIES,
    expect=ODDITIES,
    choices=tuple(
        Choice("choose", odd.strip() or "·", f"odd-{n}") for n, odd in enumerate(ODD[:25])
    ),
    commands=(CommandView(ODDITIES[:75], "<b>", ODDITIES, True, ODDITIES, ODDITIES),),
    past=(replace(_ASKED, asked=ODDITIES[:150], answer=ODDITIES[:150], by="<b>`*Sam*`</b>"),),
    missing=ODD[:5],
    client="[Acme](https://a.example) <b>Ltd</b>",
    driver="*Sam* `&amp;`",
)
_WALL = replace(DECISION, prose="字" * PROSE_LIMIT, warn="🔥" * PROSE_LIMIT, commands=())

HEADER = HeaderView(SESSION, "VPN is down", "Acme Ltd", "Sam", Status.ACTIVE, AT)
RECAP = WhereWasIView(
    "VPN is down for Acme Ltd",
    "Who at Acme Ltd is affected? Everyone · VPN port (TCP): 443 (and 2 answers before)",
    "Is the certificate in date?",
)
_LINE = SessionLine(
    SESSION, "VPN is down", "Is the certificate in date?", "Acme Ltd", "Sam", Status.ACTIVE, AT
)
_NOTE = "# VPN is down\n\nIt works.\n\n- **Client:** Acme Ltd\n- **Time:** 25 minutes worked\n"
_LONG_NOTE = "\n\n".join(
    f"## Part {n}\n\n- 09:0{n % 10} – {long('finding', 600)}" for n in range(100)
)
_START = tuple(
    Choice(ProductVerb.START, title, person(n).hex)
    for n, title in enumerate(("VPN is down", "AD account locked out", "Mail not delivered"))
)


def _session(number: int) -> SessionId:
    return SessionId(UUID(int=number))


def _answers(session: int, *verbs: Can) -> tuple[Choice, ...]:
    return tuple(Choice(verb, LABELS[verb], "home", session=_session(session)) for verb in verbs)


_WAITING = (
    WaitingLine(
        replace(_LINE, session=_session(1)),
        "Kim asks you to take over.",
        _answers(1, Can.ACCEPT, Can.DECLINE),
    ),
    WaitingLine(
        replace(_LINE, session=_session(2), status=Status.AWAITING, due=AT + timedelta(days=1)),
        "Is the VPN still up?",
        _answers(2, Can.FINE, Can.NOT_FINE),
    ),
)
_RECENT = tuple(
    RecentLine(_session(10 + n), "Printer offline", "Acme Ltd", outcome, AT + timedelta(hours=n))
    for n, outcome in enumerate(("Resolved", "Escalated"))
)


def _product(*verbs: ProductVerb) -> tuple[Choice, ...]:
    return tuple(Choice(verb, PRODUCT_LABELS[verb]) for verb in verbs)


GALLERY: Mapping[str, Shown] = {
    "step": DECISION,
    "step, action": ACTION,
    "step, input": ASKING,
    "step, first and bare": replace(
        DECISION, more=(), commands=(), past=(), client=None, driver=None, prose="Is it up?"
    ),
    "step, eight past and more": replace(DECISION, past=_PAST * 2, earlier=3),
    "step, parked": replace(
        DECISION,
        status=Status.PAUSED,
        parked="the customer is back at 14:00",
        choices=(Choice(Can.RESUME, LABELS[Can.RESUME]),),
    ),
    "step, offered": replace(
        DECISION,
        offer=OfferView("Kim", "Sam"),
        more=(*_MORE, *(Choice(v, LABELS[v], tone=Tone.ASIDE) for v in (Can.ACCEPT, Can.DECLINE))),
    ),
    "step, awaiting": replace(
        DECISION,
        kind="solution",
        prose="The tunnel is up.",
        status=Status.AWAITING,
        due=AT + timedelta(days=1),
        choices=tuple(Choice(verb, LABELS[verb]) for verb in (Can.FINE, Can.NOT_FINE)),
    ),
    "step, completed": replace(
        DECISION,
        kind="solution",
        prose="The tunnel is up.",
        status=Status.COMPLETED,
        outcome="Resolved",
        choices=(Choice(Can.REOPEN, LABELS[Can.REOPEN]),),
    ),
    "step, longest": _LONGEST,
    "step, forty options": _FORTY,
    "step, oddest": _ODDEST,
    "step, a wall": _WALL,
    "step, warning is a list": replace(ACTION, warn="- Tunnels drop.\n- Users notice."),
    "header": HEADER,
    "header, bare": replace(HEADER, client=None, driver=None),
    "header, parked": replace(HEADER, status=Status.PAUSED, parked="the customer is back at 14:00"),
    "header, awaiting": replace(HEADER, status=Status.AWAITING, due=AT + timedelta(days=1)),
    "header, completed": replace(HEADER, status=Status.COMPLETED, outcome="Resolved"),
    "header, longest": replace(
        HEADER, flow_title=long("title", 100), client=long("client", 500), driver=ODDITIES
    ),
    "folded": FoldedView(SESSION, _ASKED.asked, _ASKED),
    "folded, left open": FoldedView(SESSION, "Is it up?"),
    "folded, struck": FoldedView(SESSION, _ASKED.asked, _ASKED, struck=True),
    "folded, longest": FoldedView(SESSION, _LONG_LINE.asked, _LONG_LINE),
    "help": HelpView(
        "Is the certificate in date?",
        "Look at the **dates** first.\n\n1. Open it.\n2. Read it.",
        _COMMANDS,
        "`notAfter` lies in the future.",
        Reference(title="OpenSSL [s_client]", url="https://docs.openssl.org/3.0/man1/s_client/"),
    ),
    "help, commands only": HelpView("Is it up?", None, _COMMANDS[:1]),
    "help, longest": HelpView(
        long("title", 150),
        "\n\n".join([f"{long('how', 800)}\n\n```bash\n{long('line', 60)}\n```"] * 6),
        _LONGEST.commands,
        long("expected", PROSE_LIMIT),
        Reference(title=ODDITIES, url="https://a.example/" + "x" * 2_000),
    ),
    "help, fenced": HelpView("Fenced", "```powershell\n" + "Get-Thing\n" * 900 + "```"),
    "past": PastView(SESSION, 5, _PAST),
    "past, none": PastView(SESSION, 5, ()),
    "past, a thousand": PastView(
        SESSION, 5, tuple(replace(_ASKED, seq=n, asked="Look again?") for n in range(1, 1_001))
    ),
    "past, longest": PastView(SESSION, 5, tuple(replace(_LONG_LINE, seq=n) for n in range(1, 60))),
    "where was I": RECAP,
    "where was I, longest": WhereWasIView(long("about", 700), long("known", 1_500), ODDITIES),
    "note": NoteView(_NOTE, SESSION),
    "note, on its own": NoteView(_NOTE),
    "note, longest": NoteView(_LONG_NOTE, SESSION),
    "note, one line": NoteView("x" * 40_000),
    "notice": NoticeView(
        "Sam is on this at Acme, at “Gateway reachable”.",
        (
            Choice(ProductVerb.JOIN, "Join", session=OTHER),
            Choice(ProductVerb.START_ANYWAY, "Start anyway", person(1).hex),
        ),
    ),
    "notice, of a session": NoticeView(
        "Kim asks you to take over “VPN is down”.\nIt stands at: Is it up?",
        tuple(Choice(verb, LABELS[verb]) for verb in (Can.ACCEPT, Can.DECLINE)),
        SESSION,
        5,
    ),
    "notice, by hand": NoticeView(
        "Pick the branch to go on with.",
        tuple(
            Choice("could-not-check", f"Go on as if “{long(f'option {n}', LABEL_LIMIT)}”", f"o-{n}")
            for n in range(25)
        ),
        SESSION,
        5,
    ),
    "notice, oddest": NoticeView(f"{ODDITIES}\n\n{chr(10).join(ODD)}"),
    "notice, longest": NoticeView(long("words", 40_000)),
    "status": StatusView(HEADER, RECAP, 5, 3, 1, 0),
    "status, longest": StatusView(
        replace(HEADER, status=Status.PAUSED, parked=ODDITIES[:300], client=None, driver=None),
        WhereWasIView(long("VPN is down", 300), long("known", 900), ODDITIES),
        5,
        10_000,
        1_000,
        500,
    ),
    "time": TimeView(
        SESSION,
        "VPN is down",
        85,
        (TimeLine("Is it up?", 60), TimeLine("Restart it.", 25)),
        (TimeLine("Sam", 80), TimeLine("Kim", 5)),
        (TimeLine("Printer offline for Acme Ltd", 10),),
    ),
    "time, none": TimeView(SESSION, "VPN is down", 0),
    "time, longest": TimeView(
        SESSION,
        long("title", 100),
        100_000,
        tuple(TimeLine(long(f"step {n}", 150), n) for n in range(80)),
        tuple(TimeLine(f"Person {n}", n) for n in range(80)),
    ),
    "sessions": SessionsView("Your open sessions", (_LINE, replace(_LINE, session=OTHER))),
    "sessions, none": SessionsView("Your open sessions", ()),
    "sessions, two hundred": SessionsView(
        "All open sessions",
        tuple(
            replace(
                _LINE,
                session=SessionId(UUID(int=2**100 + n)),
                client=f"{ODD[n % len(ODD)]} {n}",
                status=Status.PAUSED,
                due=AT,
            )
            for n in range(200)
        ),
    ),
    "home": HomeView(
        "Sam", (_LINE,), _START, _product(ProductVerb.FIND, ProductVerb.GUIDE), is_admin=True
    ),
    "home, newcomer": HomeView(
        "Sam", (), _START, _product(ProductVerb.SAMPLE, ProductVerb.GUIDE), newcomer=True
    ),
    "home, bare": HomeView("", (), ()),
    "home, full": HomeView(
        "Sam",
        (replace(_LINE, session=_session(3)),),
        _START[1:],
        _product(ProductVerb.FIND, ProductVerb.GUIDE, ProductVerb.LINK),
        waiting=_WAITING,
        more=33,
        pinned=_START[:1],
        recent=_RECENT,
    ),
    "home, forty sessions": HomeView(
        "Sam",
        tuple(
            replace(_LINE, session=_session(n), client=f"{ODD[n % len(ODD)]} {n}")
            for n in range(1, 41)
        ),
        _START,
        _product(ProductVerb.FIND),
    ),
    "home, longest": HomeView(
        ODDITIES,
        tuple(replace(_LINE, session=_session(n + 1), at=long("at", 150)) for n in range(30)),
        tuple(Choice(ProductVerb.START, long(f"flow {n}", 100), person(n).hex) for n in range(120)),
        _product(*ProductVerb)[:6],
        waiting=tuple(
            replace(
                _WAITING[n % 2],
                line=replace(_LINE, session=_session(100 + n), client=long("client", 200)),
                why=long("why", 1_000),
                choices=_answers(
                    100 + n, *((Can.ACCEPT, Can.DECLINE), (Can.FINE, Can.NOT_FINE))[n % 2]
                ),
            )
            for n in range(5)
        ),
        more=1,
        pinned=tuple(
            Choice(ProductVerb.START, long(f"pinned {n}", 100), person(200 + n).hex)
            for n in range(60)
        ),
        recent=tuple(
            RecentLine(_session(200 + n), long("title", 100), long("client", 200), ODDITIES, AT)
            for n in range(5)
        ),
    ),
    "home, oddest": HomeView(
        "<b>`*Sam*`</b>",
        tuple(
            replace(_LINE, session=_session(n + 1), flow_title=odd, at=odd, client=odd, driver=odd)
            for n, odd in enumerate(ODD[:8])
        ),
        tuple(
            Choice(ProductVerb.START, odd.strip() or "·", person(n).hex)
            for n, odd in enumerate(ODD[:5])
        ),
        pinned=tuple(
            Choice(ProductVerb.START, odd.strip() or "·", person(50 + n).hex)
            for n, odd in enumerate(ODD[5:12])
        ),
        waiting=(replace(_WAITING[0], why=ODDITIES),),
        recent=tuple(
            RecentLine(_session(30 + n), odd, odd, "Resolved", AT)
            for n, odd in enumerate(ODD[12:17])
        ),
    ),
    "guide": GuideView(
        "What you can type",
        (("/flow vpn", "starts a flow"), ("/flow note <text>", "adds a note"), ("2", "answers")),
        "Anything else in a session's thread is a note.",
        _product(ProductVerb.MENU),
    ),
    "guide, longest": GuideView(
        ODDITIES,
        tuple((f"/flow verb{n} {ODD[n % len(ODD)]}", long("does", 200)) for n in range(40)),
    ),
    "members": MembersView(
        "Acme IT",
        (
            MemberLine(person(1), "Sam", Role.ENGINEER),
            MemberLine(person(2), "Ada", Role.TEAM_ADMIN),
        ),
        may_change=True,
    ),
    "members, not to be changed": MembersView(
        "Acme IT", (MemberLine(person(1), "Sam", Role.VIEWER),), may_change=False
    ),
    "members, six hundred": MembersView(
        ODDITIES,
        tuple(MemberLine(person(n), "Sam Smith", Role.ENGINEER) for n in range(600)),
        may_change=True,
    ),
}

FORMS: Mapping[str, FormView] = {
    "ordinary": FormView(
        "Add a note", Can.NOTE, (FieldView("text", "Note", FieldKind.TEXT, required=True),)
    ),
    "many fields": FormView(
        long("Variables", 150),
        Can.VARIABLES,
        tuple(
            FieldView(f"v{n}", long(f"label {n}", LABEL_LIMIT), help=long(f"help {n}", 500))
            for n in range(60)
        ),
        prose=long("why", PROSE_LIMIT),
    ),
    "long values": FormView(
        "Scratchpad",
        Can.SCRATCHPAD,
        (FieldView("text", "Scratchpad", FieldKind.TEXT, value=_LONG_NOTE[:40_000], limit=40_000),),
    ),
    "many options": FormView(
        "Correct an answer",
        Can.CORRECT,
        (
            FieldView(
                "answer",
                "Answer",
                FieldKind.ONE_OF,
                required=True,
                value="choose:o-3",
                options=tuple(FieldOption(f"choose:o-{n}", f"Option {n}") for n in range(230)),
            ),
            FieldView(
                "sites",
                "Sites",
                FieldKind.SOME_OF,
                value="Site 1, Site 120",
                options=tuple(FieldOption(f"Site {n}", f"Site {n}") for n in range(130)),
            ),
        ),
        "7",
    ),
    "about a message": FormView(
        "Start a flow",
        ProductVerb.START_FROM,
        (
            FieldView(
                "flow",
                "Flow",
                FieldKind.ONE_OF,
                required=True,
                value="f-0",
                options=tuple(FieldOption(f"f-{n}", long(f"Flow {n}", 200)) for n in range(25)),
            ),
            FieldView(
                "text", "First note", FieldKind.TEXT, value=_LONG_NOTE[:40_000], limit=40_000
            ),
        ),
        "abcdefghijklmno",
        submit="Start",
        prose=f"{long('Somebody', 200)} wrote it, and the note will say so. With 20 files.",
    ),
    "long options": FormView(
        "Correct an answer",
        Can.CORRECT,
        (
            FieldView(
                "answer",
                "Answer",
                FieldKind.ONE_OF,
                options=tuple(
                    FieldOption(f"o-{n}", f"{long('alike', 280)} {n}") for n in range(20)
                ),
            ),
            FieldView(
                "typed",
                "Typed",
                FieldKind.ONE_OF,
                options=tuple(
                    FieldOption(long(f"v{n}", 300), long(f"v{n}", 300)) for n in range(3)
                ),
            ),
        ),
    ),
    "odd": FormView(
        ODDITIES,
        Can.VARIABLES,
        (FieldView("odd", ODDITIES, help=ODDITIES, value=ODDITIES),),
        prose=ODDITIES,
        submit=ODDITIES,
    ),
}
