"""Turns, priorities, attempts, leadership, retention and repeated requests.

Every new column may be left out by a service of the version before: it goes on writing meanwhile.
"""

import sqlalchemy as sa
from alembic import op

from agensium.db.types import InstantType, code

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = 26
KEY = 255
TASK_INDEXES = {
    "ix_task_workspace_id_state_priority_id": ["workspace_id", "state", "priority", "id"],
    "ix_task_workspace_id_content_key": ["workspace_id", "content_key"],
    "ix_task_expired_at_finished_at": ["expired_at", "finished_at"],
}
TASK_COLUMNS = ("priority", "content_key", "reused_from", "expired_at")


def upgrade() -> None:
    """Apply."""
    _extend_task()
    op.add_column("dataset", sa.Column("expired_at", InstantType(), nullable=True))
    op.create_index("ix_dataset_expired_at_created_at", "dataset", ["expired_at", "created_at"])
    _create_attempt()
    _create_turn()
    _create_leadership()
    _create_idempotency_key()


def downgrade() -> None:
    """Take back."""
    for table in ("idempotency_key", "leadership", "turn", "attempt"):
        op.drop_table(table)
    op.drop_index("ix_dataset_expired_at_created_at", "dataset")
    op.drop_column("dataset", "expired_at")
    for index in TASK_INDEXES:
        op.drop_index(index, "task")
    for column in TASK_COLUMNS:
        op.drop_column("task", column)


def _extend_task() -> None:
    rank = sa.Column("priority", sa.Integer(), nullable=False, server_default=sa.text("1"))
    op.add_column("task", rank)
    op.add_column("task", sa.Column("content_key", code(64), nullable=True))
    op.add_column("task", sa.Column("reused_from", code(ID), nullable=True))
    op.add_column("task", sa.Column("expired_at", InstantType(), nullable=True))
    for index, columns in TASK_INDEXES.items():
        op.create_index(index, "task", columns)


def _create_attempt() -> None:
    op.create_table(
        "attempt",
        sa.Column("task_id", code(ID), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(255), nullable=False),
        sa.Column("started_at", InstantType(), nullable=False),
        sa.Column("ended_at", InstantType(), nullable=True),
        sa.Column("outcome", code(16), nullable=True),
        sa.Column("error_code", code(64), nullable=True),
        sa.Column("error_message", sa.String(2000), nullable=True),
        sa.PrimaryKeyConstraint("task_id", "fence", name="pk_attempt"),
        sa.ForeignKeyConstraint(
            ["task_id"], ["task.id"], name="fk_attempt_task_id_task", ondelete="CASCADE"
        ),
    )


def _create_turn() -> None:
    op.create_table(
        "turn",
        sa.Column("workspace_id", code(ID), nullable=False),
        sa.Column("served_at", InstantType(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", name="pk_turn"),
    )


def _create_leadership() -> None:
    op.create_table(
        "leadership",
        sa.Column("duty", code(32), nullable=False),
        sa.Column("holder", sa.String(255), nullable=False),
        sa.Column("expires_at", InstantType(), nullable=False),
        sa.PrimaryKeyConstraint("duty", name="pk_leadership"),
    )


def _create_idempotency_key() -> None:
    op.create_table(
        "idempotency_key",
        sa.Column("workspace_id", code(ID), nullable=False),
        sa.Column("key", code(KEY), nullable=False),
        sa.Column("fingerprint", code(64), nullable=False),
        sa.Column("task_id", code(ID), nullable=False),
        sa.Column("created_at", InstantType(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "key", name="pk_idempotency_key"),
        sa.ForeignKeyConstraint(
            ["task_id"], ["task.id"], name="fk_idempotency_key_task_id_task", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_idempotency_key_task_id", "idempotency_key", ["task_id"])
    op.create_index("ix_idempotency_key_created_at", "idempotency_key", ["created_at"])
