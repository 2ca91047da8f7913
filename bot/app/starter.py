"""The first start: the first account, its first admin, and the flows that come with the product.

A flow whose name is taken is left alone, whatever became of it: an edit is never undone.
"""

from collections.abc import Sequence
from importlib.resources import files

from bot.app.desk import Desk
from bot.app.membership import Visitor, settle_in
from core.access import Ownership, Role, Visibility
from core.flow.document import read
from core.frozen import frozen
from core.ids import AccountId
from storage.people import People
from storage.work import Work

_EVERYBODY = Ownership(None, Visibility.ACCOUNT)


@frozen
class Cast:
    """Somebody who is a member from the first start on, and as what they begin."""

    visitor: Visitor
    role: Role


async def prepare(
    desk: Desk,
    account_name: str,
    installer: Visitor,
    *,
    time_zone: str = "UTC",
    casts: Sequence[Cast] = (),
) -> None:
    """Make the first account with `installer` as its first admin, once; add what is missing of
    the starters and of `casts`. Who is known already keeps the role they have.
    """

    async def settle(people: People) -> None:
        workspace = await people.add_workspace(
            installer.platform, installer.workspace, installer.platform.capitalize()
        )
        if workspace is not None:
            who = await people.add(installer.name, Role.SUPER_ADMIN)
            await people.add_identity(workspace, installer.user, who=who, name=installer.name)

    await desk.storage.installation.install(account_name, settle, time_zone=time_zone)
    first, *_ = await desk.storage.installation.accounts()
    await add_starters(desk, first)
    for cast in casts:
        await settle_in(desk, first, cast.visitor, cast.role)


async def add_starters(desk: Desk, account: AccountId) -> int:
    """Publish each starter flow whose name the account does not have; how many there were."""
    added = 0
    async with desk.storage.work(account) as work:
        taken = await work.flows.names()
        for name, source in starters().items():
            if name not in taken:
                added += await _add(work, source)
    return added


def starters() -> dict[str, bytes]:
    """The documents that come with the product, by the name of their flow."""
    folder = files("storage") / "starter"
    found = sorted(folder.iterdir(), key=lambda file: file.name)
    return {f.name.removesuffix(".yaml"): f.read_bytes() for f in found if f.name.endswith(".yaml")}


async def _add(work: Work, source: bytes) -> bool:
    flow = read(source)
    id = await work.flows.create(flow, _EVERYBODY)
    if id is None:
        return False
    await work.flows.publish(id, flow, by=None)
    return True
