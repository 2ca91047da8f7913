"""One person at a terminal in one guided session, by the same use cases as in a chat.

Reading lines and choosing words is all that happens here; every rule is core's.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import TypeVar

import click

from bot.app import showing
from bot.app.desk import Desk, Done, Identity, do, new_delivery
from bot.app.step import press
from bot.cli import asking, terminal
from bot.cli.endings import Refused
from bot.token import Token
from core.errors import Because, Refusal
from core.frozen import frozen
from core.ids import SessionId, VersionId
from core.session.deeds import CustomStepAdded, Deed, NoteAdded, NoteKind, Upgraded
from core.session.forms import custom_step_form
from core.session.shows import as_if_view
from core.session.state import Session, Status
from core.session.verbs import SessionVerb as Can
from core.views import Choice, FormView, StepView

_T = TypeVar("_T")

HELP = """\
Type a number or an answer's words to answer. Anything else becomes a note on this step;
a line that starts with // stays out.

  /how            how to do this step      /back           ask the step before again
  /output         paste a command's output /correct        change an earlier answer
  /skip           couldn't check, with why /custom TEXT    something the flow does not have
  /set            what is not set yet      /scratch TEXT   the scratchpad
  /park WHY       wait for something       /resume         go on
  /handover       ask somebody to go on    /takeover       drive yourself
  /earlier        all answers so far       /ticket         the note as it reads now
  /upgrade        the flow's newer version /cancel WHY     end it without an answer
  /finish         end it from here         /quit           leave; the session is kept
"""


@frozen
class Ended:
    """The walk is over; `note` is the ticket note if the session was completed."""

    note: str | None = None


class Walk:
    """One person at a terminal, in one session."""

    def __init__(self, desk: Desk, who: Identity, session: SessionId) -> None:
        """`who` is known in the workspace of terminals."""
        self._desk = desk
        self._who = who
        self._session = session
        self._view: StepView

    async def run(self) -> Ended:
        """Show a step, take a line, until the session ends or the person leaves."""
        while True:
            shown = await showing.step(self._desk, self._who, self._session)
            if isinstance(shown, Refusal):
                raise Refused(shown.message)
            self._view = shown.step
            if shown.step.status is Status.COMPLETED:
                return Ended(await self._note("markdown"))
            if shown.recap:
                terminal.recap(shown.recap)
            terminal.step(shown.step)
            if not await self._until_changed():
                return Ended()

    async def _until_changed(self) -> bool:
        """Take lines until one changes the step; False when the person leaves."""
        while True:
            line = await asking.aside(lambda: asking.read_line(self._prompt()))
            if line is None or line in ("/quit", "/q"):
                return False
            if line and not line.startswith("//") and await self._take(line):
                return True

    def _prompt(self) -> str:
        if self._view.field is not None and self._view.status is Status.ACTIVE:
            return f"{self._view.field.label} (/skip if it cannot be found out) > "
        return "Answer, note or /help > "

    async def _take(self, line: str) -> bool:
        word, _, rest = line.removeprefix("/").partition(" ")
        if line.startswith("/") and "/" not in word:  # /dev/sda is something to write down
            command = _COMMANDS.get(word)
            if command is None:
                click.echo(f"There is no /{word}. /help lists what there is; /note takes any text.")
                return False
            return await command(self, rest.strip())
        choice = _chosen(self._view, line)
        if choice is not None:
            return await self._choose(choice)
        if self._view.field is not None and self._view.status is Status.ACTIVE:
            return await self._press(self._view.choices[0], {"value": line})
        return await self._do(NoteAdded(line), "Noted.")

    async def _choose(self, choice: Choice) -> bool:
        if choice.verb in ("complete", Can.FINISH):
            form = await showing.completing(self._desk, self._who, self._session)
            values = await self._fill(form)
            return values is not None and await self._press(choice, values)
        return await self._press(choice, {})

    async def _press(self, choice: Choice, values: Mapping[str, str]) -> bool:
        token = Token(self._session, self._view.visit, choice.verb, choice.argument)
        done = await press(self._desk, self._who, token, values, delivery=new_delivery("terminal"))
        if done.refusal is None:
            return True
        if done.refusal.because is Because.NEEDS_CHOICE and done.session is not None:
            return await self._as_if(done, done.session, choice, values)
        stale = done.refusal.because is Because.STALE
        answered = stale and await showing.answered(
            self._desk, self._who, self._session, self._view.visit
        )
        terminal.say(answered or done.refusal.message)
        return stale

    async def _as_if(
        self, done: Done, session: Session, choice: Choice, values: Mapping[str, str]
    ) -> bool:
        """The flow does not say where to go on: the person does."""
        if done.refusal is None:
            return True
        view = as_if_view(done.flows, session, choice.verb, done.refusal)
        terminal.say(view.text)
        picked = await asking.pick([(each.label, each) for each in view.choices])
        return picked is not None and await self._press(picked, values)

    async def _do(self, deed: Deed, said: str) -> bool:
        """A deed that leaves the step as it is."""
        done = await do(
            self._desk, self._who, self._session, deed, delivery=new_delivery("terminal")
        )
        terminal.say(done.refusal.message if done.refusal else said)
        return False

    async def _verb(self, verb: Can, values: Mapping[str, str], argument: str = "") -> bool:
        return await self._press(Choice(verb, "", argument), values)

    async def _fill(self, form: FormView | Refusal) -> dict[str, str] | None:
        """Ask a form's questions one by one; None when the person gives up."""
        if isinstance(form, Refusal):
            terminal.say(form.message)
            return None
        values: dict[str, str] = {}
        for field in form.fields:
            value = await asking.aside(partial(asking.fill, field))
            if value is None:
                return None
            values[field.name] = value
        return values

    async def _note(self, form: str) -> str:
        note = await showing.ticket(self._desk, self._who, self._session, form=form)
        return note.message if isinstance(note, Refusal) else note.text

    async def help(self, _: str) -> bool:
        """What can be typed."""
        click.echo(HELP)
        return False

    async def note(self, text: str) -> bool:
        """A note, whatever it starts with."""
        return await self._do(NoteAdded(text), "Noted.")

    async def how(self, _: str) -> bool:
        """How to do this step."""
        view = await showing.how(self._desk, self._who, self._session)
        if isinstance(view, Refusal):
            terminal.say(view.message)
        else:
            terminal.help_(view)
        return False

    async def back(self, _: str) -> bool:
        """Ask the step before again."""
        before = next((c for c in self._view.more if c.verb == Can.BACK), None)
        if before is None:
            click.echo("There is no step before this one.")
            return False
        return await self._press(before, {})

    async def correct(self, _: str) -> bool:
        """Change an earlier answer."""
        lines = [(f"{line.asked} {line.answer}", line) for line in self._view.past]
        picked = await asking.pick(lines) if lines else None
        if picked is None:
            click.echo("Nothing was changed.")
            return False
        form = await showing.correction(self._desk, self._who, self._session, picked.seq)
        values = await self._fill(form)
        return values is not None and await self._verb(Can.CORRECT, values, str(picked.seq))

    async def output(self, _: str) -> bool:
        """Several lines of a command's output, up to a line with a single dot."""
        click.echo("Paste the output; end with a line that holds a single dot.")
        lines: list[str] = []
        while (line := await asking.aside(asking.read_raw_line)) not in (None, "."):
            lines.append(line or "")
        return await self._do(NoteAdded("\n".join(lines), NoteKind.OUTPUT), "Output kept.")

    async def skip(self, why: str) -> bool:
        """Couldn't check, do or find out; with a reason if one was given."""
        aside = next((c for c in self._view.choices if c.verb.startswith("could-not")), None)
        if aside is None:
            click.echo("This step cannot be skipped.")
            return False
        return await self._press(aside, {"reason": why} if why else {})

    async def custom(self, text: str) -> bool:
        """Something the flow has no step for."""
        if not text:
            values = await self._fill(custom_step_form())
            text = values.get("text", "") if values else ""
        return await self._do(CustomStepAdded(text), "Recorded as a custom step.")

    async def variables(self, _: str) -> bool:
        """Set the variables that this step is missing, or all of the flow's."""
        form = await showing.variables(self._desk, self._who, self._session)
        if isinstance(form, FormView) and self._view.missing:
            fields = tuple(field for field in form.fields if field.label in self._view.missing)
            form = replace(form, fields=fields or form.fields)
        values = await self._fill(form)
        return values is not None and await self._verb(Can.VARIABLES, values)

    async def scratch(self, text: str) -> bool:
        """Save the scratchpad."""
        await self._verb(Can.SCRATCHPAD, {"text": text})
        click.echo("Scratchpad saved.")
        return False

    async def park(self, why: str) -> bool:
        """Wait for something."""
        return await self._verb(Can.PAUSE, {"reason": why})

    async def resume(self, _: str) -> bool:
        """Go on after parking."""
        return await self._verb(Can.RESUME, {})

    async def hand_over(self, message: str) -> bool:
        """Ask a colleague to go on."""
        people = await showing.colleagues(self._desk, self._who)
        if not people:
            click.echo("There is nobody else here to ask.")
            return False
        picked = await asking.pick([(person.name, person) for person in people])
        if picked is None:
            click.echo("Nobody was asked.")
            return False
        return await self._verb(Can.HAND_OVER, {"to": str(picked.id), "message": message})

    async def take_over(self, _: str) -> bool:
        """Drive the session yourself."""
        return await self._verb(Can.TAKE_OVER, {})

    async def earlier(self, _: str) -> bool:
        """Every answer that stands."""
        view = await showing.past(self._desk, self._who, self._session)
        for line in () if isinstance(view, Refusal) else view.lines:
            click.echo(f"  {line.asked} {line.answer}")
        return False

    async def ticket(self, form: str) -> bool:
        """The ticket note as it reads now."""
        click.echo(await self._note(form or "markdown"))
        return False

    async def upgrade(self, _: str) -> bool:
        """Go on with the flow's newer version."""
        newer = await showing.newer_version(self._desk, self._who, self._session)
        if newer is None:
            click.echo("This session runs on the newest version.")
            return False
        version, difference = newer
        for line in difference.lines():
            terminal.say(f"- {line}")
        if not await asking.aside(lambda: asking.agree("Go on with the newer version?")):
            return False
        return await self._upgraded(version)

    async def _upgraded(self, version: VersionId) -> bool:
        done = await do(self._desk, self._who, self._session, Upgraded(version))
        if done.refusal is not None:
            terminal.say(done.refusal.message)
        return done.refusal is None

    async def cancel(self, why: str) -> bool:
        """End without an answer."""
        return await self._verb(Can.CANCEL, {"reason": why})

    async def finish(self, _: str) -> bool:
        """End from any step."""
        return await self._choose(Choice(Can.FINISH, ""))


_COMMANDS: Mapping[str, Callable[[Walk, str], Awaitable[bool]]] = {
    "help": Walk.help,
    "?": Walk.help,
    "note": Walk.note,
    "how": Walk.how,
    "back": Walk.back,
    "correct": Walk.correct,
    "output": Walk.output,
    "skip": Walk.skip,
    "custom": Walk.custom,
    "set": Walk.variables,
    "scratch": Walk.scratch,
    "park": Walk.park,
    "resume": Walk.resume,
    "handover": Walk.hand_over,
    "takeover": Walk.take_over,
    "earlier": Walk.earlier,
    "ticket": Walk.ticket,
    "upgrade": Walk.upgrade,
    "cancel": Walk.cancel,
    "finish": Walk.finish,
}


def _chosen(view: StepView, line: str) -> Choice | None:
    """The choice that a line means: its number where no value is asked for, or its exact label."""
    if view.field is None and line.isdecimal() and 1 <= int(line) <= len(view.choices):
        return view.choices[int(line) - 1]
    wanted = line.casefold()
    return next((c for c in view.choices if c.label.casefold() == wanted), None)
