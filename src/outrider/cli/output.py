"""What commands print: tables for people, one JSON document for programs."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Annotated, Final

import typer

NOT_THERE: Final = "(not there)"
"""What lists say of a name that is nobody's."""

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]


def print_json(value: object) -> None:
    """One JSON document; times are ISO 8601 in UTC."""
    import msgspec

    typer.echo(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


def print_rows(rows: Iterable[object], columns: Sequence[str]) -> None:
    """A table of these attributes of each row."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*(column.replace("_", " ") for column in columns), box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(Text(shown(getattr(row, column))) for column in columns))
    console = Console(width=None if sys.stdout.isatty() else 240, highlight=False)
    with console.capture() as printed:
        console.print(table)
    typer.echo(printed.get(), nl=False)  # which writes UTF-8 where the locale knows ASCII only


def print_fields(value: object, but: Sequence[str] = ()) -> None:
    """One thing, an attribute a line, `but` for those named; what is empty is left out."""
    import msgspec

    fields = (field.name for field in msgspec.structs.fields(value))  # type: ignore[arg-type]
    for name in (name for name in fields if name not in but):
        text = shown(getattr(value, name))
        if text:
            typer.echo(f"{name.replace('_', ' ')}: {text}")


def print_removal(name: str, still_named_by: Sequence[str]) -> None:
    """That somebody was removed, and what goes on naming them."""
    typer.echo(f"Removed {name}.")
    if still_named_by:
        typer.echo(f"Still named by {', '.join(still_named_by)}, for whoever comes under this name.")


def shown(value: object) -> str:
    """A value in a line of text, without signs that would steer a terminal."""
    match value:
        case None | False:
            return ""
        case True:
            return "yes"
        case bytes():
            return f"{len(value)} bytes"
        case datetime():
            return value.strftime("%Y-%m-%dT%H:%M:%SZ")
        case date():
            return value.isoformat()
        case dict():
            return ", ".join(f"{shown(key)} ({shown(one)})" for key, one in value.items())
        case tuple() | list():
            return ", ".join(map(shown, value))
    return "".join(sign if sign.isprintable() else "?" for sign in str(value))
