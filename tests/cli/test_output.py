"""What commands print."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime

import pytest
from msgspec import Struct

from outrider.cli.output import print_fields, print_json, print_removal, print_rows, shown
from tests.cli.processes import environment


class Row(Struct):
    name: str
    seen: datetime | None = None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (False, ""),
        (True, "yes"),
        (7, "7"),
        (b"abc", "3 bytes"),
        (date(2026, 1, 2), "2026-01-02"),
        (datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), "2026-01-02T03:04:05Z"),
        (("a", "b"), "a, b"),
        ("Café \x1b[2J\n", "Café ?[2J?"),
    ],
)
def test_a_value_is_a_line(value: object, text: str) -> None:
    assert shown(value) == text


@pytest.mark.parametrize(
    ("named_by", "lines"),
    [
        ([], ["Removed bob."]),
        (["rule 2"], ["Removed bob.", "Still named by rule 2, for whoever comes under this name."]),
    ],
)
def test_a_removal_says_what_goes_on_naming_somebody(
    capsys: pytest.CaptureFixture[str], named_by: list[str], lines: list[str]
) -> None:
    print_removal("bob", named_by)
    assert capsys.readouterr().out.splitlines() == lines


def test_json_is_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    print_json([Row("ü", datetime(2026, 1, 2, tzinfo=UTC))])
    assert capsys.readouterr().out.split() == [
        "[",
        "{",
        '"name":',
        '"ü",',
        '"seen":',
        '"2026-01-02T00:00:00Z"',
        "}",
        "]",
    ]


def test_markup_in_a_table_is_text(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows([Row("[bold]x[/bold]")], ("name", "seen"))
    assert "[bold]x[/bold]" in capsys.readouterr().out


def test_empty_fields_are_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    print_fields(Row("x"))
    assert capsys.readouterr().out == "name: x\n"


def test_a_table_has_all_its_letters_whatever_the_locale() -> None:
    code = (
        "from collections import namedtuple; from outrider.cli.output import print_rows;"
        "print_rows([namedtuple('Row', 'name')('caf\\xe9')], ['name'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=True,
        env={**environment(), "PYTHONIOENCODING": "ascii"},
    )
    assert done.stdout.decode().split() == ["name", "café"]
