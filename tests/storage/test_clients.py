"""The account's customers: found however their name is written."""

import pytest

from tests.company import Company


@pytest.mark.parametrize(
    "typed",
    ["Acme GmbH", "ACME gmbh", " acme gmbh\n", "acme", "A.C.M.E. (Köln)", "a.c.m.e. (KÖLN)"],
)
async def test_a_client_is_found_by_name_or_alias_in_any_case(company: Company, typed: str) -> None:
    async with company.storage.work(company.account) as work:
        id = await work.clients.add(
            "Acme GmbH", aliases=("Acme", "A.C.M.E. (Köln)"), facts={"firewall": "fw01"}
        )
        found = await work.clients.named(typed)
        assert found is not None
        assert (found.id, found.facts) == (id, {"firewall": "fw01"})
        assert id is not None
        assert await work.clients.get(id) == found


@pytest.mark.parametrize(
    "name", ["Straße & Söhne", "İstanbul A.Ş.", "ΣΊΣΥΦΟΣ", "C++ (Dev)", "100% [x]", "a\\b"]
)
async def test_every_client_is_found_by_its_own_name(company: Company, name: str) -> None:
    async with company.storage.work(company.account) as work:
        await work.clients.add(name)
        found = await work.clients.named(name)
        assert found is not None
        assert found.name == name


async def test_what_is_like_a_name_is_not_the_name(company: Company) -> None:
    async with company.storage.work(company.account) as work:
        await work.clients.add("Acme", aliases=("A.me", "Two\nlines"))
        for other in ("", "Acm", "Acme2", "Axme", ".*", "%", "two", "\x00", "A_me"):
            assert await work.clients.named(other) is None, other


async def test_a_name_goes_before_the_alias_of_another(company: Company) -> None:
    async with company.storage.work(company.account) as work:
        await work.clients.add("Aaa Holding", aliases=("Beta",))
        beta = await work.clients.add("Beta")
        found = await work.clients.named("beta")
        assert found is not None
        assert found.id == beta
        assert await work.clients.add("Beta") is None
        assert [client.name for client in await work.clients.all()] == ["Aaa Holding", "Beta"]
