"""The account's members, as they are shown, and the form in which one is given another role."""

from bot.app import membership
from bot.app.desk import Desk
from bot.app.membership import Person
from core.access import GRANTABLE, Actor, Role, may_administer
from core.errors import Because, Refusal
from core.ids import PersonId
from core.text import shortened
from core.verbs import ProductVerb
from core.views import FieldKind, FieldOption, FieldView, FormView, MemberLine, MembersView


async def members_view(desk: Desk, actor: Actor) -> MembersView:
    """Everybody in the account; for an admin, to be given roles."""
    people = await membership.members(desk, actor)
    async with desk.storage.work(actor.account) as work:
        account = (await work.people.account()).name
    lines = tuple(MemberLine(person.id, person.name, person.role) for person in people)
    return MembersView(account, lines, may_change=actor.is_admin)


async def role_form(desk: Desk, actor: Actor, person: PersonId) -> FormView | Refusal:
    """Which role somebody is to have."""
    if refused := may_administer(actor):
        return refused
    found = {member.id: member for member in await membership.members(desk, actor)}
    whom = found.get(person)
    if whom is None:
        return Refusal(Because.NOT_FOUND, "There is no such member. Type /flow admin to see all.")
    return _role_form(actor, whom)


def _role_form(actor: Actor, whom: Person) -> FormView:
    roles = [role for role in GRANTABLE if actor.is_at_least(role)]
    field = FieldView(
        "role",
        f"Role of {shortened(whom.name, 60)}",
        FieldKind.ONE_OF,
        help="Viewers run sessions. Engineers also write flows. Team admins look after members "
        "and links. Guests can do nothing here.",
        required=True,
        value=whom.role,
        options=tuple(FieldOption(role, role_name(role).capitalize()) for role in roles),
    )
    return FormView("Change the role", ProductVerb.ROLE, (field,), whom.id.hex)


def role_name(role: Role) -> str:
    """A role as people say it."""
    return role.value.replace("-", " ")


def role_called(words: str) -> Role | None:
    """The role that `words` name; an admin is a team admin."""
    name = "-".join(words.casefold().replace("-", " ").split())
    name = {"admin": Role.TEAM_ADMIN.value}.get(name, name)
    return Role(name) if name in set(GRANTABLE) else None
