"""Run many seeds: `python -m tests.simulation FIRST COUNT`.

Prints how much ran every minute, and each fault with its seed and a shrunk history; ends with 1 if there was
one.
"""

from __future__ import annotations

import gc
import logging
import sys
import tempfile
import time
from pathlib import Path

from outrider.database.migrations import upgrade
from tests.simulation.database import prepared
from tests.simulation.history import history, told
from tests.simulation.process import ALICE, BOB

MINUTE = 60.0


def main(first: int, count: int) -> int:
    """Run the seeds; how many of them had a fault."""
    logging.disable()  # what a killed process left undone is no news
    gc.freeze()
    gc.set_threshold(50_000)  # a world is dropped as a whole
    began = last = time.monotonic()
    steps = faults = 0
    with tempfile.TemporaryDirectory(prefix="simulation-") as folder:
        upgrade(f"sqlite:///{folder}/empty.db")
        database = prepared(
            Path(folder) / "empty.db", Path(folder) / "prepared.db", ALICE.address, BOB.address
        )
        for seed in range(first, first + count):
            steps += len(history(seed))
            if fault := told(database, seed):
                faults += 1
                print(fault, flush=True)
            if time.monotonic() - last > MINUTE or seed == first + count - 1:
                last = time.monotonic()
                ran = f"{seed - first + 1} seeds from {first}, {steps} steps, {faults} with a fault"
                print(f"{ran}, {last - began:.0f} s", flush=True)
    return faults


if __name__ == "__main__":
    sys.exit(bool(main(*map(int, sys.argv[1:]))))
