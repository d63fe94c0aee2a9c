"""`outrider check-config` and `outrider config`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from outrider.cli.output import Json, print_json, print_rows

app = typer.Typer(help="What can be configured.", no_args_is_help=True)

File = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", help="Instead of the file that OUTRIDER_CONFIG names."),
]


def check_config(config: File = None) -> None:
    """Read the configuration and name each mistake; opens nothing for writing."""
    from outrider.config import ConfigError, check_files, load

    try:
        mistakes = check_files(load(config))
    except ConfigError as error:
        mistakes = error.mistakes
    for mistake in mistakes:
        typer.echo(str(mistake), err=True)
    if mistakes:
        raise typer.Exit(1)
    typer.echo("The configuration is good.")


@app.command()
def describe(json: Json = False) -> None:
    """Show every key with type, bounds, default and description."""
    from outrider.config import describe as keys

    if json:
        print_json(keys())
    else:
        print_rows(keys(), ("path", "type", "bounds", "default", "description"))
