"""GetItemEstimate: how many changes wait."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from outrider.commands.identifiers import folder_id
from outrider.commands.itemestimate import get_item_estimate
from outrider.domain.items import (
    Contact,
    FolderUse,
    ItemClass,
    MailEdit,
    NewEvent,
    NewItem,
    NewMail,
    Note,
    Recipient,
    Task,
)
from outrider.protocol.messages.itemestimate import (
    EstimateCollection,
    EstimateResponse,
    GetItemEstimateRequest,
    GetItemEstimateResponse,
)
from outrider.protocol.messages.sync import Options
from outrider.protocol.status import CommonStatus, GetItemEstimateStatus
from tests.commands.sync.exchanges import Synced
from tests.commands.visits import Phone, found
from tests.contract.documents import contact, event, mail, note, task


async def inbox(phone: Phone, mails: int = 0) -> Synced:
    place = Synced(phone, await phone.folder(FolderUse.INBOX))
    for day in range(1, mails + 1):
        await phone.account.items.create(1, mail(f"m{day}", day), bytes([day]))
    return place


async def ask(phone: Phone, *collections: EstimateCollection) -> GetItemEstimateResponse:
    request = GetItemEstimateRequest(collections=list(collections))
    return found(await get_item_estimate(request, phone.visit()), GetItemEstimateResponse)


async def count(place: Synced, **fields: Any) -> int | None:
    wanted = EstimateCollection(sync_key=place.key, collection_id="1", **fields)
    [response] = (await ask(place.phone, wanted)).responses
    assert response.status == GetItemEstimateStatus.SUCCESS
    assert response.collection is not None
    return response.collection.estimate


async def test_before_the_first_answer_everything_counts(phone: Phone) -> None:
    place = await inbox(phone, 3)
    await place.round()
    assert await count(place) == 3


async def test_what_is_still_to_come_counts_during_a_first_sync(phone: Phone) -> None:
    place = await inbox(phone, 5)
    await place.round()
    await place.round(window_size=2)
    assert await count(place) == 3


async def test_new_changed_and_removed_items_count(phone: Phone) -> None:
    place = await inbox(phone, 3)
    await place.settle()
    assert await count(place) == 0
    await phone.account.items.change(1, 1, MailEdit(read=True), token=b"r")
    await phone.account.items.delete(1, 2)
    await phone.account.items.create(1, mail("new"), b"n")
    assert await count(place) == 3


@pytest.mark.parametrize(
    "fields", [{"filter_type": 3}, {"options": [Options(filter_type=3)]}], ids=["12.1", "14.0"]
)
async def test_the_filter_that_is_asked_about_holds(phone: Phone, fields: dict[str, Any]) -> None:
    place = await inbox(phone, 28)
    await place.round()
    assert await count(place, **fields) == 5


async def test_without_a_filter_everything_counts(phone: Phone) -> None:
    """MS-ASCMD, Options (GetItemEstimate)."""
    place = await inbox(phone, 28)
    await place.settle(options=[Options(filter_type=3)])
    assert len(place.items) == 5
    assert await count(place) == 23
    assert await count(place, options=[Options(filter_type=3)]) == 0


@pytest.mark.parametrize(
    ("synced", "key", "folder", "status"),
    [
        (False, "0", "1", GetItemEstimateStatus.STATE_NOT_PRIMED),
        (False, "1.1", "1", GetItemEstimateStatus.STATE_NOT_PRIMED),
        (True, "0", "1", GetItemEstimateStatus.INVALID_SYNC_KEY),
        (True, "1.1", "1", GetItemEstimateStatus.INVALID_SYNC_KEY),
        (True, "1.1", "99", GetItemEstimateStatus.INVALID_COLLECTION),
        (True, "1.1", "x", GetItemEstimateStatus.INVALID_COLLECTION),
    ],
)
async def test_why_nothing_can_be_said(
    phone: Phone, synced: bool, key: str, folder: str, status: int
) -> None:
    if synced:
        await (await inbox(phone)).settle()
    answer = await ask(phone, EstimateCollection(sync_key=key, collection_id=folder))
    assert answer.responses == [EstimateResponse(status=status)]


async def test_each_folder_is_answered_for_itself(phone: Phone) -> None:
    place = await inbox(phone, 1)
    await place.round()
    good = EstimateCollection(sync_key=place.key, collection_id="1")
    answer = await ask(phone, EstimateCollection(collection_id="99"), good)
    assert [one.status for one in answer.responses] == [2, 1]


async def test_more_than_a_thousand_folders_break_the_schema(phone: Phone) -> None:
    answer = await ask(phone, *[EstimateCollection(collection_id="1")] * 1001)
    assert (answer.status, answer.responses) == (CommonStatus.INVALID_XML, [])


Make = Callable[[Phone, str], Awaitable[object]]


def makes(item: Callable[[str], NewItem]) -> Make:
    """Puts an item of this name into the folder of its class."""

    async def make(phone: Phone, name: str) -> object:
        holds = next(held for kind, held in HOLDS.items() if isinstance(item(name), kind))
        use = FolderUse.INBOX if holds is ItemClass.MAIL else FolderUse.DEFAULT
        number = (await phone.folder(use, holds)).number
        return await phone.account.items.create(number, item(name), name.encode())

    return make


HOLDS: dict[type, ItemClass] = {
    NewMail: ItemClass.MAIL,
    NewEvent: ItemClass.CALENDAR,
    Contact: ItemClass.CONTACTS,
    Task: ItemClass.TASKS,
    Note: ItemClass.NOTES,
    Recipient: ItemClass.RECIPIENTS,
}
CLASSES: dict[ItemClass, Make] = {
    ItemClass.MAIL: makes(mail),
    ItemClass.CALENDAR: makes(event),
    ItemClass.CONTACTS: makes(contact),
    ItemClass.TASKS: makes(task),
    ItemClass.NOTES: makes(note),
    ItemClass.RECIPIENTS: makes(lambda name: Recipient(address=f"{name}@example.org", rank=1)),
}


@pytest.mark.parametrize("holds", ItemClass)
async def test_items_of_every_class_are_counted(phone: Phone, holds: ItemClass) -> None:
    make = CLASSES[holds]
    use = FolderUse.INBOX if holds is ItemClass.MAIL else FolderUse.DEFAULT
    folder = await phone.folder(use, holds)
    place = Synced(phone, folder)
    for name in ("a", "b", "c"):
        await make(phone, name)

    async def left() -> int | None:
        wanted = EstimateCollection(sync_key=place.key, collection_id=folder_id(folder.number))
        [response] = (await ask(phone, wanted)).responses
        return response.collection.estimate if response.collection else None

    await place.round()
    assert await left() == 3
    await place.round(window_size=1)
    assert await left() == 2
    await place.settle()
    assert await left() == 0
    await make(phone, "d")
    await phone.account.items.delete(folder.number, 1)
    assert await left() == 2
