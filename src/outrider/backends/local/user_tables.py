"""The tables of the embedded directory.

`addresses` is the one place that says where an address leads: every address of a user (the primary one and
the aliases) and of a group is a row, so none can belong to two. Members of a group are plain addresses; they
are looked up when a mail is delivered.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    Table,
    Text,
)

from outrider.database.metadata import metadata

users = Table(
    "users",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("address", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("given_name", Text, nullable=False),
    Column("surname", Text, nullable=False),
    Column("office", Text, nullable=False),
    Column("company", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("phone", Text, nullable=False),
    Column("home_phone", Text, nullable=False),
    Column("mobile", Text, nullable=False),
    Column("photo", LargeBinary),
    Column("certificate", LargeBinary),  # X.509, DER
    Column("calendar_rights", Text, nullable=False, server_default="free-busy"),  # of everybody else
    Column("time_zone", Text, nullable=False),
    Column("admin", Boolean, nullable=False),
    Column("eas", Boolean, nullable=False),
    Column("read_receipts", Boolean, nullable=False, server_default="0"),  # senders who ask are told
    Column("enabled", Boolean, nullable=False),
    Column("password", Text, nullable=False),  # a hash; empty: only app passwords sign in
    Column("words", Text, nullable=False),  # what the directory finds the user by
    Column("stamp", Text, nullable=False),
    Column("created", BigInteger, nullable=False),  # seconds of the epoch
    sqlite_autoincrement=True,
)

groups = Table(
    "groups",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("address", Text, unique=True),  # none: a target of policies only
    Column("words", Text, nullable=False),
    sqlite_autoincrement=True,
)

addresses = Table(
    "addresses",
    metadata,
    Column("address", Text, primary_key=True),
    Column("local", Text, nullable=False, index=True),
    Column("domain", Text, nullable=False, index=True),
    Column("user_id", Integer, ForeignKey("users.id", ondelete="CASCADE"), index=True),
    Column("group_id", Integer, ForeignKey("groups.id", ondelete="CASCADE"), index=True),
    CheckConstraint("(user_id IS NULL) <> (group_id IS NULL)", name="ck_addresses_leads_to_one"),
    sqlite_with_rowid=False,
)

group_members = Table(
    "group_members",
    metadata,
    Column("group_id", Integer, ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True),
    Column("member", Text, primary_key=True, index=True),
    sqlite_with_rowid=False,
)

delegations = Table(
    "delegations",
    metadata,
    Column("owner_id", Integer, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("delegate_id", Integer, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("rights", Text, nullable=False),
    sqlite_with_rowid=False,
)

absences = Table(
    "absences",
    metadata,
    Column("user_id", Integer, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("absence", LargeBinary, nullable=False),  # MessagePack of domain.Absence
)

absence_answers = Table(
    "absence_answers",
    metadata,
    Column("user_id", Integer, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("sender", Text, primary_key=True),
    Column("answered", BigInteger, nullable=False),  # seconds of the epoch
    sqlite_with_rowid=False,
)

app_passwords = Table(
    "app_passwords",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("user_id", Integer, ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("label", Text, nullable=False),
    Column("mac", LargeBinary, nullable=False, unique=True),
    Column("created", BigInteger, nullable=False),  # seconds of the epoch
    Column("last_used", Integer),  # days of the epoch
    Column("revoked", BigInteger),  # seconds of the epoch
    sqlite_autoincrement=True,
)

submissions = Table(
    "submissions",
    metadata,
    Column("token", LargeBinary, primary_key=True),
    Column("account", Text, nullable=False, index=True),
    Column("recipients", Text, nullable=False),  # a JSON list
    Column("sent", Boolean, nullable=False),  # false: the relay had not answered when this was written
    Column("refused", Text, nullable=False),  # recipient -> the relay's words, as JSON
    Column("begun", BigInteger, nullable=False),  # seconds of the epoch
    sqlite_with_rowid=False,
)
