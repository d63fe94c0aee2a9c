"""The embedded store as a whole: who is told, and delivery."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from outrider.backends.local.account import Local, LocalAccount
from outrider.backends.local.folders import create_account, remove_account
from outrider.database import BlobStore, Connection, Database
from outrider.domain.errors import NotFoundError, UnreadableError
from outrider.domain.items import ItemClass, MailItem
from outrider.domain.roles import Account, Listener
from tests.contract.accounts import ListenContract
from tests.contract.documents import NOTHING, mail, mime

INBOX, CONTACTS = 1, 7


class TestLocalListen(ListenContract):
    @pytest.fixture
    def account(self, account: LocalAccount) -> Account:
        return account

    @pytest.fixture
    def listen(
        self, listen: Callable[[Listener], Callable[[], None]]
    ) -> Callable[[Listener], Callable[[], None]]:
        return listen


@pytest.fixture
async def bob(local: Local, database: Database) -> str:
    await database.transact(create_account, "bob@example.org")
    return "bob@example.org"


def _count(connection: Connection, table: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


async def test_one_delivery_to_two_accounts_shares_its_content(
    local: Local, account: LocalAccount, bob: str, database: Database
) -> None:
    await local.deliver([account.identity.address, bob], mime("Hello"))
    assert await database.read(_count, "items") == 2
    assert await database.read(_count, "contents") == 1
    await account.items.delete(INBOX, 1)
    assert await database.read(_count, "contents") == 1


async def test_a_delivery_reaches_all_or_none(local: Local, account: LocalAccount) -> None:
    with pytest.raises(NotFoundError):
        await local.deliver([account.identity.address, "nobody@example.org"], mime())
    assert await account.feed.count(INBOX, None) == 0


async def test_a_delivery_with_a_token_happens_once(local: Local, account: LocalAccount, bob: str) -> None:
    await local.deliver([account.identity.address], mime(), token=b"1")
    await local.deliver([account.identity.address, bob], mime(), token=b"1")
    assert await account.feed.count(INBOX, None) == 1


async def test_a_delivery_inside_a_transaction_is_undone_with_it(
    local: Local, account: LocalAccount, database: Database
) -> None:
    async def send() -> None:
        async with database.write() as tx:
            await local.deliver([account.identity.address], mime(), tx=tx)
            raise ValueError("stop")

    told: list[int | None] = []
    local.listen(account.identity.address, told.append)
    with pytest.raises(ValueError, match="stop"):
        await send()
    assert await account.feed.count(INBOX, None) == 0
    assert told == []


async def test_an_unreadable_mail_is_refused_whole(local: Local, account: LocalAccount) -> None:
    with pytest.raises(UnreadableError):
        await local.deliver([account.identity.address], b"")
    assert await account.feed.count(INBOX, None) == 0


async def test_an_import_numbers_by_date(local: Local, account: LocalAccount, database: Database) -> None:
    commits = database.counters.commits
    await local.deliver_many(
        account.identity.address, INBOX, [mail("late", 9), mail("early", 1), mail("between", 5)]
    )
    assert database.counters.commits == commits + 1
    items = await account.items.read(INBOX, [1, 2, 3], NOTHING)
    subjects = [item.message.subject for item in items if isinstance(item, MailItem)]
    assert subjects == ["early", "between", "late"]


async def test_the_time_of_arrival_is_now_unless_given(
    database: Database, blobs: BlobStore, account: LocalAccount
) -> None:
    now = datetime(2026, 4, 1, 12, tzinfo=UTC)
    await Local(database, blobs, clock=lambda: now).deliver([account.identity.address], mime())
    [item] = await account.items.read(INBOX, [1], NOTHING)
    assert isinstance(item, MailItem)
    assert item.received == now


async def test_concurrent_deliveries_lose_no_number_and_no_sequence(
    local: Local, account: LocalAccount
) -> None:
    cursor = await account.feed.cursor(INBOX)
    await asyncio.gather(*(local.deliver([account.identity.address], mime(f"{n}")) for n in range(30)))
    changes = await account.feed.changes(INBOX, cursor, 100)
    assert sorted(touched.number for touched in changes.touched) == list(range(1, 31))
    assert len({touched.version for touched in changes.touched}) == 30


async def test_an_account_made_again_does_not_answer_old_cursors(
    local: Local, account: LocalAccount, database: Database
) -> None:
    await local.deliver([account.identity.address], mime())
    old = await account.feed.cursor(INBOX)
    local.forget(account.identity.address, await database.transact(remove_account, 1))
    with pytest.raises(NotFoundError):
        await account.feed.cursor(INBOX)
    assert [await database.read(_count, table) for table in ("items", "contents", "folders")] == [0, 0, 0]
    await database.transact(create_account, account.identity.address)
    assert (await account.feed.changes(INBOX, old, 10)).restart


async def test_a_known_cursor_costs_no_database(account: LocalAccount, database: Database) -> None:
    await account.feed.cursor(INBOX)
    await account.folders.cursor()
    hops = database.counters.hops
    await account.items.create(INBOX, mail(), b"1")
    assert database.counters.hops == hops + 1
    await account.feed.cursor(INBOX)
    await account.folders.cursor()
    assert database.counters.hops == hops + 1


async def test_cards_are_kept_as_they_are(local: Local, account: LocalAccount) -> None:
    card = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Bob\r\nN:;Bob;;;\r\nX-STRANGE:kept\r\nEND:VCARD\r\n"
    await local.add_documents(
        account.identity.address, CONTACTS, ItemClass.CONTACTS, [card, card.replace(b"Bob", b"Carol")]
    )
    assert await account.feed.count(CONTACTS, None) == 2
    assert b"".join((await account.items.open(CONTACTS, 1, "")).blob.chunks()) == card
