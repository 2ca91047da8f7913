"""`resolutionflow admin`: the verbs and their help. What they do is in bot/cli/office.py."""

import click

_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
_ROLES = click.Choice(["guest", "viewer", "engineer", "team-admin", "super-admin"])


@click.group()
def admin() -> None:
    """The account's settings, members, link codes, recovery, keys, failed jobs."""


@admin.command()
def recover() -> None:
    """Get a code that makes whoever enters it a team admin, when no admin can get in any more.

    Needs no role: who may run this command on the server owns the installation. The code is
    entered in a chat workspace (it is linked, if it was not), or here with `admin link CODE`.

    \b
    Example:
      resolutionflow admin recover
    """
    from bot.cli.office import recover

    recover()


@admin.command()
@click.argument("code", required=False)
@click.option("--me", is_flag=True, help="Join an identity of yours elsewhere, not a workspace.")
def link(code: str | None, *, me: bool) -> None:
    """Get a code that links a workspace (or, with --me, your other identity); or enter one.

    A code works once, for ten minutes.

    \b
    Examples:
      resolutionflow admin link
      resolutionflow admin link --me
      resolutionflow admin link AB12-CD34
    """
    from bot.cli.office import enter_code, show_code

    if code is not None:
        enter_code(code)
    else:
        show_code(me=me)


@admin.command()
@_JSON
def members(*, as_json: bool) -> None:
    """List everybody in your account.

    \b
    Example:
      resolutionflow admin members
    """
    from bot.cli.office import members

    members(as_json=as_json)


@admin.command()
@click.argument("member")
@click.argument("role", type=_ROLES)
def role(member: str, role: str) -> None:
    """Give a member (by name, or by id) a role.

    \b
    Example:
      resolutionflow admin role "Sam Reyes" engineer
    """
    from bot.cli.office import change_role

    change_role(member, role)


@admin.command()
@click.option("--name", help="What the account is called.")
@click.option("--time-zone", help="In which times are shown: Europe/Berlin, America/New_York.")
@click.option(
    "--verification-hours",
    type=click.IntRange(1, 2160),
    help="How long “still fine?” may go unanswered.",
)
@_JSON
def account(
    name: str | None, time_zone: str | None, verification_hours: int | None, *, as_json: bool
) -> None:
    """Show your account's settings, or change those that are given. Team admins change them.

    \b
    Examples:
      resolutionflow admin account
      resolutionflow admin account --time-zone Europe/Berlin --verification-hours 48
    """
    from bot.cli.office import account

    account(name, time_zone, verification_hours, as_json=as_json)


@admin.group()
def keys() -> None:
    """Keys that secrets in the database are encrypted with: make one, seal everything anew."""


@keys.command("new")
def new_key() -> None:
    """Make a key, and print it. Nothing is changed.

    Put it first into RESOLUTIONFLOW_KEYS (or into the file `keys` of the data directory), with the
    older ones behind it; start everything again; then `admin keys rotate`.

    \b
    Example:
      resolutionflow admin keys new
    """
    from bot.keys import fresh_key

    click.echo(fresh_key())


@keys.command()
@click.option("--forget", is_flag=True, help="Forget what none of the keys can read.")
def rotate(*, forget: bool) -> None:
    """Seal all secrets anew with the newest key. Older ones can be taken away afterwards.

    Needs no role, like `admin recover`. Forgotten secrets come back when the chat apps are
    installed again.

    \b
    Example:
      resolutionflow admin keys rotate
    """
    from bot.cli.office import rotate_keys

    rotate_keys(forget=forget)


@admin.group()
def jobs() -> None:
    """Jobs that gave up: list them, retry them."""


@jobs.command("list")
@_JSON
def list_jobs(*, as_json: bool) -> None:
    """List the jobs of your account that gave up.

    \b
    Example:
      resolutionflow admin jobs list
    """
    from bot.cli.office import jobs

    jobs(as_json=as_json)


@jobs.command("retry")
@click.argument("id", type=click.IntRange(1, 2**63 - 1))
def retry_job(id: int) -> None:
    """Have a failed job tried again.

    \b
    Example:
      resolutionflow admin jobs retry 42
    """
    from bot.cli.office import retry_job

    retry_job(id)
