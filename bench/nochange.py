"""Sync when nothing has changed, which is most of what phones do: CPU, latency and database work.

Goals: at most 1.5 ms of CPU a request at concurrency 1, 10 and 50, at most one hop to a database thread;
a folder of 200,000 messages costs the same statements as one of 1,000 and at most 1.3 times the CPU, and its
first answer does not list it. Run it with `python -m bench.nochange [--large 0] [--record FILE]`.
"""

import asyncio
import time
from typing import Any

import uvloop

from bench.driver import TEXT, Phone, drain
from bench.report import Result, columns, machine, median, parser, present, quantiles
from bench.server import DataDirectory, Server, take_client_core

CONCURRENCY = (1, 10, 50)
MESSAGES = 200
SECONDS = 6.0
RUNS = 3
SMALL = 1_000


async def load(server: Server, phones: list[Phone]) -> dict[str, Any]:
    """All phones ask as fast as they are answered, for some seconds."""
    bodies = {phone: phone.sync_body() for phone in phones}
    latencies: list[float] = []
    until = time.perf_counter() + SECONDS

    async def keep_asking(phone: Phone) -> None:
        began = time.perf_counter()
        while began < until:
            assert await phone.ask("Sync", bodies[phone]) == b""
            now = time.perf_counter()
            latencies.append(now - began)
            began = now

    before, cpu, began = server.ask("counters"), server.cpu(), time.perf_counter()
    await asyncio.gather(*(keep_asking(phone) for phone in phones))
    spent, took, after = server.cpu() - cpu, time.perf_counter() - began, server.ask("counters")
    count = len(latencies)
    return {
        "per second": round(count / took, 0),
        "cpu ms": round(spent / count * 1000, 3),
        "hops": round((after["hops"] - before["hops"]) / count, 3),
        "statements": round((after["statements"] - before["statements"]) / count, 3),
        "ms": quantiles(latencies),
    }


def middle(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """The run with the median of CPU."""
    return sorted(runs, key=lambda one: float(one["cpu ms"]))[len(runs) // 2]


async def synchronised(server: Server, addresses: list[str]) -> list[Phone]:
    """A phone for each, all with nothing left to fetch."""
    phones = [Phone(server, address) for address in addresses]
    for phone in phones:
        await phone.begin()
        await drain(phone, 512, TEXT)
        assert await phone.sync() == (None, 0)
    return phones


async def first_answer(server: Server, address: str) -> dict[str, Any]:
    """What the first window of a folder costs."""
    phone = Phone(server, address, "first")
    await phone.begin()
    before, cpu, began = server.ask("counters"), server.cpu(), time.perf_counter()
    collection, _ = await phone.sync(window=100)
    took, spent, after = time.perf_counter() - began, server.cpu() - cpu, server.ask("counters")
    phone.hang_up()
    assert collection is not None
    assert len(collection.commands) == 100
    return {
        "ms": round(took * 1000, 1),
        "cpu ms": round(spent * 1000, 1),
        "statements": after["statements"] - before["statements"],
    }


async def compare(server: Server, inboxes: dict[int, str]) -> dict[str, Any]:
    """Folders of two sizes, in turns."""
    phones = {size: (await synchronised(server, [address]))[0] for size, address in inboxes.items()}
    runs: dict[int, list[dict[str, Any]]] = {size: [] for size in inboxes}
    for _ in range(RUNS):
        for size, phone in phones.items():
            runs[size].append(await load(server, [phone]))
    firsts: dict[int, list[dict[str, Any]]] = {size: [] for size in inboxes}
    for _ in range(RUNS):
        for size, address in inboxes.items():
            firsts[size].append(await first_answer(server, address))
    return {
        "no change": {str(size): middle(taken) for size, taken in runs.items()},
        "first answer": {str(size): middle(taken) for size, taken in firsts.items()},
        "ratio of cpu": _ratio([[one["cpu ms"] for one in taken] for taken in runs.values()]),
        "ratio of cpu, first answer": _ratio([[one["cpu ms"] for one in taken] for taken in firsts.values()]),
    }


def _ratio(costs: list[list[float]]) -> float:
    small, large = (median(taken) for taken in costs)
    return round(large / small, 2)


async def measure(server: Server, addresses: list[str], inboxes: dict[int, str]) -> Result:
    phones = await synchronised(server, addresses)
    runs: dict[int, list[dict[str, Any]]] = {concurrency: [] for concurrency in CONCURRENCY}
    for _ in range(RUNS):
        for concurrency in CONCURRENCY:
            runs[concurrency].append(await load(server, phones[:concurrency]))
    return {
        "rows": [{"concurrency": at_once, **middle(taken)} for at_once, taken in runs.items()],
        "sizes": await compare(server, inboxes) if inboxes else {},
    }


def run(large: int) -> Result:
    take_client_core()
    with DataDirectory() as data, Server(data) as server:
        addresses = [f"user{number}@example.org" for number in range(max(CONCURRENCY))]
        inboxes = {size: f"folder{size}@example.org" for size in (SMALL, large) if large}
        server.ask("add_users", addresses=[*addresses, *inboxes.values()], signed_in=True)
        for address in addresses:
            server.ask("fill", address=address, count=MESSAGES)
        for size, address in inboxes.items():
            server.ask("fill_small", address=address, count=size)
        result = uvloop.run(measure(server, addresses, inboxes))
    return {"bench": "nochange", "machine": machine(), "messages": MESSAGES, "seconds": SECONDS, **result}


def table(result: Result) -> str:
    names = ("per second", "cpu ms", "hops", "statements")
    quantile = ("p50", "p95", "p99")
    rows = [[f"{row['concurrency']} at once", row] for row in result["rows"]]
    sizes = result["sizes"]
    rows += [[f"{size} messages", row] for size, row in sizes.get("no change", {}).items()]
    lines = [
        [title, *(row[name] for name in names), *(row["ms"][name] for name in quantile)]
        for title, row in rows
    ]
    text = columns(["", *names, *(f"{name} ms" for name in quantile)], lines)
    if sizes:
        firsts = [
            [f"first answer, {size} messages", row["ms"], row["cpu ms"], row["statements"]]
            for size, row in sizes["first answer"].items()
        ]
        text += f"\n{columns(['', 'ms', 'cpu ms', 'statements'], firsts)}"
        text += (
            f"\nlarge to small: {sizes['ratio of cpu']}, first answer {sizes['ratio of cpu, first answer']}"
        )
    return text


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--large", type=int, default=200_000, help="messages of the large folder; 0: none")
    arguments = options.parse_args()
    present(run(arguments.large), arguments.record, table)


if __name__ == "__main__":
    main()
