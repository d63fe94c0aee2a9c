"""What a device wants done: conflicts, removals, and nothing twice."""

from __future__ import annotations

import asyncio

import pytest
from msgspec import structs

from outrider.backends.local.account import LocalAccount
from outrider.backends.memory.account import MemoryAccount
from outrider.domain.changes import EMPTY
from outrider.domain.errors import BackendError
from outrider.domain.items import (
    Contact,
    ContactEdit,
    EventEdit,
    EventItem,
    FolderUse,
    ItemClass,
    MailEdit,
    Wish,
)
from outrider.domain.roles import Account, Identity, Token
from outrider.store.store import Store
from outrider.sync.state import Result, Verb
from outrider.sync.verbs import Act, ActError, Add, After, Change, Command, Executor, Scene, There
from tests.contract.documents import mail, weekly
from tests.sync.device import NOW, Device, Fate, contents, ending, folder_of


async def test_the_servers_change_wins_a_conflict_and_is_sent(store: Store, account: LocalAccount) -> None:
    folder = await folder_of(account, FolderUse.DEFAULT, ItemClass.CONTACTS)
    device = Device(store, account, folder)
    number = (await account.items.create(folder.number, Contact(first_name="Bob"), token=b"1")).number
    await device.settle()
    edit = ContactEdit(fields={"job_title": "server"})
    await account.items.change(folder.number, number, edit, token=b"2")
    device.change(number, ContactEdit(fields={"job_title": "device"}), ("Bob", "device"))
    await device.settle()
    assert device.conflicts == [number]
    assert device.replica == {number: ("Bob", "server")} == await contents(account, folder, None)


async def test_what_a_winning_edit_overwrote_is_news_also_where_the_edit_is_asked_for_twice(
    store: Store, source: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process ends before the edit is noted, or the request comes twice at once."""
    folder = await folder_of(source, FolderUse.DEFAULT, ItemClass.CONTACTS)
    made = await source.items.create(folder.number, Contact(first_name="Bob"), token=b"1")
    scene = Scene(
        device="d1",
        folder=folder.number,
        key="1.1",
        cursor=await source.feed.cursor(folder.number),
        owed=EMPTY,
        server_wins=False,
        trash=None,
        today=NOW.date(),
    )
    theirs = ContactEdit(fields={"job_title": "theirs"})
    await source.items.change(folder.number, made.number, theirs, token=b"2")
    mine = Change(number=made.number, edit=ContactEdit(fields={"first_name": "Rob"}), content=b"1")

    with ending(monkeypatch, store.ledger, "note"):
        await Executor(store, source, scene).execute([mine])
    done = await Executor(store, source, scene).execute([mine])
    assert [response.result for response in done.responses] == [Result.DONE]
    assert done.own.versions == frozenset()


async def test_marks_of_both_sides_are_merged_without_a_conflict(store: Store, account: LocalAccount) -> None:
    folder = await folder_of(account, FolderUse.INBOX)
    device = Device(store, account, folder)
    number = (await account.items.create(folder.number, mail("m"), token=b"1")).number
    await device.settle()
    await account.items.change(folder.number, number, MailEdit(categories=("work",)), token=b"2")
    device.change(number, MailEdit(read=True), ("m", True, ()))
    await device.settle()
    assert device.conflicts == []
    assert device.replica == {number: ("m", True, ("work",))}


async def test_deletes_as_moves_lands_in_the_trash_once(store: Store, account: LocalAccount) -> None:
    inbox, trash = await folder_of(account, FolderUse.INBOX), await folder_of(account, FolderUse.TRASH)
    number = (await account.items.create(inbox.number, mail("m"), token=b"1")).number
    device = Device(store, account, inbox)
    await device.settle()
    device.delete(number)
    device.trash = trash.number
    await device.sync(Fate.LOST)
    await device.settle()
    assert await contents(account, inbox, None) == {}
    assert len(await contents(account, trash, None)) == 1


class Follower:
    """What follows an act: it notes what it is given, or fails."""

    def __init__(self) -> None:
        self.given: list[bytes] = []
        self.error: BackendError | None = None

    async def follow(self, _: Token, due: bytes) -> None:
        if self.error is not None:
            raise self.error
        self.given.append(due)

    def after(self, due: bytes) -> After:
        return After(due=due, do=self.follow)


@pytest.fixture(params=["transactional", "other"])
def source(request: pytest.FixtureRequest, account: LocalAccount) -> Account:
    return (
        account if request.param == "transactional" else MemoryAccount(Identity(address="alice@example.org"))
    )


async def execute(
    store: Store, source: Account, *commands: Command, holds: ItemClass = ItemClass.CONTACTS
) -> list[Result]:
    folder = await folder_of(source, FolderUse.DEFAULT, holds)
    scene = Scene(
        device="d1",
        folder=folder.number,
        key="1.1",
        cursor="",
        owed=EMPTY,
        server_wins=True,
        trash=None,
        today=NOW.date(),
    )
    done = await Executor(store, source, scene).execute(commands)
    return [response.result for response in done.responses]


def added(after: After) -> Add:
    return Add(client_id="1", item=Contact(first_name="Bob"), content=b"1", after=after)


async def test_what_follows_an_act_is_done_once(store: Store, source: Account) -> None:
    follower = Follower()
    assert await execute(store, source, added(follower.after(b"due"))) == [Result.DONE]
    assert await execute(store, source, added(follower.after(b"other"))) == [Result.DONE]
    assert follower.given == [b"due"]


async def test_what_follows_an_act_is_tried_until_it_is_done(store: Store, source: Account) -> None:
    follower = Follower()
    follower.error = BackendError("Later.", temporary=True)
    with pytest.raises(BackendError):
        await execute(store, source, added(follower.after(b"due")))
    follower.error = None
    assert await execute(store, source, added(follower.after(b""))) == [Result.DONE]
    assert follower.given == [b"due"]


async def test_nothing_follows_an_act_that_failed(store: Store, source: Account) -> None:
    follower = Follower()
    edit = ContactEdit(fields={"job_title": "x"})
    change = Change(number=99, edit=edit, content=b"2", after=follower.after(b"due"))
    assert await execute(store, source, change) == [Result.NOT_FOUND]
    assert follower.given == []


class Errand:
    """An act that reaches beyond the store: it is refused, or fails, as often as there is an error for it."""

    def __init__(self, *errors: BackendError) -> None:
        self.errors = list(errors)
        self.done = 0

    async def do(self, _: Token) -> None:
        await asyncio.sleep(0)
        if self.errors:
            raise self.errors.pop(0)
        self.done += 1

    @property
    def act(self) -> Act:
        return Act(verb=Verb.CHANGE, do=self.do, content=b"1", number=1)


async def test_an_act_that_was_refused_is_not_done_when_its_request_comes_once_more(
    store: Store, source: Account
) -> None:
    errand = Errand(ActError(111, "Away."))
    results = [*await execute(store, source, errand.act), *await execute(store, source, errand.act)]
    assert results == [Result.FAILED] * 2
    assert errand.done == 0


async def test_an_act_asked_for_twice_at_once_is_done_once_and_answered_alike(
    store: Store, source: Account
) -> None:
    errand = Errand(ActError(111, "Away."))
    first, second = await asyncio.gather(*(execute(store, source, errand.act) for _ in range(2)))
    assert [*first, *second] == [Result.FAILED] * 2
    assert errand.done == 0


async def test_an_act_that_may_be_done_in_part_is_not_told_as_failed(store: Store, source: Account) -> None:
    errand = Errand(BackendError("It left, and could not be filed.", temporary=True))
    with pytest.raises(BackendError):
        await execute(store, source, errand.act)
    assert await execute(store, source, errand.act) == [Result.DONE]
    assert errand.done == 1


async def test_an_event_that_another_device_makes_at_the_same_moment_is_changed_instead(
    store: Store, source: Account
) -> None:
    """R21.1: one UID, one event; what follows the act that failed does not follow."""
    calendar = await folder_of(source, FolderUse.DEFAULT, ItemClass.CALENDAR)
    follower = Follower()
    made = Add(client_id="c1", item=weekly("one"), content=b"1", after=follower.after(b"invitations"))

    async def again() -> Add:
        number = await source.items.find(calendar.number, "one")
        assert number is not None
        there = There(number=number, edit=EventEdit(fields={"subject": "Mine"}))
        return structs.replace(made, there=there, after=follower.after(b"updates"))

    theirs = await source.items.create(calendar.number, weekly("one"), token=b"theirs")
    command = structs.replace(made, again=again)
    assert await execute(store, source, command, holds=ItemClass.CALENDAR) == [Result.DONE]
    assert await execute(store, source, command, holds=ItemClass.CALENDAR) == [Result.DONE]
    [item] = await source.items.read(calendar.number, [theirs.number], Wish())
    assert isinstance(item, EventItem)
    assert (item.event.subject, await source.feed.count(calendar.number, None)) == ("Mine", 1)
    assert follower.given == [b"updates"]


async def test_an_event_that_comes_and_goes_is_tried_a_few_times(store: Store, source: Account) -> None:
    calendar = await folder_of(source, FolderUse.DEFAULT, ItemClass.CALENDAR)
    await source.items.create(calendar.number, weekly("one"), token=b"theirs")
    tries: list[int] = []

    async def again() -> Add:
        tries.append(len(tries))
        return structs.replace(made, again=again)

    made = Add(client_id="c1", item=weekly("one"), content=b"1")
    command = structs.replace(made, again=again)
    assert await execute(store, source, command, holds=ItemClass.CALENDAR) == [Result.FAILED]
    assert tries == [0, 1, 2]
