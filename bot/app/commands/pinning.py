"""Flows kept at hand, by words: what fits is pinned or unpinned; several, or none said, are asked
for. The same answers are for the buttons.
"""

from dataclasses import replace

from bot.app.answers import choice, opened, said
from bot.app.chat import Chat
from bot.app.commands import beginning
from bot.app.commands.said import Said
from bot.app.home import home
from bot.app.membership import Member
from bot.app.pins import choose, pin_form, pinned_like, shelf_of
from bot.app.pins import pin as pin_flow
from bot.app.pins import unpin as unpin_flow
from bot.app.start import find
from bot.port import Answer
from core.errors import Refusal
from core.ids import FlowId
from core.text import plural, shortened
from core.verbs import ProductVerb


async def pin(command: Said) -> Answer:
    """Pin the flow that fits; several, or only alike ones, are offered."""
    if not command.words:
        return await asked(command.chat, command.member)
    found = await find(command.desk, command.who, command.words)
    if isinstance(found, Refusal):
        return said(found.message)
    only = beginning.Search(command.words, found).only
    if only is not None:
        return await pinned(command.chat, command.member, only.id)
    if not found.flows:  # "pin forgotten" may well be a flow
        return await beginning.start(replace(command, words=f"pin {command.words}"))
    choices = [choice(ProductVerb.PIN, flow.id.hex, label=flow.title) for flow in found.flows]
    return said("Pin which one?", *choices)


async def unpin(command: Said) -> Answer:
    """Unpin the flow that fits; where several do, the form asks which."""
    chat, member = command.chat, command.member
    if not command.words:
        return await asked(chat, member)
    flows = pinned_like((await shelf_of(command.desk, member.actor)).pinned, command.words)
    typed = f"“{shortened(command.words, beginning.SHOWN)}”"
    match flows:
        case []:
            return said(f"None of your pinned flows is like {typed}.", choice(ProductVerb.MENU))
        case [flow]:
            await unpin_flow(command.desk, member.actor, flow.id)
            again = choice(ProductVerb.PIN, flow.id.hex, label="Pin it again")
            return await _told(chat, member, said(f"“{flow.title}” is not pinned any more.", again))
        case _:
            prose = f"Several of your pinned flows are like {typed}. Uncheck the one you mean."
            return await asked(chat, member, prose)


async def asked(chat: Chat, member: Member, prose: str | None = None) -> Answer:
    """The form in which flows are picked."""
    view = await pin_form(chat.desk, member.actor, prose)
    return said(view.message) if isinstance(view, Refusal) else opened(view)


async def pinned(chat: Chat, member: Member, flow: FlowId) -> Answer:
    """Pin a flow, and say so."""
    record = await pin_flow(chat.desk, member.actor, flow)
    if isinstance(record, Refusal):
        return said(record.message, choice(ProductVerb.FIND), choice(ProductVerb.MENU))
    text = f"“{record.title}” is pinned: it comes first where flows are offered to you."
    start = choice(ProductVerb.START, record.id.hex, label="Start it")
    return await _told(chat, member, said(text, start, choice(ProductVerb.MENU)))


async def chosen(chat: Chat, member: Member, flows: str) -> Answer:
    """Pin what was checked in the form, and nothing else that it offered."""
    now = await choose(chat.desk, member.actor, flows)
    if isinstance(now, Refusal):
        return said(now.message)
    count = f"{plural(len(now), 'flow is', 'flows are')} pinned" if now else "Nothing is pinned"
    return await _told(chat, member, said(f"{count} now.", choice(ProductVerb.MENU)))


async def _told(chat: Chat, member: Member, answer: Answer) -> Answer:
    """With the Home tab as it is now: what was changed shows there."""
    return replace(answer, home=await home(chat, member))
