"""The sync-key table, row by row."""

from __future__ import annotations

import pytest

from outrider.domain.changes import Holdings, Shift
from outrider.sync.keys import Action, Presented, recognise, write_key
from outrider.sync.state import Answer, Line, Position

NOTHING = Shift(put=Holdings(), take=Holdings())


def answer(serial: int, digest: bytes) -> Answer:
    return Answer(serial=serial, digest=digest, position=Position(), shift=NOTHING)


CURRENT = Line(generation=7, serial=3, last=5, answers=(answer(4, b"a"), answer(5, b"b")))
NEWBORN = Line(generation=9, serial=0, last=2, answers=(answer(1, b""), answer(2, b"")))


@pytest.mark.parametrize(
    ("key", "digest", "meaning"),
    [
        ("0", b"a", Presented(Action.START)),
        ("9.1", b"x", Presented(Action.BEGIN, 0)),
        ("9.2", b"x", Presented(Action.BEGIN, 1)),
        ("9.0", b"x", Presented(Action.REFUSE)),
        ("7.4", b"x", Presented(Action.CONFIRM, 0)),
        ("7.5", b"a", Presented(Action.CONFIRM, 1)),
        ("7.3", b"b", Presented(Action.REPEAT, 1)),
        ("7.3", b"x", Presented(Action.BRANCH)),
        ("7.2", b"a", Presented(Action.REFUSE)),
        ("7.6", b"a", Presented(Action.REFUSE)),
        ("8.3", b"a", Presented(Action.REFUSE)),
        ("", b"a", Presented(Action.REFUSE)),
        ("-1", b"a", Presented(Action.REFUSE)),
    ],
)
def test_each_row_of_the_table(key: str, digest: bytes, meaning: Presented) -> None:
    assert recognise(CURRENT, NEWBORN, key, digest) == meaning


def test_of_several_answers_to_one_request_the_newest_is_given_again() -> None:
    line = Line(generation=7, serial=3, last=5, answers=(answer(4, b"a"), answer(5, b"a")))
    assert recognise(line, None, "7.3", b"a") == Presented(Action.REPEAT, 1)


def test_a_device_without_a_view_can_only_start() -> None:
    assert recognise(None, None, "0", b"") == Presented(Action.START)
    assert recognise(None, None, "7.3", b"") == Presented(Action.REFUSE)


def test_keys_fit_the_protocol() -> None:
    assert len(write_key(2**63, 2**63)) <= 64
