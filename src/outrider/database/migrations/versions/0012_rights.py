"""What everybody, and single users, may do with a user's calendar."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Everybody may see when a user is not free, and nobody is a delegate."""
    op.add_column("users", sa.Column("calendar_rights", sa.Text, nullable=False, server_default="free-busy"))
    op.create_table(
        "delegations",
        sa.Column("owner_id", sa.Integer, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        sa.Column("delegate_id", sa.Integer, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        sa.Column("rights", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("owner_id", "delegate_id", name="pk_delegations"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_delegations_delegate_id", "delegations", ["delegate_id"])
