"""What `admin` does: ask bot/app, print the answer."""

import json

import click

from bot.app import deadletters, membership
from bot.app.account import Account, change_settings, settings_of
from bot.app.membership import Member, Person
from bot.cli.endings import Refused
from bot.cli.product import agreed, at_terminal, with_member, with_product
from bot.composition import Product
from bot.keys import reseal
from core.access import Role

_ENTER = "Enter it within ten minutes, once: /flow link {code} in a chat, or here\n  {command}"
_HERE = "resolutionflow admin link {code}"


def recover() -> None:
    """Print a recovery code."""

    async def use(product: Product) -> str:
        return await membership.issue_recovery_code(product.desk)

    _show(with_product(use))


def show_code(*, me: bool) -> None:
    """Print a code for a workspace, or for an identity."""
    issue = membership.issue_identity_code if me else membership.issue_workspace_code

    async def use(product: Product, member: Member) -> str:
        return agreed(await issue(product.desk, member.actor))

    _show(with_member(use))


def enter_code(code: str) -> None:
    """Enter a code as the person at this terminal."""

    async def use(product: Product) -> str:
        return agreed(await membership.enter(product.desk, at_terminal(), code)).message

    click.echo(with_product(use))


def members(*, as_json: bool) -> None:
    """Print everybody."""

    async def use(product: Product, member: Member) -> list[Person]:
        return await membership.members(product.desk, member.actor)

    found = with_member(use)
    if as_json:
        rows = [{"id": str(one.id), "name": one.name, "role": one.role} for one in found]
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    for one in found:
        click.echo(f"{one.role:<12}  {one.name}  ({one.id})")


def change_role(named: str, role: str) -> None:
    """Give somebody a role."""

    async def use(product: Product, member: Member) -> Person:
        found = await membership.members(product.desk, member.actor)
        fitting = [one for one in found if named in (one.name, str(one.id))]
        if len(fitting) != 1:
            raise Refused(_no_one(named, len(fitting)))
        whom = fitting[0].id
        return agreed(await membership.change_role(product.desk, member.actor, whom, Role(role)))

    changed = with_member(use)
    click.echo(f"{changed.name} is now {changed.role}.")


def account(name: str | None, zone: str | None, hours: int | None, *, as_json: bool) -> None:
    """Print the account's settings, after changing those that are given."""

    async def use(product: Product, member: Member) -> Account:
        if name is None and zone is None and hours is None:
            return await settings_of(product.desk, member.actor)
        changed = await change_settings(
            product.desk, member.actor, name=name, time_zone=zone, verification_hours=hours
        )
        return agreed(changed)

    now = with_member(use)
    rows: dict[str, str | int] = {
        "name": now.name,
        "time_zone": now.time_zone,
        "verification_hours": now.verification_hours,
    }
    if as_json:
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    for key, value in rows.items():
        click.echo(f"{key.replace('_', ' '):<18}  {value}")


def jobs(*, as_json: bool) -> None:
    """Print the jobs that gave up."""

    async def use(product: Product, member: Member) -> tuple[deadletters.DeadLetter, ...]:
        return agreed(await deadletters.dead_letters(product.desk, member.actor))

    rows = [
        {
            "id": letter.id,
            "kind": letter.job.kind,
            "session": str(letter.job.session),
            "attempts": letter.attempts,
            "failed_at": letter.failed_at.isoformat(timespec="seconds"),
        }
        for letter in with_member(use)
    ]
    if as_json:
        click.echo(json.dumps(rows, indent=2))
        return
    for row in rows:
        click.echo("  ".join(str(value) for value in row.values()))


def retry_job(id: int) -> None:
    """Queue a job again."""

    async def use(product: Product, member: Member) -> None:
        agreed(await deadletters.retry(product.desk, member.actor, id))

    with_member(use)
    click.echo(f"Job {id} will be tried again.")


def rotate_keys(*, forget: bool) -> None:
    """Seal everything anew, and say what could not be."""

    async def use(product: Product) -> tuple[int, int]:
        done = await reseal(product.storage, forgetting=forget)
        return done.sealed, done.lost

    sealed, lost = with_product(use)
    click.echo(f"Sealed with the newest key: {sealed}.")
    if lost and forget:
        click.echo(f"Forgotten, because no key fits: {lost}.")
    elif lost:
        raise Refused(
            f"No key fits: {lost}. Add the key they were kept with to RESOLUTIONFLOW_KEYS, behind"
            " the newest; or give them up with --forget, and install the chat apps again."
        )


def _show(code: str) -> None:
    click.echo(code)
    click.echo(_ENTER.format(code=code, command=_HERE.format(code=code)), err=True)


def _no_one(named: str, found: int) -> str:
    if found:
        return f"{found} members are called “{named}”. Use the id: resolutionflow admin members"
    return f"Nobody is called “{named}”. See resolutionflow admin members."
