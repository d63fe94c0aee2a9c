"""How a password comes in."""

from __future__ import annotations

import io
import sys

import pytest
import typer

from outrider.cli.passwords import read_password


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("typed", "password"), [("a b \n", "a b "), ("last", "last"), ("crlf\r\nmore\n", "crlf")]
)
def test_the_first_line_of_standard_input(monkeypatch: pytest.MonkeyPatch, typed: str, password: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    assert read_password(stdin=True) == password


def test_on_a_terminal_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr(typer, "prompt", lambda text, **options: f"{text} {sorted(options)}")
    assert read_password(stdin=False) == "Password ['confirmation_prompt', 'hide_input']"


def test_without_a_terminal_it_is_wrong_usage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    with pytest.raises(typer.BadParameter):
        read_password(stdin=False)
