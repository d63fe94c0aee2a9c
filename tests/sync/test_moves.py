"""What a device moved itself is not sent once more as new, whatever was under way."""

from __future__ import annotations

import pytest

from outrider.backends.local.account import LocalAccount
from outrider.domain.changes import EMPTY, Holdings, ItemSet, Op, Shift
from outrider.domain.items import Folder, FolderUse, MailEdit
from outrider.store.store import Store
from outrider.sync.moves import Move, arrival, departure, with_arrived, with_departed
from outrider.sync.round import Outcome
from outrider.sync.state import Answer, Line, Position, View
from tests.contract.documents import mail
from tests.sync.device import Device, Fate, folder_of


class Pair:
    """One device with two folders, both synchronised, and a mail in the first."""

    def __init__(self, store: Store, account: LocalAccount, folders: tuple[Folder, Folder]) -> None:
        self.account = account
        self.here, self.there = (Device(store, account, folder) for folder in folders)
        self.number = 0

    async def settle(self) -> None:
        self.number = (await self.account.items.create(self.here.folder.number, mail("m"), token=b"1")).number
        await self.here.settle()
        await self.there.settle()

    async def carry(self) -> int:
        """The server moves the mail; nobody heard of it yet."""
        folder, to = self.here.folder.number, self.there.folder.number
        return (await self.account.items.move(folder, self.number, to, token=b"2")).number

    async def note(self, arrived: int, generation: int | None = None) -> None:
        """The device is told that its move was made, and shows it."""
        to = self.there.folder.number
        move = Move(source=self.here.folder.number, number=self.number, target=to, arrived=arrived)
        if generation is None:
            generation = await self.there.engine.generation(to)
        await self.here.engine.note_move(move, generation)
        self.there.replica.setdefault(arrived, ("m", False, ()))
        self.here.replica.pop(self.number, None)

    async def mark(self, value: str) -> None:
        """Somebody else marks the mail where it was first."""
        edit = MailEdit(categories=(value,))
        await self.account.items.change(self.here.folder.number, self.number, edit, token=value.encode())


@pytest.fixture
async def pair(store: Store, account: LocalAccount) -> Pair:
    inbox, trash = await folder_of(account, FolderUse.INBOX), await folder_of(account, FolderUse.TRASH)
    pair = Pair(store, account, (inbox, trash))
    await pair.settle()
    return pair


def ops(outcome: Outcome) -> list[str]:
    return [op.value for op, _, _ in outcome.sent]


async def test_between_two_quiet_folders_nothing_is_new_and_nothing_deleted(pair: Pair) -> None:
    await pair.note(await pair.carry())
    assert ops(await pair.there.sync()) == ["change"]
    assert ops(await pair.here.sync()) == []


async def test_an_answer_of_the_source_that_is_confirmed_later_does_not_bring_it_back(pair: Pair) -> None:
    await pair.mark("k")
    assert ops(await pair.here.sync()) == ["change"]  # arrived, but its key is not presented yet
    await pair.note(await pair.carry())
    assert ops(await pair.here.sync()) == []


async def test_an_answer_of_the_source_that_was_lost_speaks_of_it_no_more(pair: Pair) -> None:
    await pair.mark("k")
    await pair.here.sync(Fate.LOST)
    await pair.note(await pair.carry())
    assert ops(await pair.here.sync()) == []


async def test_an_item_first_offered_in_an_unconfirmed_answer_is_not_deleted_after_it(pair: Pair) -> None:
    items, folder = pair.account.items, pair.here.folder.number
    pair.number = (await items.create(folder, mail("n"), token=b"3")).number
    assert ops(await pair.here.sync()) == ["add"]
    await pair.note(await pair.carry())
    assert ops(await pair.here.sync()) == []


async def test_an_answer_of_the_target_that_is_confirmed_later_does_not_make_it_new(pair: Pair) -> None:
    await pair.account.items.create(pair.there.folder.number, mail("other"), token=b"3")
    assert ops(await pair.there.sync()) == ["add"]
    arrived = await pair.carry()
    await pair.note(arrived)
    assert [(op, number) for op, number, _ in (await pair.there.sync()).sent] == [(Op.CHANGE, arrived)]


async def test_who_was_told_of_it_as_new_in_a_lost_answer_is_told_of_a_change(pair: Pair) -> None:
    arrived = await pair.carry()
    assert ops(await pair.there.sync(Fate.LOST)) == ["add"]
    await pair.note(arrived)
    assert ops(await pair.there.sync()) == ["change"]


async def test_who_took_it_as_new_before_the_move_was_answered_is_told_nothing_twice(pair: Pair) -> None:
    arrived = await pair.carry()
    assert ops(await pair.there.sync()) == ["add"]
    await pair.note(arrived)
    assert ops(await pair.there.sync()) == []
    assert ops(await pair.here.sync()) == []


async def test_what_came_while_a_folder_starts_is_not_sent_as_new(
    store: Store, account: LocalAccount, pair: Pair
) -> None:
    pair.there.key, pair.there.replica = "0", {}
    await pair.there.sync()  # the first key of a new start, not presented yet
    await pair.note(await pair.carry())
    assert ops(await pair.there.sync()) == []


async def test_who_starts_over_after_the_move_is_sent_the_item(pair: Pair) -> None:
    await pair.note(await pair.carry())
    pair.there.key, pair.there.replica = "0", {}
    await pair.there.sync()
    assert ops(await pair.there.sync()) == ["add"]


async def test_an_old_request_that_comes_once_more_does_not_take_it_from_who_started_over(pair: Pair) -> None:
    before = await pair.there.engine.generation(pair.there.folder.number)
    arrived = await pair.carry()
    await pair.note(arrived, before)
    pair.there.key, pair.there.replica = "0", {}
    await pair.there.sync()
    await pair.note(arrived, before)
    pair.there.replica = {}
    assert ops(await pair.there.sync()) == ["add"]


async def test_a_folder_that_was_never_synchronised_is_left_alone(
    store: Store, account: LocalAccount, pair: Pair
) -> None:
    sent = Device(store, account, await folder_of(account, FolderUse.SENT))
    assert await sent.engine.generation(sent.folder.number) == 0
    arrived = (await account.items.move(1, pair.number, sent.folder.number, token=b"2")).number
    move = Move(source=1, number=pair.number, target=sent.folder.number, arrived=arrived)
    await sent.engine.note_move(move, 0)
    await sent.sync()
    assert ops(await sent.sync()) == ["add"]


NUMBERS = ItemSet([5])
ANSWER = Answer(
    serial=2,
    digest=b"d",
    position=Position(),
    shift=Shift(
        put=Holdings(known=ItemSet([4, 5]), owed=NUMBERS, gone=NUMBERS, left=NUMBERS),
        take=Holdings(known=NUMBERS),
    ),
    sent=((Op.ADD, 5), (Op.CHANGE, 4)),
)
VIEW = View(current=Line(generation=1, answers=(ANSWER,)), newborn=Line(generation=2, arrived=ItemSet([7])))


def test_an_arrival_makes_a_change_of_what_was_told_as_new() -> None:
    view = with_arrived(VIEW, 5)
    assert view.current is not None
    assert view.newborn is not None
    assert view.current.answers[0].sent == ((Op.CHANGE, 5), (Op.CHANGE, 4))
    assert view.current.answers[0].shift == ANSWER.shift
    assert view.newborn.arrived == ItemSet([5, 7])


def test_a_departure_takes_the_item_out_of_all_that_is_under_way() -> None:
    view = with_departed(VIEW, 5)
    assert view.current is not None
    [answer] = view.current.answers
    assert answer.sent == ((Op.CHANGE, 4),)
    assert answer.shift.put == Holdings(known=ItemSet([4]))
    assert answer.shift.take == ANSWER.shift.take
    gone = with_departed(VIEW, 7).newborn
    assert gone is not None
    assert gone.arrived == EMPTY


def test_the_shifts_say_the_same_of_what_is_confirmed() -> None:
    assert arrival(NUMBERS).put == Holdings(known=NUMBERS)
    assert departure(NUMBERS).take == Holdings(known=NUMBERS, owed=NUMBERS, gone=NUMBERS, left=NUMBERS)
