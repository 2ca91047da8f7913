"""The floor: what the database and its driver cost and nothing else. The same rows as ours are
read and written, by one SELECT and one statement, on the same pool; nothing is decided.
"""

import json
from datetime import UTC, datetime

from bot.bench.peers.ours import Ours

_SELECT = "SELECT state, revision FROM session WHERE account_id = $1 AND id = $2"
_WRITE = """
WITH moved AS (
    UPDATE session SET revision = $3, state = $4, updated_at = $5
    WHERE account_id = $1 AND id = $2 AND revision = $3 - 1 RETURNING id
), appended AS (
    INSERT INTO trail (account_id, session_id, seq, at, by_id, kind, body, version_id, node, visit,
                       delivery)
    SELECT $1, $2, $3, $5, $6, 'acted', $7, $8, $9, $10, $11 FROM moved
), marked AS (
    UPDATE message SET wanted = $3
    FROM moved WHERE account_id = $1 AND session_id = moved.id AND role = 'step'
)
SELECT count(*) FROM moved
"""


class Floor(Ours):
    """Bare asyncpg on the product's tables."""

    name = "floor"
    loses = "nothing; the full trail, but nothing checks what is written"

    async def turn(self, session: str, answer: str) -> None:
        """Read the state, write the next one."""
        id, visit = self.sessions[session]
        async with self.storage.database.raw() as raw:
            row = await raw.fetchrow(_SELECT, self.account, id)
            node = f"part-{visit}" if visit < len(self.flow.nodes) - 1 else "end"
            state = {
                "p": [[str(self.version), node, visit + 1]],
                "n": visit + 1,
                "d": str(self.person),
                "b": row["revision"] + 1,
            }
            await raw.fetchval(
                _WRITE,
                self.account,
                id,
                row["revision"] + 1,
                json.dumps(state),
                datetime.now(UTC),
                self.person,
                json.dumps({"visit": visit, "verb": "choose", "values": {"option": answer}}),
                self.version,
                f"part-{visit - 1}",
                visit,
                f"{session}:{visit}:{answer}",
            )
        self.sessions[session] = (id, visit + 1)
