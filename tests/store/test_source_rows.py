"""The rows of sources that only list: what is noted, in which order, and what is not judged."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from outrider.database import Connection, Database
from outrider.domain.errors import NotFoundError, RenumberedError
from outrider.domain.items import ItemClass
from outrider.domain.listings import Difference, Known
from outrider.domain.roles import Written
from outrider.domain.sources import Listed, ListedFolder
from outrider.store import source_rows
from outrider.store.source_rows import Act, Place, Receipt, Seen, Shelf
from outrider.store.sources import Sources

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
INBOX = Place("alice@example.org", 1)


def item(id: str, version: str = "v") -> Listed:
    return Listed(id=id, version=version, received=NOON, fingerprint=f"f {id}")


@pytest.fixture
async def inbox(database: Database) -> Database:
    """A database with one folder."""
    listed = ListedFolder(id="INBOX", name="Inbox", holds=ItemClass.MAIL)
    await Sources(database).note_tree(INBOX.address, 0, [listed], "")
    return database


async def shelf(database: Database) -> Shelf:
    return await database.read(source_rows.find_shelf, INBOX)


async def rows(database: Database) -> dict[int, Known]:
    found = await database.read(source_rows.find_known, await shelf(database))
    return {one.number: one for one in found}


async def apply(database: Database, found: Difference, *, since: int | None = None) -> bool:
    asked = (await shelf(database)).changed if since is None else since
    return await database.transact(source_rows.apply, INBOX, found, Seen(since=asked, epoch="e", mark="m"))


async def put(database: Database, one: Listed) -> Written:
    return await database.transact(source_rows.put, await shelf(database), one)


async def test_a_folder_that_is_not_there_is_an_error(inbox: Database) -> None:
    for place in (Place(INBOX.address, 2), Place("bob@example.org", 1)):
        with pytest.raises(NotFoundError):
            await inbox.read(source_rows.find_shelf, place)


async def test_what_a_listing_says_is_noted_with_a_sequence_each(inbox: Database) -> None:
    assert await apply(inbox, Difference(added=(item("a"), item("b"), item("c"))))
    before = await shelf(inbox)
    assert (before.items, before.epoch, before.mark) == (3, "e", "m")
    found = Difference(added=(item("d"),), changed=((1, item("a", "w")),), renamed=((2, "x"),), gone=(3,))
    assert await apply(inbox, found)
    after, known = await shelf(inbox), await rows(inbox)
    assert {n: (one.id, one.version) for n, one in known.items()} == {
        1: ("a", "w"),
        2: ("x", "v"),
        4: ("d", "v"),
    }
    assert known[2].changed < before.changed < known[1].changed < known[4].changed == after.changed
    assert after.items == 3
    assert list((await Sources(inbox).changes(INBOX, str(before.changed), 9)).gone) == [3]


async def test_a_renumbering_moves_nothing(inbox: Database) -> None:
    await apply(inbox, Difference(added=(item("a"),)))
    before = await shelf(inbox)
    assert not await apply(inbox, Difference(renamed=((1, "x"),)))
    assert await shelf(inbox) == before
    assert (await rows(inbox))[1].id == "x"


async def test_what_changed_since_a_listing_was_asked_for_is_left_alone(inbox: Database) -> None:
    await apply(inbox, Difference(added=(item("a"), item("b"))))
    asked = (await shelf(inbox)).changed
    [a, b] = (await rows(inbox)).values()
    await put(inbox, item("c"))
    await inbox.transact(source_rows.renew, await shelf(inbox), a, item("a", "ours"))
    await inbox.transact(source_rows.drop, INBOX, [b.number])
    after = await shelf(inbox)
    found = Difference(
        added=(item("b"), item("c")), changed=((1, item("a", "old")),), gone=(1,), renamed=((1, "x"),)
    )
    assert not await apply(inbox, found, since=asked)
    assert {n: (one.id, one.version) for n, one in (await rows(inbox)).items()} == {
        1: ("a", "ours"),
        3: ("c", "v"),
    }
    assert (await shelf(inbox)).changed == after.changed


async def test_an_id_that_is_taken_is_not_given_twice(inbox: Database) -> None:
    await apply(inbox, Difference(added=(item("a"), item("b"))))
    await apply(inbox, Difference(renamed=((1, "b"),)))
    assert [one.id for one in (await rows(inbox)).values()] == ["a", "b"]


async def test_an_act_is_begun_once_and_signed_with_its_result(inbox: Database) -> None:
    assert await inbox.transact(source_rows.begin, INBOX.address, b"1") == Receipt()
    assert await inbox.transact(source_rows.begin, INBOX.address, b"1") == Receipt(begun=True)
    account = (await shelf(inbox)).account
    await inbox.transact(source_rows.sign, account, b"1", Written(7, None))
    receipt = await inbox.transact(source_rows.begin, INBOX.address, b"1")
    assert receipt == Receipt(begun=True, written=Written(7, None))


@pytest.mark.parametrize(
    ("noted", "put_as", "told"),
    [("", "v", True), ("v", "v", True), ("newer", "v", False), ("", "", False), ("v", "", False)],
)
async def test_an_item_put_into_a_folder_has_one_number_and_a_version_if_it_is_its_own(
    inbox: Database, noted: str, put_as: str, told: bool
) -> None:
    if noted:
        await apply(inbox, Difference(added=(item("a", noted),)))
    written = await put(inbox, item("a", put_as))
    [known] = (await rows(inbox)).values()
    assert written == Written(known.number, str(known.changed) if told else None)


@pytest.mark.parametrize(
    ("meanwhile", "became", "version", "told"),
    [
        (None, item("a", "w"), "w", True),
        (None, item("a", "v"), "v", True),
        (None, item("x", "w"), "w", True),
        (None, item("a", ""), "", False),
        (item("a", "w"), item("a", "w"), "w", True),
        (item("a", "newer"), item("a", "w"), "newer", False),
    ],
    ids=["changed", "the same", "another id", "not told", "noted by a listing", "something else noted"],
)
async def test_what_an_item_became_is_its_own_version_unless_a_listing_was_quicker(
    inbox: Database, meanwhile: Listed | None, became: Listed, version: str, told: bool
) -> None:
    await apply(inbox, Difference(added=(item("a"),)))
    before = (await rows(inbox))[1]
    if meanwhile:
        await apply(inbox, Difference(changed=((1, meanwhile),)))
    written = await inbox.transact(source_rows.renew, await shelf(inbox), before, became)
    known = (await rows(inbox))[1]
    assert known.version == version
    assert written == Written(1, str(known.changed) if told else None)
    assert (known.changed == before.changed) == (became.version == "v")


async def test_an_item_that_is_gone_or_whose_new_id_is_taken_stays_so(inbox: Database) -> None:
    await apply(inbox, Difference(added=(item("a"), item("b"))))
    before = (await rows(inbox))[1]
    at = await shelf(inbox)
    assert await inbox.transact(source_rows.renew, at, before, item("b", "w")) == Written(1, None)
    await inbox.transact(source_rows.drop, INBOX, [1])
    assert await inbox.transact(source_rows.renew, at, before, item("a", "w")) == Written(1, None)
    assert list(await rows(inbox)) == [2]


async def test_an_act_stands_while_the_folder_is_in_its_epoch_or_has_what_it_came_to(inbox: Database) -> None:
    act = Act(b"1", (await shelf(inbox)).epoch)
    assert await inbox.read(source_rows.find_standing, INBOX, item("a"), act) == await shelf(inbox)
    await apply(inbox, Difference(added=(item("b"),)))
    with pytest.raises(RenumberedError):
        await inbox.read(source_rows.find_standing, INBOX, item("a"), act)
    assert await inbox.read(source_rows.find_standing, INBOX, item("b"), act) == await shelf(inbox)


async def test_removing_what_is_gone_moves_nothing(inbox: Database) -> None:
    before = await shelf(inbox)
    await inbox.transact(source_rows.drop, INBOX, [5])
    assert await shelf(inbox) == before


async def test_sequences_of_an_account_made_again_are_past_those_before(inbox: Database) -> None:
    def start(connection: Connection) -> int:
        return int(connection.execute("SELECT sequence FROM sources").fetchone()[0])

    assert await inbox.read(start) > 1_700_000_000_000
