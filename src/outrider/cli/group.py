"""`outrider group`: distribution groups."""

from __future__ import annotations

from typing import Annotated

import typer

from outrider.cli.output import Json, print_fields, print_json, print_removal, print_rows
from outrider.cli.running import act

app = typer.Typer(help="Groups: addresses that reach several people.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="The group's address, or a plain name.")]


@app.command()
def add(
    name: Name, member: Annotated[list[str] | None, typer.Option(help="An address to take in.")] = None
) -> None:
    """Make a group, or take members into one that is there."""
    from outrider.admin.groups import AddGroup

    group = act(lambda door: door.do(AddGroup(name, member or [])))
    typer.echo(f"{group.name} has {len(group.members)} members.")


@app.command()
def remove(
    name: Name, member: Annotated[list[str] | None, typer.Option(help="An address to take out.")] = None
) -> None:
    """Remove a group, or only the members named."""
    from outrider.admin.groups import RemoveGroup

    named = act(lambda door: door.do(RemoveGroup(name, member or [])))
    if member:
        typer.echo(f"{name} is without {', '.join(member)}.")
    else:
        print_removal(name, named)


@app.command("list")
def list_(json: Json = False) -> None:
    """List all groups."""
    from outrider.admin.groups import ListGroups

    groups = act(lambda door: door.do(ListGroups()))
    if json:
        print_json(groups)
    else:
        print_rows(groups, ("name", "address", "members"))


@app.command()
def show(name: Name, json: Json = False) -> None:
    """Show a group."""
    from outrider.admin.groups import ShowGroup

    group = act(lambda door: door.do(ShowGroup(name)))
    if json:
        print_json(group)
    else:
        print_fields(group)
