"""Buttons outside of a session's step: starting, finding one's way, members. Most are the twins of
something typed, and are carried out as that.
"""

from collections.abc import Mapping

from bot.app import note_files, pointing, showing, starting_from
from bot.app.answers import opened, said, whispered
from bot.app.chat import Chat
from bot.app.commands import command, pinning
from bot.app.desk import do
from bot.app.members import role_form, role_name
from bot.app.membership import Member, change_role
from bot.app.notices import RESUMING
from bot.app.opening import move_here, open_here
from bot.app.pins import FIELD
from bot.app.starting import sample_here, start_here
from bot.port import Answer, Clicked, Command, Submitted
from bot.token import Token
from core.access import Role
from core.errors import NO_SESSION, Refusal
from core.ids import FlowId, PersonId
from core.session.deeds import NoteKeptOut
from core.session.state import Status
from core.verbs import ProductVerb as Can
from core.views import FieldView, FormView
from storage.ids import as_id

Pressed = Clicked | Submitted

_TYPED: Mapping[str, str] = {
    Can.MENU: "menu",
    Can.LIST: "list",
    Can.GUIDE: "help",
    Can.LINK: "link",
    Can.LINK_WORKSPACE: "link workspace",
    Can.MEMBERS: "admin",
}


async def pressed(chat: Chat, member: Member, inbound: Pressed) -> Answer:
    """What to answer. Raises StorageError."""
    token = Token.unpack(inbound.token)
    if token.verb not in set(Can):
        return said(NO_SESSION.message)
    verb = Can(token.verb)
    typed = _TYPED.get(verb)
    if typed is not None:
        return await command(chat, member, Command(inbound.by, inbound.delivery, typed))
    match verb:
        case Can.FIND:
            return await _find(chat, member, inbound)
        case Can.READ_ON:
            return await _read_on(chat, member, token, inbound)
        case Can.NOTE_FILE:
            kind = token.argument
            return await note_files.posted(chat, member, inbound.by, token.session, kind=kind)
        case Can.PIN:
            return await _pin(chat, member, token, inbound)
        case Can.NOTE_TO | Can.START_FROM:
            return await pointing.pressed(chat, member, token, inbound)
        case Can.KEEP_OUT:
            return await _keep_out(chat, member, token, inbound.delivery)
        case Can.ROLE:
            return await _role(chat, member, token, inbound)
        case _:
            return await _began(chat, member, token, inbound)


async def _began(chat: Chat, member: Member, token: Token, inbound: Pressed) -> Answer:
    """Sessions that begin, or go on, where somebody is."""
    by, delivery = inbound.by, inbound.delivery
    match Can(token.verb):
        case Can.SAMPLE:
            return await sample_here(chat, member, by, delivery=delivery)
        case Can.JOIN | Can.OPEN:
            resuming = token.argument == RESUMING
            return await open_here(
                chat, member, by, token.session, delivery=delivery, resuming=resuming
            )
        case Can.MOVE:
            return await move_here(chat, member, by, token.session)
        case verb:
            named, _, kept = token.argument.partition("-")
            flow = as_id(named)
            if flow is None:
                return said("This button names no flow. Type /flow to find one.")
            again = verb is Can.START_ANYWAY
            if kept:
                about = starting_from.About(FlowId(flow), kept, anyway=again)
                return await starting_from.start(chat, member, by, about, delivery=delivery)
            return await start_here(chat, member, by, FlowId(flow), delivery=delivery, anyway=again)


async def _find(chat: Chat, member: Member, inbound: Pressed) -> Answer:
    if isinstance(inbound, Submitted):
        words = inbound.values.get("words", "").strip()
        return await command(chat, member, Command(inbound.by, inbound.delivery, f"start {words}"))
    field = FieldView("words", "What is it about?", required=True, help="For instance: vpn")
    return opened(FormView("Find a flow", Can.FIND, (field,), submit="Find"))


async def _pin(chat: Chat, member: Member, token: Token, inbound: Pressed) -> Answer:
    """Pin the flow that the button names; one that names none asks which."""
    if isinstance(inbound, Submitted):
        return await pinning.chosen(chat, member, inbound.values.get(FIELD, ""))
    flow = as_id(token.argument)
    return await (
        pinning.pinned(chat, member, FlowId(flow)) if flow else pinning.asked(chat, member)
    )


async def _read_on(chat: Chat, member: Member, token: Token, inbound: Pressed) -> Answer:
    """The whole of what did not fit: of a step to who wants to read on, of a ticket note as a file
    in the thread, where it can be copied in one piece.
    """
    desk, who = chat.desk, member.identity
    async with desk.storage.work(member.actor.account) as work:
        is_note = await work.places.is_note(token.session, inbound.message)
        now = await work.histories.get(token.session)
    # A note that was posted this very moment is not known by its reference yet.
    is_fresh = not token.visit and now is not None and now.status is Status.COMPLETED
    if is_note or is_fresh:
        return await note_files.posted(chat, member, inbound.by, token.session)
    shown = await showing.step(desk, who, token.session)
    return said(shown.message) if isinstance(shown, Refusal) else whispered(shown.step)


async def _keep_out(chat: Chat, member: Member, token: Token, delivery: str) -> Answer:
    deed = NoteKeptOut(token.number)
    done = await do(chat.desk, member.identity, token.session, deed, delivery=delivery)
    return said(done.refusal.message if done.refusal else "It stays out of the ticket.")


async def _role(chat: Chat, member: Member, token: Token, inbound: Pressed) -> Answer:
    """Give a member a role: first the form, then what was picked in it."""
    person = as_id(token.argument)
    if person is None:
        return said("This button names no member. Type /flow admin to see them.")
    if isinstance(inbound, Clicked):
        view = await role_form(chat.desk, member.actor, PersonId(person))
        return said(view.message) if isinstance(view, Refusal) else opened(view)
    picked = inbound.values.get("role", "")
    if picked not in set(Role):
        return Answer(errors={"role": "Pick a role."})
    changed = await change_role(chat.desk, member.actor, PersonId(person), Role(picked))
    if isinstance(changed, Refusal):
        return Answer(errors={"role": changed.message})
    return said(f"{changed.name} is {role_name(changed.role)} now.")
