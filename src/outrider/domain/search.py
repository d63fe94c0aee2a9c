"""What is searched for, and what was found."""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum

from msgspec import Struct


class Field(Enum):
    """Where in an item words can stand."""

    SUBJECT = "subject"
    PEOPLE = "people"  # names and addresses of all it names
    TEXT = "text"


class Term(Struct, frozen=True, kw_only=True):
    """Words in a row, somewhere (None) or in one place; with `begun` the last one may be only the beginning
    of a word, if it has two letters. Case and accents do not matter. Of Chinese and Japanese, which have no
    blanks between words, any signs in a row are found."""

    text: str
    field: Field | None = None
    begun: bool = True


class Oldest(Struct, frozen=True):
    """That nothing in these folders is meant which counted for the last time before a day: mail by its date,
    events by the end of their last occurrence."""

    folders: frozenset[int]
    day: date


class Query(Struct, frozen=True, kw_only=True):
    """What is searched for: items that meet all of it.

    Of each of the `clauses` one term must be in the item, and none of the terms `without`; where there are
    neither, its text does not matter. `folders` are searched, and nothing else, some perhaps from an `oldest`
    day on. `after` and `before` bound the time of arrival, neither included. `thread` is a conversation (mail
    only).
    """

    folders: frozenset[int]
    clauses: tuple[tuple[Term, ...], ...] = ()
    without: tuple[Term, ...] = ()
    after: datetime | None = None
    before: datetime | None = None
    thread: bytes = b""
    oldest: tuple[Oldest, ...] = ()


def all_of(words: str) -> tuple[tuple[Term, ...], ...]:
    """The clauses that ask for all of these words, the last one perhaps only begun. What has no letter or
    digit is passed over, unless there is nothing else."""
    listed = words.split()
    spoken = [word for word in listed if any(sign.isalnum() for sign in word)] or listed[:1]
    return tuple((Term(text=word, begun=word is spoken[-1]),) for word in spoken)


class Hit(Struct, frozen=True):
    """Where an item that was found stands."""

    folder: int
    number: int


class Found(Struct, frozen=True, kw_only=True):
    """A page of what was found, newest first, and how many there are in all."""

    hits: tuple[Hit, ...] = ()
    total: int = 0
