"""Contents: small ones in their row, large ones as files that come before their row and go after it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from outrider.backends.local import contents
from outrider.backends.local.account import Local, LocalAccount
from outrider.backends.local.contents import INLINE, Stored, prepare_document, prepare_mail
from outrider.database import BlobStore, Connection, Database
from outrider.database.blobs import recorded
from outrider.domain.errors import UnreadableError
from outrider.domain.items import Contact, Marks, NewMail
from outrider.domain.search import Query, all_of
from outrider.formats import vcard
from outrider.formats.documents import CONTACTS
from tests.contract.documents import mail, mime

INBOX = 1
NOW = datetime(2026, 3, 3, 23, 59, 59, 123000, tzinfo=UTC)
_LARGE = mime(attachment=bytes(range(256)) * 200)


class Spooled:
    """A mail that is pulled and not held, as LMTP hands it over."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.length = len(data)

    def chunks(self) -> Iterator[bytes]:
        for start in range(0, self.length, 5000):
            yield self._data[start : start + 5000]


def _files(blobs: BlobStore) -> list[Path]:
    return [path for path in blobs.directory.rglob("*") if path.is_file()]


@pytest.mark.parametrize(("length", "is_file"), [(INLINE, False), (INLINE + 1, True)])
def test_a_document_is_a_file_past_the_limit(blobs: BlobStore, length: int, is_file: bool) -> None:
    document = mime().ljust(length, b"x")
    prepared = prepare_mail(blobs, NewMail(mime=document), NOW)
    assert (prepared.blob is not None, prepared.document is None) == (is_file, is_file)
    assert prepared.size == length


@pytest.mark.parametrize("document", [mime("Grüße"), _LARGE])
def test_a_pulled_mail_is_read_like_one_held(blobs: BlobStore, document: bytes) -> None:
    held = prepare_mail(blobs, NewMail(mime=document, received=NOW), NOW)
    pulled = prepare_mail(blobs, NewMail(mime=Spooled(document), received=NOW), NOW)
    held.blob = pulled.blob = None
    assert pulled == held


def test_times_keep_their_milliseconds_and_days_are_of_utc(blobs: BlobStore) -> None:
    prepared = prepare_mail(blobs, NewMail(mime=mime(), marks=Marks(read=True)), NOW)
    assert contents.instant(prepared.received) == NOW
    assert prepared.horizon == NOW.date().toordinal()
    assert contents.unpack_marks(prepared.marks) == Marks(read=True)


def test_a_contact_with_a_large_picture_is_a_file(blobs: BlobStore) -> None:
    document = vcard.write(Contact(first_name="Bob", picture=b"\xff\xd8\xff" + bytes(40_000)), "1")
    prepared = prepare_document(blobs, CONTACTS, document, NOW)
    assert prepared.blob is not None
    assert blobs.open(prepared.blob, prepared.size).read() == document


def test_what_is_no_vcard_is_unreadable(blobs: BlobStore) -> None:
    with pytest.raises(UnreadableError):
        prepare_document(blobs, CONTACTS, b"no card", NOW)


@pytest.mark.parametrize("document", [mime(), _LARGE])
async def test_stored_documents_are_read_by_the_slice(
    account: LocalAccount, database: Database, blobs: BlobStore, document: bytes
) -> None:
    def slices(connection: Connection) -> list[bytes]:
        [[content, blob, size]] = connection.execute("SELECT id, blob, size FROM contents").fetchall()
        stored = Stored(connection, blobs, content, (blob, size))
        return [stored.read(0, 9), stored.read(100, 50), stored.read(size - 3, 99), stored.read(size, 5)]

    await account.items.create(INBOX, NewMail(mime=document), b"1")
    expected = [document[:9], document[100:150], document[-3:], b""]
    assert await database.read(slices) == expected


async def test_the_file_of_a_removed_mail_is_removed(
    account: LocalAccount, database: Database, blobs: BlobStore
) -> None:
    await account.items.create(INBOX, NewMail(mime=_LARGE), b"1")
    assert len(_files(blobs)) == len(await database.read(recorded)) == 1
    await account.items.delete(INBOX, 1)
    blobs.close()
    assert _files(blobs) == []
    assert await database.read(recorded) == {}


async def test_a_shared_file_stays_until_its_last_item_goes(
    local: Local, account: LocalAccount, blobs: BlobStore
) -> None:
    await local.deliver([account.identity.address], _LARGE)
    await account.items.move(INBOX, 1, 3, token=b"1")
    assert len(_files(blobs)) == 1
    await account.items.empty(3)
    blobs.close()
    assert _files(blobs) == []


async def test_a_repeated_mail_leaves_no_second_file(account: LocalAccount, blobs: BlobStore) -> None:
    await account.items.create(INBOX, NewMail(mime=_LARGE), b"1")
    await account.items.create(INBOX, NewMail(mime=_LARGE), b"1")
    blobs.close()
    assert len(_files(blobs)) == 1


async def test_a_transaction_that_fails_leaves_a_file_for_the_sweep_and_no_row(
    account: LocalAccount, database: Database, blobs: BlobStore
) -> None:
    async def fail() -> None:
        async with database.write() as tx:
            await account.items.create(INBOX, NewMail(mime=_LARGE), b"1", tx)
            raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        await fail()
    known = await database.read(recorded)
    assert known == {}
    assert blobs.sweep(known, before=time.time() + 1) == 1


async def test_words_of_a_mail_are_found_until_it_is_removed(account: LocalAccount) -> None:
    await account.items.create(INBOX, mail("Quarterly", body="the crêperie"), b"1")
    query = Query(folders=frozenset({INBOX}), clauses=all_of("quarterly creperie bob"))
    assert (await account.search.search(query, 0, 5)).total == 1
    await account.items.delete(INBOX, 1)
    assert (await account.search.search(query, 0, 5)).total == 0
