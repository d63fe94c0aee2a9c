"""Search: what is found, how it is told, and every status."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from msgspec import UNSET

from outrider.commands.itemoperations import item_operations
from outrider.commands.moveitems import move_items
from outrider.commands.search import search
from outrider.domain.errors import BackendError
from outrider.domain.items import FolderUse, ItemClass, MailItem, NewMail, Wish
from outrider.domain.roles import Person
from outrider.domain.search import Found
from outrider.protocol.items.body import BodyPreference, BodyType
from outrider.protocol.items.contacts import Contact
from outrider.protocol.items.email import Email
from outrider.protocol.items.gal import GalEntry
from outrider.protocol.messages.itemoperations import (
    Fetch,
    FetchResponse,
    ItemOperationsRequest,
    ItemOperationsResponse,
)
from outrider.protocol.messages.moveitems import ItemMove, MoveItemsRequest, MoveItemsResponse
from outrider.protocol.messages.search import (
    And,
    Conditions,
    Link,
    Moment,
    Nested,
    PictureOptions,
    Query,
    Result,
    SearchOptions,
    SearchRequest,
    SearchResponse,
    SearchStore,
    StoreResponse,
)
from outrider.protocol.messages.sync import ClientDelete
from outrider.protocol.status import MoveItemsStatus, PictureStatus, SearchStatus, StoreStatus
from tests.commands.sync.exchanges import Synced
from tests.commands.visits import Phone, found
from tests.contract.documents import contact, mail, mime

EMAIL = Conditions(class_names=["Email"], free_texts=["budget"])
MARCH_3 = datetime(2026, 3, 3, 10, tzinfo=UTC)
MARCH_4 = datetime(2026, 3, 4, 10, tzinfo=UTC)


async def ask(phone: Phone, name: str, query: str | Query, **options: object) -> StoreResponse:
    store = SearchStore(name=name, query=query, options=SearchOptions(**options))  # type: ignore[arg-type]
    answer = found(await search(SearchRequest(store=store), phone.visit("Search")), SearchResponse)
    assert answer.status == SearchStatus.SUCCESS
    assert answer.store is not None
    return answer.store


async def look(phone: Phone, conditions: Conditions, **options: object) -> StoreResponse:
    return await ask(phone, "Mailbox", Query(ands=[And(conditions=conditions)]), **options)


def ids(response: StoreResponse) -> list[str]:
    assert response.status == StoreStatus.SUCCESS
    return [result.long_id for result in response.results if result.long_id is not None]


@pytest.fixture
async def full(phone: Phone) -> Phone:
    """Mails in the Inbox, in a folder below it and among those sent; a contact."""
    folders, items = phone.account.folders, phone.account.items
    await folders.create("Work", 1, ItemClass.MAIL, b"f")
    await items.create(1, mail("Budget of May", 5), b"1")
    await items.create(1, mail("Lunch", 6), b"2")
    await items.create(1, mail("Budget of March", 3), b"3")
    await items.create(4, mail("Re: Budget", 4), b"4")
    [work] = [one for one in await folders.list() if one.name == "Work"]
    await items.create(work.number, mail("Budget of April", 2), b"5")
    await items.create(7, contact("Budget"), b"6")
    return phone


async def number_of(phone: Phone, name: str) -> str:
    return next(str(one.number) for one in await phone.account.folders.list() if one.name == name)


# ---------------------------------------------------------------------------------------------- results


async def test_a_result_names_class_folder_and_item_and_shows_it(full: Phone) -> None:
    wanted = [BodyPreference(type=BodyType.PLAIN, truncation_size=4)]
    told = await look(full, EMAIL, body_preference=wanted)
    first = told.results[0]
    assert (first.class_name, first.collection_id, first.long_id) == ("Email", "1", "1:1")
    assert first.properties is not None
    item = first.properties.item
    assert isinstance(item, Email)
    assert item.subject == "Budget of May"
    assert item.body is not UNSET
    assert (item.body.data, item.body.truncated) == ("At n", True)


async def test_mails_of_all_folders_are_found_newest_first(full: Phone) -> None:
    """R28.1. Android names no folder."""
    work = await number_of(full, "Work")
    told = await look(full, EMAIL)
    assert ids(told) == ["1:1", "4:1", "1:3", f"{work}:1"]
    assert (told.range, told.total) == ("0-3", 4)


async def test_without_a_class_items_of_all_classes_are_found(full: Phone) -> None:
    told = await look(full, Conditions(free_texts=["budget"], collection_ids=["7"]))
    assert ids(told) == ["7:1"]
    assert told.results[0].class_name == "Contacts"
    assert told.results[0].properties is not None
    assert isinstance(told.results[0].properties.item, Contact)


@pytest.mark.parametrize(
    ("deep", "count"), [(False, 2), (True, 3)], ids=["the folder alone", "with those below"]
)
async def test_folders_below_are_searched_on_demand(full: Phone, deep: bool, count: int) -> None:
    conditions = Conditions(collection_ids=["1"], free_texts=["budget"])
    assert (await look(full, conditions, deep_traversal=deep)).total == count


async def test_collection_0_is_the_whole_mailbox(full: Phone) -> None:
    """Outlook."""
    told = await look(full, Conditions(class_names=["Email"], collection_ids=["0"], free_texts=["budget"]))
    assert told.total == 4


async def test_a_time_bounds_the_search_on_either_side(full: Phone) -> None:
    after, before = Moment(date_received=True, value=MARCH_3), Moment(date_received=True, value=MARCH_4)
    assert ids(await look(full, Conditions(class_names=["Email"], greater_than=[after]))) == [
        "1:2",
        "1:1",
        "4:1",
    ]
    assert (await look(full, Conditions(greater_than=[after], less_than=[before]))).total == 0


async def test_a_conversation_is_found(full: Phone) -> None:
    [item] = await full.account.items.read(4, [1], Wish())
    assert isinstance(item, MailItem)
    told = await look(full, Conditions(conversation_ids=[item.message.thread]))
    assert ids(told) == ["4:1"]


async def test_a_page_tells_where_it_lies_and_how_many_there_are(full: Phone) -> None:
    told = await look(full, EMAIL, range="1-2")
    assert (ids(told), told.range, told.total) == (["4:1", "1:3"], "1-2", 4)


async def test_the_last_page_ends_where_the_results_do(full: Phone) -> None:
    told = await look(full, EMAIL, range="2-50")
    assert (len(ids(told)), told.range, told.total) == (2, "2-3", 4)


async def test_nothing_found_is_an_empty_result_with_range_and_total(full: Phone) -> None:
    told = await look(full, Conditions(free_texts=["nothing"]))
    assert told == StoreResponse(status=StoreStatus.SUCCESS, results=[Result()], range="0-0", total=0)


async def test_a_page_past_the_end_is_empty(full: Phone) -> None:
    told = await look(full, EMAIL, range="50-60")
    assert (told.results, told.range, told.total) == ([Result()], "50-50", 4)


async def test_an_answer_ends_where_it_would_grow_too_large(full: Phone) -> None:
    for number in range(30):
        large = NewMail(mime=mime(f"Large {number}", "x" * 200_000))
        await full.account.items.create(1, large, f"large {number}".encode())
    told = await look(
        full, Conditions(free_texts=["large"]), body_preference=[BodyPreference(type=BodyType.PLAIN)]
    )
    assert (told.range, told.total) == ("0-19", 30)
    assert len(told.results) == 20


async def test_an_item_that_cannot_be_read_is_left_out(full: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(folder: int, numbers: list[int], wish: Wish) -> list[BackendError]:
        return [BackendError("Out of order.") for _ in numbers]

    monkeypatch.setattr(type(full.account.items), "read", lambda _, *asked: broken(*asked))
    told = await look(full, EMAIL)
    assert (told.results, told.total) == ([Result()], 4)


async def test_a_long_id_serves_to_fetch_move_and_delete(full: Phone) -> None:
    """R28.1."""
    inbox = Synced(full, await full.folder(FolderUse.INBOX))
    await inbox.settle()
    first, last = ids(await look(full, Conditions(collection_ids=["1"], free_texts=["budget"])))
    fetch = ItemOperationsRequest(fetches=[Fetch(long_id=first)])
    answer = found(await item_operations(fetch, full.visit()), ItemOperationsResponse)
    assert [one.status for one in answer.responses if isinstance(one, FetchResponse)] == [1]
    moves = MoveItemsRequest(moves=[ItemMove(src_msg_id=first, src_fld_id="1", dst_fld_id="3")])
    moved = found(await move_items(moves, full.visit()), MoveItemsResponse)
    assert moved.responses[0].status == MoveItemsStatus.SUCCESS
    await inbox.round(commands=[ClientDelete(server_id=last)])
    assert ids(await look(full, Conditions(collection_ids=["1"], free_texts=["budget"]))) == []


# --------------------------------------------------------------------------------------------- statuses

BOUND = Moment(date_received=True, value=MARCH_3)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", StoreStatus.INVALID_REQUEST),
        (Query(), StoreStatus.INVALID_REQUEST),
        (Query(ands=[And()]), StoreStatus.INVALID_REQUEST),
        (Query(equal_to=Link(link_id=True, value="x")), StoreStatus.INVALID_REQUEST),
        (Query(ands=[And(conditions=Conditions(class_names=["Nonsense"]))]), StoreStatus.INVALID_REQUEST),
        (Query(ands=[And(conditions=Conditions(less_than=[Moment()]))]), StoreStatus.INVALID_REQUEST),
        (
            Query(ands=[And(conditions=Conditions(greater_than=[Moment(value=MARCH_3)]))]),
            StoreStatus.INVALID_REQUEST,
        ),
        (Query(ands=[And(conditions=EMAIL, links=[Link()])]), StoreStatus.INVALID_REQUEST),
        (Query(ands=[And(conditions=EMAIL), And(conditions=EMAIL)]), StoreStatus.TOO_COMPLEX),
        (Query(ands=[And(conditions=EMAIL, ands=[Nested()])]), StoreStatus.TOO_COMPLEX),
        (Query(ands=[And(conditions=EMAIL, ors=[Nested()])]), StoreStatus.TOO_COMPLEX),
        (Query(ors=[Nested()]), StoreStatus.TOO_COMPLEX),
        (Query(conditions=Conditions(free_texts=["x"])), StoreStatus.TOO_COMPLEX),
        (
            Query(ands=[And(conditions=EMAIL)], conditions=Conditions(class_names=["Email"])),
            StoreStatus.TOO_COMPLEX,
        ),
        (Query(ands=[And(conditions=Conditions(free_texts=["a", "b"]))]), StoreStatus.TOO_COMPLEX),
        (Query(ands=[And(conditions=Conditions(conversation_ids=[b"a", b"a"]))]), StoreStatus.TOO_COMPLEX),
        (Query(ands=[And(conditions=Conditions(greater_than=[BOUND, BOUND]))]), StoreStatus.TOO_COMPLEX),
        (
            Query(ands=[And(conditions=Conditions(collection_ids=["99"], free_texts=["x"]))]),
            StoreStatus.FOLDER_SYNC_REQUIRED,
        ),
    ],
)
async def test_a_query_that_makes_no_sense_is_refused(
    full: Phone, query: str | Query, status: StoreStatus
) -> None:
    assert await ask(full, "Mailbox", query) == StoreResponse(status=status)


@pytest.mark.parametrize("text", ["5-3", "x", "1", "-1-3"])
async def test_a_range_that_makes_no_sense_is_refused(full: Phone, text: str) -> None:
    assert (await look(full, EMAIL, range=text)).status == StoreStatus.INVALID_REQUEST
    assert (await ask(full, "GAL", "bob", range=text)).status == StoreStatus.INVALID_REQUEST


@pytest.mark.parametrize(
    ("text", "told", "results"),
    [("0-100", "0-3", 4), ("1-500", "1-3", 3), ("950-1049", "950-950", 0), ("1000-1010", "1000-1000", 0)],
)
async def test_more_than_can_be_had_is_told_with_what_there_is(
    full: Phone, text: str, told: str, results: int
) -> None:
    answer = await look(full, EMAIL, range=text)
    assert answer.status == StoreStatus.END_OF_RETRIEVABLE_RANGE
    assert (answer.range, len([one for one in answer.results if one.long_id])) == (told, results)


async def test_sms_may_be_named_and_there_is_none(full: Phone) -> None:
    assert (await look(full, Conditions(class_names=["SMS"], free_texts=["budget"]))).total == 0


@pytest.mark.parametrize(
    ("query", "status"),
    [
        (Query(equal_to=Link(link_id=True, value="\\\\files\\public")), StoreStatus.ACCESS_BLOCKED),
        (Query(equal_to=Link(link_id=True)), StoreStatus.INVALID_REQUEST),
        ("public", StoreStatus.INVALID_REQUEST),
    ],
)
async def test_no_document_library_is_open(phone: Phone, query: str | Query, status: StoreStatus) -> None:
    """Nothing that a client names makes the server connect anywhere."""
    assert (await ask(phone, "DocumentLibrary", query)).status == status


async def test_a_store_that_nobody_knows_is_refused(phone: Phone) -> None:
    assert (await ask(phone, "Attic", "x")).status == StoreStatus.INVALID_REQUEST


async def test_a_mailbox_that_cannot_be_asked_is_a_server_error(
    full: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> Found:
        raise BackendError("Out of order.", temporary=True)

    monkeypatch.setattr(type(full.account.search), "search", fail)
    assert (await look(full, EMAIL)).status == StoreStatus.SERVER_ERROR


# ------------------------------------------------------------------------------------------ the directory


@pytest.fixture
def people(phone: Phone) -> Phone:
    phone.directory.people = [
        Person(address="bob@example.org", name="Bob Example", given_name="Bob", photo=b"12345"),
        Person(address="", name="Bob's office", phone="7"),
        Person(address="bobbi@example.org", name="Bobbi", photo=b"1234567890"),
    ]
    return phone


def entries(response: StoreResponse) -> list[GalEntry]:
    found = [result.properties.item for result in response.results if result.properties]
    assert all(isinstance(entry, GalEntry) for entry in found)
    return [entry for entry in found if isinstance(entry, GalEntry)]


async def test_people_are_found_by_name(people: Phone) -> None:
    """R27.1: also those without an address."""
    told = await ask(people, "GAL", "bob")
    assert (told.status, told.range, told.total) == (StoreStatus.SUCCESS, "0-2", 3)
    named = [(entry.display_name, entry.first_name, entry.email_address) for entry in entries(told)]
    assert named == [
        ("Bob Example", "Bob", "bob@example.org"),
        ("Bob's office", "", None),
        ("Bobbi", "", "bobbi@example.org"),
    ]
    assert [entry.picture for entry in entries(told)] == [None] * 3


async def test_a_page_of_people_tells_where_it_lies(people: Phone) -> None:
    told = await ask(people, "GAL", "bob", range="1-1")
    assert (len(entries(told)), told.range, told.total) == (1, "1-1", 3)


async def test_nobody_found_is_an_empty_result_with_range_and_total(people: Phone) -> None:
    told = await ask(people, "GAL", "carol")
    assert told == StoreResponse(status=StoreStatus.SUCCESS, results=[Result()], range="0-0", total=0)


@pytest.mark.parametrize(
    ("wanted", "statuses"),
    [
        (PictureOptions(), [1, 173, 1]),  # iOS: an empty Picture
        (PictureOptions(max_size=5), [1, 173, 174]),
        (PictureOptions(max_pictures=1), [1, 173, 175]),
        (PictureOptions(max_size=5, max_pictures=0), [175, 173, 174]),
    ],
)
async def test_photos_are_sent_within_the_limits(
    people: Phone, wanted: PictureOptions, statuses: list[int]
) -> None:
    pictures = [entry.picture for entry in entries(await ask(people, "GAL", "bob", picture=wanted))]
    assert [picture.status for picture in pictures if picture] == statuses
    assert [bool(picture and picture.data) for picture in pictures] == [
        status == PictureStatus.SUCCESS for status in statuses
    ]


@pytest.mark.parametrize("query", ["", " ", Query(ands=[And(conditions=EMAIL)])])
async def test_people_are_searched_by_a_text(people: Phone, query: str | Query) -> None:
    assert (await ask(people, "GAL", query)).status == StoreStatus.INVALID_REQUEST
