"""A backup holds one moment of database and blobs, and only a whole one comes back."""

from __future__ import annotations

import io
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path

import pytest

from outrider.database import BlobStore, Connection, Database
from outrider.database import backup as backup_module
from outrider.database.backup import backup, restore
from outrider.database.blobs import record
from outrider.domain.errors import ExistsError, FullError, UnreadableError


def _note(connection: Connection, identifier: str, size: int) -> None:
    record(connection, identifier, size)


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
async def kept(database: Database, blobs: BlobStore) -> str:
    identifier = blobs.save(b"content")
    await database.transact(_note, identifier, 7)
    return identifier


@pytest.mark.parametrize("name", ["all.tar", "all.tar.gz"])
async def test_what_was_backed_up_comes_back(
    database: Database, blobs: BlobStore, kept: str, tmp_path: Path, name: str
) -> None:
    key = tmp_path / "secret.key"
    key.write_bytes(b"key")
    archived = backup(database.url, blobs, tmp_path / name, [key])
    assert (archived.blobs, archived.size) == (1, (tmp_path / name).stat().st_size)
    new = tmp_path / "new"
    restore(tmp_path / name, new / "outrider.db", new)
    assert (new / "secret.key").read_bytes() == b"key"
    assert BlobStore(new / "blobs").open(kept, 7).read() == b"content"
    with closing(sqlite3.connect(new / "outrider.db")) as connection:
        assert connection.execute("SELECT id FROM blobs").fetchall() == [(kept,)]
    assert _names(new) == ["blobs", "outrider.db", "secret.key"]


async def test_what_comes_back_is_for_its_owner_alone(
    database: Database, blobs: BlobStore, tmp_path: Path
) -> None:
    key = tmp_path / "secret.key"
    key.write_bytes(b"key")
    backup(database.url, blobs, tmp_path / "all.tar", [key])
    new = tmp_path / "new"
    restore(tmp_path / "all.tar", new / "outrider.db", new)
    modes = [path.stat().st_mode & 0o777 for path in (new, new / "secret.key", new / "outrider.db")]
    assert modes == [0o700, 0o600, 0o600]


async def test_a_blob_removed_while_the_backup_runs_is_in_it(
    database: Database, blobs: BlobStore, kept: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy_database = backup_module._copy_database

    def copy_then_discard(url: str, snapshot: Path) -> dict[str, int]:
        known = copy_database(url, snapshot)
        blobs.discard([kept])
        blobs.close()
        return known

    monkeypatch.setattr(backup_module, "_copy_database", copy_then_discard)
    backup(database.url, blobs, tmp_path / "all.tar")
    assert not blobs.path(kept).exists()
    restore(tmp_path / "all.tar", tmp_path / "new" / "outrider.db", tmp_path / "new")
    assert BlobStore(tmp_path / "new" / "blobs").open(kept, 7).read() == b"content"


async def test_a_file_without_a_row_is_left_out(database: Database, blobs: BlobStore, tmp_path: Path) -> None:
    blobs.save(b"orphan")
    assert backup(database.url, blobs, tmp_path / "all.tar").blobs == 0


async def test_an_open_transaction_is_not_in_the_backup(
    database: Database, blobs: BlobStore, tmp_path: Path
) -> None:
    identifier = blobs.save(b"content")
    async with database.write() as tx:
        await tx.run(_note, identifier, 7)
        assert backup(database.url, blobs, tmp_path / "all.tar").blobs == 0


async def test_a_backup_never_replaces_a_file(database: Database, blobs: BlobStore, tmp_path: Path) -> None:
    (tmp_path / "all.tar").write_bytes(b"precious")
    with pytest.raises(ExistsError):
        backup(database.url, blobs, tmp_path / "all.tar")
    assert (tmp_path / "all.tar").read_bytes() == b"precious"


async def test_a_backup_that_fails_leaves_nothing(
    database: Database, blobs: BlobStore, kept: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backup_module, "_write_archive", full)
    before = _names(tmp_path)
    with pytest.raises(FullError):
        backup(database.url, blobs, tmp_path / "all.tar")
    assert _names(tmp_path) == before


async def test_a_state_is_never_overwritten(
    database: Database, blobs: BlobStore, kept: str, tmp_path: Path
) -> None:
    backup(database.url, blobs, tmp_path / "all.tar")
    with pytest.raises(ExistsError):
        restore(tmp_path / "all.tar", database.path, tmp_path)


async def test_a_truncated_backup_is_refused_and_nothing_put_in_place(
    database: Database, blobs: BlobStore, kept: str, tmp_path: Path
) -> None:
    backup(database.url, blobs, tmp_path / "all.tar")
    whole = (tmp_path / "all.tar").read_bytes()
    for length in (0, 100, len(whole) // 2, len(whole) - 11_000):
        (tmp_path / "cut.tar").write_bytes(whole[:length])
        with pytest.raises(UnreadableError):
            restore(tmp_path / "cut.tar", tmp_path / "new" / "outrider.db", tmp_path / "new")
        assert list((tmp_path / "new").iterdir()) == []


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "blobs/../../evil", "files/.ssh", "files/a/b", "x"])
def test_an_archive_with_other_members_is_refused(tmp_path: Path, name: str) -> None:
    with tarfile.open(tmp_path / "evil.tar", "w") as archive:
        member = tarfile.TarInfo(name)
        member.size = 4
        archive.addfile(member, io.BytesIO(b"evil"))
    with pytest.raises(UnreadableError):
        restore(tmp_path / "evil.tar", tmp_path / "new" / "outrider.db", tmp_path / "new")
    assert _names(tmp_path) == ["evil.tar", "new"]


def test_a_link_in_an_archive_is_refused(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "evil.tar", "w") as archive:
        member = tarfile.TarInfo("files/key")
        member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(member)
    with pytest.raises(UnreadableError):
        restore(tmp_path / "evil.tar", tmp_path / "new" / "outrider.db", tmp_path / "new")
