"""A process that has loaded the program, and for each line it reads forks one that runs it: `outrider` with
the words of the line, a JSON list. It writes the child's number when it runs, and its exit status when it
ended."""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module

PROGRAM = ("outrider.cli", "outrider.config", "outrider.main")


def main() -> None:
    """Serve until standard input ends."""
    for name in PROGRAM:
        import_module(name)
    print("ready", flush=True)
    while line := sys.stdin.readline():
        child = os.fork()
        if not child:
            _run(json.loads(line))
        print(child, flush=True)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _run(words: list[str]) -> None:
    """What the child does, as if it had been started by itself."""
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(2, 1)  # our standard output is for the numbers
    from outrider.cli import app

    app(words)


if __name__ == "__main__":
    main()
