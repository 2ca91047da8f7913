"""Whatever Teams tells, and whatever somebody makes of what it tells: it is taken or refused, with
a status that says so, and never fails.
"""

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some
from structlog.typing import EventDict

from tests.bot.platforms.teams.earshot import Earshot
from tests.bot.platforms.teams.genuine import changed, every, paths
from tests.teams.world import Json

ROUGH: list[object] = [
    *(None, "", " ", "x" * 3_000, "a\0b", "..", "../..", "é", "1", 0, -1, 10**30, 1.5, True),
    *([], {}, [[]], [1], ["x"], [None], [{}], {"a": 1}, {"id": 5}, {"id": None}, {"id": []}),
    *([{"id": {}}], {"type": []}),
]
KINDS = {
    "conversationUpdate channelDeleted",
    "conversationUpdate channelRestored",
    "conversationUpdate teamArchived",
    "conversationUpdate teamDeleted",
    "conversationUpdate teamMemberAdded",
    "conversationUpdate teamMemberRemoved",
    "conversationUpdate teamRestored",
    "conversationUpdate teamUnarchived",
    "conversationUpdate",
    "installationUpdate add",
    "installationUpdate remove",
    "invoke adaptiveCard/action home",
    "invoke adaptiveCard/action offer",
    "invoke adaptiveCard/action pick",
    "invoke adaptiveCard/action press",
    "invoke composeExtension/fetchTask",
    "invoke composeExtension/query",
    "invoke composeExtension/submitAction",
    "invoke fileConsent/invoke accept",
    "invoke fileConsent/invoke decline",
    "invoke task/fetch",
    "invoke task/submit",
    "message channel value",
    "message channel",
    "message groupChat",
    "message personal",
    "messageDelete softDeleteMessage",
    "messageReaction reactionsAdded",
    "messageReaction reactionsRemoved",
    "messageUpdate editMessage",
    "messageUpdate undeleteMessage",
}
FAILED = ("teams-not-taken", "teams-failed", "teams-answer-failed", "teams-not-verified")


@pytest.fixture
async def genuine(place: Earshot) -> dict[str, Json]:
    return await every(place)


async def test_a_story_has_one_of_every_kind(
    place: Earshot, genuine: dict[str, Json], log: list[EventDict]
) -> None:
    assert genuine.keys() >= KINDS, KINDS - genuine.keys()
    for name, activity in genuine.items():
        answered = await place.sends(activity)
        assert answered.status_code == 200, name
    await place.quiet()


@settings(
    max_examples=200,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=some.data())
async def test_what_is_missing_or_something_else_is_no_failure_of_ours(
    place: Earshot, genuine: dict[str, Json], log: list[EventDict], data: some.DataObject
) -> None:
    activity = genuine[data.draw(some.sampled_from(sorted(genuine)))]
    for _ in range(data.draw(some.integers(1, 2))):
        at = data.draw(some.sampled_from([*paths(activity)]))
        instead = data.draw(some.sampled_from([(), *((each,) for each in ROUGH)]))
        activity = changed(activity, at, *instead)
    answered = await place.sends(activity)
    assert answered.status_code in (200, 400, 401, 403), answered.text
    await place.quiet()
    assert [line for line in log if line["event"] in FAILED] == []
