"""`outrider user`: the embedded directory."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from outrider.cli.absence import out_of_office
from outrider.cli.output import Json, print_fields, print_json, print_removal, print_rows
from outrider.cli.passwords import FromStdin, read_password
from outrider.cli.running import act, refusing

if TYPE_CHECKING:
    from outrider.backends.local.users import User

app = typer.Typer(help="Users of the embedded store.", no_args_is_help=True)

app.command()(out_of_office)

_MAY = {"edit": "may edit", "read": "may read", "none": "may not look at"}
"""What a delegate may do, in words."""

Address = Annotated[str, typer.Argument(metavar="ADDRESS", help="The user's address, or an alias.")]


class Switch(StrEnum):
    """On or off."""

    ON = "on"
    OFF = "off"


@app.command()
def add(
    address: Annotated[str, typer.Argument(metavar="ADDRESS")],
    password_stdin: FromStdin = False,
    no_password: Annotated[bool, typer.Option(help="Only app passwords sign in.")] = False,
    name: Annotated[str, typer.Option(help="The name others see.")] = "",
    group: Annotated[list[str] | None, typer.Option(help="A group to enter.")] = None,
    admin: Annotated[bool, typer.Option("--admin", help="May administer.")] = False,
    alias: Annotated[list[str] | None, typer.Option(help="A further address.")] = None,
) -> None:
    """Add a user."""
    password = "" if no_password else read_password(stdin=password_stdin)
    from outrider.admin.users import AddUsers
    from outrider.backends.local.refusals import PasswordError
    from outrider.backends.local.users import NewUser

    with refusing():
        if not (password or no_password):
            raise PasswordError("The password cannot be empty.")
    new = NewUser(
        address=address,
        password=password,
        fields={"name": name, "admin": admin},
        aliases=alias or [],
        groups=group or [],
    )
    [user] = act(lambda door: door.do(AddUsers([new])))
    typer.echo(f"Added {user.address}.")


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", exists=True, dir_okay=False)],
) -> None:
    """Add the users of a CSV file: all, or none where one cannot be added.

    The first line names the columns: address; password or hash; any field of `user set`; admin and eas (on or
    off); aliases and groups, separated by semicolons.
    """
    from outrider.admin.user_files import read_users
    from outrider.admin.users import AddUsers

    with refusing():
        new = read_users(file)
    added = act(lambda door: door.do(AddUsers(new)))
    typer.echo(f"Added {len(added)} users.")


@app.command("list")
def list_(json: Json = False) -> None:
    """List all users."""
    from outrider.admin.users import ListUsers

    users = act(lambda door: door.do(ListUsers()))
    if json:
        print_json([_plain(user) for user in users])
    else:
        print_rows(users, ("address", "name", "enabled", "eas", "admin", "aliases", "groups"))


@app.command()
def show(address: Address, json: Json = False) -> None:
    """Show all that is known of a user."""
    from outrider.admin.users import ShowUser

    user = act(lambda door: door.do(ShowUser(address)))
    if json:
        print_json(_plain(user))
    else:
        print_fields(user)


def _plain(user: User) -> dict[str, object]:
    """A user as JSON has it; of photo and certificate only whether there are any."""
    import msgspec

    files = {"photo": user.photo is not None, "certificate": user.certificate is not None}
    return {**msgspec.structs.asdict(user), **files}


@app.command("set")
def set_(
    address: Address,
    name: Annotated[str | None, typer.Option(help="The name others see.")] = None,
    given_name: Annotated[str | None, typer.Option()] = None,
    surname: Annotated[str | None, typer.Option()] = None,
    office: Annotated[str | None, typer.Option()] = None,
    company: Annotated[str | None, typer.Option()] = None,
    title: Annotated[str | None, typer.Option()] = None,
    phone: Annotated[str | None, typer.Option()] = None,
    home_phone: Annotated[str | None, typer.Option()] = None,
    mobile: Annotated[str | None, typer.Option()] = None,
    photo: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="A JPEG or PNG file.")
    ] = None,
    certificate: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="An X.509 certificate for S/MIME, PEM or DER."),
    ] = None,
    time_zone: Annotated[str | None, typer.Option(metavar="ZONE", help="Such as Europe/Berlin.")] = None,
    eas: Annotated[Switch | None, typer.Option(help="May use ActiveSync.")] = None,
    admin: Annotated[Switch | None, typer.Option(help="May administer.")] = None,
    read_receipts: Annotated[
        Switch | None, typer.Option(help="Senders who ask for it are told that their mail was read.")
    ] = None,
) -> None:
    """Change fields of a user; an empty text clears one."""
    texts = {
        "name": name,
        "given_name": given_name,
        "surname": surname,
        "office": office,
        "company": company,
        "title": title,
        "phone": phone,
        "home_phone": home_phone,
        "mobile": mobile,
        "time_zone": time_zone,
    }
    fields: dict[str, object] = {key: value for key, value in texts.items() if value is not None}
    switches = {"eas": eas, "admin": admin, "read_receipts": read_receipts}
    fields |= {key: value is Switch.ON for key, value in switches.items() if value is not None}
    files = {"photo": photo, "certificate": certificate}
    fields |= {key: file.read_bytes() for key, file in files.items() if file is not None}
    if not fields:
        raise typer.BadParameter("name at least one field to change")
    from outrider.admin.users import SetUser

    user = act(lambda door: door.do(SetUser(address, fields)))
    typer.echo(f"Changed {user.address}.")


@app.command()
def add_alias(address: Address, alias: Annotated[str, typer.Argument(metavar="ALIAS")]) -> None:
    """Give a user a further address."""
    from outrider.admin.users import AddAlias

    user = act(lambda door: door.do(AddAlias(address, alias)))
    typer.echo(f"{user.address} is also reached at {', '.join(user.aliases)}.")


@app.command()
def remove_alias(address: Address, alias: Annotated[str, typer.Argument(metavar="ALIAS")]) -> None:
    """Take a further address away."""
    from outrider.admin.users import RemoveAlias

    user = act(lambda door: door.do(RemoveAlias(address, alias)))
    typer.echo(f"{alias} no longer reaches {user.address}.")


@app.command()
def delegate(
    address: Address,
    to: Annotated[str, typer.Option(metavar="OTHER", help="The user who may do it.")],
    rights: Annotated[str, typer.Option(help="`edit`, `read` or `none`.")] = "edit",
) -> None:
    """Let another user read or edit what a user has; `none` ends that."""
    from outrider.admin.users import DelegateUser

    act(lambda door: door.do(DelegateUser(address, to, rights)))
    typer.echo(f"{to} {_MAY[rights]} what {address} has.")


@app.command()
def calendar_rights(
    address: Address,
    right: Annotated[str, typer.Argument(metavar="RIGHT", help="`none`, `free-busy` or `read`.")],
) -> None:
    """Say what everybody may see of a user's calendar."""
    from outrider.admin.users import SetCalendarRights

    act(lambda door: door.do(SetCalendarRights(address, right)))
    typer.echo(f"Everybody: {right} of the calendar of {address}.")


@app.command()
def disable(address: Address) -> None:
    """Let a user no longer sign in; mail for them still arrives."""
    from outrider.admin.users import DisableUser

    act(lambda door: door.do(DisableUser(address)))
    typer.echo(f"Disabled {address}.")


@app.command()
def enable(address: Address) -> None:
    """Let a user sign in again."""
    from outrider.admin.users import EnableUser

    act(lambda door: door.do(EnableUser(address)))
    typer.echo(f"Enabled {address}.")


@app.command()
def remove(address: Address, yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Remove a user with all their mail, contacts and devices."""
    from outrider.admin.users import RemoveUser

    if not yes and sys.stdin.isatty():
        typer.confirm(f"Remove {address} with all they have?", abort=True)
    print_removal(address, act(lambda door: door.do(RemoveUser(address))))


@app.command()
def passwd(address: Address, password_stdin: FromStdin = False) -> None:
    """Give a user a new password."""
    password = read_password(stdin=password_stdin)
    from outrider.admin.users import SetPassword

    act(lambda door: door.do(SetPassword(address, password)))
    typer.echo(f"Changed the password of {address}.")
