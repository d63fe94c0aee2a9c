"""The sync-key table.

The law: a key is `<generation>.<serial>` and never used twice. A device confirms an answer by presenting its
key, and by nothing else; until then both the state before the answer and the answer itself are kept. So
whatever is lost on the way, the device can present the key it has and is understood.

| the device presents | and its request | meaning | action |
|---|---|---|---|
| 0 | any | start over | START: a new generation with its first key |
| a first key of the newest generation | any | the new start arrived | BEGIN: the old generation is
forgotten |
| the key of an answer | any | that answer arrived | CONFIRM: fold it in, forget its siblings, plan |
| the key of the base | is one already answered | that answer was lost, the newest of them | REPEAT: give it
again, execute nothing |
| the key of the base | is another one | the request changed, or two are under way | BRANCH: a further answer
|
| anything else | any | not ours | REFUSE: status 3 |
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from typing import Protocol

from msgspec import Struct

ZERO = "0"
MOST_ANSWERS = 4


class Action(Enum):
    """What a presented key asks for."""

    START = "start"
    BEGIN = "begin"
    CONFIRM = "confirm"
    REPEAT = "repeat"
    BRANCH = "branch"
    REFUSE = "refuse"


class Reply(Protocol):
    """An answer given and not yet confirmed."""

    @property
    def serial(self) -> int: ...
    @property
    def digest(self) -> bytes: ...


class Line(Protocol):
    """One generation: the key the device has confirmed, and the answers given since."""

    @property
    def generation(self) -> int: ...
    @property
    def serial(self) -> int: ...
    @property
    def answers(self) -> Sequence[Reply]: ...


class _Key(Enum):
    ZERO = "zero"
    NEWBORN = "newborn"
    ANSWER = "answer"
    BASE = "base"
    OTHER = "other"


_TABLE = {
    (_Key.ZERO, False): Action.START,
    (_Key.ZERO, True): Action.START,
    (_Key.NEWBORN, False): Action.BEGIN,
    (_Key.NEWBORN, True): Action.BEGIN,
    (_Key.ANSWER, False): Action.CONFIRM,
    (_Key.ANSWER, True): Action.CONFIRM,
    (_Key.BASE, True): Action.REPEAT,
    (_Key.BASE, False): Action.BRANCH,
    (_Key.OTHER, False): Action.REFUSE,
    (_Key.OTHER, True): Action.REFUSE,
}


class Presented(Struct, frozen=True):
    """What a presented key means; `answer` is the index of the answer it speaks of."""

    action: Action
    answer: int | None = None


def write_key(generation: int, serial: int) -> str:
    """The text of a key, 64 characters at most."""
    return f"{generation}.{serial}"


def recognise(current: Line | None, newborn: Line | None, key: str, digest: bytes) -> Presented:
    """Look a presented key up in the table. `digest` stands for the request it came with."""
    which, line = _which(current, newborn, key)
    answered = _find(line, lambda answer: answer.digest == digest) if line is not None else None
    action = _TABLE[which, answered is not None]
    if action is Action.REPEAT:
        return Presented(action, answered)
    if action in (Action.BEGIN, Action.CONFIRM) and line is not None:
        return Presented(action, _find(line, lambda answer: write_key(line.generation, answer.serial) == key))
    return Presented(action)


def _which(current: Line | None, newborn: Line | None, key: str) -> tuple[_Key, Line | None]:
    if key == ZERO:
        return _Key.ZERO, None
    if newborn is not None and key in _given(newborn):
        return _Key.NEWBORN, newborn
    if current is None:
        return _Key.OTHER, None
    if key == write_key(current.generation, current.serial):
        return _Key.BASE, current
    return (_Key.ANSWER if key in _given(current) else _Key.OTHER), current


def _given(line: Line) -> set[str]:
    return {write_key(line.generation, answer.serial) for answer in line.answers}


def _find(line: Line, matches: Callable[[Reply], bool]) -> int | None:
    """The newest answer that matches: one may have been followed by a smaller one to the same request."""
    return max((index for index, answer in enumerate(line.answers) if matches(answer)), default=None)
