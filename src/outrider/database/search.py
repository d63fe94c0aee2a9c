"""Full-text search over contents: words without diacritics, newest first.

The index keeps words only; the texts stay in the table `contents`, from which they are read again, unchanged,
when a content leaves the index. `owners` are words that name accounts (`owner`), so that a search walks the
entries of one account only.
"""

from __future__ import annotations

import re

from outrider.database.connections import Connection

CREATE = (
    "CREATE VIRTUAL TABLE search USING fts5(owners, subject, people, text, content='contents', "
    "content_rowid='id', tokenize='unicode61 remove_diacritics 2')"
)
DROP = "DROP TABLE search"

_WORD = re.compile(r"\w+")


def owner(account: int) -> str:
    """The word that stands for an account in the column `owners`."""
    return f"owner0{account}"


def index(connection: Connection, content: int, texts: tuple[str, str, str, str]) -> None:
    """Make a content findable; `texts` are its owners, subject, people and text exactly as stored."""
    connection.execute(
        "INSERT INTO search (rowid, owners, subject, people, text) VALUES (?, ?, ?, ?, ?)", (content, *texts)
    )


def forget(connection: Connection, content: int) -> None:
    """Take a content out of the index, before its row goes."""
    connection.execute(
        "INSERT INTO search (search, rowid, owners, subject, people, text) "
        "SELECT 'delete', id, owners, subject, people, text FROM contents WHERE id = ?",
        (content,),
    )


def find(connection: Connection, account: int, words: str, below: int | None, limit: int) -> list[int]:
    """The newest contents of an account that hold all the words (the last one as a beginning), at most
    `limit` of those below the identifier `below`."""
    terms = [f'"{word}"' for word in _WORD.findall(words)]
    if not terms:
        return []
    query = f'owners : "{owner(account)}" AND {{subject people text}} : ({" AND ".join(terms)} *)'
    rows = connection.execute(
        "SELECT rowid FROM search WHERE search MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT ?",
        (query, 1 << 62 if below is None else below, limit),
    )
    return [row[0] for row in rows]
