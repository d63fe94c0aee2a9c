"""What devices said of themselves over time."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Add the column; the history begins with what is said next."""
    op.add_column("devices", sa.Column("claims", sa.Text, nullable=False, server_default=""))
