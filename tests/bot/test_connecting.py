"""A chat platform is there where it is configured; elsewhere what it stands on is not loaded."""

import secrets
import subprocess
import sys
import uuid
from pathlib import Path

import pytest

from storage.sealing import fresh_key
from tests.processes import environment

ROOT = Path(__file__).parents[2]
# As `up` does it: everything of ours is loaded, then all that is configured is connected and heard.
UP = """
import asyncio, sys
import bot.serving, bot.worker, bot.web.site
from bot.composition import chatting, running
from bot.settings import read_settings

async def main():
    settings = read_settings()
    async with running(settings) as product:
        async with chatting(settings, product.desk, address="http://127.0.0.1:9") as chats:
            print(*sys.modules, *(door.path for door in chats.doors), *chats.senders, *chats.named)

asyncio.run(main())
"""
LIBRARIES = {
    "slack": {"slack_sdk", "slack_bolt", "bot.platforms.slack"},
    "discord": {"discord", "bot.platforms.discord"},
    "teams": {"microsoft_teams", "jwt", "bot.platforms.teams"},
}
SETTINGS = {
    "": {},
    "slack": {
        "SLACK_BOT_TOKEN": f"xoxb-{secrets.token_hex(8)}",
        "SLACK_APP_TOKEN": f"xapp-{secrets.token_hex(8)}",
    },
    "discord": {"DISCORD_BOT_TOKEN": f"{secrets.token_hex(8)}.{secrets.token_hex(4)}.b"},
    "teams": {
        "TEAMS_CLIENT_ID": str(uuid.uuid4()),
        "TEAMS_CLIENT_SECRET": secrets.token_hex(16),
        "TEAMS_TENANT_ID": str(uuid.uuid4()),
    },
}


@pytest.mark.parametrize("configured", [*SETTINGS])
def test_what_is_configured_is_connected_and_what_is_not_is_not_even_loaded(
    shared_address: str, tmp_path: Path, configured: str
) -> None:
    env = environment(tmp_path, shared_address, RESOLUTIONFLOW_KEYS=fresh_key())
    done = subprocess.run(
        [sys.executable, "-c", UP],
        env={**env, **SETTINGS[configured]},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.split())
    found = {name for name, needed in LIBRARIES.items() if needed & loaded}
    assert found == {configured} - {""}
    assert loaded & {*SETTINGS} == found  # that is sent to, and whose workspace is named
    assert ("/api/messages" in loaded) == (configured == "teams")
