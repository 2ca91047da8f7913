"""The SQL of `messages`: how a message changes, who is told, and what somebody sees."""

from bot.platforms.playground.server.rows import BESIDE, COLUMNS
from bot.platforms.playground.server.store import BOT

KEPT_ACTIONS = 512  # of the buttons a message ever had, the last so many are remembered

ONE = f"SELECT {COLUMNS}, actions FROM playground.message WHERE id = $1"  # noqa: S608
POST = f"""
WITH posted AS (
    INSERT INTO playground.message
        (channel, thread, author, text, blocks, actions, files, audience, quote, mark)
    VALUES ($1, $2::bigint, $3, $4, $5, $6::bigint[], $7, $8::text, $9::bigint, $10)
    ON CONFLICT (channel, coalesce(thread, 0), mark) WHERE mark <> '' DO NOTHING
    RETURNING *
), told AS (
    INSERT INTO playground.undelivered (channel, message, version, event)
    SELECT channel, id, changed, $11::text FROM posted WHERE $11::text <> ''
), root AS (
    UPDATE playground.message
    SET replies = replies + 1, last_reply = clock_timestamp(),
        changed = nextval('playground.change')
    WHERE id = $2::bigint AND $8::text IS NULL AND EXISTS (SELECT FROM posted)
    RETURNING *
)
SELECT {COLUMNS} FROM posted UNION ALL SELECT {COLUMNS} FROM root
"""  # noqa: S608 - constants
MARKED = """
SELECT id FROM playground.message
WHERE channel = $1 AND coalesce(thread, 0) = $2::bigint AND mark = $3 AND mark <> ''
"""
# Committed without a wait for the disk, which takes longer than all else of a click. Whoever shows
# something notes that it is shown afterwards, and durably: the log is one sequence, so that note
# never survives a crash of the database without this, and without the note it is shown again.
SHOW = f"""
UPDATE playground.message
SET text = $2, blocks = $3, changed = nextval('playground.change')
FROM (SELECT set_config('synchronous_commit', 'off', true)) soon
WHERE id = $1 AND author = '{BOT.id}' AND NOT deleted
RETURNING {BESIDE}
"""  # noqa: S608 - constants
# The same for several, each once, in one order: two such statements never wait for each other.
SHOW_MANY = f"""
WITH held AS (
    SELECT m.id FROM playground.message m
    WHERE m.id = ANY($1::bigint[]) AND m.author = '{BOT.id}' AND NOT m.deleted
    ORDER BY m.id FOR UPDATE
)
UPDATE playground.message m
SET text = g.text, blocks = g.blocks, changed = nextval('playground.change')
FROM unnest($1::bigint[], $2::text[], $3::text[]) AS g (id, text, blocks), held,
    (SELECT set_config('synchronous_commit', 'off', true)) soon
WHERE m.id = g.id AND held.id = m.id
RETURNING {", ".join(f"m.{column}" for column in BESIDE.split(", "))}
"""  # noqa: S608 - constants
# Each once, in one order, as SHOW_MANY.
HAD = f"""
WITH held AS (
    SELECT id FROM playground.message WHERE id = ANY($1::bigint[]) AND NOT deleted
    ORDER BY id FOR UPDATE
), given AS (
    SELECT id, ARRAY(SELECT jsonb_array_elements_text(added::jsonb)::bigint) AS added
    FROM unnest($1::bigint[], $2::text[]) AS given (id, added)
)
UPDATE playground.message m
SET actions = (m.actions || g.added)
    [greatest(1, cardinality(m.actions) + cardinality(g.added) - {KEPT_ACTIONS - 1}):]
FROM given g, held
WHERE m.id = g.id AND held.id = m.id
"""  # noqa: S608 - constants
_TELL = """
    INSERT INTO playground.undelivered (channel, message, version, event)
    SELECT channel, id, changed, {event} FROM done WHERE {event} <> ''
"""
REWRITE = f"""
WITH done AS (
    UPDATE playground.message
    SET text = $2, edited = true, changed = nextval('playground.change')
    WHERE id = $1 AND NOT deleted RETURNING *
), told AS ({_TELL.format(event="$3::text")})
SELECT {COLUMNS} FROM done
"""  # noqa: S608 - constants
REACT = f"""
WITH done AS (
    UPDATE playground.message
    SET reactions = reactions || jsonb_build_object(
            $2::text, coalesce(reactions -> $2::text, '[]') || to_jsonb($3::text)),
        changed = nextval('playground.change')
    WHERE id = $1 AND NOT deleted AND NOT coalesce(reactions -> $2::text, '[]') ? $3::text
    RETURNING *
), told AS ({_TELL.format(event="$4::text")})
SELECT {COLUMNS} FROM done
"""  # noqa: S608 - constants
UNREACT = f"""
WITH done AS (
    UPDATE playground.message
    SET reactions = CASE WHEN jsonb_array_length(reactions -> $2::text) = 1
            THEN reactions - $2::text
            ELSE jsonb_set(reactions, ARRAY[$2::text], (reactions -> $2::text) - $3::text) END,
        changed = nextval('playground.change')
    WHERE id = $1 AND NOT deleted AND reactions -> $2::text ? $3::text
    RETURNING *
), told AS ({_TELL.format(event="$4::text")})
SELECT {COLUMNS} FROM done
"""  # noqa: S608 - constants
DELETE = f"""
WITH done AS (
    UPDATE playground.message
    SET deleted = true, text = '', blocks = '[]', files = '[]', reactions = '{{}}',
        actions = '{{}}', quote = NULL, replies = 0, last_reply = NULL,
        changed = nextval('playground.change')
    WHERE (id = $1 OR thread = $1) AND NOT deleted RETURNING *
), told AS (
    INSERT INTO playground.undelivered (channel, message, version, event)
    SELECT channel, id, changed, $2::text FROM done WHERE id = $1 AND $2::text <> ''
), emptied AS (
    DELETE FROM playground.file WHERE message IN (SELECT id FROM done)
), root AS (
    UPDATE playground.message m
    SET replies = m.replies - 1, changed = nextval('playground.change')
    FROM done WHERE done.id = $1 AND m.id = done.thread AND done.audience IS NULL AND m.replies > 0
    RETURNING m.*
)
SELECT {COLUMNS} FROM done UNION ALL SELECT {COLUMNS} FROM root
"""  # noqa: S608 - constants
_SEEN = "(audience IS NULL OR audience = $2) AND NOT deleted"
PAGE = f"""
SELECT {COLUMNS} FROM playground.message
WHERE channel = $1 AND thread IS NULL AND {_SEEN} AND ($3::bigint IS NULL OR id < $3)
ORDER BY id DESC LIMIT $4
"""  # noqa: S608 - constants
THREAD = f"""
SELECT {COLUMNS} FROM playground.message WHERE id = $1
UNION ALL
SELECT * FROM (
    SELECT * FROM (
        SELECT {COLUMNS} FROM playground.message
        WHERE thread = $1 AND {_SEEN} AND ($3::bigint IS NULL OR id < $3)
        ORDER BY id DESC LIMIT $4
    ) newest ORDER BY id
) below
"""  # noqa: S608 - constants
CHANGED = f"""
SELECT last, channels, faults, m.* FROM (
    SELECT (SELECT last_value FROM playground.change) AS last,
        (SELECT max(changed) FROM playground.channel) AS channels,
        (SELECT faults FROM playground.app) AS faults
) signs
LEFT JOIN LATERAL (
    SELECT {COLUMNS}, actions FROM playground.message
    WHERE changed > $1 AND changed <> ALL ($2::bigint[]) ORDER BY changed LIMIT 500
) m ON true
"""  # noqa: S608 - constants
MISSED = f"""
SELECT {COLUMNS} FROM playground.message m
WHERE changed > $1 AND (audience IS NULL OR audience = $2)
    AND EXISTS (
        SELECT FROM playground.channel c WHERE c.id = m.channel AND coalesce(c.owner, $2) = $2)
ORDER BY changed LIMIT $3
"""  # noqa: S608 - constants
