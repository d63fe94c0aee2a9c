"""The Sync command as a whole: what a request stands for, what it may be, and how it waits."""

from __future__ import annotations

import pytest
from msgspec import structs

from outrider.commands.folders import folder_sync
from outrider.commands.session import Limits
from outrider.commands.sync.handler import sync
from outrider.domain.items import Folder, FolderUse, ItemClass, MailEdit
from outrider.protocol.messages.folders import FolderSyncRequest
from outrider.protocol.messages.sync import Collection, SyncRequest, SyncResponse
from outrider.protocol.status import SyncStatus
from outrider.sync.hub import Wake
from tests.commands.sync.exchanges import Synced
from tests.commands.visits import Phone, found, parked
from tests.contract.documents import contact, mail


async def synced(phone: Phone, use: FolderUse = FolderUse.INBOX, *, mails: int = 0) -> Synced:
    """A folder that the device has."""
    place = Synced(phone, await phone.folder(use))
    for day in range(1, mails + 1):
        await phone.account.items.create(place.folder.number, mail(f"m{day}", day), f"{use}{day}".encode())
    await place.settle()
    return place


async def arrives(phone: Phone, folder: Folder, subject: str = "new") -> int:
    token = f"{folder.number} {subject}".encode()
    return (await phone.account.items.create(folder.number, mail(subject), token)).number


# ------------------------------------------------------------------------------ the request as a whole


@pytest.mark.parametrize(
    ("request_", "status", "limit"),
    [
        (SyncRequest(wait=0), SyncStatus.INVALID_WAIT, 1),
        (SyncRequest(wait=-1), SyncStatus.INVALID_WAIT, 1),
        (SyncRequest(wait=60), SyncStatus.INVALID_WAIT, 59),
        (SyncRequest(heartbeat_interval=59), SyncStatus.INVALID_WAIT, 60),
        (SyncRequest(heartbeat_interval=0), SyncStatus.INVALID_WAIT, 60),
        (SyncRequest(heartbeat_interval=3541), SyncStatus.INVALID_WAIT, 3540),
        (SyncRequest(wait=1, heartbeat_interval=60), SyncStatus.PROTOCOL_ERROR, None),
    ],
)
async def test_a_wait_out_of_bounds_is_told_the_nearest_bound(
    phone: Phone, request_: SyncRequest, status: int, limit: int | None
) -> None:
    request_.collections = [Collection(sync_key="0", collection_id="1")]
    answer = found(await sync(request_, phone.visit()), SyncResponse)
    assert (answer.status, answer.limit) == (status, limit)


@pytest.mark.parametrize(
    ("moved", "status"), [(True, SyncStatus.HIERARCHY_CHANGED), (False, SyncStatus.INVALID_SYNC_KEY)]
)
async def test_who_was_let_in_fetches_the_folders_before_one_is_begun_anew(
    phone: Phone, moved: bool, status: SyncStatus
) -> None:
    place = await synced(phone)
    await phone.store.forget_state(phone.device.address, phone.device.id)
    phone.device = structs.replace(phone.device, state_time=phone.time if moved else None)
    answer = found(await place.ask(), SyncResponse)
    assert status in {answer.status, *(one.status for one in answer.collections)}
    await folder_sync(FolderSyncRequest(sync_key="0"), phone.visit())
    [one] = found(await place.ask(), SyncResponse).collections
    assert one.status == SyncStatus.INVALID_SYNC_KEY


async def test_too_many_folders_are_told_the_limit(phone: Phone) -> None:
    phone.limits = Limits(max_folders=2)
    collections = [Collection(sync_key="0", collection_id=str(number)) for number in (1, 2, 3)]
    answer = found(await sync(SyncRequest(collections=collections), phone.visit()), SyncResponse)
    assert (answer.status, answer.limit) == (SyncStatus.TOO_MANY_COLLECTIONS, 2)


async def test_a_folder_named_twice_is_a_protocol_error(phone: Phone) -> None:
    collections = [Collection(sync_key="0", collection_id="1")] * 2
    answer = found(await sync(SyncRequest(collections=collections), phone.visit()), SyncResponse)
    assert answer.status == SyncStatus.PROTOCOL_ERROR


async def test_a_folder_that_is_gone_sends_the_device_to_folder_sync(phone: Phone) -> None:
    inbox = await synced(phone, mails=1)
    gone = Collection(sync_key="1.1", collection_id="99")
    answer = found(
        await sync(SyncRequest(collections=[inbox.collection(), gone]), phone.visit()), SyncResponse
    )
    assert (answer.status, answer.collections) == (SyncStatus.HIERARCHY_CHANGED, [])


@pytest.mark.parametrize("wrong", ["", "0", "ri", "1:1", "-1", "01"])
async def test_an_id_that_never_was_ours_is_said_in_its_collection(phone: Phone, wrong: str) -> None:
    inbox = Synced(phone, await phone.folder(FolderUse.INBOX))
    request = SyncRequest(collections=[Collection(sync_key="7.1", collection_id=wrong), inbox.collection()])
    answer = found(await sync(request, phone.visit()), SyncResponse)
    assert [(one.collection_id, one.status) for one in answer.collections] == [
        (wrong, SyncStatus.OBJECT_NOT_FOUND),
        ("1", SyncStatus.SUCCESS),
    ]


# ------------------------------------------------------------------------------ empty and partial requests


@pytest.mark.parametrize("request_", [None, SyncRequest(), SyncRequest(partial=True, window_size=5)])
async def test_an_empty_request_without_one_before_is_incomplete(
    phone: Phone, request_: SyncRequest | None
) -> None:
    answer = found(await sync(request_, phone.visit()), SyncResponse)
    assert answer.status == SyncStatus.INCOMPLETE_REQUEST


async def test_nothing_to_say_is_an_empty_body(phone: Phone) -> None:
    inbox = await synced(phone, mails=1)
    assert await inbox.ask() is None
    assert await sync(None, phone.visit()) is None


async def test_an_empty_request_is_the_last_one_again(phone: Phone) -> None:
    inbox = await synced(phone)
    await arrives(phone, inbox.folder)
    [added] = inbox.take(await sync(None, phone.visit())).commands
    assert added.server_id == "1:1"


async def test_empty_collections_mean_an_empty_request(phone: Phone) -> None:
    inbox = await synced(phone)
    await arrives(phone, inbox.folder)
    answer = await sync(SyncRequest(heartbeat_interval=60), phone.visit())
    assert len(inbox.take(answer).commands) == 1


async def test_a_partial_request_leaves_out_what_stays_the_same(phone: Phone) -> None:
    inbox, sent = await synced(phone), await synced(phone, FolderUse.SENT)
    await sync(SyncRequest(collections=[inbox.collection(), sent.collection()]), phone.visit())
    await arrives(phone, inbox.folder)
    await arrives(phone, sent.folder)
    answer = found(
        await sync(SyncRequest(collections=[sent.collection()], partial=True), phone.visit()), SyncResponse
    )
    assert [one.collection_id for one in answer.collections] == ["4", "1"]
    assert all(len(one.commands) == 1 for one in answer.collections)


async def test_a_folder_left_out_with_an_answer_under_way_gets_that_answer_again(phone: Phone) -> None:
    """It has the key of the request before: to the device, the answer was lost."""
    inbox, sent = await synced(phone), await synced(phone, FolderUse.SENT)
    await arrives(phone, inbox.folder)
    await arrives(phone, sent.folder)
    both = SyncRequest(collections=[inbox.collection(), sent.collection()])
    first = found(await sync(both, phone.visit()), SyncResponse)
    inbox.take(first)
    request = SyncRequest(collections=[inbox.collection()], partial=True)
    again = found(await sync(request, phone.visit()), SyncResponse)
    assert again.collections == [one for one in first.collections if one.collection_id == "4"]


async def test_a_partial_request_may_add_a_folder_that_was_never_synced(phone: Phone) -> None:
    inbox = await synced(phone)
    await inbox.ask()
    sent = Synced(phone, await phone.folder(FolderUse.SENT))
    answer = await sync(SyncRequest(collections=[sent.collection()], partial=True), phone.visit())
    assert sent.take(answer).status == SyncStatus.SUCCESS
    await arrives(phone, inbox.folder)
    assert len(inbox.take(await sync(None, phone.visit())).commands) == 1


async def test_a_refused_request_is_not_what_an_empty_one_means(phone: Phone) -> None:
    inbox = await synced(phone)
    await inbox.ask()
    refused = SyncRequest(collections=[Collection(sync_key="0", collection_id="4")], wait=99)
    assert found(await sync(refused, phone.visit()), SyncResponse).status == SyncStatus.INVALID_WAIT
    await arrives(phone, inbox.folder)
    assert inbox.take(await sync(None, phone.visit())).collection_id == "1"


# ------------------------------------------------------------------------------ windows


def test_an_answer_has_512_operations_at_most() -> None:
    assert Limits().max_window == 512


@pytest.mark.parametrize(
    ("most", "asked", "given"),
    [(512, None, 100), (512, 3, 3), (5, None, 5), (5, 0, 5), (5, 6, 5), (5, 5, 5), (5, -1, 5)],
)
async def test_a_window_is_100_unless_said_and_never_above_the_bound(
    phone: Phone, most: int, asked: int | None, given: int
) -> None:
    phone.limits = Limits(max_window=most)
    folder = await phone.folder(FolderUse.DEFAULT, ItemClass.CONTACTS)
    for number in range(given + 1):
        await phone.account.items.create(folder.number, contact(f"c{number}"), str(number).encode())
    place = Synced(phone, folder)
    await place.round()
    first = await place.round(window_size=asked)
    assert first is not None
    assert (len(first.commands), first.more_available) == (given, True)
    last = await place.round(window_size=asked)
    assert last is not None
    assert (len(last.commands), last.more_available) == (1, False)


async def test_the_window_of_the_request_is_shared_by_its_folders(phone: Phone) -> None:
    inbox, sent = await synced(phone), await synced(phone, FolderUse.SENT)
    for number in range(3):
        await arrives(phone, inbox.folder, f"i{number}")
        await arrives(phone, sent.folder, f"s{number}")
    request = SyncRequest(collections=[inbox.collection(), sent.collection()], window_size=3)
    first = found(await sync(request, phone.visit()), SyncResponse)
    assert [(len(one.commands), one.more_available) for one in first.collections] == [(3, False), (0, True)]
    inbox.take(first)
    sent.take(first)
    request = SyncRequest(collections=[inbox.collection(), sent.collection()], window_size=3)
    second = found(await sync(request, phone.visit()), SyncResponse)
    assert [(one.collection_id, len(one.commands)) for one in second.collections] == [("4", 3)]


# ------------------------------------------------------------------------------ waiting


@pytest.mark.parametrize(
    ("request_", "seconds"), [(SyncRequest(wait=5), 300), (SyncRequest(heartbeat_interval=90), 90)]
)
async def test_a_sync_waits_for_as_long_as_it_says(phone: Phone, request_: SyncRequest, seconds: int) -> None:
    inbox = await synced(phone)
    request_.collections = [inbox.collection()]
    park = parked(await sync(request_, phone.visit()))
    assert park.seconds == seconds
    assert len(phone.hub) == 1
    park.waiter.close()
    assert len(phone.hub) == 0


async def test_what_is_there_already_is_told_at_once(phone: Phone) -> None:
    inbox = await synced(phone)
    await arrives(phone, inbox.folder)
    answer = await sync(SyncRequest(collections=[inbox.collection()], wait=5), phone.visit())
    assert len(inbox.take(answer).commands) == 1
    assert len(phone.hub) == 0


async def test_a_waiting_sync_tells_what_arrives(phone: Phone) -> None:
    inbox = await synced(phone)
    park = parked(await sync(SyncRequest(collections=[inbox.collection()], wait=5), phone.visit()))
    await arrives(phone, inbox.folder)
    assert park.waiter.future.result() is Wake.CHANGED
    park.waiter.close()
    assert len(inbox.take(await park.resume(Wake.CHANGED)).commands) == 1
    assert len(phone.hub) == 0


async def test_a_wake_up_without_anything_to_say_goes_on_waiting(phone: Phone) -> None:
    inbox = await synced(phone)
    park = parked(await sync(SyncRequest(collections=[inbox.collection()], wait=5), phone.visit()))
    park.waiter.close()
    phone.wait(seconds=100)
    again = parked(await park.resume(Wake.CHANGED))
    assert again.seconds == 200
    again.waiter.close()


@pytest.mark.parametrize("cause", [Wake.EXPIRED, Wake.STOPPING, Wake.SUPERSEDED])
async def test_a_wait_that_is_over_has_nothing_to_say(phone: Phone, cause: Wake) -> None:
    inbox = await synced(phone)
    park = parked(await sync(SyncRequest(collections=[inbox.collection()], wait=5), phone.visit()))
    park.waiter.close()
    assert await park.resume(cause) is None
    assert len(phone.hub) == 0


async def test_a_newer_waiting_sync_ends_an_older_one(phone: Phone) -> None:
    inbox = await synced(phone)
    older = parked(await sync(SyncRequest(collections=[inbox.collection()], wait=5), phone.visit()))
    newer = parked(await sync(None, phone.visit()))
    assert older.waiter.future.result() is Wake.SUPERSEDED
    assert not newer.waiter.future.done()
    older.waiter.close()
    newer.waiter.close()


async def test_a_waiting_sync_answers_for_its_own_folders(phone: Phone) -> None:
    """Another request of the device, meanwhile, is none of its business."""
    inbox, sent = await synced(phone), await synced(phone, FolderUse.SENT)
    park = parked(await sync(SyncRequest(collections=[inbox.collection()], wait=5), phone.visit()))
    await sent.ask()
    await arrives(phone, inbox.folder)
    park.waiter.close()
    assert len(inbox.take(await park.resume(Wake.CHANGED)).commands) == 1


async def test_a_waiting_sync_whose_folder_goes_sends_the_device_to_folder_sync(phone: Phone) -> None:
    made = await phone.account.folders.create("Projects", 0, ItemClass.MAIL, b"1")
    place = Synced(phone, made)
    await place.settle()
    park = parked(await sync(SyncRequest(collections=[place.collection()], wait=5), phone.visit()))
    await phone.account.folders.delete(made.number)
    park.waiter.close()
    answer = found(await park.resume(Wake.CHANGED), SyncResponse)
    assert answer.status == SyncStatus.HIERARCHY_CHANGED
    assert len(phone.hub) == 0


async def test_a_lost_answer_of_a_waiting_sync_is_given_again(phone: Phone) -> None:
    inbox = await synced(phone, mails=1)
    park = parked(await sync(SyncRequest(collections=[inbox.collection()], wait=5), phone.visit()))
    await phone.account.items.change(1, 1, MailEdit(read=True), token=b"r")
    park.waiter.close()
    lost = found(await park.resume(Wake.CHANGED), SyncResponse)
    again = found(
        await sync(SyncRequest(collections=[inbox.collection()], wait=5), phone.visit()), SyncResponse
    )
    assert again.collections[0].sync_key == lost.collections[0].sync_key
    assert len(phone.hub) == 0
