"""People in our Teams see and do what their clients let them, and no more; the bot hears it."""

from tests.teams.bot import Bot
from tests.teams.people import Person
from tests.teams.samples import (
    card,
    dialog,
    field,
    message,
    opener,
    row,
    shows,
    text,
    with_fallback,
)
from tests.teams.server import Teams


async def test_a_post_and_an_answer_reach_the_bot(sam: Person, bot: Bot, teams: Teams) -> None:
    post = await sam.types("start vpn", "support")
    answer = sam.writes("It is slow.", "support", post.id)
    await teams.delivery.settled()
    told, second = bot.of("message")
    support = teams.chat.channel("support")
    assert told["text"] == "<at>ResolutionFlow</at> start vpn\n"
    assert told["conversation"]["id"] == f"{support.id};messageid={post.id}"
    assert told["id"] == post.id
    assert told["channelData"]["tenant"]["id"] == teams.tenant.id
    assert told["channelData"]["channel"]["id"] == support.id
    [mention] = [each for each in told["entities"] if each["type"] == "mention"]
    assert mention["mentioned"]["id"] == told["recipient"]["id"] == f"28:{teams.app.client_id}"
    assert second["conversation"]["id"] == told["conversation"]["id"]
    assert second["id"] == answer.id
    assert sam.sees("support") == [post]
    assert sam.sees("support", post.id) == [post, answer]


async def test_a_button_is_pressed_and_the_card_changes_for_who_pressed(
    sam: Person, bot: Bot, teams: Teams
) -> None:
    id = await bot.says("support", message(text("Which?"), row(with_fallback("Yes"))))
    bot.answers["adaptiveCard/action"] = shows(card(text("Yes it is.")))
    asked = await sam.presses(id, "Yes")
    assert asked is not None
    assert not asked.failed
    [told] = bot.of("adaptiveCard/action")
    assert told["replyToId"] == id
    assert told["value"]["action"] | {"title": "Yes"} == {
        "type": "Action.Execute",
        "title": "Yes",
        "verb": "press",
        "data": {"token": "Yes"},
    }
    assert told["value"]["trigger"] == "manual"
    assert sam.card(id)["body"][0]["text"] == "Yes it is."
    assert teams.person("kim").card(id)["body"][0]["text"] == "Which?"
    conversation = told["conversation"]["id"]
    await bot.does("PUT", f"/v3/conversations/{conversation}/activities/{id}", message(text("3")))
    assert sam.card(id)["body"][0]["text"] == "3"


async def test_a_dialog_opens_is_filled_and_sent(sam: Person, bot: Bot) -> None:
    id = await bot.says("support", message(text(), row(opener("Note"))))
    needed = field("in.note", isRequired=True, errorMessage="Write something.")
    bot.answers["task/fetch"] = dialog(text("What?"), needed)
    await sam.presses(id, "Note")
    assert sam.dialog is not None
    assert await sam.submits() is None
    assert sam.dialog.errors == {"in.note": "Write something."}
    sam.fills("in.note", "The lamp is red.")
    bot.answers["task/submit"] = {"task": {"type": "message", "value": "Noted."}}
    await sam.submits()
    [told] = bot.of("task/submit")
    assert told["value"]["data"] == {"form": {"token": "t"}, "in.note": "The lamp is red."}
    assert sam.dialog is None
    assert sam.toasts == ["Noted."]
