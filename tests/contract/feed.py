"""What every feed keeps to."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime

import pytest

from outrider.domain.errors import NotFoundError
from outrider.domain.items import EventEdit, FolderUse, ItemClass, MailEdit, TaskEdit
from outrider.domain.recurrence import Frequency, Recurrence
from outrider.domain.roles import Account
from tests.contract.documents import contact, event, mail, task
from tests.contract.folders import folder_for


class FeedContract:
    """Subclasses give an `account`: new, with its default folders."""

    @pytest.fixture
    def account(self) -> Account:
        raise NotImplementedError

    @pytest.fixture
    async def inbox(self, account: Account) -> int:
        return (await folder_for(account, FolderUse.INBOX)).number

    async def _fill(self, account: Account, inbox: int, count: int) -> list[int]:
        """Mails of the 1st, 2nd ... of March."""
        return [
            (await account.items.create(inbox, mail(f"{n}", day=n + 1), b"%d" % n)).number
            for n in range(count)
        ]

    async def test_a_cursor_stands_while_nothing_moves(self, account: Account, inbox: int) -> None:
        cursor = await account.feed.cursor(inbox)
        sent = await folder_for(account, FolderUse.SENT)
        await account.items.create(sent.number, mail(), b"1")
        assert await account.feed.cursor(inbox) == cursor

    async def test_a_cursor_moves_with_each_change(self, account: Account, inbox: int) -> None:
        cursors = [await account.feed.cursor(inbox)]
        [number] = await self._fill(account, inbox, 1)
        cursors.append(await account.feed.cursor(inbox))
        await account.items.change(inbox, number, MailEdit(read=True), token=b"a")
        cursors.append(await account.feed.cursor(inbox))
        await account.items.delete(inbox, number)
        cursors.append(await account.feed.cursor(inbox))
        assert len(set(cursors)) == 4

    async def test_an_unknown_folder_is_an_error(self, account: Account) -> None:
        with pytest.raises(NotFoundError):
            await account.feed.cursor(999)
        with pytest.raises(NotFoundError):
            await account.feed.changes(999, "0", 10)
        with pytest.raises(NotFoundError):
            await account.feed.newest(999, None, None, 10)

    async def test_nothing_has_happened_since_the_present_cursor(self, account: Account, inbox: int) -> None:
        await self._fill(account, inbox, 2)
        cursor = await account.feed.cursor(inbox)
        changes = await account.feed.changes(inbox, cursor, 10)
        assert (changes.touched, list(changes.gone), changes.more) == ((), [], False)
        assert changes.cursor == cursor

    async def test_new_changed_and_removed_items_are_reported(self, account: Account, inbox: int) -> None:
        kept, changed, removed = await self._fill(account, inbox, 3)
        cursor = await account.feed.cursor(inbox)
        written = await account.items.change(inbox, changed, MailEdit(read=True), token=b"a")
        await account.items.delete(inbox, removed)
        added = await account.items.create(inbox, mail("new", 20), b"b")
        changes = await account.feed.changes(inbox, cursor, 10)
        assert [(t.number, t.version) for t in changes.touched] == [
            (changed, written.version),
            (added.number, added.version),
        ]
        assert list(changes.gone) == [removed]
        assert kept not in {t.number for t in changes.touched}
        assert changes.cursor == await account.feed.cursor(inbox)

    async def test_a_cut_report_continues_where_it_ended(self, account: Account, inbox: int) -> None:
        cursor = await account.feed.cursor(inbox)
        numbers = await self._fill(account, inbox, 7)
        await account.items.delete(inbox, numbers[2])
        seen: list[int] = []
        gone: list[int] = []
        more, rounds = True, 0
        while more:
            changes = await account.feed.changes(inbox, cursor, 3)
            assert len(changes.touched) + len(changes.gone) <= 3
            seen += [t.number for t in changes.touched]
            gone += changes.gone
            cursor, more, rounds = changes.cursor, changes.more, rounds + 1
        assert seen == [number for number in numbers if number != numbers[2]]
        assert gone == [numbers[2]]
        assert rounds == 3

    async def test_an_item_created_and_removed_is_at_most_gone(self, account: Account, inbox: int) -> None:
        cursor = await account.feed.cursor(inbox)
        [number] = await self._fill(account, inbox, 1)
        await account.items.delete(inbox, number)
        assert (await account.feed.changes(inbox, cursor, 10)).touched == ()

    @pytest.mark.parametrize("cursor", ["", "nonsense", "-1", "0", "99999999999999999999"])
    async def test_a_cursor_that_was_never_given_starts_over(
        self, account: Account, inbox: int, cursor: str
    ) -> None:
        await self._fill(account, inbox, 2)
        changes = await account.feed.changes(inbox, cursor, 10)
        assert changes.restart
        assert changes.touched == ()

    async def test_the_newest_come_highest_first_a_window_at_a_time(
        self, account: Account, inbox: int
    ) -> None:
        numbers = await self._fill(account, inbox, 5)
        first = await account.feed.newest(inbox, None, None, 2)
        second = await account.feed.newest(inbox, first[-1].number, None, 2)
        third = await account.feed.newest(inbox, second[-1].number, None, 2)
        assert [t.number for t in (*first, *second, *third)] == numbers[::-1]

    async def test_the_newest_respect_a_cutoff(self, account: Account, inbox: int) -> None:
        numbers = await self._fill(account, inbox, 5)
        newest = await account.feed.newest(inbox, None, date(2026, 3, 4), 10)
        assert [t.number for t in newest] == [numbers[4], numbers[3]]
        assert [t.horizon for t in newest] == [date(2026, 3, 5), date(2026, 3, 4)]

    async def test_a_recent_item_below_many_old_ones_is_found(self, account: Account, inbox: int) -> None:
        recent = await account.items.create(inbox, mail("recent", 30), b"recent")
        await self._fill(account, inbox, 20)
        newest = await account.feed.newest(inbox, None, date(2026, 3, 25), 2)
        assert [t.number for t in newest] == [recent.number]

    async def test_between_two_cutoffs_lies_what_crosses(self, account: Account, inbox: int) -> None:
        numbers = await self._fill(account, inbox, 5)
        early, late = date(2026, 3, 2), date(2026, 3, 4)
        assert list(await account.feed.between(inbox, early, late)) == numbers[1:3]
        assert list(await account.feed.between(inbox, late, early)) == numbers[1:3]
        assert list(await account.feed.between(inbox, None, early)) == numbers[:1]
        assert list(await account.feed.between(inbox, early, None)) == numbers[:1]

    async def test_counts_respect_a_cutoff(self, account: Account, inbox: int) -> None:
        numbers = await self._fill(account, inbox, 5)
        assert await account.feed.count(inbox, None) == 5
        assert await account.feed.count(inbox, date(2026, 3, 4)) == 2
        await account.items.delete(inbox, numbers[4])
        assert await account.feed.count(inbox, None) == 4

    async def test_contacts_never_leave_the_window(self, account: Account) -> None:
        folder = await folder_for(account, FolderUse.DEFAULT, ItemClass.CONTACTS)
        await account.items.create(folder.number, contact(), b"1")
        [touched] = await account.feed.newest(folder.number, None, date(2100, 1, 1), 10)
        assert touched.horizon is None
        assert await account.feed.count(folder.number, date(2100, 1, 1)) == 1
        assert not await account.feed.between(folder.number, None, date(2100, 1, 1))

    async def test_an_event_counts_until_its_last_occurrence(self, account: Account) -> None:
        folder = await folder_for(account, FolderUse.DEFAULT, ItemClass.CALENDAR)
        number = (await account.items.create(folder.number, event(), b"1")).number
        assert await account.feed.count(folder.number, date(2026, 3, 4)) == 0
        for rule, last in (
            (Recurrence(frequency=Frequency.DAILY, count=3), date(2026, 3, 5)),
            (Recurrence(frequency=Frequency.DAILY), None),
        ):
            edit = EventEdit(fields={"recurrence": rule})
            await account.items.change(folder.number, number, edit, token=str(last).encode())
            [touched] = await account.feed.newest(folder.number, None, None, 10)
            assert touched.horizon == last

    async def test_a_task_that_is_done_leaves_the_window(self, account: Account) -> None:
        folder = await folder_for(account, FolderUse.DEFAULT, ItemClass.TASKS)
        number = (await account.items.create(folder.number, task(), b"1")).number
        assert await account.feed.count(folder.number, date(2100, 1, 1)) == 1
        done = TaskEdit(fields={"complete": True, "completed": datetime(2026, 3, 4, 23, tzinfo=UTC)})
        await account.items.change(folder.number, number, done, token=b"2")
        [touched] = await account.feed.newest(folder.number, None, None, 10)
        assert touched.horizon == date(2026, 3, 4)
        assert await account.feed.count(folder.number, date(2026, 3, 4)) == 1
        assert await account.feed.count(folder.number, date(2026, 3, 5)) == 0

    @pytest.mark.parametrize("seed", range(4))
    async def test_who_follows_the_changes_knows_exactly_what_is_there(
        self, account: Account, inbox: int, seed: int
    ) -> None:
        chance = random.Random(seed)
        trash = (await folder_for(account, FolderUse.TRASH)).number
        follower = _Follower(account, inbox, await account.feed.cursor(inbox))
        there: list[int] = []
        for step in range(60):
            token = b"%d" % step
            match chance.choice(("add", "add", "mark", "move", "delete", "follow")) if there else "add":
                case "add":
                    there.append((await account.items.create(inbox, mail(f"{step}"), token)).number)
                case "mark":
                    edit = MailEdit(read=chance.random() < 0.5)
                    await account.items.change(inbox, chance.choice(there), edit, token=token)
                case "move":
                    await account.items.move(inbox, _take(chance, there), trash, token=token)
                case "delete":
                    await account.items.delete(inbox, _take(chance, there))
                case "follow":
                    await follower.step(chance.randint(1, 5))
        while await follower.step(chance.randint(1, 5)):
            pass
        listing = await account.feed.newest(inbox, None, None, 100)
        assert follower.known == {touched.number: touched.version for touched in listing}
        assert sorted(follower.known) == sorted(there)


def _take(chance: random.Random, numbers: list[int]) -> int:
    return numbers.pop(chance.randrange(len(numbers)))


class _Follower:
    """What a reader knows of a folder who only ever asks what changed."""

    def __init__(self, account: Account, folder: int, cursor: str) -> None:
        self._account = account
        self._folder = folder
        self._cursor = cursor
        self.known: dict[int, str] = {}

    async def step(self, limit: int) -> bool:
        """Take in some changes; False when there were no more."""
        changes = await self._account.feed.changes(self._folder, self._cursor, limit)
        assert not changes.restart
        self.known |= {touched.number: touched.version for touched in changes.touched}
        for number in changes.gone:
            self.known.pop(number, None)
        self._cursor = changes.cursor
        return changes.more
