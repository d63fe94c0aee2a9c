"""The program as a process of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from msgspec import Struct

PROGRAM = (sys.executable, "-m", "outrider")


class Process(Struct):
    """A server that was started. `output` is what it wrote until it was ready."""

    popen: subprocess.Popen[str]
    output: str

    @property
    def url(self) -> str:
        found = re.search(r"https?://[^\s\"]+", self.output)
        assert found, self.output
        return found[0]

    def end(self, number: signal.Signals) -> tuple[int, str, str]:
        """Its exit status, and what it wrote since it was ready."""
        self.popen.send_signal(number)
        out, err = self.popen.communicate()
        return self.popen.returncode, out, err


@contextmanager
def started(*arguments: str, until: str, errors: bool = False) -> Iterator[Process]:
    """Run a server until the block ends; it is ready when a line (on standard error with `errors`) has
    `until` in it."""
    popen = subprocess.Popen(
        [*PROGRAM, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    )
    try:
        stream = popen.stderr if errors else popen.stdout
        assert stream
        yield Process(popen, _read(stream, until))
    finally:
        popen.kill()
        popen.communicate()


def outrider(*arguments: str, config: Path) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [*PROGRAM, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=environment() | {"OUTRIDER_CONFIG": str(config)},
    )


def environment() -> dict[str, str]:
    """Ours, without what configures a server."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OUTRIDER_")}
    return kept | {"PYTHONPATH": "src", "COLUMNS": "200"}


def _read(stream: IO[str], until: str) -> str:
    lines: list[str] = []
    for line in stream:
        lines.append(line)
        if until in line:
            break
    return "".join(lines)
