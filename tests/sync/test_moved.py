"""What a device is told of items that it moved itself."""

from __future__ import annotations

import os
import random
from collections.abc import Awaitable, Callable, Iterable
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outrider.backends.local.account import LocalAccount
from outrider.backends.memory.accounts import MemoryAccounts
from outrider.domain.changes import Holdings, ItemSet, Op, Shift, Touched, shifted
from outrider.domain.items import FolderUse, MailEdit
from outrider.domain.roles import Account
from outrider.store.store import Store
from outrider.sync.moved import came, left, look
from outrider.sync.state import Answer, Line, Position, Stand, View, pack, unpack
from tests.contract.documents import mail
from tests.examples import examples
from tests.sync.conftest import ALICE
from tests.sync.device import Device, Fate, contents, folder_of

# ---------------------------------------------------------------------------------- the law, on values

SEVEN = ItemSet([7])
LATEST = Stand(1 << 60)
EARLY, LATE = date(2026, 3, 1), date(2026, 3, 20)

sets = st.frozensets(st.integers(5, 9)).map(ItemSet)
holdings = st.builds(Holdings, known=sets, owed=sets, gone=sets, left=sets)
positions = st.builds(
    Position, cursor=st.sampled_from(("", "5")), cutoff=st.sampled_from((None, EARLY, LATE))
)
answers = st.builds(
    Answer,
    serial=st.just(2),
    digest=st.just(b""),
    position=positions,
    shift=st.builds(Shift, put=holdings, take=holdings),
    sent=st.lists(st.tuples(st.sampled_from(Op), st.integers(5, 9))).map(tuple),
)
lines = st.builds(
    Line, generation=st.just(1), position=positions, answers=st.lists(answers, max_size=4).map(tuple)
)


def outcomes(view: View, before: Holdings, by: Shift) -> Iterable[tuple[Position, Holdings]]:
    """What the device has, with none of the answers arrived, and with each of them."""
    assert view.current is not None
    here = shifted(before, by)
    yield view.current.position, here
    for answer in view.current.answers:
        yield answer.position, shifted(here, answer.shift)


@settings(max_examples=examples(60))
@given(lines, holdings)
def test_whichever_answer_arrives_what_was_moved_away_is_forgotten(line: Line, before: Holdings) -> None:
    record, by = left(7, pack(View(current=line)))
    for _, held in outcomes(unpack(record), before, by):
        assert not (held.known | held.owed | held.gone | held.left) & SEVEN


@settings(max_examples=examples(60))
@given(lines, holdings, st.sampled_from((None, Touched(7, ""), Touched(7, "1", date(2026, 3, 10)))))
def test_whichever_answer_arrives_what_was_moved_here_is_known(
    line: Line, before: Holdings, again: Touched | None
) -> None:
    record, by = came(7, pack(View(current=line)), stand=Stand(1, 5), again=again)
    view = unpack(record)
    for position, held in outcomes(view, before, by):
        assert 7 in held.known
        if again is not None or not position.cursor:
            judged = again is not None and again.horizon is not None and position.cursor
            outside = judged and position.cutoff == LATE
            assert ((7 in held.left), (7 in held.owed), position.idle) == (bool(outside), not outside, False)
    assert view.current is not None
    assert not [one for answer in view.current.answers for one in answer.sent if one == (Op.ADD, 7)]


@settings(max_examples=examples(60))
@given(lines, holdings)
def test_other_items_are_as_they_were(line: Line, before: Holdings) -> None:
    plain = list(outcomes(View(current=line), before, Shift(put=Holdings(), take=Holdings())))
    others = ItemSet([5, 6, 8, 9])
    for record, by in (
        left(7, pack(View(current=line))),
        came(7, pack(View(current=line)), stand=Stand(1, 5), again=None),
    ):
        for (_, was), (_, held) in zip(plain, outcomes(unpack(record), before, by), strict=True):
            for name in ("known", "owed", "gone", "left"):
                assert getattr(held, name) & others == getattr(was, name) & others


async def test_the_feed_is_asked_for_one_item(account: LocalAccount) -> None:
    inbox = await folder_of(account, FolderUse.INBOX)
    numbers = [
        (await account.items.create(inbox.number, mail("m", day), token=bytes([day]))).number
        for day in (3, 4)
    ]
    found = await look(account.feed, inbox.number, numbers[1])
    assert (found.number, found.horizon) == (numbers[1], date(2026, 3, 4))
    await account.items.delete(inbox.number, numbers[1])
    assert await look(account.feed, inbox.number, numbers[1]) == Touched(numbers[1], "")


# ---------------------------------------------------------------------------------- the law, on a device


class Two:
    """One device's Inbox and trash, and the moves between them."""

    def __init__(self, store: Store, account: Account, inbox: Device, trash: Device) -> None:
        self.store = store
        self.account = account
        self.inbox = inbox
        self.trash = trash
        self.left: set[tuple[int, int]] = set()

    async def move(self, at: Device, number: int, to: Device, *, times: int = 1) -> int:
        """MoveItems; the answer arrives when it was asked for so many times."""
        token = f"{at.folder.number}:{number}".encode()
        transactional = self.account.traits.transactional
        place = at.folder.number, number
        stand = await at.engine.stand(to.folder.number)
        for count in range(times):
            if count == 0 and transactional:
                async with self.store.database.write() as tx:
                    written = await self.account.items.move(*place, to.folder.number, token=token, tx=tx)
                    await at.engine.note_move(place, (to.folder.number, written.number), stand, tx)
            else:
                written = await self.account.items.move(*place, to.folder.number, token=token)
                await at.engine.note_move(place, (to.folder.number, written.number), stand)
        if to.key != "0":
            to.replica[written.number] = at.replica[number]
        del at.replica[number]
        self.left.add(place)
        return written.number

    async def sync(self, at: Device, fate: Fate = Fate.ARRIVES) -> list[tuple[Op, int]]:
        """One request; nothing is said of an item that was moved away."""
        outcome = await at.sync(fate)
        told = [(op, number) for op, number, _ in outcome.sent]
        assert not [number for _, number in told if (at.folder.number, number) in self.left]
        return told

    async def rest(self) -> None:
        for device in (self.inbox, self.trash):
            await device.settle()
            assert device.replica == await contents(self.account, device.folder, device.cutoff)


@pytest.fixture(params=["transactional", "apart"])
async def two(request: pytest.FixtureRequest, store: Store, account: LocalAccount) -> Two:
    """With one mail in the Inbox, over a source that moves within the store's transaction, and one apart."""
    used: Account = account if request.param == "transactional" else MemoryAccounts().open(ALICE)
    inbox, trash = await folder_of(used, FolderUse.INBOX), await folder_of(used, FolderUse.TRASH)
    await used.items.create(inbox.number, mail("m"), token=b"1")
    return Two(store, used, Device(store, used, inbox), Device(store, used, trash))


async def at_rest(two: Two, device: Device) -> None:
    await device.settle()


async def under_way(two: Two, device: Device) -> None:
    """The last answer is not confirmed yet."""
    await device.sync()
    await device.sync()


async def lost(two: Two, device: Device) -> None:
    """An answer was lost."""
    await device.settle()
    new = mail("other")
    await two.account.items.create(device.folder.number, new, token=f"o{device.folder.number}".encode())
    await device.sync(Fate.LOST)


async def begun(two: Two, device: Device) -> None:
    """There is a key, and nothing yet with it."""
    await device.sync()


async def lost_first(two: Two, device: Device) -> None:
    """There is a key, and the first answer with it was lost."""
    await device.sync()
    new = mail("other", 25)
    await two.account.items.create(device.folder.number, new, token=f"o{device.folder.number}".encode())
    device.cutoff = LATE
    await device.sync(Fate.LOST)


async def starting(two: Two, device: Device) -> None:
    """The device starts over and has the first key of the new start."""
    await device.settle()
    device.key, device.replica = "0", {}
    await device.sync()


State = Callable[[Two, Device], Awaitable[None]]


@pytest.mark.parametrize("target", [at_rest, under_way, lost, begun, starting])
@pytest.mark.parametrize("source", [at_rest, under_way, lost])
@pytest.mark.parametrize("times", [1, 2])
async def test_a_moved_item_is_neither_new_in_the_one_folder_nor_deleted_in_the_other(
    two: Two, source: State, target: State, times: int
) -> None:
    """R14.2, whatever is under way in either folder."""
    await source(two, two.inbox)
    await target(two, two.trash)
    there = await two.move(two.inbox, 1, two.trash, times=times)
    told = [*await two.sync(two.inbox), *await two.sync(two.inbox)]
    come = [*await two.sync(two.trash), *await two.sync(two.trash)]
    assert not [op for op, number in told if number == 1]
    assert {op for op, number in come if number == there} <= {Op.CHANGE}
    await two.rest()


async def test_a_move_that_is_asked_for_again_after_the_item_went_on_leaves_no_ghost(two: Two) -> None:
    await at_rest(two, two.inbox)
    await at_rest(two, two.trash)
    place, to = (two.inbox.folder.number, 1), two.trash.folder.number
    written = await two.account.items.move(*place, to, token=b"m")
    await two.inbox.engine.note_move(place, (to, written.number), LATEST)
    await two.account.items.delete(to, written.number)
    await two.trash.settle()
    await two.inbox.engine.note_move(place, (to, written.number), LATEST)  # only this answer arrives
    two.trash.replica[written.number] = two.inbox.replica.pop(1)
    await two.rest()


async def test_what_was_moved_to_where_the_filter_does_not_let_it_in_leaves_the_device(two: Two) -> None:
    two.trash.cutoff = LATE
    await at_rest(two, two.inbox)
    await at_rest(two, two.trash)
    await two.move(two.inbox, 1, two.trash, times=2)
    assert await two.sync(two.trash) == [(Op.SOFT_DELETE, 1)]
    await two.rest()


async def test_a_move_that_is_asked_for_again_after_a_start_is_no_move_into_what_came_since(two: Two) -> None:
    """The folder was not synchronised when the item came into it; its content comes in pieces."""
    await at_rest(two, two.inbox)
    for day in range(10, 15):
        await two.account.items.create(two.trash.folder.number, mail("new", day), token=bytes([day]))
    there = await two.move(two.inbox, 1, two.trash)
    for day in range(15, 20):
        await two.account.items.create(two.trash.folder.number, mail("new", day), token=bytes([day]))
    two.trash.window = 3
    await two.trash.sync()
    await two.sync(two.trash)
    await two.inbox.engine.note_move((two.inbox.folder.number, 1), (two.trash.folder.number, there), Stand())
    await two.rest()


async def test_an_item_that_was_moved_on_before_its_folder_was_begun_is_not_spoken_of(two: Two) -> None:
    await at_rest(two, two.inbox)
    await begun(two, two.trash)
    there = await two.move(two.inbox, 1, two.trash)
    back = await two.move(two.trash, there, two.inbox)
    assert await two.sync(two.trash) == []
    assert [op for op, number in await two.sync(two.inbox) if number == back] in ([], [Op.CHANGE])
    await two.rest()


async def test_a_start_that_comes_late_does_not_make_new_what_was_moved_before(two: Two) -> None:
    await at_rest(two, two.inbox)
    await begun(two, two.trash)
    late = Device(two.store, two.account, two.trash.folder)
    there = await two.move(two.inbox, 1, two.trash)
    await late.sync()
    assert await two.sync(two.trash) == [(Op.CHANGE, there)]
    await two.rest()


async def test_a_start_that_is_asked_for_again_brings_everything(two: Two) -> None:
    await at_rest(two, two.inbox)
    await begun(two, two.trash)
    await two.move(two.inbox, 1, two.trash)
    two.trash.key, two.trash.replica = "0", {}
    await two.trash.sync()
    assert await two.sync(two.trash) == [(Op.ADD, 1)]
    await two.rest()


@pytest.mark.parametrize("rounds", [0, 1, 2])
async def test_a_move_that_is_asked_for_again_says_nothing_of_a_start_since(two: Two, rounds: int) -> None:
    """The device had no key of the folder when it moved the item, whatever it had been answered."""
    await at_rest(two, two.inbox)
    await two.trash.sync(Fate.LOST)
    stand = await two.inbox.engine.stand(two.trash.folder.number)
    there = await two.move(two.inbox, 1, two.trash)
    await two.trash.sync()
    for _ in range(rounds):
        await two.trash.sync(Fate.LOST)
    await two.inbox.engine.note_move((two.inbox.folder.number, 1), (two.trash.folder.number, there), stand)
    assert await two.sync(two.trash) == [(Op.ADD, there)]
    await two.rest()


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("before", [begun, lost_first])
async def test_what_came_before_the_first_plan_leaves_under_a_filter_that_does_not_let_it_in(
    two: Two, before: State, times: int
) -> None:
    await at_rest(two, two.inbox)
    await before(two, two.trash)
    there = await two.move(two.inbox, 1, two.trash, times=times)
    two.trash.cutoff = LATE
    assert (Op.SOFT_DELETE, there) in [told for _ in range(3) for told in await two.sync(two.trash)]
    await two.rest()


FIRST = int(os.environ.get("OUTRIDER_FIRST_SEED", "0"))
SEEDS = int(os.environ.get("OUTRIDER_SEEDS", "10"))
CUTOFFS = (None, EARLY, date(2026, 3, 10), LATE)


@pytest.mark.parametrize("seed", range(FIRST, FIRST + SEEDS))
async def test_at_rest_moves_at_any_moment_leave_no_ghost_and_no_double(two: Two, seed: int) -> None:
    chance = random.Random(seed)
    devices = (two.inbox, two.trash)
    for count in range(80):
        at, to = chance.sample(devices, 2)
        here = await contents(two.account, at.folder, None)
        movable = [number for number in at.replica if number in here]
        token = f"{seed} {count}".encode()
        act = chance.choice(
            ["new", "new", "marks", "gone", "filter", "move", "move", *["sync"] * 5, *["lose"] * 3]
        )
        if act == "new":
            await two.account.items.create(
                at.folder.number, mail(f"m{count}", chance.randint(1, 28)), token=token
            )
        elif act == "marks" and here:
            number = chance.choice(list(here))
            await two.account.items.change(at.folder.number, number, MailEdit(read=True), token=token)
        elif act == "gone" and here:
            await two.account.items.delete(at.folder.number, chance.choice(list(here)))
        elif act == "filter":
            at.cutoff, at.window = chance.choice(CUTOFFS), chance.choice((1, 2, 5))
        elif act == "move" and movable:
            await two.move(at, chance.choice(movable), to, times=chance.choice((1, 1, 2, 3)))
        elif act in ("sync", "lose"):
            await two.sync(at, Fate.LOST if act == "lose" else Fate.ARRIVES)
    await two.rest()
