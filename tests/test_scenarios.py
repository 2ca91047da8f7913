"""Whole conversations, as people have them: every scenario, on an installation of its own."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest

from tests.drivers.driver import Driver
from tests.drivers.playground_api import playground_api
from tests.inprocess import here
from tests.installation import prepared, staged
from tests.scenarios.matrix import missing
from tests.scenarios.story import Story, Unreadable, read, stories
from tests.scenarios.teller import Stage
from tests.tellings import Tellings

STORIES = stories()


@pytest.fixture(scope="module")
def on_playground(server_address: str) -> Iterator[Tellings]:
    """Told in the playground, by its API."""
    with prepared(server_address) as name:

        @asynccontextmanager
        async def opened(dies: bool) -> AsyncIterator[tuple[Driver, Stage]]:
            made = staged if dies else here
            async with (
                made(server_address, name) as stage,
                playground_api(stage.address) as driver,
            ):
                yield driver, stage

        yield Tellings(opened)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.file.removesuffix(".yaml"))
async def test_scenario(story: Story, on_playground: Tellings) -> None:
    await on_playground.used(story)


async def test_on_the_playground_every_verb_and_every_view_is_used(
    on_playground: Tellings,
) -> None:
    assert missing("playground", await on_playground.all(STORIES)) == []


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
