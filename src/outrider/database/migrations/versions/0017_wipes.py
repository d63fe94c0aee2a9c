"""Wipes of devices."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0015"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "wipes",
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("device", sa.Text, nullable=False),
        sa.Column("names", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("key", sa.Integer, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("requested", sa.Integer, nullable=False),
        sa.Column("sent", sa.Integer),
        sa.Column("times", sa.Integer, nullable=False),
        sa.Column("answered", sa.Integer),
        sa.Column("authenticated", sa.Integer, nullable=False),
        sa.Column("peer", sa.Text, nullable=False),
        sa.Column("leave", sa.Integer),
        sa.PrimaryKeyConstraint("address", "device", name="pk_wipes"),
        sqlite_with_rowid=False,
    )
