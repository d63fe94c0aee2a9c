"""Rows of items: a write is whole or not at all, wherever it breaks; sequences are never shared or lost."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from outrider.backends.local import places
from outrider.backends.local.account import Local, LocalAccount
from outrider.database import Connection, Database
from outrider.database.connections import SqliteConnection
from outrider.domain.errors import FullError
from outrider.domain.items import ContactEdit, DraftEdit, ItemClass, MailEdit, NewMail
from tests.contract.documents import contact, mail, mime
from tests.contract.items import DRAFT

ALICE = "alice@example.org"
INBOX, DRAFTS, TRASH, PEOPLE, USER = 1, 2, 3, 7, 10
_TABLES = ("accounts", "folders", "items", "contents", "tombstones", "receipts", "blobs")
_LARGE = mime(attachment=bytes(range(256)) * 300)


def _dump(connection: Connection) -> dict[str, list[Any]]:
    return {table: connection.execute(f"SELECT * FROM {table}").fetchall() for table in _TABLES}


class Breaking:
    """Makes the writer's statement of this number fail, or none."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.at, self.seen = 0, 0
        self._execute = SqliteConnection.execute
        monkeypatch.setattr(SqliteConnection, "execute", lambda *arguments: self._checked(*arguments))

    def _checked(self, connection: SqliteConnection, sql: str, parameters: Any = ()) -> sqlite3.Cursor:
        if threading.current_thread().name == "database-writer" and sql not in ("ROLLBACK",):
            self.seen += 1
            if self.seen == self.at:
                raise sqlite3.OperationalError("broken on purpose")
        return self._execute(connection, sql, parameters)


@pytest.fixture
async def filled(account: LocalAccount) -> LocalAccount:
    """An account with two mails, a draft, a contact and a folder of its own with a large mail."""
    await account.items.create(INBOX, mail("one"), b"1")
    await account.items.create(INBOX, mail("two"), b"2")
    await account.items.create(DRAFTS, DRAFT, b"3")
    await account.items.create(PEOPLE, contact(), b"4")
    await account.folders.create("Projects", 0, ItemClass.MAIL, b"5")
    await account.items.create(USER, NewMail(mime=_LARGE), b"6")
    return account


_VERBS: dict[str, Callable[[LocalAccount], Awaitable[object]]] = {
    "create": lambda a: a.items.create(INBOX, mail("new"), b"x"),
    "create a large one": lambda a: a.items.create(INBOX, NewMail(mime=_LARGE), b"x"),
    "mark": lambda a: a.items.change(INBOX, 1, MailEdit(read=True), token=b"x"),
    "edit a contact": lambda a: a.items.change(PEOPLE, 1, ContactEdit(fields={"note": "x"}), token=b"x"),
    "edit a draft": lambda a: a.items.change(DRAFTS, 1, DraftEdit(subject="x"), token=b"x"),
    "move": lambda a: a.items.move(INBOX, 1, TRASH, token=b"x"),
    "delete": lambda a: a.items.delete(INBOX, 2),
    "delete a large one": lambda a: a.items.delete(USER, 1),
    "create a folder": lambda a: a.folders.create("New", 0, ItemClass.MAIL, b"x"),
    "rename a folder": lambda a: a.folders.update(USER, "New", 0),
    "delete a folder": lambda a: a.folders.delete(USER),
}


@pytest.mark.parametrize("verb", _VERBS.values(), ids=_VERBS.keys())
async def test_a_write_that_breaks_at_any_statement_leaves_all_as_it_was(
    verb: Callable[[LocalAccount], Awaitable[object]],
    filled: LocalAccount,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = await database.read(_dump)
    breaking = Breaking(monkeypatch)
    done = False
    while not done:
        breaking.at, breaking.seen = breaking.at + 1, 0
        try:
            await verb(filled)
            done = True
        except sqlite3.OperationalError:
            assert await database.read(_dump) == before
    assert breaking.at > 5
    assert breaking.at == breaking.seen + 1
    assert await database.read(_dump) != before


async def test_a_full_disk_stores_nothing_and_the_next_write_succeeds(
    filled: LocalAccount, database: Database
) -> None:
    def limit(connection: Connection, room: int) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + room}")

    await database.transact(limit, 2)
    before = await database.read(_dump)
    with pytest.raises(FullError):
        await filled.items.create(INBOX, mail(body="word " * 5000), b"x")
    assert await database.read(_dump) == before
    await database.transact(limit, 100_000)
    await filled.items.create(INBOX, mail(body="word " * 5000), b"x")
    assert await filled.feed.count(INBOX, None) == 3


async def test_folders_count_their_items_and_carry_their_highest_sequence(
    filled: LocalAccount, database: Database
) -> None:
    def disagreeing(connection: Connection) -> list[Any]:
        return connection.execute(
            "SELECT f.number FROM folders f WHERE f.items != (SELECT count(*) FROM items i "
            "WHERE i.account = f.account AND i.folder = f.number) OR f.changed < (SELECT coalesce(max(s), 0) "
            "FROM (SELECT max(changed) AS s FROM items i WHERE i.folder = f.number UNION ALL "
            "SELECT max(sequence) FROM tombstones t WHERE t.folder = f.number))"
        ).fetchall()

    await filled.items.move(INBOX, 1, TRASH, token=b"x")
    await filled.items.delete(INBOX, 2)
    await filled.items.empty(TRASH)
    assert await database.read(disagreeing) == []


async def test_contents_are_held_by_as_many_items_as_they_say(
    filled: LocalAccount, local: Local, database: Database
) -> None:
    def disagreeing(connection: Connection) -> list[Any]:
        return connection.execute(
            "SELECT c.id FROM contents c WHERE c.holders != "
            "(SELECT count(*) FROM items i WHERE i.content = c.id)"
        ).fetchall()

    await filled.items.change(PEOPLE, 1, ContactEdit(fields={"note": "x"}), token=b"x")
    await filled.items.move(INBOX, 1, TRASH, token=b"y")
    await filled.items.empty(TRASH)
    await filled.folders.delete(USER)
    assert await database.read(disagreeing) == []


async def test_tombstones_have_a_sequence_each(filled: LocalAccount, database: Database) -> None:
    def sequences(connection: Connection) -> list[int]:
        return [row[0] for row in connection.execute("SELECT sequence FROM tombstones")]

    cursor = await filled.feed.cursor(INBOX)
    await filled.items.empty(INBOX)
    found = await database.read(sequences)
    assert len(found) == len(set(found)) == 2
    first = await filled.feed.changes(INBOX, cursor, 1)
    assert (list(first.gone), first.more) == ([1], True)


async def purge(database: Database, before: int, **cursors: str) -> None:
    """Purge the Inbox and the trash, while devices have these cursors of the Inbox."""
    inbox = places.Waiting(address=ALICE, number=INBOX, cursors=frozenset(cursors.values()))
    trash = places.Waiting(address=ALICE, number=TRASH, cursors=frozenset())
    await database.transact(places.purge, before, [inbox, trash])


async def test_purged_tombstones_make_older_cursors_start_over(
    filled: LocalAccount, database: Database
) -> None:
    old = await filled.feed.cursor(INBOX)
    await filled.items.delete(INBOX, 1)
    new = await filled.feed.cursor(INBOX)
    trash = await filled.feed.cursor(TRASH)
    await purge(database, places.today() + 1)
    assert (await filled.feed.changes(INBOX, old, 10)).restart
    assert not (await filled.feed.changes(INBOX, new, 10)).restart
    assert not (await filled.feed.changes(TRASH, trash, 10)).restart


async def test_young_tombstones_and_receipts_are_kept(filled: LocalAccount, database: Database) -> None:
    old = await filled.feed.cursor(INBOX)
    await filled.items.delete(INBOX, 1)
    before = await database.read(_dump)
    await purge(database, places.today())
    assert await database.read(_dump) == before
    assert list((await filled.feed.changes(INBOX, old, 10)).gone) == [1]


async def test_aged_receipts_are_dropped(filled: LocalAccount, database: Database) -> None:
    await purge(database, places.today() + 1)
    assert (await database.read(_dump))["receipts"] == []


async def test_only_folders_with_tombstones_of_that_age_are_named(
    filled: LocalAccount, database: Database
) -> None:
    await filled.items.delete(INBOX, 1)
    assert await database.read(places.aged, places.today()) == []
    assert await database.read(places.aged, places.today() + 1) == [(ALICE, INBOX)]


async def test_a_removal_stays_known_while_a_device_has_an_older_cursor(
    filled: LocalAccount, database: Database
) -> None:
    first = await filled.feed.cursor(INBOX)
    await filled.items.delete(INBOX, 1)
    between = await filled.feed.cursor(INBOX)
    await filled.items.delete(INBOX, 2)
    last = await filled.feed.cursor(INBOX)
    await purge(database, places.today() + 1, slow=between, quick=last)
    assert (await filled.feed.changes(INBOX, first, 10)).restart
    assert list((await filled.feed.changes(INBOX, between, 10)).gone) == [2]
    await purge(database, places.today() + 1, slow=last, quick=last)
    assert (await filled.feed.changes(INBOX, between, 10)).restart
    assert not (await filled.feed.changes(INBOX, last, 10)).restart
