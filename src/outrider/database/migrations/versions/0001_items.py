"""Accounts, folders, items, their contents and the index over them; blobs.

Revision ID: 0001
"""

import sqlalchemy as sa
from alembic import op

from outrider.database import search

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("hierarchy", sa.BigInteger, nullable=False),
        sa.Column("next_folder", sa.Integer, nullable=False),
        sa.UniqueConstraint("address", name="uq_accounts_address"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "folders",
        sa.Column("account", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("parent", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("folded", sa.Text, nullable=False),
        sa.Column("holds", sa.Text, nullable=False),
        sa.Column("use", sa.Text, nullable=False),
        sa.Column("next_item", sa.Integer, nullable=False),
        sa.Column("items", sa.Integer, nullable=False),
        sa.Column("changed", sa.BigInteger, nullable=False),
        sa.Column("purged", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("account", "number", name="pk_folders"),
        sa.UniqueConstraint("account", "parent", "folded", name="uq_folders_account_parent_folded"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "items",
        sa.Column("account", sa.Integer, nullable=False),
        sa.Column("folder", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("changed", sa.BigInteger, nullable=False),
        sa.Column("horizon", sa.Integer, nullable=False),
        sa.Column("received", sa.BigInteger, nullable=False),
        sa.Column("content", sa.BigInteger, nullable=False),
        sa.Column("marks", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("account", "folder", "number", name="pk_items"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "contents",
        sa.Column("id", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_contents"),
        sa.Column("holders", sa.Integer, nullable=False),
        sa.Column("class", sa.Text, nullable=False),
        sa.Column("summary", sa.LargeBinary, nullable=False),
        sa.Column("owners", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("people", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("blob", sa.Text),
        sa.Column("document", sa.LargeBinary),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "tombstones",
        sa.Column("account", sa.Integer, nullable=False),
        sa.Column("folder", sa.Integer, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("day", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("account", "folder", "sequence", name="pk_tombstones"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "receipts",
        sa.Column("account", sa.Integer, nullable=False),
        sa.Column("token", sa.LargeBinary, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("day", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("account", "token", name="pk_receipts"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "blobs",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_blobs"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_items_changes", "items", ["account", "folder", "changed", "number", "horizon"], unique=True
    )
    op.create_index("ix_items_horizons", "items", ["account", "folder", "horizon", "number", "changed"])
    op.execute(search.CREATE)


def downgrade() -> None:
    """Remove the tables."""
    op.execute(search.DROP)
    for table in ("blobs", "receipts", "tombstones", "contents", "items", "folders", "accounts"):
        op.drop_table(table)
