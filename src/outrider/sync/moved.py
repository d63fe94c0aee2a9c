"""What a device has of two folders once it moved an item from one to the other itself.

The law: whatever answer about them arrives afterwards, given before the move or after it, the device has the
item in the new place and no longer in the old one. So a move is folded into the confirmed sets, into each
answer under way, and into the first answer of a device that starts over; never does an item come as new that
MoveItems has told of. MS-ASCMD, MoveItems.
"""

from __future__ import annotations

from functools import partial

from msgspec import structs

from outrider.domain.changes import Holdings, ItemSet, Op, Shift, Touched
from outrider.domain.roles import Feed
from outrider.sync.state import Answer, Line, Position, View, adjusted, pack, unpack


async def look(feed: Feed, folder: int, number: int) -> Touched:
    """What the feed says of one item; one that is gone has no version. Raises BackendError."""
    found = await feed.newest(folder, number + 1, None, 1)
    return found[0] if found and found[0].number == number else Touched(number, "")


def left(number: int, record: bytes) -> tuple[bytes, Shift]:
    """The view of the folder that the item left: there is nothing more to be told of it."""
    one = ItemSet([number])
    by = Shift(put=Holdings(), take=Holdings(known=one, owed=one, gone=one, left=one))
    view = unpack(record)
    view = structs.replace(view, newborn_moved=view.newborn_moved - one)
    if view.current is None:
        return pack(view), by
    line, by = adjusted(view.current, lambda _: by)
    return _kept(view, line, tuple(_without(answer, number) for answer in line.answers)), by


def came(number: int, record: bytes, *, generation: int, again: Touched | None) -> tuple[bytes, Shift]:
    """The view of the folder that the item came into when this was the newest generation: one that began
    later was given the item as new. `again` is what the feed says of an item that some answer may have been
    given of already: the device is told of it once more."""
    view = unpack(record)
    if view.newborn is not None and view.newborn.generation <= generation:
        view = structs.replace(view, newborn_moved=view.newborn_moved | ItemSet([number]))
    if view.current is None or view.current.generation > generation:
        return pack(view), Shift(put=Holdings(), take=Holdings())
    line, by = adjusted(view.current, partial(_arrival, ItemSet([number]), again))
    return _kept(view, line, tuple(_as_change(answer, number) for answer in line.answers)), by


def begun_with(view: View) -> tuple[Shift, ...]:
    """What a device has that begins its newborn line: what it moved here, and it is told of each."""
    moved = view.newborn_moved
    return (Shift(put=Holdings(known=moved, owed=moved), take=Holdings()),) if moved else ()


def _arrival(one: ItemSet, again: Touched | None, position: Position) -> Shift:
    if again is None:
        return Shift(put=Holdings(known=one), take=Holdings())
    cutoff, horizon = position.cutoff, again.horizon
    if cutoff is None or horizon is None or horizon >= cutoff:
        return Shift(put=Holdings(known=one, owed=one), take=Holdings(left=one))
    return Shift(put=Holdings(known=one, left=one), take=Holdings(owed=one))


def _kept(view: View, line: Line, answers: tuple[Answer, ...]) -> bytes:
    return pack(structs.replace(view, current=structs.replace(line, answers=answers)))


def _without(answer: Answer, number: int) -> Answer:
    """The answer, should it be given again, without a word of the item."""
    return structs.replace(answer, sent=tuple(one for one in answer.sent if one[1] != number))


def _as_change(answer: Answer, number: int) -> Answer:
    """The answer, should it be given again: what was new in it is no longer."""
    new, old = (Op.ADD, number), (Op.CHANGE, number)
    return structs.replace(answer, sent=tuple(old if one == new else one for one in answer.sent))
