"""Workspaces that the settings name: whoever can set a token there runs this installation, so such
a workspace belongs to its first account without a code.
"""

from bot.app.desk import Desk
from bot.app.membership import issue_recovery_code
from core.frozen import frozen
from storage.installation import has_admin, home_of
from storage.people import People


@frozen
class Adopted:
    """A workspace by name. `code` makes whoever enters it there its first admin; "" where there is
    one already. `ours` is False where it belongs to another account, and stays there.
    """

    name: str
    code: str = ""
    ours: bool = True


async def adopt(desk: Desk, platform: str, workspace: str, name: str) -> Adopted:
    """Link a workspace to the first account, unless it is linked. Raises StorageError."""
    first, *_ = await desk.storage.installation.accounts()
    async with desk.storage.installation.begin() as connection:
        await People(connection, first).add_workspace(platform, workspace, name)
        home = await home_of(connection, platform, workspace)
        assert home is not None
        if home.account != first:
            return Adopted(name, ours=False)
        ruled = await has_admin(connection, home)
    return Adopted(name, "" if ruled else await issue_recovery_code(desk))
