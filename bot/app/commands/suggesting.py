"""Completions while somebody types: verbs first, then flows, by what is typed so far."""

from collections.abc import Iterator

from bot.app import showing
from bot.app.chat import Chat
from bot.app.commands.registry import VERBS, WORDS
from bot.app.commands.said import Verb
from bot.app.home import SAMPLE
from bot.app.membership import Member
from bot.app.pins import pinned_like, shelf_of
from bot.app.status import fits, own_sessions
from bot.port import Suggestion, Typing
from core.text import cleaned, shortened
from core.views import SessionLine
from storage.flows import FlowRecord
from storage.search import Search

MOST = 10
_LOOKED_AT = 200  # characters of what is typed
_FIRST = 5  # verbs, while nothing is typed
_FLOWS_AFTER = frozenset({"start", "find", "pin"})


async def suggest(chat: Chat, member: Member, typing: Typing) -> tuple[Suggestion, ...]:
    """At most MOST, the likeliest first. Raises StorageError."""
    text = cleaned(typing.text[:_LOOKED_AT]).casefold()
    word, _, rest = text.partition(" ")
    after = rest.strip() or typing.text[:_LOOKED_AT].endswith(" ")
    verb = WORDS.get(word) if after else None
    if verb is None:
        verbs = VERBS[:_FIRST] if not text else tuple(_begun(text))
        flows = await _flows(chat, member, text, MOST - len(verbs))
        return (*map(_typed, verbs), *(_started(flow) for flow in flows))[:MOST]
    if verb.name in _FLOWS_AFTER:
        flows = await _flows(chat, member, rest.strip(), MOST)
        return tuple(_started(flow, f"{verb.name} ") for flow in flows)
    if verb.name == "unpin":
        flows = pinned_like((await shelf_of(chat.desk, member.actor)).pinned, rest)
        return tuple(_started(flow, "unpin ") for flow in flows)[:MOST]
    if verb.name == "handover":
        people = await showing.colleagues(chat.desk, member.identity)
        named = (p.name for p in people if p.name.casefold().startswith(rest.strip()))
        return tuple(Suggestion(name, f"handover {name}") for name in named)[:MOST]
    if verb.name == "resume":
        lines = await own_sessions(chat.desk, member)
        return tuple(_resumed(line) for line in lines if fits(line, rest.split()))[:MOST]
    return ()


def _begun(text: str) -> Iterator[Verb]:
    """The verbs that begin so, by their names before their other words."""
    named = [verb for verb in VERBS if verb.name.startswith(text)]
    yield from named
    for verb in VERBS:
        if verb not in named and any(word.startswith(text) for word in verb.also):
            yield verb


async def _flows(chat: Chat, member: Member, text: str, limit: int) -> list[FlowRecord]:
    async with chat.desk.storage.work(member.actor.account) as work:
        if not text:
            shelf = await work.overview.shelf(member.actor, MOST, named=SAMPLE)
            return list(shelf.flows[: max(limit, 0)])
        return await Search(work.raw, work.account, member.actor).called(text, max(limit, 0))


def _typed(verb: Verb) -> Suggestion:
    usage = verb.usage or verb.name
    return Suggestion(f"{usage} – {verb.says}" if verb.says else usage, verb.name)


def _started(flow: FlowRecord, before: str = "") -> Suggestion:
    """A flow by its own name, which finds no other; after "start" where that is a verb's."""
    before = before or ("start " if flow.name in WORDS else "")
    return Suggestion(shortened(flow.title, 200), f"{before}{flow.name}"[:200])


def _resumed(line: SessionLine) -> Suggestion:
    """A session by its flow and client: where several are alike, it is asked which."""
    named = " ".join(part for part in (line.flow_title, line.client) if part)
    return Suggestion(shortened(f"{named} · at “{line.at}”", 200), f"resume {named}"[:200])
