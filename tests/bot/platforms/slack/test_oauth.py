"""Installing by OAuth: from the link to the welcome, and everything that can go wrong between."""

import asyncio
import html
import re
from collections.abc import AsyncIterator, Iterable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from bot.app.deliver import deliver
from bot.app.desk import Desk
from bot.app.front import Front
from bot.app.installing import issue_installation_code
from bot.app.membership import Visitor
from bot.app.starter import prepare
from bot.platforms.slack.installations import Installations
from bot.platforms.slack.platform import talking
from bot.platforms.slack.surface import REDIRECT_PATH, SCOPES
from bot.platforms.slack.visits import MOST, Visits
from bot.port import Answer, Installed, Unauthorized
from core.verbs import ProductVerb
from core.views import Choice, NoticeView
from storage.storage import Storage
from tests.bot.platforms.slack.ground import Browser, Ground, grounds
from tests.slack.checks import elements_of
from tests.slack.limits import Trouble
from tests.slack.people import Person

WELCOME = NoticeView("Welcome to ResolutionFlow.", (Choice(ProductVerb.MENU, "Begin the sample"),))


@pytest.fixture
async def ground(storage: Storage) -> AsyncIterator[Ground]:
    async with grounds(storage) as made:
        made.product.answer = Answer(whispers=(WELCOME,))
        yield made


@pytest.fixture
def ada(ground: Ground) -> Person:
    """Who installs it: an admin of Acme."""
    return ground.server.person("ada")


def words(page: str) -> str:
    """What somebody reads there."""
    body = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", body)).split())


def elements(blocks: Iterable[Any]) -> list[Any]:
    """The buttons of a message."""
    found = [element for block in blocks for element in elements_of(block)]
    return [element for element in found if element.get("type") == "button"]


async def test_whoever_installs_it_is_welcomed_in_their_conversation_with_the_bot(
    ground: Ground, ada: Person
) -> None:
    page = await Browser().opens(f"{ground.install}?code=AB12-CD34")
    assert page.status_code == 200
    assert "It is in Acme now, and has written to you there" in words(page.text)
    told = await ground.product.hears(Installed)
    assert (told.code, told.workspace_name) == ("AB12-CD34", "Acme")
    assert (told.by.user, told.by.name, told.by.channel) == (ada.user.id, "Ada", ada.direct.id)
    assert told.by.direct
    assert not told.by.guest
    [welcome] = ada.sees(ada.direct.id)
    assert "Welcome to ResolutionFlow." in welcome.text
    assert "Begin the sample" in str(welcome.blocks)


async def test_a_link_of_ours_leads_to_an_admin_and_a_first_session(storage: Storage) -> None:
    desk = Desk(storage)
    await prepare(desk, "Acme IT", Visitor("terminal", "terminal", "ops", "ops"))
    async with grounds(storage, real=lambda sender: Front(desk, {"slack": sender})) as ground:
        code = await issue_installation_code(desk)
        await Browser().opens(f"{ground.install}?code={code}")
        ada = ground.server.person("ada")
        linked, hello = ada.sees(ada.direct.id)
        assert "admin" in linked.text
        [button] = [
            each for each in elements(hello.blocks) if "sample" in str(each["text"]).lower()
        ]
        await ada.presses(hello.ts, button["value"])
        await ground.settled()
        assert ada.toasts == []
        while await deliver(desk, {"slack": ground.adapter.sender}):
            await ground.settled()
        assert "the printer does not print" in ada.sees(ada.direct.id)[-1].text


async def test_what_slack_granted_is_remembered_and_used(
    ground: Ground, ada: Person, storage: Storage
) -> None:
    await Browser().opens(ground.install)
    there = await ground.remembered()
    assert there is not None
    assert there.name == "Acme"
    assert there.url == "https://acme.slack.com/"
    assert there.installer == ada.user.id
    assert set(there.scopes.split(",")) == set(SCOPES)
    assert (there.renewal, there.until) == ("", 0.0)
    assert ground.server.tokens[there.token].scopes == set(SCOPES)
    await ada.types("/flow vpn", "support")  # what comes from there is taken now
    await ground.settled()
    assert ada.toasts == []
    sealed = await _rows(storage)
    assert sealed
    assert not any(there.token.encode() in value for value in sealed)


async def test_a_token_that_rotates_is_remembered_with_its_end(storage: Storage) -> None:
    async with grounds(storage, rotation=True) as ground:
        await Browser().opens(ground.install)
        there = await ground.remembered()
        assert there is not None
        grant = ground.server.tokens[there.token]
        assert there.renewal == grant.refresh
        assert there.until == pytest.approx(grant.expires, abs=5)


async def test_every_workspace_has_its_own(ground: Ground) -> None:
    first = ground.server.team
    await Browser().opens(ground.install)
    second = ground.server.workspace("Rival")
    second.installed = False
    ground.server.installs_into = second.id
    await Browser().opens(ground.install)
    tokens = [await ground.remembered(team.id) for team in (first, second)]
    assert [each and each.name for each in tokens] == ["Acme", "Rival"]
    assert len({each and each.token for each in tokens}) == 2


async def test_a_process_that_knew_of_no_installation_goes_by_what_another_kept(
    ground: Ground,
) -> None:
    async with talking() as session:
        here = ground.adapter.installations
        other = Installations(here.application, ground.memory, session)
        with pytest.raises(Unauthorized):
            await other.call(ground.server.team.id, "auth.test")
        await Browser().opens(ground.install)
        await other.call(ground.server.team.id, "auth.test")


async def test_slack_is_asked_for_what_the_registry_says(ground: Ground) -> None:
    found = await Browser().goes(f"{ground.install}?code=AB12-CD34")
    address = urlsplit(found.headers["location"])
    asked = {name: value for name, [value] in parse_qs(address.query).items()}
    assert address.path == "/oauth/v2/authorize"
    assert set(asked["scope"].split(",")) == set(SCOPES)
    assert asked["redirect_uri"] == ground.address + REDIRECT_PATH
    assert "AB12" not in address.query
    assert "HttpOnly" in found.headers["set-cookie"]
    assert "Secure" in found.headers["set-cookie"]


async def test_who_declines_is_told_that_nothing_happened(ground: Ground) -> None:
    ground.server.declines = True
    page = await Browser().opens(ground.install)
    assert "You declined in Slack, so nothing was changed." in words(page.text)
    assert await ground.remembered() is None
    assert ground.product.told == []


async def test_the_same_return_is_good_for_once_however_often_it_comes_at_once(
    ground: Ground,
) -> None:
    browser = Browser()
    back = await _return(browser, ground)
    pages = await asyncio.gather(*(browser.goes(back) for _ in range(8)))
    assert sorted(page.status_code for page in pages) == [200] + [400] * 7
    assert _calls(ground, "oauth.v2.access") == 1
    await ground.product.hears(Installed)
    assert not [told for told in ground.product.told if isinstance(told, Installed)]
    again = await browser.goes(back)
    assert "If ResolutionFlow has written to you in Slack, it is installed" in words(again.text)


async def test_it_must_end_in_the_browser_in_which_it_was_begun(ground: Ground) -> None:
    back = await _return(Browser(), ground)
    for stranger in (Browser(), Browser({"resolutionflow-slack-install": "another"})):
        page = await stranger.goes(back)
        assert page.status_code == 400
        assert "This was begun elsewhere" in words(page.text)
    assert await ground.remembered() is None
    assert _calls(ground, "oauth.v2.access") == 0


async def test_who_takes_longer_than_ten_minutes_begins_again(
    ground: Ground, storage: Storage
) -> None:
    browser = Browser()
    back = await _return(browser, ground)
    async with storage.database.raw() as raw:
        lasts = await raw.fetchval(
            "SELECT expires_at - clock_timestamp() FROM memory WHERE kind = 'state'"
        )
        await raw.execute("UPDATE memory SET expires_at = clock_timestamp() WHERE kind = 'state'")
    assert 590 < lasts.total_seconds() <= 600
    page = await browser.goes(back)
    assert page.status_code == 400
    assert "This page was used, or is too old" in words(page.text)
    assert await ground.remembered() is None


@pytest.mark.parametrize("query", ["", "?code=1", "?state=1", "?code=1&state=1"])
async def test_a_return_that_nobody_began_is_refused(ground: Ground, query: str) -> None:
    page = await Browser().goes(ground.address + REDIRECT_PATH + query)
    assert page.status_code == 400
    assert "Begin again" in page.text


async def test_a_whole_organisation_is_refused_and_nothing_is_kept(ground: Ground) -> None:
    ground.server.installs_everywhere = True
    page = await Browser().opens(ground.install)
    assert page.status_code == 400
    assert "choose one workspace" in words(page.text)
    assert await ground.memory.all("installation") == {}
    assert ground.product.told == []


async def test_a_slack_that_does_not_answer_is_said(ground: Ground) -> None:
    browser = Browser()
    back = await _return(browser, ground)
    ground.server.trouble = Trouble.DOWN
    page = await browser.goes(back)
    assert page.status_code == 502
    assert "Slack does not answer" in words(page.text)


async def test_a_wrong_client_secret_is_for_whoever_runs_it(ground: Ground) -> None:
    browser = Browser()
    back = await _return(browser, ground)
    ground.server.app.client_secret += "0"
    page = await browser.goes(back)
    assert page.status_code == 400
    assert "compare the client id and the client secret" in words(page.text)
    assert await ground.remembered() is None


async def test_what_goes_wrong_on_our_side_is_shown_as_a_reference(
    ground: Ground, storage: Storage
) -> None:
    browser = Browser()
    back = await _return(browser, ground)
    async with storage.database.raw() as raw:  # kept with a key that nobody has any more
        await raw.execute("UPDATE memory SET value = 'sealed by another' WHERE kind = 'state'")
    page = await browser.goes(back)
    assert page.status_code == 500
    assert re.search(r"reference [0-9A-Z]{8}", words(page.text))


async def test_without_an_address_only_this_machine_can_install(ground: Ground) -> None:
    for host in ("flow.evil.example", "127.0.0.1.evil.example:80", "evil.example:127.0.0.1", ""):
        page = await Browser().goes(ground.install, host or "evil.example")
        assert page.status_code == 503
        assert "RESOLUTIONFLOW_URL" in page.text
        assert "location" not in page.headers
    port = urlsplit(ground.address).port
    for host in (f"localhost:{port}", f"127.0.0.1:{port}", f"[::1]:{port}"):
        found = await Browser().goes(ground.install, host)
        [back] = parse_qs(urlsplit(found.headers["location"]).query)["redirect_uri"]
        assert back == f"http://{host}{REDIRECT_PATH}"


async def test_with_an_address_the_host_of_a_request_does_not_matter(storage: Storage) -> None:
    async with grounds(storage, public_url="https://flow.example.com") as ground:
        found = await Browser().goes(ground.install, "evil.example")
        [back] = parse_qs(urlsplit(found.headers["location"]).query)["redirect_uri"]
        assert back == f"https://flow.example.com{REDIRECT_PATH}"


async def test_of_too_many_who_begin_at_once_no_more_is_kept_and_they_are_told_to_wait(
    ground: Ground, storage: Storage
) -> None:
    browser = Browser()
    back = await _return(browser, ground)
    found = await _crowd(ground.install, MOST + 5)
    let_in = [page for page in found if page.status_code == 302]
    assert len(let_in) == MOST - 1
    assert len(await _rows(storage)) == MOST
    [told, *_] = [page for page in found if page not in let_in]
    assert told.status_code == 429
    assert 0 < int(told.headers["retry-after"]) <= 60
    assert "load this page again" in words(told.text)
    assert "set-cookie" not in told.headers
    assert (await browser.goes(back)).status_code == 200  # who had begun before goes on


async def test_of_too_many_who_come_back_at_once_no_more_is_looked_for(ground: Ground) -> None:
    browser = Browser()
    back = await _return(browser, ground)
    guess = f"{ground.address}{REDIRECT_PATH}?code=1&state=1"
    found = await _crowd(guess, MOST, cookie="resolutionflow-slack-install=1")
    assert {page.status_code for page in found} == {400}
    told = await browser.goes(back)
    assert told.status_code == 429
    assert "nothing was lost" in words(told.text)
    assert (await browser.goes(ground.install)).status_code == 302


def test_who_waits_as_long_as_they_were_told_is_let_in() -> None:
    now = 0.0
    visits = Visits(clock=lambda: now)
    for _ in range(MOST):
        assert visits.wait() == 0
        now += 0.5
    assert visits.wait() == 30
    now += 29
    assert visits.wait() == 1
    now += 1
    assert visits.wait() == 0
    assert visits.wait() == 0.5


async def test_pages_are_plain_under_a_strict_policy_and_repeat_nothing(ground: Ground) -> None:
    ground.server.team.name = "<b>Acme</b>&"
    evil = "<script>alert(1)</script>"
    shown = [
        await Browser().opens(ground.install),
        await Browser().goes(f"{ground.address}{REDIRECT_PATH}?error={evil}"),
        await Browser().goes(f"{ground.address}{REDIRECT_PATH}?state={evil}&code={evil}"),
    ]
    for page in shown:
        assert page.headers["content-security-policy"].startswith("default-src 'none'")
        assert page.headers["referrer-policy"] == "no-referrer"
        assert page.headers["cache-control"] == "no-store"
        assert "script" not in page.text
        assert "<b>" not in page.text
        assert page.text.startswith("<!doctype html>")
    assert "&lt;b&gt;Acme&lt;/b&gt;&amp;" in shown[0].text


async def test_a_workspace_that_throws_us_out_is_forgotten(ground: Ground, ada: Person) -> None:
    await Browser().opens(ground.install)
    ground.server.uninstalls(ground.server.team)
    await ground.settled()
    assert await ground.remembered() is None
    with pytest.raises(Unauthorized):
        await ground.adapter.installations.call(ground.server.team.id, "auth.test")


async def test_being_thrown_out_is_told_late_after_we_came_back(ground: Ground) -> None:
    await Browser().opens(ground.install)
    ground.server.uninstalls(ground.server.team)
    await ground.settled()
    late = [each for each in ground.server.delivery.log if each.kind == "event"]
    await Browser().opens(ground.install)
    assert {each.payload["event"]["type"] for each in late} >= {"app_uninstalled", "tokens_revoked"}
    for each in late:
        await ground.server.delivery.again(each)
    await ground.settled()
    assert await ground.remembered() is not None
    await ground.adapter.installations.call(ground.server.team.id, "auth.test")


async def test_while_slack_does_not_say_whether_we_are_out_it_is_asked_to_tell_again(
    ground: Ground,
) -> None:
    await Browser().opens(ground.install)
    ground.server.trouble = Trouble.DOWN
    team = ground.server.team
    told = team.event("tokens_revoked", {"tokens": {"oauth": [], "bot": [team.bot.id]}})
    assert told is not None
    assert (await ground.server.delivery.again(told)).failed
    assert await ground.remembered() is not None


async def test_a_persons_own_token_that_is_revoked_is_not_ours(ground: Ground, ada: Person) -> None:
    await Browser().opens(ground.install)
    ground.server.team.event("tokens_revoked", {"tokens": {"oauth": [ada.user.id], "bot": []}})
    await ground.settled()
    assert await ground.remembered() is not None


async def _return(browser: Browser, ground: Ground) -> str:
    """Where Slack sends the browser back to, not yet opened."""
    found = await browser.opens(ground.install, until=REDIRECT_PATH)
    return found.headers["location"]


async def _crowd(address: str, count: int, *, cookie: str = "") -> list[httpx.Response]:
    """What so many people are answered who open a page at once."""
    async with httpx.AsyncClient(trust_env=False, timeout=20, headers={"Cookie": cookie}) as client:
        return await asyncio.gather(*(client.get(address) for _ in range(count)))


def _calls(ground: Ground, method: str) -> int:
    return sum(called == method for called, _ in ground.server.calls)


async def _rows(storage: Storage) -> list[bytes]:
    async with storage.database.raw() as raw:
        return [row["value"] for row in await raw.fetch("SELECT value FROM memory")]
