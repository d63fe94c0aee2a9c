"""What a device has of two folders once it moved an item from one to the other itself.

The law: whatever answer about them arrives afterwards, given before the move or after it, the device has the
item in the new place and no longer in the old one. So a move is folded into the confirmed sets, into each
answer under way, and into the first answer of a device that starts over; never does an item come as new that
MoveItems has told of. MS-ASCMD, MoveItems.
"""

from __future__ import annotations

from functools import partial

from msgspec import structs

from outrider.domain.changes import NOTHING, Holdings, ItemSet, Op, Shift, Touched
from outrider.domain.roles import Feed
from outrider.sync.state import Answer, Line, Position, Stand, adjusted, pack, unpack


async def look(feed: Feed, folder: int, number: int) -> Touched:
    """What the feed says of one item; one that is gone has no version. Raises BackendError."""
    found = await feed.newest(folder, number + 1, None, 1)
    return found[0] if found and found[0].number == number else Touched(number, "")


def left(number: int, record: bytes) -> tuple[bytes, Shift]:
    """The view of the folder that the item left: there is nothing more to be told of it."""
    one = ItemSet([number])
    by = Shift(put=Holdings(), take=Holdings(known=one, owed=one, gone=one, left=one))
    view = unpack(record)
    newborn = view.newborn and _forgotten(view.newborn, number, by)
    current = view.current and _forgotten(view.current, number, by)
    return pack(structs.replace(view, newborn=newborn, current=current)), by


def came(number: int, record: bytes, *, stand: Stand, again: Touched | None) -> tuple[bytes, Shift]:
    """The view of the folder that the item came into when keys had been given so far: who begins with a later
    one was given the item as new. `again` is what the feed says of an item that some answer may have been
    given of already: the device is told of it once more."""
    view = unpack(record)
    by = partial(_arrival, ItemSet([number]), again)
    if view.newborn is not None:
        view = structs.replace(view, newborn=_with_arrival(view.newborn, number, stand))
    if view.current is None or Stand(view.current.generation, view.current.began) > stand:
        return pack(view), NOTHING
    line, here = adjusted(view.current, by)
    answers = tuple(_as_change(answer, number) for answer in line.answers)
    return pack(structs.replace(view, current=structs.replace(line, answers=answers))), here


def _with_arrival(newborn: Line, number: int, stand: Stand) -> Line:
    """The newborn line, its first keys that were given before owing the item."""
    before = [one for one in newborn.answers if Stand(newborn.generation, one.serial) <= stand]
    told, _ = adjusted(
        structs.replace(newborn, answers=tuple(before)), lambda _: Shift(put=_owed(number), take=Holdings())
    )
    return structs.replace(newborn, answers=(*told.answers, *newborn.answers[len(before) :]))


def _owed(number: int) -> Holdings:
    """The device has the item and is told of it."""
    return Holdings(known=ItemSet([number]), owed=ItemSet([number]))


def _arrival(one: ItemSet, again: Touched | None, position: Position) -> Shift:
    if not position.cursor:  # no plan has held it against a filter yet
        return Shift(put=Holdings(known=one, owed=one), take=Holdings(left=one))
    if again is None:
        return Shift(put=Holdings(known=one), take=Holdings())
    cutoff, horizon = position.cutoff, again.horizon
    if cutoff is None or horizon is None or horizon >= cutoff:
        return Shift(put=Holdings(known=one, owed=one), take=Holdings(left=one))
    return Shift(put=Holdings(known=one, left=one), take=Holdings(owed=one))


def _forgotten(line: Line, number: int, by: Shift) -> Line:
    line, _ = adjusted(line, lambda _: by)
    return structs.replace(line, answers=tuple(_without(answer, number) for answer in line.answers))


def _without(answer: Answer, number: int) -> Answer:
    """The answer, should it be given again, without a word of the item."""
    return structs.replace(answer, sent=tuple(one for one in answer.sent if one[1] != number))


def _as_change(answer: Answer, number: int) -> Answer:
    """The answer, should it be given again: what was new in it is no longer."""
    new, old = (Op.ADD, number), (Op.CHANGE, number)
    return structs.replace(answer, sent=tuple(old if one == new else one for one in answer.sent))
