"""What is worth knowing before a session begins, in words: who else is on this flow, whether it
storms, how it ended here the last time.
"""

from collections.abc import Iterator
from datetime import datetime

from bot.app.answers import choice
from bot.app.chat import Chat
from bot.app.membership import Member
from bot.app.placing import Remark
from bot.app.start import Around, Wanted
from core.session.shows import session_line
from core.session.state import Session, Status
from core.session.verbs import LABELS
from core.session.verbs import SessionVerb as Can
from core.text import plural
from core.verbs import ProductVerb
from core.views import Choice, NoticeView
from storage.histories import Listed

STORMY = 3  # clients within start.STORM
_NAMED = 3  # people who are named; the rest is counted


async def who_else(chat: Chat, member: Member, wanted: Wanted, seen: Around) -> NoticeView:
    """Who is on it already, to be joined; or start anyway."""
    async with chat.desk.storage.work(member.actor.account) as work:
        shown = seen.others[:_NAMED]
        lines = [
            _on_it(other, session_line(await work.histories.flows(other.session), other.session).at)
            for other in shown
        ]
    if len(seen.others) > _NAMED:
        more = plural(len(seen.others) - _NAMED, "more session")
        lines.append(f"And {more}: /flow join {wanted.flow.title}")
    lines += [remark.text for remark in storm(wanted, seen)]
    joins = [_join(other, alone=len(shown) == 1) for other in shown]
    if wanted.client:
        # A button carries no client: nothing that was typed may be lost.
        lines.append(f"To start anyway: {typed(wanted)} anyway")
        return NoticeView("\n".join(lines), tuple(joins))
    anyway = choice(ProductVerb.START_ANYWAY, wanted.flow.id.hex)
    return NoticeView("\n".join(lines), (*joins, anyway))


def typed(wanted: Wanted) -> str:
    """The command that starts it."""
    client = f" for {wanted.client}" if wanted.client else ""
    return f"/flow start {wanted.flow.name}{client}"


def storm(wanted: Wanted, seen: Around) -> Iterator[Remark]:
    """Whether many clients have it at once."""
    if seen.storm >= STORMY:
        flow = f"“{wanted.flow.title}”"
        yield Remark(f"{plural(seen.storm, 'client')} opened {flow} in the last 20 minutes.")


def memory(seen: Around, now: datetime) -> Iterator[Remark]:
    """How it ended here the last time, with its ticket note."""
    last = seen.last
    if last is not None and last.session.outcome is not None:
        by = f" by {last.driver_name}" if last.driver_name else ""
        when, how = _ago((now - last.updated_at).days), last.session.outcome.label.lower()
        note = Choice(Can.TICKET, f"{LABELS[Can.TICKET]} of then", session=last.session.id)
        yield Remark(f"This client had this flow {when}: {how}{by}.", (note,))


def _on_it(other: Listed, at: str) -> str:
    who, where = other.driver_name or "Somebody", _client(other.session, other.client_name)
    match other.session.status:
        case Status.PAUSED:
            return f"{who} has parked this{where}: “{other.session.parked}”."
        case Status.AWAITING:
            return f"{who} waits to see whether the fix holds{where}."
        case _:
            return f"{who} is on this{where}, at “{at}”."


def _client(session: Session, name: str | None) -> str:
    client = name or session.variables.get("client")
    return f" at {client}" if client else ""


def _join(other: Listed, *, alone: bool) -> Choice:
    label = None if alone else f"Join {other.driver_name or 'it'}"
    return choice(ProductVerb.JOIN, label=label, session=other.session.id)


def _ago(days: int) -> str:
    if days < 1:
        return "in the last 24 hours"
    return "yesterday" if days == 1 else f"{days} days ago"
