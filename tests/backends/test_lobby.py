"""What a device in quarantine sees."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime

import pytest

from outrider.backends.lobby import MAIL, LobbyAccount
from outrider.domain.errors import ForbiddenError, NotFoundError
from outrider.domain.items import (
    BodyForm,
    BodyPreference,
    FolderUse,
    ItemClass,
    MailEdit,
    MailItem,
    NewMail,
    Wish,
)
from outrider.domain.roles import Account, Envelope, Identity
from outrider.formats.blobs import read_all

ALICE = Identity(address="alice@example.org")
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MIME = b"From: postmaster@example.org\r\nTo: alice@example.org\r\nSubject: Wait\r\n\r\nA moment, please.\r\n"
TEXT = Wish(preferences=(BodyPreference(form=BodyForm.TEXT, limit=1000),))
INBOX = 1


@pytest.fixture
def account() -> Account:
    return LobbyAccount(ALICE, MIME, NOW)


async def test_there_is_one_inbox_with_one_mail(account: Account) -> None:
    [folder] = await account.folders.list()
    assert (folder.number, folder.use) == (INBOX, FolderUse.INBOX)
    assert [one.number for one in await account.feed.newest(INBOX, None, None, 10)] == [MAIL]
    assert await account.feed.newest(INBOX, MAIL, None, 10) == []
    assert await account.feed.count(INBOX, None) == 1


async def test_the_mail_can_be_read_in_every_way(account: Account) -> None:
    [item] = await account.items.read(INBOX, [MAIL], TEXT)
    assert isinstance(item, MailItem)
    assert item.body is not None
    assert (item.message.subject, item.body.data) == ("Wait", "A moment, please.\r\n")
    whole = await account.items.open(INBOX, MAIL, "")
    assert read_all(whole.blob) == MIME


async def test_the_mail_is_never_too_old(account: Account) -> None:
    assert len(await account.feed.newest(INBOX, None, date(2027, 1, 1), 10)) == 1
    assert not await account.feed.between(INBOX, None, date(2027, 1, 1))


async def test_nothing_moves_while_the_mail_says_the_same(account: Account) -> None:
    cursor = await account.feed.cursor(INBOX)
    same = LobbyAccount(ALICE, MIME, NOW)
    assert (await same.feed.changes(INBOX, cursor, 10)).touched == ()
    assert await same.folders.cursor() == await account.folders.cursor()
    other = LobbyAccount(ALICE, MIME.replace(b"A moment", b"Ten moments"), NOW)
    assert [one.number for one in (await other.feed.changes(INBOX, cursor, 10)).touched] == [MAIL]


async def test_marks_are_taken_and_forgotten(account: Account) -> None:
    written = await account.items.change(INBOX, MAIL, MailEdit(read=True), token=b"1")
    [touched] = await account.feed.newest(INBOX, None, None, 10)
    assert (written.number, written.version) == (MAIL, touched.version)


async def test_there_is_nothing_else(account: Account) -> None:
    for looking in (
        account.feed.cursor(2),
        account.feed.newest(2, None, None, 10),
        account.feed.count(2, None),
        account.items.find(2, "uid"),
        account.items.open(INBOX, MAIL, "1"),
        account.items.open(INBOX, 2, ""),
        account.items.change(INBOX, 2, MailEdit(read=True), token=b"1"),
    ):
        with pytest.raises(NotFoundError):
            await looking
    [missing] = await account.items.read(INBOX, [2], TEXT)
    assert isinstance(missing, NotFoundError)
    assert await account.items.find(INBOX, "uid") is None
    assert (await account.directory.find("a", 0, 10)).total == 0
    assert await account.directory.lookup("alice@example.org") is None
    assert await account.directory.members("staff@example.org") == ()
    assert (account.search, account.free_busy) == (None, None)


ACTS: list[Callable[[Account], Awaitable[object]]] = [
    lambda account: account.folders.create("Projects", 0, ItemClass.MAIL, b"1"),
    lambda account: account.folders.update(INBOX, "Inbox 2", 0),
    lambda account: account.folders.delete(INBOX),
    lambda account: account.items.create(INBOX, NewMail(mime=MIME), b"1"),
    lambda account: account.items.delete(INBOX, MAIL),
    lambda account: account.items.move(INBOX, MAIL, 2, token=b"1"),
    lambda account: account.items.empty(INBOX),
    lambda account: account.submit.send(
        MIME, Envelope(sender=ALICE.address, recipients=("b@x",)), token=b"1"
    ),
]


@pytest.mark.parametrize("act", ACTS)
async def test_nothing_can_be_done(account: Account, act: Callable[[Account], Awaitable[object]]) -> None:
    with pytest.raises(ForbiddenError):
        await act(account)
