"""The tables of accounts, folders and items.

An item is a place in a folder (number, sequences, marks) that points to a content; a content is what the item
says and never changes: an edit makes a new one, a move keeps it, copies for several recipients share it.
Sequences come from one counter row per account, raised inside the writing transaction.

The secondary indexes of `items` hold all that a feed or a search answers, so that no row is fetched for it.
"""

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
    text,
)

from outrider.database.metadata import metadata

accounts = Table(
    "accounts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("address", Text, nullable=False),
    Column("sequence", BigInteger, nullable=False),  # the last one given to a change of an item
    Column("hierarchy", BigInteger, nullable=False),  # raised by each change of the folder tree
    Column("next_folder", Integer, nullable=False),
    UniqueConstraint("address"),
    sqlite_autoincrement=True,
)

folders = Table(
    "folders",
    metadata,
    Column("account", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("parent", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("folded", Text, nullable=False),  # the name in the form in which siblings must differ
    Column("holds", Text, nullable=False),
    Column("use", Text, nullable=False),
    Column("next_item", Integer, nullable=False),
    Column("items", Integer, nullable=False),
    Column("changed", BigInteger, nullable=False),  # the last sequence that moved something in it
    Column("purged", BigInteger, nullable=False),  # tombstones up to this sequence are no longer kept
    PrimaryKeyConstraint("account", "number"),
    UniqueConstraint("account", "parent", "folded"),
    sqlite_with_rowid=False,
)

items = Table(
    "items",
    metadata,
    Column("account", Integer, nullable=False),
    Column("folder", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("created", BigInteger, nullable=False),  # sequence
    Column("changed", BigInteger, nullable=False),  # sequence; as text it is the item's version
    Column("horizon", Integer, nullable=False),  # day (1 = 1 January of the year 1), or past all
    Column("received", BigInteger, nullable=False),  # milliseconds since 1970, UTC
    Column("content", BigInteger, nullable=False),
    Column("marks", LargeBinary, nullable=False),  # MessagePack of domain.Marks
    Column("uid", Text),  # that of the content, where items are found by it
    PrimaryKeyConstraint("account", "folder", "number"),
    Index("ix_items_changes", "account", "folder", "changed", "number", "horizon", unique=True),
    Index("ix_items_contents", "account", "content", "folder", "received", "number"),
    Index("ix_items_horizons", "account", "folder", "horizon", "number", "changed"),
    Index("ix_items_uids", "account", "folder", "uid", sqlite_where=text("uid IS NOT NULL")),
    sqlite_with_rowid=False,
)

contents = Table(
    "contents",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("holders", Integer, nullable=False),  # how many items point here, held ones too
    Column("class", Text, nullable=False),
    Column("summary", LargeBinary, nullable=False),  # MessagePack of domain.Message or Contact
    Column("thread", LargeBinary),  # the conversation of a mail
    Column("owners", Text, nullable=False),  # these four are what the full-text index has
    Column("subject", Text, nullable=False),
    Column("people", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("size", BigInteger, nullable=False),  # of the document, in bytes
    Column("blob", Text),  # the document's file, where it is large
    Column("document", LargeBinary),  # the document itself, where it is small
    Column("uid", Text),  # by which an event is found
    Index("ix_contents_threads", "thread"),
    sqlite_autoincrement=True,
)

tombstones = Table(
    "tombstones",
    metadata,
    Column("account", Integer, nullable=False),
    Column("folder", Integer, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("number", Integer, nullable=False),
    Column("day", Integer, nullable=False),  # of the removal
    PrimaryKeyConstraint("account", "folder", "sequence"),
    sqlite_with_rowid=False,
)

receipts = Table(
    "receipts",
    metadata,
    Column("account", Integer, nullable=False),
    Column("token", LargeBinary, nullable=False),
    Column("number", Integer, nullable=False),  # of the item or folder that the act made
    Column("version", Text, nullable=False),
    Column("day", Integer, nullable=False),
    PrimaryKeyConstraint("account", "token"),
    sqlite_with_rowid=False,
)

bursts = Table(
    "bursts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account", Integer, nullable=False),
    Column("folder", Integer, nullable=False),
    Column("agent", Text, nullable=False),  # the device that removed
    Column("path", Text, nullable=False),  # of the folder, a JSON list of names
    Column("holds", Text, nullable=False),
    Column("items", Integer, nullable=False),  # that the folder had when it began
    Column("began", BigInteger, nullable=False),  # milliseconds since 1970, UTC
    Column("last", BigInteger, nullable=False),
    Index("ix_bursts_account", "account", "folder", "agent", "last"),
    sqlite_autoincrement=True,
)

removed = Table(
    "removed",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account", Integer, nullable=False),
    Column("folder", Integer, nullable=False),
    Column("agent", Text, nullable=False),
    Column("ordinal", BigInteger, nullable=False),  # counts what this agent removed from this folder
    Column("time", BigInteger, nullable=False),  # milliseconds since 1970, UTC
    Column("items", Integer, nullable=False),  # that the folder had before
    Column("burst", Integer, nullable=False),  # 0: part of none so far
    Column("number", Integer, nullable=False),  # the item as it was, from here on
    Column("horizon", Integer, nullable=False),
    Column("received", BigInteger, nullable=False),
    Column("content", BigInteger, nullable=False),
    Column("marks", LargeBinary, nullable=False),
    Column("kept_in", Integer, nullable=False),  # where it was moved to: folder and number; 0: nowhere
    Column("kept_as", Integer, nullable=False),
    Index("ix_removed_group", "account", "folder", "agent", "ordinal"),
    Index("ix_removed_time", "account", "folder", "agent", "time", "ordinal"),
    Index("ix_removed_burst", "burst", "number"),
    Index("ix_removed_content", "account", "content"),
    Index("ix_removed_kept", "account", "kept_in", "kept_as"),
    sqlite_autoincrement=True,
)
