"""`outrider import` and `outrider export`: documents into the embedded store and out of it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from outrider.cli.running import act, refuse, refusing

if TYPE_CHECKING:
    from outrider.admin.mailfiles import Found
    from outrider.admin.services import Door
    from outrider.admin.transfer import Refusal

Address = Annotated[str, typer.Argument(metavar="ADDRESS", help="Whose items.")]


def import_(
    address: Address,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH ...", exists=True)],
    folder: Annotated[str | None, typer.Option(metavar="NAME", help="Put everything below it.")] = None,
) -> None:
    """Import .eml, mbox, Maildir, .ics, .vcf and folders of them.

    Folders on the disk become folders of the user; what lies at the root goes to the Inbox, or to Calendar,
    Contacts, Tasks and Notes.
    """
    from outrider.admin.folders import split_path
    from outrider.admin.mailfiles import Finder

    with refusing(), Finder() as finder:
        finds = finder.find(paths, split_path(folder or ""))
        refused = act(lambda door: _import(door, address, finds.documents))
    count = len(finds.documents) - len(refused)
    ignored = f", left out {len(finds.ignored)} other files" if finds.ignored else ""
    typer.echo(f"Imported {count} items{ignored}.")
    if refused:
        first = refused[0]
        told = f"{len(refused)} of {len(finds.documents)} were refused; first {first.origin}: {first.text}"
        refuse("E-IMPORT-PARTLY", told)


async def _import(door: Door, address: str, documents: list[Found]) -> list[Refusal]:
    from outrider.admin.transfer import import_all

    with _progress("Importing", len(documents)) as done:
        return await import_all(door, address, documents, done)


def export(
    address: Address,
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="An empty or new directory.")],
) -> None:
    """Write every item as it is stored to DIR/<folder path>/<number>.eml, .ics or .vcf."""
    from outrider.admin.transfer import check_target

    with refusing():
        check_target(directory)
        count = act(lambda door: _export(door, address, directory))
    typer.echo(f"Exported {count} items.")


async def _export(door: Door, address: str, directory: Path) -> int:
    from outrider.admin.transfer import export_folder, exported_folders

    places = await exported_folders(door, address)
    total = sum(folder.items for folder in places.values())
    with _progress("Exporting", total) as done:
        for place, folder in places.items():
            await export_folder(door, address, folder, directory / place, done)
    return total


@contextmanager
def _progress(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar on standard error, where that is a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task(what, total=total)
        yield lambda count: progress.advance(task, count)
