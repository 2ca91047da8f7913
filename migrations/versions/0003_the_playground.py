"""The playground: the tables of a chat server of its own, in a schema of their own."""

from pathlib import Path

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_DDL = Path(__file__).with_name("playground_1.sql")


def upgrade() -> None:
    for statement in _DDL.read_text(encoding="utf-8").split("\n--\n")[1:]:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP SCHEMA playground CASCADE")
