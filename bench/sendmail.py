"""SendMail of 5 kB to one user here, ten phones at once: mails a second, and CPU of each.

Every mail is durable in two folders (the sender's and the recipient's) before it is answered. Goal: at least
200 a second. Run it with `python -m bench.sendmail [--record FILE]`.
"""

import asyncio
import time
from typing import Any

import uvloop

from bench import corpus
from bench.driver import Phone
from bench.report import Result, columns, machine, parser, present, quantiles
from bench.server import DataDirectory, Server, take_client_core

CONCURRENCY = (1, 10)
SIZE = 5_000
SECONDS = 6.0
RUNS = 3


async def load(server: Server, phones: list[tuple[Phone, bytes]]) -> dict[str, Any]:
    """All phones send as fast as they are answered, for some seconds."""
    latencies: list[float] = []
    until = time.perf_counter() + SECONDS

    async def keep_sending(phone: Phone, mime: bytes) -> None:
        began = time.perf_counter()
        while began < until:
            await phone.send(f"{time.monotonic_ns():x}", mime)
            now = time.perf_counter()
            latencies.append(now - began)
            began = now

    before, cpu, began = server.ask("counters"), server.cpu(), time.perf_counter()
    await asyncio.gather(*(keep_sending(phone, mime) for phone, mime in phones))
    spent, took, after = server.cpu() - cpu, time.perf_counter() - began, server.ask("counters")
    count = len(latencies)
    return {
        "per second": round(count / took, 1),
        "cpu ms": round(spent / count * 1000, 2),
        "commits": round((after["commits"] - before["commits"]) / count, 2),
        "hops": round((after["hops"] - before["hops"]) / count, 2),
        "ms": quantiles(latencies),
    }


async def measure(server: Server, addresses: list[str]) -> list[Result]:
    phones = []
    for sender, recipient in zip(addresses, addresses[1:] + addresses[:1], strict=True):
        phone = Phone(server, sender)
        await phone.begin()
        phones.append((phone, corpus.sendable(SIZE, sender, recipient)))
    runs: dict[int, list[dict[str, Any]]] = {concurrency: [] for concurrency in CONCURRENCY}
    for _ in range(RUNS):
        for concurrency in CONCURRENCY:
            runs[concurrency].append(await load(server, phones[:concurrency]))
    return [{"concurrency": at_once, **_middle(taken)} for at_once, taken in runs.items()]


def _middle(runs: list[dict[str, Any]]) -> dict[str, Any]:
    return sorted(runs, key=lambda one: float(one["per second"]))[len(runs) // 2]


def run() -> Result:
    take_client_core()
    with DataDirectory() as data, Server(data) as server:
        addresses = [f"user{number}@example.org" for number in range(max(CONCURRENCY))]
        server.ask("add_users", addresses=addresses, signed_in=True)
        rows = uvloop.run(measure(server, addresses))
    return {"bench": "sendmail", "machine": machine(), "size": SIZE, "seconds": SECONDS, "rows": rows}


def table(result: Result) -> str:
    names = ("per second", "cpu ms", "commits", "hops")
    quantile = ("p50", "p95", "p99")
    rows = [
        [f"{row['concurrency']} at once", *(row[name] for name in names), *(row["ms"][q] for q in quantile)]
        for row in result["rows"]
    ]
    return columns(["", *names, *(f"{name} ms" for name in quantile)], rows)


def main() -> None:
    arguments = parser(__doc__).parse_args()
    present(run(), arguments.record, table)


if __name__ == "__main__":
    main()
