"""Wipes of devices, and the recovery passwords that they leave."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Make the tables."""
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
    op.create_table(
        "recovery_passwords",
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("device", sa.Text, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("kept", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("address", "device", name="pk_recovery_passwords"),
        sqlite_with_rowid=False,
    )
