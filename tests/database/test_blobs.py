"""Blobs: there before their row, gone after it, and swept when a crash left them."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from outrider.database import BlobStore, Connection, Database
from outrider.database.blobs import CHUNK, forget, record, recorded
from outrider.domain.errors import FullError, NotFoundError


@pytest.fixture
def store(tmp_path: Path) -> Iterator[BlobStore]:
    store = BlobStore(tmp_path / "blobs")
    yield store
    store.close()


class Counting:
    """A blob of zeros that counts the pieces pulled."""

    def __init__(self, length: int) -> None:
        self.length = length
        self.pulled = 0

    def chunks(self) -> Iterator[bytes]:
        for _ in range(self.length // 1000):
            self.pulled += 1
            yield bytes(1000)


def _files(store: BlobStore) -> list[Path]:
    return [path for path in store.directory.rglob("*") if path.is_file()]


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 5])
def test_content_comes_back_in_pieces(store: BlobStore, size: int) -> None:
    data = os.urandom(size)
    blob = store.open(store.save(data), size)
    pieces = list(blob.chunks())
    assert b"".join(pieces) == data
    assert blob.length == size
    assert all(0 < len(piece) <= CHUNK for piece in pieces)


def test_a_blob_is_pulled_in(store: BlobStore) -> None:
    content = Counting(50_000)
    assert store.open(store.save(content), 50_000).read() == bytes(50_000)
    assert content.pulled == 50


@pytest.mark.parametrize(
    ("offset", "length", "expected"),
    [(0, 4, b"0123"), (3, 4, b"3456"), (8, 99, b"89"), (10, 5, b""), (99, 5, b"")],
)
def test_a_slice_is_a_stretch_of_the_content(
    store: BlobStore, offset: int, length: int, expected: bytes
) -> None:
    part = store.open(store.save(b"0123456789"), 10).slice(offset, length)
    assert (part.read(), part.length) == (expected, len(expected))


def test_a_slice_of_a_slice_counts_from_its_start(store: BlobStore) -> None:
    assert store.open(store.save(b"0123456789"), 10).slice(2, 6).slice(3, 9).read() == b"567"


def test_nothing_remains_of_what_could_not_be_stored(
    store: BlobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FullError):
        store.save(b"data")
    assert _files(store) == []


def test_content_is_flushed_before_it_is_named(store: BlobStore, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[str] = []
    flush, rename = os.fsync, Path.rename

    def note_flush(descriptor: int) -> None:
        steps.append("flush")
        flush(descriptor)

    def note_rename(self: Path, target: Path) -> Path:
        steps.append("rename")
        return rename(self, target)

    monkeypatch.setattr(os, "fsync", note_flush)
    monkeypatch.setattr(Path, "rename", note_rename)
    store.save(b"data")
    assert steps[0] == "flush"
    assert steps[-2:] == ["rename", "flush"]


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 32, "g" * 32, "0" * 31, "0" * 32 + "\n"])
def test_what_is_not_an_identifier_never_becomes_a_path(store: BlobStore, name: str) -> None:
    with pytest.raises(ValueError, match="identifier"):
        store.path(name)


def test_discarded_content_is_not_found(store: BlobStore) -> None:
    identifier = store.save(b"data")
    blob = store.open(identifier, 4)
    store.discard([identifier])
    store.close()
    with pytest.raises(NotFoundError):
        blob.read()


def test_nothing_is_removed_while_it_is_held(store: BlobStore) -> None:
    identifier = store.save(b"data")
    with store.hold():
        store.discard([identifier])
        store.close()
        assert store.path(identifier).exists()
    assert not store.path(identifier).exists()


def test_a_sweep_removes_what_no_row_names(store: BlobStore) -> None:
    kept, orphan = store.save(b"kept"), store.save(b"orphan")
    (store.directory / "arriving" / "half").write_bytes(b"half written")
    assert store.sweep({kept}, before=time.time() + 1) == 2
    assert store.path(kept).exists()
    assert not store.path(orphan).exists()


def test_a_sweep_leaves_what_just_arrived(store: BlobStore) -> None:
    arrived = store.save(b"arrived")
    assert store.sweep(set(), before=time.time() - 60) == 0
    assert store.path(arrived).exists()


async def test_rows_name_the_files_in_use(database: Database, store: BlobStore) -> None:
    def note(connection: Connection, identifier: str) -> None:
        record(connection, identifier, 4)

    def drop(connection: Connection, identifier: str) -> None:
        forget(connection, [identifier])

    first, second = store.save(b"data"), store.save(b"more")
    await database.transact(note, first)
    await database.transact(note, second)
    await database.transact(drop, first)
    assert await database.read(recorded) == {second: 4}


def test_a_view_lasts_when_the_file_is_gone(store: BlobStore) -> None:
    data = os.urandom(3 * CHUNK)
    identifier = store.save(data)
    view = store.open(identifier, len(data)).slice(1000, 2 * CHUNK).view()
    store.path(identifier).unlink()
    assert view == data[1000 : 1000 + 2 * CHUNK]
    with pytest.raises(NotFoundError):
        store.open(identifier, len(data)).view()


def test_nothing_is_viewed_as_nothing(store: BlobStore) -> None:
    assert bytes(store.open(store.save(b""), 0).view()) == b""
