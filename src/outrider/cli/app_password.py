"""`outrider app-password`: passwords for one device each."""

from __future__ import annotations

from typing import Annotated

import typer

from outrider.cli.output import Json, print_json, print_rows
from outrider.cli.running import LARGEST, act

app = typer.Typer(help="App passwords: one for each device, shown once.", no_args_is_help=True)

Address = Annotated[str, typer.Argument(metavar="ADDRESS")]


@app.command()
def add(
    address: Address,
    label: Annotated[str, typer.Option(help="What it is for.")] = "app password",
    json: Json = False,
) -> None:
    """Make an app password; it is shown this once."""
    from outrider.admin.app_passwords import AddAppPassword

    made = act(lambda door: door.do(AddAppPassword(address, label)))
    if json:
        print_json({"number": made.app_password.number, "label": label, "password": made.typed})
    else:
        typer.echo(made.typed)


@app.command("list")
def list_(address: Address, json: Json = False) -> None:
    """List the app passwords of a user, revoked ones too."""
    from outrider.admin.app_passwords import ListAppPasswords

    listed = act(lambda door: door.do(ListAppPasswords(address)))
    if json:
        print_json(listed)
    else:
        print_rows(listed, ("number", "label", "created", "last_used", "revoked"))


@app.command()
def revoke(
    address: Address,
    number: Annotated[
        int | None, typer.Argument(metavar="[NUMBER]", min=1, max=LARGEST, help="As `list` shows it.")
    ] = None,
    label: Annotated[str | None, typer.Option(help="Revoke all with this label.")] = None,
) -> None:
    """Refuse an app password from now on."""
    if (number is None) == (label is None):
        raise typer.BadParameter("name either a number or a --label")
    from outrider.admin.app_passwords import RevokeAppPassword, RevokeLabelled

    asked = RevokeLabelled(address, label) if label is not None else RevokeAppPassword(address, number or 0)
    revoked = act(lambda door: door.do(asked))
    typer.echo(f"Revoked {', '.join(str(one.number) for one in revoked)}.")
