"""Finding a flow by what somebody typed, whatever they typed."""

from pathlib import Path

import pytest

import storage
from core.access import Ownership, Visibility
from core.flow import document
from core.flow.model import Flow
from storage.search import Search
from tests.company import FLOW, Company

STARTER = sorted((Path(storage.__file__).parent / "starter").glob("*.yaml"))
TITLES = ("DNS/DHCP failure", "Wi-Fi slow in 2nd floor", "Büro: Drucker offline", "RDS logon slow")


@pytest.fixture
async def library(company: Company) -> Company:
    """A company with the starter flows, and some that have odd titles."""
    for path in STARTER:
        await company.publishes(document.read(path.read_bytes()))
    for number, title in enumerate(TITLES):
        await company.publishes(titled(f"odd-{number}", title))
    return company


def titled(name: str, title: str) -> Flow:
    return FLOW.model_copy(update={"flow": name, "title": title})


async def search(
    company: Company, how: str, typed: str, *, who: str = "sam", limit: int = 10
) -> list[str]:
    actor = await company.actor(who)
    async with company.storage.work(company.account) as work:
        look = getattr(Search(work.raw, company.account, actor), how)
        return [flow.title for flow in await look(typed, limit)]


async def test_as_somebody_types_titles_come_up(library: Company) -> None:
    (vpn,) = await search(library, "titles", "vpn")
    for typed in ("v", "VP", "vpn", "VPN d", "down vpn", " vpn "):
        assert vpn in await search(library, "titles", typed), typed
    assert await search(library, "titles", "vpn printer") == []
    for typed, title in (
        ("dhcp", TITLES[0]),
        ("dns fail", TITLES[0]),
        ("wi-fi", TITLES[1]),
        ("fi", TITLES[1]),
        ("BÜRO", TITLES[2]),
        ("drucker off", TITLES[2]),
    ):
        assert await search(library, "titles", typed) == [title], typed
    assert await search(library, "titles", "slow") == sorted((TITLES[1], TITLES[3]), key=len)


async def test_a_flow_is_found_by_how_its_name_begins(library: Company) -> None:
    await library.publishes(titled("m365-mail-loops", "Letters go round"))
    [loops, mail] = ["Letters go round", "Microsoft 365 mail not delivered"]
    for typed in ("m365", "M365", " m365 mail", "m365-ma", "m365_mail", "m365 - mail"):
        assert await search(library, "names", typed) == [loops, mail], typed
    assert await search(library, "names", "m365 mail", limit=1) == [loops]
    assert await search(library, "names", "m365 mail n") == [mail]
    for typed in ("mail", "365", "m365 delivered", "", " ", "%", "_", "m%5", "m__5", "\\"):
        assert await search(library, "names", typed) == [], typed


async def test_names_and_titles_count_alike_and_each_flow_once(library: Company) -> None:
    await library.publishes(titled("vpn-logs", "Where the logs are"))
    await library.publishes(titled("other", "A VPN for the guests at home"))
    both = ["VPN is down", "Where the logs are", "A VPN for the guests at home"]
    assert await search(library, "called", "vpn") == both
    assert await search(library, "called", "vpn", limit=2) == both[:2]


async def test_of_many_titles_the_shortest_come_first(library: Company) -> None:
    titles = await search(library, "titles", "s", limit=2)
    assert len(titles) == 2
    everything = await search(library, "titles", "s", limit=100)
    assert everything[:2] == titles
    assert [len(t) for t in everything] == sorted(len(t) for t in everything)


async def test_words_in_a_flow_find_it_and_its_title_counts_most(library: Company) -> None:
    await library.publishes(titled("other", "Event 4740 and nothing else"))
    found = await search(library, "words", "4740")
    assert found[0] == "Event 4740 and nothing else"
    assert len(found) > 1
    assert await search(library, "words", "4740 nosuchword") == []
    assert await search(library, "words", "PDC emulator 4740")


@pytest.mark.parametrize(
    ("typed", "name"),
    [("vnp", "vpn-down"), ("vpn dwon", "vpn-down"), ("VNP DOWN", "vpn-down"), ("pvn", "vpn-down"),
     ("lockuot", "ad-lockout"), ("acount lokout", "ad-lockout"), ("drukcer", "odd-2"),
     ("dsn", "odd-0")],
)  # fmt: skip
async def test_a_typo_is_understood(library: Company, typed: str, name: str) -> None:
    actor = await library.actor("sam")
    async with library.storage.work(library.account) as work:
        meant = await Search(work.raw, library.account, actor).did_you_mean(typed)
    assert name in [flow.name for flow in meant]
    assert len(meant) <= 3


async def test_what_is_like_nothing_means_nothing(library: Company) -> None:
    for typed in ("xqzzk", "🔥", "", "   "):
        assert await search(library, "did_you_mean", typed) == []


ODD = (
    "", " ", "&", "|", "!", "(", ")", ":*", "a & b", "a | b", "!vpn", "(vpn", "vpn)", "vpn:*",
    "vpn:A", "<->", "a <-> b", "'", "''", '"', "\\", "'; DROP TABLE flow; --", "%", "_", "___",
    "a_b", "*", "🔥", "👩🏽‍💻 vpn", "\x00", "a\x00b", "\ud800", "²", "½ a", "٣", "e\u0301", "ß",
    "İstanbul", "中文", "-5", "10.0.0.1", "a.b.c", "/etc/passwd", "x" * 10_000, "a " * 5_000,
    "<b>vpn</b>", "&amp;", "http://x/y?z=1", "\u202evpn", "\n\t",
)  # fmt: skip


async def test_no_input_breaks_the_search(library: Company) -> None:
    for typed in ODD:
        for how in ("names", "called", "titles", "words", "did_you_mean"):
            await search(library, how, typed)
    assert len(await search(library, "titles", "'vpn' & !(down) | :*")) == 1


@pytest.mark.parametrize(
    ("how", "typed"),
    [
        ("names", "my"),
        ("called", "my"),
        ("titles", "sec"),
        ("words", "secret"),
        ("did_you_mean", "secrte"),
    ],
)
async def test_what_somebody_may_not_see_is_not_found(
    company: Company, rival: Company, how: str, typed: str
) -> None:
    sam = company.people["sam"]
    secret = titled("my-own", "Secret plan")
    await company.publishes(secret, owned=Ownership(sam, Visibility.PRIVATE))
    await rival.publishes(titled("my-theirs", "Secret too"))
    async with company.storage.work(company.account) as work:
        draft = titled("my-draft", "Secret draft")
        await work.flows.create(draft, Ownership(sam, Visibility.PRIVATE))
        await work.flows.create(titled("my-old", "Secret past"), Ownership(sam, Visibility.ACCOUNT))
        old = await work.flows.by_name("my-old")
        assert old is not None
        await work.flows.publish(old.id, titled("my-old", "Secret past"), by=None)
        await work.flows.archive(old.id, archived=True)
    assert await search(company, how, typed) == ["Secret plan"]
    assert await search(company, how, typed, who="ada") == ["Secret plan"]
    assert await search(company, how, typed, who="kim") == []
