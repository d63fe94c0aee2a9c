"""Bursts as an administrator sees them: listed, shown, undone, dropped, and let go in time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from outrider.backends.local.bursts import HeldItem
from outrider.backends.local.refusals import BurstUnknownError
from outrider.database import BlobStore, Database, blobs
from outrider.domain.errors import ForbiddenError, NotFoundError
from outrider.domain.items import NewMail
from tests.backends.local.watched import (
    INBOX,
    KEPT,
    PEOPLE,
    SPAN,
    Watched,
    discard,
    make_watched,
    remove,
)
from tests.contract.documents import mime

LARGE = mime(attachment=bytes(range(256)) * 300)


@pytest.fixture
async def watched(database: Database, blobs: BlobStore) -> Watched:
    return await make_watched(database, blobs)


async def test_a_burst_tells_who_removed_how_much_and_when(watched: Watched) -> None:
    await watched.fill(10)
    await remove(watched.account(), *range(1, 7))
    watched.wait(5)
    await remove(watched.account(), 7)
    burst = await watched.burst()
    assert (burst.user, burst.device, burst.path) == ("alice@example.org", "PHONE1", ("Inbox",))
    assert (burst.removed, burst.items) == (7, 10)
    assert burst.last - burst.began == timedelta(seconds=5)
    assert await watched.bursts.find(burst.id) == burst


async def test_its_items_are_listed_in_the_order_of_the_folder(watched: Watched) -> None:
    await watched.fill(6)
    await remove(watched.account(), 3, 1, 2, 6)
    items = await watched.bursts.items((await watched.burst()).id)
    assert [(item.number, item.subject) for item in items] == [
        (number, f"Mail {number}") for number in (1, 2, 3, 6)
    ]
    assert isinstance(items[0], HeldItem)
    assert items[0].size > 100


async def test_a_burst_that_is_not_held_is_unknown(watched: Watched) -> None:
    with pytest.raises(BurstUnknownError):
        await watched.bursts.find(1)


@pytest.mark.parametrize(("folder", "error"), [(99, NotFoundError), (PEOPLE, ForbiddenError)])
async def test_a_folder_that_cannot_take_the_items_leaves_the_burst_as_it_was(
    watched: Watched, folder: int, error: type[Exception]
) -> None:
    await watched.fill(6)
    await remove(watched.account(), *range(1, 7))
    before = await watched.burst()
    with pytest.raises(error):
        await watched.bursts.restore(before, folder)
    assert await watched.burst() == before


async def test_contents_stay_while_they_are_held_and_go_with_their_files_afterwards(watched: Watched) -> None:
    for number in range(4):
        await watched.account().items.create(INBOX, NewMail(mime=LARGE), b"%d" % number)
    await remove(watched.account(), 1, 2, 3, 4)
    assert len(await watched.database.read(blobs.recorded)) == 4
    await watched.bursts.drop((await watched.burst()).id)
    assert await watched.database.read(blobs.recorded) == {}
    for table in ("contents", "removed", "bursts"):
        assert await watched.rows(f"SELECT * FROM {table}") == []


@pytest.mark.parametrize("way", [remove, discard])
async def test_what_came_to_no_burst_is_let_go_when_the_span_is_over(
    watched: Watched, way: Callable[..., Awaitable[None]]
) -> None:
    await watched.fill(10)
    await way(watched.account(), 1, 2, 3)
    await watched.bursts.expire(watched.now())
    assert await watched.held() == 3
    watched.wait(SPAN + 1)
    await watched.bursts.expire(watched.now())
    assert await watched.held() == 0
    assert await watched.rows("SELECT sum(holders) FROM contents") == [(10 if way is discard else 7,)]


async def test_a_burst_is_let_go_when_its_time_is_over(watched: Watched) -> None:
    await watched.fill(6)
    await remove(watched.account(), *range(1, 7))
    watched.wait(KEPT.total_seconds())
    await watched.bursts.expire(watched.now())
    assert (await watched.burst()).removed == 6
    watched.wait(1)
    await watched.bursts.expire(watched.now())
    assert (await watched.bursts.list(), await watched.held()) == ([], 0)
