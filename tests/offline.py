"""A flow to test with, whose form asks for seven things: more than a modal of Discord's holds; and
what a session of it leaves in its ticket note.
"""

from core.access import Ownership, Visibility
from core.flow.document import read
from core.flow.model import Flow
from core.ids import AccountId
from storage.storage import Storage

SEVEN = {
    "Client": "Acme Ltd",
    "Router": "gw01.acme.local",
    "Public IP": "203.0.113.9",
    "Provider": "Northern Fibre",
    "Circuit": "NF-4711",
    "Contact on site": "Ms Miller at the front desk",
    "People there": "12",
}
NOTES = ("Twelve people called since nine.", "Traced it.")
# What a session of it, told with these, must have in its ticket note; each once.
_ONCE = (
    *(f"- **{label}:** {value}" for label, value in SEVEN.items()),
    "show? Green. Corrected from “Red”",
    "from outside? No answer. Corrected from “It answers”",
    *NOTES,
    "trace.txt (16 bytes)",
    "**Resolved.**",
)
_DOCUMENT = b"""
flow: offline
title: Site is offline
kind: troubleshooting
summary: An office has no internet.
intake:
  - {name: client, label: Client, type: client}
  - {name: router, label: Router, type: hostname}
  - {name: public_ip, label: Public IP, type: ip}
  - {name: provider, label: Provider, type: text}
  - {name: circuit, label: Circuit, type: text}
  - {name: contact, label: Contact on site, type: text}
  - {name: people, label: People there, type: number}
nodes:
  - decision: lamp
    ask: What does the lamp of **{{router}}** show?
    options:
      - {id: green, label: Green, to: answers}
      - {id: red, label: Red, to: line}
      - {id: dark, label: Nothing, to: power}
  - action: power
    do: Have **{{contact}}** switch it on.
    to: lamp
  - decision: answers
    ask: Does {{public_ip}} answer from outside?
    options:
      - {id: yes, label: It answers, to: inside}
      - {id: no, label: No answer, to: line}
  - solution: line
    resolved: "{{provider}} repaired the line {{circuit}}."
  - solution: inside
    resolved: The fault was inside the office.
"""


def offline() -> Flow:
    """It, with its seven variables."""
    return read(_DOCUMENT)


async def publish(storage: Storage, account: AccountId) -> None:
    """For everybody in an account."""
    async with storage.work(account) as work:
        id = await work.flows.create(offline(), Ownership(None, Visibility.ACCOUNT))
        assert id is not None
        await work.flows.publish(id, offline(), by=None)


def missing(note: str) -> list[str]:
    """What a ticket note lacks, or has more than once."""
    return [each for each in _ONCE if note.count(each) != 1]
