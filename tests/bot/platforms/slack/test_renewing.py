"""Tokens that end: renewed once for everybody, whoever dies on the way."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from aiohttp import ClientSession
from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.slack.installations import Application, Installation, Installations
from bot.platforms.slack.renewing import SOON
from bot.port import Unauthorized, Unavailable
from storage.errors import StorageError
from storage.memory import Memories
from storage.sealing import Seal, fresh_key
from storage.storage import Storage, opened
from tests.slack.app import ROTATED
from tests.slack.calls import Grant
from tests.slack.clock import HandClock
from tests.slack.limits import Trouble
from tests.slack.server import Slack as Server
from tests.slack.server import serving

SECOND = 1.0
HALF = ROTATED - SOON / 2  # seconds after which a token should have been renewed, and still goes


class Ground:
    """A Slack whose clock is ours, and any number of processes that are its app."""

    def __init__(self, server: Server, clock: HandClock, application: Application) -> None:
        self.server, self.clock, self.application = server, clock, application
        self.seal = Seal.of([fresh_key()])
        self.team = server.team.id
        self.granted = server.grants(server.team, server.app.scopes)

    def process(self, storage: Storage, session: ClientSession) -> Installations:
        """A process, with nothing read yet."""
        memory = Memories(storage.database, self.seal).of("slack")
        return Installations(self.application, memory, session, clock=self.clock.now)

    def installation(self, grant: Grant | None = None) -> Installation:
        """What was remembered when it was installed."""
        grant = grant or self.granted
        return Installation(
            self.team,
            "Acme",
            "https://acme.slack.com/",
            grant.token,
            self.server.team.bot.id,
            "B1",
            renewal=grant.refresh,
            until=grant.expires,
        )

    @property
    def renewals(self) -> int:
        """How often Slack was asked to renew."""
        return sum(
            method == "oauth.v2.access" and args.get("grant_type") == "refresh_token"
            for method, args in self.server.calls
        )


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    async with ClientSession() as made:
        yield made


@pytest.fixture
async def ground() -> AsyncIterator[Ground]:
    clock = HandClock()
    server = Server(clock=clock)
    server.app.rotation = True
    server.throttle.off = True
    async with serving(server):
        application = Application(
            url=server.api_url,
            client_id=server.app.client_id,
            client_secret=server.app.client_secret,
        )
        yield Ground(server, clock, application)


@pytest.fixture
async def here(ground: Ground, storage: Storage, session: ClientSession) -> Installations:
    """A process; it has installed the app."""
    made = ground.process(storage, session)
    await made.remember(ground.installation())
    return made


async def test_a_token_is_renewed_before_it_ends(ground: Ground, here: Installations) -> None:
    ground.clock.passes(ROTATED - SOON - SECOND)
    before = await here.of(ground.team)
    assert before is not None
    assert (before.token, ground.renewals) == (ground.granted.token, 0)
    ground.clock.passes(2 * SECOND)
    after = await here.of(ground.team)
    assert after is not None
    assert after.token != before.token
    assert after.until == pytest.approx(ground.clock.now() + ROTATED)
    assert ground.server.tokens[after.token].refresh == after.renewal
    assert [found.token for found in await here.remembered()] == [after.token]
    ground.clock.passes(HALF)
    assert (await here.call(ground.team, "auth.test"))["team_id"] == ground.team
    assert ground.renewals == 2


async def test_several_processes_that_renew_at_once_use_the_refresh_token_once(
    ground: Ground, here: Installations, address: str, session: ClientSession
) -> None:
    ground.clock.passes(HALF)
    async with AsyncExitStack() as stack:
        storages = [await stack.enter_async_context(opened(address)) for _ in range(3)]
        processes = [here, *(ground.process(each, session) for each in storages)]
        asked = [each.of(ground.team) for _ in range(8) for each in processes]
        found = await asyncio.gather(*asked)
    assert len({each and each.token for each in found}) == 1
    assert found[0] is not None
    assert found[0].token != ground.granted.token
    assert ground.renewals == 1


async def test_a_token_that_slack_takes_for_ended_is_renewed_and_the_call_made_once_more(
    ground: Ground, here: Installations
) -> None:
    ground.granted.expires = ground.clock.now() - SECOND
    assert (await here.call(ground.team, "auth.test"))["team_id"] == ground.team
    assert ground.renewals == 1
    calls = [method for method, _ in ground.server.calls if method != "oauth.v2.access"]
    assert calls == ["auth.test", "auth.test"]


async def test_what_another_process_renewed_is_used_where_the_old_token_was_ended(
    ground: Ground, here: Installations, storage: Storage, session: ClientSession
) -> None:
    await here.of(ground.team)  # read, and gone by for a minute
    other = ground.process(storage, session)
    renewed = await other.renewals.renewed(ground.installation())
    ground.granted.revoked = True
    assert renewed is not None
    await here.call(ground.team, "auth.test")
    assert ground.renewals == 1
    assert (await here.of(ground.team)) == renewed


async def test_a_call_that_is_refused_twice_is_refused(ground: Ground, here: Installations) -> None:
    ground.server.uninstalls(ground.server.team)
    with pytest.raises(Unauthorized, match="install the app again"):
        await here.call(ground.team, "auth.test")
    assert [method for method, _ in ground.server.calls].count("auth.test") == 1


async def test_a_token_without_renewal_that_was_revoked_is_an_admins_matter(
    ground: Ground, here: Installations
) -> None:
    ground.server.app.rotation = False
    grant = ground.server.grants(ground.server.team, ground.server.app.scopes)
    await here.remember(ground.installation(grant))
    grant.revoked = True
    with pytest.raises(Unauthorized, match="token_revoked"):
        await here.call(ground.team, "auth.test")
    assert ground.renewals == 0


async def test_who_died_between_the_answer_and_keeping_it_is_made_good_within_slacks_grace(
    ground: Ground, here: Installations
) -> None:
    ground.server.app.grace = 60.0
    ground.clock.passes(HALF)
    await _die_renewing(ground)
    ground.clock.passes(30 * SECOND)
    found = await here.of(ground.team)
    assert found is not None
    assert found.until > ground.clock.now() + SOON
    await here.call(ground.team, "auth.test")


async def test_after_the_grace_the_old_token_is_used_to_its_end_and_then_an_admin_must_look(
    ground: Ground, here: Installations
) -> None:
    ground.clock.passes(HALF)
    await _die_renewing(ground)
    for _ in range(3):
        assert (await here.call(ground.team, "auth.test"))["team_id"] == ground.team
    asked = ground.renewals
    assert asked == 1 + 1  # by who died, and by us: not again with every call
    ground.clock.passes(SOON)
    for _ in range(3):
        with pytest.raises(Unauthorized, match="install the app again"):
            await here.call(ground.team, "auth.test")
    assert ground.renewals == asked + 1
    again = ground.server.grants(ground.server.team, ground.server.app.scopes)
    await here.remember(ground.installation(again))
    assert (await here.call(ground.team, "auth.test"))["team_id"] == ground.team


async def test_while_slack_does_not_answer_the_old_token_goes_on(
    ground: Ground, here: Installations
) -> None:
    ground.clock.passes(HALF)
    ground.server.trouble = Trouble.DOWN
    found = await here.of(ground.team)
    assert found is not None
    assert found.token == ground.granted.token
    ground.clock.passes(SOON)
    with pytest.raises(Unavailable):
        await here.of(ground.team)
    ground.server.trouble = None
    ground.clock.passes(60 * SECOND)
    assert (await here.call(ground.team, "auth.test"))["team_id"] == ground.team


async def test_what_was_renewed_but_not_kept_is_kept_the_next_time(
    ground: Ground, here: Installations, storage: Storage
) -> None:
    ground.clock.passes(HALF)
    ground.server.trouble = Trouble.SLOW
    renewing = asyncio.ensure_future(here.renewals.renewed(ground.installation()))
    await ground.clock.sleeps()
    await _cut(storage)
    ground.server.trouble = None
    ground.clock.passes(SECOND)
    with pytest.raises(StorageError):
        await renewing
    assert [each.token for each in await here.remembered()] == [ground.granted.token]
    found = await here.of(ground.team)
    assert found is not None
    assert found.token != ground.granted.token
    assert [each.token for each in await here.remembered()] == [found.token]
    assert ground.renewals == 1


async def test_who_waits_for_a_renewal_may_go_away(ground: Ground, here: Installations) -> None:
    ground.clock.passes(HALF)
    ground.server.trouble = Trouble.SLOW
    waiting = asyncio.ensure_future(here.of(ground.team))
    await ground.clock.sleeps()
    waiting.cancel()
    await asyncio.wait([waiting])
    ground.clock.passes(SECOND)
    await here.renewals.close()
    [kept] = await here.remembered()
    assert kept.token != ground.granted.token


async def test_one_of_several_tokens_that_is_revoked_is_made_good(
    ground: Ground, here: Installations
) -> None:
    ground.granted.revoked = True  # auth.revoke takes one token back, and leaves the installation
    assert not await here.left(ground.team)
    [kept] = await here.remembered()
    assert kept.token != ground.granted.token
    ground.server.uninstalls(ground.server.team)
    assert await here.left(ground.team)
    assert await here.remembered() == []
    assert not await here.left(ground.team)


async def test_a_wrong_token_in_the_settings_stops_no_other_workspace(
    ground: Ground, here: Installations, storage: Storage, session: ClientSession
) -> None:
    app = Application(url=ground.server.api_url, token=f"xoxb-{secrets.token_hex(8)}")
    memory = Memories(storage.database, ground.seal).of("slack")
    made = Installations(app, memory, session, clock=ground.clock.now)
    for _ in range(5):
        assert (await made.of(ground.team)) == ground.installation()
        with pytest.raises(Unauthorized):
            await made.of("T0")
    assert len(ground.server.calls) == 1


async def _die_renewing(ground: Ground) -> None:
    """Slack has answered, and whoever had asked is no more."""
    asked = {
        "client_id": ground.application.client_id,
        "client_secret": ground.application.client_secret,
        "grant_type": "refresh_token",
        "refresh_token": ground.granted.refresh,
    }
    client = AsyncWebClient(base_url=ground.server.api_url)
    await client.api_call("oauth.v2.access", data=asked)


async def _cut(storage: Storage) -> None:
    """The connection that holds the place is lost."""
    async with storage.database.raw() as raw:
        cut = await raw.fetch(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND state = 'idle in transaction' "
            "AND pid <> pg_backend_pid()"
        )
    assert len(cut) == 1
