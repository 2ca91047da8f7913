"""What the bot may do is counted as Discord counts it."""

from typing import Any

from bot.platforms.discord.permissions import ADMINISTRATOR, held, lacking, missing
from bot.platforms.discord.surface import PERMISSIONS, permissions

GUILD, BOT, OURS, OTHERS = "100", "200", "300", "301"
VIEW, SEND, FILES = (
    PERMISSIONS[name][0] for name in ("View Channels", "Send Messages", "Attach Files")
)
ALL = permissions()
MEMBER = {"user": {"id": BOT}, "roles": [OURS]}


def guild(everyone: int = 0, ours: int = 0, others: int = 0, owner: str = "9") -> dict[str, Any]:
    roles = {GUILD: everyone, OURS: ours, OTHERS: others}
    return {
        "id": GUILD,
        "owner_id": owner,
        "roles": [{"id": id, "permissions": str(number)} for id, number in roles.items()],
    }


def channel(**overwrites: tuple[int, int]) -> dict[str, Any]:
    """A channel where everyone, a role or the bot is (denied, allowed) something."""
    ids = {"everyone": (GUILD, 0), "ours": (OURS, 0), "others": (OTHERS, 0), "bot": (BOT, 1)}
    return {
        "permission_overwrites": [
            {"id": ids[who][0], "type": ids[who][1], "deny": str(deny), "allow": str(allow)}
            for who, (deny, allow) in overwrites.items()
        ]
    }


def test_roles_add_up_and_those_of_others_do_not_count() -> None:
    assert lacking(guild(everyone=ALL & ~FILES, ours=FILES), MEMBER) == []
    assert lacking(guild(everyone=ALL & ~FILES, others=FILES), MEMBER) == ["Attach Files"]


def test_an_administrator_and_the_owner_lack_nothing_whatever_a_channel_says() -> None:
    shut = channel(everyone=(ALL, 0), bot=(ALL, 0))
    assert lacking(guild(), MEMBER) == [*PERMISSIONS]
    assert lacking(guild(ours=ADMINISTRATOR), MEMBER, shut) == []
    assert held(guild(ours=ADMINISTRATOR), MEMBER, shut) & ALL == ALL
    assert lacking(guild(owner=BOT), MEMBER, shut) == []
    assert missing(ADMINISTRATOR) == []


def test_a_channel_denies_and_allows_from_everyone_to_the_member() -> None:
    here = guild(everyone=ALL)
    assert lacking(here, MEMBER, channel(everyone=(VIEW | SEND, 0))) == [
        "View Channels",
        "Send Messages",
    ]
    assert lacking(here, MEMBER, channel(everyone=(VIEW, 0), ours=(0, VIEW))) == []
    assert lacking(here, MEMBER, channel(ours=(SEND, 0), others=(0, SEND))) == ["Send Messages"]
    assert lacking(here, MEMBER, channel(ours=(SEND, 0), bot=(0, SEND))) == []
    assert lacking(here, MEMBER, channel(ours=(0, SEND), bot=(SEND, 0))) == ["Send Messages"]


def test_what_one_role_allows_another_cannot_deny() -> None:
    both = {**MEMBER, "roles": [OTHERS, OURS]}
    mixed = channel(ours=(SEND, 0), others=(0, SEND))
    assert lacking(guild(everyone=ALL), both, mixed) == []


def test_a_number_that_discord_sends_is_read() -> None:
    assert missing(ALL & ~SEND) == ["Send Messages"]
    assert held(guild(everyone=VIEW, ours=SEND), MEMBER) == VIEW | SEND
