"""Numbers for the folders and items of sources that only list."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "sources",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("hierarchy", sa.BigInteger, nullable=False),
        sa.Column("next_folder", sa.Integer, nullable=False),
        sa.Column("mark", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sources"),
        sa.UniqueConstraint("address", name="uq_sources_address"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "source_folders",
        sa.Column("account", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("parent", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("holds", sa.Text, nullable=False),
        sa.Column("use", sa.Text, nullable=False),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("next_item", sa.Integer, nullable=False),
        sa.Column("items", sa.Integer, nullable=False),
        sa.Column("changed", sa.BigInteger, nullable=False),
        sa.Column("purged", sa.BigInteger, nullable=False),
        sa.Column("mark", sa.Text, nullable=False),
        sa.Column("epoch", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("account", "number", name="pk_source_folders"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_source_folders_account_id", "source_folders", ["account", "id"])
    op.create_table(
        "source_items",
        sa.Column("account", sa.Integer, nullable=False),
        sa.Column("folder", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("changed", sa.BigInteger, nullable=False),
        sa.Column("horizon", sa.Integer, nullable=False),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("account", "folder", "number", name="pk_source_items"),
        sqlite_with_rowid=False,
    )
    where = ["account", "folder"]
    op.create_index("ix_source_items_ids", "source_items", [*where, "id"], unique=True)
    changes = [*where, "changed", "number", "horizon"]
    op.create_index("ix_source_items_changes", "source_items", changes, unique=True)
    op.create_index("ix_source_items_horizons", "source_items", [*where, "horizon", "number", "changed"])
    op.create_table(
        "source_tombstones",
        sa.Column("account", sa.Integer, nullable=False),
        sa.Column("folder", sa.Integer, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("day", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("account", "folder", "sequence", name="pk_source_tombstones"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "source_receipts",
        sa.Column("account", sa.Integer, nullable=False),
        sa.Column("token", sa.LargeBinary, nullable=False),
        sa.Column("number", sa.Integer),
        sa.Column("version", sa.Text),
        sa.Column("day", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("account", "token", name="pk_source_receipts"),
        sqlite_with_rowid=False,
    )
