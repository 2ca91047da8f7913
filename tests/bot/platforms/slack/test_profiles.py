"""Who is a guest: whom Slack calls restricted, who is of another workspace, and whom it does not
know; asked once in a while.
"""

import pytest

from bot.platforms.slack.profiles import FRESH, Profile, Profiles
from bot.port import Command
from tests.bot.platforms.slack.earshot import Earshot
from tests.slack.limits import Trouble
from tests.slack.world import Json


class Hours:
    """A clock that a test sets."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def hours() -> Hours:
    return Hours()


async def test_people_are_asked_for_once_in_a_while(place: Earshot, hours: Hours) -> None:
    profiles = Profiles(place.adapter.installations, clock=hours)
    team, sam = place.server.team.id, place.sam.user
    for _ in range(3):
        assert await profiles.of(team, sam.id) == Profile("Sam", guest=False)
    assert [method for method, _ in place.server.calls].count("users.info") == 1
    sam.real_name = "Sam B."
    hours.now = FRESH
    assert (await profiles.of(team, sam.id)).name == "Sam B."


async def test_who_slack_restricts_is_a_guest(place: Earshot) -> None:
    profiles = Profiles(place.adapter.installations)
    gus = place.server.person("gus").user
    assert await profiles.of(place.server.team.id, gus.id) == Profile("Gus", guest=True)


async def test_who_is_of_another_workspace_is_a_guest(place: Earshot) -> None:
    here, profiles = place.server.team.id, Profiles(place.adapter.installations)
    said: list[tuple[Json, bool]] = [
        ({"team_id": "T0OTHER", "is_stranger": True}, True),
        ({"team_id": "T0OTHER"}, True),
        ({"team_id": "E0ORG", "enterprise_user": {"teams": ["T0OTHER", here]}}, False),
        ({"team_id": "E0ORG", "enterprise_user": {"teams": ["T0OTHER"]}}, True),
        ({"team_id": here, "enterprise_user": None, "profile": None}, False),
        ({"is_ultra_restricted": True}, True),
        ({}, False),
    ]
    for number, (more, is_guest) in enumerate(said):
        pat = place.server.team.joins(f"pat{number}", "Pat")
        pat.more = more
        assert await profiles.of(here, pat.id) == Profile("Pat", guest=is_guest), more


async def test_where_slack_does_not_say_nobody_new_is_let_in_and_who_is_known_stays(
    place: Earshot, hours: Hours
) -> None:
    profiles = Profiles(place.adapter.installations, clock=hours)
    team, sam, kim = place.server.team.id, place.sam.user.id, place.server.person("kim").user.id
    assert not (await profiles.of(team, sam)).guest
    hours.now = FRESH
    for trouble in (Trouble.DOWN, Trouble.MUMBLES):
        place.server.trouble = trouble
        assert await profiles.of(team, sam) == Profile("Sam", guest=False)
        assert await profiles.of(team, kim, called="kim") == Profile("kim", guest=True)
    place.server.trouble = None
    assert await profiles.of(team, kim) == Profile("Kim", guest=False)  # that is not remembered
    assert await profiles.of(team, "U0NOBODY") == Profile("U0NOBODY", guest=True)


async def test_who_came_with_a_shared_channel_is_a_guest_in_whatever_they_do(
    place: Earshot,
) -> None:
    pat = place.server.team.joins("pat", "Pat")
    pat.more = {"team_id": "T0OTHER", "is_stranger": True}
    place.server.team.channel("support").members.add(pat.id)
    person = place.server.person("pat")
    await person.types("/flow vpn", "support")
    person.writes("@ResolutionFlow vpn", "support")
    heard = [each for each in await place.told() if isinstance(each, Command)]
    assert [(each.by.guest, each.by.workspace) for each in heard] == [
        (True, place.server.team.id)
    ] * 2
