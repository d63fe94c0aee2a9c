"""Assignments are added, not replaced, so that several changes of one may go out at a time."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

_KEPT = "level, target, name, author, time, spread"
_BEFORE = "level, target, before, '', 0, 0"


def upgrade() -> None:
    """Make the table anew: the name that held before an assignment becomes an assignment of its own."""
    op.rename_table("assignments", "replaced")
    op.create_table(
        "assignments",
        sa.Column("id", sa.Integer, primary_key=True, nullable=False),
        sa.Column("level", sa.Text, nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("time", sa.Integer, nullable=False),
        sa.Column("spread", sa.Integer, nullable=False),
        sqlite_autoincrement=True,
    )
    for values, told in ((_BEFORE, " WHERE before <> ''"), (_KEPT, "")):
        op.execute(f"INSERT INTO assignments ({_KEPT}) SELECT {values} FROM replaced{told}")
    op.drop_table("replaced")
