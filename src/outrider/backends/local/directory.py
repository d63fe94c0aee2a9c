"""Who there is: users and groups, found by the beginnings of their words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import TypeAlias, cast

from outrider.backends.local import address_book
from outrider.backends.local.addresses import normalise
from outrider.backends.local.refusals import AddressError
from outrider.database import Connection, Database
from outrider.domain.roles import Entries, Person

_WORDS = re.compile(r"[^\W_]+")
_UNDECOMPOSED = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe"})
_MOST_WORDS = 8  # of a query; further ones are ignored

_PERSON = (
    "users.address, users.name, given_name, surname, office, company, title, phone, home_phone, mobile, "
    "photo, certificate, 0, words"
)
_GROUP = "groups.address, groups.name, '', '', '', '', '', '', '', '', NULL, NULL, 1, words"
_ENTRIES = (
    f"SELECT {_PERSON} FROM users WHERE enabled AND {{match}} "
    f"UNION ALL SELECT {_GROUP} FROM groups WHERE address IS NOT NULL AND {{match}}"
)


class LocalDirectory:
    """The directory of the embedded store. Disabled users and groups without an address are not in it.

    A word of fewer than `shortest` plain letters finds only those who have that very word.
    """

    def __init__(self, database: Database, shortest: int = 1) -> None:
        self._database = database
        self._shortest = shortest

    async def find(self, text: str, first: int, limit: int) -> Entries:
        """By name; of a long text only the first words count."""
        patterns = [self._pattern(word) for word in folded(text)[:_MOST_WORDS]]
        if not patterns:
            return Entries()
        return await self._database.read(_find, patterns, (first, limit))

    async def lookup(self, address: str) -> Person | None:
        """Whom an address (an alias too) belongs to."""
        try:
            return await self._database.read(_lookup, normalise(address))
        except AddressError:
            return None

    async def members(self, address: str) -> tuple[str, ...]:
        """Members elsewhere among them."""
        try:
            return await self._database.read(_members, normalise(address))
        except AddressError:
            return ()

    def _pattern(self, word: str) -> str:
        """Words have no sign that LIKE takes for a wildcard."""
        whole = len(word) < self._shortest and word.isascii()
        return f"% {word} %" if whole else f"% {word}%"


def folded(text: str) -> list[str]:
    """The words of a text without case and accents."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_UNDECOMPOSED))
    return _WORDS.findall("".join(sign for sign in plain if not unicodedata.combining(sign)).casefold())


def index(texts: Iterable[str]) -> str:
    """What `find` looks through for an entry with these texts: each word after a blank."""
    return "".join(f" {word}" for word in dict.fromkeys(word for text in texts for word in folded(text)))


def _find(connection: Connection, patterns: list[str], page: tuple[int, int]) -> Entries:
    first, limit = page
    entries = _ENTRIES.format(match=" AND ".join("words || ' ' LIKE ?" for _ in patterns))
    rows = connection.execute(
        f"{entries} ORDER BY words, address LIMIT ? OFFSET ?", (*patterns, *patterns, limit, first)
    ).fetchall()
    total = first + len(rows)
    if len(rows) == limit or (first and not rows):
        [[total]] = connection.execute(
            f"SELECT count(*) FROM ({entries}) entries", (*patterns, *patterns)
        ).fetchall()
    return Entries(people=tuple(map(_person, rows)), total=total)


def _lookup(connection: Connection, address: str) -> Person | None:
    row = connection.execute(
        f"SELECT {_PERSON} FROM addresses JOIN users ON users.id = user_id "
        "WHERE addresses.address = ? AND enabled "
        f"UNION ALL SELECT {_GROUP} FROM addresses JOIN groups ON groups.id = group_id "
        "WHERE addresses.address = ?",
        (address, address),
    ).fetchone()
    return _person(row) if row else None


def _members(connection: Connection, address: str) -> tuple[str, ...]:
    if not isinstance(address_book.leads_to(connection, address), list):
        return ()
    routes = address_book.resolve(connection, [address], ())
    return (*routes.accounts, *routes.remote)


_Texts: TypeAlias = tuple[str, str, str, str, str, str, str, str, str, str]


def _person(row: tuple[str | bytes | int | None, ...]) -> Person:
    address, name, given_name, surname, office, company, title, phone, home_phone, mobile = cast(
        _Texts, row[:10]
    )
    photo, certificate, group = cast(tuple[bytes | None, bytes | None, int], row[10:13])
    return Person(
        address=address,
        name=name,
        given_name=given_name,
        surname=surname,
        office=office,
        company=company,
        title=title,
        phone=phone,
        home_phone=home_phone,
        mobile=mobile,
        alias=address.partition("@")[0],
        photo=photo,
        group=bool(group),
        certificate=certificate,
    )
