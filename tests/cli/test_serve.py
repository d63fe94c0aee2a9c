"""`outrider serve`, as a process of its own."""

from __future__ import annotations

import signal
import socket
from pathlib import Path
from urllib.request import urlopen

from tests.cli.conftest import Run
from tests.cli.processes import outrider, started


def configured(directory: Path, port: int = 0) -> Path:
    file = directory / "outrider.toml"
    file.write_text(f'[http]\nport = {port}\n[store]\ndata = "data"\n', "utf-8")
    return file


def test_it_serves_what_the_file_says_until_it_is_told_to_end(tmp_path: Path) -> None:
    config = configured(tmp_path)
    with started("serve", "--config", str(config), until="listening", errors=True) as server:
        with urlopen(f"{server.url}/readyz") as answer:
            assert answer.status == 200
        ended, out, err = server.end(signal.SIGTERM)
    assert (ended, out, "Traceback" in err) == (0, "", False)
    assert sorted(path.name for path in (tmp_path / "data").iterdir() if path.is_socket()) == []


def test_an_address_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        done = outrider("serve", config=configured(tmp_path, other.getsockname()[1]))
    assert (done.returncode, done.stderr.splitlines()[-1].split()[0]) == (1, "E-LISTEN")


def test_a_bad_configuration_is_named(run: Run, tmp_path: Path) -> None:
    done = run("serve", "--config", str(tmp_path / "none.toml"))
    assert (done.exit_code, done.stderr.split()[0]) == (1, "E-CONFIG-FILE")
