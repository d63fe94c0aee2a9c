"""Administrative acts under way, and how each line of the audit ended."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Of the lines that there are, each tells of an act that was done."""
    op.create_table(
        "acts_begun",
        sa.Column("id", sa.Integer, primary_key=True, nullable=False),
        sa.Column("time", sa.Integer, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("act", sa.Text, nullable=False),
        sa.Column("seen", sa.Text, nullable=False),
    )
    op.add_column("audit", sa.Column("outcome", sa.Text, nullable=False, server_default="done"))
