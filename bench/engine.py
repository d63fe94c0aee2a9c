"""What the engine costs as a mailbox grows, and what it keeps.

A Sync with nothing new, with one new message, a Ping that is told of one, and the first answer, in folders of
numbers up to 1,000, 100,000 and 1,000,000; 100 messages against reading them plainly; many devices at once;
5,000 folders; 100,000 contacts.

Goals: the largest folder costs at most 1.2 times the smallest, and the same statements; 100 messages at most
3 times the CPU of reading them; 50 devices at once at most a fifth more CPU than 50 alone; the state of a
device and folder is at most 64 KB with one number in twenty missing and 160 KB at worst; a first sync grows
the server by at most 50 MB. Run it with `python -m bench.engine [--record FILE]`.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import uvloop

from bench.bulk import CONTACTS, INBOX
from bench.driver import TEXT, Phone, drain
from bench.report import Result, columns, machine, median, parser, present, quantiles
from bench.server import DataDirectory, Server, take_client_core

SIZES = (1_000, 100_000, 1_000_000)
TURNS = 5
REPEATED = 300  # requests with nothing new in a turn
ARRIVALS = 30  # new messages in a turn
MAILS = 100  # of the corpus, in a round that is compared with plain reading
DEVICES = 50
NEWS = 20  # messages that all of them fetch at once
FETCHED = 20_480  # messages of the largest folder whose first sync is watched for memory
FOLDERS = 5_000
CARDS = 100_000

MAILBOX = "busy@example.org"
TREE = "tree@example.org"
BOOK = "book@example.org"


def inbox(size: int) -> str:
    return f"folder{size}@example.org"


class Meter:
    """What the server spends between two looks."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._counted = server.ask("counters")
        self._cpu = server.cpu()

    def read(self, times: int = 1) -> dict[str, float]:
        """CPU milliseconds, hops and statements, a time."""
        cpu, after = self._server.cpu(), self._server.ask("counters")
        return {
            "cpu ms": round((cpu - self._cpu) / times * 1000, 3),
            "hops": round((after["hops"] - self._counted["hops"]) / times, 1),
            "statements": round((after["statements"] - self._counted["statements"]) / times, 1),
        }


def middle(runs: list[dict[str, float]]) -> dict[str, float]:
    """The median of each figure."""
    return {name: median([one[name] for one in runs]) for name in runs[0]}


# ------------------------------------------------------------------------------------------ sizes


async def settled(server: Server, address: str, collection_id: int = INBOX) -> Phone:
    """A phone that has all of a large folder."""
    phone = Phone(server, address, collection_id=str(collection_id))
    await phone.begin()
    await phone.sync(window=1)
    server.ask("complete", address=address, folder=collection_id, device=phone.device)
    assert await phone.sync() == (None, 0)
    return phone


async def at_rest(server: Server, phone: Phone) -> dict[str, float]:
    body, meter = phone.sync_body(), Meter(server)
    for _ in range(REPEATED):
        assert await phone.ask("Sync", body) == b""
    return meter.read(REPEATED)


async def arrivals(server: Server, phone: Phone, address: str) -> dict[str, float]:
    """A message comes, the phone fetches it; the delivery is not counted."""
    taken = []
    for _ in range(ARRIVALS):
        server.ask("deliver", address=address)
        meter = Meter(server)
        collection, _ = await phone.sync()
        taken.append(meter.read())
        assert collection is not None
        assert len(collection.commands) == 1
    assert await phone.sync() == (None, 0)
    return middle(taken)


async def wake_ups(server: Server, phone: Phone, address: str) -> dict[str, float]:
    """A message comes while the phone waits; from the delivery, which is counted, to the answer."""
    taken = []
    for _ in range(ARRIVALS // 3):
        waiting = asyncio.create_task(phone.ping(600))
        while not server.ask("waiting"):  # noqa: ASYNC110
            await asyncio.sleep(0.001)
        meter = Meter(server)
        server.ask("deliver", address=address)
        assert await waiting == 2
        taken.append(meter.read())
        await phone.sync()
        assert await phone.sync() == (None, 0)
    return middle(taken)


async def first_answers(server: Server, address: str, turn: int) -> dict[str, float]:
    """The newest 100 of a folder that the device never saw."""
    phone = Phone(server, address, f"first{turn}")
    await phone.begin()
    meter = Meter(server)
    collection, _ = await phone.sync(window=100)
    taken = meter.read()
    phone.hang_up()
    assert collection is not None
    assert len(collection.commands) == 100
    return taken


async def by_size(server: Server) -> dict[str, Any]:
    """All that must not grow with the folder, in turns."""
    phones = {size: await settled(server, inbox(size)) for size in SIZES}
    works: dict[str, Callable[[int, int], Awaitable[dict[str, float]]]] = {
        "no change": lambda size, _: at_rest(server, phones[size]),
        "one new message": lambda size, _: arrivals(server, phones[size], inbox(size)),
        "delivery to Ping answer": lambda size, _: wake_ups(server, phones[size], inbox(size)),
        "first answer": lambda size, turn: first_answers(server, inbox(size), turn),
    }
    runs: dict[str, dict[int, list[dict[str, float]]]] = {
        name: {size: [] for size in SIZES} for name in works
    }
    for turn in range(TURNS):
        for name, work in works.items():
            for size in SIZES:
                runs[name][size].append(await work(size, turn))
    for phone in phones.values():
        phone.hang_up()
    return {
        name: {"sizes": {str(size): middle(taken) for size, taken in one.items()}, "ratio": _ratio(one)}
        for name, one in runs.items()
    }


def _ratio(runs: dict[int, list[dict[str, float]]]) -> float:
    """Of the cheapest turns: what else runs on the machine only adds."""
    least = {size: min(one["cpu ms"] for one in taken) for size, taken in runs.items()}
    return round(least[SIZES[-1]] / least[SIZES[0]], 2)


async def first_sync_memory(server: Server) -> dict[str, int]:
    """KiB that the server grows by while a device fetches much of the largest folder."""
    phone = Phone(server, inbox(SIZES[-1]), "memory")
    await phone.begin()
    server.forget_peak()
    before, messages, more = server.memory(), 0, True
    while more and messages < FETCHED:
        collection, _ = await phone.sync(512)
        assert collection is not None
        messages, more = messages + len(collection.commands), collection.more_available
    after = server.memory()
    phone.hang_up()
    return {"messages": messages, "before": before["now"], "growth": after["peak"] - before["now"]}


# ------------------------------------------------------------------------------------------ work


async def against_reading(server: Server) -> dict[str, float]:
    """A round that sends 100 messages, and reading the same 100, in turns."""
    phone = Phone(server, MAILBOX)
    await phone.begin()
    await drain(phone, 512, TEXT)
    rounds, plain = [], []
    for _ in range(2 * TURNS):
        server.ask("fill", address=MAILBOX, count=MAILS)
        meter = Meter(server)
        collection, _ = await phone.sync(MAILS)
        rounds.append(meter.read())
        assert collection is not None
        assert len(collection.commands) == MAILS
        assert await phone.sync() == (None, 0)
        read = server.ask("read_plainly", address=MAILBOX, count=MAILS)
        assert read["items"] == MAILS
        plain.append(read["seconds"] * 1000)
    phone.hang_up()
    one = middle(rounds)
    return {**one, "plain reading ms": median(plain), "ratio": round(one["cpu ms"] / median(plain), 2)}


async def together(server: Server) -> dict[str, Any]:
    """Devices of one user that fetch the same messages: one alone, then all others at the same moment."""
    phones = [Phone(server, MAILBOX, f"device{number}") for number in range(DEVICES + 1)]
    for phone in phones:
        await phone.begin()
        await drain(phone, 512, TEXT)
        assert await phone.sync() == (None, 0)
    alone, crowd, latencies = [], [], []
    for _ in range(TURNS):
        server.ask("fill", address=MAILBOX, count=NEWS)
        meter = Meter(server)
        await phones[0].sync()
        alone.append(meter.read())
        meter = Meter(server)
        latencies += await asyncio.gather(*(_timed(phone) for phone in phones[1:]))
        crowd.append(meter.read(DEVICES))
        for phone in phones:
            assert await phone.sync() == (None, 0)
    for phone in phones:
        phone.hang_up()
    one, each = middle(alone), middle(crowd)
    ratio = round(each["cpu ms"] / one["cpu ms"], 2)
    return {"alone": one, "each of all": each, "ratio": ratio, "ms": quantiles(latencies)}


async def _timed(phone: Phone) -> float:
    began = time.perf_counter()
    collection, _ = await phone.sync()
    took = time.perf_counter() - began
    assert collection is not None
    assert len(collection.commands) == NEWS
    return took


async def tree(server: Server) -> dict[str, Any]:
    """FolderSync of many folders: the first, one with nothing new, and what is kept for it."""
    phone = Phone(server, TREE)
    await phone.begin()
    meter = Meter(server)
    first = await phone.folder_sync("0")
    begun = meter.read()
    assert first.sync_key is not None
    assert first.changes is not None
    assert first.changes.count >= FOLDERS
    quiet = []
    for _ in range(TURNS):
        meter = Meter(server)
        answer = await phone.folder_sync(first.sync_key)
        quiet.append(meter.read())
        assert answer.changes is None or not answer.changes.count
    kept = server.ask("state", address=TREE, device=phone.device, collection="folders")
    phone.hang_up()
    return {"first": begun, "no change": middle(quiet), "bytes": kept["all"]}


async def book(server: Server) -> dict[str, Any]:
    """An address book of many cards."""
    first = Phone(server, BOOK, "first", str(CONTACTS))
    await first.begin()
    meter = Meter(server)
    collection, _ = await first.sync(window=100)
    begun = meter.read()
    assert collection is not None
    assert len(collection.commands) == 100
    first.hang_up()
    phone = await settled(server, BOOK, CONTACTS)
    quiet = await at_rest(server, phone)
    kept = server.ask("state", address=BOOK, device=phone.device, collection=str(CONTACTS))
    phone.hang_up()
    return {"first answer": begun, "no change": quiet, "bytes": kept["all"]}


def state(server: Server) -> dict[str, Any]:
    """The bytes of the rows kept for one device and the largest folder."""
    address, size = inbox(SIZES[-1]), SIZES[-1]
    usual = server.ask("state", address=address, device="bench1", collection=str(INBOX))
    server.ask("thin", address=address, device="bench1", count=size)
    worst = server.ask("state", address=address, device="bench1", collection=str(INBOX))
    return {"one number in twenty missing": usual, "every other missing, at random": worst}


# ------------------------------------------------------------------------------------------ all of it


def prepare(data: Path) -> None:
    with Server(data) as server:
        addresses = [*map(inbox, SIZES), MAILBOX, TREE, BOOK]
        server.ask("add_users", addresses=addresses, signed_in=True)
        for size in SIZES:
            server.ask("grow", address=inbox(size), folder=INBOX, count=size)
        server.ask("grow", address=BOOK, folder=CONTACTS, count=CARDS)
        server.ask("grow_tree", address=TREE, count=FOLDERS)


def run() -> Result:
    take_client_core()
    with DataDirectory() as data:
        prepare(data)
        with Server(data) as server:
            memory = uvloop.run(first_sync_memory(server))
        with Server(data) as server:
            return {
                "bench": "engine",
                "machine": machine(),
                "by size": uvloop.run(by_size(server)),
                "state": state(server),
                "first sync": memory,
                "100 messages": uvloop.run(against_reading(server)),
                "together": uvloop.run(together(server)),
                "folders": uvloop.run(tree(server)),
                "cards": uvloop.run(book(server)),
            }


def table(result: Result) -> str:
    figures = ("cpu ms", "hops", "statements")
    rows = [
        [f"{name}, {size}", *(one[figure] for figure in figures)]
        for name, group in result["by size"].items()
        for size, one in group["sizes"].items()
    ]
    rows += [
        [f"{name}: {inner}", *(result[name][inner][figure] for figure in figures)]
        for name, inner in (
            ("together", "alone"),
            ("together", "each of all"),
            ("folders", "first"),
            ("folders", "no change"),
            ("cards", "first answer"),
            ("cards", "no change"),
        )
    ]
    reading = result["100 messages"]
    rows.append(["a round of 100 messages", *(reading[figure] for figure in figures)])
    ratios = [[f"{name}, largest to smallest", group["ratio"]] for name, group in result["by size"].items()]
    ratios += [
        ["100 messages to plain reading", reading["ratio"]],
        ["each of 50 devices to one", result["together"]["ratio"]],
        ["50 devices, p95 ms", result["together"]["ms"]["p95"]],
        ["first sync, KiB of growth", result["first sync"]["growth"]],
        *([f"state, {name}, bytes", one["all"]] for name, one in result["state"].items()),
        ["state of 5,000 folders, bytes", result["folders"]["bytes"]],
    ]
    return f"{columns(['', *figures], rows)}\n{columns(['', ''], ratios)}"


def main() -> None:
    arguments = parser(__doc__).parse_args()
    present(run(), arguments.record, table)


if __name__ == "__main__":
    main()
