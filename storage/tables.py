"""The tables. Every one but `installation`, `account` and `memory` carries account_id, and refers
to others together with it, so that no row can point into another account. No queries here.
"""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        "ck": "%(table_name)s_%(constraint_name)s_check",
    }
)


def _id(name: str = "id", *, nullable: bool = False) -> Column[object]:
    return Column(name, Uuid, nullable=nullable)


def _when(name: str, *, nullable: bool = False, now: bool = False) -> Column[object]:
    default = func.now() if now else None
    return Column(name, DateTime(timezone=True), nullable=nullable, server_default=default)


def _text(name: str, *, nullable: bool = False) -> Column[object]:
    return Column(name, Text, nullable=nullable)


def _to(
    table: str, column: str, *, of: str = "id", ondelete: str | None = None
) -> ForeignKeyConstraint:
    """A reference inside one account."""
    return ForeignKeyConstraint(
        ["account_id", column], [f"{table}.account_id", f"{table}.{of}"], ondelete=ondelete
    )


def _of_account() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["account_id"], ["account.id"])


def _key(*columns: str) -> PrimaryKeyConstraint:
    return PrimaryKeyConstraint("account_id", *columns)


installation = Table(
    "installation",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    _when("created_at", now=True),
    CheckConstraint("id = 1", name="single"),
)

account = Table(
    "account",
    metadata,
    _id(),
    _text("name"),
    Column("time_zone", Text, nullable=False, server_default="UTC"),
    Column("verification_hours", Integer, nullable=False, server_default="72"),
    Column("file_quota", BigInteger, nullable=False, server_default=str(2 * 1024**3)),
    _when("created_at", now=True),
    PrimaryKeyConstraint("id"),
)

team = Table(
    "team",
    metadata,
    _id("account_id"),
    _id(),
    _text("name"),
    _key("id"),
    _of_account(),
    UniqueConstraint("account_id", "name"),
)

person = Table(
    "person",
    metadata,
    _id("account_id"),
    _id(),
    _text("name"),
    _text("role"),
    _id("merged_into", nullable=True),
    _when("created_at", now=True),
    _key("id"),
    _of_account(),
    _to("person", "merged_into"),
)

team_member = Table(
    "team_member",
    metadata,
    _id("account_id"),
    _id("team_id"),
    _id("person_id"),
    _key("team_id", "person_id"),
    _to("team", "team_id", ondelete="CASCADE"),
    _to("person", "person_id"),
)

workspace = Table(
    "workspace",
    metadata,
    _id("account_id"),
    _id(),
    _text("platform"),
    _text("external_id"),
    _text("name"),
    _when("linked_at", now=True),
    _key("id"),
    _of_account(),
    UniqueConstraint("id"),
    UniqueConstraint("platform", "external_id"),
)

identity = Table(
    "identity",
    metadata,
    _id("account_id"),
    _id("workspace_id"),
    _text("external_id"),
    _id("person_id"),
    _text("name"),
    _when("created_at", now=True),
    _key("workspace_id", "external_id"),
    _to("workspace", "workspace_id", ondelete="CASCADE"),
    _to("person", "person_id"),
    UniqueConstraint("workspace_id", "external_id"),
    Index(None, "account_id", "person_id"),
)

link_code = Table(
    "link_code",
    metadata,
    _id("account_id"),
    Column("digest", LargeBinary, nullable=False),
    _text("purpose"),
    _id("person_id", nullable=True),
    _text("role", nullable=True),
    _when("expires_at"),
    _when("spent_at", nullable=True),
    _key("digest"),
    _of_account(),
    _to("person", "person_id"),
    UniqueConstraint("digest"),
)

client = Table(
    "client",
    metadata,
    _id("account_id"),
    _id(),
    _text("name"),
    Column("aliases", ARRAY(Text), nullable=False, server_default="{}"),
    _text("psa_company_id", nullable=True),
    Column("facts", JSONB, nullable=False, server_default="{}"),
    _key("id"),
    _of_account(),
    UniqueConstraint("account_id", "name"),
)

# Without these, the parser takes "DNS/DHCP" for one word, a file's name, and "-5" for a number.
_TITLE_WORDS = "to_tsvector('simple', translate(title, '/._@:-+&<>', '          '))"

flow = Table(
    "flow",
    metadata,
    _id("account_id"),
    _id(),
    _text("name"),
    _text("title"),
    _text("category", nullable=True),
    Column("tags", ARRAY(Text), nullable=False, server_default="{}"),
    Column("body", Text, nullable=False, server_default=""),
    _id("owner_id", nullable=True),
    _id("team_id", nullable=True),
    Column("visibility", Text, nullable=False, server_default="account"),
    _text("draft", nullable=True),
    Column("draft_revision", Integer, nullable=False, server_default="0"),
    Column("published", Integer, nullable=False, server_default="0"),
    _id("version_id", nullable=True),
    _when("archived_at", nullable=True),
    _when("updated_at", now=True),
    Column("title_words", TSVECTOR, Computed(_TITLE_WORDS, persisted=True)),
    Column(
        "words",
        TSVECTOR,
        Computed(
            f"setweight({_TITLE_WORDS}, 'A') || setweight(to_tsvector('simple', body), 'C')",
            persisted=True,
        ),
    ),
    _key("id"),
    _of_account(),
    _to("person", "owner_id"),
    _to("team", "team_id"),
    UniqueConstraint("account_id", "name"),
    Index(
        "flow_name_begins_idx",
        "account_id",
        "name",
        postgresql_ops={"name": "text_pattern_ops"},
    ),
    Index("flow_title_words_idx", "title_words", postgresql_using="gin"),
    Index("flow_words_idx", "words", postgresql_using="gin"),
    Index(
        "flow_title_trigrams_idx",
        "title",
        postgresql_using="gin",
        postgresql_ops={"title": "gin_trgm_ops"},
    ),
    Index(
        "flow_shelf_idx",
        "account_id",
        "title",
        postgresql_where=text("archived_at IS NULL AND published > 0"),
    ),
)

pin = Table(
    "pin",
    metadata,
    _id("account_id"),
    _id("person_id"),
    _id("flow_id"),
    _when("at", now=True),
    _key("person_id", "flow_id"),
    _to("person", "person_id"),
    _to("flow", "flow_id", ondelete="CASCADE"),
)

flow_version = Table(
    "flow_version",
    metadata,
    _id("account_id"),
    _id(),
    _id("flow_id"),
    Column("number", Integer, nullable=False),
    _text("document"),
    _id("published_by", nullable=True),
    _when("published_at", now=True),
    _key("id"),
    _to("flow", "flow_id"),
    _to("person", "published_by"),
    UniqueConstraint("account_id", "flow_id", "number"),
)

# As PostgreSQL writes it, so that it can be compared.
_ENDED_AT = (
    "CASE WHEN (status = 'completed'::text) THEN updated_at ELSE NULL::timestamp with time zone END"
)

session = Table(
    "session",
    metadata,
    _id("account_id"),
    _id(),
    Column("revision", Integer, nullable=False),
    _text("status"),
    _id("version_id"),
    _id("driver_id", nullable=True),
    _id("client_id", nullable=True),
    Column("state", JSONB, nullable=False),
    _when("started_at"),
    _when("updated_at"),
    # Columns of their own, because an index on what a click changes would cost every click.
    Column(
        "ended_at",
        DateTime(timezone=True),
        Computed(_ENDED_AT, persisted=True),
    ),
    Column("offered_to", Uuid, Computed("((state -> 'o'::text) ->> 0)::uuid", persisted=True)),
    _key("id"),
    _to("flow_version", "version_id"),
    _to("person", "driver_id"),
    _to("client", "client_id"),
    Index(
        "session_open_idx",
        "account_id",
        "driver_id",
        postgresql_where=text("status <> 'completed'"),
    ),
    Index("session_version_idx", "account_id", "version_id"),
    Index(
        "session_ended_idx",
        "account_id",
        "driver_id",
        "ended_at",
        postgresql_where=text("ended_at IS NOT NULL"),
    ),
    Index(
        "session_offered_idx",
        "account_id",
        "offered_to",
        postgresql_where=text("offered_to IS NOT NULL"),
    ),
    Index(
        "session_client_idx",
        "account_id",
        "client_id",
        postgresql_where=text("client_id IS NOT NULL"),
    ),
    # Room on the page for the next version of the row: a click updates no index.
    postgresql_with={"fillfactor": "60"},
)

trail = Table(
    "trail",
    metadata,
    _id("account_id"),
    _id("session_id"),
    _id("version_id"),
    _id("by_id", nullable=True),
    _when("at"),
    Column("seq", Integer, nullable=False),
    Column("visit", Integer, nullable=False),
    Column("behind", Integer),
    Column("struck_by", Integer),
    _text("kind"),
    _text("node"),
    Column("body", JSONB, nullable=False),
    Column("below", JSONB),
    _text("delivery", nullable=True),
    _key("session_id", "seq"),
    _to("session", "session_id"),
    _to("person", "by_id"),
    Index(
        "trail_delivery_key",
        "account_id",
        "delivery",
        unique=True,
        postgresql_where=text("delivery IS NOT NULL"),
    ),
    Index(
        "trail_file_idx",
        "account_id",
        text("(body ->> 'sha256')"),
        postgresql_where=text("kind = 'attached'"),
    ),
)

place = Table(
    "place",
    metadata,
    _id("account_id"),
    _id(),
    _id("session_id"),
    _id("workspace_id"),
    _text("channel"),
    Column("thread", Text, server_default=""),
    Column("rooted", Boolean, nullable=False, server_default="false"),
    Column("vacated", Boolean, nullable=False, server_default="false"),
    _id("moved_to", nullable=True),
    _when("opened_at", now=True),
    _key("id"),
    _to("session", "session_id"),
    _to("workspace", "workspace_id", ondelete="CASCADE"),
    _to("place", "moved_to"),
    Index(
        "place_spot_key",
        "account_id",
        "workspace_id",
        "channel",
        "thread",
        unique=True,
        postgresql_where=text("NOT vacated"),
    ),
    Index(
        "place_active_key",
        "account_id",
        "session_id",
        unique=True,
        postgresql_where=text("moved_to IS NULL"),
    ),
)

message = Table(
    "message",
    metadata,
    _id("account_id"),
    _id(),
    _id("session_id"),
    _id("place_id"),
    _text("role"),
    _text("reference", nullable=True),
    Column("wanted", Integer, nullable=False),
    Column("shown", Integer, nullable=False, server_default="0"),
    Column("posting", Boolean, nullable=False, server_default="false"),
    _id("claim", nullable=True),
    _when("claimed_until", nullable=True),
    _when("retry_at", nullable=True),
    Column("failures", Integer, nullable=False, server_default="0"),
    _text("failure", nullable=True),
    Column("visit", Integer),
    Column("covered", Boolean, nullable=False, server_default="false"),
    _key("id"),
    _to("session", "session_id"),
    _to("place", "place_id"),
    Index(
        "message_role_key",
        "account_id",
        "session_id",
        "place_id",
        "role",
        unique=True,
        postgresql_where=text("role <> 'past'"),
    ),
    Index("message_wanted_idx", "retry_at", postgresql_where=text("wanted > shown")),
    postgresql_with={"fillfactor": "60"},
)

note_source = Table(
    "note_source",
    metadata,
    _id("account_id"),
    _id("workspace_id"),
    _text("channel"),
    _text("message"),
    _id("session_id", nullable=True),
    Column("seq", Integer),
    _text("waiting_text", nullable=True),
    Column("deleted", Boolean, nullable=False, server_default="false"),
    Column("visit", Integer),
    Column("aside", Boolean, nullable=False, server_default="false"),
    _id("out_by_id", nullable=True),
    _when("seen_at", now=True),
    _key("workspace_id", "channel", "message"),
    _to("workspace", "workspace_id", ondelete="CASCADE"),
    ForeignKeyConstraint(
        ["account_id", "session_id", "seq"],
        ["trail.account_id", "trail.session_id", "trail.seq"],
    ),
    _to("person", "out_by_id"),
    CheckConstraint("(session_id IS NULL) = (seq IS NULL)", name="whole"),
)

form_draft = Table(
    "form_draft",
    metadata,
    _id("account_id"),
    _id("person_id"),
    _id("session_id"),
    _text("form"),
    Column("fields", JSONB, nullable=False),
    _when("updated_at", now=True),
    _key("person_id", "session_id", "form"),
    _to("person", "person_id"),
    _to("session", "session_id"),
)

pointed = Table(
    "pointed",
    metadata,
    _id("account_id"),
    _id("person_id"),
    _text("key"),
    _text("message"),
    _when("at", now=True),
    _key("person_id", "key"),
    _to("person", "person_id"),
)

file = Table(
    "file",
    metadata,
    _id("account_id"),
    Column("sha256", LargeBinary, nullable=False),
    _text("media_type"),
    Column("size", BigInteger, nullable=False),
    Column("content", LargeBinary, nullable=False),
    _when("stored_at", now=True),
    _key("sha256"),
    _of_account(),
    CheckConstraint("size = octet_length(content)", name="size"),
)

memory = Table(
    "memory",
    metadata,
    _text("platform"),
    _text("kind"),
    _text("key"),
    Column("value", LargeBinary, nullable=False),
    _when("expires_at", nullable=True),
    _when("updated_at", now=True),
    PrimaryKeyConstraint("platform", "kind", "key"),
    comment="What platforms remember, sealed. It comes before an account is known: no account_id.",
)
