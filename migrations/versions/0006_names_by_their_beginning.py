"""Flows by how their names begin, whatever the database's collation."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "flow_name_begins_idx",
        "flow",
        ["account_id", "name"],
        postgresql_ops={"name": "text_pattern_ops"},
    )


def downgrade() -> None:
    op.drop_index("flow_name_begins_idx", table_name="flow")
