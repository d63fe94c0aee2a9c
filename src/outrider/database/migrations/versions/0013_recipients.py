"""A folder in each account for those whom its user writes to."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

_FOLDERS = (
    "INSERT INTO folders "
    "(account, number, parent, name, folded, holds, use, next_item, items, changed, purged) "
    "SELECT id, 2147483647, 0, 'RecipientInfo', 'recipientinfo', 'recipients', 'default', 1, 0, sequence, "
    "sequence FROM accounts"
)
_OTHERS = (
    "UPDATE folders SET name = name || ' (' || number || ')', folded = folded || ' (' || number || ')' "
    "WHERE parent = 0 AND folded = 'recipientinfo'"
)


def upgrade() -> None:
    """Make the folders, under a name that a folder of the user gives up, and let phones look at the tree."""
    op.execute(sa.text(_OTHERS))
    op.execute(sa.text(_FOLDERS))
    op.execute(sa.text("UPDATE accounts SET hierarchy = hierarchy + 1"))
