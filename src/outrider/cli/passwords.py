"""How a password comes in: from standard input or typed twice, never on the command line."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

FromStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from the first line of standard input.")
]


def read_password(*, stdin: bool) -> str:
    """The password; wrong usage where there is nobody to ask."""
    if stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise typer.BadParameter("there is no terminal to ask on; use --password-stdin")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
