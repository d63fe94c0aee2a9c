from __future__ import annotations

import httpx2
import pytest

from outrider.client import ClientError, Email, Replica, Version, Window, WipeRequested
from outrider.client.replica import shortened
from outrider.protocol.messages.folders import FolderSyncResponse
from outrider.protocol.messages.moveitems import MoveItemsResponse, MoveResponse
from outrider.protocol.messages.provision import ProvisionRequest, ProvisionResponse, Wipe
from outrider.protocol.messages.sync import (
    Add,
    Collection,
    CollectionResponse,
    Delete,
    SyncRequest,
    SyncResponse,
)
from outrider.protocol.schema import Element
from tests.client.fakes import Said, Server, tree


def told(key: str, *items: str, folder: str = "1", status: int = 1, more: bool = False) -> SyncResponse:
    commands = [Add(server_id=item, data=Email(subject=item)) for item in items]
    return SyncResponse(
        collections=[
            CollectionResponse(
                sync_key=key,
                collection_id=folder,
                status=status,
                more_available=more,
                commands=list(commands),
            )
        ]
    )


def collections(server: Server, at: int) -> list[Collection]:
    return server.asked[at].read(SyncRequest).collections


async def replica_of(server: Server, *says: Said) -> Replica:
    """A replica of one folder that was synchronised."""
    server.says = [tree(2), told("1.1"), told("1.2", "1:1"), *says]
    replica = Replica(server.client())
    await replica.sync()
    server.asked.clear()
    return replica


async def test_a_wipe_leaves_nothing() -> None:
    server = Server()
    directive = ProvisionResponse(status=1, remote_wipe=True)
    replica = await replica_of(server, SyncResponse(status=140), directive, ProvisionResponse(status=1))
    with pytest.raises(WipeRequested):
        await replica.sync("1")
    assert server.asked[2].read(ProvisionRequest).remote_wipe == Wipe(status=1)
    assert replica.folders == {}
    with pytest.raises(KeyError):
        replica.items("1")


async def test_a_folder_is_fetched_window_by_window() -> None:
    server = Server(says=[tree(2, 11), told("1.1"), told("1.2", "a", more=True), told("1.3", "b")])
    async with server.client() as client:
        replica = Replica(client, Window(size=1, filter_type=3))
        await replica.sync()
    assert list(replica.items("1")) == ["a", "b"]
    keys = [[(one.collection_id, one.sync_key) for one in collections(server, at)] for at in (1, 2, 3)]
    assert keys == [[("1", "0")], [("1", "1.1")], [("1", "1.2")]]
    [second] = collections(server, 2)
    assert (second.window_size, second.options[0].filter_type, second.get_changes) == (1, 3, True)


async def test_below_14_0_a_class_is_named() -> None:
    server = Server(Version.V12_1, says=[tree(2), told("1.1"), None])
    async with server.client() as client:
        await Replica(client).sync()
    assert collections(server, 1)[0].class_name == "Email"


async def test_a_key_that_is_not_known_starts_the_folder_over() -> None:
    server = Server()
    replica = await replica_of(server, told("0", status=3), told("2.1"), told("2.2", "1:2"))
    await replica.sync("1")
    assert list(replica.items("1")) == ["1:2"]
    assert [collections(server, at)[0].sync_key for at in range(3)] == ["1.2", "0", "2.1"]


async def test_a_tree_that_changed_is_fetched() -> None:
    server = Server()
    replica = await replica_of(
        server, SyncResponse(status=12), FolderSyncResponse(status=1, sync_key="1.2"), None
    )
    await replica.sync("1")
    assert list(server.commands) == ["Sync", "FolderSync", "Sync"]


async def test_a_folder_that_is_gone_is_forgotten() -> None:
    server = Server()
    gone = FolderSyncResponse(status=9)
    replica = await replica_of(server, told("1.2", status=8), gone, tree())
    await replica.sync("1")
    assert dict(replica.folders) == {}


@pytest.mark.parametrize("status", [4, 5, 6, 14, 15, 16])
async def test_another_status_is_an_error(status: int) -> None:
    server = Server()
    replica = await replica_of(server, SyncResponse(status=status), told("1.2", status=status))
    for _ in range(2):
        with pytest.raises(ClientError) as refused:
            await replica.sync("1")
        assert refused.value.status == status


async def test_a_lost_answer_is_asked_for_again() -> None:
    server = Server()
    replica = await replica_of(server, httpx2.ReadError("lost"), told("1.3"))
    replica.mark("1", "1:1", read=True, flagged=True, categories=["Red"])
    with pytest.raises(ClientError, match="E-CLIENT-NETWORK"):
        await replica.sync("1")
    await replica.sync("1")
    assert server.asked[0].body == server.asked[1].body


async def test_an_edit_made_before_an_answer_without_news_is_sent() -> None:
    server = Server()
    replica = await replica_of(server, httpx2.ReadError("lost"), None, told("1.3"))
    with pytest.raises(ClientError, match="E-CLIENT-NETWORK"):
        await replica.sync("1")
    replica.mark("1", "1:1", read=True)
    await replica.sync("1")
    assert [len(collections(server, at)[0].commands) for at in range(3)] == [0, 0, 1]


async def test_what_the_server_remembers_is_left_out() -> None:
    server = Server()
    replica = await replica_of(server, None, None, SyncResponse(status=13), told("1.3", "1:2"))
    for _ in range(3):
        await replica.sync("1")
    assert [bool(asked.body) for asked in server.asked] == [True, False, False, True]
    assert list(replica.items("1")) == ["1:1", "1:2"]


A = Collection(sync_key="1.1", collection_id="1")
B = Collection(sync_key="1.1", collection_id="2")
NEWER = Collection(sync_key="1.2", collection_id="2")


@pytest.mark.parametrize(
    ("request_", "last", "said"),
    [
        (SyncRequest(collections=[A]), None, SyncRequest(collections=[A])),
        (SyncRequest(collections=[A]), SyncRequest(collections=[A]), None),
        (SyncRequest(collections=[A, B]), SyncRequest(collections=[A]), SyncRequest(collections=[A, B])),
        (
            SyncRequest(collections=[A, NEWER]),
            SyncRequest(collections=[A, B]),
            SyncRequest(collections=[NEWER], partial=True),
        ),
        (
            SyncRequest(collections=[A], heartbeat_interval=60),
            SyncRequest(collections=[A]),
            SyncRequest(collections=[], heartbeat_interval=60, partial=True),
        ),
    ],
)
def test_a_request_is_shortened(
    request_: SyncRequest, last: SyncRequest | None, said: Element | None
) -> None:
    assert shortened(request_, last) == said


@pytest.mark.parametrize(("version", "wait", "beat"), [(Version.V12_1, 2, None), (Version.V14_0, None, 120)])
async def test_a_wait_is_said_as_the_version_says_it(
    version: Version, wait: int | None, beat: int | None
) -> None:
    server = Server(version)
    replica = await replica_of(server, told("1.3", "1:2"), None)
    assert await replica.wait(120, "1")
    assert not await replica.wait(120, "1")
    request = server.asked[0].read(SyncRequest)
    assert (request.wait, request.heartbeat_interval) == (wait, beat)


async def test_a_moved_item_changes_folders() -> None:
    server = Server(
        says=[
            tree(2, 12),
            told("1.1"),
            told("1.2", "1:1"),
            told("1.1", folder="2"),
            None,
            MoveItemsResponse(responses=[MoveResponse(src_msg_id="1:1", status=3, dst_msg_id="2:1")]),
        ]
    )
    async with server.client() as client:
        replica = Replica(client)
        await replica.sync("1")
        await replica.sync("2")
        assert await replica.move("1", "1:1", "2") == "2:1"
    assert (list(replica.items("1")), list(replica.items("2"))) == ([], ["2:1"])


async def test_an_edit_is_sent_before_its_item_is_moved() -> None:
    moved = MoveItemsResponse(responses=[MoveResponse(src_msg_id="1:1", status=3, dst_msg_id="2:1")])
    server = Server(says=[tree(2, 12), told("1.1"), told("1.2", "1:1"), told("1.3"), moved])
    async with server.client() as client:
        replica = Replica(client)
        await replica.sync("1")
        replica.mark("1", "1:1", read=True)
        await replica.move("1", "1:1", "2")
    assert list(server.commands)[-2:] == ["Sync", "MoveItems"]
    assert len(collections(server, -2)[0].commands) == 1


async def test_an_item_that_turns_out_to_be_gone_is_not_moved() -> None:
    gone = told("1.3")
    gone.collections[0].commands.append(Delete(server_id="1:1"))
    server = Server(says=[tree(2, 12), told("1.1"), told("1.2", "1:1"), gone])
    async with server.client() as client:
        replica = Replica(client)
        await replica.sync("1")
        replica.mark("1", "1:1", read=True)
        with pytest.raises(KeyError):
            await replica.move("1", "1:1", "2")
    assert list(server.commands)[-1] == "Sync"
