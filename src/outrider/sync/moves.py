"""What a device moved itself is no news to it: it has the item in the new place, and no longer in the old
one.

The law: a move is made part of everything on record of the two folders, of what is confirmed and of each
answer that is not. So whichever of them the device goes on from, the item is not sent once more as new in the
new place, and not spoken of any more in the old one. Both are written with the record's revision: a round
that is under way is run again.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct, structs

from outrider.domain.changes import Holdings, ItemSet, Op, Shift
from outrider.sync.state import Answer, Line, View

NOWHERE = Holdings()


class Move(Struct, frozen=True, kw_only=True):
    """An item that went from one folder to another, where it has a new number."""

    source: int
    number: int
    target: int
    arrived: int


def arrival(numbers: ItemSet) -> Shift:
    """How holdings change when items come."""
    return Shift(put=Holdings(known=numbers), take=NOWHERE)


def departure(numbers: ItemSet) -> Shift:
    """How holdings change when items go."""
    return Shift(put=NOWHERE, take=Holdings(known=numbers, owed=numbers, gone=numbers, left=numbers))


def with_arrived(view: View, number: int) -> View:
    """The record of the folder into which the device moved an item; the sets are shifted by `arrival`."""
    newborn = view.newborn and structs.replace(view.newborn, arrived=view.newborn.arrived | ItemSet([number]))
    return _revised(structs.replace(view, newborn=newborn), lambda answer: _arrived(answer, number))


def with_departed(view: View, number: int) -> View:
    """The record of the folder out of which the device moved an item; the sets are shifted by
    `departure`."""
    newborn = view.newborn and structs.replace(view.newborn, arrived=view.newborn.arrived - ItemSet([number]))
    return _revised(structs.replace(view, newborn=newborn), lambda answer: _departed(answer, number))


def _revised(view: View, revise: Callable[[Answer], Answer]) -> View:
    def revised(line: Line | None) -> Line | None:
        return line and structs.replace(line, answers=tuple(map(revise, line.answers)))

    return structs.replace(view, current=revised(view.current), newborn=revised(view.newborn))


def _arrived(answer: Answer, number: int) -> Answer:
    """An answer that told of the item as new tells of it as changed."""
    sent = tuple((Op.CHANGE, one) if (op, one) == (Op.ADD, number) else (op, one) for op, one in answer.sent)
    return structs.replace(answer, sent=sent)


def _departed(answer: Answer, number: int) -> Answer:
    """An answer that told of the item does not speak of it any more."""
    sent = tuple((op, one) for op, one in answer.sent if one != number)
    return structs.replace(answer, sent=sent, shift=_without(answer.shift, ItemSet([number])))


def _without(shift: Shift, numbers: ItemSet) -> Shift:
    put = Holdings(
        known=shift.put.known - numbers,
        owed=shift.put.owed - numbers,
        gone=shift.put.gone - numbers,
        left=shift.put.left - numbers,
    )
    return structs.replace(shift, put=put)
