"""`outrider serve` as a process that can be killed and started again, and the net in front of it."""

from __future__ import annotations

import asyncio
import random
import signal
import socket
import sys
from pathlib import Path

import httpx2

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
    """The process; `up` is set while it listens, `asked` counts the requests since it was started."""

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
        self._process: asyncio.subprocess.Process | None = None
        self._draining: asyncio.Task[None] | None = None

    async def start(self) -> None:
        listening = asyncio.Event()
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "outrider", "serve", "--config", str(self.file)),
            stderr=asyncio.subprocess.PIPE,
        )
        self._draining = asyncio.create_task(self._drain(self._process, listening))
        async with asyncio.timeout(60):
            await listening.wait()
        self._asked = 0
        self.up.set()

    async def kill(self) -> None:
        self.kills += 1
        await self.end(signal.SIGKILL)

    async def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """End the process, if it runs; its exit status."""
        assert self._process
        assert self._draining
        self.up.clear()
        if self._process.returncode is None:
            self._process.send_signal(number)
        async with asyncio.timeout(30):
            await self._draining
            return await self._process.wait()

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

    async def _drain(self, process: asyncio.subprocess.Process, listening: asyncio.Event) -> None:
        assert process.stderr
        while row := (await process.stderr.readline()).decode():
            self.output.append(row)
            if '"listening"' in row:
                listening.set()
        listening.set()


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
