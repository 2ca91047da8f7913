-- The playground's chat server (bot/platforms/playground/server). No table of the product's knows
-- these, and none of these the product's. Statements are parted by a line that holds only "--".
--
CREATE SCHEMA playground
--
-- Each change of a message or channel takes the next number: it is the message's version.
CREATE SEQUENCE playground.change
--
CREATE TABLE playground.app (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    token text NOT NULL,
    secret text NOT NULL,
    faults text NOT NULL DEFAULT '{}'
)
--
CREATE TABLE playground.user (
    id text PRIMARY KEY,
    position integer NOT NULL,
    name text NOT NULL,
    about text NOT NULL,
    guest boolean NOT NULL DEFAULT false
)
--
-- A channel; with an owner, that user's conversation with the bot. `opened`: the owner has seen it.
CREATE TABLE playground.channel (
    number bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    id text PRIMARY KEY,
    changed bigint NOT NULL DEFAULT nextval('playground.change'),
    name text NOT NULL,
    about text NOT NULL DEFAULT '',
    owner text UNIQUE REFERENCES playground.user,
    writable boolean NOT NULL DEFAULT true,
    opened boolean NOT NULL DEFAULT true
)
--
CREATE UNIQUE INDEX channel_name_key ON playground.channel (name) WHERE owner IS NULL
--
-- `blocks` and `files` are JSON as it is sent; `actions` are digests of the buttons it ever had.
CREATE TABLE playground.message (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    changed bigint NOT NULL DEFAULT nextval('playground.change'),
    channel text NOT NULL REFERENCES playground.channel,
    thread bigint REFERENCES playground.message,
    author text NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    text text NOT NULL,
    blocks text NOT NULL DEFAULT '[]',
    actions bigint[] NOT NULL DEFAULT '{}',
    files text NOT NULL DEFAULT '[]',
    reactions jsonb NOT NULL DEFAULT '{}',
    replies integer NOT NULL DEFAULT 0,
    last_reply timestamptz,
    audience text REFERENCES playground.user,
    quote bigint,
    mark text NOT NULL DEFAULT '',
    edited boolean NOT NULL DEFAULT false,
    deleted boolean NOT NULL DEFAULT false
)
--
CREATE INDEX message_changed ON playground.message (changed)
--
CREATE INDEX message_channel ON playground.message (channel, id) WHERE thread IS NULL
--
CREATE INDEX message_thread ON playground.message (thread, id) WHERE thread IS NOT NULL
--
CREATE UNIQUE INDEX message_mark_key
    ON playground.message (channel, (coalesce(thread, 0)), mark) WHERE mark <> ''
--
CREATE TABLE playground.file (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    owner text NOT NULL,
    message bigint REFERENCES playground.message,
    name text NOT NULL,
    media_type text NOT NULL,
    size bigint NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    content bytea NOT NULL
)
--
-- What is stored is compressed already, or small.
ALTER TABLE playground.file ALTER COLUMN content SET STORAGE EXTERNAL
--
CREATE INDEX file_message ON playground.file (message)
--
-- A form that was opened for one person.
CREATE TABLE playground.form (
    id text PRIMARY KEY,
    owner text NOT NULL REFERENCES playground.user,
    channel text NOT NULL REFERENCES playground.channel,
    thread bigint,
    message text NOT NULL,
    body text NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    accepted boolean NOT NULL DEFAULT false
)
--
-- What a user's home tab shows: digests of its buttons.
CREATE TABLE playground.home (
    owner text PRIMARY KEY REFERENCES playground.user,
    actions bigint[] NOT NULL
)
--
-- Events that the bot has not taken yet, oldest first in each channel. `due` is also how long the
-- one that tries now may take before another does.
CREATE TABLE playground.undelivered (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    channel text NOT NULL REFERENCES playground.channel,
    message bigint,
    version bigint NOT NULL DEFAULT 0,
    event text NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    due timestamptz NOT NULL DEFAULT now()
)
--
CREATE INDEX undelivered_channel ON playground.undelivered (channel, id)
