"""`outrider burst`: what devices removed, too much at once."""

from __future__ import annotations

from typing import Annotated

import typer

from outrider.cli.output import Json, print_fields, print_json, print_rows
from outrider.cli.running import LARGEST, act

app = typer.Typer(help="What devices removed, too much at once, and undoing it.", no_args_is_help=True)

Number = Annotated[
    int, typer.Argument(metavar="BURST", min=1, max=LARGEST, help="Its number, as `list` shows it.")
]


@app.command("list")
def list_(
    user: Annotated[str | None, typer.Option("--user", metavar="ADDRESS", help="Only of this user.")] = None,
    json: Json = False,
) -> None:
    """List the bursts that can be undone."""
    from outrider.admin.bursts import ListBursts

    rows = act(lambda door: door.do(ListBursts(user)))
    if json:
        print_json(rows)
    else:
        print_rows(
            rows, ("id", "user", "device", "folder", "class_name", "removed", "items", "began", "until")
        )


@app.command()
def show(burst: Number, json: Json = False) -> None:
    """Show a burst and what it removed."""
    from msgspec.structs import replace

    from outrider.admin.bursts import ShowBurst

    sheet = act(lambda door: door.do(ShowBurst(burst)))
    if json:
        print_json(sheet)
        return
    print_fields(replace(sheet, contents=()))
    print_rows(sheet.contents, ("item", "received", "size", "subject"))


@app.command()
def undo(burst: Number, json: Json = False) -> None:
    """Put the items back; the devices get them with their next Sync."""
    from outrider.admin.bursts import UndoBurst

    undone = act(lambda door: door.do(UndoBurst(burst)))
    if json:
        print_json(undone)
    else:
        typer.echo(f"{undone.items} items are in {undone.folder} again.")


@app.command()
def drop(burst: Number) -> None:
    """Let the items go for good."""
    from outrider.admin.bursts import DropBurst

    act(lambda door: door.do(DropBurst(burst)))
    typer.echo(f"Burst {burst} cannot be undone any more.")
