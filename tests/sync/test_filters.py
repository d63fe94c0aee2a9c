"""How far back a device looks. MS-ASCMD, FilterType."""

from __future__ import annotations

from datetime import date

import pytest

from outrider.sync.filters import cutoff


@pytest.mark.parametrize(
    ("filter_type", "oldest"),
    [
        (0, None),
        (1, date(2026, 3, 30)),
        (2, date(2026, 3, 28)),
        (3, date(2026, 3, 24)),
        (4, date(2026, 3, 17)),
        (5, date(2026, 3, 1)),
        (6, date(2025, 12, 31)),
        (7, date(2025, 10, 2)),
        (8, date(2026, 4, 1)),
        (9, None),
    ],
)
def test_each_filter_has_its_oldest_day(filter_type: int, oldest: date | None) -> None:
    assert cutoff(filter_type, date(2026, 3, 31)) == oldest
