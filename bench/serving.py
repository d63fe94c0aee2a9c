"""The measured process: a server as `outrider serve` runs it, which also obeys a line of JSON at a time on
its standard input, so that data can be put into it and its counters read."""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from bench import bulk, corpus, crowds, documents
from outrider.backends.local.users import NewUser
from outrider.config import Config, Delivery, Http, Log, Store, Throttle
from outrider.database import Connection
from outrider.domain.items import ItemClass, NewMail
from outrider.main import Running, run
from outrider.store.signins import SignedIn
from outrider.wiring import Parts

PASSWORD = "outrider"
INBOX = 1
BATCH = 200
LINE = 1 << 24

Act = Callable[..., Awaitable[object]]


def main() -> None:
    """Serve the data directory named on the command line, on the core named there, until standard input
    ends."""
    os.sched_setaffinity(0, {int(sys.argv[2])})
    data = Path(sys.argv[1])
    config = Config(
        http=Http(port=0),
        delivery=Delivery(port=0),
        store=Store(data=data),
        throttle=Throttle(questions=0),
        log=Log(format="json"),
    )
    run(config, ready=_tell_url, beside=_obeying)


def _tell_url(running: Running) -> None:
    _say({"url": running.url, "lmtp": running.lmtp.port if running.lmtp else 0})


@asynccontextmanager
async def _obeying(parts: Parts) -> AsyncIterator[None]:
    obeying = asyncio.create_task(_obey(parts))
    try:
        yield
    finally:
        obeying.cancel()
        with suppress(asyncio.CancelledError):
            await obeying


async def _obey(parts: Parts) -> None:
    reader = asyncio.StreamReader(limit=LINE)
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    try:
        while line := await reader.readline():
            asked = json.loads(line)
            _say(await ACTS[asked.pop("act")](parts, **asked))
    finally:
        os.kill(os.getpid(), signal.SIGTERM)


def _say(answer: object) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


async def add_users(parts: Parts, *, addresses: list[str], signed_in: bool) -> None:
    """Add users who share one password and its hash; with `signed_in` as if each had signed in before."""
    await parts.users.add(NewUser(address=addresses[0], password=PASSWORD))
    kept = await parts.database.read(_password_of, addresses[0])
    await parts.users.add_all([NewUser(address=one, hash=kept) for one in addresses[1:]])
    if signed_in:
        stamps = await parts.database.read(_stamps)
        now = int(datetime.now(UTC).timestamp())
        await asyncio.gather(
            *(
                parts.store.signins.keep(parts.key.digest(one, PASSWORD), SignedIn(one, stamps[one], now))
                for one in addresses
            )
        )


async def fill(parts: Parts, *, address: str, count: int) -> float:
    """Deliver the corpus into an Inbox; answers the CPU-seconds it took, making the messages left out."""
    mails = corpus.mails(count)
    spent = 0.0
    while batch := list(islice(mails, BATCH)):
        began = time.process_time()
        await parts.local.deliver_many(address, INBOX, batch)
        spent += time.process_time() - began
    return spent


async def fill_class(parts: Parts, *, address: str, holds: str, folder: int, count: int) -> float:
    """Put documents of a class into a folder; answers the CPU-seconds it took."""
    every = list(documents.documents(ItemClass(holds), count))
    began = time.process_time()
    for first in range(0, count, BATCH):
        await parts.local.add_documents(address, folder, ItemClass(holds), every[first : first + BATCH])
    return time.process_time() - began


async def fill_small(parts: Parts, *, address: str, count: int) -> None:
    """Deliver so many messages of a line into an Inbox."""
    for first in range(0, count, 2_000):
        mails = [
            NewMail(mime=corpus.small(number), received=corpus.START)
            for number in range(first, min(first + 2_000, count))
        ]
        await parts.local.deliver_many(address, INBOX, mails)


async def fill_worded(parts: Parts, *, address: str, count: int) -> float:
    """Deliver so many messages of known words into an Inbox; answers the CPU-seconds it took."""
    began = time.process_time()
    for first in range(0, count, 2_000):
        numbers = range(first, min(first + 2_000, count))
        mails = [
            NewMail(mime=corpus.worded(number), received=corpus.START + timedelta(minutes=number))
            for number in numbers
        ]
        await parts.local.deliver_many(address, INBOX, mails)
    return time.process_time() - began


async def deliver(parts: Parts, *, address: str) -> float:
    """Deliver a mail as LMTP does; answers the moment it was handed over, by the clock of the machine."""
    began = time.monotonic()
    await parts.delivery.deliver([address], corpus.small(int(began)))
    return began


async def counters(parts: Parts) -> dict[str, Any]:
    """What the database did so far."""
    counted = parts.database.counters
    return {"hops": counted.hops, "statements": counted.statements, "commits": counted.commits}


async def waiting(parts: Parts) -> int:
    """How many devices wait."""
    return len(parts.hub)


ACTS: dict[str, Act] = {
    act.__name__: act
    for act in (
        add_users,
        fill,
        fill_class,
        fill_small,
        fill_worded,
        deliver,
        counters,
        waiting,
        bulk.grow,
        bulk.grow_tree,
        bulk.complete,
        bulk.thin,
        bulk.state,
        bulk.read_plainly,
        crowds.make_policy,
        crowds.enrol,
        crowds.add_rules,
        crowds.decide,
        crowds.change_policy,
    )
}


def _password_of(connection: Connection, address: str) -> str:
    return str(connection.execute("SELECT password FROM users WHERE address = ?", (address,)).fetchone()[0])


def _stamps(connection: Connection) -> dict[str, str]:
    return dict(connection.execute("SELECT address, stamp FROM users").fetchall())
