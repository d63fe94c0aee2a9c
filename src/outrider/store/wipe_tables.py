"""The tables of wipes and of recovery passwords."""

from __future__ import annotations

from sqlalchemy import Column, Integer, LargeBinary, PrimaryKeyConstraint, Table, Text

from outrider.database import metadata

wipes = Table(
    "wipes",
    metadata,
    Column("address", Text, nullable=False),
    Column("device", Text, nullable=False),
    Column("names", Text, nullable=False),  # JSON: a list of addresses
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("key", Integer, nullable=False),
    Column("actor", Text, nullable=False),
    Column("requested", Integer, nullable=False),
    Column("sent", Integer),
    Column("times", Integer, nullable=False),
    Column("answered", Integer),
    Column("authenticated", Integer, nullable=False),
    Column("peer", Text, nullable=False),
    Column("leave", Integer),
    PrimaryKeyConstraint("address", "device"),
    sqlite_with_rowid=False,
)

recovery_passwords = Table(
    "recovery_passwords",
    metadata,
    Column("address", Text, nullable=False),
    Column("device", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("kept", Integer, nullable=False),
    PrimaryKeyConstraint("address", "device"),
    sqlite_with_rowid=False,
)
