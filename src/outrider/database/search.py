"""Full-text search over contents: words without diacritics, newest first.

The index keeps words only; the texts stay in the table `contents`, from which they are read again when a
content leaves the index. `owners` are words that name accounts (`owner`), so that a search walks the entries
of one account only.

Chinese and Japanese have no blanks between words. A run of their signs is indexed as all pairs of neighbours
and its last sign (`segmented`), so that any part of it is found as pairs in a row, and one sign as a
beginning.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from outrider.database.connections import Connection
from outrider.domain.search import Field, Term

CREATE = (
    "CREATE VIRTUAL TABLE search USING fts5(owners, subject, people, text, content='contents', "
    "content_rowid='id', tokenize='unicode61 remove_diacritics 2')"
)
DROP = "DROP TABLE search"

# Kana and ideographs, their marks of repetition, and the half-width forms.
_RUN = re.compile(
    "[\u3005-\u3007\u3041-\u3096\u309d-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f"
    "\U00020000-\U0003ffff]+"
)
_END = re.compile(r"[\W_]+\Z")
_MOST_CLAUSES = 32  # of a query; further ones are ignored
_COLUMNS = {None: "subject people text"} | {field: field.value for field in Field}


def owner(account: int) -> str:
    """The word that stands for an account in the column `owners`."""
    return f"owner0{account}"


def index(connection: Connection, content: int, texts: tuple[str, str, str, str]) -> None:
    """Make a content findable; `texts` are its owners, subject, people and text exactly as stored."""
    connection.execute(
        "INSERT INTO search (rowid, owners, subject, people, text) VALUES (?, ?, ?, ?, ?)",
        (content, *map(segmented, texts)),
    )


def forget(connection: Connection, content: int) -> None:
    """Take a content out of the index, before its row goes."""
    [texts] = connection.execute(
        "SELECT owners, subject, people, text FROM contents WHERE id = ?", (content,)
    ).fetchall()
    connection.execute(
        "INSERT INTO search (search, rowid, owners, subject, people, text) VALUES ('delete', ?, ?, ?, ?, ?)",
        (content, *map(segmented, texts)),
    )


def segmented(text: str) -> str:
    """The text with each run of signs that need no blanks as words: its pairs, and its last sign."""
    return text if text.isascii() else _RUN.sub(_pairs, text)


def _pairs(run: re.Match[str]) -> str:
    signs = run[0]
    return f" {' '.join(signs[at : at + 2] for at in range(len(signs)))} "


def expression(account: int, clauses: Iterable[Iterable[Term]], without: Iterable[Term] = ()) -> str | None:
    """What the table `search` is matched with for the contents of an account in which of each clause a term
    is found, and none of those `without`; None where that can be none."""
    asked = [_clause(clause) for clause in clauses][:_MOST_CLAUSES]
    if not all(asked):
        return None
    found = " AND ".join([f'owners : "{owner(account)}"', *asked])
    unwanted = _clause(without)
    return f"({found}) NOT {unwanted}" if unwanted else found


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
    if _RUN.search(text):
        return _quoted_run(text)
    letters = next(iter(reversed(text.split())), "")
    begun = term.begun and len(letters) > 1  # a single letter begins half of all words
    return f'"{text}" *' if begun else f'"{text}"'


def _quoted_run(text: str) -> str:
    """Pairs in a row; the sign at the end of the text is part of the last pair, or begins one."""
    words = _RUN.sub(_inner_pairs, _END.sub("", text)).split()
    begun = len(words[-1]) == 1 and _RUN.fullmatch(words[-1])
    return f'"{" ".join(words)}" *' if begun else f'"{" ".join(words)}"'


def _inner_pairs(run: re.Match[str]) -> str:
    signs = run[0]
    pairs = [signs[at : at + 2] for at in range(len(signs) - 1)]
    ended = run.end() < len(run.string)  # other words follow, so the run ends in the text as well
    return f" {' '.join(pairs if pairs and not ended else [*pairs, signs[-1]])} "
