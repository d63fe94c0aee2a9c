"""Find: what is found, how it is told, and every status."""

from __future__ import annotations

import pytest

from outrider.commands.find import find
from outrider.domain.errors import BackendError
from outrider.domain.items import ItemClass, NewMail
from outrider.domain.roles import Person
from outrider.domain.search import Found
from outrider.protocol.items.gal import GalEntry
from outrider.protocol.messages.find import (
    ExecuteSearch,
    FindAnswer,
    FindOptions,
    FindPicture,
    FindQuery,
    FindRequest,
    FindResponse,
    FoundMail,
    GalCriterion,
    MailboxCriterion,
)
from outrider.protocol.status import CommonStatus, FindStatus
from outrider.protocol.versions import Version
from tests.commands.visits import Phone, found
from tests.contract.documents import contact, mail, mime


async def ask(phone: Phone, execute: ExecuteSearch | None) -> FindResponse:
    phone.version = Version.V16_1
    return found(await find(FindRequest(search_id="1", execute=execute), phone.visit("Find")), FindResponse)


async def look(phone: Phone, query: FindQuery | None, **options: object) -> FindResponse:
    criterion = MailboxCriterion(query=query, options=FindOptions(**options))  # type: ignore[arg-type]
    return await ask(phone, ExecuteSearch(mailbox=criterion))


def answer(response: FindResponse) -> FindAnswer:
    assert response.status == FindStatus.SUCCESS
    assert response.response is not None
    assert response.response.status == FindStatus.SUCCESS
    return response.response


def ids(response: FindResponse) -> list[str | None]:
    return [result.server_id for result in answer(response).results]


@pytest.fixture
async def full(phone: Phone) -> Phone:
    items = phone.account.items
    await phone.account.folders.create("Work", 1, ItemClass.MAIL, b"f")
    await items.create(1, mail("Budget of May", 5, read=True), b"1")
    await items.create(1, mail("Lunch", 6, body="About the budget"), b"2")
    await items.create(4, mail("Re: Budget", 4), b"3")
    [work] = [one for one in await phone.account.folders.list() if one.name == "Work"]
    await items.create(work.number, NewMail(mime=mime("Budget of April", attachment=b"x")), b"4")
    await items.create(7, contact("Budget"), b"5")
    return phone


async def test_a_result_has_ids_and_what_a_list_shows(full: Phone) -> None:
    told = answer(await look(full, FindQuery(free_text="may")))
    assert (told.store, told.range, told.total) == ("Mailbox", "0-0", 1)
    [result] = told.results
    assert (result.class_name, result.server_id, result.collection_id) == ("Email", "1:1", "1")
    assert result.properties is not None
    item = result.properties.item
    assert isinstance(item, FoundMail)
    assert (item.subject, item.from_, item.display_to) == (
        "Budget of May",
        '"Bob Example" <bob@example.org>',
        "alice@example.org",
    )
    assert (item.preview, item.read, item.is_draft, item.has_attachments) == ("At noon?", True, False, False)


async def test_attachments_are_told_of(full: Phone) -> None:
    [result] = answer(await look(full, FindQuery(free_text="april"))).results
    assert result.properties is not None
    assert isinstance(result.properties.item, FoundMail)
    assert result.properties.item.has_attachments is True


@pytest.mark.parametrize(
    ("query", "deep", "count"),
    [
        (FindQuery(free_text="budget"), False, 4),
        (FindQuery(free_text="budget", class_name="Email"), False, 4),
        (FindQuery(free_text="budget", collection_id="0"), False, 4),
        (FindQuery(free_text="budget", collection_id="1"), False, 2),
        (FindQuery(free_text="budget", collection_id="1"), True, 3),
        (FindQuery(free_text="subject:budget"), False, 3),
        (FindQuery(free_text="subject:budget AND may"), False, 1),
        (FindQuery(free_text="from:bob subject:lunch"), False, 1),
        (FindQuery(free_text="subject:budget NOT may"), False, 2),
        (FindQuery(free_text="subject:budget -may -april"), False, 1),
        (FindQuery(free_text="budget", class_name="Contacts"), False, 1),
    ],
)
async def test_folders_classes_and_keywords_narrow_a_search(
    full: Phone, query: FindQuery, deep: bool, count: int
) -> None:
    """R28.1."""
    assert answer(await look(full, query, deep_traversal=deep)).total == count


async def test_pages_are_newest_first(full: Phone) -> None:
    mails = FindQuery(free_text="budget", collection_id="1")
    assert ids(await look(full, mails)) == ["1:2", "1:1"]
    told = answer(await look(full, mails, range="1-5"))
    assert ([one.server_id for one in told.results], told.range, told.total) == (["1:1"], "1-1", 2)


@pytest.mark.parametrize("text", ["2-5", "500-600"])
async def test_a_page_past_all_that_there_is_asks_for_a_new_beginning(full: Phone, text: str) -> None:
    told = await look(full, FindQuery(free_text="budget", collection_id="1"), range=text)
    again = FindAnswer(store="Mailbox", status=FindStatus.START_WITH_RANGE_ZERO)
    assert told == FindResponse(status=FindStatus.SUCCESS, response=again)


async def test_nothing_found_still_has_range_and_total(full: Phone) -> None:
    told = answer(await look(full, FindQuery(free_text="nothing")))
    assert (told.results, told.range, told.total) == ([], "0-0", 0)


@pytest.mark.parametrize(
    ("execute", "status"),
    [
        (None, FindStatus.INVALID_REQUEST),
        (ExecuteSearch(), FindStatus.INVALID_REQUEST),
        (ExecuteSearch(mailbox=MailboxCriterion()), FindStatus.INVALID_REQUEST),
        (ExecuteSearch(mailbox=MailboxCriterion(query=FindQuery())), FindStatus.INVALID_REQUEST),
        (ExecuteSearch(mailbox=MailboxCriterion(query=FindQuery(free_text=" "))), FindStatus.INVALID_REQUEST),
        (
            ExecuteSearch(mailbox=MailboxCriterion(query=FindQuery(free_text="a OR NOT b"))),
            FindStatus.INVALID_REQUEST,
        ),
        (
            ExecuteSearch(mailbox=MailboxCriterion(query=FindQuery(free_text="a", class_name="Nonsense"))),
            FindStatus.INVALID_REQUEST,
        ),
        (
            ExecuteSearch(mailbox=MailboxCriterion(query=FindQuery(free_text="a", collection_id="99"))),
            FindStatus.FOLDER_SYNC_REQUIRED,
        ),
        (
            ExecuteSearch(
                mailbox=MailboxCriterion(query=FindQuery(free_text="a"), options=FindOptions(range="9-1"))
            ),
            FindStatus.INVALID_REQUEST,
        ),
        (
            ExecuteSearch(
                mailbox=MailboxCriterion(query=FindQuery(free_text="a"), options=FindOptions(range="0-1000"))
            ),
            FindStatus.INVALID_REQUEST,
        ),
        (ExecuteSearch(gal=GalCriterion()), FindStatus.INVALID_REQUEST),
    ],
)
async def test_what_makes_no_sense_is_refused(
    full: Phone, execute: ExecuteSearch | None, status: FindStatus
) -> None:
    assert await ask(full, execute) == FindResponse(status=status)


@pytest.mark.parametrize(
    ("temporary", "status"),
    [(True, CommonStatus.SERVER_ERROR_RETRY_LATER), (False, CommonStatus.SERVER_ERROR)],
)
async def test_a_mailbox_that_cannot_be_asked_is_a_server_error(
    full: Phone, monkeypatch: pytest.MonkeyPatch, temporary: bool, status: CommonStatus
) -> None:
    async def fail(*_: object) -> Found:
        raise BackendError("Out of order.", temporary=temporary)

    monkeypatch.setattr(type(full.account.search), "search", fail)
    assert (await look(full, FindQuery(free_text="a"))).status == status


@pytest.mark.parametrize(
    ("picture", "statuses"),
    [
        (None, [None, None]),
        (FindPicture(), [1, 173]),
        (FindPicture(max_size=1), [174, 173]),
        (FindPicture(max_pictures=0), [175, 173]),
    ],
)
async def test_people_are_found_with_their_photos(
    phone: Phone, picture: FindPicture | None, statuses: list[int | None]
) -> None:
    phone.directory.people = [
        Person(address="bob@example.org", name="Bob", photo=b"12345"),
        Person(address="bobbi@example.org", name="Bobbi"),
    ]
    criterion = GalCriterion(query="bob", options=FindOptions(range="0-9", picture=picture))
    told = answer(await ask(phone, ExecuteSearch(gal=criterion)))
    assert (told.store, told.range, told.total) == ("GAL", "0-1", 2)
    entries = [result.properties.item for result in told.results if result.properties]
    assert [entry.email_address for entry in entries if isinstance(entry, GalEntry)] == [
        "bob@example.org",
        "bobbi@example.org",
    ]
    pictures = [entry.picture for entry in entries if isinstance(entry, GalEntry)]
    assert [one and one.status for one in pictures] == statuses
