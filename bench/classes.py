"""First sync of 5,000 events, 5,000 contacts, 2,000 tasks and 2,000 notes: CPU of the server.

Goal: at most 0.5 CPU-seconds per 1,000 items of each class, as for mail. Storing them is counted apart.
Run it with `python -m bench.classes [--record FILE]`.
"""

from __future__ import annotations

import time
from typing import Any, Final

import uvloop

from bench.driver import HTML, TEXT, Phone, drain
from bench.report import Result, columns, machine, median, parser, present
from bench.server import DataDirectory, Server, take_client_core
from outrider.domain.folders import DEFAULT_FOLDERS
from outrider.domain.items import FolderUse, ItemClass

SIZES: Final = {
    ItemClass.CALENDAR: 5_000,
    ItemClass.CONTACTS: 5_000,
    ItemClass.TASKS: 2_000,
    ItemClass.NOTES: 2_000,
}
FOLDERS: Final = {one.holds: one.number for one in DEFAULT_FOLDERS if one.use is FolderUse.DEFAULT}
BODIES: Final = {"text 4096": TEXT, "whole HTML": HTML}
WINDOW: Final = 100
RUNS: Final = 3
ADDRESS: Final = "user@example.org"


async def measure(server: Server, holds: ItemClass, body: str, number: int) -> dict[str, Any]:
    """One device that never was here before, from its first request to the Sync after the last item."""
    phone = Phone(server, ADDRESS, f"{holds.value}{body[0]}{number}", str(FOLDERS[holds]))
    cpu, began = server.cpu(), time.perf_counter()
    await phone.begin()
    items, wire, _ = await drain(phone, WINDOW, BODIES[body])
    assert await phone.sync(WINDOW, BODIES[body]) == (None, 0)
    done = time.perf_counter()
    phone.hang_up()
    cost = (server.cpu() - cpu) / items * 1000
    return {"items": items, "per second": items / (done - began), "wire": wire / 1e6, "cpu": cost}


async def first_syncs(server: Server, classes: list[ItemClass]) -> list[Result]:
    """Every class with every body; runs take turns."""
    runs: dict[tuple[ItemClass, str], list[dict[str, Any]]] = {}
    for number in range(RUNS):
        for holds in classes:
            for body in BODIES:
                runs.setdefault((holds, body), []).append(await measure(server, holds, body, number))
    return [
        {
            "class": holds.value,
            "items": taken[0]["items"],
            "body": body,
            "per second": median([one["per second"] for one in taken], 0),
            "wire MB": median([one["wire"] for one in taken], 2),
            "cpu s per 1000": median([one["cpu"] for one in taken]),
            "cpu s per 1000, each run": [round(one["cpu"], 3) for one in taken],
        }
        for (holds, body), taken in runs.items()
    ]


def run(classes: list[ItemClass], share: float) -> Result:
    take_client_core()
    with DataDirectory() as data, Server(data) as server:
        server.ask("add_users", addresses=[ADDRESS], signed_in=False)
        stored = {holds.value: _fill(server, holds, int(SIZES[holds] * share)) for holds in classes}
        rows = uvloop.run(first_syncs(server, classes))
    return {
        "bench": "classes",
        "machine": machine(),
        "runs": RUNS,
        "window": WINDOW,
        "storing cpu s per 1000": stored,
        "rows": rows,
    }


def _fill(server: Server, holds: ItemClass, count: int) -> float:
    spent = server.ask("fill_class", address=ADDRESS, holds=holds.value, folder=FOLDERS[holds], count=count)
    return round(float(spent) / count * 1000, 3)


def table(result: Result) -> str:
    names = ("class", "items", "body", "per second", "wire MB", "cpu s per 1000")
    lines = columns(names, [[row[name] for name in names] for row in result["rows"]])
    stored = ", ".join(f"{name}: {spent}" for name, spent in result["storing cpu s per 1000"].items())
    return f"{lines}\nstoring cpu s per 1000: {stored}"


def main() -> None:
    options = parser(__doc__)
    known = [holds.value for holds in SIZES]
    options.add_argument("--classes", nargs="+", choices=known, default=known)
    options.add_argument("--share", type=float, default=1.0, help="of the sizes above")
    arguments = options.parse_args()
    classes = [ItemClass(name) for name in arguments.classes]
    present(run(classes, arguments.share), arguments.record, table)


if __name__ == "__main__":
    main()
