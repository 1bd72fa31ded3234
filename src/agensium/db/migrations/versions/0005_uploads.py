"""Uploads that outlive a connection."""

import sqlalchemy as sa
from alembic import op

from agensium.db.types import InstantType, code, counter, document

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    _create_upload()
    op.create_table(
        "upload_part",
        sa.Column("upload_id", code(26), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("bytes", counter(), nullable=False),
        sa.Column("tag", code(255), nullable=False),
        sa.PrimaryKeyConstraint("upload_id", "number", name="pk_upload_part"),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["upload.id"], name="fk_upload_part_upload_id_upload", ondelete="CASCADE"
        ),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("upload_part")
    op.drop_table("upload")


def _create_upload() -> None:
    op.create_table(
        "upload",
        sa.Column("id", code(26), nullable=False),
        sa.Column("workspace_id", code(26), nullable=False),
        sa.Column("name", sa.String(1024), nullable=False),
        sa.Column("note", document(), nullable=False),
        sa.Column("transport", code(16), nullable=False),
        sa.Column("object_key", code(255), nullable=False),
        sa.Column("bytes_total", counter(), nullable=False),
        sa.Column("part_bytes", counter(), nullable=False),
        sa.Column("sha256_wanted", code(64), nullable=True),
        sa.Column("created_at", InstantType(), nullable=False),
        sa.Column("touched_at", InstantType(), nullable=False),
        sa.Column("expires_at", InstantType(), nullable=False),
        sa.Column("state", code(16), nullable=False),
        sa.Column("token", code(1024), nullable=True),
        sa.Column("bytes_received", counter(), nullable=False),
        sa.Column("tail_key", code(255), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("sha256", code(64), nullable=True),
        sa.Column("dataset_id", code(26), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_upload"),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_upload_workspace_id_workspace"
        ),
    )
    op.create_index("ix_upload_workspace_id_state", "upload", ["workspace_id", "state"])
    op.create_index("ix_upload_expires_at", "upload", ["expires_at"])
