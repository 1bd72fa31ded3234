"""What happened to each task, in order."""

import sqlalchemy as sa
from alembic import op

from agensium.db.types import InstantType, code, counter

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "task_event",
        sa.Column("task_id", code(26), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", InstantType(), nullable=False),
        sa.Column("state", code(16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("started_at", InstantType(), nullable=True),
        sa.Column("phase", code(32), nullable=True),
        sa.Column("rows_done", counter(), nullable=False),
        sa.Column("bytes_done", counter(), nullable=False),
        sa.Column("bytes_total", counter(), nullable=False),
        sa.Column("error_code", code(64), nullable=True),
        sa.PrimaryKeyConstraint("task_id", "number", name="pk_task_event"),
        sa.ForeignKeyConstraint(
            ["task_id"], ["task.id"], name="fk_task_event_task_id_task", ondelete="CASCADE"
        ),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("task_event")
