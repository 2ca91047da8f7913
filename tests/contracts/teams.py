"""Microsoft Teams under the contract suite: our small Teams and our adapter, by HTTP with real
tokens. The app is installed with the permission to hear every message.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from starlette.applications import Starlette

from bot.platforms.teams.application import Application, Registration
from bot.platforms.teams.carry import RECEIPTS
from bot.platforms.teams.pace import Pace
from bot.platforms.teams.platform import Ears, hearing
from bot.platforms.teams.platform import Teams as Adapter
from bot.platforms.teams.platform import teams as adapter
from bot.platforms.teams.surface import PATH
from bot.port import Sender, Target
from bot.web.listener import address_of, listen
from bot.web.server import answer
from storage.memory import Memories
from storage.sealing import Seal, fresh_key
from storage.storage import Storage
from tests.contracts.harness import Fault, Kind, Lack, Opened, Outcome, Seen
from tests.contracts.product import Product
from tests.teams.filling import Impossible
from tests.teams.identity import Wrong
from tests.teams.limits import Trouble
from tests.teams.parts import inputs, pressables
from tests.teams.people import DIRECT
from tests.teams.server import Teams as Server
from tests.teams.server import serving
from tests.teams.world import Dialog, Json, Message

_FAULTS = {
    Fault.BUSY: Trouble.BUSY,
    Fault.DOWN: Trouble.DOWN,
    Fault.MUMBLES: Trouble.MUMBLES,
}
_RECEIVED = {reaction: receipt.value for receipt, reaction in RECEIPTS.items()}
_INPUT = "in."  # begins the id of every input of a dialog


class Teams:
    """Implements tests.contracts.harness.Harness."""

    typed = 5_000  # characters that one input of a dialog takes
    lacks = frozenset({Lack.SIZES, Lack.LOST, Lack.ROOTS})

    def __init__(self, server: Server, there: Adapter, ears: Ears, *, stranger: Sender) -> None:
        self.product = Product()
        self.sender: Sender = there.sender
        self.stranger = stranger
        self._server, self._ears = server, ears
        self._sam, self._ada = server.person("sam"), server.person("ada")
        self.sam, self.kim = self._sam.user.object_id, "kim"
        self._delivered: dict[tuple[Kind, str], Json] = {}
        tenant, chat = server.tenant.id, server.chat
        self.here = Target(tenant, chat.channel("support").id)
        self.shut = Target(tenant, chat.channel("general").id)
        self.files = Target(tenant, self._sam.direct.id)

    async def types(self, text: str, target: Target | None = None) -> Outcome:
        """Where a form is to come of it, there is a button to it in the chat with the bot."""
        before = len(self._sam.toasts)
        target = target or self.here
        direct = target.channel == self._sam.direct.id
        told = [each.id for each in self._sam.sees(DIRECT)]
        where = (DIRECT, "") if direct else (target.channel, target.thread)
        await self._sam.types(text, *where)
        await self._quiet()
        new = [each for each in self._sam.sees(DIRECT) if each.by_app and each.id not in told]
        for leads in [opener for each in new for opener in _openers(each.card)][:1]:
            await self._sam.presses(new[-1].id, leads)
        return await self._outcome(before)

    async def presses(self, message: str, token: str) -> Outcome:
        before = len(self._sam.toasts)
        asked = None
        for version in reversed([*self._sam.message(message).seen_by(self._sam.user.id)]):
            if handle := _handle_of(version.card, token):
                await self._sam.opens(message, handle)
                asked = await self._sam.presses(message, handle)
                break
            if menu := _menu_of(version.card, token):
                asked = await self._sam.picks(message, menu, token)
                break
        outcome = await self._outcome(before)
        return replace(outcome, failed=asked.failed) if asked else outcome

    async def fills(self, form: str, values: Mapping[str, str]) -> Outcome:
        before = len(self._sam.toasts)
        dialog = self._sam.dialog
        if dialog is None or _key(dialog) != form:
            return Outcome(failed="it is not open any more")
        for name, value in values.items():
            self._sam.fills(f"{_INPUT}{name}", value)
        asked = await self._sam.submits()
        outcome = await self._outcome(before)
        failed = asked.failed if asked else "something is missing"
        again = self._sam.dialog
        return Outcome(outcome.form, _errors(again.card) if again else {}, failed)

    async def writes(
        self, text: str, target: Target | None = None, *, file: bytes | None = None
    ) -> str:
        target = target or self.here
        files = {"router.txt": file} if file is not None else {}
        message = self._sam.writes(text, target.channel, target.thread, files=files)
        await self._quiet()
        return message.id

    async def rewrites(self, message: str, text: str) -> None:
        self._sam.edits(message, text)
        await self._quiet()

    async def deletes(self, message: str) -> None:
        """One of the bot's is deleted by an owner of the team."""
        found = self._server.chat.message(message)
        assert found is not None
        (self._sam if found.author == self._sam.user.id else self._ada).deletes(message)
        await self._quiet()

    async def sees(self, message: str, who: str = "") -> Seen | None:
        person = self._server.person(who or "sam")
        try:
            return _seen(person.message(message), person.user.id)
        except Impossible:
            return None

    async def whispers(self, target: Target | None = None) -> Sequence[Seen]:
        """What came into their chat with the bot."""
        await self._quiet()
        return [_seen(each) for each in self._sam.sees(DIRECT) if each.by_app]

    async def reactions(self, message: str) -> Sequence[str]:
        await self._quiet()
        found = self._sam.message(message).reactions
        return [_RECEIVED[kind] for kind, who in found.items() if self._server.app.bot in who]

    async def home(self) -> Seen:
        await self._sam.types("home", DIRECT)
        await self._quiet()
        return _seen(self._sam.sees(DIRECT)[-1])

    async def suggests(self, text: str) -> Sequence[str]:
        found = await self._sam.searches(text, self.here.channel)
        cards = [each.attachment["content"] for each in found]
        return [each.data["text"] for card in cards for each in pressables(card)]

    async def delivers(self, kind: Kind, event: str, *, genuine: bool = True) -> bool:
        """A message is the same one whatever event tells it, a command is one by its own id."""
        of = (kind, event if kind is Kind.COMMAND else "")
        if of not in self._delivered:
            self._delivered[of] = self._written(
                "vpn" if kind is Kind.MESSAGE else "@ResolutionFlow"
            )
        app, told = self._server.app, self._delivered[of]
        forged = (Wrong.SIGNATURE, app.client_id, self._server.service_url)
        token = "" if genuine else self._server.identity.wrong(*forged)
        taken = await self._server.delivery.again(told, app, token)
        await self._quiet()
        return taken.status == 200

    async def breaks(self, fault: Fault | None) -> None:
        self._server.breaks(_FAULTS[fault] if fault else None)

    def _written(self, text: str) -> Json:
        """What would be told of a message, which does not arrive."""
        delivery = self._server.delivery
        delivery.deaf = True
        self._sam.writes(text, self.here.channel)
        delivery.deaf = False
        return delivery.log[-1].activity

    async def _quiet(self) -> None:
        """Until everything that happened was told, and answered."""
        for _ in range(2):
            await self._server.delivery.settled()
            await self._ears.receiver.finish()

    async def _outcome(self, before: int) -> Outcome:
        """What came of it: a dialog that opened, and what the client told."""
        await self._quiet()
        failed = " ".join(self._sam.toasts[before:])
        dialog = self._sam.dialog
        return Outcome(_opened(dialog), failed=failed) if dialog else Outcome(failed=failed)


@asynccontextmanager
async def by_post(storage: Storage) -> AsyncIterator[Teams]:
    """Teams posts what happened to our address."""
    memory = Memories(storage.database, Seal.of([fresh_key()])).of("teams")
    server = Server()
    server.throttle.off = True  # the suite is quicker than any person
    async with serving(server):
        application = _application(server)
        assert application.registration is not None
        wrong = replace(application.registration, client_secret="of another time")
        unknown = replace(application, registration=wrong)
        async with (
            adapter(unknown, memory) as unknown_there,
            adapter(application, memory) as there,
        ):
            there.calls.pace = Pace(())  # likewise
            product = Product()
            async with hearing(there, product) as ears, _listening(ears, server):
                made = Teams(server, there, ears, stranger=unknown_there.sender)
                made.product = product
                await server.delivery.reachable()
                yield made


def _application(server: Server) -> Application:
    app = server.app
    return Application(
        Registration(app.client_id, app.secret, app.tenant),
        openid_url=server.identity.configuration_url,
        token_url=server.entra.token_url,
        service_url=server.service_url,
    )


@asynccontextmanager
async def _listening(ears: Ears, server: Server) -> AsyncIterator[None]:
    """Serve the door until the end."""
    stop = asyncio.Event()
    with listen("127.0.0.1", 0) as listener:
        server.delivery.bot_url = address_of(listener) + PATH
        async with asyncio.TaskGroup() as group:
            group.create_task(answer(Starlette(routes=list(ears.doors)), listener, stop))
            try:
                yield
            finally:
                stop.set()


def _seen(message: Message, viewer: str = "") -> Seen:
    version = message.shown(viewer)
    said = {"text": version.text, "cards": list(version.cards), "files": message.others}
    return Seen(json.dumps(said, ensure_ascii=False), list(_tokens(version.card)))


def _tokens(card: Json) -> Iterator[str]:
    for each in pressables(card):
        if "token" in each.data:
            yield each.data["token"]
    for field, _ in inputs(card):
        yield from (choice["value"] for choice in field.get("choices") or ())


def _handle_of(card: Json, token: str) -> str:
    """The action that carries a token; "" for none."""
    found = (each.handle for each in pressables(card) if each.data.get("token") == token)
    return next(found, "")


def _menu_of(card: Json, token: str) -> str:
    """The list that offers a token; "" for none."""
    for field, _ in inputs(card):
        if any(choice["value"] == token for choice in field.get("choices") or ()):
            return str(field["id"])
    return ""


def _openers(card: Json) -> list[str]:
    """The actions that open a dialog."""
    return [each.handle for each in pressables(card) if "msteams" in each.data]


def _submit(dialog: Dialog) -> Json:
    [form] = [each.data["form"] for each in pressables(dialog.card) if "form" in each.data]
    return dict(form)


def _key(dialog: Dialog) -> str:
    return str(_submit(dialog)["key"])


def _opened(dialog: Dialog) -> Opened:
    values = {name.removeprefix(_INPUT): value for name, value in dialog.typed.items()}
    return Opened(_key(dialog), dialog.title, values)


def _errors(card: Json) -> dict[str, str]:
    """What is wrong stands above each input."""
    found, said = {}, ""
    for each in card["body"]:
        if each["type"].startswith("Input.") and said:
            found[str(each["id"]).removeprefix(_INPUT)] = said
        said = _warned(each)
    return found


def _warned(element: Json) -> str:
    runs: Any = element.get("inlines") or ()
    words = [each for each in runs if isinstance(each, dict) and each.get("color") == "Attention"]
    return "".join(str(each["text"]) for each in words)
