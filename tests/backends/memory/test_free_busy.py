"""What is known of others' time is what was given, as far as it was asked for."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from outrider.backends.memory.free_busy import MemoryFreeBusy
from outrider.domain.errors import NotFoundError
from outrider.domain.items import Busy
from outrider.domain.roles import Stretch

BOB = "bob@example.org"


def at(hour: int) -> datetime:
    return datetime(2026, 3, 2, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "end", "busy"), [(8, 10, 0), (8, 11, 1), (10, 12, 1), (11, 12, 1), (12, 13, 0)]
)
async def test_stretches_are_those_that_overlap(start: int, end: int, busy: int) -> None:
    others = MemoryFreeBusy()
    others.times[BOB] = (Stretch(at(10), at(12), Busy.BUSY),)
    assert await others.busy(BOB, at(start), at(end)) == others.times[BOB][:busy]


async def test_of_somebody_else_nothing_is_known() -> None:
    with pytest.raises(NotFoundError):
        await MemoryFreeBusy().busy(BOB, at(8), at(9))
