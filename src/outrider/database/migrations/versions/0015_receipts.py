"""Whether senders are told that a user read their mail."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Add the column; nobody tells."""
    told = sa.Column("read_receipts", sa.Boolean, nullable=False, server_default="0")
    op.add_column("users", told)
