"""Workspaces, datasets, tasks and artifacts."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from agensium.db.types import InstantType, code, counter, document

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = 26
KEY = 255


def upgrade() -> None:
    """Apply."""
    _create_workspace()
    _create_dataset()
    _create_task()
    _create_task_input()
    _create_artifact()
    _create_stray_object()


def downgrade() -> None:
    """Take back."""
    for table in ("stray_object", "artifact", "task_input", "task", "dataset", "workspace"):
        op.drop_table(table)


def _create_workspace() -> None:
    workspace = op.create_table(
        "workspace",
        sa.Column("id", code(ID), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("created_at", InstantType(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_workspace"),
    )
    first = {"id": "default", "name": "Default", "created_at": datetime.now(UTC)}
    op.bulk_insert(workspace, [first])


def _create_dataset() -> None:
    op.create_table(
        "dataset",
        sa.Column("id", code(ID), nullable=False),
        sa.Column("workspace_id", code(ID), nullable=False),
        sa.Column("name", sa.String(1024), nullable=False),
        sa.Column("object_key", code(KEY), nullable=False),
        sa.Column("bytes", counter(), nullable=False),
        sa.Column("sha256", code(64), nullable=False),
        sa.Column("created_at", InstantType(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_dataset"),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_dataset_workspace_id_workspace"
        ),
    )
    op.create_index("ix_dataset_workspace_id", "dataset", ["workspace_id"])


def _create_task() -> None:
    op.create_table(
        "task",
        sa.Column("id", code(ID), nullable=False),
        sa.Column("workspace_id", code(ID), nullable=False),
        sa.Column("agent", code(64), nullable=False),
        sa.Column("agent_version", code(32), nullable=False),
        sa.Column("params", document(), nullable=False),
        sa.Column("state", code(16), nullable=False),
        sa.Column("created_at", InstantType(), nullable=False),
        sa.Column("run_after", InstantType(), nullable=False),
        sa.Column("rung_at", InstantType(), nullable=True),
        sa.Column("started_at", InstantType(), nullable=True),
        sa.Column("finished_at", InstantType(), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_expires_at", InstantType(), nullable=True),
        sa.Column("worker", sa.String(255), nullable=True),
        sa.Column("cancel_requested", sa.Boolean(), nullable=False),
        sa.Column("phase", code(32), nullable=True),
        sa.Column("rows_done", counter(), nullable=False),
        sa.Column("bytes_done", counter(), nullable=False),
        sa.Column("bytes_total", counter(), nullable=False),
        sa.Column("summary", document(), nullable=True),
        sa.Column("error_code", code(64), nullable=True),
        sa.Column("error_message", sa.String(2000), nullable=True),
        sa.Column("error_hint", sa.String(2000), nullable=True),
        sa.Column("error_detail", document(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_task"),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_task_workspace_id_workspace"
        ),
    )
    op.create_index("ix_task_workspace_id_id", "task", ["workspace_id", "id"])
    op.create_index("ix_task_state_run_after", "task", ["state", "run_after"])
    op.create_index("ix_task_state_lease_expires_at", "task", ["state", "lease_expires_at"])


def _create_task_input() -> None:
    op.create_table(
        "task_input",
        sa.Column("task_id", code(ID), nullable=False),
        sa.Column("role", code(64), nullable=False),
        sa.Column("dataset_id", code(ID), nullable=False),
        sa.PrimaryKeyConstraint("task_id", "role", name="pk_task_input"),
        sa.ForeignKeyConstraint(
            ["task_id"], ["task.id"], name="fk_task_input_task_id_task", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["dataset_id"], ["dataset.id"], name="fk_task_input_dataset_id_dataset"
        ),
    )
    op.create_index("ix_task_input_dataset_id", "task_input", ["dataset_id"])


def _create_artifact() -> None:
    op.create_table(
        "artifact",
        sa.Column("id", code(ID), nullable=False),
        sa.Column("task_id", code(ID), nullable=False),
        sa.Column("name", code(64), nullable=False),
        sa.Column("media_type", code(127), nullable=False),
        sa.Column("object_key", code(KEY), nullable=False),
        sa.Column("bytes", counter(), nullable=False),
        sa.Column("sha256", code(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_artifact"),
        sa.ForeignKeyConstraint(
            ["task_id"], ["task.id"], name="fk_artifact_task_id_task", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("task_id", "name", name="uq_artifact_task_id_name"),
    )


def _create_stray_object() -> None:
    op.create_table(
        "stray_object",
        sa.Column("object_key", code(KEY), nullable=False),
        sa.Column("delete_after", InstantType(), nullable=False),
        sa.PrimaryKeyConstraint("object_key", name="pk_stray_object"),
    )
    op.create_index("ix_stray_object_delete_after", "stray_object", ["delete_after"])
