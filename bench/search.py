"""Search in 100,000 mails: what the first page of 100 results costs, by how many mails have the words.

Goal: no search takes more than a quarter of a second of CPU. Run it with
`python -m bench.search [--record FILE]`.
"""

from __future__ import annotations

import time
from typing import Final

import uvloop

from bench.corpus import COMMON, RARE
from bench.driver import Phone
from bench.report import Result, columns, machine, median, parser, present
from bench.server import DataDirectory, Server, take_client_core

MAILS: Final = 100_000
RUNS: Final = 5
ADDRESS: Final = "user@example.org"
WORDS: Final = {
    "a rare word": RARE,
    "a word that half of them have": COMMON,
    "both": f"{RARE} {COMMON}",
    "two letters that begin a word": "zu",
    "a word of two letters that all have": "to",
    "a word of one letter that all have": "a",
    "a pair in a Chinese run": "会议",
    "a Chinese sign": "会",
}


async def searches(server: Server) -> list[Result]:
    """Every search; runs take turns."""
    phone = Phone(server, ADDRESS)
    await phone.begin()
    runs: dict[str, list[tuple[float, float]]] = {name: [] for name in WORDS}
    totals: dict[str, int] = {}
    for _ in range(RUNS):
        for name, words in WORDS.items():
            cpu, began = server.cpu(), time.perf_counter()
            totals[name] = await phone.search(words)
            runs[name].append((server.cpu() - cpu, time.perf_counter() - began))
    phone.hang_up()
    return [
        {
            "search": name,
            "found": totals[name],
            "cpu ms": median([cpu * 1000 for cpu, _ in taken], 1),
            "ms": median([wait * 1000 for _, wait in taken], 1),
            "ms, each run": [round(wait * 1000, 1) for _, wait in taken],
        }
        for name, taken in runs.items()
    ]


def run(count: int) -> Result:
    take_client_core()
    with DataDirectory() as data, Server(data) as server:
        server.ask("add_users", addresses=[ADDRESS], signed_in=False)
        spent = float(server.ask("fill_worded", address=ADDRESS, count=count))
        rows = uvloop.run(searches(server))
    return {
        "bench": "search",
        "machine": machine(),
        "mails": count,
        "runs": RUNS,
        "storing cpu s per 1000": round(spent / count * 1000, 3),
        "rows": rows,
    }


def table(result: Result) -> str:
    names = ("search", "found", "cpu ms", "ms")
    lines = columns(names, [[row[name] for name in names] for row in result["rows"]])
    return f"{lines}\nstoring cpu s per 1000: {result['storing cpu s per 1000']}"


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--mails", type=int, default=MAILS)
    arguments = options.parse_args()
    present(run(arguments.mails), arguments.record, table)


if __name__ == "__main__":
    main()
