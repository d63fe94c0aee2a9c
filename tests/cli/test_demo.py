"""`outrider demo`, as a process of its own."""

from __future__ import annotations

import base64
import json
import os
import signal
import ssl
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.cli.conftest import Run
from tests.cli.processes import Process, outrider, started

END = "Ctrl-C"


def status(process: Process, path: str, password: str = "", method: str = "GET") -> int:
    request = Request(process.url + path, method=method)
    if password:
        credentials = base64.b64encode(f"alice@example.org:{password}".encode()).decode()
        request.add_header("Authorization", f"Basic {credentials}")
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with urlopen(request, context=context) as answer:
            return int(answer.status)
    except HTTPError as error:
        error.close()
        return error.code


def test_commands_act_on_a_running_demo_at_once(tmp_path: Path) -> None:
    config = tmp_path / "demo/outrider.toml"
    with started("demo", "--port", "0", "--data", str(tmp_path / "demo"), until=END) as demo:
        assert demo.url.startswith("http://127.0.0.1:")
        assert "alice@example.org" in demo.output
        assert "bob@example.org" in demo.output
        assert status(demo, "/readyz") == 200
        assert f"{demo.url}/me/\n" in demo.output
        assert status(demo, "/me/") == 200
        sync = "/Microsoft-Server-ActiveSync"
        assert status(demo, sync, "outrider", "OPTIONS") == 200
        assert outrider("user", "disable", "alice@example.org", config=config).returncode == 0
        assert status(demo, sync, "outrider", "OPTIONS") != 200
        assert (config.parent / "data/control.sock").is_socket()
        ended, out, err = demo.end(signal.SIGINT)
    assert (ended, out, "Traceback" in err) == (0, "", False)
    users = json.loads(outrider("user", "list", "--json", config=config).stdout)
    assert {user["address"]: user["enabled"] for user in users} == {
        "alice@example.org": False,
        "bob@example.org": True,
    }


def test_a_throwaway_demo_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with started("demo", "--port", "0", "--tls", until=END) as demo:
        assert demo.url.startswith("https://")
        assert status(demo, "/readyz") == 200
        assert os.listdir(tmp_path) != []
        assert demo.end(signal.SIGTERM)[0] == 0
    assert os.listdir(tmp_path) == []


def test_a_directory_of_someone_else_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "precious").write_bytes(b"")
    done = run("demo", "--data", str(tmp_path))
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("E-DEMO-DIRECTORY ")
