"""`/flow admin`: who is in the account as what, and giving roles."""

from bot.app import membership
from bot.app.answers import choice, opened, said, whispered
from bot.app.commands.people import named
from bot.app.commands.said import Said
from bot.app.members import members_view, role_called, role_form, role_name
from bot.app.membership import Person, change_role
from bot.port import Answer
from core.errors import Refusal
from core.text import shortened
from core.verbs import ProductVerb

_ROLES = "guest, viewer, engineer, team admin"
_EVERYBODY = {"", "members", "roles"}


async def admin(command: Said) -> Answer:
    """Everybody with their roles; with a name, the form of their role; with a role too, done."""
    actor = command.member.actor
    people = await membership.members(command.desk, actor)
    whom, rest = named(command.words, people)
    if not whom and command.words.casefold() in _EVERYBODY:
        return whispered(await members_view(command.desk, actor))
    if len(whom) != 1:
        told = f"“{shortened(command.words, 60)}” names nobody here, or several people."
        return said(f"{told} Pick from the members.", choice(ProductVerb.MEMBERS))
    return await _given(command, whom[0], rest) if rest else await _asked(command, whom[0])


async def _asked(command: Said, whom: Person) -> Answer:
    view = await role_form(command.desk, command.member.actor, whom.id)
    return said(view.message) if isinstance(view, Refusal) else opened(view)


async def _given(command: Said, whom: Person, words: str) -> Answer:
    role = role_called(words)
    if role is None:
        return said(f"“{shortened(words, 60)}” is no role. There are: {_ROLES}.")
    changed = await change_role(command.desk, command.member.actor, whom.id, role)
    if isinstance(changed, Refusal):
        return said(changed.message)
    return said(f"{changed.name} is {role_name(role)} now.")
