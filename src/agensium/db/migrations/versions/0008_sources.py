"""Files that are fetched from an address."""

import sqlalchemy as sa
from alembic import op

from agensium.db.types import InstantType

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("dataset", sa.Column("source", sa.String(2048), nullable=True))
    op.add_column("dataset", sa.Column("fetched_at", InstantType(), nullable=True))


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("dataset") as batch:
        batch.drop_column("fetched_at")
        batch.drop_column("source")
