"""Webhooks, their deliveries and the log of these."""

import sqlalchemy as sa
from alembic import op

from agensium.db.types import InstantType, code, document

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    _create_webhook()
    _create_delivery()
    op.create_table(
        "webhook_attempt",
        sa.Column("delivery_id", code(32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", InstantType(), nullable=False),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("error", sa.String(500), nullable=True),
        sa.PrimaryKeyConstraint("delivery_id", "number", name="pk_webhook_attempt"),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["webhook_delivery.id"],
            name="fk_webhook_attempt_delivery_id_webhook_delivery",
            ondelete="CASCADE",
        ),
    )


def downgrade() -> None:
    """Take back."""
    for table in ("webhook_attempt", "webhook_delivery", "webhook"):
        op.drop_table(table)


def _create_webhook() -> None:
    op.create_table(
        "webhook",
        sa.Column("id", code(26), nullable=False),
        sa.Column("workspace_id", code(26), nullable=False),
        sa.Column("url", sa.String(2000), nullable=False),
        sa.Column("secret", code(128), nullable=False),
        sa.Column("created_at", InstantType(), nullable=False),
        sa.Column("task_id", code(26), nullable=True),
        sa.Column("disabled_at", InstantType(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_webhook"),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_webhook_workspace_id_workspace"
        ),
    )
    op.create_index("ix_webhook_workspace_id", "webhook", ["workspace_id"])


def _create_delivery() -> None:
    op.create_table(
        "webhook_delivery",
        sa.Column("id", code(32), nullable=False),
        sa.Column("webhook_id", code(26), nullable=False),
        sa.Column("task_id", code(26), nullable=False),
        sa.Column("kind", code(32), nullable=False),
        sa.Column("payload", document(), nullable=False),
        sa.Column("created_at", InstantType(), nullable=False),
        sa.Column("due_at", InstantType(), nullable=False),
        sa.Column("state", code(16), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_delivery"),
        sa.ForeignKeyConstraint(
            ["webhook_id"],
            ["webhook.id"],
            name="fk_webhook_delivery_webhook_id_webhook",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_webhook_delivery_state_due_at", "webhook_delivery", ["state", "due_at"])
    op.create_index("ix_webhook_delivery_webhook_id_id", "webhook_delivery", ["webhook_id", "id"])
