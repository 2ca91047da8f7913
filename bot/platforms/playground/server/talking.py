"""What people ask the bot and wait for: commands, clicks, forms, suggestions, the home tab.

A click is what happens most: it reads nothing that this process knows, and writes once.
"""

import asyncio
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.routing import Route

from bot.platforms.playground import wire
from bot.platforms.playground.server.answers import Answers, Spot
from bot.platforms.playground.server.buttons import LATER
from bot.platforms.playground.server.caller import event_of
from bot.platforms.playground.server.check import actions_of
from bot.platforms.playground.server.forms import faults_in, unknown_in
from bot.platforms.playground.server.ids import digest, message_number
from bot.platforms.playground.server.known import Known
from bot.platforms.playground.server.refusals import Refused, not_found
from bot.platforms.playground.server.routing import Straight, raw, taking
from bot.platforms.playground.server.server import Server, thread_of
from bot.platforms.playground.server.shape import NEEDED, Wrong, record, word
from bot.platforms.playground.server.shape import text as text_of
from bot.platforms.playground.server.texts import dumps, parsed, storable

_AS = "/api/as/{user}"
SILENT = "ResolutionFlow did not answer. Try again."
_DONE = raw(wire.Outcome().model_dump_json())
_FAILED = raw(wire.Outcome(failed=SILENT).model_dump_json())
_click = record(message=(text_of(40), NEEDED), action=(word(wire.ACTION_BYTES), NEEDED))


class Talking:
    """The routes below /api/as/{user} that the bot answers."""

    def __init__(self, server: Server, answers: Answers) -> None:
        """`answers` carries out what the bot answers."""
        self._server = server
        self._answers = answers

    def add_to(self, router: APIRouter) -> None:
        """Add them."""
        add = router.add_api_route
        add(
            f"{_AS}/clicks",
            self.click,
            methods=["POST"],
            response_model=wire.Outcome,
            openapi_extra=taking(wire.Click),
            summary="Press a button, or pick from a menu",
        )
        add(
            f"{_AS}/commands",
            self.command,
            methods=["POST"],
            response_model=wire.Outcome,
            summary="Type /flow and more",
        )
        add(
            f"{_AS}/forms/{{form}}",
            self.submit,
            methods=["POST"],
            response_model=wire.Outcome,
            summary="Send a form",
        )
        add(
            f"{_AS}/suggestions",
            self.suggest,
            response_model=list[wire.Suggestion],
            summary="How /flow could go on",
        )
        add(
            f"{_AS}/home",
            self.home,
            response_model=wire.Content,
            summary="What the home tab shows",
        )

    async def click(self, user: str, request: Request) -> Response:
        """A button that the message has, or once had. An empty `message` is the home tab."""
        return await self._click(user, await request.body())

    def straight(self) -> Route:
        """Clicks again, for whoever serves them before the framework."""

        async def take(request: Request, body: bytes) -> Response:
            return await self._click(request.path_params["user"], body)

        return Route(f"{_AS}/clicks", Straight(self._server.admit, take), methods=["POST"])

    async def _click(self, user: str, sent: bytes) -> Response:
        server = self._server
        who = server.directory.user(user)
        try:
            body = _click(parsed(sent))
        except Wrong as wrong:
            raise Refused(400, str(wrong)) from None
        except ValueError:
            raise Refused(400, "The body is not JSON.") from None
        if body["message"]:
            known = await self._clicked(user, body["message"], digest(body["action"]))
            if server.directory.place(known.channel) is None:  # another process made it
                await server.directory.reload()
            place = server.directory.seen_by(user, known.channel)
            spot = Spot(who, place, known.thread, clicked=known.number)
        else:
            spot = Spot(who, await server.direct(who), None)
            if not await server.store.home_has(user, digest(body["action"])):
                raise Refused(400, "The home tab has no such button. Open it again.")
        thread = thread_of(spot.thread)
        event = event_of(wire.Happened.CLICK, who, spot.place, thread=thread, **body)
        return await self._asked(event, spot)

    async def command(self, user: str, body: wire.TypedCommand) -> Response:
        """What comes after `/flow`, in a channel or a thread of it."""
        server = self._server
        who, place = await server.seen(user, body.channel)
        spot = Spot(who, place, await server.root(place, body.thread))
        thread, text = thread_of(spot.thread), storable(body.text).strip()
        event = event_of(wire.Happened.COMMAND, who, place, thread=thread, text=text)
        return await self._asked(event, spot)

    async def submit(self, user: str, form: str, body: wire.Fill) -> Response:
        """A form is good for one submission that the bot accepts."""
        server = self._server
        await server.directory.fresh()
        who = server.directory.user(user)
        found = await server.forms.one(user, form)
        if found is None:
            raise Refused(404, "This form was sent already, or is too old. Open it again.")
        values = {name: storable(value) for name, value in body.values.items()}
        unknown = unknown_in(found.body, values)
        if unknown is not None:
            raise Refused(400, f"The form has no field “{unknown[:100]}”.")
        wrong = faults_in(found.body, values)
        if wrong:
            return raw(dumps({"form": None, "errors": wrong, "failed": ""}))
        place = server.directory.seen_by(user, found.channel)
        spot = Spot(who, place, found.thread, clicked=message_number(found.message), form=form)
        event = event_of(
            wire.Happened.SUBMIT,
            who,
            place,
            thread=thread_of(found.thread),
            message=found.message,
            form=form,
            token=found.body["token"],
            values=values,
        )
        return await self._asked(event, spot)

    async def suggest(
        self, user: str, channel: str, text: str = "", thread: str | None = None
    ) -> Response:
        """None where the bot does not answer."""
        who, place = await self._server.seen(user, channel)
        typed = storable(text[: wire.TEXT_LIMIT])
        event = event_of(wire.Happened.SUGGEST, who, place, thread=thread or None, text=typed)
        answer = await self._server.caller.ask(event)
        return raw(dumps(answer["suggestions"] if answer else []))

    async def home(self, user: str) -> Response:
        """As the bot shows it to them now."""
        server = self._server
        await server.directory.fresh()
        who = server.directory.user(user)
        place = await server.direct(who)
        answer = await server.caller.ask(event_of(wire.Happened.HOME, who, place))
        # Who has no home is told why: that is what is shown.
        told = [answer["home"], *answer["whispers"]] if answer else []
        shown: dict[str, Any] | None = next((each for each in told if each), None)
        if shown is None:
            raise Refused(502, SILENT)
        await server.store.home_shown(user, [digest(a) for a in actions_of(shown["blocks"])])
        return raw(dumps(shown))

    async def _asked(self, event: dict[str, Any], spot: Spot) -> Response:
        answer = await self._server.caller.ask(event)
        if answer is None:
            return _FAILED
        outcome = await self._answers.carry_out(answer, spot)
        return _DONE if outcome is None else raw(outcome.model_dump_json())

    async def _clicked(self, user: str, message: str, action: int) -> Known:
        number = message_number(message)
        known = None if number is None else await self._server.board.known(number)
        if known is None or known.audience not in (None, user):
            raise not_found("message")
        if known.deleted:
            raise Refused(404, "This message was deleted.")
        for wait in (0.0, 1.5 * LATER):  # another process may have shown it, a moment ago
            if action not in known.actions:
                await asyncio.sleep(wait)
                known = await self._server.board.known_anew(known.number) or known
        if action not in known.actions:
            raise Refused(400, "This message never had such a button.")
        return known
