"""Carrying out what the bot answers: in the message that was clicked, in words to one person, as
a form, as a reaction.
"""

from dataclasses import dataclass
from typing import Any

from bot.platforms.playground import wire
from bot.platforms.playground.server.board import Board
from bot.platforms.playground.server.caller import Answer
from bot.platforms.playground.server.directory import Directory
from bot.platforms.playground.server.forms import Forms
from bot.platforms.playground.server.ids import message_id, message_number
from bot.platforms.playground.server.store import BOT, Place


@dataclass(frozen=True, slots=True)
class Spot:
    """Who waits for an answer, and where. `clicked` is the message whose button it was, or that was
    pointed at, `form` the form that was sent.
    """

    user: wire.User
    place: Place
    thread: int | None
    clicked: int | None = None
    form: str = ""


class Answers:
    """Does what the bot answers."""

    def __init__(self, board: Board, forms: Forms, directory: Directory) -> None:
        """What it is done with."""
        self._board = board
        self._forms = forms
        self._directory = directory

    async def carry_out(self, answer: Answer, spot: Spot) -> wire.Outcome | None:
        """What to tell who waits; None where there is nothing to tell."""
        if spot.form and answer["errors"]:
            return wire.Outcome(errors=answer["errors"])
        if spot.form:
            await self._forms.accept(spot.form)
        if answer["replace"] is not None and spot.clicked is not None:
            await self._board.show(spot.clicked, answer["replace"])
        if answer["reaction"] is not None and spot.clicked is not None:
            await self._board.react(spot.clicked, answer["reaction"], BOT.id)
        await self._whisper(answer, spot.user.id, spot.place.id, spot.thread)
        if answer["form"] is None:
            return None
        return wire.Outcome(form=await self._opened(answer["form"], spot))

    async def react(self, event: dict[str, Any], answer: Answer) -> None:
        """For an event that nobody waits for: what it answers to a message, and words."""
        thread, number = event["thread"], message_number(event["message"])
        if answer["reaction"] is not None and number is not None:
            await self._board.react(number, answer["reaction"], BOT.id)
        where = None if thread is None else message_number(thread)
        await self._whisper(answer, event["user"]["id"], event["channel"]["id"], where)

    async def _whisper(self, answer: Answer, user: str, channel: str, thread: int | None) -> None:
        for content in answer["whispers"]:
            await self._board.whisper(user, channel, thread, content)

    async def _opened(self, form: dict[str, Any], spot: Spot) -> wire.OpenForm:
        message = "" if spot.clicked is None else message_id(spot.clicked)
        made = await self._forms.open(
            spot.user.id, spot.place.id, thread=spot.thread, message=message, body=form
        )
        return wire.OpenForm(id=made, form=wire.Form.model_validate(form))
