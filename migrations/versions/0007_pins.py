"""Flows that people pin; what their Home reads of sessions and flows, found by indexes."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# One statement, so that the table is written anew once.
_COLUMNS = """
ALTER TABLE session
    ADD COLUMN ended_at timestamptz
        GENERATED ALWAYS AS (CASE WHEN status = 'completed' THEN updated_at END) STORED,
    ADD COLUMN offered_to uuid GENERATED ALWAYS AS ((state -> 'o' ->> 0)::uuid) STORED
"""


def upgrade() -> None:
    op.create_table(
        "pin",
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("flow_id", sa.Uuid, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("account_id", "person_id", "flow_id", name="pin_pkey"),
        sa.ForeignKeyConstraint(
            ["account_id", "person_id"],
            ["person.account_id", "person.id"],
            name="pin_account_id_person_id_fkey",
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "flow_id"],
            ["flow.account_id", "flow.id"],
            name="pin_account_id_flow_id_fkey",
            ondelete="CASCADE",
        ),
    )
    op.execute(_COLUMNS)
    op.create_index(
        "session_ended_idx",
        "session",
        ["account_id", "driver_id", "ended_at"],
        postgresql_where=sa.text("ended_at IS NOT NULL"),
    )
    op.create_index(
        "session_offered_idx",
        "session",
        ["account_id", "offered_to"],
        postgresql_where=sa.text("offered_to IS NOT NULL"),
    )
    op.create_index(
        "flow_shelf_idx",
        "flow",
        ["account_id", "title"],
        postgresql_where=sa.text("archived_at IS NULL AND published > 0"),
    )


def downgrade() -> None:
    op.drop_index("flow_shelf_idx", "flow")
    op.drop_column("session", "offered_to")
    op.drop_column("session", "ended_at")
    op.drop_table("pin")
