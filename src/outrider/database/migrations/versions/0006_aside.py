"""Items set aside for one device, by which release, until when; and those that went through since."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the table anew with the device in its key; what was set aside is offered again."""
    op.rename_table("aside", "aside_before")
    op.create_table(
        "aside",
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("folder", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("device", sa.Text, nullable=False),
        sa.Column("class", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("since", sa.Text, nullable=False),
        sa.Column("release", sa.Text, nullable=False),
        sa.Column("again", sa.Text, nullable=False),
        sa.Column("mended", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("account", "folder", "number", "device", name="pk_aside"),
        sqlite_with_rowid=False,
    )
    op.execute(
        'INSERT INTO aside (account, folder, number, device, "class", reason, tries, since, release, again,'
        " mended) SELECT account, folder, number, '', \"class\", reason, tries, since, '', '', 0"
        " FROM aside_before"
    )
    op.drop_table("aside_before")
