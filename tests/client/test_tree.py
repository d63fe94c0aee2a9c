from __future__ import annotations

import pytest

from outrider.client import ClientError, FolderType
from outrider.client.tree import Tree
from outrider.protocol.messages.folders import (
    Changes,
    FolderAdd,
    FolderChange,
    FolderCreateRequest,
    FolderCreateResponse,
    FolderDeleteResponse,
    FolderRemoval,
    FolderSyncRequest,
    FolderSyncResponse,
    FolderUpdateResponse,
)
from tests.client.fakes import Server


def folder(key: str, parent: str = "0", name: str = "x", kind: int = 12) -> FolderAdd:
    return FolderAdd(server_id=key, parent_id=parent, display_name=name, type=kind)


def answer(key: str, **changes: object) -> FolderSyncResponse:
    return FolderSyncResponse(
        status=1,
        sync_key=key,
        changes=Changes(count=0, **changes),  # type: ignore[arg-type]
    )


FIRST = answer("1.1", adds=[folder("1", kind=2), folder("5"), folder("6", "5"), folder("7", "6")])


async def test_an_emptied_tree_starts_over() -> None:
    server = Server(says=[FIRST])
    async with server.client() as client:
        tree = Tree(client)
        await tree.sync()
        tree.empty()
    assert (tree.key, tree.folders) == ("0", {})


async def test_the_first_answer_is_the_whole_tree() -> None:
    server = Server(says=[FIRST])
    async with server.client() as client:
        tree = Tree(client)
        assert await tree.sync()
    assert server.asked[0].read(FolderSyncRequest).sync_key == "0"
    assert tree.key == "1.1"
    assert list(tree.folders) == ["1", "5", "6", "7"]
    assert tree.of_type(FolderType.INBOX).server_id == "1"
    assert (tree.class_of("1"), tree.class_of("5")) == ("Email", "Email")
    with pytest.raises(KeyError):
        tree.of_type(FolderType.NOTES)


async def test_changes_are_applied() -> None:
    renamed = FolderChange(server_id="5", parent_id="0", display_name="New", type=12)
    second = answer("1.2", updates=[renamed], deletes=[FolderRemoval(server_id="6")], adds=[folder("8")])
    async with Server(says=[FIRST, second, answer("1.2")]).client() as client:
        tree = Tree(client)
        await tree.sync()
        assert await tree.sync()
        assert list(tree.folders) == ["1", "5", "8"]
        assert tree.folders["5"].display_name == "New"
        assert not await tree.sync()


async def test_a_key_that_is_not_known_starts_over() -> None:
    second = answer("2.1", adds=[folder("1", kind=2)])
    server = Server(says=[FIRST, FolderSyncResponse(status=9), second])
    async with server.client() as client:
        tree = Tree(client)
        await tree.sync()
        assert await tree.sync()
    assert [asked.read(FolderSyncRequest).sync_key for asked in server.asked] == ["0", "1.1", "0"]
    assert list(tree.folders) == ["1"]


@pytest.mark.parametrize("status", [6, 9, 10])
async def test_a_failure_is_an_error(status: int) -> None:
    async with Server(says=[FolderSyncResponse(status=status)]).client() as client:
        with pytest.raises(ClientError) as refused:
            await Tree(client).sync()
    assert refused.value.status == status


async def test_the_tree_is_changed_by_commands() -> None:
    server = Server(
        says=[
            FIRST,
            FolderCreateResponse(status=1, sync_key="1.2", server_id="9"),
            FolderUpdateResponse(status=1, sync_key="1.3"),
            FolderDeleteResponse(status=1, sync_key="1.4"),
        ]
    )
    async with server.client() as client:
        tree = Tree(client)
        await tree.sync()
        assert await tree.create("Made", FolderType.USER_MAIL, "5") == "9"
        await tree.update("9", "Renamed", "1")
        await tree.delete("5")
    assert server.asked[1].read(FolderCreateRequest).sync_key == "1.1"
    assert tree.key == "1.4"
    assert tree.folders.keys() == {"1", "9"}
    assert (tree.folders["9"].display_name, tree.folders["9"].parent_id) == ("Renamed", "1")


async def test_a_refused_command_changes_nothing() -> None:
    async with Server(says=[FIRST, FolderCreateResponse(status=2)]).client() as client:
        tree = Tree(client)
        await tree.sync()
        before = dict(tree.folders)
        with pytest.raises(ClientError) as refused:
            await tree.create("x", FolderType.USER_MAIL)
    assert refused.value.status == 2
    assert (tree.key, tree.folders) == ("1.1", before)
