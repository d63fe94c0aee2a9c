"""What devices have: a record under compare-and-set, and sets of numbers in blocks beside it."""

from __future__ import annotations

import asyncio

import pytest

from outrider.database import Database
from outrider.domain.changes import BLOCK, Holdings, ItemSet, Shift
from outrider.store.views import Record, ViewKey, Views

KEY = ViewKey("alice@example.org", "d1", "1")
FAR = 3 * BLOCK + 7


@pytest.fixture
def views(database: Database) -> Views:
    return Views(database)


def shift(put: Holdings | None = None, take: Holdings | None = None) -> Shift:
    return Shift(put=put or Holdings(), take=take or Holdings())


def known(*numbers: int) -> Holdings:
    return Holdings(known=ItemSet(numbers))


async def record(views: Views, key: ViewKey = KEY) -> Record:
    return (await views.load(key.account, key.device, [key.collection]))[key.collection]


async def test_what_was_never_saved_is_empty_at_revision_0(views: Views) -> None:
    assert await views.load("alice@example.org", "d1", ["1", "2"]) == {"1": Record(), "2": Record()}
    assert await views.holdings(KEY, 0, None) == Holdings()


async def test_many_views_are_loaded_at_once(views: Views) -> None:
    await views.save(KEY, 0, b"one")
    await views.save(ViewKey(KEY.account, KEY.device, "2"), 0, b"two")
    loaded = await views.load(KEY.account, KEY.device, ["2", "1", "3"])
    assert [loaded[name].data for name in ("1", "2", "3")] == [b"one", b"two", b""]
    assert await views.load(KEY.account, KEY.device, []) == {}


async def test_each_save_raises_the_revision(views: Views) -> None:
    for revision in range(3):
        assert await views.save(KEY, revision, b"record %d" % revision)
        assert await record(views) == Record(revision + 1, b"record %d" % revision)


@pytest.mark.parametrize("revision", [0, 2, 7])
async def test_who_names_another_revision_writes_nothing(views: Views, revision: int) -> None:
    await views.save(KEY, 0, b"first", by=[shift(known(1))])
    assert not await views.save(KEY, revision, b"late", by=[shift(known(2))], clear=True)
    assert await record(views) == Record(1, b"first")
    assert await views.holdings(KEY, 1, None) == known(1)


async def test_sets_are_read_at_one_revision_only(views: Views) -> None:
    await views.save(KEY, 0, b"")
    assert await views.holdings(KEY, 0, None) is None
    assert await views.holdings(KEY, 1, None) == Holdings()
    assert await views.holdings(KEY, 2, None) is None


async def test_each_kind_of_set_is_kept(views: Views) -> None:
    held = Holdings(known=ItemSet([1, FAR]), owed=ItemSet([2]), gone=ItemSet([3]), left=ItemSet([4]))
    await views.save(KEY, 0, b"", by=[shift(held)])
    assert await views.holdings(KEY, 1, None) == held


async def test_shifts_come_one_after_the_other(views: Views) -> None:
    await views.save(KEY, 0, b"", by=[shift(known(1, 2)), shift(known(3), known(1))])
    assert await views.holdings(KEY, 1, None) == known(2, 3)


async def test_clearing_comes_before_the_shifts(views: Views) -> None:
    await views.save(KEY, 0, b"", by=[shift(known(1, FAR))])
    await views.save(KEY, 1, b"", by=[shift(known(2))], clear=True)
    assert await views.holdings(KEY, 2, None) == known(2)


async def test_only_the_blocks_of_what_is_known_that_are_wanted_are_read(views: Views) -> None:
    await views.save(KEY, 0, b"", by=[shift(known(1, FAR))])
    assert await views.holdings(KEY, 1, [3]) == known(FAR)
    assert await views.holdings(KEY, 1, []) == Holdings()


@pytest.mark.parametrize("kind", ["owed", "gone", "left"])
async def test_what_is_still_to_be_told_is_read_with_its_blocks_of_what_is_known(
    views: Views, kind: str
) -> None:
    told = Holdings(**{kind: ItemSet([FAR + 1])})
    await views.save(KEY, 0, b"", by=[shift(known(1, FAR)), shift(told)])
    assert await views.holdings(KEY, 1, []) == Holdings(known=ItemSet([FAR]), **{kind: ItemSet([FAR + 1])})


async def test_a_block_that_becomes_empty_leaves_no_row(views: Views, database: Database) -> None:
    await views.save(KEY, 0, b"", by=[shift(known(1, FAR))])
    await views.save(KEY, 1, b"", by=[shift(take=known(FAR))])
    assert await views.holdings(KEY, 2, None) == known(1)
    rows = await database.read(
        lambda connection: connection.execute("SELECT block FROM view_blocks").fetchall()
    )
    assert [tuple(row) for row in rows] == [(0,)]


def revision(data: bytes) -> tuple[bytes, Shift]:
    return data.upper(), shift(known(5), known(1))


async def test_a_view_is_revised_at_whatever_revision_it_is(views: Views) -> None:
    await views.save(KEY, 0, b"record", by=[shift(known(1))])
    await views.revise(KEY, revision)
    assert await record(views) == Record(2, b"RECORD")
    assert await views.holdings(KEY, 2, None) == known(5)


async def test_a_view_that_does_not_exist_is_not_revised(views: Views) -> None:
    await views.revise(KEY, revision)
    await views.save(KEY, 0, b"")
    assert await views.holdings(KEY, 1, None) == Holdings()


async def test_a_view_is_revised_with_the_transaction_it_is_part_of(views: Views, database: Database) -> None:
    await views.save(KEY, 0, b"record", by=[shift(known(1))])
    undone = database.write()
    await undone.__aenter__()
    await views.revise(KEY, revision, undone)
    await undone.__aexit__(ValueError, ValueError(), None)
    assert await record(views) == Record(1, b"record")
    async with database.write() as tx:
        await views.revise(KEY, revision, tx)
    assert await views.holdings(KEY, 2, None) == known(5)


PLACES = [
    ViewKey(account, device, collection)
    for account in ("alice@example.org", "bob@example.org")
    for device in ("d1", "d2")
    for collection in ("1", "2")
]


@pytest.mark.parametrize(
    ("device", "collection", "left"),
    [(None, None, 4), ("d1", None, 6), ("d1", "1", 7), (None, "1", 6)],
)
async def test_what_is_forgotten_is_of_one_account_device_or_collection(
    views: Views, device: str | None, collection: str | None, left: int
) -> None:
    for key in PLACES:
        await views.save(key, 0, b"record", by=[shift(known(1))])
    await views.forget("alice@example.org", device, collection)
    found = [(await record(views, key)).revision for key in PLACES]
    assert sum(found) == left
    for key, revision in zip(PLACES, found, strict=True):
        assert await views.holdings(key, revision, None) == (known(1) if revision else Holdings())


async def test_who_asks_how_things_stand_waits_for_who_works_on_it(database: Database) -> None:
    views, key = Views(database), ViewKey("alice@example.org", "d1", "1")
    assert not await views.settled(key)
    with views.under_way(key), views.under_way(key):
        waiting = asyncio.ensure_future(views.settled(key))
        await asyncio.sleep(0)
        assert not waiting.done()
        assert not await views.settled(ViewKey("alice@example.org", "d2", "1"))
    assert await waiting
    assert not await views.settled(key)


async def test_views_are_listed_by_account_and_by_collection(views: Views) -> None:
    for account, device, collection in (
        ("a", "d1", "1"),
        ("a", "d2", "1"),
        ("a", "d2", "2"),
        ("b", "d1", "3"),
    ):
        await views.save(ViewKey(account, device, collection), 0, f"{device}-{collection}".encode())
    assert await views.accounts() == ["a", "b"]
    assert await views.collections("a") == {"1", "2"}
    assert sorted(await views.records("a", "1")) == [b"d1-1", b"d2-1"]
    assert await views.records("b", "1") == []
