"""Places whose thread is still to be opened; messages that fold, and the ticket note's."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("place", "thread", nullable=True)
    op.add_column(
        "place", sa.Column("rooted", sa.Boolean, nullable=False, server_default=sa.false())
    )
    op.add_column(
        "place", sa.Column("vacated", sa.Boolean, nullable=False, server_default=sa.false())
    )
    op.drop_constraint("place_account_id_workspace_id_channel_thread_key", "place")
    op.create_index(
        "place_spot_key",
        "place",
        ["account_id", "workspace_id", "channel", "thread"],
        unique=True,
        postgresql_where=sa.text("NOT vacated"),
    )
    op.add_column("message", sa.Column("visit", sa.Integer))
    op.add_column(
        "message", sa.Column("covered", sa.Boolean, nullable=False, server_default=sa.false())
    )
    op.drop_constraint("message_account_id_session_id_place_id_role_key", "message")
    op.create_index(
        "message_role_key",
        "message",
        ["account_id", "session_id", "place_id", "role"],
        unique=True,
        postgresql_where=sa.text("role <> 'past'"),
    )


def downgrade() -> None:
    op.execute("DELETE FROM message WHERE role NOT IN ('header', 'step')")
    op.execute(
        "DELETE FROM message m USING place p"
        " WHERE p.account_id = m.account_id AND p.id = m.place_id"
        " AND (p.thread IS NULL OR p.vacated)"
    )
    op.drop_index("message_role_key", "message")
    op.create_unique_constraint(
        "message_account_id_session_id_place_id_role_key",
        "message",
        ["account_id", "session_id", "place_id", "role"],
    )
    op.drop_column("message", "covered")
    op.drop_column("message", "visit")
    op.execute("DELETE FROM place WHERE thread IS NULL OR vacated")
    op.drop_index("place_spot_key", "place")
    op.create_unique_constraint(
        "place_account_id_workspace_id_channel_thread_key",
        "place",
        ["account_id", "workspace_id", "channel", "thread"],
    )
    op.drop_column("place", "vacated")
    op.drop_column("place", "rooted")
    op.alter_column("place", "thread", nullable=False)
