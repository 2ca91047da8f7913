"""`resolutionflow flows`: the verbs and their help. What they do is in bot/cli/library.py."""

from pathlib import Path

import click

_FILES = click.argument("files", nargs=-1, required=True, metavar="FILE...")
_NAME = click.argument("name", metavar="FLOW")


@click.group()
def flows() -> None:
    """Check, import, export, list, clone, publish and archive flows."""


@flows.command()
@_FILES
def check(files: tuple[str, ...]) -> None:
    """Say what is wrong with flow documents, without a database.

    Prints file:line:column: error: message (or warning:). Ends with 1 when there are errors.
    A file named - is read from standard input.

    \b
    Example:
      resolutionflow flows check vpn-down.yaml
    """
    from bot.cli.documents import check

    check(files)


@flows.command()
def schema() -> None:
    """Print the JSON Schema of flow documents.

    \b
    Example:
      resolutionflow flows schema > flow.schema.json
    """
    from bot.cli.documents import schema

    schema()


@flows.command("import")
@_FILES
@click.option("--publish", is_flag=True, help="Publish at once, if nothing is wrong.")
@click.option("--replace-draft", is_flag=True, help="Even over a draft with other changes.")
@click.option("--private", is_flag=True, help="A new flow is seen by you alone.")
def bring_in(files: tuple[str, ...], *, publish: bool, replace_draft: bool, private: bool) -> None:
    """Bring flow documents into the library, as drafts.

    Ends with 1 when one could not be read, or not be published.

    \b
    Example:
      resolutionflow flows import vpn-down.yaml --publish
    """
    from bot.cli.library import bring_in

    bring_in(files, publish=publish, replace_draft=replace_draft, private=private)


@flows.command()
@_NAME
@click.option("--draft", is_flag=True, help="The draft instead of what is published.")
@click.option("--json", "as_json", is_flag=True, help="As JSON instead of YAML.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write to this file.")
def export(name: str, *, draft: bool, as_json: bool, output: Path | None) -> None:
    """Print a flow's document, in canonical form.

    \b
    Example:
      resolutionflow flows export vpn-down > vpn-down.yaml
    """
    from bot.cli.library import export

    export(name, draft=draft, as_json=as_json, output=output)


@flows.command("list")
@click.option("--archived", is_flag=True, help="Those that were archived.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def listed(*, archived: bool, as_json: bool) -> None:
    """List the flows that you may see.

    \b
    Example:
      resolutionflow flows list --json
    """
    from bot.cli.library import listed

    listed(archived=archived, as_json=as_json)


@flows.command()
@_NAME
@click.argument("new_name", metavar="NEW-NAME")
@click.option("--title", help="The clone's title; the original's if not given.")
def clone(name: str, new_name: str, title: str | None) -> None:
    """Make a draft of your own from a published flow; its steps keep their ids.

    \b
    Example:
      resolutionflow flows clone vpn-down vpn-down-acme --title "VPN is down at Acme"
    """
    from bot.cli.library import clone

    clone(name, new_name, title)


@flows.command()
@_NAME
def publish(name: str) -> None:
    """Publish a flow's draft as its newest version.

    \b
    Example:
      resolutionflow flows publish vpn-down
    """
    from bot.cli.library import publish

    publish(name)


@flows.command()
@_NAME
@click.option("--undo", is_flag=True, help="Bring it back.")
def archive(name: str, *, undo: bool) -> None:
    """Take a flow out of every list; sessions that run go on.

    \b
    Example:
      resolutionflow flows archive vpn-down
    """
    from bot.cli.library import archive

    archive(name, undo=undo)
