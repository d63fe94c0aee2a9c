"""How many examples a property is tried with: as many as its test says, times OUTRIDER_EXAMPLES (1).

`make soak` tries fifty times as many.
"""

from __future__ import annotations

import os

SCALE = float(os.environ.get("OUTRIDER_EXAMPLES", "1"))


def examples(usual: int) -> int:
    """The number of examples for a test that usually takes so many."""
    return max(1, round(usual * SCALE))
