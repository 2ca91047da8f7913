"""What somebody reads of a message, and how the stories' driver calls what can be pressed."""

from tests.drivers.driver import Place
from tests.drivers.slack import SlackDriver
from tests.slack.reading import marked, words, workable
from tests.slack.samples import actions, button, mrkdwn, option, plain, section, select
from tests.slack.server import Slack
from tests.slack.world import Json

NAMES = {"U1": "Sam", "C1": "support"}


def test_marks_are_not_read_and_what_is_none_is() -> None:
    said = "*bold* _it_ ~old~ `a*b*c` 2*3*4 snake_case_name &lt;b&gt; &amp;amp;"
    assert marked(said, NAMES) == "bold it old a*b*c 2*3*4 snake_case_name <b> &amp;"
    assert marked("```\n*kept*\n```", NAMES) == "*kept*"


def test_references_are_read_as_names_labels_and_times() -> None:
    said = "<@U1> in <#C1> <https://a.b|here> <https://c.d> <!date^1^{time}|07:02> <!here>"
    assert marked(said, NAMES) == "@Sam in #support here https://c.d 07:02 @here"


def test_every_block_is_read_in_its_order() -> None:
    parts: list[Json] = [
        {"type": "text", "text": "Two ", "style": {"bold": True}},
        {"type": "link", "url": "https://a", "text": "link"},
    ]
    listed = {"type": "rich_text_section", "elements": [{"type": "text", "text": "item"}]}
    rich = [
        {"type": "rich_text_section", "elements": parts},
        {"type": "rich_text_list", "style": "bullet", "elements": [listed, listed]},
    ]
    blocks: list[Json] = [
        {"type": "header", "text": plain("One")},
        {"type": "rich_text", "elements": rich},
        {"type": "section", "fields": [mrkdwn("*a*"), mrkdwn("b")]},
        {"type": "context", "elements": [plain("*c*"), mrkdwn("_d_")]},
        {"type": "markdown", "text": "**e** and `f`"},
        actions(button()),
    ]
    read = ["One", "Two link", "item", "item", "a", "b", "*c* d", "e and f"]
    assert words(blocks, NAMES).split("\n") == [*read, ""]


def test_what_can_be_pressed_is_found_in_reading_order() -> None:
    search = {"type": "external_select", "action_id": "find", "placeholder": plain("Find…")}
    blocks = [section(accessory=button(1, "Yes", value="y")), actions(search, select(2))]
    assert list(workable(blocks)) == [
        ("Yes", "y", False),
        ("Find…", "find", False),
        ("One", "o0", True),
        ("One", "o1", True),
    ]


async def test_labels_are_without_keys_and_counts_and_whole(slack: Slack) -> None:
    team = slack.team
    long = {**button(3, "2  A very long lab…", value="long")}
    blocks = [
        section("2  A very long label that goes on"),
        actions(button(1, "1  Everyone (7 of 9)", value="all"), long),
        actions(button(4, "Read on (2 of 4)", value="on"), select(options=[option(1, "3  One")])),
    ]
    team.writes(team.channel("support"), team.bot.id, "x", blocks, by_app=True)
    driver = SlackDriver(slack)
    await driver.goes("sam", Place("support"))
    [seen] = await driver.looks("sam")
    assert [(each.label, each.key, each.handle, each.menu) for each in seen.buttons] == [
        ("Everyone", "1", "all", False),
        ("A very long label that goes on", "2", "long", False),
        ("Read on (2 of 4)", "", "on", False),
        ("One", "3", "o1", True),
    ]


async def test_what_stood_there_before_is_remembered(slack: Slack) -> None:
    team, driver = slack.team, SlackDriver(slack)
    support, sam = team.channel("support"), team.user("sam")
    step = team.writes(support, team.bot.id, "", [section("Step one")], by_app=True)
    team.changes(step, "", [section("Step two")], edited=False)
    team.whispers(support, sam.id, "", [section("Ticket note"), section(block_id="document1")])
    await driver.goes("sam", Place("support"))
    shown, note = await driver.looks("sam")
    assert (shown.text, shown.private, shown.by_bot) == ("Step two", False, True)
    assert (note.text, note.document, note.private) == ("Ticket note\nx", "x", True)
    assert [seen.text for seen in await driver.remembers("sam")] == ["Step one"]
    await driver.deletes("sam", shown)
    assert [seen.text for seen in await driver.remembers("sam")] == ["Step one", "Step two"]
    await driver.goes("kim", Place("support"))
    assert await driver.looks("kim") == []
