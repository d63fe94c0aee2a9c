"""Full-text search over contents: words without diacritics, newest first.

The index keeps words only; the texts stay in the table `contents`, from which they are read again, unchanged,
when a content leaves the index. `owners` are words that name accounts (`owner`), so that a search walks the
entries of one account only.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from outrider.database.connections import Connection
from outrider.domain.roles import Field, Term

CREATE = (
    "CREATE VIRTUAL TABLE search USING fts5(owners, subject, people, text, content='contents', "
    "content_rowid='id', tokenize='unicode61 remove_diacritics 2')"
)
DROP = "DROP TABLE search"

_MOST_CLAUSES = 32  # of a query; further ones are ignored
_COLUMNS = {None: "subject people text"} | {field: field.value for field in Field}


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


def expression(account: int, clauses: Iterable[Iterable[Term]]) -> str | None:
    """What the table `search` is matched with for the contents of an account in which of each clause a term
    is found; None where that can be none."""
    asked = [_clause(clause) for clause in clauses][:_MOST_CLAUSES]
    if not all(asked):
        return None
    return " AND ".join([f'owners : "{owner(account)}"', *asked])


def _clause(terms: Iterable[Term]) -> str:
    """Either of the terms; empty where none of them can be found."""
    asked = [
        f"{{{_COLUMNS[term.field]}}} : {_quoted(term)}"
        for term in terms
        if any(sign.isalnum() for sign in term.text)  # only such are in the index
    ]
    return f"({' OR '.join(asked)})" if asked else ""


def _quoted(term: Term) -> str:
    """The words in quotes, so that no sign in them means anything to the query language; one with signs in
    it, as an address has, stands for its parts in a row."""
    text = unicodedata.normalize("NFC", term.text).replace('"', " ").replace("\0", " ").strip()
    letters = next(iter(reversed(text.split())), "")
    begun = term.begun and len(letters) > 1  # a single letter begins half of all words
    return f'"{text}" *' if begun else f'"{text}"'
