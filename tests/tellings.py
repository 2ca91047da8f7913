"""Stories told on a platform: each once, on an installation of its own, however many tests ask what
came of it.
"""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field

from tests.drivers.driver import Driver
from tests.scenarios.acts import LetsPass, Restarts
from tests.scenarios.matrix import Used
from tests.scenarios.story import Story
from tests.scenarios.teller import Stage, Teller

Told = AbstractAsyncContextManager[tuple[Driver, Stage]]


def dies(story: Story) -> bool:
    """Whether the product is killed in it: then it must be a process of its own."""
    return any(isinstance(act, Restarts | LetsPass) for act in story.acts())


@dataclass
class Tellings:
    """One platform's; `opened` makes an installation on it, for stories that end it or do not."""

    opened: Callable[[bool], Told]
    told: dict[str, Used | BaseException] = field(default_factory=dict)

    async def used(self, story: Story) -> Used:
        """What was used in it. Raises what did not come true."""
        if story.file not in self.told:
            try:
                self.told[story.file] = await self._tell(story)
            except Exception as error:
                self.told[story.file] = error
        came = self.told[story.file]
        if isinstance(came, BaseException):
            raise came
        return came

    async def all(self, stories: tuple[Story, ...]) -> Used:
        """What was used in all of them."""
        used = Used()
        for story in stories:
            used.add(await self.used(story))
        return used

    async def _tell(self, story: Story) -> Used:
        async with self.opened(dies(story)) as (driver, stage):
            teller = Teller(driver, stage)
            await teller.tell(story)
            return teller.used
