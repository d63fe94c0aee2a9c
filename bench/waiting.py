"""Thousands of phones that wait in a Ping: their memory, their idleness, what others notice of them, how soon
they hear of a mail, and how they come back after a restart.

Each device belongs to a user of its own (they share a password, so that one hash is made). All of them
first register, take the policy and synchronise by the protocol, in a server that is then ended; their sign-
ins are put into the store beforehand, as if they had been there yesterday. Goals for 10,000 devices with a
heartbeat of 3540 seconds: 24 KB each; under 2 % of a core while idle; another user's no-change Sync at the
95th percentile at most 1.2 times that of an idle server; from delivery to the answer of the Ping under 50
ms; all back within 60 s of a restart. Run it with `python -m bench.waiting [--devices 10000] [--record
FILE]`.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import uvloop

from bench.driver import Phone
from bench.nochange import load, synchronised
from bench.report import Result, columns, machine, parser, present, quantiles
from bench.server import DataDirectory, Server, take_client_core
from outrider.http.server import raise_file_limit

HEARTBEAT = 3540
AT_ONCE = 100
LOOK_EVERY = 1e-5
"""Seconds between two looks at how many wait, for each phone that is to come."""

IDLE_SECONDS = 30.0
DELIVERIES = 300
OTHER = "other@example.org"
PING_CHANGES = 2


async def each(phones: list[Phone], act: Callable[[Phone], Awaitable[None]]) -> None:
    """Do something with all phones, some of them at a time."""
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(phone: Phone) -> None:
        async with slots:
            await act(phone)

    await asyncio.gather(*(one(phone) for phone in phones))


async def register(server: Server, phones: list[Phone]) -> None:
    """Everything a phone does before its first Ping."""

    async def enrol(phone: Phone) -> None:
        await phone.begin()
        assert await phone.sync() == (None, 0)
        phone.hang_up()

    await each(phones, enrol)


class Crowd:
    """Phones that wait at one server."""

    def __init__(self, server: Server, phones: list[Phone]) -> None:
        self._server = server
        self.phones = phones
        self.pings: dict[Phone, asyncio.Task[int]] = {}

    async def come(self, at_once: int) -> dict[str, float]:
        """All connect and send their Ping, so many at a time; seconds and CPU until all of them are
        served."""
        cpu, began = self._server.cpu(), time.perf_counter()
        for first in range(0, len(self.phones), at_once):
            for phone in self.phones[first : first + at_once]:
                self.pings[phone] = asyncio.create_task(phone.ping(HEARTBEAT))
            await self._wait_for(min(first + at_once, len(self.phones)), at_once * LOOK_EVERY)
        took = time.perf_counter() - began
        assert all(ping.result() == PING_CHANGES for ping in self.pings.values() if ping.done())
        return {"seconds": round(took, 1), "cpu s": round(self._server.cpu() - cpu, 2)}

    async def _wait_for(self, number: int, seconds: float) -> None:
        """Until so many wait, or have been told of a mail already; looking every so many seconds."""
        while self._server.ask("waiting") + sum(ping.done() for ping in self.pings.values()) < number:  # noqa: ASYNC110
            await asyncio.sleep(seconds)

    async def hear_of_mail(self, phone: Phone, address: str) -> float:
        """Seconds from the moment a mail is handed over until the phone has its answer."""
        self._server.tell("deliver", address=address)
        status = await self.pings[phone]
        heard = time.monotonic()
        assert status == PING_CHANGES, status
        return heard - float(self._server.hear())


async def measure(server: Server, phones: dict[str, Phone]) -> Result:
    """Everything but the restart; all phones wait at its end."""
    [other] = await synchronised(server, [OTHER])
    idle = await load(server, [other])
    crowd, before = Crowd(server, list(phones.values())), server.pss()
    arrival = await crowd.come(AT_ONCE)
    memory = server.pss() - before
    cpu, began = server.cpu(), time.perf_counter()
    await asyncio.sleep(IDLE_SECONDS)
    idleness = (server.cpu() - cpu) / (time.perf_counter() - began)
    crowded = await load(server, [other])
    latencies = [
        await crowd.hear_of_mail(phones[address], address)
        for address in random.Random(1).sample(sorted(phones), min(DELIVERIES, len(phones)))
    ]
    other.hang_up()
    stop = await leave(server, crowd)
    return {
        "arrival": arrival,
        "KiB each": round(memory / len(phones), 1),
        "PSS MiB": round((before + memory) / 1024, 1),
        "idle cpu %": round(idleness * 100, 2),
        "other's sync ms": {"idle server": idle["ms"], "while they wait": crowded["ms"]},
        "other's sync p95, ratio": round(crowded["ms"]["p95"] / idle["ms"]["p95"], 2),
        "delivery to answer ms": quantiles(latencies),
        "stop": stop,
    }


async def leave(server: Server, crowd: Crowd) -> dict[str, Any]:
    """Stop the server while they wait; what each of them is told."""
    waiting = [ping for ping in crowd.pings.values() if not ping.done()]
    began = time.perf_counter()
    server.stop()
    answers = Counter(str(one) for one in await asyncio.gather(*waiting, return_exceptions=True))
    for phone in crowd.phones:
        phone.hang_up()
    return {
        "waiting": len(waiting),
        "seconds": round(time.perf_counter() - began, 1),
        "statuses": dict(answers),
    }


async def come_back(server: Server, phones: dict[str, Phone]) -> dict[str, float]:
    """All at the same moment, as after a restart."""
    for phone in phones.values():
        phone.server = server
    crowd = Crowd(server, list(phones.values()))
    back = await crowd.come(len(phones))
    for ping in crowd.pings.values():
        ping.cancel()
    for phone in crowd.phones:
        phone.hang_up()
    return back


def prepare(data: Path, addresses: list[str]) -> dict[str, Phone]:
    with Server(data) as server:
        server.ask("add_users", addresses=[OTHER, *addresses], signed_in=True)
        phones = {address: Phone(server, address) for address in addresses}
        uvloop.run(register(server, list(phones.values())))
    return phones


def run(devices: int) -> Result:
    take_client_core()
    raise_file_limit()
    addresses = [f"user{number}@example.org" for number in range(devices)]
    with DataDirectory() as data:
        phones = prepare(data, addresses)
        with Server(data) as server:
            for phone in phones.values():
                phone.server = server
            result = uvloop.run(measure(server, phones))
        with Server(data) as server:
            back = uvloop.run(come_back(server, phones))
    return {"bench": "waiting", "machine": machine(), "devices": devices, **result, "restart": back}


def table(result: Result) -> str:
    sync = result["other's sync ms"]
    stop = result["stop"]
    rows = [
        ["KiB each", result["KiB each"]],
        ["PSS of the server, MiB", result["PSS MiB"]],
        ["idle CPU, % of a core", result["idle cpu %"]],
        ["another's Sync p95 ms, idle server", sync["idle server"]["p95"]],
        ["another's Sync p95 ms, while they wait", sync["while they wait"]["p95"]],
        ["delivery to answer p50 ms", result["delivery to answer ms"]["p50"]],
        ["delivery to answer p95 ms", result["delivery to answer ms"]["p95"]],
        ["first arrival of all, s", result["arrival"]["seconds"]],
        ["server stopped, all answered, s", stop["seconds"]],
        ["back after the restart, s", result["restart"]["seconds"]],
        ["back after the restart, CPU s", result["restart"]["cpu s"]],
    ]
    return columns([f"{result['devices']} devices", ""], rows) + f"\nanswers at the stop: {stop['statuses']}"


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--devices", type=int, default=10_000)
    arguments = options.parse_args()
    present(run(arguments.devices), arguments.record, table)


if __name__ == "__main__":
    main()
