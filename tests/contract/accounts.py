"""What every backend that notifies keeps to."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from outrider.domain.errors import NotFoundError
from outrider.domain.items import FolderUse, ItemClass, MailEdit
from outrider.domain.roles import Account, Listener
from tests.contract.documents import mail
from tests.contract.folders import folder_for


class ListenContract:
    """Subclasses give an `account`: new, with its default folders, and a `listen` for it."""

    @pytest.fixture
    def account(self) -> Account:
        raise NotImplementedError

    @pytest.fixture
    def listen(self) -> Callable[[Listener], Callable[[], None]]:
        raise NotImplementedError

    async def test_each_change_is_told_with_its_folder(
        self, account: Account, listen: Callable[[Listener], Callable[[], None]]
    ) -> None:
        told: list[int | None] = []
        inbox = (await folder_for(account, FolderUse.INBOX)).number
        trash = (await folder_for(account, FolderUse.TRASH)).number
        listen(told.append)
        number = (await account.items.create(inbox, mail(), b"1")).number
        await account.items.change(inbox, number, MailEdit(read=True), token=b"2")
        assert told == [inbox, inbox]
        told.clear()
        await account.items.move(inbox, number, trash, token=b"3")
        assert set(told) == {inbox, trash}
        told.clear()
        await account.folders.create("Projects", 0, ItemClass.MAIL, b"4")
        assert told == [None]

    async def test_who_is_told_finds_the_new_cursor(
        self, account: Account, listen: Callable[[Listener], Callable[[], None]]
    ) -> None:
        inbox = (await folder_for(account, FolderUse.INBOX)).number
        before = await account.feed.cursor(inbox)
        told: list[int | None] = []
        listen(told.append)
        await account.items.create(inbox, mail(), b"1")
        assert told == [inbox]
        assert await account.feed.cursor(inbox) != before

    async def test_nothing_is_told_of_what_failed_or_to_those_who_stopped(
        self, account: Account, listen: Callable[[Listener], Callable[[], None]]
    ) -> None:
        inbox = (await folder_for(account, FolderUse.INBOX)).number
        told: list[int | None] = []
        stop = listen(told.append)
        with pytest.raises(NotFoundError):
            await account.items.delete(inbox, 999)
        stop()
        await account.items.create(inbox, mail(), b"1")
        assert told == []
