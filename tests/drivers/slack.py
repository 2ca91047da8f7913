"""People in our small Slack (tests/slack), acting and seeing as their clients let them.

Slack has no slash commands in threads: there a command is typed as a mention. Then no form can
open at once; it comes as a private message with one button, pressed here when a form is looked for.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from tests.drivers.driver import (
    DIRECT,
    POINTS,
    Failed,
    Offered,
    Place,
    Seen,
    SeenField,
    SeenForm,
    refusing,
)
from tests.drivers.labels import offered
from tests.slack.filling import Impossible, options_of
from tests.slack.people import HOME, Person
from tests.slack.reading import marked, searches, words, workable
from tests.slack.server import Slack
from tests.slack.world import Channel, Json, Message, Version, View

# What the stories call a reaction, and its name in Slack. The adapter says the same.
REACTIONS: Mapping[str, str] = {
    "taken": "white_check_mark",
    "answered": "ballot_box_with_check",
    "not-taken": "warning",
    "no-entry": "no_entry",
}
_NAMED = {name: said for said, name in REACTIONS.items()}
DOCUMENT = "document"  # begins the block_ids of a text to copy whole
COMMAND, SEARCH = "/flow", "search"
_PATIENCE = 10.0  # seconds for a Home tab to be filled


@dataclass
class _Search:
    """A menu that is searched by typing: where it is, and what it offers so far."""

    where: str
    label: str
    action: str
    found: Sequence[Json] = ()
    version: int = 0


@dataclass
class _Desk:
    """One person. `meant`: the version of what they saw when they typed a command as a mention,
    0 where no form is to come of it. `met`: they have opened their conversation with the bot.
    `search` is the menu that they have open.
    """

    person: Person
    place: Place
    changed: asyncio.Event
    meant: int = 0
    met: bool = False
    search: _Search | None = None


class SlackDriver:
    """Implements tests.drivers.driver.Driver."""

    def __init__(self, slack: Slack) -> None:
        self._slack = slack
        self._team = slack.team
        self._desks: dict[str, _Desk] = {}

    async def goes(self, who: str, place: Place) -> None:
        desk = self._desk(who)
        with refusing(Impossible):
            desk.person.sees(place.channel)
        if place.channel == DIRECT and not desk.met:
            desk.met = True
            await self._slack.delivery.reachable()
            desk.person.opens_home("messages")
        desk.place = place

    async def looks(self, who: str) -> Sequence[Seen]:
        desk = self._desk(who)
        here = [self._seen(each, each.versions[-1]) for each in self._here(desk, deleted=False)]
        if desk.search is not None and desk.search.version:
            here.append(_opened(desk.search))
        return here

    async def remembers(self, who: str) -> Sequence[Seen]:
        found = [
            self._seen(message, version)
            for message in self._here(self._desk(who), deleted=True)
            for version in message.versions[: None if message.deleted else -1]
        ]
        return sorted(found, key=lambda seen: seen.version)

    async def waits(self, who: str, seconds: float) -> None:
        changed = self._desk(who).changed
        with suppress(TimeoutError):
            await asyncio.wait_for(changed.wait(), min(seconds, 0.25))
        changed.clear()

    async def form(self, who: str) -> SeenForm | None:
        desk = self._desk(who)
        view = desk.person.view
        if view is not None and any(block["type"] == "input" for block in view.blocks):
            return self._form(view)
        if desk.search is not None and not desk.search.version:
            return SeenForm(desk.search.label, "", "", (SeenField(desk.search.label, ""),))
        await self._opens_form(desk)
        return None

    async def home(self, who: str) -> Seen:
        person = self._desk(who).person
        before = person.home.version if person.home else 0
        await self._slack.delivery.reachable()
        person.opens_home()
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                while person.home is None or person.home.version == before:
                    await self.waits(who, _PATIENCE)
        if person.home is None:
            return Seen(HOME, "", True, "", private=True)
        blocks = person.home.blocks
        said, buttons = self._words(blocks), _offered(blocks, "")
        return Seen(HOME, "", True, said, buttons, private=True, version=person.home.version)

    async def suggests(self, who: str, text: str) -> Sequence[str]:
        desk = self._desk(who)
        where = await self._search(desk)
        if not where:
            return []
        found = await desk.person.suggested(where, text.removeprefix(COMMAND).lstrip())
        self._looks_at_toasts(desk)
        return [f"{each['text']['text']} {each['value']}" for each in found]

    async def types(self, who: str, text: str) -> None:
        desk = self._desk(who)
        await self._slack.delivery.reachable()
        desk.search = None
        with refusing(Impossible):
            if desk.place.thread and text.startswith(COMMAND):
                mention = f"@{self._team.app.name}{text.removeprefix(COMMAND)}"
                desk.person.writes(mention, desk.place.channel, desk.place.thread)
                desk.meant = self._team.versions
                # Who types in a story goes on once it was taken, as after a slash command.
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._slack.delivery.settled(), _PATIENCE)
            else:
                await desk.person.types(text, desk.place.channel)
                desk.meant = 0
        self._looks_at_toasts(desk)

    async def writes(
        self, who: str, text: str, *, files: Mapping[str, bytes], quoting: Seen | None
    ) -> None:
        desk = self._desk(who)
        await self._slack.delivery.reachable()
        desk.search = None
        thread = quoting.id if quoting else desk.place.thread
        with refusing(Impossible):
            desk.person.writes(text, desk.place.channel, thread, files=files)

    async def presses(self, who: str, message: Seen, button: Offered) -> None:
        desk = self._desk(who)
        desk.meant = 0  # whoever presses something waits for nothing typed before
        await self._slack.delivery.reachable()
        search, desk.search = desk.search, None
        with refusing(Impossible):
            if message.id == SEARCH and search is not None:
                [picked] = [each for each in search.found if each["value"] == button.handle]
                await desk.person.chooses(search.where, picked, search.action)
            elif self._is_search(desk, message, button):
                desk.search = _Search(message.id, button.label, button.handle)
            else:
                await desk.person.presses(message.id, button.handle)
        self._looks_at_toasts(desk)

    async def fills(self, who: str, values: Mapping[str, str]) -> None:
        desk = self._desk(who)
        await self._slack.delivery.reachable()
        if desk.search is not None:
            [typed] = values.values()
            found = await desk.person.suggested(desk.search.where, typed, desk.search.action)
            desk.search.found, desk.search.version = found, self._team.rings()
            return self._looks_at_toasts(desk)
        view = desk.person.view
        assert view is not None
        with refusing(Impossible):
            for label, value in values.items():
                desk.person.fills(*_filled(view, label, value))
            await desk.person.submits()
        await self._saved(desk)
        return self._looks_at_toasts(desk)

    async def edits(self, who: str, message: Seen, text: str) -> None:
        with refusing(Impossible):
            self._desk(who).person.edits(message.id, text)

    async def deletes(self, who: str, message: Seen) -> None:
        with refusing(Impossible):
            self._desk(who).person.deletes(message.id)

    async def reacts(self, who: str, message: Seen, reaction: str, *, on: bool) -> None:
        with refusing(Impossible):
            self._desk(who).person.reacts(message.id, REACTIONS[reaction], on=on)

    async def points(self, who: str, message: Seen, entry: str) -> None:
        desk = self._desk(who)
        await self._slack.delivery.reachable()
        with refusing(Impossible):
            await desk.person.points(message.id, POINTS[entry])
        self._looks_at_toasts(desk)

    async def lets_out(self, channel: str) -> None:
        team = self._team
        team.removes(team.channel(channel), team.bot, team.user("ada"))

    async def lets_in(self, channel: str) -> None:
        team = self._team
        team.lets_in(team.channel(channel), team.bot, team.user("ada"))

    def _desk(self, who: str) -> _Desk:
        if who not in self._desks:
            person, changed = self._slack.person(who), self._team.watch()
            self._desks[who] = _Desk(person, Place("support"), changed)
        return self._desks[who]

    def _here(self, desk: _Desk, *, deleted: bool) -> list[Message]:
        """The place that is looked at, oldest first; alone with the bot with all its threads."""
        place, viewer = desk.place, desk.person.user.id
        channel = self._channel(desk)
        every = sorted(channel.messages.values(), key=lambda message: message.ts)
        return [
            each
            for each in every
            if each.only_for in ("", viewer)
            and (deleted or not each.deleted)
            and (place.channel == DIRECT or _is_in(each, place.thread))
        ]

    def _channel(self, desk: _Desk) -> Channel:
        name = desk.place.channel
        return desk.person.direct if name == DIRECT else self._team.channel(name)

    def _seen(self, message: Message, version: Version) -> Seen:
        blocks = version.blocks
        said = self._words(blocks) if blocks else marked(version.text, self._names())
        copied = [each for each in blocks if each.get("block_id", "").startswith(DOCUMENT)]
        author = self._team.users[message.user]
        return Seen(
            id=message.ts,
            author=author.name,
            by_bot=message.by_app,
            text=said,
            buttons=_offered(blocks, said),
            private=bool(message.only_for),
            document=self._words(copied),
            reactions=frozenset(_NAMED.get(name, name) for name in message.reactions),
            files=tuple(file.name for file in message.files),
            version=version.number,
        )

    def _words(self, blocks: Sequence[Json]) -> str:
        return words(blocks, self._names())

    def _names(self) -> Mapping[str, str]:
        users = {user.id: user.real_name for user in self._team.users.values()}
        return users | {channel.id: channel.name for channel in self._team.channels.values()}

    def _form(self, view: View) -> SeenForm:
        content = view.content
        inputs = [block for block in view.blocks if block["type"] == "input"]
        fields = tuple(_field(view, block) for block in inputs)
        said, submit = self._words(view.blocks), content["submit"]["text"]
        return SeenForm(content["title"]["text"], said, submit, fields)

    async def _opens_form(self, desk: _Desk) -> None:
        """Press the one button of what came privately after a command typed as a mention."""
        if not desk.meant:
            return
        for message in reversed(self._here(desk, deleted=False)):
            seen = self._seen(message, message.versions[-1])
            if seen.private and seen.version > desk.meant and len(seen.buttons) == 1:
                desk.meant = 0
                await self.presses(desk.person.user.name, seen, seen.buttons[0])
                return

    def _is_search(self, desk: _Desk, message: Seen, button: Offered) -> bool:
        """Whether that is a menu to type into, which no press sends anywhere."""
        home = desk.person.home
        if message.id == HOME:
            blocks: Sequence[Json] = home.blocks if home else ()
        else:
            blocks = desk.person.message(message.id).blocks
        return button.handle in searches(blocks)

    async def _search(self, desk: _Desk) -> str:
        """Where a flow can be searched by typing: in the Home tab, or in a menu before them."""
        if desk.person.home is None:
            await self.home(desk.person.user.name)
        if desk.person.home is not None and searches(desk.person.home.blocks):
            return HOME
        for message in reversed(self._here(desk, deleted=False)):
            if message.by_app and searches(message.blocks):
                return message.ts
        return ""

    async def _saved(self, desk: _Desk) -> None:
        """Until a form that says it is being saved says what came of it."""
        async with asyncio.timeout(_PATIENCE):
            while (
                desk.person.view is not None
                and desk.person.view.content.get("callback_id") == "loading"
            ):
                await self.waits(desk.person.user.name, _PATIENCE)

    def _looks_at_toasts(self, desk: _Desk) -> None:
        toasts, desk.person.toasts = desk.person.toasts, []
        if toasts:
            raise Failed(" ".join(toasts))


def _opened(search: _Search) -> Seen:
    """A menu with what was found for what was typed into it."""
    entries = tuple(
        Offered(each["text"]["text"], each["value"], menu=True) for each in search.found
    )
    return Seen(SEARCH, "", True, search.label, entries, private=True, version=search.version)


def _is_in(message: Message, thread: str) -> bool:
    """Whether it stands in the thread, with its root, or (thread is "") in the channel."""
    if thread:
        return thread in (message.ts, message.thread_ts)
    return not message.in_thread or message.broadcast


def _offered(blocks: Sequence[Json], said: str) -> tuple[Offered, ...]:
    """What can be pressed: labels without the keys and counts that are written into them."""
    return tuple(offered(label, value, said, menu=menu) for label, value, menu in workable(blocks))


def _field(view: View, block: Json) -> SeenField:
    element = block["element"]
    options = {each["value"]: each["text"]["text"] for each in options_of(element)}
    value = view.typed[block["block_id"], element["action_id"]]
    chosen = [each for each in [value.get("selected_option")] if each]
    chosen += value.get("selected_options") or []
    typed = value.get("value") or value.get("selected_date") or value.get("selected_time") or ""
    held = ", ".join(each["text"]["text"] for each in chosen) or typed
    error = view.errors.get(block["block_id"], "")
    return SeenField(block["label"]["text"], held, tuple(options.values()), error)


def _filled(view: View, label: str, value: str) -> tuple[str, str | list[str]]:
    """An input's block_id and its value, from their words on screen."""
    inputs = [block for block in view.blocks if block["type"] == "input"]
    found = [block for block in inputs if block["label"]["text"] == label]
    if not found:
        raise Failed(f"the form has no “{label}”: {[b['label']['text'] for b in inputs]}")
    element = found[0]["element"]
    options = {each["text"]["text"]: each["value"] for each in options_of(element)}
    many = element["type"] in ("checkboxes", "multi_static_select")
    wanted = [each for each in value.split(", ") if each] if many else [value]
    if options and value and not options.keys() >= {*wanted}:
        raise Failed(f"“{label}” does not offer “{value}”: {[*options]}")
    values = [options.get(each, each) for each in wanted]
    return found[0]["block_id"], values if many else values[0]
