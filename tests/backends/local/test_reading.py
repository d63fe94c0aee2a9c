"""Reading: one hop for all, the slice that is wanted, and an error in the place of what is broken."""

from __future__ import annotations

import os

import pytest

from outrider.backends.local.account import LocalAccount
from outrider.backends.local.reading import view_document
from outrider.database import BlobStore, Connection, Database
from outrider.domain.errors import BackendError, UnreadableError
from outrider.domain.items import BodyForm, BodyPreference, MailItem, NewMail, Wish
from outrider.formats.blobs import View, read_all
from tests.contract.documents import HTML, NOTHING, TEXT, mail, mime

INBOX = 1
_LARGE = mime(attachment=bytes(range(256)) * 4000)


async def test_many_items_are_one_hop(account: LocalAccount, database: Database) -> None:
    numbers = [(await account.items.create(INBOX, mail(f"{n}"), b"%d" % n)).number for n in range(20)]
    hops, statements = database.counters.hops, database.counters.statements
    items = await account.items.read(INBOX, numbers, TEXT)
    assert all(isinstance(item, MailItem) for item in items)
    assert database.counters.hops - hops == 1
    # begin, the account and commit; for each item its row and its document
    assert database.counters.statements - statements == 3 + 2 * 20


async def test_a_broken_summary_stops_nothing_else(account: LocalAccount, database: Database) -> None:
    def damage(connection: Connection) -> None:
        connection.execute("UPDATE contents SET summary = x'ff00ff' WHERE id = 1")

    await account.items.create(INBOX, mail("broken"), b"1")
    await account.items.create(INBOX, mail("sound"), b"2")
    await database.transact(damage)
    broken, sound = await account.items.read(INBOX, [1, 2], HTML)
    assert isinstance(broken, UnreadableError)
    assert isinstance(sound, MailItem)


async def test_the_document_behind_a_broken_summary_is_there_all_the_same(
    account: LocalAccount, database: Database
) -> None:
    def damage(connection: Connection) -> None:
        connection.execute("UPDATE contents SET summary = x'ffff' WHERE id = 1")

    await account.items.create(INBOX, mail("broken"), b"1")
    await database.transact(damage)
    whole = await account.items.open(INBOX, 1, "")
    assert b"Subject: broken" in read_all(whole.blob)
    with pytest.raises(UnreadableError):
        await account.items.open(INBOX, 1, "1")


async def test_a_missing_file_stops_nothing_else(account: LocalAccount, blobs: BlobStore) -> None:
    await account.items.create(INBOX, NewMail(mime=_LARGE), b"1")
    await account.items.create(INBOX, mail("sound"), b"2")
    for path in blobs.directory.rglob("*"):
        if path.is_file():
            path.unlink()
    missing, sound = await account.items.read(INBOX, [1, 2], HTML)
    assert isinstance(missing, BackendError)
    assert missing.temporary  # not gone: it is tried again, and then set aside
    assert isinstance(sound, MailItem)


async def test_the_body_of_a_large_mail_is_read_without_its_files(
    account: LocalAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = 0
    pread = os.pread

    def counting(descriptor: int, length: int, offset: int) -> bytes:
        nonlocal read
        piece = pread(descriptor, length, offset)
        read += len(piece)
        return piece

    await account.items.create(INBOX, NewMail(mime=_LARGE), b"1")
    monkeypatch.setattr(os, "pread", counting)
    wish = Wish(preferences=(BodyPreference(form=BodyForm.TEXT, limit=4096),))
    [item] = await account.items.read(INBOX, [1], wish)
    assert isinstance(item, MailItem)
    assert item.body is not None
    assert item.body.data == "At noon?"
    assert 0 < read < 1000


async def test_the_text_of_an_html_mail_needs_no_document(account: LocalAccount, database: Database) -> None:
    document = mime(body="<html><body><p>Gr&uuml;&szlig;e</p></body></html>").replace(b"plain", b"html")
    await account.items.create(INBOX, NewMail(mime=document), b"1")
    statements = database.counters.statements
    [item] = await account.items.read(INBOX, [1], TEXT)
    assert isinstance(item, MailItem)
    assert item.body is not None
    assert item.body.data == "Grüße"
    assert database.counters.statements - statements == 3 + 1


async def test_an_unknown_account_is_not_found(account: LocalAccount, database: Database) -> None:
    def rename(connection: Connection) -> None:
        connection.execute("UPDATE accounts SET address = 'other@example.org'")

    await database.transact(rename)
    with pytest.raises(BackendError):
        await account.items.read(INBOX, [1], NOTHING)


async def test_a_large_document_is_looked_into_where_it_lies(
    account: LocalAccount, database: Database, blobs: BlobStore
) -> None:
    await account.items.create(INBOX, NewMail(mime=_LARGE), b"1")
    await account.items.create(INBOX, mail("small"), b"2")
    large, small = [await database.read(view_document, blobs, content) for content in (1, 2)]
    assert isinstance(large, View)
    assert read_all(large) == _LARGE
    assert isinstance(small, bytes)
