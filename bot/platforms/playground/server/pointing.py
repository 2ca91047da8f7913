"""Pointing at a message, by its own menu: the bot is asked, and its answer waited for."""

import json

from fastapi import APIRouter, Response

from bot.platforms.playground import wire
from bot.platforms.playground.server.answers import Answers, Spot
from bot.platforms.playground.server.caller import event_of
from bot.platforms.playground.server.refusals import Refused
from bot.platforms.playground.server.routing import raw
from bot.platforms.playground.server.server import Server, thread_of
from bot.platforms.playground.server.store import BOT
from bot.platforms.playground.server.talking import SILENT


class Pointing:
    """The route below /api/as/{user}/messages that points at one."""

    def __init__(self, server: Server, answers: Answers) -> None:
        """`answers` carries out what the bot answers."""
        self._server = server
        self._answers = answers

    def add_to(self, router: APIRouter) -> None:
        """Add it."""
        router.add_api_route(
            "/api/as/{user}/messages/{message}/points",
            self.point,
            methods=["POST"],
            response_model=wire.Outcome,
            summary="Add a message as a note, or start a flow about it",
        )

    async def point(self, user: str, message: str, body: wire.Point) -> Response:
        """At any message that others see too."""
        server = self._server
        row = await server.message(user, message)
        if row["audience"] is not None:
            raise Refused(400, "Only you see this message: point at one that others see too.")
        who, place = server.directory.user(user), server.directory.seen_by(user, row["channel"])
        event = event_of(
            wire.Happened.POINTED,
            who,
            place,
            thread=thread_of(row["thread"]),
            message=message,
            purpose=body.purpose,
            text=row["text"],
            author="" if row["author"] == user else self._name(row["author"]),
            files=json.loads(row["files"]),
        )
        answer = await server.caller.ask(event)
        if answer is None:
            return raw(wire.Outcome(failed=SILENT).model_dump_json())
        spot = Spot(who, place, row["thread"], clicked=row["id"])
        outcome = await self._answers.carry_out(answer, spot)
        return raw((outcome or wire.Outcome()).model_dump_json())

    def _name(self, author: str) -> str:
        return BOT.name if author == BOT.id else self._server.directory.user(author).name
