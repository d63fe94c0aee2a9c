"""The measured server as benchmarks hold it: a process of its own on a core of its own, with data that are
thrown away."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import IO, Any
from urllib.parse import urlsplit

_CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE, CLIENT_CORE = _CORES[0], _CORES[-1]
_SCHEDULED = 2  # CPUCLOCK_SCHED: user and system


def take_client_core() -> None:
    """Keep this process off the server's core, where there are two."""
    os.sched_setaffinity(0, {CLIENT_CORE})


class DataDirectory:
    """A directory that is gone afterwards."""

    def __enter__(self) -> Path:
        self._path = Path(tempfile.mkdtemp(prefix="outrider-bench-"))
        return self._path

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self._path)


class Server:
    """A server that runs inside a `with` block."""

    host: str
    port: int
    lmtp_port: int

    def __init__(self, data: Path) -> None:
        self._data = data
        self._process: subprocess.Popen[str]
        self._log: IO[str]

    def __enter__(self) -> "Server":
        self._log = (self._data.parent / f"{self._data.name}.log").open("a")
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-c",
                "from bench.serving import main; main()",
                str(self._data),
                str(SERVER_CORE),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        told = self.hear()
        url = urlsplit(str(told["url"]))
        self.lmtp_port = int(told["lmtp"])
        self.host, self.port = url.hostname or "", url.port or 0
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self._process.wait()
        self._log.close()
        if kind is None:
            Path(self._log.name).unlink()

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, act: str, **arguments: object) -> Any:
        """Have the server do one of `bench.serving.ACTS`, and wait for what it answers."""
        self.tell(act, **arguments)
        return self.hear()

    def tell(self, act: str, **arguments: object) -> None:
        """Have the server do something; what it answers is to be heard before it is told more."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"act": act, **arguments}) + "\n")
        self._process.stdin.flush()

    def hear(self) -> Any:
        """Wait for the server's answer to what it was told."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the server ended: see {self._log.name}")
        return json.loads(line)

    def stop(self) -> None:
        """Have the server stop as a signal would; the end of the block waits for it."""
        assert self._process.stdin is not None
        self._process.stdin.close()

    def cpu(self) -> float:
        """Seconds of user and system time the process has taken so far, all its threads together."""
        # The kernel's clock of another process, which counts nanoseconds where /proc counts hundredths.
        return time.clock_gettime(~self.pid << 3 | _SCHEDULED)

    def forget_peak(self) -> None:
        """Let the most memory ever had be what it has now."""
        Path(f"/proc/{self.pid}/clear_refs").write_text("5")

    def memory(self) -> dict[str, int]:
        """KiB: the most it had at once since `forget_peak` (files it looks at included), what it has now, and
        what of that is its own and no file's."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        fields = {name: value for name, _, value in (line.partition(":") for line in lines)}
        names = {"peak": "VmHWM", "now": "VmRSS", "anonymous": "RssAnon"}
        return {name: int(fields[field].split()[0]) for name, field in names.items()}

    def pss(self) -> int:
        """KiB of memory that are its own, shared pages counted by their share."""
        for line in Path(f"/proc/{self.pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
        raise ValueError("the kernel does not tell the memory of a process")
