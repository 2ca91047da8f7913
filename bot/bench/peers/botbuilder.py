"""botbuilder-dialogs 4.17 as a peer: a dialog over ConversationState, stored in PostgreSQL.

A turn is one incoming message activity through adapter, dialog and save_changes. Posting the
next question is left out, as it is for every peer: send_activity would add about a tenth.
"""

import json

import asyncpg
from botbuilder.core import BotAdapter, ConversationState, Storage, TurnContext
from botbuilder.dialogs import Dialog, DialogContext, DialogSet, DialogTurnResult, DialogTurnStatus
from botbuilder.schema import (
    Activity,
    ActivityTypes,
    ChannelAccount,
    ConversationAccount,
    ResourceResponse,
)
from jsonpickle.pickler import Pickler
from jsonpickle.unpickler import Unpickler

from bot.bench.peers import END, WALK

_CREATE = """
drop table if exists peer_botbuilder;
create table peer_botbuilder (key text primary key, value text not null, etag bigint not null)
"""
_READ = "select key, value, etag from peer_botbuilder where key = any($1::text[])"
_WRITE = """
insert into peer_botbuilder as stored values ($1, $2, 1)
on conflict (key) do update set value = excluded.value, etag = stored.etag + 1
where $3::bigint is null or stored.etag = $3
returning etag
"""
_DELETE = "delete from peer_botbuilder where key = any($1::text[])"
_STORED = "select coalesce(sum(pg_column_size(t.*)), 0)::bigint from peer_botbuilder t"
_TABLE_BYTES = "select pg_table_size('peer_botbuilder')"


class PostgresStorage(Storage):  # type: ignore[misc]
    """The SDK's Storage contract, with jsonpickle as in its own Cosmos DB storage."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def read(self, keys: list[str]) -> dict[str, object]:
        """The items that exist, each with the etag that its next write has to match."""
        rows = await self._pool.fetch(_READ, keys)
        return {key: _decode(value, etag) for key, value, etag in rows}

    async def write(self, changes: dict[str, object]) -> None:
        """Insert or replace each item. KeyError: somebody else wrote it since it was read."""
        for key, item in changes.items():
            value, etag = _encode(item)
            if await self._pool.fetchval(_WRITE, key, value, etag) is None:
                raise KeyError(f"Etag conflict on {key}.")

    async def delete(self, keys: list[str]) -> None:
        """Remove those of the items that exist."""
        await self._pool.execute(_DELETE, list(keys))


def _decode(value: str, etag: int) -> object:
    return Unpickler().restore({**json.loads(value), "e_tag": str(etag)})


def _encode(item: object) -> tuple[str, int | None]:
    fields = Pickler().flatten(item)
    etag = fields.pop("e_tag", None)
    return json.dumps(fields, separators=(",", ":")), None if etag in (None, "*") else int(etag)


class WalkDialog(Dialog):  # type: ignore[misc]
    """The walk as a dialog of its own, its position in the dialog's state.

    The documented loop (a component, a two-step waterfall, replace_dialog) does the same with
    three contexts a turn instead of one, for twice the SDK's CPU (0.30 against 0.16 ms).
    """

    async def begin_dialog(
        self, dialog_context: DialogContext, options: object = None
    ) -> DialogTurnResult:
        """Stop at the first question."""
        dialog_context.active_dialog.state["node"] = 0
        return Dialog.end_of_turn

    async def continue_dialog(self, dialog_context: DialogContext) -> DialogTurnResult:
        """Follow the answer's route; stop at the next question or end the dialog."""
        state = dialog_context.active_dialog.state
        state["node"] = WALK[state["node"]].routes[dialog_context.context.activity.text]
        if state["node"] == END:
            return await dialog_context.end_dialog()
        return Dialog.end_of_turn


class LeanAdapter(BotAdapter):  # type: ignore[misc]
    """An adapter without a channel behind it: whatever is sent counts as delivered."""

    async def send_activities(
        self, context: TurnContext, activities: list[Activity]
    ) -> list[ResourceResponse]:
        """Answer as a channel would."""
        return [ResourceResponse(id=str(n)) for n, _ in enumerate(activities)]

    async def update_activity(self, context: TurnContext, activity: Activity) -> None:
        """Nothing is shown, so nothing changes."""

    async def delete_activity(self, context: TurnContext, reference: object) -> None:
        """Nothing is shown, so nothing goes."""


class WalkBot:
    """The bot: runs the dialog for a message and saves the state, at every turn."""

    def __init__(self, storage: Storage) -> None:
        self._conversation = ConversationState(storage)
        self._dialogs = DialogSet(self._conversation.create_property("DialogState"))
        self._dialogs.add(WalkDialog("walk"))

    async def on_turn(self, context: TurnContext) -> None:
        """Continue the dialog, or begin it, and save."""
        dialogs = await self._dialogs.create_context(context)
        result = await dialogs.continue_dialog()
        if result.status == DialogTurnStatus.Empty:
            await dialogs.begin_dialog("walk")
        await self._conversation.save_changes(context)

    async def running(self, context: TurnContext) -> bool:
        """Whether a dialog is running in this conversation, by what is stored."""
        dialogs = await self._dialogs.create_context(context)
        return bool(dialogs.stack)


class BotBuilder:
    """The peer."""

    name = "botbuilder"
    loses = "A crash loses nothing saved, but there is no history: only the last state is kept."

    async def open(self, dsn: str, *, pool: int, fresh: bool = True) -> None:
        """Connect, with the table made anew unless the one there is to be continued."""
        self._pool = await asyncpg.create_pool(dsn, min_size=pool, max_size=pool, reset=_as_it_is)
        if fresh:
            await self._pool.execute(_CREATE)
        self._adapter = LeanAdapter()
        self._bot = WalkBot(PostgresStorage(self._pool))

    async def begin(self, session: str) -> None:
        """A first message begins the dialog."""
        await self.turn(session, "hello")

    async def turn(self, session: str, answer: str) -> None:
        """One message activity through the adapter's pipeline."""
        await self._adapter.run_pipeline(self._context(session, answer), self._bot.on_turn)

    async def ended(self, session: str) -> bool:
        """Whether the stored stack of dialogs is empty."""
        return not await self._bot.running(self._context(session, ""))

    async def stored(self) -> int:
        """Bytes of the live rows."""
        return int(await self._pool.fetchval(_STORED))

    async def table_bytes(self) -> int:
        """Bytes of the table on disk."""
        return int(await self._pool.fetchval(_TABLE_BYTES))

    async def close(self) -> None:
        """Close the connections."""
        await self._pool.close()

    def _context(self, session: str, text: str) -> TurnContext:
        activity = Activity(
            type=ActivityTypes.message,
            channel_id="bench",
            conversation=ConversationAccount(id=session),
            from_property=ChannelAccount(id="engineer"),
            recipient=ChannelAccount(id="bot"),
            text=text,
        )
        return TurnContext(self._adapter, activity)


async def _as_it_is(connection: asyncpg.Connection) -> None:
    # asyncpg's default resets the session at every release: two more round trips a turn, for
    # settings that nothing here changes.
    return
