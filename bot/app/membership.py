"""Who somebody is, and joining: identities to people, workspaces to accounts, roles to members.

A code is spent in the transaction that does what it allows: whatever is refused spends nothing.
"""

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.app.desk import Desk
from core.access import Actor, Role, may_administer, may_grant
from core.errors import Because, Refusal
from core.frozen import frozen
from core.ids import AccountId, PersonId
from storage.installation import Home, actor_of, home_of
from storage.links import Link, Purpose, issue, spend
from storage.people import People, Person
from storage.sessions import Identity

__all__ = [
    "Joined",
    "Member",
    "Person",
    "Visitor",
    "change_role",
    "enter",
    "identify",
    "issue_identity_code",
    "issue_installation_code",
    "issue_recovery_code",
    "issue_workspace_code",
    "members",
    "settle_in",
]


@frozen
class Visitor:
    """Somebody as a platform names them: its own ids of workspace and user. `role` is what their
    workspace says that they are, None where it does not say.
    """

    platform: str
    workspace: str
    user: str
    name: str
    guest: bool = False
    workspace_name: str = ""
    role: Role | None = None


@frozen
class Member:
    """Somebody who is known: as what they act, and as whom their workspace knows them."""

    actor: Actor
    identity: Identity


@frozen
class Joined:
    """What entering a code did, in words for who entered it."""

    member: Member
    purpose: Purpose
    message: str


async def identify(desk: Desk, visitor: Visitor) -> Member | Refusal:
    """Who that is; somebody new in a linked workspace becomes a viewer, a guest nobody. Whom their
    workspace makes more than they are, is that from now on.
    """
    home = await desk.storage.installation.home(visitor.platform, visitor.workspace)
    if home is None:
        return _no(_NOT_LINKED)
    who = Identity(home.workspace, visitor.user)
    actor = await desk.storage.installation.actor(who)
    if actor is None and not visitor.guest:
        async with desk.storage.installation.begin() as connection:
            actor = await _welcome(connection, home, visitor, visitor.role or Role.VIEWER)
    elif actor is not None and visitor.role and not actor.is_at_least(visitor.role):
        actor = await _raised(desk, home, who, visitor.role)
    return Member(actor, who) if actor else _no(_GUEST)


async def _raised(desk: Desk, home: Home, who: Identity, role: Role) -> Actor | None:
    """The same person, no less than `role`; an admin may be changing it at this very moment."""
    async with desk.storage.installation.begin() as connection:
        people = People(connection, home.account)
        await people.admins()  # from here on nobody else changes a role
        now = await actor_of(connection, who)
        if now is not None and now.id is not None and not now.is_at_least(role):
            await people.set_role(now.id, role)
            return await actor_of(connection, who)
        return now


async def settle_in(desk: Desk, account: AccountId, visitor: Visitor, role: Role) -> None:
    """Link a workspace to `account` and make somebody in it a member, unless that is done.

    Only for who sets the installation up: nobody is asked.
    """
    async with desk.storage.installation.begin() as connection:
        name = visitor.workspace_name or visitor.workspace
        people = People(connection, account)
        await people.add_workspace(visitor.platform, visitor.workspace, name)
        home = await home_of(connection, visitor.platform, visitor.workspace)
        assert home is not None
        await _welcome(connection, home, visitor, role)


async def issue_identity_code(desk: Desk, actor: Actor) -> str | Refusal:
    """A code with which `actor` joins another identity of theirs to themselves."""
    if actor.id is None:
        return _no("Only a person can be joined with another identity.")
    return await _issue(desk, Link(actor.account, Purpose.IDENTITY, actor.id, None))


async def issue_workspace_code(desk: Desk, actor: Actor) -> str | Refusal:
    """A code with which somebody links another workspace to the account; an admin's to give."""
    refused = may_administer(actor)
    return refused or await _issue(desk, Link(actor.account, Purpose.WORKSPACE, None, None))


async def issue_recovery_code(desk: Desk) -> str:
    """A code that makes who enters it an admin of the first account. Only for who runs the server:
    the command line offers it, no platform may."""
    first, *_ = await desk.storage.installation.accounts()
    return await _issue(desk, Link(first, Purpose.RECOVERY, None, Role.TEAM_ADMIN))


async def issue_installation_code(desk: Desk) -> str:
    """A code that links the workspace where it is entered to the first account, and makes who
    enters it an admin. Only for who runs the server, as a recovery code."""
    first, *_ = await desk.storage.installation.accounts()
    return await _issue(desk, Link(first, Purpose.WORKSPACE, None, Role.TEAM_ADMIN))


async def enter(desk: Desk, visitor: Visitor, code: str) -> Joined | Refusal:
    """Do what `code` allows, once, or say why not; then it can still be used."""
    try:
        async with desk.storage.installation.begin() as connection:
            link = await spend(connection, code)
            if link is None:
                return _no(_NO_CODE)
            return await _entered(connection, visitor, link)
    except _Unspent as unspent:
        return unspent.refusal


async def members(desk: Desk, actor: Actor) -> list[Person]:
    """Everybody in the account, by name."""
    async with desk.storage.work(actor.account) as work:
        return await work.people.members()


async def change_role(desk: Desk, actor: Actor, person: PersonId, role: Role) -> Person | Refusal:
    """Give somebody a role: an admin's to do, up to their own, and never to the last admin."""
    async with desk.storage.work(actor.account) as work:
        admins = await work.people.admins()  # first: from here on nobody else changes a role
        now = await work.people.get(actor.id) if actor.id else None
        actor = replace(actor, role=now.role) if now else actor
        whom = await work.people.get(person)
        if whom is None or whom.merged_into:
            return Refusal(Because.NOT_FOUND, "There is no such member.")
        refused = _may_change(actor, whom, role, admins)
        if refused is None:
            await work.people.set_role(person, role)
        return refused or replace(whom, role=role)


def _may_change(actor: Actor, whom: Person, role: Role, admins: int) -> Refusal | None:
    refused = may_grant(actor, role)
    if refused:
        return refused
    if not actor.is_at_least(whom.role):
        return _no("You cannot change the role of somebody whose role is above yours.")
    if _is_admin(whom.role) and not _is_admin(role) and admins <= 1:
        return _no("That is the last admin. Make somebody else an admin first.")
    return None


async def _issue(desk: Desk, link: Link) -> str:
    async with desk.storage.installation.begin() as connection:
        return await issue(connection, link)


class _Unspent(Exception):
    """Takes the transaction back, and the code with it."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


async def _entered(connection: AsyncConnection, visitor: Visitor, link: Link) -> Joined:
    match link.purpose:
        case Purpose.IDENTITY:
            return await _join_person(connection, visitor, link)
        case Purpose.WORKSPACE:
            return await _link_workspace(connection, visitor, link)
        case Purpose.RECOVERY:
            return await _recover(connection, visitor, link)


async def _join_person(connection: AsyncConnection, visitor: Visitor, link: Link) -> Joined:
    home = await home_of(connection, visitor.platform, visitor.workspace)
    if home is None:
        raise _Unspent(_no(_NOT_LINKED))
    people = People(connection, home.account)
    into = await _present(people, link.person) if home.account == link.account else None
    if into is None:
        raise _Unspent(_no(_NO_CODE))  # of another account: it must not be told apart
    who = Identity(home.workspace, visitor.user)
    entering = await actor_of(connection, who)
    if entering is None:
        done = into.id in await people.hold(into.id) and await people.add_identity(
            home.workspace, visitor.user, who=into.id, name=visitor.name
        )
    else:
        done = await _merge(people, entering, into.id)
    if not done:
        raise _Unspent(_no(_CHANGED_MEANWHILE))
    member = await _member(connection, who)
    return Joined(member, link.purpose, f"Done: here too, you are {into.name} from now on.")


async def _merge(people: People, entering: Actor, into: PersonId) -> bool:
    """Make one person of two, by the roles they have once nobody else can change them."""
    if entering.id is None or entering.id == into:
        raise _Unspent(_no("That is your own code: enter it where you are not yet known as you."))
    await people.admins()  # first, as in `change_role`: the two wait for each other
    held = await people.hold(entering.id, into)
    if len(held) < 2:
        return False
    if not replace(entering, role=held[into].role).is_at_least(held[entering.id].role):
        raise _Unspent(_no(_OTHER_WAY_ROUND))
    return await people.merge(entering.id, into)


async def _link_workspace(connection: AsyncConnection, visitor: Visitor, link: Link) -> Joined:
    if visitor.guest:
        raise _Unspent(_no("A guest cannot link a workspace. Ask one of its members to enter it."))
    home = await home_of(connection, visitor.platform, visitor.workspace)
    if home is not None:
        same = home.account == link.account
        raise _Unspent(_no(_LINKED_HERE if same else _LINKED_ELSEWHERE))
    home = await _linked(connection, visitor, link)
    await _welcome(connection, home, visitor, link.role or Role.VIEWER)
    member = await _member(connection, Identity(home.workspace, visitor.user))
    linked = "Linked. Everybody here can run flows now"
    admin = ", and you are an admin of this account" if _is_admin(member.actor.role) else ""
    return Joined(member, link.purpose, f"{linked}{admin}.")


async def _recover(connection: AsyncConnection, visitor: Visitor, link: Link) -> Joined:
    home = await home_of(connection, visitor.platform, visitor.workspace)
    if home is not None and home.account != link.account:
        raise _Unspent(_no(_LINKED_ELSEWHERE))
    home = home or await _linked(connection, visitor, link)
    role = link.role or Role.TEAM_ADMIN
    who = Identity(home.workspace, visitor.user)
    known = await actor_of(connection, who)
    if known is None:
        await _welcome(connection, home, visitor, role)
    elif known.id is not None and not known.is_at_least(role):
        await People(connection, home.account).set_role(known.id, role)
    member = await _member(connection, who)
    return Joined(member, link.purpose, "You are an admin of this account now.")


async def _linked(connection: AsyncConnection, visitor: Visitor, link: Link) -> Home:
    people = People(connection, link.account)
    name = visitor.workspace_name or visitor.workspace
    made = await people.add_workspace(visitor.platform, visitor.workspace, name)
    if made is None:  # by somebody else, this very moment
        raise _Unspent(_no(_LINKED_ELSEWHERE))
    return Home(link.account, made)


async def _welcome(
    connection: AsyncConnection, home: Home, visitor: Visitor, role: Role
) -> Actor | None:
    """Somebody new with `role`; who they are already, when another message was faster."""
    people = People(connection, home.account)
    savepoint = await connection.begin_nested()
    who = await people.add(visitor.name, role)
    if await people.add_identity(home.workspace, visitor.user, who=who, name=visitor.name):
        await savepoint.commit()
    else:
        await savepoint.rollback()
    return await actor_of(connection, Identity(home.workspace, visitor.user))


async def _present(people: People, person: PersonId | None) -> Person | None:
    """Who that is by now: after a merge, who they turned out to be."""
    found = await people.get(person) if person else None
    return await people.get(found.merged_into) if found and found.merged_into else found


async def _member(connection: AsyncConnection, who: Identity) -> Member:
    actor = await actor_of(connection, who)
    assert actor is not None
    return Member(actor, who)


def _is_admin(role: Role) -> bool:
    return role in (Role.TEAM_ADMIN, Role.SUPER_ADMIN)


def _no(message: str) -> Refusal:
    return Refusal(Because.NOT_ALLOWED, message)


_NOT_LINKED = (
    "This workspace is not linked to an account yet. Ask an admin of the account for a link code."
)
_GUEST = "Guests of this workspace cannot use ResolutionFlow. Ask an admin to make you a member."
_NO_CODE = (
    "This code is wrong, was used already, or is older than ten minutes. "
    "Ask for a new one where the first one came from."
)
_OTHER_WAY_ROUND = (
    "Here you have more rights than the person who showed this code, and they would be lost. "
    "Do it the other way round: get a code here, and enter it there."
)
_CHANGED_MEANWHILE = (
    "Who you are here, or who showed this code, was changed this very moment: nothing was done. "
    "Enter the code again if you still want to be joined."
)
_LINKED_HERE = "This workspace is linked to this account already: there is nothing to do."
_LINKED_ELSEWHERE = (
    "This workspace is linked to an account already, and stays so. "
    "Unlink it there first, or use the code in another workspace."
)
