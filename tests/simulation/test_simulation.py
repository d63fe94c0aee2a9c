"""At rest every device has what the store has, whatever went wrong on the way.

`OUTRIDER_SIMULATION_STEPS` is how many steps to run, `OUTRIDER_FIRST_SEED` with which seed to begin.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.simulation.database import prepared
from tests.simulation.history import FOUND, LENGTH, told
from tests.simulation.process import ALICE, BOB

STEPS = int(os.environ.get("OUTRIDER_SIMULATION_STEPS", "1800"))
FIRST = int(os.environ.get("OUTRIDER_FIRST_SEED", "0"))
SEEDS = range(FIRST, FIRST + max(1, STEPS // LENGTH))


@pytest.fixture(scope="module")
def database(schema: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepared(schema, tmp_path_factory.mktemp("simulation") / "prepared.db", ALICE.address, BOB.address)


@pytest.mark.parametrize("seed", [*SEEDS, *(seed for seed in FOUND if seed not in SEEDS)])
def test_the_devices_have_what_the_store_has(database: Path, seed: int) -> None:
    assert not told(database, seed)
