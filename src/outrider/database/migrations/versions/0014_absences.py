"""Users' absences, and who was answered in them."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Make the tables; nobody is away."""
    op.create_table(
        "absences",
        sa.Column("user_id", sa.Integer, sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("absence", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "absence_answers",
        sa.Column("user_id", sa.Integer, sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("sender", sa.Text, primary_key=True),
        sa.Column("answered", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
