"""The tables of policies, of their assignments, of rules for devices, of the audit, and of acts under way."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, PrimaryKeyConstraint, Table, Text

from outrider.database import metadata

policies = Table(
    "policies",
    metadata,
    Column("name", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("settings", Text),  # JSON: the specification's names and their values; NULL where it was removed
    Column("author", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("time", Integer, nullable=False),
    Column("spread", Integer, nullable=False),
    Column("share", Integer, nullable=False),
    PrimaryKeyConstraint("name", "version"),
    sqlite_with_rowid=False,
)

assignments = Table(
    "assignments",
    metadata,
    Column("id", Integer, primary_key=True, nullable=False),
    Column("level", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("time", Integer, nullable=False),
    Column("spread", Integer, nullable=False),
    sqlite_autoincrement=True,
)

rules = Table(
    "rules",
    metadata,
    Column("id", Integer, primary_key=True, nullable=False),
    Column("position", Integer, nullable=False),
    Column("effect", Text, nullable=False),
    Column("conditions", Text, nullable=False),  # JSON: patterns by the name of what they look at
    Column("author", Text, nullable=False),
    Column("time", Integer, nullable=False),
    sqlite_autoincrement=True,
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True, nullable=False),
    Column("time", Integer, nullable=False),
    Column("actor", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("outcome", Text, nullable=False, server_default="done"),
    sqlite_autoincrement=True,
)
Index("ix_audit_time", audit.c.time)
Index("ix_audit_subject", audit.c.subject)

acts_begun = Table(
    "acts_begun",
    metadata,
    Column("id", Integer, primary_key=True, nullable=False),
    Column("time", Integer, nullable=False),
    Column("actor", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("seen", Text, nullable=False),  # JSON: what is looked at, and how it was before
)
