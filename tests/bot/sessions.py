"""Sessions that live in a channel, for the tests of what is sent."""

from core.ids import SessionId
from storage.places import Spot
from tests.company import Company


async def opened(company: Company, channel: str = "C1", thread: str = "") -> SessionId:
    """A session that lives in a channel and was never shown."""
    session = await company.starts("sam")
    await moved(company, session, channel, thread)
    return session


async def moved(company: Company, session: SessionId, channel: str, thread: str = "") -> None:
    """Let a session live in another channel, or a thread of one."""
    async with company.storage.work(company.account) as work:
        now = await work.histories.get(session)
        assert now is not None
        spot = Spot(company.workspace, channel, thread)
        assert await work.places.open(session, spot, revision=now.revision)


async def at_once(company: Company) -> None:
    """Let every wait be over: of messages, and of jobs."""
    async with company.storage.database.raw() as raw:
        await raw.execute("UPDATE message SET retry_at = now(), claimed_until = now()")
        await raw.execute("UPDATE pgqueuer SET execute_after = now() WHERE status = 'queued'")
