"""People in our small Discord (tests/discord), acting and seeing as their clients let them.

A command has a subcommand, `do` where it has none of its own; the Home tab is `/flow home`. A modal
cannot follow a modal: what comes then is a private message with one button, pressed here when a
form is looked for.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from tests.discord.filling import Impossible
from tests.discord.people import Person
from tests.discord.server import Discord
from tests.discord.world import STARTER, Channel, Interaction, Message, Version
from tests.drivers.discord_reading import (
    asked,
    document,
    filled,
    form,
    leads,
    menu_of,
    page_of,
    said,
    words,
    workable,
)
from tests.drivers.driver import DIRECT, Failed, Offered, Place, Seen, SeenForm, refusing

# What the stories call a reaction, and its emoji. The adapter says the same.
REACTIONS: Mapping[str, str] = {
    "taken": "✅",
    "answered": "☑️",
    "not-taken": "⚠️",
    "no-entry": "⛔",
}
_NAMED = {emoji: said for said, emoji in REACTIONS.items()}
COMMAND, ANYTHING, MENU, HOME = "/flow", "do", "menu", "home"
OPTION, MESSAGE = 6_000, 2_000  # characters that the client takes of an option, and of a message
_LISTENING = 30.0  # seconds that somebody waits for an app that has just been started
_PATIENCE = 10.0  # seconds for what comes at once for whoever looks


@dataclass
class _Desk:
    """One person. `acted` is the version of what they saw when they last did something, or last
    looked into their conversation with the bot; `sent`: what they did last was to send a form.
    `wrong` is what was said of the form that is open.
    """

    person: Person
    place: Place
    changed: asyncio.Event
    acted: int
    sent: bool = False
    wrong: str = ""


class DiscordDriver:
    """Implements tests.drivers.driver.Driver."""

    def __init__(self, discord: Discord) -> None:
        self._discord = discord
        self._chat = discord.chat
        self._desks: dict[str, _Desk] = {}

    async def goes(self, who: str, place: Place) -> None:
        desk = self._desk(who)
        with refusing(Impossible):
            desk.person.sees(place.channel)
        if place.thread:  # it is opened just after the message that it hangs on
            with suppress(TimeoutError):
                await self._chat.until(lambda: self._chat.channels.get(place.thread), _PATIENCE)
        if DIRECT in (place.channel, desk.place.channel):
            desk.acted = self._chat.versions
        desk.place = place
        # Discord tells nobody that somebody has opened an empty conversation: they say hello.
        if place.channel == DIRECT and not desk.person.direct.messages:
            desk.person.writes("Hello", DIRECT)

    async def looks(self, who: str) -> Sequence[Seen]:
        desk = self._desk(who)
        gone = {channel.id for channel in self._channels(desk) if channel.deleted}
        standing = [e for e in self._here(desk) if not e.deleted and e.channel not in gone]
        here = [_now(each) for each in standing]
        every = [self._seen(*each) for each in here] + self._notified(desk)
        return sorted(every, key=lambda seen: int(seen.id))

    async def remembers(self, who: str) -> Sequence[Seen]:
        desk = self._desk(who)
        gone = any(channel.deleted for channel in self._channels(desk))
        found = [
            self._seen(message, version)
            for message in self._here(desk)
            for version in message.versions[: None if gone or message.deleted else -1]
        ]
        return sorted(found, key=lambda seen: seen.version)

    async def waits(self, who: str, seconds: float) -> None:
        changed = self._desk(who).changed
        with suppress(TimeoutError):
            await asyncio.wait_for(changed.wait(), min(seconds, 0.25))
        changed.clear()

    async def form(self, who: str) -> SeenForm | None:
        desk = self._desk(who)
        if desk.person.modal is None:
            await self._leads_on(desk)
        modal = desk.person.modal
        return None if modal is None else form(modal, desk.wrong)

    async def home(self, who: str) -> Seen:
        made = await self._typed(self._desk(who), f"{COMMAND} {HOME}")

        def answered() -> Message | None:
            found = self._chat.message(made.original) if made.original else None
            return None if found is None or found.loading else found

        return self._seen(*_now(await self._chat.until(answered, _PATIENCE)))

    async def suggests(self, who: str, text: str) -> Sequence[str]:
        desk, offered = self._desk(who), self._words()
        typed = text.removeprefix(COMMAND).lstrip()
        word, chosen, _ = typed.partition(" ")
        names = [] if chosen else [each for each in offered if each.startswith(typed)]
        within = typed if chosen and offered.get(word) else f"{ANYTHING} {typed}"
        await self._listened()
        found = await desk.person.suggested(f"{COMMAND} {within}", *_where(desk))
        self._looks_at_toasts(desk)
        return [*(f"{COMMAND} {name}" for name in names), *(f"{c.name} {c.value}" for c in found)]

    async def types(self, who: str, text: str) -> None:
        desk = self._acts(who)
        await self._typed(desk, self._command(text.removeprefix(COMMAND).lstrip()))

    async def writes(
        self, who: str, text: str, *, files: Mapping[str, bytes], quoting: Seen | None
    ) -> None:
        desk = self._acts(who)  # nobody waits with writing until the app listens
        reply_to = quoting.id if quoting else ""
        # Whoever has more to say than one message takes says it in several.
        parts = [text[at : at + MESSAGE] for at in range(0, len(text), MESSAGE)] or [""]
        with refusing(Impossible):
            for part in parts[:-1]:
                desk.person.writes(part, *_where(desk), reply_to=reply_to)
            desk.person.writes(parts[-1], *_where(desk), files=files, reply_to=reply_to)

    async def presses(self, who: str, message: Seen, button: Offered) -> None:
        desk = self._acts(who)
        await self._listened()
        with refusing(Impossible):
            await self._pressed(desk, message.id, button)
        self._looks_at_toasts(desk)

    async def fills(self, who: str, values: Mapping[str, str]) -> None:
        desk, left = self._desk(who), dict(values)
        await self._listened()
        while (modal := desk.person.modal) is not None:
            desk.acted, desk.sent, desk.wrong = self._chat.versions, True, ""
            with refusing(Impossible):
                for label in [each for each in asked(modal) if each in left]:
                    desk.person.fills(*filled(modal, label, left.pop(label)))
                await desk.person.submits()
            self._looks_at_toasts(desk)
            if desk.person.modal is not None or not await self._goes_on(desk, page_of(modal)):
                break
        if left:
            raise Failed(f"the form has no {[*left]}")

    async def edits(self, who: str, message: Seen, text: str) -> None:
        with refusing(Impossible):
            self._acts(who).person.edits(message.id, text)

    async def deletes(self, who: str, message: Seen) -> None:
        """What the bot wrote only an admin deletes: with the thread that hangs on it, as what is
        left of one whose first message is gone is no place for anything.
        """
        desk = self._acts(who)
        found = desk.person.message(message.id)
        with refusing(Impossible):
            if found.author == desk.person.user.id:
                return desk.person.deletes(message.id)
            admin = self._discord.person("ada")
            if found.thread:
                admin.deletes_thread(found.thread)
            return admin.deletes(message.id)

    async def reacts(self, who: str, message: Seen, reaction: str, *, on: bool) -> None:
        with refusing(Impossible):
            self._acts(who).person.reacts(message.id, REACTIONS[reaction], on=on)

    async def points(self, who: str, message: Seen, entry: str) -> None:
        desk = self._acts(who)
        await self._listened()
        with refusing(Impossible):
            await desk.person.points(message.id, entry)
        self._looks_at_toasts(desk)

    async def lets_out(self, channel: str) -> None:
        self._discord.person("ada").permits(channel, "View Channels", on=False)

    async def lets_in(self, channel: str) -> None:
        self._discord.person("ada").permits(channel, "View Channels", on=True)

    async def _listened(self) -> None:
        """Until the app listens: what is pressed or typed as a command is told once, or never."""
        gateway = self._discord.gateway
        await gateway.until(lambda: bool(gateway.open), _LISTENING)

    def _desk(self, who: str) -> _Desk:
        if who not in self._desks:
            person, changed = self._discord.person(who), self._chat.watch()
            self._desks[who] = _Desk(person, Place("support"), changed, self._chat.versions)
        return self._desks[who]

    def _acts(self, who: str) -> _Desk:
        """Somebody is about to do something else than to fill a form, which they have closed."""
        desk = self._desk(who)
        desk.acted, desk.sent, desk.wrong = self._chat.versions, False, ""
        if desk.person.modal is not None:
            desk.person.closes()
        return desk

    def _channels(self, desk: _Desk) -> list[Channel]:
        """Where the place that is looked at has its messages: a thread's root is its channel's."""
        place = desk.place
        if place.channel == DIRECT:
            return [desk.person.direct]
        channel = self._chat.channel(place.channel)
        thread = self._chat.channels.get(place.thread)
        return [channel, *([thread] if thread is not None else [])]

    def _here(self, desk: _Desk) -> list[Message]:
        """The place that is looked at, with what was deleted, oldest first."""
        place, [channel, *threads] = desk.place, self._channels(desk)
        found = [
            each
            for each in channel.messages.values()
            if not place.thread or each.id == place.thread
        ]
        found += [each for thread in threads for each in thread.messages.values()]
        seen = [each for each in found if each.only_for in ("", desk.person.user.id)]
        return [each for each in seen if not each.loading and each.kind != STARTER]

    def _notified(self, desk: _Desk) -> list[Seen]:
        """What has come into their conversation with the bot since they last did something: their
        client tells them, wherever they look. What is said to one person comes so where nothing
        was pressed or typed as a command that could be answered in its place.
        """
        if desk.place.channel == DIRECT:
            return []
        said_to_them = [
            each
            for each in desk.person.direct.messages.values()
            if each.by_app and not each.deleted and not each.loading
        ]
        new = [each for each in said_to_them if each.versions[0].number > desk.acted]
        return [replace(self._seen(*_now(each)), private=True) for each in new]

    def _seen(self, message: Message, version: Version) -> Seen:
        components = version.components
        text = words(components) if components else said(version.content, self._names())
        return Seen(
            id=message.id,
            author=self._chat.users[message.author].name,
            by_bot=message.by_app,
            text=text,
            buttons=workable(components, text),
            private=bool(message.only_for),
            document=document(components),
            reactions=frozenset(_NAMED.get(emoji, emoji) for emoji in message.reactions),
            files=tuple(file.name for file in message.files),
            version=version.number,
        )

    def _names(self) -> Mapping[str, str]:
        return {user.id: user.shown for user in self._chat.users.values()}

    def _words(self) -> Mapping[str, bool]:
        """The subcommands that the client offers, and whether something can follow each."""
        registered = [each for every in self._discord.commands.values() for each in every]
        return {
            option["name"]: bool(option.get("options"))
            for each in registered
            if each["name"] == COMMAND.removeprefix("/")
            for option in each["options"]
        }

    def _command(self, typed: str) -> str:
        """What the client sends for what is typed after `/flow`."""
        word, _, rest = typed.partition(" ")
        offered = self._words()
        if not typed:
            return f"{COMMAND} {MENU}"
        if word in offered and (offered[word] or not rest):
            return f"{COMMAND} {word} {rest[:OPTION]}".rstrip()
        return f"{COMMAND} {ANYTHING} {typed[:OPTION]}"

    async def _typed(self, desk: _Desk, command: str) -> Interaction:
        await self._listened()
        with refusing(Impossible):
            made = await desk.person.types(command, *_where(desk))
        self._looks_at_toasts(desk)
        return made

    async def _pressed(self, desk: _Desk, id: str, button: Offered) -> None:
        if not button.menu:
            await desk.person.presses(id, button.handle)
            return
        versions = reversed(desk.person.message(id).versions)
        menus = [menu_of(version.components, button.handle) for version in versions]
        await desk.person.picks(id, next(filter(None, menus), ""), button.handle)

    async def _leads_on(self, desk: _Desk) -> None:
        """Press the button to a form of what came since they last did something."""
        for message in reversed(self._fresh(desk)):
            button, _ = leads(message.components)
            if button:
                desk.wrong = words(message.components) if desk.sent else ""
                desk.acted = self._chat.versions
                await self._goes_through(desk, message.id, button)
                return

    async def _goes_on(self, desk: _Desk, page: int) -> bool:
        """To the next page of a form, where it has one."""
        for message in reversed(self._fresh(desk)):
            button, number = leads(message.components)
            if number > page:
                await self._goes_through(desk, message.id, button)
                return desk.person.modal is not None
        return False

    async def _goes_through(self, desk: _Desk, id: str, button: str) -> None:
        """One more press on the way to what somebody does."""
        with refusing(Impossible):
            await desk.person.presses(id, button)
        self._looks_at_toasts(desk)

    def _fresh(self, desk: _Desk) -> list[Message]:
        """What the bot has said to them alone, or in place of that, since they did something."""
        there = [*self._here(desk), *desk.person.direct.messages.values()]
        own = [each for each in there if each.by_app and not each.deleted]
        return [each for each in own if each.versions[-1].number > desk.acted]

    def _looks_at_toasts(self, desk: _Desk) -> None:
        toasts, desk.person.toasts = desk.person.toasts, []
        if toasts:
            raise Failed(" ".join(toasts))


def _where(desk: _Desk) -> tuple[str, str]:
    return desk.place.channel, desk.place.thread


def _now(message: Message) -> tuple[Message, Version]:
    return message, message.versions[-1]
