"""The durable state as a whole: backup, restore, schema, soundness.

A backup is an act: the process that owns the data keeps the contents of that moment from being removed. The
others work on data that no server has open, or only read.
"""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from msgspec import Struct

from outrider.admin.services import Services
from outrider.database import backup, dialects, migrations
from outrider.database.backup import Archived
from outrider.database.blobs import recorded
from outrider.database.lock import DataLock
from outrider.database.migrations import Standing


class Backup(Struct, frozen=True, tag="backup"):
    """Write database, contents and key of one moment into a file, an absolute path."""

    target: str

    async def run(self, services: Services) -> Archived:
        """Raises ExistsError, FullError, BackendError."""
        return await asyncio.to_thread(
            backup.backup, services.database.url, services.blobs, Path(self.target), [services.key_file]
        )


class Place(Struct, frozen=True):
    """Where a server keeps its state."""

    data: Path
    database: Path
    key_file: Path

    @property
    def url(self) -> str:
        """The database as its room calls it."""
        return f"sqlite:///{self.database}"


class Checked(Struct, frozen=True):
    """What a look at the state found: the schema (where the database can be read), SQLite's verdict (`ok`),
    how many contents the database names, and those that are not there in their size."""

    schema: Standing | None
    verdict: str
    contents: int
    missing: list[str]


def restore(source: Path, place: Place) -> None:
    """Bring a backup back into an empty data directory. Raises InUseError, ExistsError, UnreadableError,
    FullError."""
    with DataLock(place.data):
        backup.restore(source, place.database, place.data)
        restored = place.data / place.key_file.name
        if restored != place.key_file and restored.exists() and not place.key_file.exists():
            place.key_file.parent.mkdir(parents=True, exist_ok=True)
            restored.rename(place.key_file)


def upgrade(place: Place) -> Standing:
    """Bring the schema up to date; answers where it stood. Raises InUseError."""
    before = migrations.check(place.url)
    if not before.fits:
        with DataLock(place.data):
            migrations.upgrade(place.url)
    return before


def check(place: Place) -> Checked:
    """Look at everything, also while a server runs; changes nothing."""
    if not place.database.exists():
        return Checked(migrations.check(place.url), "ok", 0, [])
    verdict, known = _read(place)
    if verdict != "ok":
        return Checked(None, verdict, 0, [])
    missing = [name for name, size in known.items() if not _is_whole(place, name, size)]
    if missing:
        _, still = _read(place)  # what was removed meanwhile is not missing
        missing = [name for name in missing if name in still]
    return Checked(migrations.check(place.url), verdict, len(known), missing)


def _read(place: Place) -> tuple[str, dict[str, int]]:
    """SQLite's verdict and the contents that are recorded."""
    try:
        with closing(dialects.of(place.url).reader()) as connection:
            [verdict] = connection.execute("PRAGMA quick_check(1)").fetchone()
            return verdict, recorded(connection) if verdict == "ok" else {}
    except sqlite3.DatabaseError as error:
        return str(error), {}


def _is_whole(place: Place, name: str, size: int) -> bool:
    path = place.data / "blobs" / name[:2] / name[2:]
    return path.exists() and path.stat().st_size == size
