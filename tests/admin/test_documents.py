"""Documents in and out."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from outrider.admin import documents
from outrider.admin.documents import (
    AddDocuments,
    AddMails,
    ListFolders,
    MailDocument,
    MakeFolder,
    ReadDocuments,
    open_account,
)
from outrider.admin.services import Services
from outrider.domain.errors import BackendError
from outrider.domain.items import ItemClass, MailItem, Marks, Wish

ALICE = "alice@example.org"
INBOX, CONTACTS = 1, 7
CARD = b"BEGIN:VCARD\r\nVERSION:3.0\r\nN:Example;Bob;;;\r\nFN:Bob Example\r\nX-OWN:kept\r\nEND:VCARD\r\n"


def mail(subject: str, day: int = 1) -> MailDocument:
    mime = f"From: bob@example.org\r\nSubject: {subject}\r\n\r\nHello.\r\n".encode()
    return MailDocument(mime, received=datetime(2026, 1, day, tzinfo=UTC))


async def test_mails_are_numbered_by_date(services: Services) -> None:
    assert await AddMails(ALICE, INBOX, [mail("late", 9), mail("early", 2)]).run(services) == []
    read = await ReadDocuments(ALICE, INBOX, None).run(services)
    assert [(one.number, one.data) for one in read] == [(2, mail("late").mime), (1, mail("early").mime)]


async def test_marks_are_kept(services: Services) -> None:
    marked = MailDocument(mail("read").mime, Marks(read=True))
    await AddMails(ALICE, INBOX, [marked]).run(services)
    [item] = await (await open_account(services, ALICE)).items.read(INBOX, [1], Wish())
    assert isinstance(item, MailItem)
    assert item.marks.read


async def test_a_card_that_cannot_be_read_does_not_keep_the_others_out(services: Services) -> None:
    refused = await AddDocuments(ALICE, CONTACTS, ItemClass.CONTACTS, [CARD, b"no card", CARD]).run(services)
    assert [(one.index, one.code) for one in refused] == [(1, "E-UNREADABLE")]
    assert [one.data for one in await ReadDocuments(ALICE, CONTACTS, None).run(services)] == [CARD, CARD]


async def test_a_large_folder_is_read_in_pieces(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "BATCH_BYTES", 110)
    await AddMails(ALICE, INBOX, [mail(str(day), day) for day in (1, 2, 3)]).run(services)
    first = await ReadDocuments(ALICE, INBOX, None).run(services)
    rest = await ReadDocuments(ALICE, INBOX, first[-1].number).run(services)
    assert [one.number for one in first] == [3, 2]
    assert [one.number for one in rest] == [1]
    assert await ReadDocuments(ALICE, INBOX, 1).run(services) == []


async def test_folders_are_listed_with_their_paths(services: Services) -> None:
    number = await MakeFolder(ALICE, ("Projects", "Lighthouse"), ItemClass.MAIL).run(services)
    await AddMails(ALICE, number, [mail("one")]).run(services)
    [row] = [row for row in await ListFolders(ALICE).run(services) if row.number == number]
    assert (row.path, row.holds, row.items) == (("Projects", "Lighthouse"), ItemClass.MAIL, 1)


async def test_a_mail_does_not_go_among_contacts(services: Services) -> None:
    with pytest.raises(BackendError) as caught:
        await AddMails(ALICE, CONTACTS, [mail("one")]).run(services)
    assert caught.value.code == "E-FORBIDDEN"
