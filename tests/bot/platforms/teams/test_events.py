"""What happens by itself, as Teams tells it: the app comes and goes, as channels and teams do, and
messages change. What is told twice is one thing, and what was not heard is told again.
"""

from functools import partial

import pytest

from bot.platforms.teams.places import Kind, Place, Places
from bot.port import (
    Allowed,
    Closed,
    Deleted,
    Edited,
    Inbound,
    Installed,
    Loss,
    Reacted,
    Reaction,
    Replied,
)
from storage.ids import new_id
from tests.bot.platforms.teams.earshot import Earshot, earshot
from tests.teams.people import DIRECT
from tests.teams.world import Json


def short(inbound: Inbound) -> tuple[str, ...]:
    """What it is, and of what channel."""
    match inbound:
        case Closed(channel=channel, loss=loss):
            return "closed", channel, loss
        case Allowed(channel=channel):
            return "allowed", channel
        case Installed(by=by):
            return "installed", by.channel, by.user
        case _:
            return (type(inbound).__name__,)


async def told(place: Earshot) -> list[tuple[str, ...]]:
    """What the product was told; that the app is gone may be told twice."""
    return [*dict.fromkeys(short(each) for each in await place.told())]


async def test_the_app_is_added_and_that_is_one_thing_however_it_is_told(place: Earshot) -> None:
    ada, crew = place.server.person("ada"), place.server.chat.channel("crew").id
    ada.uninstalls("crew")
    assert await told(place) == [("closed", crew, Loss.REMOVED)]
    ada.installs("crew")
    assert await told(place) == [("installed", crew, ada.user.object_id)]
    every = [each.activity for each in place.server.delivery.log]
    assert len([each for each in every if each["type"] == "installationUpdate"]) == 2
    for each in every[-2:]:
        await place.sends(each)
    assert await told(place) == []
    ada.uninstalls("crew")
    ada.installs("crew")
    assert [each[0] for each in await told(place)] == ["closed", "installed"]


async def test_that_the_app_was_added_is_not_lost_where_we_died_over_it(place: Earshot) -> None:
    place.server.person("ada").uninstalls("crew")
    await place.quiet()
    place.product.told.clear()
    place.server.delivery.deaf = True
    place.server.person("ada").installs("crew")
    place.server.delivery.deaf = False
    *_, update, members = [each.activity for each in place.server.delivery.log]
    place.product.failure = RuntimeError("it died")
    await place.sends(update)
    assert [each[0] for each in await told(place)] == ["installed"]
    place.product.failure = None
    await place.sends(members)
    assert [each[0] for each in await told(place)] == ["installed"]
    await place.sends(update)
    assert await told(place) == []


async def test_another_process_hears_what_one_died_over(place: Earshot) -> None:
    place.server.delivery.deaf = True
    place.server.person("ada").uninstalls("crew")
    place.server.person("ada").installs("crew")
    place.server.delivery.deaf = False
    update = place.last(type="installationUpdate", action="add")
    await place.sends(update)
    assert [each[0] for each in await told(place)] == ["installed"]
    async with earshot(place.memory) as other:
        given = {"channelData": {"tenant": {"id": other.server.tenant.id}}}
        again = update | given | {"serviceUrl": other.server.service_url}
        assert (await other.sends(again)).status_code == 200
        assert [each[0] for each in await told(other)] == ["installed"]


@pytest.mark.parametrize("action", ["remove-upgrade", "upgrade", "", None, 5])
async def test_that_the_app_is_made_newer_takes_nothing_away(
    place: Earshot, action: object
) -> None:
    ada = place.server.person("ada")
    ada.uninstalls("crew")
    ada.installs("crew")
    await told(place)
    activity = place.last(type="installationUpdate", action="add")
    activity |= {"action": action, "id": f"f:{new_id()}"}
    await place.sends(activity)
    assert await told(place) == []


async def test_with_a_team_all_its_channels_are_lost_and_come_back(place: Earshot) -> None:
    ada, chat = place.server.person("ada"), place.server.chat
    more = ada.creates_channel("more", beside="support")
    await ada.types("help", "support")
    await ada.types("help", "more")
    await ada.types("help", "network")
    await told(place)
    support = chat.channel("support").id
    team = chat.team(chat.channel("support")).id
    here = {support, more.id}
    ada.uninstalls("support")
    lost = await told(place)
    assert here <= {each[1] for each in lost} <= {*here, team}
    assert {each[2] for each in lost} == {Loss.REMOVED}
    ada.installs("support")
    assert [each[0] for each in await told(place)] == ["installed"]
    for lose, back, loss in (
        (ada.archives, partial(ada.archives, archived=False), Loss.ARCHIVED),
        (ada.deletes_team, ada.restores_team, Loss.DELETED),
    ):
        lose("support")
        lost = await told(place)
        assert here <= {each[1] for each in lost} <= {*here, team}
        assert {each[2] for each in lost} == {loss}
        back("support")
        found = await told(place)
        assert here <= {each[1] for each in found} <= {*here, team}
        assert {each[0] for each in found} == {"allowed"}


async def test_one_channel_is_lost_and_comes_back(place: Earshot) -> None:
    ada, network = place.server.person("ada"), place.server.chat.channel("network").id
    ada.deletes_channel("network")
    assert await told(place) == [("closed", network, Loss.DELETED)]
    ada.restores_channel("network")
    assert await told(place) == [("allowed", network)]


async def test_that_people_and_names_change_means_nothing(place: Earshot) -> None:
    ada = place.server.person("ada")
    ada.removes("vic", "support")
    ada.adds("vic", "support")
    ada.renames("support", "helpdesk")
    ada.creates_channel("more", beside="network")
    assert await told(place) == []


async def test_a_message_is_changed_deleted_and_brought_back(place: Earshot) -> None:
    written = place.sam.writes("It is slow", "support")
    place.sam.edits(written.id, "It was slow")
    place.sam.deletes(written.id)
    place.sam.undoes(written.id)
    replied, edited, deleted, again = await place.told()
    assert isinstance(replied, Replied)
    assert isinstance(edited, Edited)
    assert isinstance(deleted, Deleted)
    assert isinstance(again, Edited)
    assert (replied.text, edited.text, again.text) == ("It is slow", "It was slow", "It was slow")
    assert {each.message for each in (replied, edited, deleted, again)} == {written.id}
    assert {each.by.thread for each in (replied, edited, deleted, again)} == {""}
    assert len({edited.delivery, deleted.delivery, again.delivery}) == 3
    place.sam.deletes(written.id)
    *_, last = await place.told()
    assert isinstance(last, Deleted)
    assert last.delivery != deleted.delivery


async def test_what_is_changed_in_a_thread_is_of_that_thread(place: Earshot) -> None:
    post = place.sam.writes("It is slow", "support")
    below = place.sam.writes("Still", "support", post.id)
    place.sam.edits(below.id, "Still so")
    *_, edited = await place.told()
    assert isinstance(edited, Edited)
    assert (edited.by.channel, edited.by.thread) == (place.support.channel, post.id)


async def test_a_reaction_keeps_out_and_lets_in_again(place: Earshot) -> None:
    id = await place.shown()
    for kind in ("like", "heart", "1f44d_thumbsup"):
        place.sam.reacts(id, kind)
    for _ in range(2):
        place.sam.reacts(id, "1f6ab_prohibited")
        place.sam.reacts(id, "1f6ab_prohibited", on=False)
    found = [each for each in await place.told() if isinstance(each, Reacted)]
    assert [each.added for each in found] == [True, False, True, False]
    assert {each.reaction for each in found} == {Reaction.KEEP_OUT}
    assert {each.message for each in found} == {id}
    assert len({each.delivery for each in found}) == 4
    await place.sends(place.last(type="messageReaction"))
    assert await place.told() == []


async def test_reactions_that_come_without_an_id_are_not_all_one(place: Earshot) -> None:
    id = await place.shown()
    place.sam.reacts(id, "1f6ab_prohibited")
    await place.told()
    activity: Json = place.last(type="messageReaction")
    del activity["id"]
    for minute in range(3):
        await place.sends(activity | {"timestamp": f"2026-01-01T00:0{minute}:00Z"})
    assert len(await place.told()) == 3


async def test_a_team_is_remembered_by_what_is_told_in_its_channels(place: Earshot) -> None:
    chat = place.server.chat
    team = chat.team(chat.channel("support")).id
    await place.sam.types("help", "support")
    id = await place.shown()
    await place.sam.presses(id, "Menu")
    await place.quiet()
    assert await Places(place.memory).of_team(team) == [place.support.channel]
    assert await Places(place.memory).of(place.support.channel) == Place(
        place.server.service_url.rstrip("/"), Kind.CHANNEL, team
    )


async def test_somebody_who_adds_the_app_for_themselves(place: Earshot) -> None:
    kim = place.server.person("kim")
    kim.uninstalls(DIRECT)
    assert await told(place) == [("closed", kim.direct.id, Loss.REMOVED)]
    kim.installs(DIRECT)
    [inbound] = await place.told()
    assert isinstance(inbound, Installed)
    assert inbound.by.direct
    assert inbound.by.user == kim.user.object_id
