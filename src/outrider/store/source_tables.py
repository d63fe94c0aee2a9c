"""Where the numbers lie that we give to the folders and items of sources that only list.

They are what the embedded store has for its own: one counter row per account, items with the sequence of
their last change, tombstones. Beside each number stands the source's id.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

from outrider.database import metadata

sources = Table(
    "sources",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("address", Text, nullable=False),
    Column("sequence", BigInteger, nullable=False),  # the last one given to a change of an item
    Column("hierarchy", BigInteger, nullable=False),  # raised by each change of the folder tree
    Column("next_folder", Integer, nullable=False),
    Column("mark", Text, nullable=False),  # of the folder tree, as it was last listed
    UniqueConstraint("address"),
    sqlite_autoincrement=True,
)

source_folders = Table(
    "source_folders",
    metadata,
    Column("account", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("id", Text, nullable=False),
    Column("parent", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("holds", Text, nullable=False),
    Column("use", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("next_item", Integer, nullable=False),
    Column("items", Integer, nullable=False),
    Column("changed", BigInteger, nullable=False),  # the last sequence that moved something in it
    Column("purged", BigInteger, nullable=False),  # tombstones up to this sequence are no longer kept
    Column("mark", Text, nullable=False),  # of the source, as it was when this was listed ("": list again)
    Column("epoch", Text, nullable=False),
    PrimaryKeyConstraint("account", "number"),
    Index(None, "account", "id"),
    sqlite_with_rowid=False,
)

source_items = Table(
    "source_items",
    metadata,
    Column("account", Integer, nullable=False),
    Column("folder", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("id", Text, nullable=False),
    Column("version", Text, nullable=False),  # the source's; as text, `changed` is ours
    Column("changed", BigInteger, nullable=False),  # sequence
    Column("horizon", Integer, nullable=False),  # day (1 = 1 January of the year 1), or past all
    Column("fingerprint", Text, nullable=False),
    PrimaryKeyConstraint("account", "folder", "number"),
    Index("ix_source_items_ids", "account", "folder", "id", unique=True),
    Index("ix_source_items_changes", "account", "folder", "changed", "number", "horizon", unique=True),
    Index("ix_source_items_horizons", "account", "folder", "horizon", "number", "changed"),
    sqlite_with_rowid=False,
)

source_tombstones = Table(
    "source_tombstones",
    metadata,
    Column("account", Integer, nullable=False),
    Column("folder", Integer, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("number", Integer, nullable=False),
    Column("id", Text, nullable=False),
    Column("day", Integer, nullable=False),  # of the removal
    PrimaryKeyConstraint("account", "folder", "sequence"),
    sqlite_with_rowid=False,
)

source_receipts = Table(
    "source_receipts",
    metadata,
    Column("account", Integer, nullable=False),
    Column("token", LargeBinary, nullable=False),
    Column("number", Integer),  # of the item or folder that the act made; none yet while it is under way
    Column("version", Text),
    Column("day", Integer, nullable=False),
    PrimaryKeyConstraint("account", "token"),
    sqlite_with_rowid=False,
)
