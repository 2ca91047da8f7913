"""What is said to somebody in their chat about another place works there, while they are in it."""

from bot.platforms.teams import render
from bot.platforms.teams.whispers import AT, placed
from bot.port import Answer, Clicked, Form, Submitted
from core.verbs import ProductVerb
from core.views import Choice, FieldKind, FieldView, FormView, NoticeView
from tests.bot.platforms.teams.earshot import MENU, TOKEN, Earshot
from tests.teams.parts import pressables
from tests.teams.people import DIRECT, Person
from tests.teams.world import CHANNEL

OFFER = NoticeView("Which flow?", (MENU,))
FORM = Form(TOKEN, FormView("Why?", "Save", (FieldView("reason", "Why?", FieldKind.TEXT),)))
ASKS = Choice(ProductVerb.FIND, "Find…")  # opens a form


async def whispered(
    place: Earshot, who: Person, channel: str, thread: str = "", offer: NoticeView = OFFER
) -> str:
    """Somebody types something there, and is answered in their chat; the id of that."""
    place.product.answer = Answer(whispers=(offer,))
    await who.types("vpn", channel, thread)
    await place.told()
    return who.sees(DIRECT)[-1].id


async def clicked(place: Earshot) -> Clicked:
    """What was pressed."""
    [heard] = await place.told()
    assert isinstance(heard, Clicked)
    return heard


async def test_a_button_works_where_it_was_asked_for(place: Earshot) -> None:
    post = await place.shown()
    for channel, thread in (("support", ""), ("support", post), ("crew", "")):
        id = await whispered(place, place.sam, channel, thread)
        await place.sam.presses(id, MENU.label)
        by = (await clicked(place)).by
        there = place.server.chat.channel(channel)
        assert (by.channel, by.thread) == (there.id, thread)
        assert (by.direct, by.threads) == (False, there.kind == CHANNEL)


async def test_alone_it_works_right_there(place: Earshot) -> None:
    id = await whispered(place, place.sam, DIRECT)
    await place.sam.presses(id, MENU.label)
    by = (await clicked(place)).by
    assert (by.channel, by.direct) == (place.sam.direct.id, True)


async def test_so_does_a_form_and_what_is_said_then(place: Earshot) -> None:
    id = await whispered(place, place.sam, "support", offer=NoticeView("Which?", (ASKS,)))
    place.product.answer = Answer(form=FORM)
    await place.sam.presses(id, ASKS.label)
    assert (await clicked(place)).by.channel == place.support.channel
    place.product.answer = Answer(whispers=(OFFER,))
    await place.sam.submits()
    [sent] = await place.told()
    assert isinstance(sent, Submitted)
    assert (sent.by.channel, sent.by.direct) == (place.support.channel, False)
    await place.sam.presses(place.sam.sees(DIRECT)[-1].id, MENU.label)
    assert (await clicked(place)).by.channel == place.support.channel


async def test_who_is_not_there_any_more_does_nothing_there(place: Earshot) -> None:
    id = await whispered(place, place.sam, "support")
    place.server.person("ada").removes("sam", "support")
    await place.told()
    await place.sam.presses(id, MENU.label)
    by = (await clicked(place)).by
    assert (by.channel, by.direct) == (place.sam.direct.id, True)


async def test_a_card_that_was_passed_on_works_where_it_stands(place: Earshot) -> None:
    id = await whispered(place, place.sam, "support")
    [data] = [each.data for each in pressables(place.sam.card(id))]
    assert AT in data
    await place.sam.types("vpn", "crew")
    await place.told()
    activity = place.last(type="message")
    told = activity | {"id": "f:1", "text": "", "attachments": [], "value": data}
    assert (await place.sends(told)).status_code == 200
    assert (await clicked(place)).by.channel == place.crew.channel


def test_where_a_card_has_no_room_for_the_place_it_goes_without() -> None:
    buttons = tuple(Choice(ProductVerb.MENU, f"Menu {n}") for n in range(6))
    small = render.message(NoticeView("Which?", buttons[:1]))
    [button] = pressables(placed(small, "19:x")["attachments"][0]["content"])
    assert button.data[AT] == "19:x"
    large = render.message(NoticeView("Which?", buttons))
    assert placed(large, "19:x" * 1_000) == large
    assert placed(small, "") == small
