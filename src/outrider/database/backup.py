"""One file with the whole durable state, taken while the server runs, and the way back.

The archive is a tar (compressed where its name ends in `.gz` or `.tgz`): `database.sqlite`, a consistent copy
of one moment; `blobs/`, the files that this copy names, none of which is removed meanwhile; `files/`, further
files of the data directory such as the key. All functions block.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct

from outrider.database import dialects
from outrider.database.blobs import BlobStore, recorded
from outrider.domain.errors import ExistsError, UnreadableError

_DATABASE = "database.sqlite"
_BLOB = re.compile(r"blobs/([0-9a-f]{2})/([0-9a-f]{30})")
_FILE = re.compile(r"files/([A-Za-z0-9][A-Za-z0-9._-]{0,100})")


class Archived(Struct, frozen=True):
    """What a backup holds; `size` is that of the archive in bytes."""

    blobs: int
    size: int


def backup(url: str, blobs: BlobStore, target: Path, files: Sequence[Path] = ()) -> Archived:
    """Write an archive of one moment; `target` appears when it is whole. Raises ExistsError, FullError."""
    if target.exists():
        raise ExistsError(f"{target} is there already.")
    partial = target.with_name(f".{target.name}.partial")
    try:
        with blobs.hold(), tempfile.TemporaryDirectory(dir=target.parent) as folder:
            snapshot = Path(folder) / _DATABASE
            known = _copy_database(url, snapshot)
            _write_archive(partial, target, snapshot, [*_members(blobs, known), *_named(files)])
        partial.rename(target)
    except (OSError, sqlite3.Error) as error:
        raise dialects.explain(error) from error
    finally:
        partial.unlink(missing_ok=True)
    return Archived(len(known), target.stat().st_size)


def _copy_database(url: str, snapshot: Path) -> dict[str, int]:
    """Copy the database in one read transaction; answers the blobs it names, with their sizes."""
    with closing(dialects.of(url).reader()) as source, closing(sqlite3.connect(snapshot)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        return recorded(copy)


def _members(blobs: BlobStore, known: dict[str, int]) -> list[tuple[Path, str]]:
    return [(blobs.path(name), f"blobs/{name[:2]}/{name[2:]}") for name in sorted(known)]


def _named(files: Sequence[Path]) -> list[tuple[Path, str]]:
    return [(path, f"files/{path.name}") for path in files]


def _write_archive(partial: Path, target: Path, snapshot: Path, members: list[tuple[Path, str]]) -> None:
    opened = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(opened, "wb") as file:
        with _begin(file, compressed=target.suffix in (".gz", ".tgz")) as archive:
            for path, name in [(snapshot, _DATABASE), *members]:
                archive.add(path, name, recursive=False)
        file.flush()
        os.fsync(file.fileno())


def _begin(file: BinaryIO, *, compressed: bool) -> tarfile.TarFile:
    if compressed:
        return tarfile.open(fileobj=file, mode="w:gz", compresslevel=1)
    return tarfile.open(fileobj=file, mode="w")


def restore(source: Path, database: Path, data: Path) -> None:
    """Bring an archive back: the database to its file, blobs and further files below the data directory.

    Everything is checked before anything is put in its place. Raises ExistsError (there is a state already),
    UnreadableError (not an archive of ours, or damaged), FullError.
    """
    if database.exists() or (data / "blobs").exists():
        raise ExistsError(f"{data} holds a state already; restore into an empty data directory.")
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(dir=data, prefix=".restoring-") as folder:
            unpacked = Path(folder)
            _unpack(source, unpacked)
            _verify(unpacked)
            _put_in_place(unpacked, database, data)
    except (tarfile.TarError, EOFError, sqlite3.DatabaseError) as error:
        raise UnreadableError(f"{source} is not a whole backup: {error}") from error
    except OSError as error:
        raise dialects.explain(error) from error


def _unpack(source: Path, folder: Path) -> None:
    """Write the members we know by name, and nothing else, below the folder."""
    (folder / "blobs").mkdir()
    (folder / "files").mkdir()
    with tarfile.open(source) as archive:
        for member in archive:
            known = member.name == _DATABASE or _BLOB.fullmatch(member.name) or _FILE.fullmatch(member.name)
            content = archive.extractfile(member) if known and member.isreg() else None
            if content is None:
                raise UnreadableError(f"{source} holds something that is not of a backup: {member.name!r}")
            place = folder / member.name
            place.parent.mkdir(exist_ok=True)
            with content, open(place, "xb", opener=_open_private) as file:
                shutil.copyfileobj(content, file, 1 << 20)
                file.flush()
                os.fsync(file.fileno())


def _open_private(path: str, flags: int) -> int:
    """What comes back is for its owner alone, as it was: mail, and the key."""
    return os.open(path, flags, 0o600)


def _verify(folder: Path) -> None:
    """The database is sound, and each blob it names is there with its size."""
    if not (folder / _DATABASE).exists():
        raise UnreadableError("The backup holds no database.")
    with closing(sqlite3.connect(folder / _DATABASE)) as connection:
        [[verdict]] = connection.execute("PRAGMA quick_check(1)").fetchall()
        if verdict != "ok":
            raise UnreadableError(f"The database in the backup is damaged: {verdict}")
        known = recorded(connection)
    for name, size in known.items():
        path = folder / "blobs" / name[:2] / name[2:]
        if not path.exists() or path.stat().st_size != size:
            raise UnreadableError(f"The backup lacks the content {name}.")


def _put_in_place(folder: Path, database: Path, data: Path) -> None:
    for path in (folder / "files").iterdir():
        if (data / path.name).exists():
            raise ExistsError(f"{data / path.name} is there already.")
    for path in (folder / "files").iterdir():
        path.rename(data / path.name)
    (folder / "blobs").rename(data / "blobs")
    database.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(folder / _DATABASE, database)  # last: without a database there is no state
