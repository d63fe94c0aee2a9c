"""A benchmark runs, so that the others' shared pieces do not rot."""

from __future__ import annotations

import json
import subprocess
import sys


def test_a_small_first_sync_is_measured() -> None:
    command = [sys.executable, "-m", "bench.first_sync", "--sizes", "3"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    result = json.loads(done.stdout)
    assert {row["messages"] for row in result["rows"]} == {3}
    assert "cost per message" in done.stderr
