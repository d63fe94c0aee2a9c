"""A device's view as it is kept."""

from __future__ import annotations

from datetime import date

from outrider.domain.changes import Holdings, ItemSet, Op, Shift
from outrider.sync.state import Answer, Line, Position, Response, Result, Verb, View, pack, started, unpack

VIEW = View(
    current=Line(
        generation=3,
        serial=4,
        last=6,
        position=Position(cursor="17", cutoff=date(2026, 3, 1), floor=12, idle=False),
        answers=(
            Answer(
                serial=5,
                digest=b"d",
                position=Position(cursor="18", floor=0),
                shift=Shift(put=Holdings(known=ItemSet([1, 70_000])), take=Holdings(owed=ItemSet([2]))),
                sent=((Op.ADD, 1), (Op.SOFT_DELETE, 9)),
                responses=(Response(verb=Verb.ADD, client_id="c", number=1, result=Result.FULL, status=9),),
                more=True,
            ),
        ),
    ),
    newborn=started(Line(generation=4, serial=0, last=0)),
    sticky=b"s",
)


def test_a_view_is_kept_whole() -> None:
    assert unpack(pack(VIEW)) == VIEW


def test_a_start_that_0_1_0_kept_has_its_key() -> None:
    old = View(newborn=Line(generation=4))
    assert unpack(pack(old)) == View(newborn=started(Line(generation=4, serial=0, last=0)))


def test_a_view_at_rest_is_small() -> None:
    assert (
        len(pack(View(current=Line(generation=1795435200123, position=Position(cursor="99", floor=0))))) < 120
    )
