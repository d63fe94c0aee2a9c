"""Where the engine's records lie."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, PrimaryKeyConstraint, Table, Text

from outrider.database import metadata

views = Table(
    "views",
    metadata,
    Column("account", Text, nullable=False),
    Column("device", Text, nullable=False),
    Column("collection", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("record", LargeBinary, nullable=False),
    PrimaryKeyConstraint("account", "device", "collection"),
    sqlite_with_rowid=False,
)

view_blocks = Table(
    "view_blocks",
    metadata,
    Column("account", Text, nullable=False),
    Column("device", Text, nullable=False),
    Column("collection", Text, nullable=False),
    Column("kind", Integer, nullable=False),
    Column("block", Integer, nullable=False),
    Column("data", LargeBinary, nullable=False),
    PrimaryKeyConstraint("account", "device", "collection", "kind", "block"),
    sqlite_with_rowid=False,
)

ledger = Table(
    "ledger",
    metadata,
    Column("token", LargeBinary, primary_key=True),
    Column("day", Integer, nullable=False),
    Column("result", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
Index("ledger_day", ledger.c.day)

aside = Table(
    "aside",
    metadata,
    Column("account", Text, nullable=False),
    Column("folder", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("device", Text, nullable=False),
    Column("class", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("since", Text, nullable=False),
    Column("release", Text, nullable=False),
    Column("again", Text, nullable=False),
    Column("mended", Integer, nullable=False),
    PrimaryKeyConstraint("account", "folder", "number", "device"),
    sqlite_with_rowid=False,
)

requests = Table(
    "requests",
    metadata,
    Column("account", Text, nullable=False),
    Column("device", Text, nullable=False),
    Column("command", Text, nullable=False),
    Column("data", LargeBinary, nullable=False),
    PrimaryKeyConstraint("account", "device", "command"),
    sqlite_with_rowid=False,
)
