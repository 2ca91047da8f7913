"""One-time codes: once, for ten minutes, however they are typed."""

import pytest

from core.access import Role
from storage.links import Link, Purpose, issue, spend
from tests.company import Company


async def issued(company: Company, link: Link) -> str:
    async with company.storage.installation.begin() as connection:
        return await issue(connection, link)


async def spent(company: Company, code: str) -> Link | None:
    async with company.storage.installation.begin() as connection:
        return await spend(connection, code)


@pytest.fixture
def link(company: Company) -> Link:
    return Link(company.account, Purpose.IDENTITY, company.people["sam"], Role.ENGINEER)


async def test_a_code_is_good_once(company: Company, link: Link) -> None:
    code = await issued(company, link)
    assert len(code) == 9
    assert await spent(company, code) == link
    assert await spent(company, code) is None


async def test_a_link_to_an_account_names_nobody(company: Company) -> None:
    link = Link(company.account, Purpose.WORKSPACE, None, None)
    assert await spent(company, await issued(company, link)) == link


async def test_a_code_is_good_for_ten_minutes(company: Company, link: Link) -> None:
    code, late = await issued(company, link), await issued(company, link)
    async with company.storage.database.raw() as raw:
        lifetimes = await raw.fetch("SELECT expires_at - now() AS left FROM link_code")
        assert all(590 < row["left"].total_seconds() <= 600 for row in lifetimes)
        await raw.execute("UPDATE link_code SET expires_at = expires_at - interval '599 seconds'")
        assert await spent(company, code) == link
        await raw.execute("UPDATE link_code SET expires_at = expires_at - interval '1 second'")
    assert await spent(company, late) is None


async def test_a_wrong_code_says_nothing(company: Company, link: Link) -> None:
    code = await issued(company, link)
    for wrong in ("", "-", code[:-1], code + "0", "ABCD-EFGH", "\ud800", "\x00", "✓" * 10_000):
        assert await spent(company, wrong) is None
    assert await spent(company, code) == link


@pytest.mark.parametrize(
    "typed",
    [
        lambda code: code.lower(),
        lambda code: code.replace("-", ""),
        lambda code: code.replace("-", " "),
        lambda code: code.replace("-", "\u2013"),
        lambda code: f" `{code}` ",
        lambda code: code.replace("0", "O").replace("1", "l"),
        lambda code: code.replace("0", "o").replace("1", "I"),
    ],
)
async def test_a_code_is_read_as_people_type_it(
    company: Company, link: Link, typed: "type[str]"
) -> None:
    code = ""
    while not {"0", "1"} <= set(code):
        code = await issued(company, link)
    assert await spent(company, typed(code)) == link


async def test_a_code_is_not_kept(company: Company, link: Link) -> None:
    code = await issued(company, link)
    async with company.storage.database.raw() as raw:
        row = str(await raw.fetchrow("SELECT * FROM link_code"))
    assert code not in row
    assert code.replace("-", "") not in row


async def test_a_code_spent_in_vain_is_good_again(company: Company, link: Link) -> None:
    code = await issued(company, link)
    with pytest.raises(RuntimeError):
        async with company.storage.installation.begin() as connection:
            raise RuntimeError(await spend(connection, code))
    assert await spent(company, code) == link
