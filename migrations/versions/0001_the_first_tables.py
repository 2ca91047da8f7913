"""The first tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


_TITLE_WORDS = "to_tsvector('simple', translate(title, '/._@:-+&<>', '          '))"


def upgrade() -> None:
    # Trusted since PostgreSQL 13: the database's owner may create it.
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.create_table(
        "account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), server_default="UTC", nullable=False),
        sa.Column("verification_hours", sa.Integer(), server_default="72", nullable=False),
        sa.Column("file_quota", sa.BigInteger(), server_default="2147483648", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("account_pkey")),
    )
    op.create_table(
        "installation",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint("id = 1", name=op.f("installation_single_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("installation_pkey")),
    )
    op.create_table(
        "client",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("aliases", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("psa_company_id", sa.Text(), nullable=True),
        sa.Column(
            "facts", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("client_account_id_fkey")
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("client_pkey")),
        sa.UniqueConstraint("account_id", "name", name=op.f("client_account_id_name_key")),
    )
    op.create_table(
        "file",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column(
            "stored_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint("size = octet_length(content)", name=op.f("file_size_check")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("file_account_id_fkey")),
        sa.PrimaryKeyConstraint("account_id", "sha256", name=op.f("file_pkey")),
    )
    op.create_table(
        "person",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("merged_into", sa.Uuid(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "merged_into"],
            ["person.account_id", "person.id"],
            name=op.f("person_account_id_merged_into_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("person_account_id_fkey")
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("person_pkey")),
    )
    op.create_table(
        "team",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("team_account_id_fkey")),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("team_pkey")),
        sa.UniqueConstraint("account_id", "name", name=op.f("team_account_id_name_key")),
    )
    op.create_table(
        "workspace",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "linked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("workspace_account_id_fkey")
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("workspace_pkey")),
        sa.UniqueConstraint("id", name=op.f("workspace_id_key")),
        sa.UniqueConstraint(
            "platform", "external_id", name=op.f("workspace_platform_external_id_key")
        ),
    )
    op.create_table(
        "flow",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("tags", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("body", sa.Text(), server_default="", nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("visibility", sa.Text(), server_default="account", nullable=False),
        sa.Column("draft", sa.Text(), nullable=True),
        sa.Column("draft_revision", sa.Integer(), server_default="0", nullable=False),
        sa.Column("published", sa.Integer(), server_default="0", nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=True),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "title_words",
            postgresql.TSVECTOR(),
            sa.Computed(_TITLE_WORDS, persisted=True),
            nullable=True,
        ),
        sa.Column(
            "words",
            postgresql.TSVECTOR(),
            sa.Computed(
                f"setweight({_TITLE_WORDS}, 'A') || setweight(to_tsvector('simple', body), 'C')",
                persisted=True,
            ),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "owner_id"],
            ["person.account_id", "person.id"],
            name=op.f("flow_account_id_owner_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "team_id"],
            ["team.account_id", "team.id"],
            name=op.f("flow_account_id_team_id_fkey"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("flow_account_id_fkey")),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("flow_pkey")),
        sa.UniqueConstraint("account_id", "name", name=op.f("flow_account_id_name_key")),
    )
    op.create_index(
        "flow_title_trigrams_idx",
        "flow",
        ["title"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"title": "gin_trgm_ops"},
    )
    op.create_index(
        "flow_title_words_idx", "flow", ["title_words"], unique=False, postgresql_using="gin"
    )
    op.create_index("flow_words_idx", "flow", ["words"], unique=False, postgresql_using="gin")
    op.create_table(
        "identity",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "person_id"],
            ["person.account_id", "person.id"],
            name=op.f("identity_account_id_person_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "workspace_id"],
            ["workspace.account_id", "workspace.id"],
            name=op.f("identity_account_id_workspace_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "account_id", "workspace_id", "external_id", name=op.f("identity_pkey")
        ),
        sa.UniqueConstraint(
            "workspace_id", "external_id", name=op.f("identity_workspace_id_external_id_key")
        ),
    )
    op.create_index(
        op.f("identity_account_id_person_id_idx"),
        "identity",
        ["account_id", "person_id"],
        unique=False,
    )
    op.create_table(
        "link_code",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("spent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id", "person_id"],
            ["person.account_id", "person.id"],
            name=op.f("link_code_account_id_person_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("link_code_account_id_fkey")
        ),
        sa.PrimaryKeyConstraint("account_id", "digest", name=op.f("link_code_pkey")),
        sa.UniqueConstraint("digest", name=op.f("link_code_digest_key")),
    )
    op.create_table(
        "team_member",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id", "person_id"],
            ["person.account_id", "person.id"],
            name=op.f("team_member_account_id_person_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "team_id"],
            ["team.account_id", "team.id"],
            name=op.f("team_member_account_id_team_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "account_id", "team_id", "person_id", name=op.f("team_member_pkey")
        ),
    )
    op.create_table(
        "flow_version",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("flow_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("published_by", sa.Uuid(), nullable=True),
        sa.Column(
            "published_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "flow_id"],
            ["flow.account_id", "flow.id"],
            name=op.f("flow_version_account_id_flow_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "published_by"],
            ["person.account_id", "person.id"],
            name=op.f("flow_version_account_id_published_by_fkey"),
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("flow_version_pkey")),
        sa.UniqueConstraint(
            "account_id",
            "flow_id",
            "number",
            name=op.f("flow_version_account_id_flow_id_number_key"),
        ),
    )
    op.execute(
        "CREATE FUNCTION flow_version_stays() RETURNS trigger LANGUAGE plpgsql AS "
        "$$BEGIN RAISE EXCEPTION 'a published version never changes'; END$$"
    )
    op.execute(
        "CREATE TRIGGER flow_version_stays BEFORE UPDATE ON flow_version "
        "FOR EACH ROW EXECUTE FUNCTION flow_version_stays()"
    )
    op.create_table(
        "session",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("driver_id", sa.Uuid(), nullable=True),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("state", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id", "client_id"],
            ["client.account_id", "client.id"],
            name=op.f("session_account_id_client_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "driver_id"],
            ["person.account_id", "person.id"],
            name=op.f("session_account_id_driver_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "version_id"],
            ["flow_version.account_id", "flow_version.id"],
            name=op.f("session_account_id_version_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("session_pkey")),
        postgresql_with={"fillfactor": "60"},
    )
    op.create_index(
        "session_client_idx",
        "session",
        ["account_id", "client_id"],
        unique=False,
        postgresql_where=sa.text("client_id IS NOT NULL"),
    )
    op.create_index(
        "session_open_idx",
        "session",
        ["account_id", "driver_id"],
        unique=False,
        postgresql_where=sa.text("status <> 'completed'"),
    )
    op.create_index("session_version_idx", "session", ["account_id", "version_id"], unique=False)
    op.create_table(
        "form_draft",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("fields", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "person_id"],
            ["person.account_id", "person.id"],
            name=op.f("form_draft_account_id_person_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "session_id"],
            ["session.account_id", "session.id"],
            name=op.f("form_draft_account_id_session_id_fkey"),
        ),
        sa.PrimaryKeyConstraint(
            "account_id", "person_id", "session_id", "form", name=op.f("form_draft_pkey")
        ),
    )
    op.create_table(
        "place",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("thread", sa.Text(), server_default="", nullable=False),
        sa.Column("moved_to", sa.Uuid(), nullable=True),
        sa.Column(
            "opened_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "moved_to"],
            ["place.account_id", "place.id"],
            name=op.f("place_account_id_moved_to_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "session_id"],
            ["session.account_id", "session.id"],
            name=op.f("place_account_id_session_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "workspace_id"],
            ["workspace.account_id", "workspace.id"],
            name=op.f("place_account_id_workspace_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("place_pkey")),
        sa.UniqueConstraint(
            "account_id",
            "workspace_id",
            "channel",
            "thread",
            name=op.f("place_account_id_workspace_id_channel_thread_key"),
        ),
    )
    op.create_index(
        "place_active_key",
        "place",
        ["account_id", "session_id"],
        unique=True,
        postgresql_where=sa.text("moved_to IS NULL"),
    )
    op.create_table(
        "trail",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("visit", sa.Integer(), nullable=False),
        sa.Column("behind", sa.Integer(), nullable=True),
        sa.Column("struck_by", sa.Integer(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("node", sa.Text(), nullable=False),
        sa.Column("body", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("below", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("delivery", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id", "by_id"],
            ["person.account_id", "person.id"],
            name=op.f("trail_account_id_by_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "session_id"],
            ["session.account_id", "session.id"],
            name=op.f("trail_account_id_session_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("account_id", "session_id", "seq", name=op.f("trail_pkey")),
    )
    op.create_index(
        "trail_delivery_key",
        "trail",
        ["account_id", "delivery"],
        unique=True,
        postgresql_where=sa.text("delivery IS NOT NULL"),
    )
    op.create_table(
        "message",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("shown", sa.Integer(), server_default="0", nullable=False),
        sa.Column("posting", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("claim", sa.Uuid(), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retry_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id", "place_id"],
            ["place.account_id", "place.id"],
            name=op.f("message_account_id_place_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "session_id"],
            ["session.account_id", "session.id"],
            name=op.f("message_account_id_session_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("message_pkey")),
        sa.UniqueConstraint(
            "account_id",
            "session_id",
            "place_id",
            "role",
            name=op.f("message_account_id_session_id_place_id_role_key"),
        ),
        postgresql_with={"fillfactor": "60"},
    )
    op.create_index(
        "message_wanted_idx",
        "message",
        ["retry_at"],
        unique=False,
        postgresql_where=sa.text("wanted > shown"),
    )
    op.create_table(
        "note_source",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=True),
        sa.Column("waiting_text", sa.Text(), nullable=True),
        sa.Column("waiting_deletion", sa.Boolean(), server_default="false", nullable=False),
        sa.Column(
            "seen_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint(
            "(session_id IS NULL) = (seq IS NULL)", name=op.f("note_source_whole_check")
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "session_id", "seq"],
            ["trail.account_id", "trail.session_id", "trail.seq"],
            name=op.f("note_source_account_id_session_id_seq_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "workspace_id"],
            ["workspace.account_id", "workspace.id"],
            name=op.f("note_source_account_id_workspace_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "account_id", "workspace_id", "channel", "message", name=op.f("note_source_pkey")
        ),
    )


def downgrade() -> None:
    op.drop_table("note_source")
    op.drop_index(
        "message_wanted_idx", table_name="message", postgresql_where=sa.text("wanted > shown")
    )
    op.drop_table("message")
    op.drop_index(
        "trail_delivery_key", table_name="trail", postgresql_where=sa.text("delivery IS NOT NULL")
    )
    op.drop_table("trail")
    op.drop_index(
        "place_active_key", table_name="place", postgresql_where=sa.text("moved_to IS NULL")
    )
    op.drop_table("place")
    op.drop_table("form_draft")
    op.drop_index("session_version_idx", table_name="session")
    op.drop_index(
        "session_open_idx", table_name="session", postgresql_where=sa.text("status <> 'completed'")
    )
    op.drop_index(
        "session_client_idx",
        table_name="session",
        postgresql_where=sa.text("client_id IS NOT NULL"),
    )
    op.drop_table("session")
    op.drop_table("flow_version")
    op.execute("DROP FUNCTION flow_version_stays")
    op.drop_table("team_member")
    op.drop_table("link_code")
    op.drop_index(op.f("identity_account_id_person_id_idx"), table_name="identity")
    op.drop_table("identity")
    op.drop_index("flow_words_idx", table_name="flow", postgresql_using="gin")
    op.drop_index("flow_title_words_idx", table_name="flow", postgresql_using="gin")
    op.drop_index(
        "flow_title_trigrams_idx",
        table_name="flow",
        postgresql_using="gin",
        postgresql_ops={"title": "gin_trgm_ops"},
    )
    op.drop_table("flow")
    op.drop_table("workspace")
    op.drop_table("team")
    op.drop_table("person")
    op.drop_table("file")
    op.drop_table("client")
    op.drop_table("installation")
    op.drop_table("account")
    op.execute("DROP EXTENSION IF EXISTS pg_trgm")
