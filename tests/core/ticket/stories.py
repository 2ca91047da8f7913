"""The three sessions whose ticket notes are kept as golden files."""

from datetime import datetime
from zoneinfo import ZoneInfo

from core.flow.outcome import Outcome
from core.session import deeds
from tests.core.ticket.story import BERLIN, JO, MIA, Story, flow_from

LOG = """\
PS C:\\> Get-WinEvent -ComputerName DC01 -FilterHashtable @{LogName='Security'; Id=4740}

TimeCreated          Id   Message
-----------          --   -------
23.11.2026 10:41:07  4740 A user account was locked out. Caller Computer Name: MEET-02
23.11.2026 10:26:55  4740 A user account was locked out. Caller Computer Name: MEET-02"""


def vpn_down() -> Story:
    story = Story(
        flow_from("vpn-down"),
        "09:02",
        client="Acme Ltd",
        user="h.weber",
        device="LT-044",
        resource="fs01.acme.local",
    )
    story.chose("09:05", "one")
    story.chose("09:07", "yes")
    story.acted("09:11", "could-not-check", reason="we have no access to the client's firewall")
    error = story.chose("09:14", "credentials")
    story.noted("09:16", "h.weber changed the password on Friday; OWA accepts the new one.")
    story.do("09:19", deeds.Corrected(error, "choose", {"option": "certificate"}))
    story.noted(
        "09:20",
        "FortiClient 7.2.4 on Windows 11 23H2.\nThe message comes before the password prompt.",
    )
    story.acted("09:24", "answer", value="2026-11-20")
    story.acted("09:38", "done")
    story.chose("09:43", "yes")
    story.do("09:47", deeds.Completed(Outcome.RESOLVED, minutes=45))
    return story


def ad_lockout() -> Story:
    story = Story(flow_from("ad-lockout"), "09:30", user="j.doe")
    story.chose("09:32", "locked")
    story.chose("09:34", "yes")
    story.acted("09:36", "answer", value="WS-114")
    story.chose("09:37", "workstation")
    story.acted("09:45", "done")
    story.acted("09:46", "done")
    story.do("09:47", deeds.Paused("waiting 15 minutes for the next lockout"))
    story.do("10:30", deeds.Resumed())
    story.chose("10:31", "yes")
    story.do(
        "10:33",
        deeds.HandoverOffered(JO, "My shift ends. WS-114 is clean, so look for a second device."),
    )
    story.do("10:40", deeds.HandoverAccepted(), JO)
    story.do("10:44", deeds.NoteAdded(LOG, deeds.NoteKind.OUTPUT), JO)
    story.chose("10:45", "yes", JO)
    story.acted("10:46", "answer", JO, value="MEET-02")
    story.do(
        "10:47",
        deeds.Attached("ab" * 32, "4740-MEET-02.evtx", "application/octet-stream", 1_118_208),
        JO,
    )
    story.noted(
        "10:49",
        "MEET-02 is the meeting room PC on floor 2; j.doe has been signed in there since October.",
        MIA,
    )
    story.chose("10:50", "workstation", JO)
    story.acted("10:58", "done", JO)
    story.do(
        "11:01",
        deeds.CustomStepAdded("Signed off the disconnected session of j.doe on MEET-02"),
        JO,
    )
    story.acted("11:02", "done", JO)
    story.chose("11:18", "no", JO)
    story.do(
        "11:20",
        deeds.VerificationAwaited(
            datetime(2026, 11, 24, 11, 20, tzinfo=BERLIN).astimezone(ZoneInfo("UTC"))
        ),
        JO,
    )
    story.do("24 11:42", deeds.VerificationAnswered(fine=True), JO)
    return story


def printer_offline() -> Story:
    story = Story(
        flow_from("printer-offline"),
        "13:10",
        client="Brandt & Söhne",
        printer="HP M479 (2nd floor)",
    )
    story.chose("13:12", "all")
    story.chose("13:15", "no")
    typo = story.noted("13:16", "No ping to 10.20.0.31 from teh server.")
    wrong = story.noted("13:17", "Wrong ticket, please ignore.")
    gossip = story.noted("13:18", "Mr Brandt is in a bad mood today.")
    story.do(
        "13:19",
        deeds.NoteEdited(
            typo, "No ping to 10.20.0.31 from the print server; the switch port is down."
        ),
    )
    story.do("13:19", deeds.NoteDeleted(wrong))
    story.do("13:20", deeds.NoteKeptOut(gossip))
    story.acted("13:28", "done")
    story.chose("13:31", "fault")
    story.do(
        "13:33", deeds.Completed(Outcome.ESCALATED, "1. Supplier case opened: 4711-88", minutes=25)
    )
    story.do(
        "25 08:05",
        deeds.Reopened("the supplier replaced the network card, the printer is still offline"),
        MIA,
    )
    story.do("25 08:06", deeds.TakenOver(), MIA)
    story.noted(
        "25 08:12",
        "The panel shows an old address, 192.168.1.31; DHCP reservation has the old card's MAC.",
        MIA,
    )
    story.do(
        "25 08:20",
        deeds.CustomStepAdded(
            "Moved the DHCP reservation to the new network card and restarted the printer."
        ),
        MIA,
    )
    story.do(
        "25 08:26",
        deeds.Completed(
            Outcome.RESOLVED, "Tell the supplier to report a changed MAC address next time"
        ),
        MIA,
    )
    return story


STORIES = {"vpn-down": vpn_down, "ad-lockout": ad_lockout, "printer-offline": printer_offline}
