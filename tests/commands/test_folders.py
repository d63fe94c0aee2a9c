"""FolderSync, FolderCreate, FolderUpdate, FolderDelete and GetHierarchy."""

from __future__ import annotations

import pytest

from outrider.commands.folders import (
    folder_create,
    folder_delete,
    folder_sync,
    folder_update,
    get_hierarchy,
)
from outrider.commands.sync.handler import sync
from outrider.domain.folders import DEFAULT_FOLDERS
from outrider.domain.items import Folder, FolderUse, ItemClass
from outrider.protocol.messages.folders import (
    FolderCreateRequest,
    FolderCreateResponse,
    FolderDeleteRequest,
    FolderDeleteResponse,
    FolderSyncRequest,
    FolderSyncResponse,
    FolderUpdateRequest,
    FolderUpdateResponse,
)
from outrider.protocol.messages.hierarchy import GetHierarchyResponse
from outrider.protocol.messages.sync import SyncRequest, SyncResponse
from outrider.protocol.status import (
    FolderCreateStatus,
    FolderDeleteStatus,
    FolderSyncStatus,
    FolderUpdateStatus,
    SyncStatus,
)
from outrider.protocol.versions import Version
from tests.commands.sync.exchanges import Synced
from tests.commands.visits import Phone, found

MAIL, INBOX, TRASH = 12, "1", "3"


class Tree:
    """The tree as a device has it."""

    def __init__(self, phone: Phone) -> None:
        self.phone = phone
        self.key = "0"
        self.folders: dict[str, str] = {}

    async def sync(self) -> FolderSyncResponse:
        answer = await folder_sync(FolderSyncRequest(sync_key=self.key), self.phone.visit())
        told = found(answer, FolderSyncResponse)
        if told.sync_key is not None:
            self.key = told.sync_key
        if told.changes is not None:
            self.folders |= {one.server_id: one.display_name for one in told.changes.adds}
            self.folders |= {one.server_id: one.display_name for one in told.changes.updates}
            for gone in told.changes.deletes:
                del self.folders[gone.server_id]
        return told

    async def create(
        self, name: str = "Projects", parent: str = "0", kind: int = MAIL
    ) -> FolderCreateResponse:
        request = FolderCreateRequest(sync_key=self.key, parent_id=parent, display_name=name, type=kind)
        return found(await folder_create(request, self.phone.visit()), FolderCreateResponse)

    async def update(self, number: str, name: str = "Other", parent: str = "0") -> FolderUpdateResponse:
        request = FolderUpdateRequest(
            sync_key=self.key, server_id=number, parent_id=parent, display_name=name
        )
        return found(await folder_update(request, self.phone.visit()), FolderUpdateResponse)

    async def delete(self, number: str) -> FolderDeleteResponse:
        request = FolderDeleteRequest(sync_key=self.key, server_id=number)
        return found(await folder_delete(request, self.phone.visit()), FolderDeleteResponse)


@pytest.fixture
async def tree(phone: Phone) -> Tree:
    tree = Tree(phone)
    await tree.sync()
    return tree


async def make(phone: Phone, name: str, parent: int = 0, holds: ItemClass = ItemClass.MAIL) -> Folder:
    return await phone.account.folders.create(name, parent, holds, name.encode())


# ------------------------------------------------------------------------------ FolderSync


async def test_a_new_device_is_told_every_folder_with_its_type(phone: Phone) -> None:
    told = await Tree(phone).sync()
    assert told.status == FolderSyncStatus.SUCCESS
    assert told.changes is not None
    assert told.changes.count == len(DEFAULT_FOLDERS)
    assert {(one.server_id, one.type, one.parent_id) for one in told.changes.adds} >= {
        ("1", 2, "0"),
        ("2", 3, "0"),
        ("3", 4, "0"),
        ("4", 5, "0"),
        ("7", 9, "0"),
        ("RI", 19, "0"),
    }


async def test_the_recipient_cache_comes_with_14_0_and_goes_with_12_1(tree: Tree) -> None:
    """A device that goes back and forth between versions."""
    for version, deletes, adds in ((Version.V12_1, ["RI"], []), (Version.V14_0, [], ["RI"])):
        tree.phone.version = version
        told = await tree.sync()
        assert told.changes is not None
        assert [one.server_id for one in told.changes.deletes] == deletes
        assert [one.server_id for one in told.changes.adds] == adds


async def test_the_recipient_cache_keeps_its_name(tree: Tree) -> None:
    assert (await tree.update("RI", "Friends")).status == FolderUpdateStatus.RECIPIENT_INFO_FOLDER


async def test_nothing_new_keeps_the_key(tree: Tree) -> None:
    key = tree.key
    told = await tree.sync()
    assert told.changes is not None
    assert (told.sync_key, told.changes.count) == (key, 0)


async def test_what_others_change_in_the_tree_is_told(tree: Tree) -> None:
    made = await make(tree.phone, "Projects")
    await tree.sync()
    await tree.phone.account.folders.update(made.number, "Work", 1)
    told = await tree.sync()
    assert told.changes is not None
    [update] = told.changes.updates
    assert (update.server_id, update.display_name, update.parent_id) == ("10", "Work", "1")
    await tree.phone.account.folders.delete(made.number)
    told = await tree.sync()
    assert told.changes is not None
    assert [one.server_id for one in told.changes.deletes] == ["10"]


@pytest.mark.parametrize("key", ["1", "1.1", "x", ""])
async def test_a_key_that_is_not_ours_starts_the_device_over(phone: Phone, key: str) -> None:
    answer = found(await folder_sync(FolderSyncRequest(sync_key=key), phone.visit()), FolderSyncResponse)
    assert (answer.status, answer.sync_key, answer.changes) == (FolderSyncStatus.INVALID_SYNC_KEY, None, None)


async def test_key_0_beside_a_device_in_use_harms_neither_its_tree_nor_its_folders(tree: Tree) -> None:
    inbox = Synced(tree.phone, await tree.phone.folder(FolderUse.INBOX))
    await inbox.settle()
    await tree.sync()
    key = tree.key
    await folder_sync(FolderSyncRequest(sync_key="0"), tree.phone.visit())
    assert (await tree.sync()).sync_key == key
    assert await inbox.round() is None


# ------------------------------------------------------------------------------ FolderCreate


@pytest.mark.parametrize(
    ("kind", "holds"),
    [
        (1, ItemClass.MAIL),
        (12, ItemClass.MAIL),
        (13, ItemClass.CALENDAR),
        (14, ItemClass.CONTACTS),
        (15, ItemClass.TASKS),
        (17, ItemClass.NOTES),
    ],
)
async def test_a_folder_holds_what_its_type_says(tree: Tree, kind: int, holds: ItemClass) -> None:
    made = await tree.create(kind=kind)
    assert (made.status, made.server_id) == (FolderCreateStatus.SUCCESS, "10")
    [folder] = [f for f in await tree.phone.account.folders.list() if f.number == 10]
    assert folder.holds is holds


async def test_a_folder_the_device_made_is_not_told_again(tree: Tree) -> None:
    made = await tree.create()
    assert made.sync_key is not None
    tree.key = made.sync_key
    told = await tree.sync()
    assert told.changes is not None
    assert told.changes.count == 0


async def test_what_others_did_meanwhile_is_told_after_a_command(tree: Tree) -> None:
    await make(tree.phone, "Elsewhere")
    made = await tree.create()
    assert made.sync_key is not None
    tree.key = made.sync_key
    told = await tree.sync()
    assert told.changes is not None
    assert [one.display_name for one in told.changes.adds] == ["Elsewhere"]


@pytest.mark.parametrize("kind", [0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 16, 18, 19, 99, -1])
async def test_types_that_a_device_may_not_make_are_malformed(tree: Tree, kind: int) -> None:
    assert (await tree.create(kind=kind)).status == FolderCreateStatus.MALFORMED_REQUEST


@pytest.mark.parametrize("name", ["", "  ", "\t"])
async def test_a_folder_needs_a_name(tree: Tree, name: str) -> None:
    assert (await tree.create(name)).status == FolderCreateStatus.MALFORMED_REQUEST


@pytest.mark.parametrize("name", ["Inbox", "INBOX", " inbox "])
async def test_a_name_that_a_sibling_has_is_taken(tree: Tree, name: str) -> None:
    assert (await tree.create(name)).status == FolderCreateStatus.FOLDER_EXISTS
    assert (await tree.create(name, parent=INBOX)).status == FolderCreateStatus.SUCCESS


@pytest.mark.parametrize("parent", ["99", "x", "-1", "1:1"])
async def test_a_parent_that_is_not_there_is_not_found(tree: Tree, parent: str) -> None:
    assert (await tree.create(parent=parent)).status == FolderCreateStatus.PARENT_NOT_FOUND


@pytest.mark.parametrize("key", ["0", "1.1", "x"])
async def test_commands_with_a_key_that_is_not_ours_change_nothing(tree: Tree, key: str) -> None:
    made = await make(tree.phone, "Mine")
    tree.key = key
    assert (await tree.create()).status == FolderCreateStatus.INVALID_SYNC_KEY
    assert (await tree.update(str(made.number))).status == FolderUpdateStatus.INVALID_SYNC_KEY
    assert (await tree.delete(str(made.number))).status == FolderDeleteStatus.INVALID_SYNC_KEY
    folders = await tree.phone.account.folders.list()
    assert [f.name for f in folders if f.use is FolderUse.USER] == ["Mine"]


async def test_a_repeated_create_gives_the_same_folder(tree: Tree) -> None:
    assert await tree.create() == await tree.create()
    assert len(await tree.phone.account.folders.list()) == len(DEFAULT_FOLDERS) + 1


async def test_after_a_failed_command_the_key_stays_good(tree: Tree) -> None:
    await tree.create("Inbox")
    assert (await tree.create("Projects")).status == FolderCreateStatus.SUCCESS


# ------------------------------------------------------------------------------ FolderUpdate


async def test_a_folder_is_renamed_and_moved(tree: Tree) -> None:
    made = await tree.create()
    assert made.sync_key is not None
    tree.key = made.sync_key
    changed = await tree.update("10", "Work", INBOX)
    assert changed.status == FolderUpdateStatus.SUCCESS
    assert changed == await tree.update("10", "Work", INBOX)
    assert changed.sync_key is not None
    tree.key = changed.sync_key
    [folder] = [f for f in await tree.phone.account.folders.list() if f.number == 10]
    assert (folder.name, folder.parent) == ("Work", 1)
    told = await tree.sync()
    assert told.changes is not None
    assert told.changes.count == 0


@pytest.mark.parametrize(
    ("number", "name", "parent", "status"),
    [
        ("10", "Inbox", "0", FolderUpdateStatus.EXISTS_OR_SPECIAL),
        ("1", "Other", "0", FolderUpdateStatus.EXISTS_OR_SPECIAL),
        ("7", "Other", "0", FolderUpdateStatus.EXISTS_OR_SPECIAL),
        ("99", "Other", "0", FolderUpdateStatus.FOLDER_NOT_FOUND),
        ("x", "Other", "0", FolderUpdateStatus.FOLDER_NOT_FOUND),
        ("10", "Other", "99", FolderUpdateStatus.PARENT_NOT_FOUND),
        ("10", "Other", "x", FolderUpdateStatus.PARENT_NOT_FOUND),
        ("10", "Other", "10", FolderUpdateStatus.EXISTS_OR_SPECIAL),
        ("10", "Other", "11", FolderUpdateStatus.EXISTS_OR_SPECIAL),
        ("10", " ", "0", FolderUpdateStatus.MALFORMED_REQUEST),
    ],
)
async def test_an_update_that_cannot_be(tree: Tree, number: str, name: str, parent: str, status: int) -> None:
    outer = await make(tree.phone, "Outer")
    await make(tree.phone, "Inner", outer.number)
    before = await tree.phone.account.folders.list()
    answer = await tree.update(number, name, parent)
    assert (answer.status, answer.sync_key) == (status, None)
    assert await tree.phone.account.folders.list() == before


# ------------------------------------------------------------------------------ FolderDelete


async def test_a_folder_goes_with_those_below_it(tree: Tree) -> None:
    outer = await make(tree.phone, "Outer")
    await make(tree.phone, "Inner", outer.number)
    await tree.sync()
    gone = await tree.delete(str(outer.number))
    assert gone.status == FolderDeleteStatus.SUCCESS
    assert gone == await tree.delete(str(outer.number))
    assert len(await tree.phone.account.folders.list()) == len(DEFAULT_FOLDERS)
    assert gone.sync_key is not None
    tree.key = gone.sync_key
    told = await tree.sync()
    assert told.changes is not None
    assert [one.server_id for one in told.changes.deletes] == ["11"]


@pytest.mark.parametrize(
    ("number", "status"),
    [
        (INBOX, FolderDeleteStatus.SPECIAL_FOLDER),
        (TRASH, FolderDeleteStatus.SPECIAL_FOLDER),
        ("7", FolderDeleteStatus.SPECIAL_FOLDER),
        ("RI", FolderDeleteStatus.SPECIAL_FOLDER),
        ("99", FolderDeleteStatus.FOLDER_NOT_FOUND),
        ("x", FolderDeleteStatus.FOLDER_NOT_FOUND),
    ],
)
async def test_a_removal_that_cannot_be(tree: Tree, number: str, status: int) -> None:
    assert (await tree.delete(number)).status == status
    assert len(await tree.phone.account.folders.list()) == len(DEFAULT_FOLDERS)


async def test_a_removed_folder_is_a_matter_of_the_tree_and_its_number_never_comes_back(tree: Tree) -> None:
    made = await make(tree.phone, "Projects")
    place = Synced(tree.phone, made)
    await place.settle()
    await tree.sync()
    await tree.delete(str(made.number))
    request = SyncRequest(collections=[place.collection()])
    answer = found(await sync(request, tree.phone.visit()), SyncResponse)
    assert answer.status == SyncStatus.HIERARCHY_CHANGED
    assert (await make(tree.phone, "Again")).number > made.number


# ------------------------------------------------------------------------------ GetHierarchy


async def test_get_hierarchy_lists_the_mail_folders(phone: Phone) -> None:
    await make(phone, "Below", 1)
    await make(phone, "People", holds=ItemClass.CONTACTS)
    answer = found(await get_hierarchy(None, phone.visit()), GetHierarchyResponse)
    assert [(one.display_name, one.server_id, one.parent_id) for one in answer.folders] == [
        ("Inbox", "1", "0"),
        ("Drafts", "2", "0"),
        ("Deleted Items", "3", "0"),
        ("Sent Items", "4", "0"),
        ("Outbox", "5", "0"),
        ("Below", "10", "1"),
    ]
