from __future__ import annotations

import pytest

from outrider.client import ClientError, Email, Replica
from outrider.client.ping import Pinged, Pinger, follow
from outrider.protocol.messages.folders import FolderSyncResponse
from outrider.protocol.messages.ping import PingRequest, PingResponse
from outrider.protocol.messages.sync import Add, CollectionResponse, SyncResponse
from tests.client.fakes import Server, tree


@pytest.mark.parametrize(
    ("answer", "pinged"),
    [
        (PingResponse(status=1), Pinged()),
        (PingResponse(status=2, folders=["1", "2"]), Pinged(folders=("1", "2"))),
        (PingResponse(status=7), Pinged(tree=True)),
    ],
)
async def test_a_wait_ends(answer: PingResponse, pinged: Pinged) -> None:
    server = Server(says=[answer])
    async with server.client() as client:
        assert await Pinger(client, 60).wait("1", "2") == pinged
    request = server.asked[0].read(PingRequest)
    assert request.heartbeat_interval == 60
    assert request.folders
    assert [folder.id for folder in request.folders] == ["1", "2"]
    assert server.asked[0].line.policy_key is None


async def test_what_the_server_remembers_is_not_said_again() -> None:
    server = Server(says=[PingResponse(status=1)] * 3)
    async with server.client() as client:
        pinger = Pinger(client, 60)
        for folder in ("1", "1", "2"):
            await pinger.wait(folder)
    assert [bool(asked.body) for asked in server.asked] == [True, False, True]


async def test_what_the_server_forgot_is_said_again() -> None:
    server = Server(says=[PingResponse(status=1), PingResponse(status=3), PingResponse(status=1)])
    async with server.client() as client:
        pinger = Pinger(client, 60)
        await pinger.wait("1")
        await pinger.wait("1")
    assert [bool(asked.body) for asked in server.asked] == [True, False, True]


async def test_the_heartbeat_becomes_what_is_allowed() -> None:
    server = Server(says=[PingResponse(status=5, heartbeat_interval=600), PingResponse(status=1)])
    async with server.client() as client:
        pinger = Pinger(client, 60)
        await pinger.wait("1")
    assert pinger.heartbeat == 600
    assert server.asked[1].read(PingRequest).heartbeat_interval == 600


@pytest.mark.parametrize(
    "answers",
    [
        [PingResponse(status=3)],
        [PingResponse(status=4)],
        [PingResponse(status=6, max_folders=1)],
        [PingResponse(status=8)],
        [None],
        [PingResponse(status=5, heartbeat_interval=600)] * 3,
    ],
)
async def test_a_wait_that_fails_is_an_error(answers: list[PingResponse | None]) -> None:
    async with Server(says=list(answers)).client() as client:
        with pytest.raises(ClientError):
            await Pinger(client, 60).wait("1")


async def test_following_fetches_what_changed() -> None:
    def told(key: str, *items: str) -> SyncResponse:
        commands = [Add(server_id=item, data=Email(subject=item)) for item in items]
        return SyncResponse(
            collections=[
                CollectionResponse(sync_key=key, collection_id="1", status=1, commands=list(commands))
            ]
        )

    server = Server(
        says=[
            tree(2),
            told("1.1"),
            told("1.2"),
            PingResponse(status=1),
            PingResponse(status=2, folders=["1"]),
            told("1.3", "1:1"),
            PingResponse(status=7),
            FolderSyncResponse(status=1, sync_key="1.2"),
        ]
    )
    async with server.client() as client:
        replica = Replica(client)
        following = follow(replica, "1", heartbeat=60)
        assert await anext(following) == Pinged(folders=("1",))
        assert list(replica.items("1")) == ["1:1"]
        assert await anext(following) == Pinged(tree=True)
    assert server.says == []
