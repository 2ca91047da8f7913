"""How what happens reaches the bot: in order, again where it must, once where somebody waits."""

import asyncio

from tests.installation import free_port
from tests.teams.acts import UNREACHABLE, WRONG
from tests.teams.bot import Bot
from tests.teams.identity import Wrong
from tests.teams.people import Person
from tests.teams.samples import card, message, row, says, shows, text, with_fallback
from tests.teams.server import Teams, serving


async def test_what_is_said_in_a_place_comes_in_order(sam: Person, bot: Bot) -> None:
    bot.slow = 0.02
    for n in range(5):
        sam.writes(str(n), "support")
    await bot.teams.delivery.settled()
    assert [each["text"] for each in bot.of("message")] == ["0", "1", "2", "3", "4"]
    assert bot.at_once == 1


async def test_places_do_not_wait_for_each_other(sam: Person, bot: Bot) -> None:
    bot.slow = 0.2
    for channel in ("support", "network", "crew"):
        sam.writes("Hello", channel)
    await bot.teams.delivery.settled()
    assert bot.at_once == 3


async def test_a_message_is_told_again_where_the_bot_fails(
    sam: Person, bot: Bot, teams: Teams
) -> None:
    bot.status = 503
    with teams.allowing() as refused:
        await sam.types("start", "support")
    assert [each["id"] for each in bot.heard] == [bot.heard[0]["id"]] * 3
    assert [each.attempt for each in teams.delivery.log] == [1, 2, 3]
    assert len(refused) == 3
    bot.status = 403
    await sam.types("start", "support")
    assert len(bot.heard) == 4


async def test_a_message_is_told_again_where_nobody_listened(sam: Person, bot: Bot) -> None:
    delivery, url = bot.teams.delivery, bot.url
    delivery.bot_url = f"http://127.0.0.1:{free_port()}"
    delivery.waits = (0.1, 0.1)
    sam.writes("Hello", "support")
    await asyncio.sleep(0.05)
    delivery.bot_url = url
    await delivery.settled()
    assert [each.status for each in delivery.log] == [0, 200]
    assert [each["text"] for each in bot.heard] == ["Hello"]


async def test_a_message_is_told_again_where_no_answer_comes(sam: Person, bot: Bot) -> None:
    bot.teams.delivery.patience, bot.slow = 0.05, 0.2
    await sam.types("start", "support")
    assert len(bot.heard) == 3
    assert [each.status for each in bot.teams.delivery.log] == [0, 0, 0]


async def test_who_waits_is_told_once_that_no_answer_came(sam: Person, bot: Bot) -> None:
    id = await bot.says("support", message(row(with_fallback("Yes"))))
    bot.teams.delivery.patience, bot.slow = 0.05, 0.2
    asked = await sam.presses(id, "Yes")
    assert asked is not None
    assert (asked.status, asked.failed) == (0, UNREACHABLE)
    assert sam.toasts == [UNREACHABLE]
    assert len(bot.heard) == 1


async def test_how_long_an_answer_took_is_known(sam: Person, bot: Bot) -> None:
    bot.slow = 0.1
    await sam.types("start", "support")
    [told] = bot.teams.delivery.log
    assert 0.1 <= told.took < 5
    assert not told.late


async def test_an_answer_that_is_refused(sam: Person, bot: Bot, teams: Teams) -> None:
    id = await bot.says("support", message(text("Which?"), row(with_fallback("Yes"))))
    bot.answers["adaptiveCard/action"] = {"statusCode": 200}
    with teams.allowing() as refused:
        await sam.presses(id, "Yes")
    assert sam.toasts == [WRONG]
    assert [each.split()[0] for each in refused] == ["answer-card", "answer-card", "answer-type"]
    bot.status = 404
    await sam.presses(id, "Yes")
    assert sam.toasts == [WRONG, WRONG]
    assert sam.card(id)["body"][0]["text"] == "Which?"


async def test_an_answer_in_words_is_shown(sam: Person, bot: Bot) -> None:
    id = await bot.says("support", message(row(with_fallback("Yes"))))
    bot.answers["adaptiveCard/action"] = says("I wrote to you.")
    asked = await sam.presses(id, "Yes")
    assert asked is not None
    assert not asked.failed
    assert sam.toasts == ["I wrote to you."]


async def test_anything_can_be_told_again_and_wrongly(sam: Person, bot: Bot, teams: Teams) -> None:
    await sam.types("start", "support")
    [told] = bot.heard
    token = teams.identity.wrong(Wrong.EXPIRED, teams.app.client_id, teams.service_url)
    assert (await teams.delivery.again(told, teams.app)).status == 200
    assert (await teams.delivery.again(told, teams.app, token)).status == 200
    assert (await teams.delivery.again(told, teams.app, "none")).status == 200
    assert [each["id"] for each in bot.heard] == [told["id"]] * 4
    said = [each.get("Authorization") for each in bot.headers[2:]]
    assert said == [f"Bearer {token}", None]
    assert await teams.delivery.raw(b"{}", token) == 200


async def test_settled_waits_for_calls_of_the_bot(sam: Person, bot: Bot) -> None:
    """A card that the bot sends while it answers is there when all is settled."""
    where = bot.teams.chat.channel("support")

    async def sends() -> None:
        await bot.says("support", message())

    def answers(_: object) -> None:
        sending.append(asyncio.ensure_future(sends()))

    sending: list[asyncio.Future[None]] = []
    bot.answers[""] = answers
    await sam.types("start", where.id)
    await asyncio.gather(*sending)
    await bot.teams.delivery.settled()
    assert len(sam.sees("support")) == 2


async def test_nobody_is_told_where_there_is_no_bot() -> None:
    async with serving(Teams()) as teams:
        sam = teams.person("sam")
        await sam.types("start", "support")
        [told] = teams.delivery.log
        assert (told.activity["type"], told.status) == ("message", 0)


async def test_a_deaf_bot_hears_nothing(sam: Person, bot: Bot, teams: Teams) -> None:
    teams.delivery.deaf = True
    await sam.types("start", "support")
    teams.delivery.deaf = False
    await sam.types("stop", "support")
    assert [each["text"] for each in bot.heard] == ["<at>ResolutionFlow</at> stop\n"]


async def test_a_card_that_answers_is_seen_until_the_message_changes(sam: Person, bot: Bot) -> None:
    id = await bot.says("crew", message(text("0"), row(with_fallback("Yes"))))
    seen = []
    for n in range(1, 4):
        bot.answers["adaptiveCard/action"] = shows(card(text(str(n)), row(with_fallback("Yes"))))
        await sam.presses(id, "Yes")
        seen.append(sam.card(id)["body"][0]["text"])
    assert seen == ["1", "2", "3"]
    crew = bot.teams.chat.channel("crew")
    await bot.does("PUT", f"/v3/conversations/{crew.id}/activities/{id}", message(text("4")))
    assert sam.card(id)["body"][0]["text"] == "4"
    assert [v.card["body"][0]["text"] for v in sam.message(id).seen_by("")] == ["0", "4"]
