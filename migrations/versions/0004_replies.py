"""What is known of a chat message beside its note; finding the entries that hold a file."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("note_source", "waiting_deletion", new_column_name="deleted")
    op.add_column("note_source", sa.Column("visit", sa.Integer))
    op.add_column(
        "note_source", sa.Column("aside", sa.Boolean, nullable=False, server_default=sa.false())
    )
    op.add_column("note_source", sa.Column("out_by_id", sa.Uuid))
    op.create_foreign_key(
        "note_source_account_id_out_by_id_fkey",
        "note_source",
        "person",
        ["account_id", "out_by_id"],
        ["account_id", "id"],
    )
    op.create_index(
        "trail_file_idx",
        "trail",
        ["account_id", sa.text("(body ->> 'sha256')")],
        postgresql_where=sa.text("kind = 'attached'"),
    )


def downgrade() -> None:
    op.drop_index("trail_file_idx", "trail")
    op.drop_constraint("note_source_account_id_out_by_id_fkey", "note_source")
    op.drop_column("note_source", "out_by_id")
    op.drop_column("note_source", "aside")
    op.drop_column("note_source", "visit")
    op.alter_column("note_source", "deleted", new_column_name="waiting_deletion")
