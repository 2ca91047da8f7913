"""What `doctor` finds of Slack: each thing that can be wrong, by name, with what to do."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from aiohttp import ClientSession

from bot.platforms.slack.examine import Examination
from bot.platforms.slack.heard import Heard
from bot.platforms.slack.installations import Application
from bot.platforms.slack.platform import hearing, slack
from bot.platforms.slack.surface import SCOPES
from bot.port import Finding, Memory, Target
from core.views import NoticeView
from storage.memory import Memories
from storage.sealing import Seal, fresh_key
from storage.storage import Storage
from tests.bot.platforms.slack.ground import Browser, grounds
from tests.contracts.product import Product
from tests.slack.clock import Clock
from tests.slack.limits import Trouble
from tests.slack.server import Slack as Server
from tests.slack.server import serving


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with serving(Server()) as made:
        yield made


@pytest.fixture
def memory(storage: Storage) -> Memory:
    return Memories(storage.database, Seal.of([fresh_key()])).of("slack")


@pytest.fixture
def app(server: Server) -> Application:
    """One workspace, over Socket Mode: all is right."""
    return Application(server.api_url, server.bot_token, server.app.token)


class Off(Clock):
    """A clock that is wrong by so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds

    def now(self) -> float:
        return super().now() + self._seconds


async def look(
    app: Application, memory: Memory | None = None, clock: Clock | None = None
) -> dict[str, Finding]:
    async with ClientSession() as session:
        made = Examination(app, memory, session, clock=(clock or Clock()).now)
        return {found.about: found async for found in made.look()}


async def test_all_is_right(app: Application, memory: Memory) -> None:
    found = await look(app, memory)
    assert [about for about, each in found.items() if not each.fine] == []
    assert found["Slack token"].how == "Acme, as resolutionflow"
    assert found["Slack token, scopes"].how == f"all {len(SCOPES)}"
    assert found["Slack app token"].how == "opens a connection"
    assert found["Slack events"].how == "not known: the bot has posted nothing lately"
    assert "Slack over HTTP" not in found
    assert "Slack workspaces" not in found


async def test_nothing_answers(app: Application, memory: Memory) -> None:
    nowhere = replace(app, url="http://127.0.0.1:9/api/")
    found = await look(nowhere, memory)
    assert not found["Slack"].fine
    assert found["Slack"].how == "does not answer at http://127.0.0.1:9/api/"
    assert "SLACK_API_URL" in found["Slack"].advice


async def test_slack_is_down(app: Application, server: Server) -> None:
    server.trouble = Trouble.DOWN
    assert not (await look(app))["Slack"].fine


async def test_slack_is_asked_too_often(app: Application, server: Server) -> None:
    server.trouble = Trouble.BUSY
    found = await look(app)
    busy = [each for each in found.values() if "asked too often" in each.how]
    assert busy
    assert all(each.fine for each in busy)


async def test_the_token_is_wrong(app: Application, server: Server) -> None:
    wrong = (await look(replace(app, token=app.token + "0")))["Slack token"]
    assert (wrong.fine, wrong.how) == (False, "refused: invalid_auth")
    assert "SLACK_BOT_TOKEN" in wrong.advice
    server.tokens[server.bot_token].revoked = True
    assert (await look(app))["Slack token"].how == "refused: token_revoked"


async def test_a_scope_is_missing_and_what_that_means(app: Application, server: Server) -> None:
    grant = server.tokens[server.bot_token]
    grant.scopes -= {"files:read", "reactions:write"}
    found = await look(app)
    missing = {about: each for about, each in found.items() if not each.fine}
    assert list(missing) == ["Slack token, files:read", "Slack token, reactions:write"]
    files = missing["Slack token, files:read"]
    assert files.how == "missing; cannot keep files and screenshots as evidence"
    assert files.advice.startswith("Add files:read to")


@pytest.mark.parametrize(
    ("break_it", "how", "advice"),
    [
        ("revoke", "refused: token_revoked", "Copy the app's “App-Level Token”"),
        ("switch off", "refused: socket_mode_not_enabled", "Switch Socket Mode on"),
        ("narrow", "refused: missing_scope", "connections:write"),
    ],
)
async def test_the_app_token_is_wrong(
    app: Application, server: Server, break_it: str, how: str, advice: str
) -> None:
    grant = server.tokens[server.app.token]
    match break_it:
        case "revoke":
            grant.revoked = True
        case "switch off":
            server.app.socket_mode = False
        case _:
            grant.scopes = frozenset()
    found = (await look(app))["Slack app token"]
    assert (found.fine, found.how) == (False, how)
    assert advice in found.advice


async def test_the_app_token_is_of_another_app(app: Application, server: Server) -> None:
    server.tokens[server.app.token].app = "A0ANOTHER"
    found = (await look(app))["Slack app token"]
    assert (found.fine, found.how) == (False, "of another app than the bot's token")
    assert "from the same app" in found.advice


@pytest.mark.parametrize(
    ("seconds", "fine", "refused"),
    [(30, True, False), (-120, False, False), (400, False, True), (-400, False, True)],
)
async def test_the_clocks_differ(
    app: Application, seconds: float, fine: bool, refused: bool
) -> None:
    found = (await look(app, clock=Off(seconds)))["Slack's clock"]
    assert found.fine == fine
    assert ("what Slack signs is refused" in found.how) == refused
    assert "NTP" in found.advice


@pytest.mark.parametrize(
    ("secret", "url", "fine", "says"),
    [
        ("", "https://flow.example.com", False, "SLACK_SIGNING_SECRET"),
        ("s", "", False, "RESOLUTIONFLOW_URL"),
        ("s", "http://127.0.0.1:8080", False, "https only"),
        ("s", "https://flow.example.com", True, "https://flow.example.com/slack/events"),
    ],
)
async def test_slack_must_find_us_over_http(
    app: Application, secret: str, url: str, fine: bool, says: str
) -> None:
    over = replace(app, app_token="", signing_secret=secret, public_url=url)
    found = (await look(over))["Slack over HTTP"]
    assert found.fine == fine
    assert says in found.how + found.advice


async def test_events_that_never_came_though_the_bot_has_posted(
    app: Application, server: Server, memory: Memory
) -> None:
    server.app.events -= {"message.im", "message.channels", "message.groups"}
    await _post(app, server, memory)
    found = (await look(app, memory))["Slack events"]
    assert not found.fine
    assert found.how == "the bot has posted, and not one event came"
    assert "`resolutionflow slack manifest`" in found.advice


async def test_the_event_that_is_missing_is_named(
    app: Application, server: Server, memory: Memory
) -> None:
    server.app.events -= {"message.im"}
    await _post(app, server, memory)
    found = (await look(app, memory))["Slack events"]
    assert found.how == "the bot has posted, and no message.im came"
    assert "bot events: message.im; then install it again" in found.advice


async def test_events_come(app: Application, server: Server, memory: Memory) -> None:
    await _post(app, server, memory)
    assert (await look(app, memory))["Slack events"].how == "they come"


async def test_workspaces_that_installed_it_are_counted_and_looked_at(storage: Storage) -> None:
    async with grounds(storage) as ground:
        app = replace(ground.adapter.application, public_url="https://flow.example.com")
        assert (await look(app, ground.memory))["Slack workspaces"].how == "none by OAuth yet"
        await Browser().opens(ground.install)
        found = await look(app, ground.memory)
        assert found["Slack workspaces"].how == "1 by OAuth"
        assert found["Slack in Acme"].how == "Acme, as resolutionflow"
        there = await ground.remembered()
        assert there is not None
        ground.server.tokens[there.token].revoked = True
        broken = (await look(app, ground.memory))["Slack in Acme"]
        assert (broken.fine, broken.how) == (False, "refused: token_revoked")
        assert "install-link" in broken.advice


async def test_a_token_that_has_ended_is_renewed_by_who_needs_it_not_by_who_looks(
    storage: Storage,
) -> None:
    async with grounds(storage, rotation=True) as ground:
        await Browser().opens(ground.install)
        app = ground.adapter.application
        before = len(ground.server.tokens)
        found = (await look(app, ground.memory, Off(13 * 3600)))["Slack in Acme"]
        assert found.fine
        assert "has ended" in found.how
        assert len(ground.server.tokens) == before


async def test_what_was_noted_is_by_workspace(memory: Memory) -> None:
    heard = Heard(memory)
    heard.note({"team_id": "T1", "event": {"type": "message", "channel_type": "group"}})
    heard.posted("T2", "C123")
    await heard.close()
    assert await heard.of("T1") == {"message.groups"}
    assert await heard.of("T2") == set()
    assert await heard.places("T2") == {"C"}


async def _post(app: Application, server: Server, memory: Memory) -> None:
    """The bot posts in a channel and to somebody, and hears what it is told of."""
    server.app.socket_mode = False
    signed = replace(app, app_token="", signing_secret=server.app.signing_secret)
    async with slack(signed, memory) as there, hearing(there, Product()) as ears:
        await there.named()
        support = server.team.channel("support").id
        sam = server.person("sam")
        hello = NoticeView("Hello.")
        await there.sender.post(Target(server.team.id, support), hello, mark="1")
        await there.sender.tell(server.team.id, sam.user.id, hello, mark="2")
        for delivered in server.delivery.log:
            there.heard.note(delivered.payload)
        await ears.receiver.finish()
