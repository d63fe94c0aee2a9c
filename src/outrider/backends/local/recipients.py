"""Whom a user writes to: kept in a folder of its own, raised with each mail."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from msgspec.structs import replace

from outrider.backends.local import contents, places
from outrider.backends.local.contents import UNPACK, Prepared
from outrider.backends.local.effects import Effects
from outrider.backends.local.places import ONE, Desk, Place
from outrider.database import BlobStore, Connection
from outrider.domain.folders import RECIPIENTS
from outrider.domain.items import ItemClass, Mailbox, Recipient
from outrider.domain.recipients import MOST, raised
from outrider.domain.roles import Token, Written
from outrider.formats.documents import KINDS

_USER: Final = (
    "SELECT users.name, addresses.local FROM addresses JOIN users ON users.id = user_id "
    "WHERE addresses.address = ?"
)
_KIND: Final = KINDS[ItemClass.RECIPIENTS]
_recipient_of = UNPACK[ItemClass.RECIPIENTS]


class Book:
    """The recipients of one account, inside a transaction."""

    def __init__(self, desk: Desk, store: BlobStore, now: datetime) -> None:
        self._desk = desk
        self._store = store
        self._now = now
        self._known = {person.address.lower(): (number, person) for number, person in _rows(desk)}

    def raise_rank(self, box: Mailbox) -> bool:
        """Note that the user wrote to somebody; False where that changes nothing."""
        number, known = self._known.get(box.address.lower()) or (None, _stranger(self._desk.connection, box))
        person = replace(known, name=box.name or known.name, rank=raised(known.rank, self._now))
        if person == known:
            return False
        number = self._add(person) if number is None else self._change(number, person)
        self._known[box.address.lower()] = (number, person)
        return True

    def cut(self) -> None:
        """Let go of those whom the user has nearly forgotten."""
        ranked = sorted(self._known.values(), key=lambda row: row[1].rank, reverse=True)
        for number, _ in ranked[MOST:]:
            where = (self._desk.owner.id, RECIPIENTS, number)
            places.release(self._desk.connection, self._desk.effects, ONE, where)
            places.remove(self._desk, RECIPIENTS, ONE, number)

    def _add(self, person: Recipient) -> int:
        number, sequence = places.take_numbers(self._desk, RECIPIENTS, ItemClass.RECIPIENTS)
        prepared, content = self._store_content(person)
        place = Place(number, sequence, prepared.horizon, prepared.received, content, prepared.marks)
        places.put(self._desk, RECIPIENTS, place)
        return number

    def _change(self, number: int, person: Recipient) -> int:
        place = places.find(self._desk, RECIPIENTS, number)
        _, content = self._store_content(person)
        places.update(self._desk, RECIPIENTS, replace(place, content=content))
        places.release_content(self._desk.connection, self._desk.effects, place.content)
        return number

    def _store_content(self, person: Recipient) -> tuple[Prepared, int]:
        prepared = contents.prepare_document(self._store, _KIND, _KIND.write(person, ""), self._now)
        return prepared, contents.insert_content(self._desk.connection, prepared, [self._desk.owner])


def remember(
    connection: Connection,
    effects: Effects,
    where: tuple[str, Token],
    boxes: Iterable[Mailbox],
    written: tuple[BlobStore, datetime],
) -> None:
    """Note whom a user wrote to now, once for a token. Raises NotFoundError (the account)."""
    address, token = where
    desk = places.open_desk(connection, effects, address)
    if places.find_receipt(desk, token) is not None:
        return
    book = Book(desk, *written)
    raises = [book.raise_rank(box) for box in boxes]
    if any(raises):
        book.cut()
        places.write_receipt(desk, token, Written(0, ""))


def _rows(desk: Desk) -> list[tuple[int, Recipient]]:
    rows = desk.connection.execute(
        "SELECT i.number, c.summary FROM items i JOIN contents c ON c.id = i.content "
        "WHERE i.account = ? AND i.folder = ?",
        (desk.owner.id, RECIPIENTS),
    )
    return [(number, _recipient_of(summary)) for number, summary in rows.fetchall()]


def _stranger(connection: Connection, box: Mailbox) -> Recipient:
    """Somebody who is written to for the first time; users here are known by name."""
    row = connection.execute(_USER, (box.address.lower(),)).fetchone()
    name, alias = row or ("", "")
    return Recipient(address=box.address, name=name, alias=alias)
