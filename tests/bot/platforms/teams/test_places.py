"""Where conversations and people are, as Teams told: in every process."""

from collections.abc import Sequence

import pytest

from bot.platforms.teams.places import At, Kind, Place, Places, at, conversation, key_of
from bot.port import Memory
from tests.teams.world import Json

TENANT, SERVICE = "tenant-acme", "https://smba.example/amer"
CHANNEL, GROUP, ALONE = "19:a@thread.tacv2", "19:b@thread.v2", "a:1c"
TEAM = "19:team@thread.tacv2"


def told(id: object, kind: object = None, **more: object) -> Json:
    made = {"id": id, **more}
    return {"conversation": made if kind is None else {**made, "conversationType": kind}}


@pytest.mark.parametrize(
    ("activity", "where"),
    [
        (told(f"{CHANNEL};messageid=17", "channel"), At(CHANNEL, Kind.CHANNEL, "17")),
        (told(CHANNEL, "channel"), At(CHANNEL, Kind.CHANNEL)),
        (told(GROUP, "groupChat"), At(GROUP, Kind.GROUP)),
        (told(f"{GROUP};messageid=17", "groupChat"), At(GROUP, Kind.GROUP)),
        (told(ALONE, "personal"), At(ALONE, Kind.PERSONAL)),
        (told(f"{CHANNEL};messageid=17"), At(CHANNEL, Kind.CHANNEL, "17")),
        (told("19:c@thread.skype"), At("19:c@thread.skype", Kind.CHANNEL)),
        (told(GROUP), At(GROUP, Kind.GROUP)),
        (told("19:meeting_x@thread.v2"), At("19:meeting_x@thread.v2", Kind.GROUP)),
        (told(ALONE), At(ALONE, Kind.PERSONAL)),
        (told(f"{CHANNEL};messageid=", "channel"), At(CHANNEL, Kind.CHANNEL)),
    ],
)
def test_where_something_was_done(activity: Json, where: At) -> None:
    assert at(activity) == where


@pytest.mark.parametrize(
    "activity",
    [
        {},
        {"conversation": None},
        {"conversation": "x"},
        {"conversation": []},
        {"conversation": {}},
        told(None),
        told(5),
        told(""),
        told(";messageid=17"),
        told(CHANNEL, "square"),
        told(CHANNEL, ["channel"]),
        told(CHANNEL, 5),
        told(".."),
        told(f"{CHANNEL};messageid=.."),
        told("a" * 2_000),
        told("a\0b"),
        told(f"{CHANNEL};messageid=\0"),
    ],
)
def test_what_is_no_place_is_refused(activity: Json) -> None:
    with pytest.raises((KeyError, TypeError, ValueError, AttributeError)):
        at(activity)


def test_a_conversation_is_written_as_the_connector_takes_it() -> None:
    assert conversation(CHANNEL, "17") == f"{CHANNEL};messageid=17"
    assert conversation(CHANNEL) == CHANNEL


def test_a_key_is_never_too_long() -> None:
    assert key_of("a", "b") == "a b"
    assert len(key_of("a" * 5_000)) <= 200
    assert key_of("a" * 5_000) != key_of("a" * 5_001)


async def each(memory: Memory) -> Sequence[Places]:
    """Who was told, and another process."""
    return Places(memory), Places(memory)


async def test_a_conversation_is_known_in_every_process(memory: Memory) -> None:
    one, other = await each(memory)
    place = Place(SERVICE, Kind.CHANNEL, TEAM)
    assert await one.of(CHANNEL) is None
    await one.met(TENANT, CHANNEL, place)
    assert await one.of(CHANNEL) == await other.of(CHANNEL) == place
    assert await other.service_of(TENANT, CHANNEL) == SERVICE
    assert await other.service_of(TENANT, "19:new@thread.tacv2") == SERVICE
    assert await other.service_of(TENANT) == SERVICE
    assert await other.service_of("rival") is None


async def test_a_service_that_moved_is_followed(memory: Memory) -> None:
    one, other = await each(memory)
    await one.met(TENANT, CHANNEL, Place(SERVICE, Kind.CHANNEL, TEAM))
    await one.met(TENANT, CHANNEL, Place(f"{SERVICE}/more", Kind.CHANNEL, TEAM))
    assert await other.service_of(TENANT, CHANNEL) == f"{SERVICE}/more"
    assert await other.service_of(TENANT) == f"{SERVICE}/more"


async def test_a_team_that_is_not_told_is_not_forgotten(memory: Memory) -> None:
    one, other = await each(memory)
    await one.met(TENANT, CHANNEL, Place(SERVICE, Kind.CHANNEL, TEAM))
    await one.met(TENANT, CHANNEL, Place(SERVICE, Kind.CHANNEL))
    await Places(memory).met(TENANT, CHANNEL, Place(SERVICE, Kind.CHANNEL))
    assert await one.of_team(TEAM) == await other.of_team(TEAM) == [CHANNEL]
    assert await other.of_team("19:another@thread.tacv2") == []
    assert await other.of_team("") == []


async def test_somebody_is_known_by_the_id_that_the_bot_knows_them_by(memory: Memory) -> None:
    one, other = await each(memory)
    assert await one.account_of(TENANT, "sam") is None
    await one.met_person(TENANT, "sam", "29:1")
    assert await one.account_of(TENANT, "sam") == await other.account_of(TENANT, "sam") == "29:1"
    assert await other.account_of("rival", "sam") is None
    await one.met_person(TENANT, "sam", "29:2")
    assert await Places(memory).account_of(TENANT, "sam") == "29:2"


async def test_a_chat_that_was_lost_is_found_again(memory: Memory) -> None:
    one, other = await each(memory)
    await one.met(TENANT, ALONE, Place(SERVICE, Kind.PERSONAL))
    await one.met_chat(TENANT, "sam", ALONE)
    assert await one.chat_of(TENANT, "sam") == await other.chat_of(TENANT, "sam") == ALONE
    assert await other.is_chat(ALONE)
    assert not await other.is_chat(GROUP)
    await one.lost_chat(TENANT, "sam")
    assert await one.chat_of(TENANT, "sam") is None
    await one.met_chat(TENANT, "sam", ALONE)
    assert await one.chat_of(TENANT, "sam") == ALONE
    assert await Places(memory).chat_of(TENANT, "sam") == ALONE


async def test_the_longest_names_are_no_others(memory: Memory) -> None:
    one, other = await each(memory)
    long = f"19:{'a' * 500}@thread.tacv2"
    await one.met(TENANT, long, Place(SERVICE, Kind.CHANNEL, TEAM))
    await one.met_person(TENANT, "u" * 500, "29:1")
    assert await other.of(long) is not None
    assert await other.of(f"{long[:-1]}3") is None
    assert await other.account_of(TENANT, "u" * 500) == "29:1"
