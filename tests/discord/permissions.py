"""Who may do what where: Discord's bits by the names that its client shows, and what roles and
overwrites make of them (docs.discord.com/developers/topics/permissions).
"""

from collections.abc import Iterable, Mapping

from tests.discord.world import DM, Channel, Guild, Member, Overwrite, Thread

BITS: Mapping[str, int] = {
    "Kick Members": 1 << 1,
    "Administrator": 1 << 3,
    "Manage Channels": 1 << 4,
    "Manage Server": 1 << 5,
    "Add Reactions": 1 << 6,
    "View Channels": 1 << 10,
    "Send Messages": 1 << 11,
    "Manage Messages": 1 << 13,
    "Embed Links": 1 << 14,
    "Attach Files": 1 << 15,
    "Read Message History": 1 << 16,
    "Mention Everyone": 1 << 17,
    "Manage Roles": 1 << 28,
    "Use Application Commands": 1 << 31,
    "Manage Threads": 1 << 34,
    "Create Public Threads": 1 << 35,
    "Create Private Threads": 1 << 36,
    "Send Messages in Threads": 1 << 38,
}
ALL = sum(BITS.values())
EVERYONE = (
    "Add Reactions",
    "View Channels",
    "Send Messages",
    "Embed Links",
    "Attach Files",
    "Read Message History",
    "Use Application Commands",
    "Create Public Threads",
    "Send Messages in Threads",
)
BOTS = (*(name for name in EVERYONE if name != "Use Application Commands"), "Manage Threads")


def bits(names: Iterable[str]) -> int:
    """The number for permissions by name."""
    return sum(BITS[name] for name in names)


def of_roles(guild: Guild, member: Member) -> int:
    """What somebody may do in the guild, wherever no channel says otherwise."""
    if member.user.id == guild.owner:
        return ALL
    held = 0
    for id in (guild.id, *member.roles):
        held |= guild.roles[id].permissions
    return ALL if held & BITS["Administrator"] else held


def permissions_in(guild: Guild | None, channel: Channel, parent: Channel, user: str) -> int:
    """What somebody may do in a channel, or in a thread of `parent` (else the channel itself)."""
    if guild is None or channel.kind == DM:
        return ALL if user in channel.recipients else 0
    member = guild.members.get(user)
    if member is None:
        return 0
    held = of_roles(guild, member)
    if held != ALL:
        held = _overwritten(held, parent.overwrites, guild, member)
    if not held & BITS["View Channels"]:
        return 0
    says = "Send Messages in Threads" if isinstance(channel, Thread) else "Send Messages"
    if not held & BITS[says]:
        held &= ~bits(["Mention Everyone", "Attach Files", "Embed Links"])
    return held


def _overwritten(
    held: int, overwrites: Mapping[str, Overwrite], guild: Guild, member: Member
) -> int:
    if everyone := overwrites.get(guild.id):
        held = held & ~everyone.deny | everyone.allow
    roles = [overwrites[id] for id in member.roles if id in overwrites]
    allow = deny = 0
    for each in roles:
        allow, deny = allow | each.allow, deny | each.deny
    held = held & ~deny | allow
    if own := overwrites.get(member.user.id):
        held = held & ~own.deny | own.allow
    return held


def overwrite(channel: Channel, id: str, kind: int, names: Iterable[str], *, on: bool) -> None:
    """A role (`kind` 0) or member (1) may do that in the channel, or may not."""
    found = channel.overwrites.setdefault(id, Overwrite(id, kind))
    wanted = bits(names)
    if on:
        found.allow, found.deny = found.allow | wanted, found.deny & ~wanted
    else:
        found.allow, found.deny = found.allow & ~wanted, found.deny | wanted
