"""A session in PostgreSQL: every step saved once, whoever else is clicking."""

from tests.company import Company, company


async def test_a_step_is_saved_and_read_back(company: Company) -> None:
    session = await company.starts("sam")
    await company.chooses("sam", session, "yes")
    snapshot = await company.reads("sam", session)
    assert snapshot.session.here.node == "second"
    assert [e.deed.kind for e in await company.trail(session)] == ["started", "acted"]
