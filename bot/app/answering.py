"""A reply that is just an option's number or label: it answers the step, and can be undone."""

from collections.abc import Sequence
from dataclasses import replace

from bot.app import forms, showing
from bot.app.desk import Desk, Done
from bot.app.membership import Member
from bot.app.notes import Heard
from bot.app.step import press
from bot.port import Answer, Receipt
from bot.token import Token
from core.errors import Because, Refusal
from core.flow.node import Tone
from core.frozen import frozen
from core.ids import SessionId
from core.session.replying import could_answer, meant_by
from core.session.shows import as_if_view
from core.session.state import Status
from core.session.verbs import SessionVerb as Can
from core.views import Choice, NoticeView, StepView


@frozen
class Meant:
    """What a reply names: choices of the step as it is; none where that one was left since."""

    step: StepView
    visit: int
    choices: tuple[Choice, ...] = ()


async def meant(desk: Desk, member: Member, heard: Heard) -> Meant | None:
    """What a reply answers, judged by the step that was asked when it came; None: it is a note."""
    text, visit = heard.reply.text, heard.source.visit
    if visit is None or heard.place.moved_to is not None or not could_answer(text):
        return None
    shown = await showing.step(desk, member.identity, heard.session)
    if isinstance(shown, Refusal):
        return None
    step = shown.step
    if step.visit != visit:
        choices, numbered = await _left(desk, member, heard.session, visit)
        return Meant(step, visit) if meant_by(choices, text, numbered=numbered) else None
    is_asked = step.field is None and step.status is not Status.COMPLETED
    choices = meant_by(step.choices, text, numbered=is_asked)
    return Meant(step, visit, choices) if choices else None


async def answer(desk: Desk, member: Member, heard: Heard, said: Meant) -> Answer:
    """Answer the step; or say what to press, or who was faster. Raises StorageError."""
    step = said.step
    if not said.choices:
        return await _too_late(desk, member, step.session, said.visit)
    if len(said.choices) > 1:
        return _press("That could be more than one answer. Press the one you mean.", said)
    [choice] = said.choices
    token = Token(step.session, said.visit, choice.verb, choice.argument)
    if forms.opens(token) or forms.asks(step, token):
        return _press(f"“{_bare(choice)}” asks for more. Press it here.", said)
    done = await press(desk, member.identity, token, delivery=heard.reply.delivery)
    if done.refusal is None:
        undo = () if done.repeated else (_done(choice, done),)
        return Answer(receipt=Receipt.ANSWERED, whispers=undo)
    return await _refused(desk, member, token, done)


async def _left(
    desk: Desk, member: Member, session: SessionId, visit: int
) -> tuple[Sequence[Choice], bool]:
    """What a step offered that was answered since, and whether by number."""
    async with desk.storage.work(member.actor.account) as work:
        entry = await work.histories.answer_to(session, visit)
        now = await work.histories.get(session)
        if entry is None or now is None:
            return (), False
        flows = await work.histories.flows(now, (entry,))
    top = entry.stack[-1]
    node = flows[top.version].by_id[top.node]
    choices = [Choice(verb.name, verb.label, verb.argument) for verb in node.verbs()]
    return choices, node.asks() is None


async def _refused(desk: Desk, member: Member, token: Token, done: Done) -> Answer:
    refusal = done.refusal
    assert refusal is not None
    if refusal.because is Because.STALE:
        return await _too_late(desk, member, token.session, token.visit, refusal)
    if refusal.because is Because.NEEDS_CHOICE and done.session is not None:
        asked = as_if_view(done.flows, done.session, token.verb, refusal)
        return _not_taken(replace(asked, session=token.session, visit=token.visit))
    return _not_taken(NoticeView(refusal.message))


async def _too_late(
    desk: Desk, member: Member, session: SessionId, visit: int, refusal: Refusal | None = None
) -> Answer:
    """Somebody was faster: who, and with what."""
    who = await showing.answered(desk, member.identity, session, visit)
    why = refusal.message if refusal else "This step has been answered already."
    return _not_taken(NoticeView(who or why))


def _done(choice: Choice, done: Done) -> NoticeView:
    """What a reply did, with the way back."""
    assert done.session is not None
    assert done.moved is not None
    entry = done.moved.entry
    if not entry.answers:
        return NoticeView(f"Done: {_bare(choice)}.", session=done.session.id)
    undo = Choice(Can.BACK, "Undo", str(entry.seq), Tone.ASIDE)
    text = f"Answered: {_bare(choice)}."
    return NoticeView(text, (undo,), done.session.id, done.session.here.visit)


def _press(text: str, said: Meant) -> Answer:
    return _not_taken(NoticeView(text, said.choices, said.step.session, said.visit))


def _not_taken(notice: NoticeView) -> Answer:
    return Answer(receipt=Receipt.NOT_TAKEN, whispers=(notice,))


def _bare(choice: Choice) -> str:
    return choice.label.rstrip(" .…")
