"""`outrider device`: the phones of the users."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from outrider.cli.output import Json, print_fields, print_json, print_rows, shown
from outrider.cli.running import act, administrator, refuse

if TYPE_CHECKING:
    from outrider.admin.devices import DeviceSheet
    from outrider.policy.rules import Effect

app = typer.Typer(
    help="Devices: what came, what it is, whether it is let in, starting over, wiping.", no_args_is_help=True
)

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
        return
    print_fields(sheet, but=("access", "findings", "claims", "wipe"))
    _print_access(sheet)
    _print_claims(sheet)
    if sheet.wipe is not None:
        typer.echo("wipe:")
        print_fields(sheet.wipe, but=("device", "user"))


def shown_access(device: str, user: str | None, *, json: bool) -> None:
    """Show what is asked before a device is let in, and what comes of it."""
    from outrider.admin.devices import ShowDevice

    sheet = act(lambda door: door.do(ShowDevice(device, user)))
    if json:
        print_json(sheet.access)
    else:
        _print_access(sheet)


def _print_access(sheet: DeviceSheet) -> None:
    typer.echo("access:")
    for answer in sheet.access:
        code = f" ({answer.code})" if answer.code else ""
        typer.echo(f"  {answer.step.value}: {shown(answer.reason)}{code}")


def _print_claims(sheet: DeviceSheet) -> None:
    for found in sheet.findings:
        typer.echo(f"finding: {found.code} ({found.effect}): {shown(found.evidence)}")
    for said in sheet.claims:
        typer.echo(f"said: {shown(said.time)} {said.name}: {shown(said.value)}")


@app.command()
def allow(device: Device, user: User = None) -> None:
    """Let a device in, whatever the rules say."""
    from outrider.policy.rules import Effect

    _decide(device, user, Effect.ALLOW)


@app.command()
def block(device: Device, user: User = None) -> None:
    """Keep a device out, whatever the rules say; it is told so at once, and keeps what it has."""
    from outrider.policy.rules import Effect

    _decide(device, user, Effect.BLOCK)


@app.command()
def quarantine(device: Device, user: User = None) -> None:
    """Have a device see nothing but one mail, until somebody decides about it."""
    from outrider.policy.rules import Effect

    _decide(device, user, Effect.QUARANTINE)


@app.command()
def undecide(device: Device, user: User = None) -> None:
    """Take back what was decided about a device: rules and default hold for it again."""
    _decide(device, user, None)


@app.command()
def unpark(device: Device, user: User = None) -> None:
    """Let a device that failed to take its policy try again."""
    from outrider.admin.devices import UnparkDevice

    row = act(lambda door: door.do(UnparkDevice(device, user)))
    typer.echo(f"{row.id} of {row.user} is {row.state}, and may try again.")


def _decide(device: str, user: str | None, effect: Effect | None) -> None:
    from outrider.admin.devices import DecideDevice

    row = act(lambda door: door.do(DecideDevice(device, user, effect)))
    reason = f": {row.reason}" if row.reason else ""
    typer.echo(f"{row.id} of {row.user} is {row.state}{reason}.")


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


@app.command()
def wipe(
    device: Device,
    user: User = None,
    account_only: Annotated[
        bool, typer.Option("--account-only", help="Only this account (from ActiveSync 16.1); the default.")
    ] = False,
    full: Annotated[bool, typer.Option("--full", help="All of the device, as when it was new.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask once more.")] = False,
) -> None:
    """Have a device wiped; it is done once the device says so.

    It works without the user's password too, and on a device that is kept out. Afterwards the device is kept
    out until `clear`.
    """
    from outrider.admin.wipes import WipeDevice
    from outrider.policy.wipes import Kind

    if account_only and full:
        raise typer.BadParameter("name only one of --account-only and --full")
    if full and not yes:
        _confirm(device)
    kind = Kind.FULL if full else Kind.ACCOUNT
    asked = WipeDevice(id=device, address=user, kind=kind, author=administrator())
    row = act(lambda door: door.do(asked))
    what = "All of it" if full else "The account on it"
    typer.echo(
        f"{what} will be wiped when {row.device} of {row.user} comes; `device show` tells how it went."
    )


@app.command("cancel-wipe")
def cancel_wipe(device: Device, user: User = None) -> None:
    """Take back a wipe that the device has not acknowledged."""
    from outrider.admin.wipes import CancelWipe

    row = act(lambda door: door.do(CancelWipe(device, user)))
    told = "; the device was told already, and may still obey" if row.times else ""
    typer.echo(f"{row.device} of {row.user} will not be wiped{told}.")


@app.command()
def clear(device: Device, user: User = None) -> None:
    """Let a device come again that was wiped."""
    from outrider.admin.wipes import ClearDevice

    row = act(lambda door: door.do(ClearDevice(device, user)))
    typer.echo(f"{row.device} of {row.user} may come again.")


@app.command("recovery-password")
def recovery_password(device: Device, user: User = None) -> None:
    """Show the password that unlocks a device once, and keep it no longer."""
    from outrider.admin.recovery import TakeRecoveryPassword

    taken = act(lambda door: door.do(TakeRecoveryPassword(device, user)))
    typer.echo(taken.password)


def _is_terminal() -> bool:
    return sys.stdin.isatty()


def _confirm(device: str) -> None:
    """Have the device's id typed; without a terminal nothing is wiped."""
    if not _is_terminal():
        refuse("E-WIPE-CONFIRM", "A full wipe takes everything from the device; confirm it with --yes.")
    typer.echo("This takes everything from the device, the owner's own things too.")
    if typer.prompt("Type its id to go on").strip().lower() != device.lower():
        refuse("E-WIPE-CONFIRM", "That was not the id of the device.")
