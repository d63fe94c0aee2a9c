"""`outrider db`, `backup` and `restore`: the durable state as a whole."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from outrider.cli.output import Json, print_json
from outrider.cli.running import act, refuse, refusing

if TYPE_CHECKING:
    from outrider.admin.archive import Place

app = typer.Typer(help="The database: schema and soundness.", no_args_is_help=True)


@app.command()
def upgrade() -> None:
    """Bring the schema up to date; a server does so itself when it starts."""
    from outrider.admin import archive

    with refusing():
        before = archive.upgrade(_place())
    if before.fits:
        typer.echo(f"The schema is at {before.wanted} already.")
    else:
        typer.echo(f"Upgraded the schema from {before.current or 'nothing'} to {before.wanted}.")


@app.command()
def check(json: Json = False) -> None:
    """Check schema, database and the contents beside it; changes nothing, also while a server runs."""
    from outrider.admin import archive

    with refusing():
        found = archive.check(_place())
    if json:
        print_json(found)
    if found.verdict != "ok":
        refuse("E-DB-DAMAGED", f"The database is damaged: {found.verdict}")
    if found.missing:
        refuse("E-DB-CONTENT", f"{len(found.missing)} of {found.contents} contents are missing or cut.")
    if found.schema and not found.schema.fits:
        if found.schema.current is None:
            refuse("E-DB-SCHEMA", "There is no database yet; the first start of a server makes it.")
        refuse("E-DB-SCHEMA", f"The schema is at {found.schema.current}, not {found.schema.wanted}.")
    if not json:
        typer.echo(f"Sound: {found.contents} contents beside the database, all there.")


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A new file; .gz or .tgz compresses.")],
) -> None:
    """Write database, contents and key of one moment into a file, also while the server runs."""
    from outrider.admin.archive import Backup

    archived = act(lambda door: door.do(Backup(str(file.absolute()))))
    typer.echo(f"Wrote {file}: {archived.size} bytes, {archived.blobs} contents beside the database.")


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False)],
) -> None:
    """Bring a backup back into an empty data directory."""
    from outrider.admin import archive

    with refusing():
        place = _place()
        archive.restore(file, place)
    typer.echo(f"Restored {place.data}.")


def _place() -> Place:
    from outrider.admin.archive import Place
    from outrider.config import load

    config = load()
    return Place(config.store.data, config.store.database, config.key_file)
