"""What searches need: the items of a content, the contents of a conversation, users' certificates."""

import msgspec
import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_AT_ONCE = 1_000


class _Mail(msgspec.Struct):
    thread: bytes = b""


_decode = msgspec.msgpack.Decoder(_Mail).decode


def upgrade() -> None:
    """Make the indexes, and note for each mail its conversation."""
    op.add_column("users", sa.Column("certificate", sa.LargeBinary))
    op.add_column("contents", sa.Column("thread", sa.LargeBinary))
    _fill(op.get_bind())
    op.create_index("ix_contents_threads", "contents", ["thread"])
    op.create_index("ix_items_contents", "items", ["account", "content", "folder", "received", "number"])


def _fill(connection: sa.Connection) -> None:
    """From the summaries; some rows at a time, so that a large mailbox needs no memory."""
    last = 0
    while rows := connection.execute(
        sa.text(
            "SELECT id, summary FROM contents WHERE \"class\" = 'mail' AND id > :last ORDER BY id LIMIT :most"
        ),
        {"last": last, "most": _AT_ONCE},
    ).fetchall():
        last = rows[-1][0]
        named = [{"id": row[0], "thread": _thread(row[1])} for row in rows]
        connection.execute(sa.text("UPDATE contents SET thread = :thread WHERE id = :id"), named)


def _thread(summary: bytes) -> bytes | None:
    """The conversation of a mail; None for one whose summary cannot be read, which is set aside when it is
    shown."""
    try:
        return _decode(summary).thread or None
    except msgspec.MsgspecError:
        return None
