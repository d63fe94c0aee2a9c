"""What every backend's folder tree keeps to."""

from __future__ import annotations

import pytest

from outrider.domain.errors import ExistsError, ForbiddenError, NotFoundError
from outrider.domain.items import Folder, FolderUse, ItemClass
from outrider.domain.roles import Account
from tests.contract.documents import mail

_DEFAULTS = {
    "Inbox": (ItemClass.MAIL, FolderUse.INBOX),
    "Drafts": (ItemClass.MAIL, FolderUse.DRAFTS),
    "Deleted Items": (ItemClass.MAIL, FolderUse.TRASH),
    "Sent Items": (ItemClass.MAIL, FolderUse.SENT),
    "Outbox": (ItemClass.MAIL, FolderUse.OUTBOX),
    "Calendar": (ItemClass.CALENDAR, FolderUse.DEFAULT),
    "Contacts": (ItemClass.CONTACTS, FolderUse.DEFAULT),
    "Tasks": (ItemClass.TASKS, FolderUse.DEFAULT),
    "Notes": (ItemClass.NOTES, FolderUse.DEFAULT),
    "RecipientInfo": (ItemClass.RECIPIENTS, FolderUse.DEFAULT),
}


class FoldersContract:
    """Subclasses give an `account`: new, with its default folders."""

    @pytest.fixture
    def account(self) -> Account:
        raise NotImplementedError

    async def test_a_new_account_has_the_default_folders(self, account: Account) -> None:
        folders = await account.folders.list()
        assert {folder.name: (folder.holds, folder.use) for folder in folders} == _DEFAULTS
        assert all(folder.parent == 0 for folder in folders)

    async def test_a_created_folder_is_listed(self, account: Account) -> None:
        made = await account.folders.create("Projects", 0, ItemClass.MAIL, b"1")
        assert made == Folder(number=made.number, name="Projects", holds=ItemClass.MAIL)
        assert made in await account.folders.list()

    async def test_a_folder_can_stand_below_another(self, account: Account) -> None:
        inbox = await folder_for(account, FolderUse.INBOX)
        made = await account.folders.create("Projects", inbox.number, ItemClass.MAIL, b"1")
        assert made.parent == inbox.number

    async def test_the_same_token_gives_the_same_folder(self, account: Account) -> None:
        first = await account.folders.create("Projects", 0, ItemClass.MAIL, b"1")
        assert await account.folders.create("Projects", 0, ItemClass.MAIL, b"1") == first
        assert len(await account.folders.list()) == len(_DEFAULTS) + 1

    @pytest.mark.parametrize("name", ["Projects", "PROJECTS", " projects "])
    async def test_siblings_have_different_names(self, account: Account, name: str) -> None:
        await account.folders.create("Projects", 0, ItemClass.MAIL, b"1")
        with pytest.raises(ExistsError):
            await account.folders.create(name, 0, ItemClass.MAIL, b"2")

    async def test_cousins_may_have_the_same_name(self, account: Account) -> None:
        made = await account.folders.create("Projects", 0, ItemClass.MAIL, b"1")
        await account.folders.create("Projects", made.number, ItemClass.MAIL, b"2")

    async def test_a_folder_needs_a_name(self, account: Account) -> None:
        with pytest.raises(ForbiddenError):
            await account.folders.create("  ", 0, ItemClass.MAIL, b"1")

    async def test_a_parent_must_be_there(self, account: Account) -> None:
        with pytest.raises(NotFoundError):
            await account.folders.create("Projects", 999, ItemClass.MAIL, b"1")

    async def test_renaming_and_moving_keep_the_number(self, account: Account) -> None:
        made = await account.folders.create("Projects", 0, ItemClass.MAIL, b"1")
        above = await account.folders.create("Work", 0, ItemClass.MAIL, b"2")
        moved = await account.folders.update(made.number, "Done", above.number)
        assert (moved.number, moved.name, moved.parent) == (made.number, "Done", above.number)
        assert moved in await account.folders.list()

    async def test_a_rename_may_change_the_case_only(self, account: Account) -> None:
        made = await account.folders.create("projects", 0, ItemClass.MAIL, b"1")
        assert (await account.folders.update(made.number, "Projects", 0)).name == "Projects"

    async def test_a_rename_to_a_siblings_name_is_refused(self, account: Account) -> None:
        made = await account.folders.create("Projects", 0, ItemClass.MAIL, b"1")
        with pytest.raises(ExistsError):
            await account.folders.update(made.number, "inbox", 0)

    async def test_a_folder_cannot_be_put_below_itself(self, account: Account) -> None:
        made = await account.folders.create("Projects", 0, ItemClass.MAIL, b"1")
        below = await account.folders.create("Below", made.number, ItemClass.MAIL, b"2")
        with pytest.raises(ForbiddenError):
            await account.folders.update(made.number, "Projects", below.number)

    async def test_default_folders_stay_as_they_are(self, account: Account) -> None:
        for folder in await account.folders.list():
            with pytest.raises(ForbiddenError):
                await account.folders.update(folder.number, "Other", 0)
            with pytest.raises(ForbiddenError):
                await account.folders.delete(folder.number)

    async def test_what_is_not_there_cannot_be_changed(self, account: Account) -> None:
        with pytest.raises(NotFoundError):
            await account.folders.update(999, "Other", 0)
        with pytest.raises(NotFoundError):
            await account.folders.delete(999)

    async def test_deleting_takes_what_is_below_and_inside(self, account: Account) -> None:
        made = await account.folders.create("Projects", 0, ItemClass.MAIL, b"1")
        below = await account.folders.create("Below", made.number, ItemClass.MAIL, b"2")
        await account.items.create(below.number, mail(), b"3")
        await account.folders.delete(made.number)
        assert not {made, below} & set(await account.folders.list())
        with pytest.raises(NotFoundError):
            await account.feed.cursor(below.number)

    async def test_numbers_are_never_used_again(self, account: Account) -> None:
        made = await account.folders.create("Projects", 0, ItemClass.MAIL, b"1")
        await account.folders.delete(made.number)
        again = await account.folders.create("Projects", 0, ItemClass.MAIL, b"2")
        assert again.number > made.number

    async def test_the_cursor_moves_with_the_tree_and_only_with_it(self, account: Account) -> None:
        cursors = [await account.folders.cursor()]
        made = await account.folders.create("Projects", 0, ItemClass.MAIL, b"1")
        cursors.append(await account.folders.cursor())
        await account.items.create(made.number, mail(), b"2")
        assert await account.folders.cursor() == cursors[-1]
        await account.folders.update(made.number, "Other", 0)
        cursors.append(await account.folders.cursor())
        await account.folders.delete(made.number)
        cursors.append(await account.folders.cursor())
        assert len(set(cursors)) == 4


async def folder_for(account: Account, use: FolderUse, holds: ItemClass = ItemClass.MAIL) -> Folder:
    """The account's folder for this use."""
    folders = await account.folders.list()
    return next(folder for folder in folders if folder.use is use and folder.holds is holds)
