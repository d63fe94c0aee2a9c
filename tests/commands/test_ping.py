"""Ping: what it may ask for, what it is answered at once, and what ends it."""

from __future__ import annotations

import pytest
from msgspec import structs

from outrider.commands.folders import folder_sync
from outrider.commands.ping import ping
from outrider.commands.session import Limits, Park
from outrider.commands.sync.handler import sync
from outrider.domain.items import FolderUse, ItemClass, MailEdit
from outrider.protocol.items.email import Email
from outrider.protocol.messages.folders import FolderSyncRequest
from outrider.protocol.messages.ping import PingFolder, PingRequest, PingResponse
from outrider.protocol.messages.sync import ClientChange, SyncRequest
from outrider.protocol.status import PingStatus
from outrider.sync.hub import Wake
from tests.commands.sync.exchanges import Synced
from tests.commands.visits import Phone, found, parked
from tests.contract.documents import mail


def asking(*folders: str, heartbeat: int | None = 600) -> PingRequest:
    return PingRequest(heartbeat_interval=heartbeat, folders=[PingFolder(id=one) for one in folders])


async def ready(phone: Phone, *uses: FolderUse) -> list[Synced]:
    """A device that has the tree and these folders."""
    await folder_sync(FolderSyncRequest(sync_key="0"), phone.visit())
    places = [Synced(phone, await phone.folder(use)) for use in uses]
    for place in places:
        await place.settle()
    return places


async def status(phone: Phone, request: PingRequest | None) -> int:
    return found(await ping(request, phone.visit("Ping")), PingResponse).status


# ------------------------------------------------------------------------------ what it may ask for


@pytest.mark.parametrize(
    "request_",
    [None, PingRequest(), PingRequest(heartbeat_interval=600), asking(), asking("1", heartbeat=None)],
)
async def test_a_first_ping_says_what_to_watch_and_for_how_long(
    phone: Phone, request_: PingRequest | None
) -> None:
    assert await status(phone, request_) == PingStatus.MISSING_PARAMETERS


@pytest.mark.parametrize(("asked", "bound"), [(0, 60), (59, 60), (-5, 60), (3541, 3540), (1 << 40, 3540)])
async def test_a_heartbeat_out_of_range_is_told_the_nearest_one(phone: Phone, asked: int, bound: int) -> None:
    answer = found(await ping(asking("1", heartbeat=asked), phone.visit()), PingResponse)
    assert (answer.status, answer.heartbeat_interval) == (PingStatus.HEARTBEAT_OUT_OF_RANGE, bound)


async def test_too_many_folders_are_told_how_many_may_be(phone: Phone) -> None:
    phone.limits = Limits(max_folders=1)
    answer = found(await ping(asking("1", "2"), phone.visit()), PingResponse)
    assert (answer.status, answer.max_folders) == (PingStatus.TOO_MANY_FOLDERS, 1)


@pytest.mark.parametrize(
    ("request_", "seconds"),
    [
        (None, 600),
        (PingRequest(), 600),
        (PingRequest(heartbeat_interval=90), 90),
        (asking("4", heartbeat=None), 600),
    ],
)
async def test_what_a_ping_leaves_out_is_as_in_the_one_before(
    phone: Phone, request_: PingRequest | None, seconds: int
) -> None:
    await ready(phone, FolderUse.INBOX)
    parked(await ping(asking("1"), phone.visit())).waiter.close()
    park = parked(await ping(request_, phone.visit()))
    assert park.seconds == seconds
    park.waiter.close()


async def test_a_refused_ping_is_not_remembered(phone: Phone) -> None:
    await status(phone, asking("1", heartbeat=5))
    assert await status(phone, PingRequest(heartbeat_interval=600)) == PingStatus.MISSING_PARAMETERS


# ------------------------------------------------------------------------------ what is answered at once


async def test_a_device_without_the_tree_is_sent_to_folder_sync(phone: Phone) -> None:
    assert await status(phone, asking("1")) == PingStatus.FOLDER_SYNC_REQUIRED
    assert len(phone.hub) == 0


@pytest.mark.parametrize("unknown", ["99", "x"])
async def test_a_folder_that_is_not_there_is_a_matter_of_the_tree(phone: Phone, unknown: str) -> None:
    await ready(phone, FolderUse.INBOX)
    assert await status(phone, asking("1", unknown)) == PingStatus.FOLDER_SYNC_REQUIRED


async def test_folders_without_an_id_are_passed_over(phone: Phone) -> None:
    await ready(phone, FolderUse.INBOX)
    parked(await ping(asking("1", ""), phone.visit())).waiter.close()


async def test_a_folder_that_was_never_synced_says_nothing(phone: Phone) -> None:
    await ready(phone, FolderUse.INBOX)
    await phone.account.items.create(4, mail(), b"1")
    parked(await ping(asking("1", "4"), phone.visit())).waiter.close()


async def test_what_changed_already_is_told_with_its_folders(phone: Phone) -> None:
    await ready(phone, FolderUse.INBOX, FolderUse.SENT, FolderUse.TRASH)
    await phone.account.items.create(1, mail(), b"1")
    await phone.account.items.create(4, mail(), b"2")
    answer = found(await ping(asking("1", "3", "4"), phone.visit()), PingResponse)
    assert (answer.status, answer.folders) == (PingStatus.CHANGES, ["1", "4"])
    assert len(phone.hub) == 0


async def test_what_is_still_owed_is_told_at_once(phone: Phone) -> None:
    [inbox] = await ready(phone, FolderUse.INBOX)
    for number in range(2):
        await phone.account.items.create(1, mail(f"m{number}"), bytes([number]))
    await inbox.round(window_size=1)
    assert await status(phone, asking("1")) == PingStatus.CHANGES


async def test_what_the_device_did_itself_is_no_news(phone: Phone) -> None:
    [inbox] = await ready(phone, FolderUse.INBOX)
    await phone.account.items.create(1, mail(), b"1")
    await inbox.settle()
    await inbox.round(commands=[ClientChange(server_id="1:1", data=Email(read=True))])
    parked(await ping(asking("1"), phone.visit())).waiter.close()


# ------------------------------------------------------------------------------ what ends a wait


async def test_what_arrives_ends_the_wait(phone: Phone) -> None:
    await ready(phone, FolderUse.INBOX)
    park = parked(await ping(asking("1"), phone.visit()))
    await phone.account.items.create(1, mail(), b"1")
    assert park.waiter.future.result() is Wake.CHANGED
    park.waiter.close()
    answer = found(await park.resume(Wake.CHANGED), PingResponse)
    assert (answer.status, answer.folders) == (PingStatus.CHANGES, ["1"])
    assert len(phone.hub) == 0


async def test_a_mark_set_elsewhere_ends_the_wait(phone: Phone) -> None:
    [inbox] = await ready(phone, FolderUse.INBOX)
    await phone.account.items.create(1, mail(), b"1")
    await inbox.settle()
    park = parked(await ping(asking("1"), phone.visit()))
    await phone.account.items.change(1, 1, MailEdit(read=True), token=b"r")
    assert park.waiter.future.done()
    park.waiter.close()


async def test_another_folder_does_not_end_the_wait(phone: Phone) -> None:
    await ready(phone, FolderUse.INBOX, FolderUse.SENT)
    park = parked(await ping(asking("1"), phone.visit()))
    await phone.account.items.create(4, mail(), b"1")
    assert not park.waiter.future.done()
    park.waiter.close()


async def test_a_change_of_the_tree_ends_the_wait(phone: Phone) -> None:
    await ready(phone, FolderUse.INBOX)
    park = parked(await ping(asking("1"), phone.visit()))
    await phone.account.folders.create("Projects", 0, ItemClass.MAIL, b"1")
    assert park.waiter.future.result() is Wake.CHANGED
    park.waiter.close()
    answer = found(await park.resume(Wake.CHANGED), PingResponse)
    assert answer.status == PingStatus.FOLDER_SYNC_REQUIRED


async def test_a_wake_up_without_news_goes_on_waiting_for_the_rest_of_the_time(phone: Phone) -> None:
    await ready(phone, FolderUse.INBOX)
    park = parked(await ping(asking("1"), phone.visit()))
    park.waiter.close()
    phone.wait(seconds=200)
    again = parked(await park.resume(Wake.CHANGED))
    assert again.seconds == 400
    again.waiter.close()


@pytest.mark.parametrize("cause", [Wake.EXPIRED, Wake.STOPPING, Wake.SUPERSEDED])
async def test_a_wait_that_is_over_found_nothing(phone: Phone, cause: Wake) -> None:
    await ready(phone, FolderUse.INBOX)
    park = parked(await ping(asking("1"), phone.visit()))
    park.waiter.close()
    answer = found(await park.resume(cause), PingResponse)
    assert answer == PingResponse(status=PingStatus.HEARTBEAT_EXPIRED)
    assert len(phone.hub) == 0


async def test_a_newer_ping_or_waiting_sync_ends_an_older_one(phone: Phone) -> None:
    [inbox] = await ready(phone, FolderUse.INBOX)
    waits: list[Park] = []
    for answer in (
        await ping(asking("1"), phone.visit()),
        await ping(None, phone.visit()),
        await sync(SyncRequest(collections=[inbox.collection()], wait=5), phone.visit()),
        await ping(None, phone.visit()),
    ):
        waits.append(parked(answer))
    ended = [wait.waiter.future.result() for wait in waits[:-1]]
    assert ended == [Wake.SUPERSEDED] * 3
    assert not waits[-1].waiter.future.done()
    for wait in waits:
        wait.waiter.close()
    assert len(phone.hub) == 0


async def test_a_ping_of_another_device_ends_nothing(phone: Phone) -> None:
    other = phone.another()
    await ready(phone, FolderUse.INBOX)
    await ready(other, FolderUse.INBOX)
    mine = parked(await ping(asking("1"), phone.visit()))
    theirs = parked(await ping(asking("1"), other.visit()))
    assert not mine.waiter.future.done()
    mine.waiter.close()
    theirs.waiter.close()


async def test_a_failed_look_leaves_nobody_in_the_hub(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    await ready(phone, FolderUse.INBOX)

    async def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(type(phone.account.feed), "cursor", fail)
    await phone.account.items.create(1, mail(), b"1")
    with pytest.raises(RuntimeError):
        await ping(asking("1"), phone.visit())
    assert len(phone.hub) == 0


@pytest.mark.parametrize(("state", "waits"), [("allowed", False), ("parked", True)])
async def test_whose_policy_changed_is_sent_to_folder_sync_unless_it_has_a_grace(
    phone: Phone, state: str, waits: bool
) -> None:
    await ready(phone, FolderUse.INBOX)
    phone.device = structs.replace(
        phone.device, state=state, policy_key=7, policy_version=141, policy_fingerprint="an earlier policy"
    )
    answer = await ping(asking("1"), phone.visit())
    if waits:
        parked(answer).waiter.close()
    else:
        assert found(answer, PingResponse).status == PingStatus.FOLDER_SYNC_REQUIRED
