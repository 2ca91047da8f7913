"""LangGraph as a peer: a node a decision, interrupt() for the answer, checkpoints in PostgreSQL.

A turn is one ainvoke(Command(resume=answer)), which returns at the next interrupt with
everything written. The tables live in a schema of their own, dropped when opened fresh.
"""

from typing import Literal, TypedDict
from zlib import crc32

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
from langgraph.graph import END as OVER
from langgraph.graph import START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Command, interrupt
from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool

from bot.bench.peers import END, WALK, Decision

_FRESH = "drop schema if exists peer_langgraph cascade; create schema peer_langgraph"
_STORED = """
select (select coalesce(sum(pg_column_size(t.*)), 0) from checkpoints t)
     + (select coalesce(sum(pg_column_size(t.*)), 0) from checkpoint_blobs t)
     + (select coalesce(sum(pg_column_size(t.*)), 0) from checkpoint_writes t) as bytes
"""
_TABLE_BYTES = """
select pg_table_size('checkpoints') + pg_table_size('checkpoint_blobs')
     + pg_table_size('checkpoint_writes') as bytes
"""


class Walked(TypedDict):
    """The graph's state: the last answer; earlier ones are in the checkpoints."""

    answer: str


def _node_name(number: int) -> str:
    return OVER if number == END else f"decision {number}"


def _add(graph: StateGraph[Walked], number: int, decision: Decision) -> None:
    async def ask(state: Walked) -> Command[str]:
        answer = str(interrupt(decision.question))
        # Routing by Command costs less a turn than conditional edges.
        return Command(goto=_node_name(decision.routes[answer]), update={"answer": answer})

    exits = tuple(_node_name(target) for target in decision.routes.values())
    graph.add_node(_node_name(number), ask, destinations=exits)


def _walk_graph() -> StateGraph[Walked]:
    graph = StateGraph(Walked)
    for number, decision in enumerate(WALK):
        _add(graph, number, decision)
    graph.add_edge(START, _node_name(0))
    return graph


class LangGraph:
    """The peer.

    Durability "sync" writes every superstep before the next starts. "exit" writes once, when
    ainvoke returns: for a turn that ends at an interrupt the promise is the same, for less work.
    """

    loses = "A crash loses no answered turn, and every turn stays as a checkpoint."

    def __init__(self, durability: Literal["sync", "exit"] = "sync") -> None:
        self._durability = durability
        self.name = "langgraph" if durability == "sync" else f"langgraph {durability}"

    async def open(self, dsn: str, *, pool: int, fresh: bool = True) -> None:
        """Connect as its documentation says, and let it set its tables up."""
        if fresh:
            async with await AsyncConnection.connect(dsn, autocommit=True) as connection:
                await connection.execute(_FRESH)
        self._pool = _pool(dsn, pool)
        await self._pool.open(wait=True)
        # A saver locks around every query, pool or not (langgraph issue 7259): with one saver
        # the pool would serve one query at a time. So one for each connection.
        savers = [AsyncPostgresSaver(self._pool) for _ in range(pool)]
        await savers[0].setup()
        self._graphs = [_walk_graph().compile(checkpointer=saver) for saver in savers]

    async def begin(self, session: str) -> None:
        """Run to the first interrupt."""
        await self._run(session, Walked(answer=""))

    async def turn(self, session: str, answer: str) -> None:
        """Resume with the answer and run to the next interrupt."""
        await self._run(session, Command(resume=answer))

    async def ended(self, session: str) -> bool:
        """Whether the stored state has no next node."""
        state = await self._graph(session).aget_state(_config(session))
        return not state.next

    async def stored(self) -> int:
        """Bytes of the live rows."""
        return await self._number(_STORED)

    async def table_bytes(self) -> int:
        """Bytes of the tables on disk."""
        return await self._number(_TABLE_BYTES)

    async def close(self) -> None:
        """Close the connections."""
        await self._pool.close()

    async def _run(self, session: str, given: Walked | Command[str]) -> None:
        graph = self._graph(session)
        await graph.ainvoke(given, _config(session), durability=self._durability)

    async def _number(self, query: str) -> int:
        async with self._pool.connection() as connection:
            row = await (await connection.execute(query)).fetchone()
        return int(row["bytes"]) if row else 0

    def _graph(self, session: str) -> CompiledStateGraph[Walked]:
        return self._graphs[crc32(session.encode()) % len(self._graphs)]


def _pool(dsn: str, size: int) -> AsyncConnectionPool[AsyncConnection[DictRow]]:
    return AsyncConnectionPool(
        dsn,
        min_size=size,
        max_size=size,
        open=False,
        connection_class=AsyncConnection[DictRow],
        kwargs={
            "autocommit": True,
            "prepare_threshold": 0,
            "row_factory": dict_row,
            "options": "-c search_path=peer_langgraph",
        },
    )


def _config(session: str) -> RunnableConfig:
    return {"configurable": {"thread_id": session}}
