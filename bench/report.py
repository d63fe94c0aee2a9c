"""What every benchmark prints: one JSON document on standard output, a table on standard error."""

import argparse
import json
import os
import platform
import statistics
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Result = dict[str, Any]


def machine() -> dict[str, object]:
    """What the figures were taken on; `load` is the load average when they were."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return {
        "python": platform.python_version(),
        "cpu": models[0] if models else platform.machine(),
        "cores": os.cpu_count(),
        "date": datetime.now(UTC).date().isoformat(),
        "load": round(os.getloadavg()[0], 1),
    }


def parser(doc: str | None) -> argparse.ArgumentParser:
    """The options that all benchmarks have."""
    arguments = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--record", type=Path, help="write the figures to this file as well")
    return arguments


def present(result: Result, record: Path | None, table: Callable[[Result], str]) -> None:
    """Print the figures and keep them where that is wished."""
    text = json.dumps(result, indent=2)
    if record:
        record.write_text(text + "\n")
    print(text)
    facts = ", ".join(f"{name} {value}" for name, value in result["machine"].items())
    print(f"{result['bench']}: {facts}\n{table(result)}", file=sys.stderr)


def columns(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table, its first column to the left, the others to the right."""
    lines = [[str(cell) for cell in row] for row in [head, *rows]]
    widths = [max(len(line[at]) for line in lines) for at in range(len(head))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if not at else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def quantiles(seconds: Sequence[float]) -> dict[str, float]:
    """Milliseconds: median, 95th and 99th percentile, and the most."""
    ordered = sorted(seconds)

    def at(part: float) -> float:
        return round(ordered[min(len(ordered) - 1, int(part * len(ordered)))] * 1000, 2)

    return {"p50": at(0.5), "p95": at(0.95), "p99": at(0.99), "max": round(ordered[-1] * 1000, 2)}


def median(figures: Sequence[float], digits: int = 3) -> float:
    """The middle of several runs."""
    return round(statistics.median(figures), digits)
