"""Full-text search over contents: words without diacritics, newest first.

The index keeps words only; the texts stay in the table `contents`, from which they are read again, unchanged,
when a content leaves the index. `owners` are words that name accounts (`owner`), so that a search walks the
entries of one account only.
"""

from __future__ import annotations

import unicodedata

from outrider.database.connections import Connection

CREATE = (
    "CREATE VIRTUAL TABLE search USING fts5(owners, subject, people, text, content='contents', "
    "content_rowid='id', tokenize='unicode61 remove_diacritics 2')"
)
DROP = "DROP TABLE search"

_MOST_WORDS = 32  # of a query; further ones are ignored


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


def expression(account: int, words: str) -> str | None:
    """What the table `search` is matched with for the contents of an account that hold all the words, the
    last one as a beginning if it has two letters; None where nothing can hold them.

    Each word is quoted, so that no sign in it means anything to the query language; one with signs in it,
    as an address has, stands for its parts in a row.
    """
    terms = [f'"{word}"' for word in _spoken(words)]
    mine = f'owners : "{owner(account)}"'
    if not terms:
        return mine if not words.strip() else None
    if len(terms[-1]) > len('""') + 1:  # a single letter begins half of all words
        terms[-1] += " *"
    return f"{mine} AND {{subject people text}} : ({' AND '.join(terms)})"


def _spoken(words: str) -> list[str]:
    """The words that have a letter or digit; the others are in no index."""
    parts = unicodedata.normalize("NFC", words).replace('"', " ").replace("\0", " ").split()
    return [part for part in parts if any(sign.isalnum() for sign in part)][:_MOST_WORDS]
