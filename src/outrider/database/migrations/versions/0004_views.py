"""What each device has of each folder, what was already done for it, and what would not go through."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "views",
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("device", sa.Text, nullable=False),
        sa.Column("collection", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("record", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("account", "device", "collection", name="pk_views"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "view_blocks",
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("device", sa.Text, nullable=False),
        sa.Column("collection", sa.Text, nullable=False),
        sa.Column("kind", sa.Integer, nullable=False),
        sa.Column("block", sa.Integer, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("account", "device", "collection", "kind", "block", name="pk_view_blocks"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ledger",
        sa.Column("token", sa.LargeBinary, nullable=False),
        sa.Column("day", sa.Integer, nullable=False),
        sa.Column("result", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("token", name="pk_ledger"),
        sqlite_with_rowid=False,
    )
    op.create_index("ledger_day", "ledger", ["day"])
    op.create_table(
        "aside",
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("folder", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("class", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("since", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("account", "folder", "number", name="pk_aside"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "requests",
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("device", sa.Text, nullable=False),
        sa.Column("command", sa.Text, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("account", "device", "command", name="pk_requests"),
        sqlite_with_rowid=False,
    )
