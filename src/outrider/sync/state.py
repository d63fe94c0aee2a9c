"""A device's view of a folder: what it has confirmed, and the answers given since.

The position (cursor, cut-off, floor) and the answers are one small record that every request reads; the sets
of item numbers lie apart from it, in blocks, and are read only when something moved.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from enum import Enum
from typing import Any

import msgspec
from msgspec import Struct, structs

from outrider.domain.changes import NOTHING, ItemSet, Op, Shift, joined
from outrider.sync.keys import MOST_ANSWERS


class Verb(Enum):
    """What a client command does."""

    ADD = "add"
    CHANGE = "change"
    DELETE = "delete"
    FETCH = "fetch"


class Result(Enum):
    """How a client command ended."""

    DONE = "done"
    CONFLICT = "conflict"  # the server's item won
    NOT_FOUND = "not-found"
    UNREADABLE = "unreadable"  # what the client sent cannot be understood
    FULL = "full"
    FORBIDDEN = "forbidden"
    FAILED = "failed"  # a passing failure


class Response(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a client command came to; `number` is the item it made or named, `part` what of it was meant, and
    `status` what an act said, both in the commands' own words."""

    verb: Verb
    client_id: str = ""
    number: int | None = None
    result: Result = Result.DONE
    status: int = 0
    part: str = ""


class Position(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How far a device is in a folder.

    `cursor` is the feed's ("" before the first plan); `cutoff` the oldest day of its filter; items numbered
    below `floor` were never offered (None: none were, 0: all were); `idle` says that nothing is owed, gone or
    left.
    """

    cursor: str = ""
    cutoff: date | None = None
    floor: int | None = None
    idle: bool = True


class Answer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An answer given and not yet confirmed: enough to give it again, and to fold it in once confirmed.

    `room` is how many operations it was held to because others did not arrive (0: not held), `repeated` how
    often it was given again; `connection` is the one it was first given on, `moved` says that it was asked
    for on another. These count within one run of the server; `runs` counts those that ended meanwhile.
    """

    serial: int
    digest: bytes
    position: Position
    shift: Shift
    sent: tuple[tuple[Op, int], ...] = ()
    responses: tuple[Response, ...] = ()
    more: bool = False
    room: int = 0
    repeated: int = 0
    connection: str = ""
    moved: bool = False
    runs: int = 0


class Line(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One generation: the confirmed key and position, and the answers given since. `last` is the highest
    serial used, `began` that of the first key with which the device began it."""

    generation: int
    began: int = 0
    serial: int = 1
    last: int = 1
    position: Position = Position()
    answers: tuple[Answer, ...] = ()


class View(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All there is of one device and folder, apart from the sets.

    `sticky` is what the protocol makes stay from request to request (options, Supported, version), in the
    commands' own words; `newborn_sticky` is the same for the newborn line. The newborn line's answers are
    those to key 0: whichever arrives, the device begins with its key, and with what it moved here since.
    """

    current: Line | None = None
    newborn: Line | None = None
    sticky: bytes = b""
    newborn_sticky: bytes = b""


def started(line: Line) -> Line:
    """The newborn line with one more answer to key 0."""
    first = Answer(serial=line.last + 1, digest=b"", position=Position(), shift=NOTHING)
    return structs.replace(line, last=first.serial, answers=(*line.answers, first)[-MOST_ANSWERS:])


class Stand(Struct, frozen=True, order=True):
    """How far keys of a folder had been given at a moment: the newest generation, and its newest serial."""

    generation: int = 0
    serial: int = 0


def stand_of(view: View) -> Stand:
    """How far the keys of a view are given; before the first, nothing."""
    lines = [line for line in (view.current, view.newborn) if line is not None]
    return max((Stand(line.generation, line.last) for line in lines), default=Stand())


def newest_generation(view: View) -> int:
    """The generation that was begun last, or is about to be; 0 before the first."""
    return stand_of(view).generation


def adjusted(line: Line, by: Callable[[Position], Shift]) -> tuple[Line, Shift]:
    """A line whose sets are shifted whichever answer arrives, and how the confirmed sets shift; `by` says how
    those of a position do."""
    answers = tuple(
        structs.replace(
            one, position=_told(one.position, by(one.position)), shift=joined(one.shift, by(one.position))
        )
        for one in line.answers
    )
    here = by(line.position)
    return structs.replace(line, position=_told(line.position, here), answers=answers), here


def _told(position: Position, by: Shift) -> Position:
    """The position, no longer idle where something is put that the device has still to be told."""
    busy = by.put.owed or by.put.gone or by.put.left
    return structs.replace(position, idle=False) if busy else position


def _encode(value: object) -> dict[int, bytes]:
    assert isinstance(value, ItemSet)
    return value.packed()


def _decode(kind: type[Any], value: dict[int, bytes]) -> ItemSet:
    assert kind is ItemSet
    return ItemSet.unpack(value)


_encoder = msgspec.msgpack.Encoder(enc_hook=_encode)
_decoder = msgspec.msgpack.Decoder(View, dec_hook=_decode)


def pack(view: View) -> bytes:
    """The record's bytes."""
    return _encoder.encode(view)


def unpack(data: bytes) -> View:
    """The record again; a newborn line that 0.1.0 wrote had one key and no answers."""
    view = _decoder.decode(data)
    if view.newborn is None or view.newborn.answers:
        return view
    newborn = started(Line(generation=view.newborn.generation, serial=0, last=0))
    return structs.replace(view, newborn=newborn)
