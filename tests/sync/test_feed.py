"""A change feed for sources that can only list."""

from __future__ import annotations

import asyncio

import pytest

from outrider.database import Database
from outrider.domain.errors import BackendError, NotFoundError
from outrider.domain.folders import DEFAULT_FOLDERS
from outrider.domain.items import ItemClass, MailEdit
from outrider.domain.sources import Listing
from outrider.store.store import Store
from outrider.sync.feed import Looks
from tests.contract.documents import mail
from tests.listing import ListingMemory
from tests.sync.device import Device
from tests.sync.listed import ALICE, INBOX, House, house

MARKS = pytest.mark.parametrize("marks", [True, False], ids=["marks", "no marks"])


def failing(*verbs: str) -> BackendError:
    return BackendError(f"{verbs} failed", temporary=True)


# ------------------------------------------------------------------------------------- numbers


async def test_items_are_numbered_by_date_oldest_first(database: Database) -> None:
    home = await house(database)
    await home.arrive("late", day=9)
    await home.arrive("early", day=1)
    await home.arrive("between", day=5)
    assert await home.listed() == {1: "early", 2: "between", 3: "late"}


async def test_numbers_outlive_the_process(database: Database) -> None:
    home = await house(database)
    await home.arrive("one", "two")
    before = await home.listed()
    home.restart()
    assert await home.listed() == before


async def test_a_number_is_never_used_again(database: Database) -> None:
    home = await house(database)
    await home.arrive("one")
    await home.listed()
    await home.theirs.items.delete(INBOX, 1)
    await home.listed()
    await home.arrive("two")
    assert await home.listed() == {2: "two"}


async def test_many_new_items_are_numbered_in_order_some_at_a_time(database: Database) -> None:
    home = await house(database)
    await home.arrive(*(f"{n:04}" for n in range(1201)))
    commits = database.counters.commits
    assert list((await home.listed()).values()) == [f"{n:04}" for n in range(201, 1201)]
    assert database.counters.commits - commits == 3


# ------------------------------------------------------------------------------------- what changed


async def test_what_others_do_is_reported(database: Database) -> None:
    home = await house(database)
    await home.arrive("kept", "read", "removed")
    cursor = await home.ours.feed.cursor(INBOX)
    await home.read(2)
    await home.theirs.items.delete(INBOX, 3)
    await home.arrive("new")
    assert await home.ours.feed.cursor(INBOX) != cursor
    assert await home.changes(cursor) == ([2, 4], [3])


async def test_changed_back_between_two_listings_is_no_change(database: Database) -> None:
    home = await house(database)
    await home.arrive("one")
    cursor = await home.ours.feed.cursor(INBOX)
    await home.read(1)
    await home.read(1, seen=False)
    assert await home.ours.feed.cursor(INBOX) == cursor
    assert await home.changes(cursor) == ([], [])


async def test_versions_that_many_items_share_at_the_source_are_told_apart(database: Database) -> None:
    home = await house(database)
    await home.arrive("one", "two")
    await home.listed()
    first, second = await home.ours.feed.newest(INBOX, None, None, 2)
    assert first.version != second.version


async def test_what_we_did_ourselves_is_not_news_again(database: Database) -> None:
    home = await house(database)
    await home.listed()
    made = await home.ours.items.create(INBOX, mail(), b"1")
    edited = await home.ours.items.change(INBOX, made.number, MailEdit(read=True), token=b"2")
    await home.ours.feed.cursor(INBOX)
    [touched] = await home.ours.feed.newest(INBOX, None, None, 9)
    assert (touched.number, touched.version) == (made.number, edited.version)


# ------------------------------------------------------------------------------------- not to be trusted


async def test_a_half_listing_takes_nothing_away_and_is_asked_for_again(database: Database) -> None:
    home = await house(database)
    await home.arrive("one", "two")
    cursor = await home.ours.feed.cursor(INBOX)
    await home.arrive("three", "four")
    home.source.half = True
    await home.ours.feed.cursor(INBOX)
    assert await home.changes(cursor) == ([3, 4], [])
    await home.theirs.items.delete(INBOX, 1)
    home.source.half = True
    await home.ours.feed.cursor(INBOX)
    assert (await home.changes(cursor))[1] == []
    await home.ours.feed.cursor(INBOX)
    assert (await home.changes(cursor))[1] == [1]


async def test_a_listing_that_fails_changes_nothing(database: Database) -> None:
    home = await house(database)
    await home.arrive("one")
    cursor = await home.ours.feed.cursor(INBOX)
    await home.arrive("two")

    def refuse(verb: str) -> None:
        raise failing(verb)

    home.theirs.interpose(refuse)
    commits = database.counters.commits
    with pytest.raises(BackendError):
        await home.ours.feed.cursor(INBOX)
    assert database.counters.commits == commits
    home.theirs.interpose(lambda verb: None)
    await home.ours.feed.cursor(INBOX)
    assert await home.changes(cursor) == ([2], [])


async def test_an_empty_listing_is_believed_when_the_source_states_it(database: Database) -> None:
    home = await house(database)
    await home.arrive("one")
    cursor = await home.ours.feed.cursor(INBOX)
    await home.theirs.items.delete(INBOX, 1)
    await home.ours.feed.cursor(INBOX)
    assert await home.changes(cursor) == ([], [1])


async def test_an_empty_listing_that_is_not_stated_needs_another_a_minute_later(database: Database) -> None:
    home = await house(database, states=False)
    await home.arrive("one", "two")
    cursor = await home.ours.feed.cursor(INBOX)
    for number in (1, 2):
        await home.theirs.items.delete(INBOX, number)
    for moment in (0, 30, 59):
        home.time = moment
        await home.ours.feed.cursor(INBOX)
        assert await home.changes(cursor) == ([], [])
    home.time = 60
    await home.ours.feed.cursor(INBOX)
    assert await home.changes(cursor) == ([], [1, 2])


async def test_a_wrongly_empty_listing_is_forgotten_by_one_that_is_not(database: Database) -> None:
    home = await house(database, states=False)
    await home.arrive("one")
    cursor = await home.ours.feed.cursor(INBOX)
    for moment in (0, 100, 150):
        home.time = moment
        home.source.empty = True
        await home.arrive(f"{moment}")
        await home.ours.feed.cursor(INBOX)
        await home.ours.feed.cursor(INBOX)
    assert await home.changes(cursor) == ([2, 3, 4], [])


async def test_an_empty_listing_agrees_with_none_from_before_the_folder_moved(database: Database) -> None:
    home = await house(database, states=False)
    await home.ours.feed.cursor(INBOX)
    home.time = 100
    await home.arrive("one")
    home.source.empty = True
    await home.ours.feed.cursor(INBOX)
    home.source.empty = False
    assert await home.listed() == {1: "one"}


async def test_an_empty_listing_agrees_with_none_from_before_we_put_something_there(
    database: Database,
) -> None:
    home = await house(database, marks=False, states=False)
    await home.ours.feed.cursor(INBOX)
    await home.ours.items.create(INBOX, mail("ours"), b"1")
    home.time = 100
    home.source.empty = True
    await home.ours.feed.cursor(INBOX)
    home.source.empty = False
    home.time = 200
    assert await home.listed() == {1: "ours"}


async def test_a_folder_that_was_always_empty_is_listed_until_another_listing_agrees(
    database: Database,
) -> None:
    """What came into it when it was first listed would else not be seen until something else happens."""
    home = await house(database, states=False)
    await home.arrive("one")
    home.source.empty = True
    cursor = await home.ours.feed.cursor(INBOX)
    home.source.empty = False
    assert await home.listed() == {1: "one"}
    trash = 3
    for moment in (0, 60, 61):
        home.time = moment
        home.source.asked.clear()
        await home.ours.feed.cursor(trash)
    assert home.source.asked["listing"] == 0
    assert await home.changes(cursor) == ([1], [])


async def test_a_listing_that_a_write_overtook_does_not_judge_what_was_written(database: Database) -> None:
    home = await house(database)
    await home.arrive("mine", "gone")
    cursor = await home.ours.feed.cursor(INBOX)
    slow = Slow(home.source)
    other = Looks(home.looks.sources, clock=lambda: home.time)
    await home.arrive("theirs")
    listing = asyncio.create_task(other.folder(home.ours.items._place(INBOX), slow))
    await slow.taken.wait()
    made = await home.ours.items.create(INBOX, mail("made"), b"1")
    await home.ours.items.delete(INBOX, 2)
    edited = await home.ours.items.change(INBOX, 1, MailEdit(read=True), token=b"2")
    slow.gate.set()
    await listing
    found = await home.ours.feed.changes(INBOX, cursor, 99)
    versions = {one.number: one.version for one in found.touched}
    assert (versions[made.number], versions[1]) == (made.version, edited.version)
    assert list(found.gone) == [2]
    assert sorted((await home.listed()).values()) == ["made", "mine", "theirs"]
    assert await home.changes(found.cursor) == ([], [])


class Slow(ListingMemory):
    """The same source, whose listing takes its time after it was made."""

    def __init__(self, other: ListingMemory) -> None:
        vars(self).update(vars(other))
        self.taken, self.gate = asyncio.Event(), asyncio.Event()

    async def listing(self, folder: str) -> Listing:
        made = await super().listing(folder)
        self.taken.set()
        await self.gate.wait()
        return made


# ------------------------------------------------------------------------------------- renumbering


async def test_a_renumbering_is_no_news(database: Database) -> None:
    home = await house(database)
    await home.arrive("one", "two")
    before = await home.listed()
    cursor = await home.ours.feed.cursor(INBOX)
    await home.source.renumber(INBOX)
    assert await home.ours.feed.cursor(INBOX) == cursor
    assert await home.listed() == before


async def test_what_a_device_made_in_a_folder_that_is_renumbered_before_its_first_listing_is_no_news(
    database: Database,
) -> None:
    home = await house(database)
    made = await home.ours.items.create(INBOX, mail("made"), b"1")
    cursor = str((await home.looks.sources.shelf(home.ours.items._place(INBOX))).changed)
    await home.source.renumber(INBOX)
    assert await home.listed() == {made.number: "made"}
    assert await home.changes(cursor) == ([], [])


async def test_what_happened_with_a_renumbering_is_reported(database: Database) -> None:
    home = await house(database)
    await home.arrive("one", "two", "three")
    cursor = await home.ours.feed.cursor(INBOX)
    await home.source.renumber(INBOX)
    await home.read(2)
    await home.theirs.items.delete(INBOX, 1)
    await home.arrive("four")
    await home.ours.feed.cursor(INBOX)
    assert await home.changes(cursor) == ([2, 4], [1])
    assert await home.listed() == {2: "two", 3: "three", 4: "four"}


async def test_half_a_listing_after_a_renumbering_says_nothing(database: Database) -> None:
    home = await house(database)
    await home.arrive("one", "two")
    cursor = await home.ours.feed.cursor(INBOX)
    await home.source.renumber(INBOX)
    home.source.half = True
    await home.ours.feed.cursor(INBOX)
    assert await home.changes(cursor) == ([], [])
    await home.ours.feed.cursor(INBOX)
    assert await home.changes(cursor) == ([], [])


async def test_an_item_that_went_and_came_back_has_another_number(database: Database) -> None:
    """A device that asked for it meanwhile was told that it is gone, or that it has removed it."""
    home = await house(database)
    await home.arrive("one")
    cursor = await home.ours.feed.cursor(INBOX)
    for step, (source, target) in enumerate([(INBOX, 3), (3, INBOX)]):
        [item] = await home.theirs.feed.newest(source, None, None, 1)
        await home.theirs.items.move(source, item.number, target, token=b"%d" % step)
    await home.ours.feed.cursor(INBOX)
    assert await home.changes(cursor) == ([2], [1])
    assert await home.listed() == {2: "one"}


# ------------------------------------------------------------------------------------- what it costs


async def counts(home: House) -> tuple[int, int, int]:
    """Statements, commits and listings of asking where the Inbox stands."""
    counters = home.database.counters
    statements, commits = counters.statements, counters.commits
    home.source.asked.clear()
    await home.ours.folders.cursor()
    await home.ours.feed.cursor(INBOX)
    asked = home.source.asked
    return counters.statements - statements, counters.commits - commits, asked["listing"] + asked["tree"]


@MARKS
@pytest.mark.parametrize("size", [1, 700])
async def test_where_nothing_moved_nothing_is_written_or_listed(
    database: Database, size: int, marks: bool
) -> None:
    home = await house(database, marks=marks)
    await home.arrive(*(f"{n}" for n in range(size)))
    await home.ours.feed.cursor(INBOX)
    begin_and_end, tree, folder = 2 * 2, 1, 1
    assert await counts(home) == (begin_and_end + tree + folder, 0, 0)


@MARKS
@pytest.mark.parametrize("size", [1, 700])
async def test_a_sync_with_nothing_to_say_writes_nothing_and_lists_nothing(
    database: Database, size: int, marks: bool
) -> None:
    home = await house(database, marks=marks)
    await home.arrive(*(f"{n}" for n in range(size)))
    device = Device(Store(database), home.ours, (await home.ours.folders.list())[0])
    await device.settle()
    counters = database.counters
    statements, commits = counters.statements, counters.commits
    home.source.asked.clear()
    assert (await device.sync()).quiet
    begin_and_end, record, folder = 2 * 2, 1, 1
    assert counters.statements - statements == begin_and_end + record + folder
    assert counters.commits == commits
    assert home.source.asked == {"mark": 1}


@MARKS
async def test_all_devices_share_what_was_listed(database: Database, marks: bool) -> None:
    home = await house(database, marks=marks)
    await home.arrive("one", "two")
    store, inbox = Store(database), (await home.ours.folders.list())[0]
    devices = [Device(store, home.ours, inbox, f"d{n}") for n in range(10)]
    home.source.asked.clear()
    await asyncio.gather(*(device.settle() for device in devices))
    assert home.source.asked["listing"] == 1
    assert all(len(device.replica) == 2 for device in devices)
    home.time = 60
    await home.arrive("three")
    await asyncio.gather(*(device.settle() for device in devices))
    assert home.source.asked["listing"] == 2
    assert all(len(device.replica) == 3 for device in devices)


async def test_without_marks_an_old_listing_is_renewed_and_nothing_new_is_not_written(
    database: Database,
) -> None:
    home = await house(database, marks=False)
    await home.arrive("one")
    await home.ours.feed.cursor(INBOX)
    home.time = 59
    assert (await counts(home))[1:] == (0, 0)
    home.time = 120
    assert (await counts(home))[1:] == (0, 2)


async def test_many_who_ask_at_once_share_one_listing(database: Database) -> None:
    home = await house(database)
    await home.arrive("one")
    home.source.asked.clear()
    await asyncio.gather(*(home.ours.feed.cursor(INBOX) for _ in range(50)))
    assert home.source.asked == {"mark": 1, "listing": 1}


async def test_who_asks_while_others_list_shares_a_look_that_begins_later(database: Database) -> None:
    home = await house(database)
    await home.arrive("one")
    slow = Slow(home.source)
    place = home.ours.items._place(INBOX)
    first = asyncio.create_task(home.looks.folder(place, slow))
    await slow.taken.wait()
    await home.arrive("two")
    later = [asyncio.create_task(home.looks.folder(place, slow)) for _ in range(50)]
    slow.gate.set()
    await first
    assert len(set(await asyncio.gather(*later))) == 1
    assert slow.asked["listing"] == 2
    assert await home.listed() == {1: "one", 2: "two"}


async def test_what_changed_is_answered_without_another_look_within_a_second(database: Database) -> None:
    home = await house(database)
    cursor = await home.ours.feed.cursor(INBOX)
    home.source.asked.clear()
    await home.changes(cursor)
    assert home.source.asked["mark"] == 0
    home.time = 1
    await home.arrive("one")
    assert await home.changes(cursor) == ([1], [])


# ------------------------------------------------------------------------------------- folders


async def test_folders_that_others_make_rename_and_remove_are_seen(database: Database) -> None:
    home = await house(database)
    made = await home.theirs.folders.create("Projects", 0, ItemClass.MAIL, b"1")
    below = await home.theirs.folders.create("Below", made.number, ItemClass.MAIL, b"2")
    seen = {folder.name: folder for folder in await home.ours.folders.list()}
    assert seen["Below"].parent == seen["Projects"].number
    await home.theirs.items.create(below.number, mail("kept"), b"3")
    assert await home.ours.feed.count(seen["Below"].number, None) == 1
    await home.theirs.folders.update(made.number, "Work", 0)
    renamed = {folder.name: folder.number for folder in await home.ours.folders.list()}
    assert (renamed["Work"], renamed["Below"]) == (seen["Projects"].number, seen["Below"].number)
    assert await home.ours.feed.count(renamed["Below"], None) == 1
    await home.theirs.folders.delete(made.number)
    assert len(await home.ours.folders.list()) == len(DEFAULT_FOLDERS)
    with pytest.raises(NotFoundError):
        await home.ours.feed.cursor(renamed["Below"])


async def test_a_folder_that_is_gone_at_the_source_makes_the_tree_be_listed(database: Database) -> None:
    home = await house(database, marks=False)
    made = await home.ours.folders.create("Projects", 0, ItemClass.MAIL, b"1")
    [theirs] = [folder for folder in await home.theirs.folders.list() if folder.name == "Projects"]
    await home.theirs.folders.delete(theirs.number)
    assert made in await home.ours.folders.list()
    with pytest.raises(NotFoundError):
        await home.ours.feed.cursor(made.number)
    assert made not in await home.ours.folders.list()


async def test_an_account_without_folders_is_not_believed(database: Database) -> None:
    home = await house(database)
    before = await home.ours.folders.list()
    shelves = dict(home.theirs.feed._state.shelves)
    home.theirs.feed._state.shelves.clear()
    home.theirs.feed._state.tree += 1
    with pytest.raises(BackendError, match="no folders"):
        await home.ours.folders.list()
    home.theirs.feed._state.shelves.update(shelves)
    assert await home.ours.folders.list() == before


async def test_a_tree_that_a_write_overtook_is_listed_again(database: Database) -> None:
    home = await house(database)
    tree = await home.looks.sources.tree(ALICE.address)
    assert tree is not None
    stale = await home.source.tree()
    made = await home.ours.folders.create("Projects", 0, ItemClass.MAIL, b"1")
    assert await home.looks.sources.note_tree(ALICE.address, tree.hierarchy, stale, "") is None
    assert made in await home.ours.folders.list()


# ------------------------------------------------------------------------------------- telling


async def test_who_listens_hears_what_the_source_notices(database: Database) -> None:
    home = await house(database)
    home.source.notifies = True
    told: list[int | None] = []
    stop = home.looks.listen(ALICE.address, home.source, told.append)
    await home.arrive("one")
    assert told == [INBOX]
    await home.theirs.folders.create("Projects", 0, ItemClass.MAIL, b"1")
    assert told == [INBOX, None]
    stop()
    await home.arrive("two")
    assert told == [INBOX, None]


async def test_a_source_that_does_not_notify_is_looked_at_while_somebody_listens(database: Database) -> None:
    home = await house(database)
    naps: list[float] = []
    slept = asyncio.Event()

    async def sleep(seconds: float) -> None:
        naps.append(seconds)
        await slept.wait()
        slept.clear()

    looks = Looks(home.looks.sources, patience=30, sleep=sleep)
    told: asyncio.Queue[int | None] = asyncio.Queue()
    stop = looks.listen(ALICE.address, home.source, told.put_nowait)
    await home.arrive("one")
    slept.set()
    assert await told.get() == INBOX
    assert naps[0] == 30
    stop()


async def test_what_a_listing_brings_is_told(database: Database) -> None:
    home = await house(database)
    told: list[int | None] = []
    home.looks.listen(ALICE.address, home.source, told.append)
    await home.arrive("one")
    await home.ours.feed.cursor(INBOX)
    assert told == [INBOX]


async def test_a_notice_makes_a_source_without_marks_be_listed(database: Database) -> None:
    home = await house(database, marks=False)
    home.source.notifies = True
    home.looks.listen(ALICE.address, home.source, lambda _: None)
    await home.listed()
    await home.arrive("one")
    assert await home.listed() == {1: "one"}
