"""Other ways to read the file of a task."""

import sqlalchemy as sa
from alembic import op

from agensium.db.types import document

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("task", sa.Column("readings", document(), nullable=True))


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("task") as batch:
        batch.drop_column("readings")
