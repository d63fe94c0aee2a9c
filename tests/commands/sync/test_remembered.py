"""What an empty or partial Sync request stands for."""

from __future__ import annotations

import pytest

from outrider.commands.sync.remembered import complete, remember
from outrider.protocol.errors import EasError
from outrider.protocol.messages.sync import Collection, SyncRequest
from outrider.protocol.status import SyncStatus

INBOX = Collection(sync_key="1.1", collection_id="1", window_size=7, get_changes=True, deletes_as_moves=False)
SENT = Collection(sync_key="2.5", collection_id="4")
LAST = remember(SyncRequest(collections=[INBOX, SENT], wait=5, window_size=50))


def without_key(collection: Collection) -> Collection:
    return Collection(
        collection_id=collection.collection_id,
        window_size=collection.window_size,
        get_changes=collection.get_changes,
        deletes_as_moves=collection.deletes_as_moves,
    )


def test_a_full_request_stands_for_itself() -> None:
    request = SyncRequest(collections=[SENT])
    assert complete(request, LAST) is request


def test_an_empty_request_is_the_last_one_without_its_keys() -> None:
    whole = complete(None, LAST)
    assert whole.collections == [without_key(INBOX), without_key(SENT)]
    assert (whole.wait, whole.heartbeat_interval, whole.window_size) == (5, None, 50)


@pytest.mark.parametrize("request_", [None, SyncRequest(), SyncRequest(partial=True, collections=[SENT])])
def test_without_a_last_request_it_is_incomplete(request_: SyncRequest | None) -> None:
    with pytest.raises(EasError) as raised:
        complete(request_, b"")
    assert raised.value.status == SyncStatus.INCOMPLETE_REQUEST


def test_a_partial_request_names_what_changed() -> None:
    changed = Collection(sync_key="2.6", collection_id="4", window_size=3)
    whole = complete(SyncRequest(partial=True, collections=[changed]), LAST)
    assert whole.collections == [changed, without_key(INBOX)]
    assert whole.window_size == 50


def test_a_partial_request_may_name_new_folders() -> None:
    new = Collection(sync_key="0", collection_id="7")
    whole = complete(SyncRequest(partial=True, collections=[new]), LAST)
    assert [one.collection_id for one in whole.collections] == ["7", "1", "4"]


@pytest.mark.parametrize(
    ("request_", "wait", "heartbeat", "window"),
    [
        (SyncRequest(partial=True, window_size=9), None, None, 9),
        (SyncRequest(partial=True, wait=2), 2, None, 50),
        (SyncRequest(partial=True, heartbeat_interval=90), None, 90, 50),
    ],
)
def test_a_partial_request_waits_only_as_long_as_it_says_itself(
    request_: SyncRequest, wait: int | None, heartbeat: int | None, window: int
) -> None:
    whole = complete(request_, LAST)
    assert (whole.wait, whole.heartbeat_interval, whole.window_size) == (wait, heartbeat, window)


def test_empty_collections_are_an_empty_request_with_its_own_wait() -> None:
    whole = complete(SyncRequest(heartbeat_interval=90), LAST)
    assert [one.collection_id for one in whole.collections] == ["1", "4"]
    assert (whole.wait, whole.heartbeat_interval) == (None, 90)


def test_a_request_completed_is_remembered_whole() -> None:
    new = Collection(sync_key="0", collection_id="7")
    whole = complete(SyncRequest(partial=True, collections=[new]), LAST)
    assert [one.collection_id for one in complete(None, remember(whole)).collections] == ["7", "1", "4"]
