"""`outrider audit`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from outrider.cli.running import administrator
from tests.cli.conftest import Run

ALICE = "alice@example.org"


@pytest.fixture
def acted(alice: Run) -> Run:
    """The program, with two acts on Alice behind it."""
    assert alice("user", "disable", ALICE).exit_code == 0
    return alice


def test_a_list_has_the_promised_shape(acted: Run, listed: Callable[..., Any]) -> None:
    rows = listed("audit", "list")
    assert [" ".join(row) for row in rows] == ["id time actor act subject before after outcome"] * 2
    assert [row["act"] for row in rows] == ["user.add", "user.disable"]
    assert {row["actor"] for row in rows} == {administrator()}
    assert rows[1]["after"] == {"enabled": False}
    told = acted("audit", "list").stdout
    assert '{"enabled":true}' in told


@pytest.mark.parametrize(
    ("options", "acts"),
    [
        (("--last", "1"), ["user.disable"]),
        (("--act", "*.add"), ["user.add"]),
        (("--about", f"user:{ALICE}"), ["user.add", "user.disable"]),
        (("--by", "nobody"), []),
        (("--since", "2999-01-01"), []),
        (("--until", "2000-01-01T00:00:00Z"), []),
    ],
)
def test_lines_are_chosen(
    acted: Run, listed: Callable[..., Any], options: tuple[str, ...], acts: list[str]
) -> None:
    assert [row["act"] for row in listed("audit", "list", *options)] == acts


def test_an_export_is_one_document_a_line(acted: Run, tmp_path: Path) -> None:
    file = tmp_path / "audit.jsonl"
    assert acted("audit", "export", str(file)).exit_code == 0
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert [(line["id"], line["act"]) for line in lines] == [(1, "user.add"), (2, "user.disable")]
    assert acted("audit", "export", "--act", "*.add").stdout.splitlines() == file.read_text().splitlines()[:1]


def test_an_export_overwrites_nothing(acted: Run, tmp_path: Path) -> None:
    file = tmp_path / "audit.jsonl"
    file.write_text("kept")
    done = acted("audit", "export", str(file))
    assert (done.exit_code, done.stderr.split()[0], file.read_text()) == (1, "E-SYSTEM", "kept")


def test_looking_at_the_audit_leaves_nothing_in_it(acted: Run, listed: Callable[..., Any]) -> None:
    listed("audit", "list")
    assert len(listed("audit", "list")) == 2
