"""`outrider wbxml`."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Run

PING = bytes.fromhex("03016a00000d45480336300001 01")


def test_both_ways_through_standard_input_and_files(run: Run, tmp_path: Path) -> None:
    text = run("wbxml", "decode", stdin=PING).stdout
    assert "<Ping:HeartbeatInterval>60<" in text
    file = tmp_path / "ping.xml"
    file.write_text(text, "utf-8")
    assert run("wbxml", "encode", str(file)).stdout_bytes == PING


def test_refusals(run: Run, tmp_path: Path) -> None:
    for arguments, code in (
        (("decode", str(tmp_path / "none")), "E-SYSTEM"),
        (("decode",), "E-UNREADABLE"),
        (("encode",), "E-UNREADABLE"),
    ):
        done = run("wbxml", *arguments, stdin="nonsense")
        assert (done.exit_code, done.stderr.split()[0]) == (1, code)
