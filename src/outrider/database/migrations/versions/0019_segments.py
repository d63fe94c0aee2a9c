"""Pairs of signs in the index of words, for Chinese and Japanese."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

_AT_ONCE = 1_000
_RUN = re.compile(
    "[\u3005-\u3007\u3041-\u3096\u309d-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f"
    "\U00020000-\U0003ffff]+"
)
_COLUMNS = "owners, subject, people, text"
_SOME = f"SELECT id, {_COLUMNS} FROM contents WHERE id > :last ORDER BY id LIMIT :most"
_FORGET = f"INSERT INTO search (search, rowid, {_COLUMNS}) VALUES ('delete', :id, :a, :b, :c, :d)"
_INDEX = f"INSERT INTO search (rowid, {_COLUMNS}) VALUES (:id, :a, :b, :c, :d)"


def upgrade() -> None:
    """Index those contents anew that have such signs; some at a time, so that a large mailbox needs no
    memory."""
    connection, last = op.get_bind(), 0
    while rows := connection.execute(sa.text(_SOME), {"last": last, "most": _AT_ONCE}).fetchall():
        last = rows[-1][0]
        for content, *texts in rows:
            if any(_RUN.search(text) for text in texts):
                _replace(connection, content, texts)


def _replace(connection: sa.Connection, content: int, texts: list[str]) -> None:
    connection.execute(sa.text(_FORGET), _named(content, texts))
    connection.execute(sa.text(_INDEX), _named(content, [_RUN.sub(_pairs, text) for text in texts]))


def _named(content: int, texts: list[str]) -> dict[str, object]:
    return {"id": content, **dict(zip("abcd", texts, strict=True))}


def _pairs(run: re.Match[str]) -> str:
    signs = run[0]
    return f" {' '.join(signs[at : at + 2] for at in range(len(signs)))} "
