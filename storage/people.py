"""People, teams and workspaces of one account, and who is who in them.

Finding an identity before its account is known is Installation's, and only that.
"""

from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or_skip
from sqlalchemy.ext.asyncio import AsyncConnection

from core.access import Role
from core.frozen import frozen
from core.ids import AccountId, PersonId, TeamId, WorkspaceId
from core.text import cleaned
from storage.ids import new_id
from storage.tables import account, flow, identity, person, team, team_member, workspace


@frozen
class Person:
    """A human in the account. `merged_into` is who they turned out to be."""

    id: PersonId
    name: str
    role: Role
    merged_into: PersonId | None = None


@frozen
class Workspace:
    """A Slack team, Teams tenant or Discord guild that is linked to the account."""

    id: WorkspaceId
    platform: str
    external_id: str
    name: str


@frozen
class Contact:
    """Somebody as a platform knows them: `external_id` in the workspace `of` by its own name."""

    workspace: WorkspaceId
    platform: str
    of: str
    external_id: str


@frozen
class Account:
    """The account's own settings. `time_zone` is an IANA name."""

    id: AccountId
    name: str
    time_zone: str
    verification_hours: int


class People:
    """Every query sees one account only."""

    def __init__(self, connection: AsyncConnection, account: AccountId) -> None:
        """`connection` is inside a transaction."""
        self._connection = connection
        self._account = account

    async def account(self) -> Account:
        """The account itself."""
        statement: Any = select(*_SETTINGS).where(account.c.id == self._account)
        return _settings((await self._connection.execute(statement)).one())

    async def change_account(
        self,
        *,
        name: str | None = None,
        time_zone: str | None = None,
        verification_hours: int | None = None,
    ) -> Account:
        """Change the settings that are given; how they are then. The caller has asked `access`."""
        given = {"name": name, "time_zone": time_zone, "verification_hours": verification_hours}
        values = {key: value for key, value in given.items() if value is not None}
        if not values:
            return await self.account()
        statement = update(account).where(account.c.id == self._account).values(values)
        return _settings((await self._connection.execute(statement.returning(*_SETTINGS))).one())

    async def get(self, id: PersonId) -> Person | None:
        """A person by id, merged or not."""
        row = (
            await self._connection.execute(_people(self._account).where(person.c.id == id))
        ).first()
        return _person(row) if row else None

    async def members(self) -> list[Person]:
        """Everybody who was not merged into somebody else, by name."""
        statement = _people(self._account).where(person.c.merged_into.is_(None))
        rows = await self._connection.execute(statement.order_by(func.lower(person.c.name)))
        return [_person(row) for row in rows]

    async def names(self) -> dict[PersonId, str]:
        """Everybody's name by id; of somebody merged, the name they go by now."""
        people = {
            p.id: p for p in map(_person, await self._connection.execute(_people(self._account)))
        }
        return {id: people.get(p.merged_into or id, p).name for id, p in people.items()}

    async def add(self, name: str, role: Role) -> PersonId:
        """Somebody new."""
        id = PersonId(new_id())
        values = {"account_id": self._account, "id": id, "name": _name(name), "role": role}
        await self._connection.execute(insert(person).values(values))
        return id

    async def set_role(self, id: PersonId, role: Role) -> bool:
        """Give a role; False when that is nobody here. The caller has asked `access`."""
        mine = (person.c.account_id == self._account) & (person.c.id == id)
        result = await self._connection.execute(update(person).where(mine).values(role=role))
        return result.rowcount == 1

    async def admins(self) -> int:
        """How many can administer the account; holds the account until the transaction ends."""
        held = select(account.c.id).where(account.c.id == self._account)
        await self._connection.execute(held.with_for_update(key_share=True))
        statement = select(func.count()).where(
            person.c.account_id == self._account,
            person.c.merged_into.is_(None),
            person.c.role.in_([Role.TEAM_ADMIN, Role.SUPER_ADMIN]),
        )
        return (await self._connection.execute(statement)).scalar_one()

    async def merge(self, gone: PersonId, into: PersonId) -> bool:
        """Two people are one: `gone`'s identities and flows become `into`'s; the trail keeps both
        ids. False when they are one already, or either is nobody here.
        """
        into = await self._alias(into)
        if into == await self._alias(gone) or len(await self.hold(gone, into)) < 2:
            return False
        mine = (person.c.account_id == self._account) & (
            (person.c.id == gone) | (person.c.merged_into == gone)
        )
        await self._connection.execute(update(person).where(mine).values(merged_into=into))
        moved = (identity.c.account_id == self._account) & (identity.c.person_id == gone)
        await self._connection.execute(update(identity).where(moved).values(person_id=into))
        owned = (flow.c.account_id == self._account) & (flow.c.owner_id == gone)
        await self._connection.execute(update(flow).where(owned).values(owner_id=into))
        await self._move_teams(gone, into)
        return True

    async def hold(self, *ids: PersonId) -> dict[PersonId, Person]:
        """Those of `ids` who are people here and stand for themselves, as they are now; holds them,
        in one order, until the transaction ends.
        """
        wanted = person.c.id.in_(ids) & person.c.merged_into.is_(None)
        statement = _people(self._account).where(wanted).order_by(person.c.id)
        rows = await self._connection.execute(statement.with_for_update())
        return {found.id: found for found in map(_person, rows)}

    async def _alias(self, id: PersonId) -> PersonId:
        """Who somebody is by now."""
        found = await self.get(id)
        return found.merged_into or id if found else id

    async def _move_teams(self, gone: PersonId, into: PersonId) -> None:
        theirs = (team_member.c.account_id == self._account) & (team_member.c.person_id == gone)
        rows = (await self._connection.execute(select(team_member.c.team_id).where(theirs))).all()
        for row in rows:
            await self.join_team(TeamId(row.team_id), into)
        await self._connection.execute(delete(team_member).where(theirs))

    async def add_team(self, name: str) -> TeamId | None:
        """A new team; None when there is one of this name."""
        values = {"account_id": self._account, "id": new_id(), "name": _name(name)}
        statement = insert_or_skip(team).values(values).on_conflict_do_nothing()
        made = (await self._connection.execute(statement.returning(team.c.id))).scalar()
        return TeamId(made) if made else None

    async def join_team(self, id: TeamId, member: PersonId) -> None:
        """Make a person a member; twice is once."""
        values = {"account_id": self._account, "team_id": id, "person_id": member}
        await self._connection.execute(
            insert_or_skip(team_member).values(values).on_conflict_do_nothing()
        )

    async def teams_of(self, member: PersonId) -> frozenset[TeamId]:
        """The teams a person is in."""
        statement = select(team_member.c.team_id).where(
            team_member.c.account_id == self._account, team_member.c.person_id == member
        )
        return frozenset(TeamId(row.team_id) for row in await self._connection.execute(statement))

    async def workspaces(self) -> list[Workspace]:
        """The workspaces that are linked, by platform and name."""
        c = workspace.c
        columns = select(c.id, c.platform, c.external_id, c.name)
        statement = columns.where(c.account_id == self._account).order_by(c.platform, c.name)
        return [
            Workspace(WorkspaceId(row.id), row.platform, row.external_id, row.name)
            for row in await self._connection.execute(statement)
        ]

    async def add_workspace(self, platform: str, external_id: str, name: str) -> WorkspaceId | None:
        """Link a workspace; None when it is linked already, here or to another account."""
        values = {
            "account_id": self._account,
            "id": new_id(),
            "platform": platform,
            "external_id": external_id,
            "name": _name(name),
        }
        statement = insert_or_skip(workspace).values(values).on_conflict_do_nothing()
        made = (await self._connection.execute(statement.returning(workspace.c.id))).scalar()
        return WorkspaceId(made) if made else None

    async def add_identity(
        self, where: WorkspaceId, external_id: str, *, who: PersonId, name: str
    ) -> bool:
        """A person is known in a workspace by `external_id`; False when somebody is already."""
        values = {
            "account_id": self._account,
            "workspace_id": where,
            "external_id": external_id,
            "person_id": await self._alias(who),
            "name": _name(name),
        }
        statement = insert_or_skip(identity).values(values).on_conflict_do_nothing()
        made = await self._connection.execute(statement.returning(identity.c.person_id))
        return made.scalar() is not None

    async def contacts(self, who: PersonId) -> list[Contact]:
        """Where somebody can be reached, the identity made last first."""
        i, w = identity.c, workspace.c
        same = (w.account_id == i.account_id) & (w.id == i.workspace_id)
        statement = (
            select(w.id, w.platform, w.external_id.label("of"), i.external_id)
            .join_from(identity, workspace, same)
            .where(i.account_id == self._account, i.person_id == who)
            .order_by(i.created_at.desc())
        )
        rows = await self._connection.execute(statement)
        return [Contact(WorkspaceId(r.id), r.platform, r.of, r.external_id) for r in rows]


_SETTINGS = (account.c.id, account.c.name, account.c.time_zone, account.c.verification_hours)


def _settings(row: Row[Any]) -> Account:
    return Account(AccountId(row.id), row.name, row.time_zone, row.verification_hours)


def _name(text: str) -> str:
    """What a platform calls somebody or something, safe to keep."""
    return cleaned(text)[:200]


def _people(account: AccountId) -> Any:
    c = person.c
    return select(c.id, c.name, c.role, c.merged_into).where(c.account_id == account)


def _person(row: Row[Any]) -> Person:
    return Person(
        PersonId(row.id), row.name, Role(row.role), row.merged_into and PersonId(row.merged_into)
    )
