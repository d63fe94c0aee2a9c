"""Backup and restore, schema and soundness."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from outrider.admin.archive import Backup, Place, check, restore, upgrade
from outrider.admin.documents import AddMails, MailDocument, ReadDocuments, open_account
from outrider.admin.services import Services
from outrider.admin.users import ListUsers
from outrider.config import Config, Store
from outrider.database.lock import DataLock, InUseError
from outrider.domain.errors import BackendError
from outrider.main import open_parts

ALICE = "alice@example.org"
INBOX = 1


def place_of(config: Config) -> Place:
    return Place(config.store.data, config.store.database, config.key_file)


def mails(first: int, count: int) -> list[MailDocument]:
    large = b"x" * 40_000
    head = b"From: bob@example.org\r\nSubject: %d\r\n\r\n"
    return [MailDocument(head % number + large) for number in range(first, first + count)]


@asynccontextmanager
async def restored(source: Path, data: Path) -> AsyncIterator[Services]:
    config = Config(store=Store(data=data))
    await asyncio.to_thread(restore, source, place_of(config))
    async with open_parts(config) as parts:
        yield parts.administration


async def everything(services: Services) -> list[bytes]:
    found: list[bytes] = []
    below: int | None = None
    while read := await ReadDocuments(ALICE, INBOX, below).run(services):
        found += [one.data for one in read]
        below = read[-1].number
    return found


async def test_what_is_restored_is_what_was(services: Services, tmp_path: Path) -> None:
    await AddMails(ALICE, INBOX, mails(0, 3)).run(services)
    archived = await Backup(str(tmp_path / "backup.tar")).run(services)
    assert archived.blobs == 3
    users, kept = await ListUsers().run(services), await everything(services)
    async with restored(tmp_path / "backup.tar", tmp_path / "again") as again:
        assert await ListUsers().run(again) == users
        assert await everything(again) == kept
        assert again.key_file.read_bytes() == services.key_file.read_bytes()


async def test_a_backup_while_mail_comes_and_goes_is_of_one_moment(
    services: Services, tmp_path: Path
) -> None:
    async def come_and_go() -> None:
        account = await open_account(services, ALICE)
        for turn in range(5):
            await AddMails(ALICE, INBOX, mails(turn * 4, 4)).run(services)
            await account.items.delete(INBOX, turn * 4 + 1)

    writing = asyncio.create_task(come_and_go())
    await Backup(str(tmp_path / "backup.tar")).run(services)
    await writing
    async with restored(tmp_path / "backup.tar", tmp_path / "again") as again:
        found = await everything(again)
    assert set(found) <= {one.mime for one in mails(0, 20)}
    assert check(place_of(Config(store=Store(data=tmp_path / "again")))).missing == []


async def test_nothing_is_restored_over_a_state(services: Services, config: Config, tmp_path: Path) -> None:
    await Backup(str(tmp_path / "backup.tar")).run(services)
    with pytest.raises(InUseError):
        restore(tmp_path / "backup.tar", place_of(config))


async def test_a_backup_does_not_overwrite(services: Services, tmp_path: Path) -> None:
    (tmp_path / "backup.tar").write_bytes(b"precious")
    with pytest.raises(BackendError) as caught:
        await Backup(str(tmp_path / "backup.tar")).run(services)
    assert caught.value.code == "E-EXISTS"


async def test_the_key_goes_where_the_configuration_wants_it(services: Services, tmp_path: Path) -> None:
    await Backup(str(tmp_path / "backup.tar")).run(services)
    data = tmp_path / "again"
    place = Place(data, data / "outrider.sqlite", tmp_path / "keys" / services.key_file.name)
    await asyncio.to_thread(restore, tmp_path / "backup.tar", place)
    assert place.key_file.read_bytes() == services.key_file.read_bytes()
    assert not (data / place.key_file.name).exists()


async def test_a_sound_state_is_told_while_the_server_runs(services: Services, config: Config) -> None:
    await AddMails(ALICE, INBOX, mails(0, 2)).run(services)
    found = check(place_of(config))
    assert found.schema
    assert found.schema.fits
    assert (found.verdict, found.contents, found.missing) == ("ok", 2, [])


async def test_a_missing_content_is_found(services: Services, config: Config) -> None:
    await AddMails(ALICE, INBOX, mails(0, 1)).run(services)
    [blob] = (path for path in (config.store.data / "blobs").glob("??/*") if path.is_file())
    blob.unlink()
    assert check(place_of(config)).missing == [blob.parent.name + blob.name]


def test_a_damaged_database_is_found(config: Config) -> None:
    place = place_of(config)
    data = bytearray(place.database.read_bytes())
    data[4096:20_000] = b"\xff" * (20_000 - 4096)
    place.database.write_bytes(data)
    assert check(place).verdict != "ok"


def test_a_schema_is_made_and_then_fits(tmp_path: Path) -> None:
    place = Place(tmp_path, tmp_path / "new.sqlite", tmp_path / "secret.key")
    before = check(place).schema
    assert before
    assert before.current is None
    assert upgrade(place) == before
    with DataLock(tmp_path):  # nothing is to be done any more, so nobody is in the way
        assert upgrade(place).fits


def test_a_schema_is_not_changed_under_another_process(tmp_path: Path) -> None:
    place = Place(tmp_path, tmp_path / "new.sqlite", tmp_path / "secret.key")
    with DataLock(tmp_path), pytest.raises(InUseError):
        upgrade(place)
