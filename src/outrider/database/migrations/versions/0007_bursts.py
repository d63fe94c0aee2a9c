"""What devices removed, held until it is clear whether it was a burst; and the bursts."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "bursts",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("account", sa.Integer, nullable=False),
        sa.Column("folder", sa.Integer, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("holds", sa.Text, nullable=False),
        sa.Column("items", sa.Integer, nullable=False),
        sa.Column("began", sa.BigInteger, nullable=False),
        sa.Column("last", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_bursts"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_bursts_account", "bursts", ["account", "folder", "agent", "last"])
    op.create_table(
        "removed",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("account", sa.Integer, nullable=False),
        sa.Column("folder", sa.Integer, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.Column("ordinal", sa.BigInteger, nullable=False),
        sa.Column("time", sa.BigInteger, nullable=False),
        sa.Column("items", sa.Integer, nullable=False),
        sa.Column("burst", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("horizon", sa.Integer, nullable=False),
        sa.Column("received", sa.BigInteger, nullable=False),
        sa.Column("content", sa.BigInteger, nullable=False),
        sa.Column("marks", sa.LargeBinary, nullable=False),
        sa.Column("kept_in", sa.Integer, nullable=False),
        sa.Column("kept_as", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_removed"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_removed_group", "removed", ["account", "folder", "agent", "ordinal"])
    op.create_index("ix_removed_time", "removed", ["account", "folder", "agent", "time", "ordinal"])
    op.create_index("ix_removed_burst", "removed", ["burst", "number"])
    op.create_index("ix_removed_content", "removed", ["account", "content"])
    op.create_index("ix_removed_kept", "removed", ["account", "kept_in", "kept_as"])
