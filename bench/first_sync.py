"""First sync of an Inbox of 1,000 and of 10,000 messages: CPU of the server, a message at a time.

Goals: at most 0.5 CPU-seconds per 1,000 messages at both sizes, and per message at 10,000 at most 1.1 times
what it costs at 1,000. Delivery is counted apart. Run it with `python -m bench.first_sync [--record FILE]`.
"""

import time
from typing import Any

import uvloop

from bench.driver import HTML, TEXT, Phone, drain
from bench.report import Result, columns, machine, median, parser, present
from bench.server import DataDirectory, Server, take_client_core
from outrider.protocol.items.body import BodyPreference

BODIES = {"text 4096": TEXT, "whole HTML": HTML}
WINDOWS = (100, 512)
RUNS = 3


async def measure(server: Server, phone: Phone, window: int, body: BodyPreference) -> dict[str, Any]:
    """One device that never was here before, from its first request to the Sync after the last message."""
    cpu, began = server.cpu(), time.perf_counter()
    await phone.begin()
    messages, wire, rounds = await drain(phone, window, body)
    closing = time.perf_counter()
    assert await phone.sync(window, body) == (None, 0)
    done = time.perf_counter()
    phone.hang_up()
    return {
        "messages": messages,
        "per second": messages / (done - began),
        "round": sorted(rounds)[len(rounds) // 2],
        "closing": done - closing,
        "wire": wire / 1e6,
        "cpu": (server.cpu() - cpu) / messages * 1000,
    }


async def first_syncs(server: Server, sizes: dict[str, int]) -> list[Result]:
    """Every combination; runs of different sizes and windows take turns."""
    runs: dict[tuple[int, int, str], list[dict[str, Any]]] = {}
    for number in range(RUNS):
        for address, size in sizes.items():
            for window in WINDOWS:
                for name, body in BODIES.items():
                    phone = Phone(server, address, f"{window}x{number}{name[0]}")
                    one = await measure(server, phone, window, body)
                    assert one["messages"] == size, one
                    runs.setdefault((size, window, name), []).append(one)
    return [
        {
            "messages": size,
            "window": window,
            "body": name,
            "per second": median([one["per second"] for one in taken], 0),
            "round ms": median([one["round"] * 1000 for one in taken], 1),
            "closing ms": median([one["closing"] * 1000 for one in taken], 1),
            "wire MB": median([one["wire"] for one in taken], 1),
            "cpu s per 1000": median([one["cpu"] for one in taken]),
            "cpu s per 1000, each run": [round(one["cpu"], 3) for one in taken],
        }
        for (size, window, name), taken in runs.items()
    ]


def run(sizes: list[int]) -> Result:
    take_client_core()
    with DataDirectory() as data, Server(data) as server:
        inboxes = {f"user{size}@example.org": size for size in sizes}
        server.ask("add_users", addresses=list(inboxes), signed_in=False)
        delivery = {
            size: server.ask("fill", address=address, count=size) / size * 1000
            for address, size in inboxes.items()
        }
        rows = uvloop.run(first_syncs(server, inboxes))
    return {
        "bench": "first_sync",
        "machine": machine(),
        "runs": RUNS,
        "delivery cpu s per 1000": {str(size): round(spent, 3) for size, spent in delivery.items()},
        "rows": rows,
        "growth": growth(rows, sizes),
    }


def growth(rows: list[Result], sizes: list[int]) -> dict[str, float]:
    """What a message costs in the largest mailbox, in terms of the smallest."""
    cost = {(row["messages"], row["window"], row["body"]): row["cpu s per 1000"] for row in rows}
    least, most = min(sizes), max(sizes)
    return {
        f"{window}, {name}": round(cost[most, window, name] / cost[least, window, name], 2)
        for window in WINDOWS
        for name in BODIES
    }


def table(result: Result) -> str:
    names = (
        "messages",
        "window",
        "body",
        "per second",
        "round ms",
        "closing ms",
        "wire MB",
        "cpu s per 1000",
    )
    lines = columns(names, [[row[name] for name in names] for row in result["rows"]])
    ratios = ", ".join(f"{name}: {ratio}" for name, ratio in result["growth"].items())
    delivery = ", ".join(f"{size}: {spent}" for size, spent in result["delivery cpu s per 1000"].items())
    return f"{lines}\ncost per message, largest to smallest: {ratios}\ndelivery cpu s per 1000: {delivery}"


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000])
    arguments = options.parse_args()
    present(run(arguments.sizes), arguments.record, table)


if __name__ == "__main__":
    main()
