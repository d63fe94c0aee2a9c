"""Histories: made from a seed, run in a world of their own, and shrunk once they fail."""

from __future__ import annotations

import asyncio
import random
import re
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from tests.simulation.database import Loop
from tests.simulation.drafts import Drafts
from tests.simulation.systems import behind_of
from tests.simulation.world import DEVICES, Step, World

LENGTH = 100
LONGEST = 60  # seconds that a history may take
_KINDS = {
    "server": 20,
    "edit": 20,
    "sync": 26,
    "together": 12,
    "late": 4,
    "clock": 3,
    "version": 2,
    "settings": 4,
    "tree": 3,
    "move": 4,
    "others": 2,
    "send": 6,
    "policy": 2,
    "outage": 1,
}
_DRAFTS = {"draft": 12}

FOUND = (
    5,
    9,
    18,
    23,
    37,
    220,
    1012,
    2000070,
    90000010,
    100000172,
    110000414,
    120001459,
    140000099,
    150000052,
)
"""Seeds that once showed a fault. Nobody writes drafts in their worlds, as nobody did then."""


class Fault(Struct, frozen=True):
    """What a history came to that ought not to be."""

    says: str
    endless: bool = False

    @property
    def kind(self) -> str:
        """What stays when fewer steps lead to the same fault."""
        return re.sub(r"\d+|\{.*", "", self.says)


def history(seed: int, length: int = LENGTH) -> list[Step]:
    """What happens in the world of this seed. It begins with a look at the folders by each device."""
    chance = random.Random(seed)
    weights = _KINDS if seed in FOUND else _KINDS | _DRAFTS
    kinds = chance.choices(list(weights), list(weights.values()), k=length)
    steps = [Step(kind, chance.randrange(DEVICES), chance.getrandbits(32)) for kind in kinds]
    return [*(Step("sync", device, seed) for device in range(DEVICES)), *steps]


def told(database: Path, seed: int) -> str:
    """What is to be said of a seed: its fault, and the shrunk history that leads to it; "" if all is well."""
    steps = history(seed)
    fault = play(database, seed, steps)
    if fault is None:
        return ""
    if fault.endless:
        return f"seed {seed}: does not end"
    left = shrunk(database, seed, steps)
    after = play(database, seed, left)
    lines = "\n".join(f"  {step}" for step in left)
    return f"seed {seed}: {fault.says}\nshrunk to {after.says if after else ''}\n{lines}"


def play(database: Path, seed: int, steps: Sequence[Step]) -> Fault | None:
    """Run the steps in a new world; None if all is well at the end."""
    with tempfile.TemporaryDirectory(prefix="simulation-") as folder:
        shutil.copyfile(database, Path(folder) / "outrider.db")
        world = World(Path(folder), seed, behind_of(seed), None if seed in FOUND else Drafts())
        with asyncio.Runner(loop_factory=Loop) as runner:
            return runner.run(_play(world, steps))


async def _play(world: World, steps: Sequence[Step]) -> Fault | None:
    await world.process.start()
    try:
        await asyncio.wait_for(world.run(steps), LONGEST)
    except TimeoutError:
        return Fault("", endless=True)
    except Exception as error:  # whatever it is, it is what the simulation looks for
        return Fault(f"{type(error).__name__}: {error}")
    finally:
        world.process.stop()
        await asyncio.sleep(0)
    return None


def shrunk(database: Path, seed: int, steps: Sequence[Step]) -> list[Step]:
    """The steps without those that the fault does not need: drop ever smaller runs of them while it stays."""
    fault = play(database, seed, steps)
    assert fault is not None
    left, size = list(steps), len(steps) // 2
    while size:
        start = 0
        while start < len(left):
            fewer = left[:start] + left[start + size :]
            found = play(database, seed, fewer)
            if found is not None and found.kind == fault.kind:
                left = fewer
            else:
                start += size
        size //= 2
    return left
