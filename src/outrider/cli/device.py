"""`outrider device`: the phones of the users."""

from __future__ import annotations

from typing import Annotated

import typer

from outrider.cli.output import Json, print_fields, print_json, print_rows
from outrider.cli.running import act

app = typer.Typer(help="Devices: what came, what it is, making it start over.", no_args_is_help=True)

Device = Annotated[str, typer.Argument(metavar="DEVICE", help="The device's id.")]
User = Annotated[str | None, typer.Option("--user", metavar="ADDRESS", help="Whose device is meant.")]


@app.command("list")
def list_(user: User = None, json: Json = False) -> None:
    """List devices, those seen last first."""
    from outrider.admin.devices import ListDevices

    devices = act(lambda door: door.do(ListDevices(user)))
    if json:
        print_json(devices)
    else:
        print_rows(devices, ("id", "user", "type", "model", "os", "version", "last_seen", "state"))


@app.command()
def show(device: Device, user: User = None, json: Json = False) -> None:
    """Show all that is known of a device."""
    from outrider.admin.devices import ShowDevice

    sheet = act(lambda door: door.do(ShowDevice(device, user)))
    if json:
        print_json(sheet)
    else:
        print_fields(sheet)


@app.command()
def forget(device: Device, user: User = None) -> None:
    """Remove a device with all that is kept for it; when it comes again it starts from nothing."""
    from outrider.admin.devices import ForgetDevice

    row = act(lambda door: door.do(ForgetDevice(device, user)))
    typer.echo(f"Forgot {row.id} of {row.user}.")


@app.command()
def resync(
    device: Device,
    user: User = None,
    folder: Annotated[
        str | None, typer.Option(metavar="PATH", help="Only this folder, such as Projects/Lighthouse.")
    ] = None,
) -> None:
    """Make a device fetch a folder, or everything, anew."""
    from outrider.admin.devices import ResyncDevice

    row = act(lambda door: door.do(ResyncDevice(device, user, folder)))
    typer.echo(f"{row.id} of {row.user} will fetch {folder or 'everything'} anew.")
