"""Sessions through simcord, a Discord that is not ours: it has its own people and its own rules,
and drives our client of the library with the whole product behind it.
"""

from tests.offline import NOTES, SEVEN, missing
from tests.simcord_ground import Message, office

FIRST, SECOND = (dict([*SEVEN.items()][part]) for part in (slice(5), slice(5, 7)))


async def test_a_whole_session_with_simcord(address: str) -> None:
    async with office(address) as acme:
        sam = await acme.hires("Sam")
        await sam.types("flow start", words="offline")
        sam.place = await sam.until(lambda: next(iter(acme.channel.threads), None))
        await sam.presses("Variables…")
        await sam.fills(FIRST)
        await acme.starts_anew()
        await sam.presses("Page 2 of 2…")
        await sam.fills(SECOND)
        await sam.reads("What does the lamp of gw01.acme.local show?")
        await sam.notes(NOTES[0])
        await sam.presses("Red")
        await sam.types("flow correct")
        await sam.presses("What does the lamp of gw01.acme.local show? Red")
        await sam.fills({"Answer": "Green"})
        await sam.reads("Does 203.0.113.9 answer from outside?")
        await sam.notes(NOTES[1], trace=b"no route to host")
        await sam.presses("It answers")
        await sam.reads("The fault was inside the office.")
        await sam.presses("Back")
        await acme.starts_anew()
        await sam.presses("No answer")
        await sam.presses("Complete…")
        await sam.fills({"Outcome": "Resolved"})
        await sam.reads("Resolved", "What was checked", "No answer")
        await sam.types("flow summary")
        assert missing(sam.document) == []


async def test_two_people_with_simcord(address: str) -> None:
    async with office(address) as acme:
        sam, kim = await acme.hires("Sam"), await acme.hires("Kim")
        [found] = await sam.actor.autocomplete(acme.channel, "flow start", "words", "offl")
        said = await kim.actor.send(acme.channel, "Nobody in Kiel gets out.")
        sam.done = await sam.actor.context_menu(acme.channel, "Start a flow from this", said)
        await sam.fills({"Flow": found["name"]})
        sam.place = kim.place = await sam.until(lambda: next(iter(acme.channel.threads), None))
        changed = await kim.notes("The router is dark.")
        await kim.actor.edit(changed, "The router is dark, and cold.")
        gone = await kim.notes("Lunch?")
        await kim.actor.delete(gone)
        aside = await kim.notes("Who has the key?")
        await kim.actor.react(aside, "⛔")
        await sam.types("flow handover", words="kim I am off at four.")
        asked = await kim.until(lambda: _asked(kim.direct()))
        assert "I am off at four." in asked.text
        await kim.presses("Accept")
        await kim.reads("Site is offline · Kim")
        await kim.types("flow summary")
        note = kim.document
        assert "Kim wrote: Nobody in Kiel gets out." in note
        assert "The router is dark, and cold." in note
        assert "Lunch" not in note
        assert "key" not in note


def _asked(messages: list[Message]) -> Message | None:
    return next((each for each in messages if "asks you to take over" in each.text), None)
