"""What an app's message says: all that is shown, once, whatever it is made of."""

import pytest

from bot.platforms.slack.said import whole
from bot.platforms.slack.words import plain
from tests.slack.checks import message_refusals
from tests.slack.samples import actions, button, mrkdwn, section
from tests.slack.samples import plain as plainly
from tests.slack.world import Json

NAMES = {"U01": "Sam"}


def rich(*parts: Json, kind: str = "rich_text_section", **more: object) -> Json:
    return {"type": kind, "elements": list(parts), **more}


def said(text: str) -> Json:
    return {"type": "text", "text": text}


BLOCKS: list[tuple[Json, str]] = [
    (section("*Disk* full on &lt;srv1&gt;"), "*Disk* full on <srv1>"),
    ({"type": "section", "fields": [mrkdwn("Host"), plainly("srv1")]}, "Host\nsrv1"),
    ({"type": "header", "text": plainly("Alarm")}, "Alarm"),
    ({"type": "context", "elements": [plainly("a"), mrkdwn("<!date^0^{date}|b>")]}, "a\nb"),
    ({"type": "markdown", "text": "# a < b"}, "# a < b"),
    (
        {"type": "image", "image_url": "https://a", "alt_text": "A graph", "title": plainly("CPU")},
        "CPU\nA graph",
    ),
    (
        {"type": "table", "rows": [[{"type": "raw_text", "text": t} for t in ("a", "b")]] * 2},
        "a\tb\na\tb",
    ),
    (actions(button(text="Acknowledge")), ""),
    (
        rich(
            rich(said("ask "), {"type": "user", "user_id": "U01"}, said(" <b> &lt;")),
            rich(said("a && b"), kind="rich_text_preformatted"),
            rich(rich(said("one")), rich(said("two")), kind="rich_text_list", style="ordered"),
            rich(rich(said("three")), kind="rich_text_list", style="bullet"),
            rich(
                {"type": "link", "url": "https://a.example/?b=1&c", "text": "log"},
                said(" "),
                {"type": "emoji", "name": "fire"},
                said(" "),
                {"type": "broadcast", "range": "here"},
                kind="rich_text_quote",
            ),
            kind="rich_text",
        ),
        "ask @Sam <b> &lt;\na && b\n1. one\n2. two\n- three\n"
        "log (https://a.example/?b=1&c) :fire: @here",
    ),
]


@pytest.mark.parametrize(("block", "read"), BLOCKS, ids=[block["type"] for block, _ in BLOCKS])
def test_every_kind_of_block_is_read(block: Json, read: str) -> None:
    assert message_refusals({"text": "x", "blocks": [block]}) == []
    assert plain(whole({"bot_id": "B1", "text": "", "blocks": [block]}), NAMES) == read


@pytest.mark.parametrize(
    ("text", "shown", "read"),
    [
        ("Alarm", "Disk full on srv1", "Alarm\nDisk full on srv1"),
        ("Disk full", "*Disk full* on srv1", "*Disk full* on srv1"),
        (
            "Disk full on srv1. Press: Acknowledge",
            "*Disk full*",
            "Disk full on srv1. Press: Acknowledge",
        ),
        ("Host: srv12", "*Host*: srv1", "Host: srv12\n*Host*: srv1"),
        ("It is at 5 °C", "-5 °C", "It is at 5 °C\n-5 °C"),
        ("", "Disk full", "Disk full"),
        ("Disk full", "", "Disk full"),
    ],
)
def test_what_stands_in_both_is_read_once(text: str, shown: str, read: str) -> None:
    blocks = [section(shown)] if shown else []
    assert whole({"bot_id": "B1", "text": text, "blocks": blocks}) == read


def test_attachments_are_read_too() -> None:
    field = {"title": "Host", "value": "srv1", "short": True}
    attached = [
        {
            "pretext": "New",
            "title": "Disk full",
            "text": "92 %",
            "fields": [field],
            "fallback": "x",
        },
        {"blocks": [section("since noon")]},
    ]
    message = {"bot_id": "B1", "text": "", "attachments": attached}
    assert whole(message) == "New\nDisk full\n92 %\nHost: srv1\nsince noon"


def test_what_somebody_wrote_is_in_their_text_alone() -> None:
    unfurled = [{"title": "A page", "text": "about disks", "from_url": "https://a.example"}]
    typed = rich(rich(said("see <https://a.example>")), kind="rich_text")
    message = {"user": "U01", "text": "see it", "blocks": [typed], "attachments": unfurled}
    assert whole(message) == "see it"


def test_what_slack_adds_some_day_breaks_nothing() -> None:
    odd = [{"type": "hologram", "text": plainly("Alarm")}, {"type": "rich_text"}, {"type": "table"}]
    odd += [rich(rich({"type": "scent"}, said("!"), kind="rich_text_poem"), kind="rich_text"), {}]
    assert whole({"bot_id": "B1", "text": None, "blocks": odd}).split() == ["Alarm", "!"]
