"""Whole conversations, as people have them: every scenario, on an installation of its own."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from tests.drivers.playground_api import playground_api
from tests.installation import prepared, staged
from tests.scenarios.matrix import Used, missing
from tests.scenarios.story import Story, Unreadable, read, stories
from tests.scenarios.teller import Teller

STORIES = stories()


@dataclass
class Telling:
    """Tells each story once, however many tests ask what came of it."""

    server: str
    begun: str
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

    async def _tell(self, story: Story) -> Used:
        async with (
            staged(self.server, self.begun) as stage,
            playground_api(stage.address) as driver,
        ):
            teller = Teller(driver, stage)
            await teller.tell(story)
            return teller.used


@pytest.fixture(scope="module")
def telling(server_address: str) -> Iterator[Telling]:
    with prepared(server_address) as name:
        yield Telling(server_address, name)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.file.removesuffix(".yaml"))
async def test_scenario(story: Story, telling: Telling) -> None:
    await telling.used(story)


async def test_on_the_playground_every_verb_and_every_view_is_used(telling: Telling) -> None:
    used = Used()
    for story in STORIES:
        used.add(await telling.used(story))
    assert missing("playground", used) == []


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("bob: {types: /flow}", "line 5: nobody is called “bob”"),
        ("sam: {presess: Everyone}", "line 5: “presess” is nothing to do. Did you mean “presses”?"),
        ("sam: {presses: Yes, an: step}", "line 5: “an”: Extra inputs are not permitted"),
        ("sam: {sees: stepp}", "line 5: “sees”: Input should be 'step'"),
    ],
)
def test_a_mistake_in_a_scenario_says_where_and_what_was_meant(step: str, said: str) -> None:
    with pytest.raises(Unreadable) as error:
        read(f"scenario: x\nwhy: y\nsteps:\n  - sam: {{opens: home}}\n  - {step}\n", "x.yaml")
    assert said in str(error.value)
