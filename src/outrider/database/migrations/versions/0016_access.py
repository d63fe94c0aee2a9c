"""Rules for devices, and what was decided about each."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Make the table, and the columns."""
    op.create_table(
        "rules",
        sa.Column("id", sa.Integer, primary_key=True, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("effect", sa.Text, nullable=False),
        sa.Column("conditions", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("time", sa.Integer, nullable=False),
        sqlite_autoincrement=True,
    )
    for name in ("code", "personal", "peer", "question", "parked_policy"):
        op.add_column("devices", sa.Column(name, sa.Text, nullable=False, server_default=""))
    for name in ("parked_time", "state_time"):
        op.add_column("devices", sa.Column(name, sa.Integer))
