"""`outrider serve` as a process that can be killed and started again, and the net in front of it."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import socket
import sys
from pathlib import Path

import httpx2

_LONGEST = 180.0  # seconds that loading, a start or an end may take where others use the machine
PORTS = range(20_000, 32_000)
"""Below those that the system gives away by itself, so that nobody takes ours while the server is down."""


def free_ports(chance: random.Random, count: int) -> list[int]:
    """Ports that nobody listens on."""
    found: list[int] = []
    for port in chance.sample(PORTS, len(PORTS)):
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)):
                found.append(port)
        if len(found) == count:
            break
    return found


class Server:
    """The process; `up` is set while it listens, `asked` counts the requests since it was started. It is
    forked from one that has loaded the program, so that a start costs little."""

    def __init__(self, directory: Path, relay: int = 0) -> None:
        self.port, self.lmtp = free_ports(random.Random(), 2)
        self.file = directory / "outrider.toml"
        self.file.write_text(
            f'[http]\nport = {self.port}\n[store]\ndata = "{directory / "data"}"\n'
            f"[delivery]\nport = {self.lmtp}\n[ping]\nmin_heartbeat = 1\n[throttle]\nquestions = 0\n"
            f'[submit]\nkind = "smtp"\nhost = "127.0.0.1"\nport = {relay}\ntls = "none"\n'
            '[log]\nlevel = "info"\nformat = "json"\n'
        )
        self.kills = 0
        self.output: list[str] = []
        self.up = asyncio.Event()
        self._asked = 0
        self._from: tuple[int, asyncio.Event] = (0, asyncio.Event())
        self._listening = asyncio.Event()
        self._child = 0
        self._ended: asyncio.Task[bytes]
        self._parent: asyncio.subprocess.Process | None = None
        self._draining: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Load the program."""
        self._parent = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.e2e.forking"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        self._draining = asyncio.create_task(self._drain(self._parent))
        assert await self._read() == "ready"

    async def close(self) -> None:
        """End what was loaded, and the server if it still runs."""
        if self._child:
            await self.end(signal.SIGKILL)
        assert self._parent
        assert self._parent.stdin
        assert self._draining
        self._parent.stdin.close()
        async with asyncio.timeout(_LONGEST):
            await self._draining
            await self._parent.wait()

    async def start(self) -> None:
        assert self._parent
        assert self._parent.stdin
        assert self._parent.stdout
        self._listening.clear()
        words = ["serve", "--config", str(self.file)]
        self._parent.stdin.write(json.dumps(words).encode() + b"\n")
        seen = len(self.output)
        self._child = int(await self._read())
        self._ended = asyncio.create_task(self._parent.stdout.readline())
        await self._until_listening(seen)
        self._asked = 0
        self.up.set()

    async def _until_listening(self, seen: int) -> None:
        """A server that ends, or does not come up in time, is a failure that shows what it said;
        `seen` is how many lines were there before it was started."""
        listening = asyncio.create_task(self._listening.wait())
        await asyncio.wait([listening, self._ended], timeout=_LONGEST, return_when=asyncio.FIRST_COMPLETED)
        listening.cancel()
        if self._listening.is_set():
            return
        for _ in range(3):  # turns of the loop, in which the last of its words are read
            await asyncio.sleep(0)
        said = "".join(self.output[seen:])
        if not self._ended.done():
            raise AssertionError(f"the server does not listen; it said:\n{said}")
        self._child = 0
        raise AssertionError(f"the server ended with {self._ended.result().decode().strip()}:\n{said}")

    async def kill(self) -> None:
        self.kills += 1
        await self.end(signal.SIGKILL)

    async def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """End the process; its exit status."""
        self.up.clear()
        os.kill(self._child, number)
        self._child = 0
        async with asyncio.timeout(_LONGEST):
            return int(await self._ended)

    def count(self) -> None:
        """Somebody asks something."""
        self._asked += 1
        number, event = self._from
        if self._asked >= number:
            event.set()

    async def request(self, number: int) -> None:
        """Until the n-th request since the start is on its way."""
        self._from = number, asyncio.Event()
        if self._asked < number:
            await self._from[1].wait()

    async def _read(self) -> str:
        assert self._parent
        assert self._parent.stdout
        async with asyncio.timeout(_LONGEST):
            return (await self._parent.stdout.readline()).decode().strip()

    async def _drain(self, process: asyncio.subprocess.Process) -> None:
        assert process.stderr
        while row := (await process.stderr.readline()).decode():
            self.output.append(row)
            if '"listening"' in row:
                self._listening.set()


class Net(httpx2.AsyncBaseTransport):
    """The way of one phone to the server. When the server dies, the phone's system asks again by itself, byte
    for byte, or the phone is told."""

    def __init__(self, server: Server, chance: random.Random) -> None:
        self._server = server
        self._chance = chance
        self._inner = httpx2.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        while True:
            await self._server.up.wait()
            self._server.count()
            try:
                answer = await self._inner.handle_async_request(request)
                await answer.aread()
            except httpx2.HTTPError:
                if self._chance.random() < 0.5:
                    raise
            else:
                return answer

    async def aclose(self) -> None:
        await self._inner.aclose()
