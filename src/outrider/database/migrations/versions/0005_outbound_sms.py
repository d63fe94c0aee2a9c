"""Whether a device sends text messages that were written elsewhere, as it says of itself."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the column."""
    op.add_column("devices", sa.Column("enable_outbound_sms", sa.Integer, nullable=False, server_default="0"))
