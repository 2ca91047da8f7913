"""What `flows import`, `export`, `list` and so on do: ask bot/app/library, print the answer."""

import json
from collections.abc import Sequence
from pathlib import Path

import click

from bot.app import library
from bot.app.documents import Examined
from bot.app.library import FlowRecord, Saved
from bot.app.membership import Member
from bot.cli.documents import read, show
from bot.cli.endings import PROBLEM, Refused
from bot.cli.product import agreed, with_member
from bot.composition import Product
from core.access import Visibility
from core.flow.document import write_json, write_yaml
from core.flow.model import Flow


def bring_in(files: Sequence[str], *, publish: bool, replace_draft: bool, private: bool) -> None:
    """Import documents; all are read before the first is saved."""
    examined = [_readable(file) for file in files]
    visibility = Visibility.PRIVATE if private else Visibility.ACCOUNT

    async def use(product: Product, member: Member) -> None:
        for one in examined:
            assert one.flow is not None
            saved = await library.bring_in(
                product.desk,
                member.actor,
                one.flow,
                visibility=visibility,
                replace_draft=replace_draft,
            )
            if publish and one.publishable and agreed(saved).record.has_draft:
                saved = await library.publish(product.desk, member.actor, one.flow.flow)
            _tell(agreed(saved))

    with_member(use)
    if publish and not all(one.publishable for one in examined):
        for one in examined:
            show(one.problems, err=True)
        raise Refused("Saved as a draft, but not published: correct the errors above first.")


def export(name: str, *, draft: bool, as_json: bool, output: Path | None) -> None:
    """Print a document, or write it to `output`."""

    async def use(product: Product, member: Member) -> Flow:
        return agreed(await library.hand_out(product.desk, member.actor, name, draft=draft))

    text = (write_json if as_json else write_yaml)(with_member(use))
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Refused(f"{output} cannot be written: {error.strerror}.") from error


def listed(*, archived: bool, as_json: bool) -> None:
    """Print the flows."""

    async def use(product: Product, member: Member) -> list[FlowRecord]:
        return await library.listed(product.desk, member.actor, archived=archived)

    found = with_member(use)
    if as_json:
        click.echo(json.dumps([_fields(record) for record in found], indent=2, ensure_ascii=False))
        return
    width = max((len(record.name) for record in found), default=0)
    for record in found:
        click.echo(f"{record.name:<{width}}  {_state(record):<18}  {record.title}")


def clone(name: str, new_name: str, title: str | None) -> None:
    """Clone a flow."""

    async def use(product: Product, member: Member) -> Saved:
        made = await library.clone(product.desk, member.actor, name, new_name, title=title)
        return agreed(made)

    _tell(with_member(use))


def publish(name: str) -> None:
    """Publish a draft, or print why it cannot be."""

    async def use(product: Product, member: Member) -> Saved:
        return agreed(await library.publish(product.desk, member.actor, name))

    saved = with_member(use)
    show(saved.problems, err=True)
    if not saved.changed:
        raise Refused(f"“{name}” was not published: correct the errors above in its draft first.")
    _tell(saved)


def archive(name: str, *, undo: bool) -> None:
    """Archive a flow, or bring it back."""

    async def use(product: Product, member: Member) -> None:
        agreed(await library.archive(product.desk, member.actor, name, archived=not undo))

    with_member(use)
    click.echo(f"{name}: {'back again' if undo else 'archived'}")


def _readable(file: str) -> Examined:
    examined = read(file)
    if examined.flow is None:
        show(examined.problems, err=True)
        click.echo("Nothing was imported: the document cannot be read.", err=True)
        raise click.exceptions.Exit(PROBLEM)
    return examined


def _tell(saved: Saved) -> None:
    state = _state(saved.record)
    click.echo(f"{saved.record.name}: {state if saved.changed else f'unchanged ({state})'}")


def _state(record: FlowRecord) -> str:
    parts = [f"version {record.published}"] if record.published else []
    return ", ".join([*parts, *(["draft"] if record.has_draft else [])])


def _fields(record: FlowRecord) -> dict[str, object]:
    return {
        "name": record.name,
        "title": record.title,
        "category": record.category,
        "tags": record.tags,
        "published": record.published,
        "draft": record.has_draft,
        "visibility": record.ownership.visibility,
    }
