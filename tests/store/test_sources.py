"""The numbers of folders of sources that only list, and what is kept of all of it for how long."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from outrider.database import Connection, Database
from outrider.domain.errors import NotFoundError
from outrider.domain.items import Folder, ItemClass
from outrider.domain.listings import Difference
from outrider.domain.roles import Written
from outrider.domain.sources import Listed, ListedFolder
from outrider.store import source_rows
from outrider.store.source_rows import Act, Place, Receipt, Seen
from outrider.store.sources import AT_ONCE, Sources, Tree, Waiting

ALICE = "alice@example.org"
NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


def folder(id: str, parent: str | None = None, *, name: str = "", fingerprint: str = "") -> ListedFolder:
    return ListedFolder(
        id=id, parent=parent, name=name or id, holds=ItemClass.MAIL, fingerprint=fingerprint or f"f {id}"
    )


@pytest.fixture
def sources(database: Database) -> Sources:
    return Sources(database)


async def tree(sources: Sources) -> Tree:
    found = await sources.tree(ALICE)
    assert found is not None
    return found


async def note(sources: Sources, *listed: ListedFolder) -> bool | None:
    known = await sources.tree(ALICE)
    return await sources.note_tree(ALICE, known.hierarchy if known else 0, listed, "mark")


def looks(found: Tree) -> dict[str, tuple[int, int]]:
    """Number and parent of each folder, by its name."""
    return {one.name: (one.number, one.parent) for one in found.folders}


# ------------------------------------------------------------------------------------- folders


async def test_nothing_is_known_before_the_first_listing(sources: Sources) -> None:
    assert await sources.tree(ALICE) is None
    with pytest.raises(NotFoundError):
        await sources.shelf(Place(ALICE, 1))


async def test_folders_are_numbered_and_stand_below_their_parents(sources: Sources) -> None:
    assert await note(sources, folder("b", "a"), folder("a"), folder("c", "unlisted"))
    found = await tree(sources)
    assert looks(found) == {"b": (1, 2), "a": (2, 0), "c": (3, 0)}
    assert found.mark == "mark"
    assert found.id_of(2) == "a"
    with pytest.raises(NotFoundError):
        found.id_of(9)


async def test_the_same_tree_again_moves_nothing(sources: Sources) -> None:
    await note(sources, folder("a"), folder("b", "a"))
    before = await tree(sources)
    assert await note(sources, folder("b", "a"), folder("a")) is False
    assert await tree(sources) == before


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ([folder("a"), folder("b", "a", name="new")], {"a": (1, 0), "new": (2, 1)}),
        ([folder("a"), folder("b")], {"a": (1, 0), "b": (2, 0)}),
        ([folder("x", name="a", fingerprint="f a"), folder("b", "x")], None),
        ([folder("a")], {"a": (1, 0)}),
        ([folder("a"), folder("b", "a"), folder("c")], {"a": (1, 0), "b": (2, 1), "c": (3, 0)}),
        ([folder("a"), folder("x", "a")], {"a": (1, 0), "x": (3, 1)}),
    ],
    ids=["renamed", "moved", "another id alone", "removed", "added", "replaced"],
)
async def test_what_became_of_the_tree_is_noted(
    sources: Sources, now: list[ListedFolder], expected: dict[str, tuple[int, int]] | None
) -> None:
    await note(sources, folder("a"), folder("b", "a"))
    before = await tree(sources)
    assert await note(sources, *now) is (expected is not None)
    after = await tree(sources)
    assert looks(after) == (expected or looks(before))
    assert after.hierarchy > before.hierarchy
    assert {one.id for one in after.listed} == {one.id for one in now}


async def test_a_listing_asked_for_before_the_tree_moved_is_not_noted(sources: Sources) -> None:
    await note(sources, folder("a"))
    before = await tree(sources)
    assert await sources.note_tree(ALICE, before.hierarchy - 1, [folder("b")], "") is None
    assert await sources.note_tree(ALICE, 0, [folder("b")], "") is None
    assert await tree(sources) == before


async def test_a_folder_that_was_made_is_noted_once_with_its_token(sources: Sources) -> None:
    await note(sources, folder("a"))
    await sources.begin(ALICE, b"1")
    made = await sources.note_folder(ALICE, folder("b", "a"), b"1")
    assert made == Folder(number=2, parent=1, name="b", holds=ItemClass.MAIL)
    assert (await sources.begin(ALICE, b"1")).written == Written(2, None)
    assert await sources.note_folder(ALICE, folder("b", "a"), b"1") == made
    assert len((await tree(sources)).folders) == 2


async def test_a_folder_goes_with_all_below_it_and_all_in_it(sources: Sources, database: Database) -> None:
    await note(sources, folder("a"), folder("b", "a"), folder("c", "b"), folder("d"))
    await sources.apply(Place(ALICE, 3), new(1), Seen(since=0, epoch=""))
    before = await tree(sources)
    await sources.note_folder_gone(Place(ALICE, 1))
    after = await tree(sources)
    assert looks(after) == {"d": (4, 0)}
    assert after.hierarchy > before.hierarchy
    assert await database.read(counted, "source_items") == 0


def counted(connection: Connection, table: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


# ------------------------------------------------------------------------------------- items


def new(count: int, first: int = 0) -> Difference:
    ids = range(first, first + count)
    return Difference(added=tuple(Listed(id=f"{n}", version="v", received=NOON) for n in ids))


@pytest.fixture
async def inbox(sources: Sources) -> Place:
    await note(sources, folder("a"))
    return Place(ALICE, 1)


@pytest.mark.parametrize("count", [0, 1, AT_ONCE, AT_ONCE + 1, 3 * AT_ONCE])
async def test_new_items_are_numbered_some_at_a_time_and_the_mark_comes_last(
    sources: Sources, database: Database, inbox: Place, count: int
) -> None:
    transactions = database.counters.transactions
    shelf = await sources.shelf(inbox)
    seen = Seen(since=shelf.changed, epoch="e", mark="m")
    assert await sources.apply(inbox, new(count), seen) is bool(count)
    assert database.counters.transactions - transactions == max(1, -(-count // AT_ONCE))
    after = await sources.shelf(inbox)
    assert (after.items, after.epoch, after.mark) == (count, "e", "m")
    _, lowest = await sources.lowest(inbox, 2)
    assert [one.id for one in lowest.values()] == [f"{n}" for n in range(min(2, count))]


async def test_where_numbering_was_cut_short_it_goes_on(sources: Sources, inbox: Place) -> None:
    seen = Seen(since=(await sources.shelf(inbox)).changed, epoch="e")
    await sources.apply(inbox, new(3), seen)
    assert (await sources.shelf(inbox)).mark == ""
    await sources.apply(inbox, new(5), seen)
    _, known = await sources.known(inbox, [1, 2, 3, 4, 5, 6, 7, 8])
    assert [one.id for one in known.values()] == ["0", "1", "2", "3", "4"]


async def test_a_move_is_noted_in_both_folders(sources: Sources, inbox: Place) -> None:
    await note(sources, folder("a"), folder("b"))
    to = Place(ALICE, 2)
    await sources.apply(inbox, new(1), Seen(since=(await sources.shelf(inbox)).changed, epoch=""))
    cursor = (await sources.shelf(inbox)).changed
    await sources.begin(ALICE, b"1")
    written = await sources.note_move(inbox, 1, to, Listed(id="x", version="v", received=NOON), Act(b"1", ""))
    assert list((await sources.changes(inbox, str(cursor), 9)).gone) == [1]
    [touched] = await sources.newest(to, None, None, 9)
    assert written == Written(1, touched.version)
    assert (await sources.begin(ALICE, b"1")).written == written


# ------------------------------------------------------------------------------------- what is not needed


async def test_tombstones_and_receipts_age(sources: Sources, inbox: Place) -> None:
    await sources.apply(inbox, new(2), Seen(since=(await sources.shelf(inbox)).changed, epoch=""))
    before = str((await sources.shelf(inbox)).changed)
    await sources.note_gone(inbox, [1])
    await sources.begin(ALICE, b"1")
    today = source_rows.today()
    assert (await sources.aged(today), await sources.aged(today + 1)) == ([], [inbox])
    await sources.purge(today, [Waiting(place=inbox, cursors=frozenset())])
    await sources.purge(today + 1, [Waiting(place=inbox, cursors=frozenset({before}))])
    assert not (await sources.changes(inbox, before, 9)).restart
    assert await sources.begin(ALICE, b"1") == Receipt()
    await sources.purge(today + 1, [Waiting(place=inbox, cursors=frozenset())])
    assert (await sources.changes(inbox, before, 9)).restart
    assert await sources.aged(today + 1) == []


async def test_nothing_stays_of_an_account_that_is_forgotten(
    sources: Sources, database: Database, inbox: Place
) -> None:
    await sources.apply(inbox, new(2), Seen(since=(await sources.shelf(inbox)).changed, epoch=""))
    await sources.note_gone(inbox, [1])
    await sources.begin(ALICE, b"1")
    await sources.note_tree("bob@example.org", 0, [folder("a")], "")
    await sources.forget(ALICE)
    tables = ("sources", "source_folders", "source_items", "source_tombstones", "source_receipts")
    assert [await database.read(counted, table) for table in tables] == [1, 1, 0, 0, 0]
