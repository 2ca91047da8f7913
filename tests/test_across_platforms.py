"""A session that is begun in Slack, handed over to Microsoft Teams and finished in Discord: one
process, one account, one ticket note. Kim is in Teams only; Sam is in Slack and Discord, as one
person.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from storage.sealing import fresh_key
from tests.discord_installation import discord_of
from tests.drivers.discord import DiscordDriver
from tests.drivers.driver import Driver
from tests.drivers.slack import SlackDriver
from tests.drivers.teams import TeamsDriver
from tests.installation import Installation, staged
from tests.scenarios.sight import Sight
from tests.scenarios.story import read
from tests.scenarios.teller import Teller
from tests.slack_installation import slack_of
from tests.teams_installation import PATH, teams_of

_CODE = re.compile(r"([0-9A-Z]{4}-[0-9A-Z]{4})")
_ADMIN = r"(?s)Slack: .*?/flow link ([0-9A-Z]{4}-[0-9A-Z]{4})"  # as `up` says it
_KNOWN = (r"Discord: .* is connected", r"Teams: .* is connected")
_ENTERS = """
  - {who}: {{types: /flow link {code}, in: support}}
  - {who}: {{sees: notice}}
"""
_COME = """
  - sam: {types: /flow help, in: support}
  - sam: {sees: guide}
"""
_KIM_COMES = """
  - kim: {types: /flow help, in: support}
  - kim: {sees: guide}
"""
_ROLES = """
  - ada: {types: /flow admin, in: support}
  - ada: {presses: Kim (viewer)}
  - ada: {fills: {Role of Kim: Engineer}}
  - ada: {sees: notice, text: Kim}
  - ada: {types: /flow admin}
  - ada: {presses: Sam (viewer)}
  - ada: {fills: {Role of Sam: Engineer}}
  - ada: {sees: notice, text: Sam}
"""
_BEGUN = """
  - sam: {types: /flow vpn-down, in: support}
  - sam: {goes to: the new thread}
  - sam: {sees: step, buttons: [Everyone]}
  - sam: {replies: Twelve people called since nine.}
  - sam: {sees: receipt, text: taken}
  - sam: {presses: Everyone}
  - sam: {sees: step, buttons: [No answer]}
  - sam: {presses: "Hand over…"}
  - sam: {fills: {To: Kim, "What should they know?": The firewall was replaced on Friday.}}
  - sam: {sees: step, text: Kim, buttons: [Withdraw the hand-over]}
"""
_TAKEN_OVER = """
  - kim: {in: direct, sees: message, text: [VPN is down, The firewall was replaced on Friday.]}
  - kim: {presses: Accept}
  - kim: {sees: message, text: You drive}
  - kim: {types: /flow list, in: support}
  - kim: {sees: sessions, text: VPN is down}
"""
_IN_HER_HANDS = """
  - sam: {sees: header, text: [VPN is down, Kim]}
  - sam: {sees: step, buttons: [No answer]}
"""
_MOVED = """
  - kim: {types: /flow resume}
  - kim: {goes to: the new thread}
  - kim: {sees: header, text: [VPN is down, Kim]}
  - kim: {sees: step, buttons: [No answer]}
"""
_LEFT = """
  - sam: {sees no more: step, buttons: [No answer]}
  - sam: {sees: message, text: "This session goes on in Microsoft Teams"}
  - sam: {presses: No answer, on: an old step}
  - sam: {sees: notice, text: goes on somewhere else}
  - sam: {replies: Their provider says the line is fine.}
  - sam: {sees: receipt, text: taken}
"""
_HANDED_BACK = """
  - kim: {sees: step, buttons: [No answer]}
  - kim: {types: /flow correct}
  - kim: {presses: "Who at (client not set) is affected? Everyone", on: earlier answers}
  - kim: {fills: {Answer: One site}}
  - kim: {sees: step, text: One site, without buttons: [No answer]}
  - kim: {replies: The tunnel's log., attaching: {tunnel.txt: phase 1 timed out}}
  - kim: {sees: receipt, text: taken}
  - kim: {presses: "Hand over…"}
  - kim: {fills: {To: Sam, "What should they know?": The vendor wants the serial number.}}
  - kim: {sees: step, text: Sam, buttons: [Withdraw the hand-over]}
"""
_TAKEN_BACK = """
  - sam: {opens: home, in: support}
  - sam: {presses: "Accept: VPN is down", on: home}
  - sam: {sees: notice, text: You drive}
  - sam: {types: /flow resume}
  - sam: {goes to: the new thread}
  - sam: {sees: header, text: [VPN is down, Sam]}
  - sam: {replies: It is 4711-0815.}
  - sam: {sees: receipt, text: taken}
"""
_LEFT_TOO = """
  - kim: {sees: message, text: "This session goes on in Acme (Discord)"}
  - kim: {presses: Phase 1 fails, on: an old step}
  - kim: {sees: notice, text: goes on somewhere else}
"""
_FINISHED = """
  - sam: {types: /flow done}
  - sam: {fills: {Outcome: Escalated, Next steps: Ask the vendor.}}
  - sam: {sees: header, text: Escalated}
  - sam: {types: /flow summary}
  - sam:
      sees: ticket note
      text:
        - VPN is down
        - Sam
        - Kim
        - Twelve people called since nine.
        - The firewall was replaced on Friday.
        - Their provider says the line is fine.
        - The tunnel's log.
        - tunnel.txt
        - Everyone
        - One site
        - The vendor wants the serial number.
        - It is 4711-0815.
        - Escalated
        - Ask the vendor.
"""
_KNOWN_THERE = """
  - {who}: {{types: /flow summary}}
  - {who}:
      sees: ticket note
      text: [Twelve people called since nine., The tunnel's log., It is 4711-0815.]
"""


@dataclass(frozen=True)
class _Everywhere:
    """One process, and who is in each chat before their screens."""

    stage: Installation
    slack: Teller
    teams: Teller
    discord: Teller


@asynccontextmanager
async def _everywhere(server: str) -> AsyncIterator[_Everywhere]:
    key = fresh_key()
    async with (
        slack_of(key, socket=True) as (slack, in_slack),
        teams_of(key) as (teams, in_teams),
        discord_of(key) as (discord, in_discord),
        staged(server, "template0", **{**in_slack, **in_teams, **in_discord}) as stage,
    ):
        teams.delivery.bot_url = f"{stage.address}{PATH}"
        await slack.delivery.reachable()
        await teams.delivery.reachable()
        await discord.gateway.reachable()
        drivers = SlackDriver(slack), TeamsDriver(teams), DiscordDriver(discord)
        yield _Everywhere(stage, *(Teller(each, stage) for each in drivers))


async def test_a_session_begun_in_slack_goes_on_in_teams_and_is_finished_in_discord(
    server_address: str,
) -> None:
    async with _everywhere(server_address) as made:
        await _settle(made)
        await _tell(made.slack, _BEGUN)
        await _tell(made.teams, _TAKEN_OVER)
        await _tell(made.slack, _IN_HER_HANDS)
        await _tell(made.teams, _MOVED)
        await _tell(made.slack, _LEFT)
        await _tell(made.teams, _HANDED_BACK)
        await _tell(made.discord, _TAKEN_BACK)
        await _tell(made.teams, _LEFT_TOO)
        await _tell(made.discord, _FINISHED)
        await _tell(made.teams, _KNOWN_THERE.format(who="kim"))
        await _tell(made.slack, _KNOWN_THERE.format(who="sam"))


async def _settle(made: _Everywhere) -> None:
    """All belong to the one account; Sam is there twice as one person, and he and Kim have their
    roles.
    """
    said = await asyncio.to_thread(made.stage.process.hears, _ADMIN)
    for known in _KNOWN:
        await asyncio.to_thread(made.stage.process.hears, known)
    code = re.search(_ADMIN, said)
    assert code is not None
    await _tell(made.slack, _ENTERS.format(who="ada", code=code[1]))
    await _tell(made.slack, _COME)
    await _tell(made.teams, _KIM_COMES)
    await _tell(made.slack, _ROLES)
    code_of_sam = await _code(made.slack.driver)
    await _tell(made.discord, _ENTERS.format(who="sam", code=code_of_sam))


async def _code(driver: Driver) -> str:
    """The code that Sam is given."""
    sight = Sight(driver, "sam")
    await sight.remembers()
    await driver.types("sam", "/flow link")

    async def look() -> str | None:
        whole = [each for each in await driver.looks("sam") if each.private]
        found = [code[1] for each in whole if (code := _CODE.search(each.text))]
        return found[-1] if found else None

    return await sight.until(look, "a code")


async def _tell(teller: Teller, steps: str) -> None:
    await teller.tell(read(f"scenario: One part\nwhy: Of the whole.\nsteps:{steps}", "part.yaml"))
