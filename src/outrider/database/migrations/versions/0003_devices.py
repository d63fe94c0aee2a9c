"""Devices, and sign-ins that are remembered."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "devices",
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("user_agent", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("first_seen", sa.Integer, nullable=False),
        sa.Column("last_seen", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("imei", sa.Text, nullable=False),
        sa.Column("friendly_name", sa.Text, nullable=False),
        sa.Column("os", sa.Text, nullable=False),
        sa.Column("os_language", sa.Text, nullable=False),
        sa.Column("phone_number", sa.Text, nullable=False),
        sa.Column("mobile_operator", sa.Text, nullable=False),
        sa.Column("own_user_agent", sa.Text, nullable=False),
        sa.Column("policy", sa.Text, nullable=False),
        sa.Column("policy_key", sa.Integer, nullable=False),
        sa.Column("policy_fingerprint", sa.Text, nullable=False),
        sa.Column("policy_version", sa.Integer, nullable=False),
        sa.Column("policy_time", sa.Integer),
        sa.Column("policy_answer", sa.Integer, nullable=False),
        sa.Column("offered_key", sa.Integer, nullable=False),
        sa.Column("offered_fingerprint", sa.Text, nullable=False),
        sa.Column("offered_version", sa.Integer, nullable=False),
        sa.Column("offered_time", sa.Integer),
        sa.PrimaryKeyConstraint("address", "id", name="pk_devices"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "signins",
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("stamp", sa.Text, nullable=False),
        sa.Column("used", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_signins"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_signins_address", "signins", ["address"])
    op.create_index("ix_signins_used", "signins", ["used"])
