"""`resolutionflow walk`: find a flow, begin or go on with a session, print its ticket note."""

import asyncio
from pathlib import Path
from typing import TypeVar

import click

from bot.app import showing, start
from bot.app.desk import Desk, Identity
from bot.app.membership import Member
from bot.cli import asking
from bot.cli.endings import Refused
from bot.cli.product import with_member
from bot.cli.walking import Ended, Walk
from bot.composition import Product
from core.errors import Refusal
from core.ids import SessionId
from core.views import SessionLine

_T = TypeVar("_T")


async def begin(desk: Desk, who: Identity, words: str, client: str | None) -> SessionId:
    """Find the flow, ask for the client, say what is around, and start."""
    found = await start.find(desk, who, words)
    if isinstance(found, Refusal):
        raise Refused(found.message)
    flow = await _flow(words, found)
    if client is None:
        client = await asking.aside(lambda: asking.read_line("Client (Enter to say it later) > "))
    wanted = start.Wanted(flow, client or "")
    _tell(await start.around(desk, who, wanted))
    session = await start.start(desk, who, wanted)
    if isinstance(session, Refusal):
        raise Refused(session.message)
    return session.id


async def _flow(words: str, found: start.Found) -> start.FlowRecord:
    if not found.flows:
        raise Refused(f"No flow fits “{words}”. `resolutionflow flows list` shows what there is.")
    if len(found.flows) == 1 and not found.meant:
        return found.flows[0]
    click.echo("Did you mean:" if found.meant else "Which one?")
    picked = await asking.pick([(flow.title, flow) for flow in found.flows])
    if picked is None:
        raise click.Abort
    return picked


def _tell(around: start.Around) -> None:
    for other in around.others:
        name = other.client_name or other.session.variables.get("client")
        at = f" at {name}" if name else ""
        click.echo(f"{other.driver_name or 'Somebody'} is on this{at} already.")
    if around.last is not None and around.last.session.outcome is not None:
        outcome = around.last.session.outcome.label.lower()
        click.echo(f"This client had this before, on {around.last.updated_at:%d %b %Y}: {outcome}.")


def keep(note: str, output: Path | None) -> None:
    """Print the ticket note, and write it where it was asked for."""
    click.echo()
    click.secho("The ticket note:", bold=True)
    click.echo()
    click.echo(note)
    if output is not None:
        try:
            output.write_text(note + "\n", encoding="utf-8")
        except OSError as error:
            told = f"{output} cannot be written: {error.strerror}. The note is above."
            raise Refused(told) from error
        click.echo(f"Also written to {output}.", err=True)


@click.command("walk")
@click.argument("words", nargs=-1)
@click.option("--client", help="The client's name; asked for when left out.")
@click.option("--resume", "resumed", metavar="SESSION", help="Go on with a session by its id.")
@click.option("--list", "listed", is_flag=True, help="List the sessions you have not finished.")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write the note here."
)
def walk(
    words: tuple[str, ...],
    client: str | None,
    resumed: str | None,
    listed: bool,
    output: Path | None,
) -> None:
    """Walk through a flow here in the terminal, to a ticket note.

    WORDS find the flow: its name, words of its title, or what it speaks of.

    \b
    Examples:
      resolutionflow walk vpn-down
      resolutionflow walk account locked --client "Acme Ltd" -o note.md
    """
    if listed:
        lines = with_member(lambda product, me: showing.open_sessions(product.desk, me.identity))
        click.echo("\n".join(_open_line(line) for line in lines) or "You have no open session.")
        return
    if bool(words) == (resumed is not None):
        raise click.UsageError("Say which flow, for instance `walk vpn-down`, or --resume SESSION.")
    known = showing.session_of(resumed) if resumed else None
    if resumed and known is None:
        raise click.UsageError(f"{resumed} is no session's id. `walk --list` shows yours.")

    async def use(product: Product, me: Member) -> tuple[SessionId, Ended]:
        desk, who = product.desk, me.identity
        id = known or await begin(desk, who, " ".join(words), client)
        try:
            return id, await Walk(desk, who, id).run()
        except asyncio.CancelledError:  # Ctrl-C
            click.echo(f"\n{_kept(id)}")
            raise

    id, ended = with_member(use)
    if ended.note is None:
        click.echo(_kept(id))
    else:
        keep(ended.note, output)


def _kept(session: SessionId) -> str:
    return f"The session is kept. Go on with: resolutionflow walk --resume {session}"


def _open_line(line: SessionLine) -> str:
    parts = (str(line.session), line.flow_title, line.client or "", f"at: {line.at}")
    return "  ".join(part for part in parts if part)
