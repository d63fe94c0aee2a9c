"""What counts as repetition, and what does not."""

from __future__ import annotations

import pytest

from outrider.commands.conduct import deeds, failures, moved, refused, tries
from outrider.commands.loops import Deed
from outrider.commands.session import Answer, Raw
from outrider.protocol.messages.folders import Changes, FolderSyncRequest, FolderSyncResponse
from outrider.protocol.messages.itemestimate import GetItemEstimateResponse
from outrider.protocol.messages.ping import PingRequest, PingResponse
from outrider.protocol.messages.provision import ProvisionRequest, ProvisionResponse
from outrider.protocol.messages.sync import (
    Collection,
    CollectionResponse,
    Delete,
    SyncRequest,
    SyncResponse,
)


def asked(*folders: tuple[str, str], partial: bool = False) -> SyncRequest:
    return SyncRequest(
        collections=[Collection(collection_id=number, sync_key=key) for number, key in folders],
        partial=partial,
    )


def told(*folders: tuple[str, str, int]) -> SyncResponse:
    """An answer for folders, with a removal in each that does not fail."""
    return SyncResponse(
        collections=[
            CollectionResponse(
                collection_id=number,
                sync_key=key,
                status=status,
                commands=[Delete(server_id=f"{number}:1")] if status == 1 else [],
            )
            for number, key, status in folders
        ]
    )


DONE: list[tuple[str, str, object, Answer, list[Deed]]] = [
    ("nothing new", "Sync", asked(("5", "1.7")), None, []),
    ("a new key", "Sync", asked(("5", "1.7")), told(("5", "1.8", 1)), [Deed("Sync 5 again", "1.7")]),
    ("more, but no room for it", "Sync", asked(("5", "1.7")), told(("5", "1.7", 1)), []),
    ("a start", "Sync", asked(("5", "0")), told(("5", "1.0", 1)), []),
    ("a key that is not ours", "Sync", asked(("5", "1.7")), told(("5", "0", 3)), [Deed("Sync 5")]),
    (
        "a folder that fails beside one that does not",
        "Sync",
        asked(("5", "1.7"), ("6", "1.2")),
        told(("5", "1.8", 1), ("6", "1.2", 5)),
        [Deed("Sync 5 again", "1.7"), Deed("Sync 6")],
    ),
    (
        "a request that fails as a whole",
        "Sync",
        asked(("5", "1.7"), ("6", "1.2")),
        SyncResponse(status=12),
        [Deed("Sync 5"), Deed("Sync 6")],
    ),
    ("an empty request", "Sync", None, told(("5", "1.8", 1)), [Deed("Sync again", "5 1.8")]),
    (
        "an empty request for two folders",
        "Sync",
        None,
        told(("5", "1.8", 1), ("6", "1.3", 1)),
        [Deed("Sync again", "5 1.8 6 1.3")],
    ),
    ("an empty request that fails", "Sync", None, SyncResponse(status=13), [Deed("Sync")]),
    ("an empty request for a folder that fails", "Sync", None, told(("5", "0", 3)), [Deed("Sync")]),
    (
        "a partial request",
        "Sync",
        asked(("5", "1.7"), partial=True),
        told(("5", "1.8", 1), ("6", "1.3", 1)),
        [Deed("Sync 5 again", "1.7"), Deed("Sync again", "6 1.3")],
    ),
    ("no key", "Sync", asked(("5", "")), told(("5", "1.8", 1)), [Deed("Sync 5 again", "1.8")]),
    (
        "a tree that changed",
        "FolderSync",
        FolderSyncRequest(sync_key="1.1"),
        FolderSyncResponse(status=1, sync_key="1.2", changes=Changes(count=0)),
        [Deed("FolderSync again", "1.1")],
    ),
    (
        "a tree that did not",
        "FolderSync",
        FolderSyncRequest(sync_key="1.1"),
        FolderSyncResponse(status=1, sync_key="1.1", changes=Changes(count=0)),
        [],
    ),
    (
        "a whole tree",
        "FolderSync",
        FolderSyncRequest(sync_key="0"),
        FolderSyncResponse(status=1, sync_key="1.1", changes=Changes(count=0)),
        [],
    ),
    (
        "a tree key that is not ours",
        "FolderSync",
        FolderSyncRequest(sync_key="1.1"),
        FolderSyncResponse(status=9),
        [Deed("FolderSync")],
    ),
    ("mail that arrives", "Ping", PingRequest(), PingResponse(status=2, folders=["5"]), []),
    ("a heartbeat", "Ping", None, PingResponse(status=1), []),
    ("a Ping sent to FolderSync", "Ping", PingRequest(), PingResponse(status=7), [Deed("Ping")]),
    ("a handshake that fails", "Provision", ProvisionRequest(), ProvisionResponse(status=2), []),
    ("an estimate", "GetItemEstimate", None, GetItemEstimateResponse(), []),
    ("an attachment", "GetAttachment", None, Raw(body=b"x"), []),
    ("no attachment", "GetAttachment", None, Raw(status=404), [Deed("GetAttachment")]),
]


@pytest.mark.parametrize(
    ("what", "command", "request_", "answer", "expected"), DONE, ids=[r[0] for r in DONE]
)
def test_what_came_of_a_request(
    what: str, command: str, request_: object, answer: Answer, expected: list[Deed]
) -> None:
    assert list(deeds(command, request_, answer)) == expected, what


@pytest.mark.parametrize(
    ("what", "command", "request_", "answer", "expected"), DONE, ids=[r[0] for r in DONE]
)
def test_what_comes_of_a_request_was_to_be_foreseen(
    what: str, command: str, request_: object, answer: Answer, expected: list[Deed]
) -> None:
    foreseen = tries(command, request_)
    for deed in expected:
        assert any(one.subject == deed.subject and one.mark in ("", deed.mark) for one in foreseen), what


def test_a_failure_concerns_all_that_was_asked_for() -> None:
    assert failures("Sync", asked(("5", "1.7"), ("6", "1.2"))) == (Deed("Sync 5"), Deed("Sync 6"))
    assert failures("SendMail", b"Subject: x") == (Deed("SendMail"),)
    assert failures("Provision", ProvisionRequest()) == ()


def test_the_way_out_is_never_judged() -> None:
    assert tries("Provision", ProvisionRequest()) == ()


def test_who_has_a_new_policy_key_does_another_thing() -> None:
    assert refused("Sync", 142, 1) == refused("Sync", 142, 1)
    assert len({refused("Sync", 142, None), refused("Sync", 142, 1), refused("Sync", 142, 2)}) == 3


def test_only_a_new_key_is_news() -> None:
    assert moved((Deed("Sync 5"), Deed("Sync 6 again", "1.2")))
    assert not moved((Deed("Sync 5"),))
    assert not moved(())
