"""Large content as files beside the database.

The order is the law: a file is on the disk, whole and flushed, before the transaction that names it commits,
and it goes only after the transaction that forgets it has committed. So a row never lacks its file; a file
without a row is what a crash left, and `sweep` removes it. Files never change.
"""

from __future__ import annotations

import mmap
import os
import re
import secrets
import threading
from collections.abc import Container, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

from outrider.database.connections import Connection
from outrider.database.dialects import explain
from outrider.domain.errors import NotFoundError
from outrider.domain.items import Blob

CHUNK = 65536
_ID = re.compile(r"[0-9a-f]{32}")


class FileBlob:
    """A stretch of a file, read as it is pulled; equal offsets cost the same wherever they lie."""

    __slots__ = ("_offset", "_path", "length")

    def __init__(self, path: Path, offset: int, length: int) -> None:
        self._path = path
        self._offset = offset
        self.length = length

    def slice(self, offset: int, length: int) -> FileBlob:
        """A stretch of this stretch, cut at its end."""
        offset = min(offset, self.length)
        return FileBlob(self._path, self._offset + offset, min(length, self.length - offset))

    def view(self) -> memoryview:
        """It as a map of the file, which lasts as long as somebody looks into it, even if the file goes.
        Raises NotFoundError."""
        if not self.length:
            return memoryview(b"")
        with _opened(self._path) as descriptor:
            mapped = mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ)
        return memoryview(mapped)[self._offset : self._offset + self.length]

    def read(self) -> bytes:
        """All of it at once."""
        return b"".join(self.chunks())

    def chunks(self) -> Iterator[bytes]:
        """Pieces of 64 KiB. Raises NotFoundError if the file is gone or shorter than it was."""
        with _opened(self._path) as descriptor:
            position, end = self._offset, self._offset + self.length
            while position < end:
                piece = os.pread(descriptor, min(CHUNK, end - position), position)
                if not piece:
                    raise NotFoundError("This content is no longer there.")
                yield piece
                position += len(piece)


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        raise NotFoundError("This content is no longer there.") from None
    try:
        yield descriptor
    finally:
        os.close(descriptor)


class BlobStore:
    """The files, named by random identifiers, below one directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._arriving = directory / "arriving"
        self._arriving.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._holders = 0
        self._held: list[str] = []
        self._remover = ThreadPoolExecutor(1, "blob-remover")

    def save(self, content: bytes | Blob) -> str:
        """Store content durably and answer its identifier; for worker threads. Raises FullError."""
        identifier = secrets.token_hex(16)
        arriving, place = self._arriving / identifier, self.path(identifier)
        try:
            _write(arriving, content)
            if not place.parent.exists():
                place.parent.mkdir(exist_ok=True)
                _flush(self.directory)
            arriving.rename(place)
            _flush(place.parent)
        except OSError as error:
            raise explain(error) from error
        finally:
            arriving.unlink(missing_ok=True)
        return identifier

    def path(self, identifier: str) -> Path:
        """Where the file lies. Raises ValueError for what is not an identifier."""
        if not _ID.fullmatch(identifier):
            raise ValueError("not the identifier of a blob")
        return self.directory / identifier[:2] / identifier[2:]

    def open(self, identifier: str, length: int) -> FileBlob:
        """The content, `length` bytes as recorded."""
        return FileBlob(self.path(identifier), 0, length)

    def discard(self, identifiers: Iterable[str]) -> None:
        """Remove files whose rows are gone durably, in the background."""
        gone = tuple(identifiers)
        if gone:
            self._remover.submit(self._remove, gone)

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Remove nothing meanwhile: what a snapshot of the database names stays there."""
        with self._lock:
            self._holders += 1
        try:
            yield
        finally:
            with self._lock:
                self._holders -= 1
                held, self._held = (self._held, []) if not self._holders else ([], self._held)
            self._remove(held)

    def sweep(self, known: Container[str], before: float) -> int:
        """Remove the files that no row names and that are older than `before` (seconds of the epoch);
        answers how many."""
        orphans = [
            path
            for folder in self.directory.iterdir()
            for path in folder.iterdir()
            if folder.name + path.name not in known and path.stat().st_mtime <= before
        ]
        for path in orphans:
            path.unlink(missing_ok=True)
        return len(orphans)

    def close(self) -> None:
        """Finish what is to be removed."""
        self._remover.shutdown()

    def _remove(self, identifiers: Iterable[str]) -> None:
        with self._lock:
            if self._holders:
                self._held.extend(identifiers)
                return
            for identifier in identifiers:
                with suppress(FileNotFoundError):
                    self.path(identifier).unlink()


def record(connection: Connection, identifier: str, size: int) -> None:
    """Note in this transaction that the file is in use."""
    connection.execute("INSERT INTO blobs (id, size) VALUES (?, ?)", (identifier, size))


def forget(connection: Connection, identifiers: Iterable[str]) -> None:
    """Note that the files are no longer in use; `discard` them after the commit."""
    connection.executemany("DELETE FROM blobs WHERE id = ?", [(identifier,) for identifier in identifiers])


def recorded(connection: Connection) -> dict[str, int]:
    """All files in use, with their sizes in bytes."""
    return dict(connection.execute("SELECT id, size FROM blobs").fetchall())


def _write(path: Path, content: bytes | Blob) -> None:
    with path.open("xb") as file:
        for piece in (content,) if isinstance(content, bytes) else content.chunks():
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())


def _flush(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
