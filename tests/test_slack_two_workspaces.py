"""The product for many workspaces: two companies install it by OAuth and work at the same time; one
takes it out in the middle of a session, and comes back. Nobody ever sees anything of the others.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import asyncpg
import pytest
from sqlalchemy.engine import make_url

from bot.app.desk import Desk, do
from bot.app.membership import Member, Visitor, identify
from bot.app.starter import prepare
from bot.token import Token
from core.access import Role
from core.ids import AccountId
from core.session.deeds import Acted
from storage.links import Link, Purpose, issue
from storage.sealing import Seal, fresh_key
from storage.storage import opened
from tests import database
from tests.bot.platforms.slack.ground import Browser
from tests.company import founded
from tests.inprocess import here
from tests.slack.filling import Impossible
from tests.slack.people import Person
from tests.slack.reading import marked, words, workable
from tests.slack.server import Slack, serving
from tests.slack.team import Team
from tests.slack.world import Channel, Message

PACE = 120.0
ACK = 15.0  # seconds; Slack has three, but the machine may be busy with other tests
SOON = 15.0  # seconds in which something must be seen
_WAITS = "SELECT EXISTS (SELECT FROM message WHERE wanted > shown AND failure IS NOT NULL)"
SECRETS = {
    "Acme": ("VPN", "Acme", "the gateway in Berlin"),
    "Rival": ("A small flow", "Is it on?", "Rival", "the fax in Kiel"),
}
_T = TypeVar("_T")


@dataclass(frozen=True)
class Founded:
    """A database with two companies that have no chat yet, and which accounts they are."""

    name: str
    accounts: dict[str, AccountId]


@pytest.fixture(scope="module")
def companies(server_address: str, template: str) -> Iterator[Founded]:
    with database.copy(server_address, template) as address:
        name = make_url(address).database
        assert name is not None
        yield Founded(name, asyncio.run(_found(address)))


async def _found(address: str) -> dict[str, AccountId]:
    async with opened(address) as storage:
        await prepare(Desk(storage), "Acme IT", Visitor("terminal", "here", "ops", "Ops"))
        [acme] = await storage.installation.accounts()
        rival = await founded(storage, "Rival IT")
        return {"Acme": acme, "Rival": rival.account}


@dataclass
class Workspace:
    """One of the two, and its people at their clients; `home` is where the product answers."""

    slack: Slack
    team: Team
    home: str
    database: str
    account: AccountId

    @property
    def sam(self) -> Person:
        """Sam, of whom each has one."""
        return self.slack.person("sam", self.team)

    @property
    def support(self) -> Channel:
        """Where they work."""
        return self.team.channel("support")

    async def installs(self) -> None:
        """Its admin follows a link of the product's to Slack, and comes back."""
        async with opened(self.database) as storage, storage.installation.begin() as connection:
            link = Link(self.account, Purpose.WORKSPACE, None, Role.TEAM_ADMIN)
            code = await issue(connection, link)
        self.slack.installs_into = self.team.id
        page = await Browser().opens(f"{self.home}/slack/install?code={code}")
        assert page.status_code == 200, page.text
        assert f"<strong>{self.team.name}</strong>" in page.text

    async def until(self, find: Callable[[], _T | None]) -> _T:
        """What is found, now or soon."""
        try:
            return await self.team.until(find, SOON)
        except TimeoutError:
            raise AssertionError(f"this is all there is:\n{everything(self.team)}") from None

    async def reads(self, said: str, thread: str = "") -> Message:
        """Sam is shown a message that says this."""

        def find() -> Message | None:
            shown = reversed(self.sam.sees("support", thread))
            return next((each for each in shown if said in text(each)), None)

        return await self.until(find)

    async def starts(self, flow: str) -> str:
        """Sam starts a session; its thread."""
        before = {each.ts for each in self.sam.sees("support")}
        await self.sam.types(f"/flow {flow}", "support")

        def header() -> Message | None:
            new = [each for each in self.sam.sees("support") if each.ts not in before]
            return next((each for each in new if each.by_app and not each.only_for), None)

        return (await self.until(header)).ts

    async def button(self, thread: str, label: str) -> tuple[str, str]:
        """A button in a thread: the message's ts, and the button's value."""

        def find() -> tuple[str, str] | None:
            for message in reversed(self.sam.sees("support", thread)):
                for said, value, _ in workable(message.blocks):
                    if label in said:
                        return message.ts, value
            return None

        return await self.until(find)

    async def presses(self, thread: str, label: str) -> None:
        """Sam presses a button in a thread."""
        await self.sam.presses(*await self.button(thread, label))
        assert self.sam.toasts == []

    async def notes(self, said: str, thread: str) -> None:
        """Sam writes a note, and sees that it was taken."""
        written = self.sam.writes(said, "support", thread)
        await self.until(lambda: self.sam.message(written.ts).reactions)


@dataclass
class Both:
    """The product, and the two workspaces; `key` is that of what is secret in its database."""

    slack: Slack
    database: str
    key: str
    acme: Workspace
    rival: Workspace


@asynccontextmanager
async def both(server: str, of: Founded) -> AsyncIterator[Both]:
    slack, key = Slack(pace=PACE), fresh_key()
    slack.app.socket_mode = False
    slack.delivery.ack = slack.triggers.lives = ACK
    teams = {"Acme": slack.team, "Rival": slack.workspace("Rival")}
    for team in teams.values():
        team.installed = False
    async with serving(slack):
        settings = {
            "SLACK_API_URL": slack.api_url,
            "SLACK_AUTHORIZE_URL": f"{slack.url}/oauth/v2/authorize",
            "SLACK_CLIENT_ID": slack.app.client_id,
            "SLACK_CLIENT_SECRET": slack.app.client_secret,
            "SLACK_SIGNING_SECRET": slack.app.signing_secret,
            "RESOLUTIONFLOW_KEYS": key,
            "RESOLUTIONFLOW_PLAYGROUND": "off",
        }
        async with here(server, of.name, **settings) as stage:
            slack.app.request_url = f"{stage.address}/slack/events"
            sides = [
                Workspace(slack, team, stage.address, stage.database, of.accounts[name])
                for name, team in teams.items()
            ]
            yield Both(slack, stage.database, key, *sides)


def text(message: Message) -> str:
    """What a message says."""
    return words(message.blocks, {}) if message.blocks else marked(message.text, {})


def everything(team: Team) -> str:
    """All that was ever shown to anybody in a workspace, buttons too, and what they typed."""
    messages = [each for place in team.channels.values() for each in place.messages.values()]
    shown: list[Any] = [[each.text, each.blocks] for m in messages for each in m.versions]
    shown += [each.content for each in (*team.views.values(), *team.homes.values())]
    return json.dumps(shown, ensure_ascii=False)


def apart(made: Both) -> None:
    """Nothing of one company is in the workspace of the other."""
    for side, others in ((made.acme, "Rival"), (made.rival, "Acme")):
        shown = everything(side.team)
        assert [secret for secret in SECRETS[others] if secret in shown] == []


async def tokens(made: Both, team: Team) -> list[str]:
    """The tokens of a workspace that can be read in the database by who has the key."""
    async with opened(made.database) as storage, storage.database.raw() as raw:
        rows = await raw.fetch("SELECT value FROM memory")
    kept = " ".join(Seal.of([made.key]).unseal(row["value"]) for row in rows)
    every = [each.token for each in made.slack.tokens.values() if each.team == team.id]
    return [token for token in every if token in kept]


async def answers_elsewhere(made: Both, side: Workspace, value: str) -> None:
    """Sam gives the answer of this button by another way; what that changes on screen was tried to
    be sent.
    """
    async with opened(made.database) as storage:
        desk, user, button = Desk(storage), side.sam.user, Token.unpack(value)
        member = await identify(desk, Visitor("slack", side.team.id, user.id, user.real_name))
        assert isinstance(member, Member)
        assert button.session is not None
        deed = Acted(button.visit, button.verb, {"option": button.argument})
        assert (await do(desk, member.identity, button.session, deed)).refusal is None
    connection = await asyncpg.connect(made.database)
    try:
        async with asyncio.timeout(SOON):
            while not await connection.fetchval(_WAITS):  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.02)
    finally:
        await connection.close()


# Slack's pages do not say whether the bot is still in its channels when the app comes back.
@pytest.mark.parametrize("stays", [True, False], ids=["in its channels", "in none"])
async def test_a_company_that_takes_it_out_and_comes_back_disturbs_nobody(
    server_address: str, companies: Founded, stays: bool
) -> None:
    async with both(server_address, companies) as made:
        acme, rival, delivery = made.acme, made.rival, made.slack.delivery
        await acme.installs()
        await rival.installs()
        ours, theirs = await acme.starts("vpn-down"), await rival.starts("small")
        await acme.presses(ours, "Everyone")
        await rival.presses(theirs, "Yes")
        await acme.notes("the gateway in Berlin is down", ours)
        await rival.notes("the fax in Kiel is dead", theirs)
        ts, value = await acme.button(ours, "No answer")
        on_its_way = acme.sam.acts.on_message(acme.sam.message(ts))
        action = {"type": "button", "action_id": value, "block_id": "b", "value": value}
        on_its_way |= {"actions": [{**action, "action_ts": "1.1"}]}
        assert await tokens(made, acme.team)

        made.slack.uninstalls(acme.team)
        if not stays:
            for channel in acme.team.channels.values():
                if channel.kind != "im":
                    channel.members.discard(acme.team.bot.id)
        await delivery.settled()
        assert [each.payload for each in delivery.log if not each.acknowledged] == []
        assert await tokens(made, acme.team) == []
        assert not (await delivery.ask("interaction", on_its_way)).failed
        told = await acme.reads("not installed in this workspace any more")
        assert told.only_for == acme.sam.user.id
        with pytest.raises(Impossible):
            await acme.sam.types("/flow resume", "support")

        before, called = everything(acme.team), len(made.slack.calls)
        await answers_elsewhere(made, acme, value)
        await rival.presses(theirs, "Yes")
        await rival.reads("It works.", theirs)
        assert await tokens(made, rival.team)
        assert everything(acme.team) == before
        since = [args.get("channel") for _, args in made.slack.calls[called:]]
        assert [each for each in since if each in acme.team.channels] == []

        await acme.installs()
        if not stays:
            acme.team.lets_in(acme.support, acme.team.bot, acme.team.user("ada"))
        await acme.button(ours, "Complete…")
        await acme.sam.presses(ts, value)
        await acme.reads("Sam answered “No answer”", ours)
        acme.sam.writes("@ResolutionFlow summary", "support", ours)
        note = text(await acme.reads("What was checked", ours))
        assert "the gateway in Berlin is down" in note
        assert "No answer" in note
        rival.sam.writes("@ResolutionFlow summary", "support", theirs)
        assert "the fax in Kiel is dead" in text(await rival.reads("What was checked", theirs))
        apart(made)
