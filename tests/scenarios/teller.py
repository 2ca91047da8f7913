"""Telling a story through a driver: all is done in order, and waited for until it is seen."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from tests.drivers.driver import Driver, Failed, Offered, Place, Seen
from tests.scenarios import acts
from tests.scenarios.acts import Act
from tests.scenarios.matrix import Used
from tests.scenarios.reading import content, keyed, public, stretched
from tests.scenarios.sight import Sight, Untrue
from tests.scenarios.story import AtOnce, Step, Story

OPERATOR = "operator"
NEW_THREAD, THREAD, THREAD_OF = "the new thread", "the thread", "the thread of "


class Stage(Protocol):
    """What the story's operator can do."""

    async def restarts(self) -> None:
        """Kill the product, and start it again."""
        ...

    async def ages(self, minutes: int) -> None:
        """Let everything that happened have happened so much earlier."""
        ...


@dataclass
class Teller:
    """One story, told once. `used` is what people used in it."""

    driver: Driver
    stage: Stage
    people: dict[str, Sight] = field(default_factory=dict)
    threads: dict[str, Place] = field(default_factory=dict)
    entered: set[str] = field(default_factory=set)
    used: Used = field(default_factory=Used)

    async def tell(self, story: Story) -> None:
        """Everything in order. Raises Untrue."""
        for step in story.steps:
            try:
                await self._step(step)
            except Failed as error:
                raise Untrue(f"{story.file}, line {step.line}: the chat said: {error}") from error
            except Untrue as error:
                raise Untrue(f"{story.file}, line {step.line}: {error}") from None
        for who, sight in self.people.items():
            if sight.failure:
                raise Untrue(f"{story.file}: at the end {who} was told: {sight.failure}")

    async def _step(self, step: Step | AtOnce) -> None:
        match step:
            case AtOnce(steps=steps):
                await asyncio.gather(*(self._step(each) for each in steps))
            case Step(who=[who], act=act):
                await self._one(who, act)
            case Step(who=several, act=act):
                await self._any_of(several, act)

    async def _any_of(self, several: Sequence[str], act: Act) -> None:
        """It comes true for one of them."""
        tries = [asyncio.ensure_future(self._one(who, act)) for who in several]
        untrue = Untrue("nobody")
        try:
            for each in asyncio.as_completed(tries):
                try:
                    return await each
                except Untrue as error:
                    untrue = error
            raise untrue
        finally:
            for task in tries:
                task.cancel()

    async def _one(self, who: str, act: Act) -> None:
        if who == OPERATOR:
            return await self._operates(act)
        sight = self.people.setdefault(who, Sight(self.driver, who))
        if act.place is not None:
            await self._goes(sight, act.place)
        elif not sight.arrived:
            await sight.goes(sight.place)
        match act:
            case acts.Sees():
                await sight.sees(act)
                self.used.saw(act.kind)
            case acts.DoesNotSee(kind=kind, text=text, buttons=buttons):
                told = {"sees": kind, "text": text, "buttons": buttons}
                wanted = acts.Sees.model_validate(told)
                waits = isinstance(act, acts.SeesNoMore)
                await (sight.sees_no_more(wanted) if waits else sight.sees_no(wanted))
            case acts.GoesTo(where=where, called=called):
                await self._goes(sight, where, called)
            case _:
                await self._tries(sight, act)
        return None

    async def _operates(self, act: Act) -> None:
        match act:
            case acts.Restarts():
                await self.stage.restarts()
            case acts.LetsPass(minutes=minutes):
                await self.stage.ages(minutes)
            case _:
                raise AssertionError(f"the operator never {act.verb}")

    async def _tries(self, sight: Sight, act: Act) -> None:
        """What the chat says to it is seen next, or the story is not true."""
        if sight.failure:
            raise Untrue(f"{sight.who} was told: {sight.failure}")
        await sight.remembers()
        try:
            await self._does(sight, act)
        except Failed as error:
            sight.failure = str(error)

    async def _does(self, sight: Sight, act: Act) -> None:
        who = sight.who
        match act:
            case acts.Types(text=text, long=long):
                await self.driver.types(who, stretched(text, long))
                self.used.typed(text)
            case acts.BeginsToType(text=text):
                sight.typing = text
            case acts.Writes():
                await self._writes(sight, act)
            case acts.Presses(label=label, on=on):
                found = await sight.button(lambda seen: seen.offered(label), on, f"“{label}”")
                await self._presses(sight, *found)
            case acts.PressesKey(key=key):
                found = await sight.button(lambda seen: keyed(seen, key), None, f"the key {key}")
                await self._presses(sight, *found)
            case acts.Fills(values=values):
                await sight.sees(acts.Sees.model_validate({"sees": "form"}))
                await self.driver.fills(who, values)
            case acts.LetsIn(channel=channel):
                await self.driver.lets_in(channel)
            case acts.LetsOut(channel=channel):
                await self.driver.lets_out(channel)
            case acts.Opens():
                await self.driver.home(who)
            case _:
                await self._changes(sight, act)

    async def _presses(self, sight: Sight, message: Seen, button: Offered) -> None:
        await self.driver.presses(sight.who, message, button)
        self.used.pressed(button.handle)

    async def _writes(self, sight: Sight, act: acts.Writes) -> None:
        quoted = await sight.message(act.quoting) if act.quoting else None
        files = {name: content(held) for name, held in act.attaching.items()}
        text = stretched(act.text, act.long)
        await self.driver.writes(sight.who, text, files=files, quoting=quoted)

    async def _changes(self, sight: Sight, act: Act) -> None:
        """What is done to a message that is there."""
        who = sight.who
        match act:
            case acts.Edits(text=text, to=to):
                await self.driver.edits(who, await sight.message(text), to)
            case acts.Deletes(text=text):
                await self.driver.deletes(who, await sight.message(text))
            case acts.Reacts(reaction=name, to=to):
                await self.driver.reacts(who, await sight.message(to), name, on=True)
            case acts.TakesBack(reaction=name, to=to):
                await self.driver.reacts(who, await sight.message(to), name, on=False)
            case acts.PointsAt(message=message, choosing=entry):
                await self.driver.points(who, await sight.message(message), entry)
                self.used.pointed(entry)
            case acts.Forges(token=token, on=on):
                forged = Offered("forged", token)
                await self.driver.presses(who, await sight.message(on), forged)
            case _:
                raise AssertionError(f"nobody tells how somebody {act.verb}")

    async def _goes(self, sight: Sight, where: str, called: str | None = None) -> None:
        if where == NEW_THREAD:
            place = await self._new_thread(sight)
            self.threads[called or THREAD] = self.threads[THREAD] = place
        elif where.startswith(THREAD_OF):
            root = await sight.message(where.removeprefix(THREAD_OF))
            place = self.threads[THREAD] = replace(sight.place, thread=root.id)
        else:
            place = self.threads.get(where) or Place(where)
        self.entered.add(place.thread)
        await sight.goes(place)

    async def _new_thread(self, sight: Sight) -> Place:
        """Below the newest message of ResolutionFlow in the channel that nobody was in yet."""
        channel = replace(sight.place, thread="")
        await sight.goes(channel)

        async def look() -> Seen | None:
            roots = [seen for seen in await self.driver.looks(sight.who) if public(seen)]
            return next((seen for seen in reversed(roots) if seen.id not in self.entered), None)

        header = await sight.until(look, "a new thread")
        return replace(channel, thread=header.id)
