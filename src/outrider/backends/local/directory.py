"""Who there is: users and groups, found by the beginnings of their words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from outrider.backends.local.addresses import normalise
from outrider.backends.local.refusals import AddressError
from outrider.database import Connection, Database
from outrider.domain.roles import Person

_WORDS = re.compile(r"[^\W_]+")
_UNDECOMPOSED = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe"})
_MOST_WORDS = 8  # of a query; further ones are ignored

_PERSON = (
    "users.address, users.name, given_name, surname, office, company, title, phone, home_phone, mobile, "
    "photo, words"
)
_GROUP = "groups.address, groups.name, '', '', '', '', '', '', '', '', NULL, words"


class LocalDirectory:
    """The directory of the embedded store. Disabled users and groups without an address are not in it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, text: str, limit: int) -> list[Person]:
        """Those who have, for each word of `text`, a word that begins with it, by name. Case and accents do
        not matter; a text without words finds nobody."""
        words = folded(text)[:_MOST_WORDS]
        if not words:
            return []
        return await self._database.read(_find, words, limit)

    async def lookup(self, address: str) -> Person | None:
        """Whom an address (an alias too) belongs to."""
        try:
            return await self._database.read(_lookup, normalise(address))
        except AddressError:
            return None


def folded(text: str) -> list[str]:
    """The words of a text without case and accents."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_UNDECOMPOSED))
    return _WORDS.findall("".join(sign for sign in plain if not unicodedata.combining(sign)).casefold())


def index(texts: Iterable[str]) -> str:
    """What `find` looks through for an entry with these texts: each word after a blank."""
    return "".join(f" {word}" for word in dict.fromkeys(word for text in texts for word in folded(text)))


def _find(connection: Connection, words: list[str], limit: int) -> list[Person]:
    match = " AND ".join("words LIKE ?" for _ in words)
    patterns = [f"% {word}%" for word in words]  # words have no sign that LIKE takes for a wildcard
    rows = connection.execute(
        f"SELECT {_PERSON} FROM users WHERE enabled AND {match} "
        f"UNION ALL SELECT {_GROUP} FROM groups WHERE address IS NOT NULL AND {match} "
        "ORDER BY words, address LIMIT ?",
        (*patterns, *patterns, limit),
    )
    return [_person(row) for row in rows]


def _lookup(connection: Connection, address: str) -> Person | None:
    row = connection.execute(
        f"SELECT {_PERSON} FROM addresses JOIN users ON users.id = user_id "
        "WHERE addresses.address = ? AND enabled "
        f"UNION ALL SELECT {_GROUP} FROM addresses JOIN groups ON groups.id = group_id "
        "WHERE addresses.address = ?",
        (address, address),
    ).fetchone()
    return _person(row) if row else None


def _person(row: tuple[str, str, str, str, str, str, str, str, str, str, bytes | None, str]) -> Person:
    address, name, given_name, surname, office, company, title, phone, home_phone, mobile, photo, _ = row
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
    )
