"""`outrider aside`: items that would not go through."""

from __future__ import annotations

from typing import Annotated

import typer

from outrider.cli.output import Json, print_fields, print_json, print_rows, shown
from outrider.cli.running import LARGEST, act

app = typer.Typer(help="Items that would not go through, and why.", no_args_is_help=True)

Address = Annotated[str, typer.Argument(metavar="ADDRESS", help="Whose item.")]
Folder = Annotated[str, typer.Argument(metavar="FOLDER", help="Its folder, such as Projects/Lighthouse.")]
Number = Annotated[
    int, typer.Argument(metavar="ITEM", min=1, max=LARGEST, help="Its number, as `list` shows it.")
]


@app.command("list")
def list_(
    user: Annotated[str | None, typer.Option("--user", metavar="ADDRESS", help="Only of this user.")] = None,
    json: Json = False,
) -> None:
    """List the items that are set aside."""
    from outrider.admin.aside import ListAside

    rows = act(lambda door: door.do(ListAside(user)))
    if json:
        print_json(rows)
    else:
        print_rows(rows, ("user", "folder", "item", "class_name", "reason", "tries", "since"))


@app.command()
def show(address: Address, folder: Folder, item: Number, json: Json = False) -> None:
    """Show why an item would not go through, and how its source begins."""
    from msgspec.structs import replace

    from outrider.admin.aside import ShowAside

    sheets = act(lambda door: door.do(ShowAside(address, folder, item)))
    if json:
        print_json(sheets)
        return
    for sheet in sheets:
        print_fields(replace(sheet, source=""))
    typer.echo("\n".join(map(shown, sheets[0].source.splitlines())))


@app.command()
def retry(address: Address, folder: Folder, item: Number) -> None:
    """Offer an item to the devices once more."""
    from outrider.admin.aside import RetryAside

    act(lambda door: door.do(RetryAside(address, folder, item)))
    typer.echo(f"Item {item} of {folder} will be tried again.")


@app.command()
def drop(address: Address, folder: Folder, item: Number) -> None:
    """Forget that an item would not go through; it stays in its folder."""
    from outrider.admin.aside import DropAside

    act(lambda door: door.do(DropAside(address, folder, item)))
    typer.echo(f"Item {item} of {folder} is listed no more.")
