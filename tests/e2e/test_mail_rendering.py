"""Real and broken mails, seen by devices of the oldest and the newest version in every form."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from msgspec import UNSET

from outrider.client import Client, ClientError, Replica
from outrider.client.mail import fetch_file, fetch_item, get_attachment
from outrider.client.replica import Window
from outrider.domain.items import FolderUse, MailItem
from outrider.main import Running
from outrider.protocol.items.body import Attachment, BodyPreference, BodyType
from outrider.protocol.items.email import Email
from outrider.protocol.messages.folders import FolderType
from outrider.protocol.versions import Version
from tests.e2e.house import ALICE, account, client, configured, folder_number, house, stored

CORPUS = sorted((Path(__file__).parents[1] / "corpus" / "mail").glob("*.eml"))
VERSIONS = [Version.V12_1, Version.V16_1]


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Running]:
    """A server with every mail of the corpus in alice's inbox."""
    async with house(configured(tmp_path)) as server:
        for path in CORPUS:
            await server.parts.delivery.deliver([ALICE], path.read_bytes())
        yield server


@asynccontextmanager
async def seen(
    running: Running, version: Version, *forms: BodyType, mime_support: int | None = None
) -> AsyncIterator[tuple[Client, str, dict[str, Email]]]:
    """The inbox as a device sees it."""
    async with client(running, version) as one:
        body = tuple(BodyPreference(type=form) for form in forms)
        replica = Replica(one, Window(body=body, mime_support=mime_support, size=20))
        await replica.sync()
        inbox = replica.tree.of_type(FolderType.INBOX).server_id
        items = {key: item for key, item in replica.items(inbox).items() if isinstance(item, Email)}
        assert replica.folder(inbox).oddities == []
        yield one, inbox, items


async def originals(running: Running) -> dict[str, MailItem]:
    box = account(running)
    found = await stored(box, await folder_number(box, FolderUse.INBOX))
    return {key: item for key, item in found.items() if isinstance(item, MailItem)}


async def content(running: Running, item: str, section: str = "") -> bytes:
    """What the store has of a mail or of a part of it."""
    folder, number = map(int, item.split(":"))
    found = await account(running).items.open(folder, number, section)
    return b"".join(found.blob.chunks())


def files(item: Email) -> list[Attachment]:
    return (
        [] if item.attachments is UNSET else [one for one in item.attachments if isinstance(one, Attachment)]
    )


def text(item: Email) -> str:
    assert item.body is not UNSET
    return item.body.data if isinstance(item.body.data, str) else ""


@pytest.mark.parametrize("version", VERSIONS, ids=str)
@pytest.mark.parametrize("form", [BodyType.PLAIN, BodyType.HTML], ids=["text", "html"])
async def test_every_mail_is_shown_in_the_form_that_is_wanted(
    running: Running, version: Version, form: BodyType
) -> None:
    kept = await originals(running)
    async with seen(running, version, form) as (_, _, items):
        assert items.keys() == kept.keys()
        assert len(items) == len(CORPUS)
        for key, item in items.items():
            assert item.body is not UNSET
            assert item.body.type == form
            assert item.body.truncated is UNSET
            assert item.subject == kept[key].message.subject
            assert item.date_received == kept[key].received
            assert [one.estimated_data_size for one in files(item)] == [
                part.size for part in kept[key].message.attachments
            ]


@pytest.mark.parametrize("version", VERSIONS, ids=str)
async def test_mime_is_given_untouched(running: Running, version: Version) -> None:
    async with seen(running, version, BodyType.MIME, mime_support=2) as (one, inbox, items):
        assert len(items) == len(CORPUS)
        for key, item in items.items():
            assert item.body is not UNSET
            assert item.body.type == BodyType.MIME
            original = await content(running, key)
            data = item.body.data
            assert (data.encode() if isinstance(data, str) else data) == original
        key = next(iter(items))
        fetched = await fetch_item(one, inbox, key, mime=True)
        assert fetched.body is not UNSET
        data = fetched.body.data
        assert (data.encode() if isinstance(data, str) else data) == await content(running, key)


@pytest.mark.parametrize("version", VERSIONS, ids=str)
async def test_attachments_come_byte_for_byte_by_every_way(running: Running, version: Version) -> None:
    kept, count = await originals(running), 0
    async with seen(running, version, BodyType.PLAIN) as (one, _, items):
        for key, item in items.items():
            for file, part in zip(files(item), kept[key].message.attachments, strict=True):
                data, reference = await content(running, key, part.section), str(file.file_reference)
                assert (await fetch_file(one, reference)).data == data
                assert (await fetch_file(one, reference, multipart=True)).data == data
                if version <= Version.V12_1:
                    assert (await get_attachment(one, reference)).data == data
                if data:
                    middle = (len(data) // 3, len(data) // 2)
                    piece = await fetch_file(one, reference, range=middle)
                    assert piece.data == data[middle[0] : middle[1] + 1]
                    assert (piece.range, piece.total) == (f"{middle[0]}-{middle[1]}", len(data))
                count += 1
        assert count > 10


async def test_ranges_put_together_are_the_whole(running: Running) -> None:
    kept = await originals(running)
    async with seen(running, Version.V14_1, BodyType.PLAIN) as (one, _, items):
        key, file = next((key, file) for key, item in items.items() for file in files(item))
        whole = await content(running, key, kept[key].message.attachments[0].section)
        step = max(1, len(whole) // 5)
        pieces = [
            (await fetch_file(one, str(file.file_reference), range=(at, at + step - 1), multipart=True)).data
            for at in range(0, len(whole), step)
        ]
        assert b"".join(pieces) == whole


@pytest.mark.parametrize("wanted", [(10**9, 10**9 + 5), (5, 2)])
async def test_a_range_that_is_none_is_refused(running: Running, wanted: tuple[int, int]) -> None:
    async with seen(running, Version.V16_1, BodyType.PLAIN) as (one, _, items):
        file = next(file for item in items.values() for file in files(item))
        with pytest.raises(ClientError) as refused:
            await fetch_file(one, str(file.file_reference), range=wanted)
        assert refused.value.status == 8


@pytest.mark.parametrize("version", VERSIONS, ids=str)
async def test_a_body_that_was_cut_is_fetched_whole(running: Running, version: Version) -> None:
    long = ("äöü€ " * 3000).encode()
    head = b"From: bob@example.org\r\nSubject: Long\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    await running.parts.delivery.deliver([ALICE], head + long)
    async with client(running, version) as one:
        replica = Replica(one, Window(body=(BodyPreference(type=BodyType.PLAIN, truncation_size=1000),)))
        await replica.sync()
        inbox = replica.tree.of_type(FolderType.INBOX).server_id
        key, item = next(
            (key, item)
            for key, item in replica.items(inbox).items()
            if isinstance(item, Email) and item.subject == "Long"
        )
        assert item.body is not UNSET
        assert item.body.truncated is True
        assert 990 < len(text(item).encode()) <= 1000
        for multipart in (False, True):
            preference = BodyPreference(type=BodyType.PLAIN)
            whole = await fetch_item(one, inbox, key, body=preference, multipart=multipart)
            assert whole.body is not UNSET
            data = whole.body.data
            assert isinstance(data, str | bytes)
            shown = data if isinstance(data, str) else data.decode()
            assert shown.strip() == long.decode().strip()
