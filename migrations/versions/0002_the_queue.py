"""The queue: pgqueuer's tables, by the DDL of the version that is pinned."""

from pathlib import Path

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_DDL = Path(__file__).with_name("pgqueuer_1_6.sql")


def upgrade() -> None:
    for statement in _DDL.read_text(encoding="utf-8").split("\n--\n")[1:]:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE pgqueuer, pgqueuer_log, pgqueuer_schedules, pgqueuer_statistics CASCADE")
    op.execute("DROP FUNCTION fn_pgqueuer_changed")
    op.execute("DROP TYPE pgqueuer_status")
