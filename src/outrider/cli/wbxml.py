"""`outrider wbxml`: the wire's bytes as readable XML and back."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from outrider.cli.running import refusing

app = typer.Typer(help="WBXML to readable XML and back.", no_args_is_help=True)

File = Annotated[Path | None, typer.Argument(metavar="[FILE]", help="Standard input without it.")]


@app.command()
def decode(file: File = None) -> None:
    """Show a WBXML document as XML."""
    from outrider.admin import wire

    with refusing():
        typer.echo(wire.decode(_read(file)), nl=False)


@app.command()
def encode(file: File = None) -> None:
    """Make the WBXML document that such an XML describes."""
    from outrider.admin import wire

    with refusing():
        sys.stdout.buffer.write(wire.encode(_read(file).decode("utf-8", "replace")))
        sys.stdout.buffer.flush()


def _read(file: Path | None) -> bytes:
    return file.read_bytes() if file else sys.stdin.buffer.read()
