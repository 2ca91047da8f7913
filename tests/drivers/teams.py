"""People in our small Teams (tests/teams), acting and seeing as their clients let them.

There are no slash commands: in channels and group chats the bot is mentioned, in the chat with it
just written to. What is said to one person comes into that chat: wherever they look, their client
tells them. Files reach the bot in that chat alone. The Home tab is a card there, which their client
asks for again.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from bot.platforms.teams.surface import COMMANDS, GROUP, PERSONAL, TEAM, TYPED, shown
from tests.drivers.driver import (
    DIRECT,
    Failed,
    Offered,
    Place,
    Seen,
    SeenForm,
    refusing,
)
from tests.drivers.teams_reading import (
    ACCEPT,
    DECLINE,
    asked,
    document,
    filled,
    form,
    handle_of,
    is_about,
    is_of_session,
    leads,
    list_of,
    named,
    page_of,
    said,
    words,
    workable,
)
from tests.teams.chat import BOT
from tests.teams.filling import Impossible
from tests.teams.people import Person
from tests.teams.server import Teams
from tests.teams.world import CHANNEL, Asked, Message, Version
from tests.teams.world import Place as TeamsPlace

# What the stories call a reaction, and its name in Teams. The adapter says the same.
REACTIONS: Mapping[str, str] = {
    "taken": "1f4cc_pushpin",
    "answered": "2705_whiteheavycheckmark",
    "not-taken": "1f440_eyes",
}
_NAMED = {name: said for said, name in REACTIONS.items()}
NO_ENTRY, ASIDE = "no-entry", "// "  # bots hear of no reaction to what somebody else wrote
POINTS = {"Add as note": "note", "Start a flow from this": "startFrom"}
COMMAND, MENU, START, HOME = "/flow", "menu", "start", "home"
MESSAGE = 27_900  # characters that the client takes of a message that mentions somebody
_WORDS = {*TYPED, *(word.name for word in COMMANDS)}
_SCOPES = {"channel": TEAM, "groupChat": GROUP, "personal": PERSONAL}
_LISTENING = 30.0  # seconds that somebody waits for an app that has just been started
_PATIENCE = 10.0  # seconds for what comes at once for whoever looks


@dataclass
class _Desk:
    """One person. `acted` is the version of what they saw when they last did something, or last
    looked into their chat with the bot; `told` is what their client has said to them since.
    """

    person: Person
    place: Place
    changed: asyncio.Event
    acted: int
    told: list[Seen] = field(default_factory=list)


class TeamsDriver:
    """Implements tests.drivers.driver.Driver."""

    def __init__(self, teams: Teams) -> None:
        self._teams = teams
        self._chat = teams.chat
        self._desks: dict[str, _Desk] = {}

    async def goes(self, who: str, place: Place) -> None:
        desk = self._desk(who)
        with refusing(Impossible):
            desk.person.sees(place.channel)
        if DIRECT in (place.channel, desk.place.channel):
            desk.acted = self._chat.versions
        desk.place = place

    async def looks(self, who: str) -> Sequence[Seen]:
        desk = self._desk(who)
        viewer = desk.person.user.id
        standing = [each for each in self._here(desk) if not each.deleted]
        here = [self._seen(each, each.shown(viewer), desk) for each in standing]
        every = here + self._notified(desk) + desk.told
        return sorted(every, key=lambda seen: int(seen.id))

    async def remembers(self, who: str) -> Sequence[Seen]:
        desk = self._desk(who)
        viewer = desk.person.user.id
        found = [
            self._seen(message, version, desk)
            for message in self._here(desk)
            for version in [*message.seen_by(viewer)][: None if message.deleted else -1]
        ]
        return sorted(found, key=lambda seen: seen.version)

    async def waits(self, who: str, seconds: float) -> None:
        changed = self._desk(who).changed
        with suppress(TimeoutError):
            await asyncio.wait_for(changed.wait(), min(seconds, 0.25))
        changed.clear()

    async def form(self, who: str) -> SeenForm | None:
        desk = self._desk(who)
        if desk.person.dialog is None:
            await self._leads_on(desk)
        dialog = desk.person.dialog
        return None if dialog is None else form(dialog)

    async def home(self, who: str) -> Seen:
        desk = self._desk(who)
        await self._listened()
        card = self._home(desk)
        if card is None:
            await desk.person.types(HOME, DIRECT)
            card = await self._chat.until(lambda: self._home(desk), _PATIENCE)
        else:
            self._hears(desk, await desk.person.refreshes(card.id))
        return replace(self._seen(card, card.shown(desk.person.user.id), desk), private=True)

    async def suggests(self, who: str, text: str) -> Sequence[str]:
        desk = self._desk(who)
        typed = text.removeprefix(COMMAND).lstrip()
        await self._listened()
        found = await desk.person.searches(typed, *_where(desk))
        kind = self._place(desk).kind
        offered = [word.name for word in shown(_SCOPES[kind]) if word.name.startswith(typed)]
        return [*offered, *(f"{each.name} {each.text}" for each in found)]

    async def types(self, who: str, text: str) -> None:
        desk = self._acts(who)
        await self._listened()
        command = text.removeprefix(COMMAND).lstrip()[:MESSAGE]
        with refusing(Impossible):
            if self._chat.installed(self._place(desk)) is None:
                await self._begins(desk, command)
            elif self._place(desk).kind == CHANNEL:
                await desk.person.types(command, *_where(desk))
            else:
                await desk.person.types(_worded(command), *_where(desk))

    async def writes(
        self, who: str, text: str, *, files: Mapping[str, bytes], quoting: Seen | None
    ) -> None:
        desk = self._acts(who)  # nobody waits with writing until the app listens
        reply_to = quoting.id if quoting else ""
        where = (DIRECT, "") if files else _where(desk)
        # Whoever has more to say than one message takes says it in several.
        parts = [text[at : at + MESSAGE] for at in range(0, len(text), MESSAGE)] or [""]
        with refusing(Impossible):
            for part in parts[:-1]:
                desk.person.writes(part, *where, reply_to=reply_to)
            desk.person.writes(parts[-1], *where, files=files, reply_to=reply_to)

    async def presses(self, who: str, message: Seen, button: Offered) -> None:
        desk = self._acts(who)
        await self._listened()
        with refusing(Impossible):
            self._hears(desk, await self._pressed(desk, message.id, button))

    async def fills(self, who: str, values: Mapping[str, str]) -> None:
        desk, left = self._desk(who), dict(values)
        desk.acted = self._chat.versions
        await self._listened()
        with refusing(Impossible):
            while (dialog := desk.person.dialog) is not None:
                for label in [each for each in asked(dialog) if each in left]:
                    desk.person.fills(*filled(dialog, label, left.pop(label)))
                made = await desk.person.submits()
                if made is not None:
                    self._hears(desk, made)
                after = desk.person.dialog
                if after is None or page_of(after) <= page_of(dialog):
                    break
        if left:
            raise Failed(f"the form has no {[*left]}")

    async def edits(self, who: str, message: Seen, text: str) -> None:
        with refusing(Impossible):
            self._acts(who).person.edits(message.id, text)

    async def deletes(self, who: str, message: Seen) -> None:
        """What the bot wrote only an owner of the team deletes: with all that it wrote below, as a
        thread stands without its first message.
        """
        desk = self._acts(who)
        found = desk.person.message(message.id)
        own = found.author == desk.person.user.id
        with refusing(Impossible):
            if own:
                desk.person.deletes(message.id)
            for each in [*self._chat.places[found.place].standing()]:
                if each.by_app and message.id in (each.id, each.root) and not own:
                    self._teams.person("ada").deletes(each.id)

    async def reacts(self, who: str, message: Seen, reaction: str, *, on: bool) -> None:
        """Bots hear of no reaction to what somebody wrote: who wants it kept out says so in it."""
        if reaction == NO_ENTRY:
            text = message.text.removeprefix(ASIDE)
            return await self.edits(who, message, f"{ASIDE}{text}" if on else text)
        with refusing(Impossible):
            return self._acts(who).person.reacts(message.id, REACTIONS[reaction], on=on)

    async def points(self, who: str, message: Seen, entry: str) -> None:
        desk = self._acts(who)
        await self._listened()
        with refusing(Impossible):
            self._hears(desk, await desk.person.points(message.id, POINTS[entry]))

    async def lets_out(self, channel: str) -> None:
        self._teams.person("ada").uninstalls(channel)

    async def lets_in(self, channel: str) -> None:
        self._teams.person("ada").installs(channel)

    async def _listened(self) -> None:
        """Until the app listens: what is pressed is told once, or never."""
        await self._teams.delivery.reachable(_LISTENING)

    def _desk(self, who: str) -> _Desk:
        if who not in self._desks:
            person, changed = self._teams.person(who), self._chat.watch()
            self._desks[who] = _Desk(person, Place("support"), changed, self._chat.versions)
        return self._desks[who]

    def _acts(self, who: str) -> _Desk:
        """Somebody is about to do something else than to fill a form, which they have closed."""
        desk = self._desk(who)
        desk.acted, desk.told = self._chat.versions, []
        if desk.person.dialog is not None:
            desk.person.closes()
        return desk

    def _here(self, desk: _Desk) -> list[Message]:
        """The place that is looked at, with what was deleted, oldest first."""
        place, thread = self._place(desk), desk.place.thread
        every = sorted(place.messages.values(), key=lambda message: int(message.id))
        if place.kind != CHANNEL:
            return every
        return [each for each in every if (each.thread == thread if thread else not each.root)]

    def _place(self, desk: _Desk) -> TeamsPlace:
        """The place that is looked at, though it was deleted."""
        channel = desk.place.channel
        return desk.person.direct if channel == DIRECT else desk.person.access.known(channel)

    def _conversation(self, desk: _Desk) -> str:
        """The same as the bot knows it."""
        id, thread = self._place(desk).id, desk.place.thread
        return f"{id};messageid={thread}" if thread else id

    def _notified(self, desk: _Desk) -> list[Seen]:
        """What is in their chat with the bot and was said about where they look, or has come since
        they last did something; and what they wrote there instead.
        """
        if desk.place.channel == DIRECT:
            return []
        there, place = desk.person.direct.standing(), self._conversation(desk)
        new = [e for e in there if e.versions[0].number > desk.acted or is_about(e.card, place)]
        seen = [self._seen(each, each.shown(desk.person.user.id), desk) for each in new]
        return [replace(each, private=True) for each in seen]

    def _seen(self, message: Message, version: Version, desk: _Desk) -> Seen:
        card = version.card
        text = words(card) if card else said(version.html, version.text)
        if message.by_app:
            text = text.replace(f"@{BOT}", COMMAND)  # as the stories have it
        user = self._chat.users.get(message.author)
        alone = message.place == desk.person.direct.id
        files = tuple(file.name for file in message.files) + named(message.others)
        return Seen(
            id=message.id,
            author=user.name if user else self._chat.bot_name(message),
            by_bot=message.by_app,
            text=text,
            buttons=workable(card, message.others, text),
            private=message.by_app and alone and not is_of_session(card),
            document=document(card),
            reactions=frozenset(_NAMED.get(name, name) for name in message.reactions),
            files=files,
            version=version.number,
        )

    def _home(self, desk: _Desk) -> Message | None:
        """The card that is asked for again."""
        there = [each for each in desk.person.direct.standing() if each.card.get("refresh")]
        return there[-1] if there else None

    async def _begins(self, desk: _Desk, command: str) -> None:
        """Where the bot is not, its flows are searched for, and begun by a card that they post."""
        found = await desk.person.searches(command, *_where(desk))
        if not found:
            raise Failed(f"nothing is found for “{command}”")
        posted = desk.person.posts(found[0], *_where(desk))
        self._hears(desk, await desk.person.presses(posted.id, "Begin here"))

    async def _pressed(self, desk: _Desk, id: str, button: Offered) -> Asked | None:
        person = desk.person
        if button.handle in (ACCEPT, DECLINE):
            return await person.accepts(id, accepted=button.handle == ACCEPT)
        for version in reversed([*person.message(id).seen_by(person.user.id)]):
            if handle := handle_of(version.card, button.handle):
                await person.opens(id, handle)
                return await person.presses(id, handle)
            if menu := list_of(version.card, button.handle):
                return await person.picks(id, menu, button.handle)
        raise Impossible("there is no such button")

    async def _leads_on(self, desk: _Desk) -> None:
        """Press the button to a form of what came since they last did something."""
        for message in reversed([*desk.person.direct.standing()]):
            button = leads(message.card) if message.versions[0].number > desk.acted else ""
            if button:
                desk.acted = self._chat.versions
                self._hears(desk, await desk.person.presses(message.id, button))
                return

    def _hears(self, desk: _Desk, made: Asked | None) -> None:
        """What their client says of what they did: what came of it, or that nothing did."""
        toasts, desk.person.toasts = desk.person.toasts, []
        if toasts and (made is None or made.failed):
            raise Failed(" ".join(toasts))
        for each in toasts:
            id, version = self._chat.ids.next(), self._chat.rings()
            desk.told.append(Seen(id, "", True, each, private=True, version=version))


def _where(desk: _Desk) -> tuple[str, str]:
    return desk.place.channel, desk.place.thread


def _worded(command: str) -> str:
    """A command where there are no threads: anything else may be meant for a session there."""
    word, _, _ = command.partition(" ")
    return command if word in _WORDS else f"{START} {command}" if command else MENU
