"""The UIDs by which events are found."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the columns; there were no events before."""
    op.add_column("contents", sa.Column("uid", sa.Text))
    op.add_column("items", sa.Column("uid", sa.Text))
    where = sa.text("uid IS NOT NULL")
    op.create_index("ix_items_uids", "items", ["account", "folder", "uid"], sqlite_where=where)
