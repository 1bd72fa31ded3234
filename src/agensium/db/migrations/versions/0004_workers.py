"""Workers that say that they live, and the request that brought a task."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from agensium.db.types import InstantType, code, document

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    worker = op.create_table(
        "worker",
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("version", sa.String(32), nullable=False),
        sa.Column("slots", sa.Integer(), nullable=False),
        sa.Column("running", sa.Integer(), nullable=False),
        sa.Column("started_at", InstantType(), nullable=False),
        sa.Column("seen_at", InstantType(), nullable=False),
        sa.Column("counts", document(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_worker"),
    )
    now = datetime.now(UTC)
    # The row that keeps the counts of workers that are gone.
    departed = {"version": "", "slots": 0, "running": 0, "started_at": now, "seen_at": now}
    op.bulk_insert(worker, [{"name": "-", "counts": b"[]", **departed}])
    op.add_column("task", sa.Column("request_id", code(64), nullable=True))


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("task") as batch:
        batch.drop_column("request_id")
    op.drop_table("worker")
