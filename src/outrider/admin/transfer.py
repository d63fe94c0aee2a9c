"""Import and export: files on this side, acts on the other, a batch at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Final, TypeAlias

from msgspec import Struct

from outrider.admin.documents import (
    BATCH_BYTES,
    BATCH_ITEMS,
    AddDocuments,
    AddMails,
    Document,
    FolderRow,
    ListFolders,
    MailDocument,
    MakeFolder,
    ReadDocuments,
)
from outrider.admin.mailfiles import Found
from outrider.admin.refusals import ExportExistsError
from outrider.admin.services import Door
from outrider.domain.items import ItemClass

Progress: TypeAlias = Callable[[int], None]
"""Called with the number of documents that were done since the last call."""

_SUFFIXES: Final = {
    ItemClass.MAIL: ".eml",
    ItemClass.CALENDAR: ".ics",
    ItemClass.CONTACTS: ".vcf",
    ItemClass.TASKS: ".ics",
    ItemClass.NOTES: ".ics",
}


class Refusal(Struct, frozen=True):
    """A document that was not imported: where it was found, and why."""

    origin: str
    code: str
    text: str


async def import_all(door: Door, address: str, found: list[Found], progress: Progress) -> list[Refusal]:
    """Put documents into their folders, oldest first; answers those that cannot be read.

    All folders are there before the first document goes in. Raises BackendError."""
    places = sorted({(one.folder, one.holds) for one in found}, key=lambda place: place[0])
    numbers = {path: await door.do(MakeFolder(address, path, holds)) for path, holds in places}
    refused: list[Refusal] = []
    ordered = sorted(found, key=lambda one: one.folder)  # stable: inside a folder by date
    for path, documents in groupby(ordered, key=lambda one: one.folder):
        for batch in _batches(documents):
            for unread in await door.do(_act(address, numbers[path], batch)):
                refused.append(Refusal(batch[unread.index][0].origin, unread.code, unread.text))
            progress(len(batch))
    return refused


def _act(address: str, folder: int, batch: list[tuple[Found, bytes]]) -> AddMails | AddDocuments:
    holds = batch[0][0].holds
    if holds is ItemClass.MAIL:
        return AddMails(address, folder, [MailDocument(data, one.marks, one.received) for one, data in batch])
    return AddDocuments(address, folder, holds, [data for _, data in batch])


def _batches(found: Iterable[Found]) -> Iterator[list[tuple[Found, bytes]]]:
    batch: list[tuple[Found, bytes]] = []
    size = 0
    for one in found:
        data = one.read()
        if batch and (len(batch) >= BATCH_ITEMS or size + len(data) > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append((one, data))
        size += len(data)
    if batch:
        yield batch


def check_target(directory: Path) -> None:
    """Raises ExportExistsError unless the directory is empty or not there."""
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise ExportExistsError(f"{directory} is there already; export into an empty directory.")


async def export_folder(
    door: Door, address: str, folder: FolderRow, directory: Path, progress: Progress
) -> None:
    """Write the documents of a folder as `<number>.eml`, `.ics` or `.vcf` below a directory. Raises
    BackendError, OSError."""
    below: int | None = None
    while documents := await door.do(ReadDocuments(address, folder.number, below)):
        _write(documents, directory, _SUFFIXES[folder.holds])
        below = documents[-1].number
        progress(len(documents))


def _write(documents: list[Document], directory: Path, suffix: str) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    for document in documents:
        (directory / f"{document.number}{suffix}").write_bytes(document.data)


async def exported_folders(door: Door, address: str) -> dict[Path, FolderRow]:
    """The folders that have something to export, by the relative path they are written to."""
    places: dict[Path, FolderRow] = {}
    for folder in await door.do(ListFolders(address)):
        if folder.items and folder.holds in _SUFFIXES:
            place = Path(*map(_file_name, folder.path))
            while str(place).casefold() in {str(other).casefold() for other in places}:
                place = place.with_name(f"{place.name}_")
            places[place] = folder
    return places


def _file_name(name: str) -> str:
    """A folder's name as a directory can have it."""
    safe = "".join("_" if sign == "/" or not sign.isprintable() else sign for sign in name)
    return f"_{safe[1:]}" if safe.startswith(".") else safe
