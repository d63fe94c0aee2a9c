"""Users, groups, their addresses and app passwords, and what was handed to the relay."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "users",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("given_name", sa.Text, nullable=False),
        sa.Column("surname", sa.Text, nullable=False),
        sa.Column("office", sa.Text, nullable=False),
        sa.Column("company", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("phone", sa.Text, nullable=False),
        sa.Column("home_phone", sa.Text, nullable=False),
        sa.Column("mobile", sa.Text, nullable=False),
        sa.Column("photo", sa.LargeBinary),
        sa.Column("time_zone", sa.Text, nullable=False),
        sa.Column("admin", sa.Boolean, nullable=False),
        sa.Column("eas", sa.Boolean, nullable=False),
        sa.Column("enabled", sa.Boolean, nullable=False),
        sa.Column("password", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("stamp", sa.Text, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("address", name="uq_users_address"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "groups",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("address", sa.Text),
        sa.Column("words", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_groups"),
        sa.UniqueConstraint("name", name="uq_groups_name"),
        sa.UniqueConstraint("address", name="uq_groups_address"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "addresses",
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("local", sa.Text, nullable=False),
        sa.Column("domain", sa.Text, nullable=False),
        sa.Column("user_id", sa.Integer),
        sa.Column("group_id", sa.Integer),
        sa.PrimaryKeyConstraint("address", name="pk_addresses"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_addresses_user_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name="fk_addresses_group_id", ondelete="CASCADE"
        ),
        sa.CheckConstraint("(user_id IS NULL) <> (group_id IS NULL)", name="ck_addresses_leads_to_one"),
        sqlite_with_rowid=False,
    )
    for column in ("local", "domain", "user_id", "group_id"):
        op.create_index(f"ix_addresses_{column}", "addresses", [column])
    op.create_table(
        "group_members",
        sa.Column("group_id", sa.Integer, nullable=False),
        sa.Column("member", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("group_id", "member", name="pk_group_members"),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name="fk_group_members_group_id", ondelete="CASCADE"
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_group_members_member", "group_members", ["member"])
    op.create_table(
        "app_passwords",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("user_id", sa.Integer, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("mac", sa.LargeBinary, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("last_used", sa.Integer),
        sa.Column("revoked", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_app_passwords"),
        sa.UniqueConstraint("mac", name="uq_app_passwords_mac"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_app_passwords_user_id", ondelete="CASCADE"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_app_passwords_user_id", "app_passwords", ["user_id"])
    op.create_table(
        "submissions",
        sa.Column("token", sa.LargeBinary, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("recipients", sa.Text, nullable=False),
        sa.Column("sent", sa.Boolean, nullable=False),
        sa.Column("refused", sa.Text, nullable=False),
        sa.Column("begun", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("token", name="pk_submissions"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_submissions_account", "submissions", ["account"])
